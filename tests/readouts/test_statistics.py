import numpy as np
import pytest

from readouts.statistics import combine, statistics_of

rng = np.random.RandomState(0)
X = rng.standard_normal((400, 5)) + 1e6
Y = X[:, :2] - 3 * X[:, 2:4] + rng.standard_normal((400, 2))
WEIGHT = rng.uniform(0.5, 2, 400)


def exact(X, Y, weight):
    """Return the mean and the centred scatter in extended precision."""
    rows, weight = np.hstack([X, Y]).astype(np.longdouble), weight.astype(np.longdouble)
    mean = weight @ rows / weight.sum()
    return mean, (weight[:, None] * (rows - mean)).T @ (rows - mean)


@pytest.mark.parametrize("precise", [False, True])
@pytest.mark.parametrize("cuts", [[], [200], [1, 2, 3, 399], list(range(7, 400, 7))])
def test_any_cut_in_any_order_is_the_whole(cuts, precise):
    mean, scatter = exact(X, Y, WEIGHT)
    parts = [statistics_of(*part, precise) for part in zip(*(np.split(a, cuts) for a in (X, Y, WEIGHT)), strict=True)]
    for order in (parts, parts[::-1]):
        whole = combine(order)
        np.testing.assert_allclose(whole.scatter, scatter.astype(float), rtol=0, atol=1e-11 * np.abs(scatter).max())
        np.testing.assert_allclose(whole.mean, mean.astype(float), rtol=1e-15)
        assert (whole.n_rows, round(whole.weight, 9)) == (400, round(WEIGHT.sum(), 9))
        assert (whole.factor is None) != precise
        residue = (whole.mean.astype(np.longdouble) - mean) + whole.mean_low
        assert np.abs(residue).max() < 1e-12


def test_joining_is_associative_and_leaves_the_parts_alone():
    a, b, c = (statistics_of(X[k : k + 100], Y[k : k + 100]) for k in (0, 100, 200))
    before = [part.scatter.copy() for part in (a, b, c)]
    left, right = combine([combine([a, b]), c]), combine([a, combine([b, c])])
    np.testing.assert_allclose(left.scatter, right.scatter, rtol=1e-12)
    assert all(np.array_equal(part.scatter, old) for part, old in zip((a, b, c), before, strict=True))


def test_rows_are_kept_while_they_are_fewer_than_features():
    wide = rng.standard_normal((3, 20))
    parts = [statistics_of(wide[k : k + 1], wide[k : k + 1, :1]) for k in range(3)]
    assert combine(parts).gram is None
    np.testing.assert_allclose(combine(parts).scatter[:20, :20], 2 * np.cov(wide.T), atol=1e-12)


def test_no_rows_add_nothing():
    nothing, some = statistics_of(X[:0], Y[:0]), statistics_of(X, Y)
    np.testing.assert_array_equal(combine([nothing, some]).scatter, some.scatter)
    assert combine([nothing, nothing]).weight == 0


@pytest.mark.parametrize("n_rows", [3, 300])
def test_overflow_is_refused(n_rows):
    huge = np.full((n_rows, 5), 1e200) * rng.standard_normal((n_rows, 5))
    with pytest.raises(ValueError, match="finite sums of squares"):
        statistics_of(huge, huge[:, :1])


@pytest.mark.parametrize("rows", [slice(4), slice(400)])
def test_squared_error_is_that_of_the_rows(rows):
    x, y, weight = X[rows] - 1e6, Y[rows] + 2e6, WEIGHT[rows]
    coefficients = rng.standard_normal((5, 3, 2))
    statistics = statistics_of(x, y, weight)
    centred_x, centred_y = x - np.average(x, 0, weight), y - np.average(y, 0, weight)
    residual = np.tensordot(centred_x, coefficients, 1) - centred_y[:, None, :] + 0.5
    expected = np.einsum("t,tkj->kj", weight, residual**2)
    np.testing.assert_allclose(statistics.squared_error(coefficients, 0.5), expected, rtol=1e-10)


@pytest.mark.parametrize("constant", [0.1, -1e-9, 1e12, 2.0**60 / 3])
@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("cuts", [[], [1], list(range(7, 400, 7))])
@pytest.mark.parametrize("precise", [False, True])
def test_constants_have_no_length_and_what_differs_in_the_last_digit_has(constant, weight, cuts, precise):
    x = np.full((400, 2), constant)
    x[123, 1] = np.nextafter(constant, np.inf)
    rows = [np.arange(400)] if not cuts else np.split(np.arange(400), cuts)
    whole = combine([statistics_of(x[r], Y[r], None if weight is None else weight[r], precise) for r in rows])
    share = np.ones(400) / 400 if weight is None else weight / weight.sum()
    expected = (x[123, 1] - constant) * np.sqrt(whole.weight * share[123] * (1 - share[123]))
    assert whole.lengths[0] == 0
    assert whole.lengths[1] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("precise", [False, True])
def test_some_features_and_all_targets(precise):
    part = statistics_of(X, Y, WEIGHT, precise).of_features(np.array([True, False, True, False, False]))
    expected = statistics_of(np.ascontiguousarray(X[:, [0, 2]]), Y, WEIGHT, precise)
    np.testing.assert_allclose(part.scatter, expected.scatter, rtol=1e-12)
    np.testing.assert_allclose(part.lengths, np.sqrt(part.scatter.diagonal()[:2]), rtol=1e-12)
    np.testing.assert_allclose(part.mean_from(expected)[0], 0, atol=1e-15)
