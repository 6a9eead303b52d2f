import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import expit, ndtr

from reservoir.interop.c99.activations import SIGMOID, gelu
from reservoir.interop.c99.piece import Piece, each

X = np.concatenate([[-1e4, -800, -100, 0, 100, 800, 1e4], np.linspace(-20, 20, 999)])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_values_are_those_of_scipy_however_large_the_argument(run_piece, dtype):
    x = X.astype(dtype)
    logistic, gaussian = np.empty_like(x), np.empty_like(x)
    body = each(len(x), "logistic[i] = sigmoid(x[i]);\ngaussian[i] = gelu(x[i]);")
    run_piece(Piece(body, helpers=SIGMOID | gelu(dtype)), x=x, logistic=logistic, gaussian=gaussian)
    tiny, eps = np.finfo(dtype).tiny, np.finfo(dtype).eps
    exact = x.astype("float64")
    assert_allclose(logistic, expit(exact), rtol=8 * eps, atol=10 * tiny)
    assert_allclose(gaussian, exact * ndtr(exact), rtol=4 * eps, atol=8 * eps)
