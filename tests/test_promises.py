"""What every public reservoir promises: shapes, time, threads, names."""

import copy
import inspect
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from builders import CLASSES, N_UNITS, VARIANTS, assert_same, build, leaves, make, series, takes
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import reservoir
from reservoir import (
    NVAR,
    AdaptiveReservoir,
    BaseReservoir,
    LegendreMemory,
    MeasuredReservoir,
    StackedReservoir,
)

RAGGED = (40, 1, 7, 23)
WITH_MATRICES = [cls for cls in CLASSES if takes(cls, "recurrent_weights")]


@pytest.fixture(params=[variant for variant in VARIANTS if "wired" not in variant])
def resizable(request):
    return request.param


def test_every_public_reservoir_is_here():
    public = {thing for thing in vars(reservoir).values() if inspect.isclass(thing)}
    # These have no weights of their own, or none that are drawn.
    elsewhere = {NVAR, AdaptiveReservoir, BaseReservoir, LegendreMemory, MeasuredReservoir, StackedReservoir}
    assert {thing for thing in public if issubclass(thing, BaseReservoir)} - elsewhere == set(CLASSES)
    assert {cls for cls, _ in VARIANTS.values()} == set(CLASSES)


# Shapes


def test_the_three_containers_agree_bit_for_bit(liquid):
    stack = np.stack([series(seed=seed) for seed in range(3)])
    states = liquid.transform(stack)
    assert isinstance(states, np.ndarray) and states.shape == (3, 40, N_UNITS) and states.dtype == liquid.dtype
    as_list = liquid.transform(list(stack))
    assert type(as_list) is list
    for x, from_stack, from_list in zip(stack, states, as_list, strict=True):
        assert_array_equal(liquid.transform(x), from_stack, strict=True)
        assert_array_equal(liquid.run(x)[0], from_stack, strict=True)
        assert_array_equal(from_list, from_stack, strict=True)


def test_ragged_series_come_back_in_order_with_as_many_rows(liquid):
    X = [series(n_steps, seed=n_steps) for n_steps in RAGGED]
    boxed = np.empty(len(X), dtype=object)
    boxed[:] = X
    for container in (X, tuple(X), boxed):
        states = liquid.transform(container)
        assert type(states) is list and [x.shape for x in states] == [(n, N_UNITS) for n in RAGGED]
        assert_same(states, [liquid.transform(x) for x in X])


def test_one_sequence_keeps_its_container(liquid):
    x = series()
    assert liquid.transform(x[None]).shape == (1, 40, N_UNITS)
    assert type(liquid.transform([x])) is list
    assert liquid.transform(x[:1]).shape == (1, N_UNITS)


@pytest.mark.parametrize("n_units", [1, 2, 3, 5, 9])
def test_any_number_of_units_and_features(resizable, n_units):
    for n_features in (1, 2, 3, 4, 5, 9):
        states = make(resizable, n_units=n_units).fit_transform(series(6, n_features))
        assert states.shape == (6, n_units) and np.isfinite(states).all()


@pytest.mark.parametrize("layout", ["read-only", "fortran", "strided", "reversed", "big-endian", "frame"])
def test_any_layout_of_the_same_numbers(liquid, layout):
    x = series()
    laid = {
        "read-only": x.copy(),
        "fortran": np.asfortranarray(x),
        "strided": np.repeat(np.repeat(x, 2, axis=0), 3, axis=1)[::2, ::3],
        "reversed": x[::-1].copy()[::-1],
        "big-endian": x.astype(">f8"),
        "frame": pd.DataFrame(x),
    }[layout]
    if layout == "read-only":
        laid.setflags(write=False)
    before = np.array(laid)
    assert_array_equal(liquid.transform(laid), liquid.transform(x), strict=True)
    assert_same(liquid.run(laid), liquid.run(x))
    assert_array_equal(liquid.transform(np.asarray(laid)[None])[0], liquid.transform(x), strict=True)
    assert_array_equal(before, np.array(laid))


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.int8, np.uint8, bool])
def test_any_number_type_counts_as_its_value(liquid, dtype):
    x = np.abs(2 * series()).astype(dtype)
    assert_array_equal(liquid.transform(x), liquid.transform(x.astype(np.float64)), strict=True)
    assert liquid.transform(x).dtype == liquid.dtype


@pytest.mark.parametrize("n_features", [1, 2])
@pytest.mark.parametrize("n_units", [1, 3])
def test_kernels_are_given_writable_arrays(resizable, n_features, n_units):
    # A read-only array is another type to Numba: one among the weights compiles the whole kernel a second time.
    liquid = make(resizable, n_units=n_units).fit(series(4, n_features))
    for own in (liquid, pickle.loads(pickle.dumps(liquid))):
        assert all(array.flags.writeable for array in leaves(own.program_))


# Time


