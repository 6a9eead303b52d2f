"""Numbers that may not count: the scale of a column, a constant, and the place of the rows in memory."""

import pickle
from functools import reduce

import numpy as np
import pytest
from naive_ridge import exact_ridge, in_chunks
from scipy.linalg import LinAlgWarning

from readouts import RidgeReadout
from reservoir import EchoStateReservoir

random_state = np.random.RandomState(0)
X = random_state.standard_normal((120, 9)) + 5
Y = X @ random_state.standard_normal((9, 3)) + 0.1 * random_state.standard_normal((120, 3)) + 2
WEIGHTS = random_state.uniform(0, 2, 120)
FAR = random_state.standard_normal((600, 12)) + 1e6
FAR_Y = FAR[:, :2] - FAR[:, 2:4] + random_state.standard_normal((600, 2)) + 1e6
SCALES = 10.0 ** np.array([-8, 8, 0, 3, -4, 6])
WIDE_RANGE = (random_state.standard_normal((60, 6)) + [0, 0, 30, 0, 1e4, 0]) * SCALES
WIDE_RANGE_Y = WIDE_RANGE / SCALES @ random_state.standard_normal((6, 2)) + random_state.standard_normal((60, 2))
WIDE_RANGE_Y *= [1.0, 1e9]


def fit_or_merge(**parameters):
    """Return readouts that have seen the same rows: in one fit, in chunks of any size, merged."""
    rows, y = WIDE_RANGE, WIDE_RANGE_Y
    parts = [RidgeReadout(**parameters).fit(rows[k::3], y[k::3]) for k in range(3)]
    chunks = [in_chunks(RidgeReadout(**parameters), rows, y, cuts) for cuts in ([], [1, 2, 31], list(range(4, 60, 4)))]
    return [RidgeReadout(**parameters).fit(rows, y), *chunks, reduce(RidgeReadout.merge, parts)]


@pytest.mark.parametrize("solver", ["auto", "qr"])
@pytest.mark.parametrize("alpha", [0.0, 1e-6, 1.0, np.array([1e-6, 1e3])])
def test_scales_of_features_and_targets_cost_no_digits(alpha, solver):
    penalties, lengths = np.broadcast_to(alpha, 2), 60**0.5 * WIDE_RANGE.std(axis=0)
    for ours in fit_or_merge(alpha=alpha, solver=solver):
        for k in range(2):
            expected = exact_ridge(WIDE_RANGE, WIDE_RANGE_Y[:, k], penalties[k])[:, 0] * lengths
            np.testing.assert_allclose(ours.coef_[k] * lengths, expected, rtol=0, atol=1e-10 * np.abs(expected).max())


