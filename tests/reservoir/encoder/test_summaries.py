import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge

from reservoir.encoder.summaries import SUMMARIES

THRESHOLDS = np.array([[3.0, 2.0, 4.0, 3.0], [4.0, 5.0, 4.0, 3.5]])
SETTINGS = {"segments": 3, "model": 1e-3, "ppv": THRESHOLDS}


def states(n_steps, dtype=np.float64):
    return (3 + np.random.RandomState(0).standard_normal((n_steps, 4)).cumsum(axis=0)).astype(dtype)


def summarise(name, x, cuts=(), setting=None):
    summary = SUMMARIES[name](len(x), SETTINGS.get(name) if setting is None else setting)
    for start, stop in zip([0, *cuts], [*cuts, len(x)], strict=True):
        summary.add(x[start:stop], start)
    return summary.features()


def model(x):
    ridge = Ridge(1e-3, solver="svd").fit(x[:-1], x[1:])
    return np.append(ridge.coef_.ravel(), ridge.intercept_)


DIRECT = {
    "last": lambda x: x[-1],
    "max": lambda x: x.max(axis=0),
    "mean": lambda x: x.mean(axis=0),
    "min": lambda x: x.min(axis=0),
    "model": model,
    "ppv": lambda x: np.concatenate([(x > level).mean(axis=0) for level in THRESHOLDS]),
    "segments": lambda x: np.concatenate([part.mean(axis=0) for part in np.split(x, [10, 20])]),
    "std": lambda x: x.std(axis=0),
}


@pytest.mark.parametrize("cuts", [(), (1,), (29,), (7, 8, 21), range(1, 30)], ids=str)
@pytest.mark.parametrize("name", SUMMARIES)
def test_rows_may_come_in_any_parts(name, cuts):
    assert_allclose(summarise(name, states(30), cuts), DIRECT[name](states(30)), rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_rows_are_summed_as_numpy_does(dtype):
    x = states(500, dtype)
    assert_array_equal(summarise("mean", x), x.mean(axis=0, dtype=np.float64), strict=True)
    # Not to the bit, because NumPy takes the mean first and passes over the rows again.
    assert_allclose(summarise("std", x), x.std(axis=0, dtype=np.float64), rtol=500 * 2.3e-16)


def test_the_deviation_of_a_large_offset_loses_no_more_than_its_rounding():
    x = np.round(states(500) * 2**10) / 2**10  # exact beside the offset
    assert_allclose(summarise("std", 1e9 + x), x.std(axis=0), rtol=1e-13)


@pytest.mark.parametrize("n_parts", [1, 4, 30, 45])
def test_parts_of_a_series_that_are_cut_across(n_parts):
    x = states(30)
    assert_allclose(summarise("segments", x, (4, 17), n_parts), summarise("segments", x, (), n_parts), rtol=1e-13)


@pytest.mark.parametrize("n_steps", [1, 2, 30])
@pytest.mark.parametrize("name", sorted(set(SUMMARIES) - {"model"}))
def test_every_feature_is_a_weighted_mean_over_steps(name, n_steps):
    x = states(n_steps)
    means = []
    for values, weights in SUMMARIES[name](n_steps, SETTINGS.get(name)).averages(x):
        weights = np.broadcast_to(weights, x.shape)
        assert_allclose(weights.sum(axis=0), 1, rtol=1e-14)
        means.append((weights * values).sum(axis=0))
    assert_allclose(np.concatenate(means), summarise(name, x), rtol=1e-13, atol=1e-15)


def test_an_extreme_belongs_to_the_first_step_that_reaches_it():
    x = np.array([[0.0, 2.0], [3.0, -1.0], [3.0, 2.0], [-1.0, -1.0]])
    for name, first in (("max", [1, 0]), ("min", [3, 1])):
        ((_, weights),) = SUMMARIES[name](4, None).averages(x)
        assert_array_equal(np.argmax(weights, axis=0), first)
        assert_array_equal(weights.sum(axis=0), 1)


def test_a_large_mean_takes_no_digits_from_the_deviation():
    x = 1e8 + states(3000)
    assert_allclose(summarise("std", x, range(100, 3000, 100)), np.std(x - 1e8, axis=0), rtol=1e-7)


def test_what_is_kept_does_not_hold_the_states():
    x = states(30)
    summary = SUMMARIES["last"](30, None)
    summary.add(x, 0)
    x[:] = 0
    assert_array_equal(summary.features(), states(30)[-1])


def test_a_model_needs_two_steps():
    with pytest.raises(ValueError, match="'model' needs sequences of at least 2 steps; got one with 1 step"):
        SUMMARIES["model"](1, 1.0)