@pytest.mark.parametrize("row", [0, 1, 17, 39])
def test_the_future_does_not_reach_the_past(liquid, row):
    x, changed = series(), series()
    changed[row:] = 3 - 2 * changed[row:]
    before, after = liquid.transform(x), liquid.transform(changed)
    assert_array_equal(after[:row], before[:row])
    assert np.any(after != before)


@pytest.mark.parametrize("k", [1, 2, 19, 39])
def test_a_prefix_and_its_continuation(liquid, k):
    x = series()
    states, end = liquid.run(x)
    assert_array_equal(liquid.transform(x[:k]), states[:k], strict=True)
    head, state = liquid.run(x[:k])
    tail, state = liquid.run(x[k:], state)
    assert_array_equal(np.vstack([head, tail]), states, strict=True)
    assert_same([state], [end])


def test_row_by_row_is_the_whole(liquid):
    x, rows, state = series(), [], None
    for t in range(len(x)):
        row, state = liquid.run(x[t : t + 1], state)
        rows.append(row)
    states, end = liquid.run(x)
    assert_array_equal(np.vstack(rows), states, strict=True)
    assert_same([state], [end])


def test_run_changes_neither_state_nor_input(liquid):
    x = series()
    _, state = liquid.run(x)
    kept_x, kept_state = x.copy(), copy.deepcopy(state)
    states, after = liquid.run(x, state)
    again, _ = liquid.run(x, state)
    assert_array_equal(x, kept_x)
    assert_same([state], [kept_state])
    assert_array_equal(states, again)
    for part in leaves([after]):
        assert not any(np.shares_memory(part, other) for other in [states, *leaves([state]), *leaves(vars(liquid))])
        part[...] = 0
    assert_same(liquid.run(x, state)[0], again)


def test_a_read_only_state_continues(liquid):
    x = series()
    _, state = liquid.run(x)
    expected = liquid.run(x, state)
    for part in leaves([state]):
        part.setflags(write=False)
    assert_same(liquid.run(x, state), expected)


def test_states_handed_out_belong_to_the_caller(liquid):
    first = liquid.transform(series())
    expected = first.copy()
    first[:] = 7
    assert_array_equal(liquid.transform(series()), expected)


def test_transform_and_run_leave_the_object_as_it_was(liquid):
    names, values = list(vars(liquid)), list(vars(liquid).values())
    before = copy.deepcopy(vars(liquid))
    liquid.transform([series(), series(3)])
    liquid.run(series(), liquid.run(series())[1])
    liquid.get_feature_names_out()
    assert list(vars(liquid)) == names
    assert all(now is then for now, then in zip(vars(liquid).values(), values, strict=True))
    assert_same(vars(liquid), before)


# Threads


def test_threads_over_sequences_change_no_bit(liquid):
    X = [series(n_steps, seed=n_steps) for n_steps in RAGGED]
    assert_same(clone(liquid).set_params(n_jobs=2).fit(X[0]).transform(X), liquid.transform(X))


def test_one_estimator_serves_eight_threads(liquid):
    X = [series(300, seed=seed) for seed in range(8)]
    expected = [liquid.run(x) for x in X]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(2):
            assert_same(list(threads.map(liquid.run, X)), expected)
            assert_same(list(threads.map(liquid.transform, X)), [states for states, _ in expected])


# Names and frames


def test_feature_names(cls):
    names = build(cls).fit(series()).get_feature_names_out()
    assert names.tolist() == [f"{cls.__name__.lower()}{unit}" for unit in range(N_UNITS)]
    with pytest.raises(NotFittedError):
        build(cls).get_feature_names_out()


def test_frames_keep_their_index(cls):
    index = pd.date_range("2020-01-01", periods=40, freq="h")
    frame = pd.DataFrame(series(), index=index, columns=list("abcde"))
    liquid = build(cls).set_output(transform="pandas").fit(frame)
    states = liquid.transform(frame)
    assert isinstance(states, pd.DataFrame) and states.index.equals(index)
    assert states.columns.tolist() == liquid.get_feature_names_out().tolist()
    assert liquid.feature_names_in_.tolist() == list("abcde")
    with pytest.raises(ValueError, match="feature names"):
        liquid.transform(frame[list("edcba")])
    assert_array_equal(states.to_numpy(), build(cls).fit(series()).transform(series()))


@pytest.mark.parametrize("container", [list, np.stack])
def test_pandas_output_of_many_series(cls, container):
    # A frame has two axes, so many series either stay what they are or are refused by name; never a stray error.
    liquid, X = build(cls).set_output(transform="pandas"), container([series(), series(seed=1)])
    try:
        states = liquid.fit_transform(X)
    except ValueError as error:
        assert "set_output" in str(error)
    else:
        assert_same([np.asarray(x) for x in states], list(build(cls).fit_transform(X)))


def test_refit_on_a_list_forgets_the_names_of_a_frame(cls):
    liquid = build(cls).fit(pd.DataFrame(series(), columns=list("abcde")))
    liquid.fit([series()])
    assert not hasattr(liquid, "feature_names_in_")
    liquid.transform(series())
