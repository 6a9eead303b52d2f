import pickle

import naive
import numpy as np
import pandas as pd
import pytest
from builders import masked
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from reservoir import CTRNNLiquid, EchoStateReservoir, ForwardFill, PerSequence

NAN = np.nan
# Che et al. (2018), Figure 2
TIMES = np.array([0, 0.1, 0.6, 1.6, 2.2, 2.5, 3.1])
VALUES = np.array([[47, 49, NAN, 40, NAN, 43, 55], [NAN, 15, 14, NAN, NAN, NAN, 15]]).T
MASK = np.array([[1, 1, 0, 1, 0, 1, 1], [0, 1, 1, 0, 0, 0, 1]]).T
DELTA = np.array([[0.0, 0.1, 0.5, 1.5, 0.6, 0.9, 0.6], [0.0, 0.1, 0.5, 1.0, 1.6, 1.9, 2.5]]).T
FILLED = np.array([[47, 49, 49, 40, 40, 43, 55], [44 / 3, 15, 14, 14, 14, 14, 15]]).T
ALL = {"mask": True, "elapsed": True}


def timed(values=VALUES, times=TIMES, column=2):
    return np.insert(values, column, np.diff(times, prepend=times[0]), axis=1)


def gappy(n_steps=40, n_features=3, seed=0):
    random = np.random.RandomState(seed)
    X = random.standard_normal((n_steps, n_features))
    X[random.uniform(size=X.shape) < 0.4] = NAN
    return X


def test_the_example_of_the_paper():
    rows = ForwardFill(elapsed_column=2, **ALL).fit_transform(timed())
    assert_allclose(rows[:, :2], FILLED, rtol=1e-15)
    assert_array_equal(rows[:, 2], np.diff(TIMES, prepend=0.0))
    assert_array_equal(rows[:, 3:5], MASK)
    assert_allclose(rows[:, 5:], DELTA, atol=1e-15)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("column", [None, 0, 1, -1])
def test_the_plain_twin(dtype, column):
    X = gappy().astype(dtype)
    times = np.cumsum(np.random.RandomState(1).exponential(size=len(X))).astype(dtype) if column is not None else None
    given = X if column is None else timed(X, times, column % 4)
    filler = ForwardFill(elapsed_column=column, **ALL).fit(given)
    rows = filler.transform(given)
    assert rows.dtype == dtype and np.isfinite(rows).all()
    assert_allclose(filler.initial_, np.nanmean(X.astype(float), axis=0), rtol=1e-12)
    steps = np.arange(len(X)) if times is None else np.cumsum(np.r_[0, np.diff(times)].astype(float))
    filled, mask, delta = naive.forward_fill(X, steps, filler.initial_.astype(dtype))
    if column is not None:
        filled = np.insert(filled, column % 4, np.diff(times, prepend=times[0]), axis=1)
    assert_array_equal(rows[:, : given.shape[1]], filled)
    assert_array_equal(rows[:, given.shape[1] : -3], mask)
    assert_allclose(rows[:, -3:], delta, rtol=1e-12 if dtype == "float64" else 1e-5, atol=1e-12)


def test_columns_are_added_on_demand():
    every = ForwardFill(**ALL).fit_transform(VALUES)
    assert_array_equal(ForwardFill().fit_transform(VALUES), every[:, :2])
    assert_array_equal(ForwardFill(mask=True).fit_transform(VALUES), every[:, :4])
    assert_array_equal(ForwardFill(elapsed=True).fit_transform(VALUES), every[:, [0, 1, 4, 5]])


def test_each_series_is_filled_by_itself_in_any_container():
    series = [gappy(n, seed=n) for n in (9, 1, 30)]
    filler = ForwardFill(**ALL).fit(series)
    assert_allclose(filler.initial_, np.nanmean(np.concatenate(series), axis=0), rtol=1e-12)
    alone = [filler.transform(x) for x in series]
    for results in (filler.transform(series), filler.transform(np.fromiter(series, dtype=object, count=3))):
        for one, other in zip(results, alone, strict=True):
            assert_array_equal(one, other)
    stack = np.stack([gappy(seed=1), gappy(seed=2)])
    assert_array_equal(filler.transform(stack), np.stack([filler.transform(x) for x in stack]))
    assert_array_equal(filler.transform(np.asfortranarray(series[0])), alone[0])


def test_a_series_may_be_cut_at_any_row():
    times = np.cumsum(np.random.RandomState(1).exponential(size=40))
    for dtype in ("float64", "float32"):
        X = timed(gappy(), times, 0).astype(dtype)
        filler = ForwardFill(elapsed_column=0, **ALL).fit(X)
        rows, end = filler.run(X)
        assert_array_equal(rows, filler.transform(X), strict=True)
        for k in range(1, len(X)):
            head, state = filler.run(X[:k])
            before = state.copy()
            tail, last = filler.run(X[k:], state)
            assert_array_equal(state, before)
            assert_array_equal(np.vstack([head, tail]), rows, strict=True)
            assert_array_equal(last, end)


