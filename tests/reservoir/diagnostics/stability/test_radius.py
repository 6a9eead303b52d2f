import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError

from reservoir import NVAR, CfCLiquid, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.diagnostics import effective_spectral_radius, spectral_norm, spectral_radius
from reservoir.diagnostics.stability.jacobian import jacobian_at_rest
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity

U = np.random.RandomState(0).uniform(-1, 1, (10, 2))


@pytest.mark.parametrize("topology", ["shift", "random", "orthogonal", "delay_line"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_those_of_the_dense_matrix(topology, dtype):
    radius = None if topology == "delay_line" else 0.8
    reservoir = EchoStateReservoir(40, topology=topology, spectral_radius=radius, dtype=dtype, random_state=0).fit(U)
    weights = reservoir.recurrent_weights_.toarray().astype(float)
    assert spectral_radius(reservoir) == pytest.approx(np.abs(np.linalg.eigvals(weights)).max(), rel=1e-6)
    assert spectral_norm(reservoir) == pytest.approx(np.linalg.norm(weights, 2), rel=1e-9)
    assert isinstance(spectral_radius(reservoir), float)
    assert isinstance(spectral_norm(reservoir), float)


def test_weights_that_were_given_count_as_they_are():
    given = EchoStateReservoir(recurrent_weights=[[0.0, 2.0], [-8.0, 0.0]]).fit(U)
    assert spectral_radius(given) == pytest.approx(4)
    assert spectral_norm(given) == pytest.approx(8)


def test_entries_of_a_row_may_stand_in_any_order():
    liquid = CTRNNLiquid(40, form="additive", random_state=0).fit(U)
    order = liquid.recurrent_weights_.indices.copy()
    assert not csr_array(liquid.recurrent_weights_, copy=True).has_sorted_indices
    weights = liquid.recurrent_weights_.toarray().astype(float)
    assert spectral_norm(liquid) == pytest.approx(np.linalg.norm(weights, 2), rel=1e-9)
    assert spectral_radius(liquid) == pytest.approx(np.abs(np.linalg.eigvals(weights)).max(), rel=1e-6)
    assert np.array_equal(liquid.recurrent_weights_.indices, order)


def test_stack_has_the_largest_of_its_layers():
    layers = [EchoStateReservoir(20, spectral_radius=radius, random_state=0) for radius in (0.5, 0.9, 0.7)]
    stack = StackedReservoir(layers).fit(U)
    assert spectral_radius(stack) == pytest.approx(0.9)
    assert spectral_norm(stack) == max(map(spectral_norm, stack.layers_))


@pytest.mark.parametrize("liquid", [LTCLiquid(20, random_state=0), LIFLiquid(20, random_state=0)], ids=["LTC", "LIF"])
def test_liquids_with_weights(liquid):
    weights = liquid.fit(U[:2]).recurrent_weights_.toarray()
    assert spectral_radius(liquid) == pytest.approx(np.abs(np.linalg.eigvals(weights)).max())


def test_line_of_delays_is_nilpotent():
    for delay, norm in ((1, 0), (2, 0), (3, 1)):
        nvar = NVAR(delay=delay).fit(U)
        assert spectral_radius(nvar) == effective_spectral_radius(nvar) == 0
        assert spectral_norm(nvar) == norm
        matrix = jacobian_at_rest(nvar).toarray()
        assert (np.linalg.norm(matrix, 2) if matrix.size else 0) == pytest.approx(norm, abs=1e-6)


def test_reservoir_without_weights_has_those_of_its_jacobian_at_rest():
    liquid = CfCLiquid(10, random_state=0).fit(U)
    assert spectral_radius(liquid) == effective_spectral_radius(liquid)
    assert spectral_norm(liquid) == pytest.approx(np.linalg.norm(jacobian_at_rest(liquid).toarray(), 2))


def test_reservoir_that_has_adapted():
    adapted = AdaptiveReservoir(EchoStateReservoir(20, random_state=0), IntrinsicPlasticity()).fit(U)
    assert spectral_radius(adapted) == spectral_radius(adapted.reservoir_)
    assert spectral_norm(adapted) == spectral_norm(adapted.reservoir_)


@pytest.mark.parametrize("ask", [spectral_radius, spectral_norm])
def test_reservoir_must_be_fitted(ask):
    with pytest.raises(NotFittedError):
        ask(EchoStateReservoir())
    with pytest.raises(TypeError, match="'reservoir' must be a fitted reservoir"):
        ask(np.eye(2))