@pytest.mark.parametrize("solver", ["auto", "qr"])
def test_deviations_do_not_depend_on_scales(solver):
    # Without a penalty nothing does. Powers of two change no digit of the rows.
    scales = 2.0 ** np.array([-26, 26, 0, 10, -13, 20])
    plain = RidgeReadout(0.0, solver=solver).fit(WIDE_RANGE / SCALES, WIDE_RANGE_Y)
    ours = in_chunks(RidgeReadout(0.0, solver=solver), WIDE_RANGE / SCALES * scales, WIDE_RANGE_Y, [20, 40])
    new = WIDE_RANGE[:7] / SCALES + 0.5
    for found, expected in zip(ours.predict(new * scales, True), plain.predict(new, True), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("unit", [1.0, 1e-8, 1e6, 1e12])
def test_streamed_states_beside_inputs_of_any_unit_keep_their_digits(unit):
    u = np.random.RandomState(0).uniform(-1, 1, (1500, 1))
    target = np.roll(u, 2)[:, 0] * np.roll(u, 1)[:, 0]
    states = EchoStateReservoir(200, input_scaling=0.5 / unit, random_state=0).fit_transform(unit * u)
    rows = np.hstack([states, unit * u])
    chunks, whole = in_chunks(RidgeReadout(), rows, target, [700]), RidgeReadout(solver="qr").fit(rows, target)
    np.testing.assert_allclose(chunks.predict(rows), whole.predict(rows), rtol=0, atol=1e-7)
    assert chunks.score(rows, target) > 0.7


def test_lost_digits_raise_one_warning_and_the_advice_works():
    nearly = np.hstack([X, X[:, :1] + 1e-9 * X[:, 1:2]])
    readout = in_chunks(RidgeReadout(0.0), nearly, X[:, 1], [50])
    with pytest.warns(LinAlgWarning, match="Give solver='qr'") as caught:
        readout.predict(nearly)
    assert len(caught) == 1
    heeded = in_chunks(RidgeReadout(0.0, solver="qr"), nearly, X[:, 1], [50])
    np.testing.assert_allclose(heeded.predict(nearly), X[:, 1], rtol=1e-6)


@pytest.mark.parametrize("solver", ["auto", "qr"])
@pytest.mark.parametrize("alpha", [0.0, 1e-6])
@pytest.mark.parametrize("sample_weight", [None, WEIGHTS])
def test_constant_features_get_no_coefficient(alpha, solver, sample_weight):
    constants = np.array([0.1, 1e9 / 3, -1e-7 / 3])
    rows = np.insert(X, [0, 4, 9], constants, axis=1)
    expected = RidgeReadout(alpha, solver=solver).fit(X, Y, sample_weight)
    weight = {} if sample_weight is None else {"sample_weight": sample_weight}
    for ours in (
        RidgeReadout(alpha, solver=solver).fit(rows, Y, sample_weight),
        in_chunks(RidgeReadout(alpha, solver=solver), rows, Y, [1, 30, 90], **weight),
        RidgeReadout(alphas=[alpha + 1e-9], solver=solver).fit(rows, Y, sample_weight),
    ):
        np.testing.assert_array_equal(ours.coef_[:, [0, 5, 11]], 0)
        np.testing.assert_allclose(ours.predict(rows), expected.predict(X), rtol=1e-6)


def layouts(array):
    """Yield the same numbers in other places and orders of memory."""
    yield np.asfortranarray(array)
    spread = np.empty([2 * n for n in array.shape])
    view = spread[tuple(slice(1, None, 2) for _ in array.shape)]
    view[...] = array
    yield view
    yield array[::-1].copy()[::-1]
    yield pickle.loads(pickle.dumps(view))
    yield array.astype(">f8")
    frozen = array.copy()
    frozen.flags.writeable = False
    yield frozen
    for shift in (3, 8, 24):
        memory = np.empty(array.nbytes + 128, dtype=np.uint8)
        start = -memory.ctypes.data % 64 + shift
        moved = memory[start : start + array.nbytes].view(float).reshape(array.shape)
        moved[...] = array
        yield moved


@pytest.mark.parametrize("make", [
    lambda *rows: RidgeReadout().fit(*rows),
    lambda *rows: RidgeReadout(0.0).fit(*rows).partial_fit(*rows),
    lambda *rows: RidgeReadout(solver="qr").fit(*rows),
    lambda *rows: RidgeReadout(alphas=[0.1, 1.0]).fit(*rows),
    lambda *rows: RidgeReadout(alphas=[0.1, 1.0], cv=3).fit(*rows),
])  # fmt: skip
@pytest.mark.parametrize("y", [FAR_Y, FAR_Y[:, 0].copy()])
def test_bits_do_not_depend_on_where_the_rows_lie(make, y):
    weight = np.random.RandomState(0).uniform(0.5, 2, 600)
    rows = np.float32(FAR - 1e6).astype(float)
    expected = make(rows, y, weight)
    answer = expected.predict(rows, return_std=True)
    for x, z, w in zip(layouts(rows), layouts(y), layouts(weight), strict=True):
        ours = make(x, z, w)
        np.testing.assert_array_equal(ours.coef_, expected.coef_)
        np.testing.assert_array_equal(ours.predict(x, return_std=True), answer)
        np.testing.assert_array_equal(pickle.loads(pickle.dumps(ours)).predict(x), answer[0])
    np.testing.assert_array_equal(make(np.float32(rows), y, weight).coef_, expected.coef_)