@pytest.mark.parametrize(
    "state", [np.zeros(2), np.zeros((2, 3)), np.full((2, 2), NAN), "state", masked(np.ones((2, 2)))]
)
def test_a_wrong_state_is_refused_by_name(state):
    with pytest.raises(ValueError, match="'state"):
        ForwardFill().fit(VALUES).run(VALUES, state)


FRAME = pd.DataFrame(timed(), columns=["a", "b", "dt"], index=pd.Index(TIMES, name="hour"))


@pytest.mark.parametrize("dtype", ["Float64", "Float32", object, "float32"])
def test_frames_of_pandas_keep_index_and_names(dtype):
    expected = ForwardFill(elapsed_column=2, **ALL).fit_transform(timed())
    frame = FRAME.astype(dtype)
    filled = ForwardFill(elapsed_column="dt", **ALL).fit_transform(frame)
    assert list(filled.columns) == ["a", "b", "dt", "a_mask", "b_mask", "a_elapsed", "b_elapsed"]
    assert filled.index.equals(frame.index)
    assert_allclose(filled.to_numpy(), expected, rtol=1e-6, atol=1e-6)
    liquid = CTRNNLiquid(5, elapsed_column="dt", random_state=0)
    assert np.isfinite(make_pipeline(ForwardFill(elapsed_column="dt", **ALL), liquid).fit_transform([frame] * 2)).all()


def test_every_mark_of_what_is_missing():
    whole = ForwardFill(**ALL).fit_transform(VALUES)
    integers = pd.DataFrame(VALUES, columns=["a", "b"]).astype("Int64")
    nones = np.where(np.isnan(VALUES), None, VALUES)
    marked = pd.DataFrame(np.where(np.isnan(VALUES), pd.NA, VALUES.astype(object)), columns=["a", "b"])
    for X in (integers, nones, marked, pd.DataFrame(nones), np.ma.masked_invalid(VALUES)):
        for given in (X, [X]):
            assert_array_equal(np.reshape(ForwardFill(**ALL).fit_transform(given), whole.shape), whole)
    hidden = np.ma.array(np.nan_to_num(VALUES, nan=99).astype(int), mask=np.isnan(VALUES))
    for given in (hidden, [hidden], hidden[None]):
        assert_array_equal(np.reshape(ForwardFill(**ALL).fit_transform(given), whole.shape), whole)
    single = np.ma.masked_invalid(VALUES.astype("float32"))
    assert_array_equal(ForwardFill(**ALL).fit_transform(single), whole.astype("float32"), strict=True)
    assert_array_equal(ForwardFill().fit_transform(pd.Series([1, pd.NA, 3], dtype=object)).ravel(), [1, 1, 3])
    assert_array_equal(ForwardFill(**ALL).fit(hidden).run(hidden)[0], whole)


def test_frames_of_polars_stay_such():
    polars = pytest.importorskip("polars", reason="polars is not installed")
    expected = ForwardFill(elapsed_column=2, **ALL).fit_transform(timed())
    for frame in (polars.DataFrame(FRAME.to_dict("list")), polars.DataFrame(FRAME.to_dict("list"), nan_to_null=True)):
        filled = ForwardFill(elapsed_column="dt", **ALL).fit_transform([frame])[0]
        assert isinstance(filled, polars.DataFrame) and filled.columns[-1] == "b_elapsed"
        assert_allclose(filled.to_numpy(), expected, rtol=1e-15)
    nulls = polars.DataFrame({"a": [1, None, 3], "b": [None, True, False]})
    assert_array_equal(ForwardFill(initial=0).fit_transform(nulls).to_numpy(), [[1, 0], [1, 1], [3, 0]])


def test_output_is_configured_as_that_of_other_transformers():
    framed = ForwardFill(mask=True).set_output(transform="pandas").fit_transform([VALUES, VALUES[:3]])
    assert [list(x.columns) for x in framed] == [["x0", "x1", "x0_mask", "x1_mask"]] * 2
    fitted = ForwardFill(elapsed=True).fit(VALUES)
    assert fitted.get_feature_names_out(["p", "q"]).tolist() == ["p", "q", "p_elapsed", "q_elapsed"]
    with pytest.raises(ValueError, match="'input_features' must be equal to feature_names_in_"):
        ForwardFill().fit(FRAME).get_feature_names_out(["p", "q", "r"])


def test_a_single_feature_may_be_a_column():
    column = pd.Series([1.0, NAN, 3.0], name="pulse")
    assert_array_equal(np.ravel(ForwardFill().fit_transform(column)), [1, 1, 3])
    assert_array_equal(np.ravel(ForwardFill().fit(column).transform(column.to_numpy())), [1, 1, 3])
    assert_array_equal(ForwardFill().fit_transform(column.to_numpy()), [[1], [1], [3]])
    rows = ForwardFill(mask=True).fit_transform([column.to_numpy(), np.array([NAN, 5.0])])
    assert_array_equal(rows[1], [[3, 0], [5, 1]])


