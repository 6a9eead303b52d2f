import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from naive_ridge import exact_ridge
from sklearn.linear_model import Ridge

from readouts import ReadoutDivergedError, RLSReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_mackey_glass

random_state = np.random.RandomState(0)
X = random_state.standard_normal((120, 9)) + 5
Y = X @ random_state.standard_normal((9, 3)) + 0.1 * random_state.standard_normal((120, 3)) + 2
WEIGHTS = random_state.randint(0, 4, 120)


@pytest.mark.parametrize("alpha", [1e-6, 1e-2, 10.0])
@pytest.mark.parametrize("y", [Y, Y[:, 0], Y[:, :1]])
@pytest.mark.parametrize("sample_weight", [None, WEIGHTS])
def test_without_forgetting_it_is_ridge_regression(alpha, y, sample_weight):
    ours = RLSReadout(alpha).fit(X, y, sample_weight)
    theirs = Ridge(alpha, solver="svd").fit(X, y, sample_weight)
    np.testing.assert_allclose(ours.coef_, np.reshape(theirs.coef_, ours.coef_.shape), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(ours.intercept_, np.reshape(theirs.intercept_, y.shape[1:]), rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X).reshape(y.shape), rtol=1e-8)


def test_after_every_row_it_is_ridge_regression_of_the_rows_so_far():
    readout = RLSReadout(alpha=0.1)
    for t in range(30):
        if t > 1:
            expected = Ridge(0.1, solver="svd").fit(X[:t], Y[:t]).predict(X[t : t + 1])
            np.testing.assert_allclose(readout.predict(X[t : t + 1]), expected, rtol=1e-9)
        readout.partial_fit(X[t : t + 1], Y[t : t + 1])


@pytest.mark.parametrize(("alpha", "condition"), [(1.0, 5e1), (1e-6, 5e7), (1e-10, 5e11)])
def test_equals_ridge_on_reservoir_states(alpha, condition):
    states, target = drive("mackey_glass", 3000, 100, seed=0)
    centred = states - states.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred) + alpha
    assert 0.5 < eigenvalues[-1] / eigenvalues[0] / condition < 2
    ours = RLSReadout(alpha).fit(states, target).predict(states)
    theirs = Ridge(alpha, solver="svd").fit(states, target).predict(states)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-8 if condition < 1e6 else 1e-6)


def test_means_far_above_the_deviations_cost_no_digits():
    far = RLSReadout(alpha=0.1).fit(X + 2.0**20, Y + 2.0**20)
    near = RLSReadout(alpha=0.1).fit(X, Y)
    np.testing.assert_allclose(far.coef_, near.coef_, rtol=0, atol=1e-8)


def test_with_forgetting_it_is_weighted_least_squares():
    # After many rows what is left of the penalty no longer counts beside white inputs.
    weight = 0.95 ** np.arange(119, -1, -1)
    theirs = Ridge(1e-12, solver="svd").fit(X, Y, sample_weight=weight)
    ours = RLSReadout(alpha=1e-12, forgetting=0.95).fit(X, Y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-8)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=0, atol=1e-7)


@pytest.mark.parametrize("forgetting", [1.0, 0.95, 0.3])
@pytest.mark.parametrize("sample_weight", [None, WEIGHTS.astype(float)])
def test_rows_in_any_chunks_give_the_same_bits(forgetting, sample_weight):
    whole = RLSReadout(forgetting=forgetting)
    expected = whole.partial_fit_predict(X, Y, sample_weight)
    for cuts in (range(1, 120), [1, 2, 50], [119]):
        readout = RLSReadout(forgetting=forgetting)
        predicted = [
            readout.partial_fit_predict(X[rows], Y[rows], None if sample_weight is None else sample_weight[rows])
            for rows in np.split(np.arange(120), cuts)
        ]
        np.testing.assert_array_equal(np.concatenate(predicted), expected)
        np.testing.assert_array_equal(readout.coef_, whole.coef_)
        np.testing.assert_array_equal(readout.intercept_, whole.intercept_)


def test_a_priori_predictions_are_those_of_the_rows_before():
    predicted = RLSReadout(0.1, 0.9).partial_fit_predict(X, Y)
    readout = RLSReadout(0.1, 0.9).fit(X[:70], Y[:70])
    np.testing.assert_array_equal(predicted[0], 0)
    np.testing.assert_allclose(predicted[70], readout.predict(X[70:71])[0], rtol=1e-12)
    assert RLSReadout().partial_fit_predict(X, Y[:, 0]).shape == (120,)


def test_weight_is_repetition_without_forgetting():
    weighted = RLSReadout(0.1).fit(X, Y, WEIGHTS)
    repeated = RLSReadout(0.1).fit(np.repeat(X, WEIGHTS, axis=0), np.repeat(Y, WEIGHTS, axis=0))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("forgetting", [1.0, 0.9])
