import numpy as np
import pytest

from reservoir.topology import Orthogonal


@pytest.mark.parametrize("n_units", [1, 2, 50, 200])
def test_product_with_transpose_is_identity(n_units):
    matrix = Orthogonal().draw(n_units, random_state=0).toarray()
    np.testing.assert_allclose(matrix @ matrix.T, np.eye(n_units), atol=1e-12)


def test_haar_moments_of_the_trace():
    # Under Haar measure the trace has mean 0 and variance 1; QR without the sign fix gives a biased mean.
    traces = np.array([Orthogonal().draw(5, random_state=seed).trace() for seed in range(2000)])
    assert abs(traces.mean()) < 5 / np.sqrt(2000)
    assert abs(traces.var() - 1) < 0.2


def test_independent_weights_and_dale_are_refused():
    with pytest.raises(ValueError, match="'weights' must be 'haar' for Orthogonal; got 'normal'"):
        Orthogonal(weights="normal")
    with pytest.raises(ValueError, match="'inhibitory' must be None for Orthogonal"):
        Orthogonal(inhibitory=0.2)
