import numpy as np
import pytest
from numpy.testing import assert_allclose

from reservoir.local_forecaster.fields import Slab
from reservoir.local_forecaster.space_scale import moments_of, no_scale, range_of, refuse_unless_finite, scale_of


def slab(values):
    return Slab([[values]], "X")


def test_the_scale_of_slabs_is_that_of_all_their_values():
    field = 1e6 + np.random.RandomState(0).standard_normal((50, 12, 2)) * [1.0, 30.0]
    parts = [moments_of(slab(field[:, :5]), 2), moments_of(slab(field[:, 5:]), 2)]
    scale = scale_of(parts)
    assert_allclose(scale.mean, field.mean(axis=(0, 1)), rtol=1e-14)
    assert_allclose(scale.scale, field.std(axis=(0, 1)), rtol=1e-9)
    rows = field.reshape(50, -1)
    scaled = scale.apply(rows, np.dtype(float))
    assert_allclose(scaled.reshape(field.shape).std(axis=(0, 1)), 1.0, rtol=1e-9)
    assert_allclose(scale.restore(scaled), rows, rtol=1e-14)
    assert_allclose(range_of(parts), [field.min(axis=(0, 1)), field.max(axis=(0, 1))], rtol=0)


def test_a_constant_is_not_scaled():
    scale = scale_of([moments_of(slab(np.full((50, 3), 0.1)), 1)])
    assert scale.scale == 1.0
    rows = np.ones((2, 3), np.float32)
    assert no_scale(1).apply(rows, rows.dtype) is rows


@pytest.mark.parametrize(("value", "what"), [(np.nan, "NaN"), (np.inf, "infinity")])
def test_values_that_are_not_finite_are_refused_with_their_step(value, what):
    field = np.zeros((5, 4))
    field[3, 2] = value
    with pytest.raises(ValueError, match=f"'X' must be finite everywhere; got {what} at step 3"):
        moments_of(slab(field), 1)
    with pytest.raises(ValueError, match="'context' must be finite"):
        refuse_unless_finite(field, "context")


def test_values_whose_squares_overflow_are_refused():
    with pytest.raises(ValueError, match="'X' must be small enough for its squares to be added up"):
        moments_of(slab(np.array([[1e200, -1e200]])), 1)