def test_a_row_of_weight_zero_counts_as_absent(forgetting):
    left_out = RLSReadout(0.1, forgetting).fit(X[WEIGHTS > 0], Y[WEIGHTS > 0])
    weighted = RLSReadout(0.1, forgetting).fit(X, Y, WEIGHTS > 0)
    np.testing.assert_array_equal(weighted.coef_, left_out.coef_)


def drive(name, n_steps, n_units, seed, dtype="float64"):
    """Return the states of a driven reservoir and a linear function of them with noise of deviation 0.01."""
    if name == "mackey_glass":
        u = make_mackey_glass(n_steps, random_state=seed).reshape(-1, 1)
    else:
        u = np.sin(2 * np.pi * np.arange(n_steps) / 25 + seed)[:, None]
    states = EchoStateReservoir(n_units, leak_rate=0.3, dtype=dtype, random_state=seed).fit_transform(u)
    random_state = np.random.RandomState(seed)
    teacher = random_state.standard_normal(n_units)
    return states, states.astype(float) @ teacher + 1e-2 * random_state.standard_normal(n_steps)


@pytest.mark.parametrize("name", ["mackey_glass", "sine"])
@pytest.mark.parametrize("forgetting", [0.98, 0.999])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_follows_reservoir_states_to_the_noise_floor(name, forgetting, dtype):
    # White inputs would not do: on these states the recursion on P itself explodes within some thousand rows.
    states, target = drive(name, 20_000, 50, 0, dtype)
    error = target - RLSReadout(forgetting=forgetting).partial_fit_predict(states, target)
    assert np.sqrt(np.mean(error[-10_000:] ** 2)) < 1.1e-2
    assert np.abs(error[1000:]).max() < 1e-1


def test_short_memory_of_many_features_does_not_wind_up():
    # Ten rows of memory for 150 features: renewed one feature a row, the penalty would decay by 0.9^150 in between,
    # and the coefficients would grow to 1e5 and beyond.
    states, target = drive("mackey_glass", 3000, 150, 0, "float32")
    readout = RLSReadout(forgetting=0.9)
    error = target - readout.partial_fit_predict(states, target)
    assert np.sqrt(np.mean(error[-1500:] ** 2)) < 2e-2
    assert np.abs(readout.coef_).max() < 1e3


def snapshot(readout):
    return pickle.dumps(vars(readout))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("rows", [slice(60, 120), slice(63, 64)])
def test_non_finite_data_change_nothing(value, rows):
    readout = RLSReadout(forgetting=0.9).fit(X[:60], Y[:60])
    before = snapshot(readout)
    bad_x, bad_y = X.copy(), Y.copy()
    bad_x[63, 2] = bad_y[63, 1] = value
    row = 63 - rows.start
    with pytest.raises(ReadoutDivergedError, match=f"'X' must be finite, .* got {value} in row {row}. Leave such rows"):
        readout.partial_fit(bad_x[rows], Y[rows])
    with pytest.raises(ReadoutDivergedError, match=f"'y' must be finite, .* got {value} in row {row}. Leave such rows"):
        readout.partial_fit(X[rows], bad_y[rows])
    assert snapshot(readout) == before
    assert issubclass(ReadoutDivergedError, FloatingPointError) and issubclass(ReadoutDivergedError, ValueError)


@pytest.mark.parametrize("rows", [slice(60, 120), slice(63, 64)])
def test_data_that_would_overflow_change_nothing(rows):
    readout = RLSReadout(forgetting=0.9).fit(X[:60], Y[:60])
    before = readout.coef_.copy(), readout.predict(X), copy.deepcopy(readout).partial_fit(X[60:], Y[60:]).coef_
    for bad in (1e80, 1e300):
        huge = X.copy()
        huge[63] = bad
        with pytest.raises(
            ReadoutDivergedError, match=f"got entries up to 1e.{f'{bad:.0e}'[3:]} and .* in row {63 - rows.start}"
        ):
            readout.partial_fit(huge[rows], Y[rows])
    np.testing.assert_array_equal(readout.coef_, before[0])
    np.testing.assert_array_equal(readout.predict(X), before[1])
    np.testing.assert_array_equal(readout.partial_fit(X[60:], Y[60:]).coef_, before[2])


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
def test_a_spoilt_state_is_an_error_and_the_last_good_coefficients_stay(value):
    readout = RLSReadout(forgetting=0.9).fit(X[:60], Y[:60])
    good = readout.coef_.copy()
    readout._state[0][5, 3] = value
    with pytest.raises(ReadoutDivergedError, match="start again by fit"):
        readout.partial_fit(X[60:], Y[60:])
    np.testing.assert_array_equal(readout.coef_, good)
    np.testing.assert_array_equal(readout.fit(X[:60], Y[:60]).coef_, good)


