"""Affine maps of any number of columns."""

import numpy as np
import pytest
from c_programs import needs_gcc, outputs_of_rule
from numpy.testing import assert_allclose

from reservoir.interop.c99.affine_map import affine_rule, squaring_rule


@needs_gcc
@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (2, 8), (1, 29)])
def test_it_is_a_product_and_a_sum(tmp_path, shape):
    random = np.random.RandomState(0)
    weights, intercept, rows = random.randn(*shape), random.randn(shape[0]), random.randn(20, shape[1])
    outputs = outputs_of_rule(tmp_path, affine_rule(weights, intercept), rows)
    assert_allclose(outputs, rows @ weights.T + intercept, rtol=1e-13, atol=1e-14)


@needs_gcc
@pytest.mark.parametrize(("n_units", "n_inputs"), [(1, 1), (7, 7), (16, 19), (21, 23)])
def test_every_second_unit_adds_its_square(tmp_path, n_units, n_inputs):
    random = np.random.RandomState(0)
    weights, intercept, rows = random.randn(2, n_inputs), random.randn(2), random.randn(20, n_inputs)
    outputs = outputs_of_rule(tmp_path, squaring_rule(weights, intercept, n_units), rows)
    squared = rows.copy()
    squared[:, 1:n_units:2] **= 2
    assert_allclose(outputs, squared @ weights.T + intercept, rtol=1e-13, atol=1e-14)