@pytest.mark.parametrize("initial", [7, 7.0, [7.0, 8.0], np.array([7, 8])])
def test_the_first_values_may_be_given(initial):
    X = np.array([[NAN, NAN], [1.0, NAN]])
    expected = np.broadcast_to(initial, 2)
    rows = ForwardFill(initial=initial).fit_transform(X)
    assert_array_equal(rows, [expected, [1, expected[1]]])


def test_a_feature_that_was_never_observed_is_refused():
    X = timed()
    X[:, 1] = NAN
    for given, name in ((X, "1"), ([X, X], "1"), (pd.DataFrame(X, columns=["a", "b", "dt"]), "'b'")):
        with pytest.raises(ValueError, match=f"'X' must have an observation of every feature; column {name} has none"):
            ForwardFill(elapsed_column=2).fit(given)
    rows = ForwardFill(elapsed_column=2, initial=0.0).fit_transform(X)
    assert_array_equal(rows[:, 1], 0.0)
    fitted = ForwardFill(elapsed_column=2).fit(timed())
    assert_array_equal(fitted.transform(X)[:, 1], fitted.initial_[1])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"initial": "median"}, "'initial' must be 'mean', a number, or one for each feature; got 'median'"),
        ({"initial": NAN}, "'initial' must be a finite number"),
        ({"initial": [1.0]}, "'initial' must be one number or one per feature"),
        ({"mask": 1}, "'mask' must be True or False"),
        ({"elapsed": None}, "'elapsed' must be True or False"),
        ({"elapsed_column": 2}, "'elapsed_column' must be None, a name, or a position in the 2 columns"),
        ({"elapsed_column": "dt"}, "'elapsed_column' must be a column of X"),
        (
            {"elapsed_column": 1},
            "'elapsed_column' must be complete in 'X'; got NaN in row 0. It is in the first",
        ),
        ({"elapsed_column": 0}, "'elapsed_column' must be complete in 'X'; got NaN in row 2"),
    ],
)
def test_bad_parameters_are_named(parameters, message):
    X = VALUES.copy()
    X[3:6, 1] = 1.0
    with pytest.raises(ValueError, match=message):
        ForwardFill(**parameters).fit(X)


def test_bad_series_are_refused():
    X = timed()
    X[3, 2] = -1.0
    with pytest.raises(ValueError, match="'elapsed_column' must hold .* at least 0; got -1.0 in row 3"):
        ForwardFill(elapsed_column=2).fit(X)
    X[3, 2], X[4, 0] = 1.0, np.inf
    with pytest.raises(ValueError, match="X contains infinity"):
        ForwardFill().fit(X)
    with pytest.raises(ValueError, match="'initial' must be finite in float32"):
        ForwardFill(initial=1e300).fit(VALUES).transform(VALUES.astype("float32"))


def test_the_elapsed_column_must_not_hold_times_of_samples():
    X = np.column_stack([np.sin(np.arange(30.0)), np.arange(30.0)])
    with pytest.warns(UserWarning, match="'elapsed_column' seems to hold the times of samples") as caught:
        ForwardFill(elapsed=True, elapsed_column=1).fit_transform(X)
    assert len(caught) == 1 and caught[0].filename == __file__
    filler = ForwardFill(elapsed=True, elapsed_column=1).fit(np.column_stack([X[:, 0], np.ones(30)]))
    with pytest.warns(UserWarning, match="'elapsed_column' seems to hold the times of samples"):
        filler.transform([X])


@pytest.mark.parametrize("taken", ["a_mask", "a_elapsed"])
def test_a_column_must_not_have_the_name_of_one_that_is_added(taken):
    frame = pd.DataFrame({"a": [1.0, np.nan], taken: [0.0, 1.0]})
    with pytest.raises(ValueError, match=f"'X' must not have a column '{taken}' yet, for that is the name of one that"):
        ForwardFill(mask=True, elapsed=True).fit(frame)
    assert ForwardFill().fit_transform(frame).columns.tolist() == ["a", taken]


def test_nothing_but_fit_changes_it():
    filler = ForwardFill(**ALL).fit(gappy())
    expected = filler.transform(VALUES.repeat(2, axis=1)[:, :3])
    given = VALUES.repeat(2, axis=1)[:, :3]
    twin = pickle.loads(pickle.dumps(filler))
    filler.set_params(mask=False, elapsed=False, initial=3.0)
    assert_array_equal(filler.transform(given), expected)
    assert_array_equal(twin.transform(given), expected)
    assert clone(filler).fit_transform(given).shape == (7, 3)


def test_in_a_pipeline_no_gap_reaches_the_reservoir():
    X = [gappy(n, seed=n) for n in (20, 33)]
    states = make_pipeline(
        PerSequence(StandardScaler()), ForwardFill(**ALL), EchoStateReservoir(9, random_state=0)
    ).fit_transform(X)
    assert [x.shape for x in states] == [(20, 9), (33, 9)]
    rows = make_pipeline(PerSequence(StandardScaler()), ForwardFill()).fit_transform(X)
    scaler = StandardScaler().fit(np.concatenate(X))
    for found, x in zip(rows, X, strict=True):
        assert_allclose(found, naive.forward_fill(scaler.transform(x), np.arange(len(x)), np.zeros(3))[0], atol=1e-14)