@pytest.mark.parametrize("convert", [np.asfortranarray, list, pd.DataFrame, lambda array: array.astype(">f8")])
def test_any_container_gives_the_same_coefficients(convert):
    expected = RLSReadout(forgetting=0.9).fit(X, Y).coef_
    readout = RLSReadout(forgetting=0.9).partial_fit(convert(X[:60]), convert(Y[:60]))
    readout.partial_fit(convert(X[60:]), convert(Y[60:]))
    np.testing.assert_array_equal(readout.coef_, expected)


def test_read_only_data_are_taken_and_left_alone():
    frozen = X.copy()
    frozen.flags.writeable = False
    np.testing.assert_array_equal(RLSReadout().fit(frozen, Y).coef_, RLSReadout().fit(X, Y).coef_)
    np.testing.assert_array_equal(frozen, X)


def test_later_names_of_features_are_still_compared():
    frame = pd.DataFrame(X, columns=list("abcdefghi"))
    readout = RLSReadout().partial_fit(frame, Y)
    with pytest.warns(UserWarning, match="feature names"), warnings.catch_warnings():
        readout.partial_fit(X, Y)


def test_other_shapes_later_are_refused():
    readout = RLSReadout().fit(X, Y)
    before = snapshot(readout)
    with pytest.raises(ValueError, match=r"'y' must have shape \(n_samples, 3\) as .*; got shape \(120,\)"):
        readout.partial_fit(X, Y[:, 0])
    with pytest.raises(ValueError, match="X has 8 features, but RLSReadout is expecting 9"):
        readout.partial_fit(X[:, 1:], Y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        readout.partial_fit(X, Y[1:])
    with pytest.raises(ValueError, match="y to be passed"):
        readout.partial_fit(X, None)
    assert snapshot(readout) == before
    assert RLSReadout().fit(X, Y).fit(X[:, 1:], Y[:, 0]).coef_.shape == (8,)


@pytest.mark.parametrize("alpha", [0, -1.0, np.nan, np.inf, "1", None, True])
def test_bad_alpha_is_refused(alpha):
    with pytest.raises(ValueError, match="'alpha' must be a finite number above 0; got"):
        RLSReadout(alpha).fit(X, Y)


@pytest.mark.parametrize("forgetting", [0, -1.0, 1.01, np.nan, "1", None, True])
def test_bad_forgetting_is_refused(forgetting):
    with pytest.raises(ValueError, match="'forgetting' must be a number above 0 and at most 1; got"):
        RLSReadout(forgetting=forgetting).fit(X, Y)


def test_a_failed_first_call_leaves_no_trace():
    readout = RLSReadout()
    with pytest.raises(ReadoutDivergedError):
        readout.fit(X, np.full(120, np.nan))
    assert vars(readout) == {"alpha": 1e-6, "forgetting": 1.0}


def test_a_pickled_readout_can_be_updated():
    readout = RLSReadout(forgetting=0.9).fit(X[:60], Y[:60])
    again = pickle.loads(pickle.dumps(readout)).partial_fit(X[60:], Y[60:])
    np.testing.assert_array_equal(again.coef_, readout.partial_fit(X[60:], Y[60:]).coef_)


def test_a_copy_is_updated_by_itself():
    readout = RLSReadout(1e-3, 0.9).fit(X[:50], Y[:50])
    twin = copy.copy(readout)
    twin.partial_fit(X[50:51], Y[50:51])
    alone = copy.deepcopy(readout).partial_fit(X[51:52], Y[51:52])
    np.testing.assert_array_equal(readout.partial_fit(X[51:52], Y[51:52]).coef_, alone.coef_)


@pytest.mark.parametrize("alpha", [1e-6, 1.0])
def test_scales_of_features_cost_no_digits(alpha):
    scales, lengths = 10.0 ** np.linspace(-8, 8, 9), 120**0.5 * X.std(axis=0)
    expected = exact_ridge(X * scales, Y, alpha).T * scales * lengths
    found = RLSReadout(alpha).fit(X * scales, Y).coef_ * scales * lengths
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10 * np.abs(expected).max())


@pytest.mark.parametrize("forgetting", [1.0, 0.95])
def test_constant_features_get_no_coefficient(forgetting):
    rows = np.insert(X, [0, 9], [0.1, 1e6 / 3], axis=1)
    ours, plain = RLSReadout(1e-3, forgetting).fit(rows, Y), RLSReadout(1e-3, forgetting).fit(X, Y)
    np.testing.assert_array_equal(ours.coef_[:, [0, 10]], 0)
    if forgetting == 1:  # else the penalties of more features are renewed at other rows
        np.testing.assert_allclose(ours.coef_[:, 1:10], plain.coef_, rtol=1e-9)
