"""The contract of section "shapes, states, errors", kept by every public reservoir."""

import copy
import inspect
import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import coo_array, csc_array, csr_array, issparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import reservoir
from reservoir import (
    BaseReservoir,
    EchoStateReservoir,
    LIFLiquid,
    LIFState,
    LTCLiquid,
    StackedReservoir,
    StateOverflowError,
    Synapses,
)
from reservoir.topology import Shift

CLASSES = [EchoStateReservoir, LTCLiquid, LIFLiquid]
RAGGED = (40, 1, 7, 23)
N_UNITS = 13


def series(n_steps=40, n_features=5, seed=0):
    return np.random.RandomState(seed).standard_normal((n_steps, n_features))


def build(cls, **parameters):
    return cls(**({"n_units": N_UNITS, "random_state": 0} | parameters))


def leaves(value):
    """Every array inside a state, a weight, a set of synapses or a whole __dict__."""
    if isinstance(value, np.ndarray):
        return [value]
    if issparse(value):
        return [value.data, value.indices, value.indptr]
    if isinstance(value, Synapses):
        value = vars(value)
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, (list, tuple)) else []


def assert_same(first, second):
    """Both hold the same arrays, bit for bit."""
    first, second = leaves(first), leaves(second)
    assert len(first) == len(second) > 0
    for a, b in zip(first, second, strict=True):
        assert a.dtype == b.dtype
        assert_array_equal(a, b, strict=True)


@pytest.fixture(params=CLASSES, ids=lambda cls: cls.__name__)
def cls(request):
    return request.param


@pytest.fixture(params=["shift", "random"])
def topology(request):
    return request.param


@pytest.fixture(params=["float64", "float32"])
def liquid(request, cls, topology):
    return build(cls, topology=topology, dtype=request.param).fit(series())


def test_every_public_reservoir_is_here():
    public = {thing for thing in vars(reservoir).values() if inspect.isclass(thing)}
    elsewhere = {BaseReservoir, StackedReservoir}  # a stack has no weights of its own
    assert {thing for thing in public if issubclass(thing, BaseReservoir)} - elsewhere == set(CLASSES)


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


@pytest.mark.parametrize("n_units", [1, 2, 3, 4, 5, 8, 9])
def test_any_number_of_units_and_features(cls, topology, n_units):
    for n_features in (1, 2, 3, 4, 5, 9):
        states = build(cls, n_units=n_units, topology=topology).fit_transform(series(6, n_features))
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
def test_kernels_are_given_writable_arrays(cls, topology, n_features, n_units):
    # A read-only array is another type to Numba: one among the weights compiles the whole kernel a second time.
    liquid = build(cls, n_units=n_units, topology=topology).fit(series(4, n_features))
    for own in (liquid, pickle.loads(pickle.dumps(liquid))):
        assert all(array.flags.writeable for array in leaves(own._arguments))


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


# Randomness, parameters, copies


def test_the_seed_decides(cls, topology):
    x = series()
    first, same, other = (build(cls, topology=topology, random_state=seed).fit(x) for seed in (0, 0, 1))
    assert_same(first.recurrent_weights_, same.recurrent_weights_)
    assert_array_equal(first.transform(x), same.transform(x))
    assert np.any(first.input_weights_ != other.input_weights_)
    assert np.any(first.recurrent_weights_.toarray() != other.recurrent_weights_.toarray())
    assert np.any(first.transform(x) != other.transform(x))
    assert_array_equal(first.fit(x).transform(x), same.transform(x))


def test_no_seed_draws_anew(cls):
    liquid, x = build(cls, random_state=None), series()
    assert np.any(liquid.fit(x).transform(x) != liquid.fit(x).transform(x))


def test_drawing_leaves_the_global_stream_alone(cls):
    np.random.seed(0)
    expected = np.random.random_sample()
    np.random.seed(0)
    build(cls, random_state=0).fit(series())
    assert np.random.random_sample() == expected


def test_the_seed_decides_in_both_precisions(cls):
    double, single = (build(cls, dtype=dtype).fit(series()) for dtype in ("float64", "float32"))
    assert_array_equal(double.input_weights_.astype(np.float32), single.input_weights_, strict=True)
    assert single.recurrent_weights_.dtype == np.float32


def test_only_the_number_of_features_counts_in_fit(cls):
    expected = build(cls).fit(series()).transform(series())
    for X in (series(1), 9 * series(8), series()[None], [series(6), series(9)]):
        assert_array_equal(build(cls).fit(X).transform(series()), expected)


ARRAYS = {
    EchoStateReservoir: {
        "leak_rate": np.full(N_UNITS, 0.5),
        "bias": np.ones(N_UNITS),
        "input_weights": np.ones((N_UNITS, 5)),
        "recurrent_weights": 0.05 * np.ones((N_UNITS, N_UNITS)),
    },
    LTCLiquid: {
        "capacitance": np.ones(N_UNITS),
        "leak_conductance": np.ones(N_UNITS),
        "leak_potential": np.zeros(N_UNITS),
        "input_weights": np.ones((N_UNITS, 5)),
        "recurrent_weights": np.ones((N_UNITS, N_UNITS)),
    },
    LIFLiquid: {
        "inhibitory": np.arange(N_UNITS) > 10,
        "background_current": np.ones(N_UNITS),
        "tau_membrane": np.full(N_UNITS, 20.0),
        "initial_voltage": np.full(N_UNITS, 2.0),
        "input_weights": np.ones((N_UNITS, 5)),
        "recurrent_weights": np.ones((N_UNITS, N_UNITS)),
    },
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("sparse", [False, True])
def test_fit_changes_no_parameter(cls, dtype, sparse):
    given = copy.deepcopy(ARRAYS[cls])
    if sparse:
        given["recurrent_weights"] = csr_array(given["recurrent_weights"])
    liquid = build(cls, dtype=dtype, **given)
    parameters, before = liquid.get_params(), copy.deepcopy(liquid.get_params())
    liquid.fit_transform(series())
    assert all(liquid.get_params()[name] is value for name, value in parameters.items())
    assert repr(liquid.get_params()) == repr(before)
    assert_same(given, {name: before[name] for name in given})
    assert all(array.flags.writeable for array in leaves(given))
    own = leaves({name: value for name, value in vars(liquid).items() if name not in given})
    assert not any(np.shares_memory(array, other) for array in leaves(given) for other in own)


def test_synapses_given_to_a_liquid_stay_the_callers():
    conductance = csr_array(np.ones((N_UNITS, N_UNITS)))
    properties = [np.ones(N_UNITS**2) for _ in range(3)]
    liquid = build(LTCLiquid, recurrent_weights=Synapses(conductance, *properties)).fit(series())
    expected = liquid.transform(series())
    assert all(array.flags.writeable for array in properties)
    properties[0][:] = 5
    assert_array_equal(liquid.transform(series()), expected)
    assert_array_equal(pickle.loads(pickle.dumps(liquid)).transform(series()), expected)


@pytest.mark.parametrize(
    "duplicate",
    [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy, copy.copy, lambda x: clone(x).fit(series())],
    ids=["pickle", "deepcopy", "copy", "clone"],
)
def test_a_copy_gives_the_same_bits(liquid, duplicate):
    twin, x = duplicate(liquid), series()
    assert_array_equal(twin.transform(x), liquid.transform(x), strict=True)
    state = liquid.run(x)[1]
    assert_same(twin.run(x, state), liquid.run(x, state))
    assert repr(twin) == repr(liquid)
    assert not twin.input_weights_.flags.writeable and not twin.recurrent_weights_.data.flags.writeable


def test_fitted_weights_are_read_only(liquid):
    with pytest.raises(ValueError, match="read-only"):
        liquid.input_weights_[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        liquid.recurrent_weights_.data[0] = 1
    for name, value in vars(liquid).items():
        if name.endswith("_"):
            assert not any(array.flags.writeable for array in leaves([value])), name


@pytest.mark.parametrize(
    "cls, change",
    [
        (EchoStateReservoir, {"activation": "relu"}),
        (EchoStateReservoir, {"dtype": "float32"}),
        (LTCLiquid, {"n_substeps": 7}),
        (LTCLiquid, {"dtype": "float32"}),
        (LIFLiquid, {"resting": 3.0}),
        (LIFLiquid, {"output": "voltages"}),
        (LIFLiquid, {"dt": 0.5}),
    ],
)
def test_a_parameter_set_after_fit_waits_for_the_next_fit(cls, change):
    x = series()
    liquid = build(cls).fit(x)
    expected, _ = liquid.run(x)
    liquid.set_params(**change)
    assert_array_equal(liquid.transform(x), expected, strict=True)
    assert_array_equal(pickle.loads(pickle.dumps(liquid)).transform(x), expected, strict=True)
    assert np.any(liquid.fit(x).transform(x) != expected)


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


# Given weights


@pytest.mark.parametrize("form", [np.asarray, csr_array, csc_array, coo_array, np.ndarray.tolist])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_given_weights_are_used_as_they_are(cls, form, dtype):
    recurrent = np.round(series(6, 6), 2) * (series(6, 6, seed=1) > 0)
    inputs = np.round(series(6, 5, seed=2), 2)
    liquid = build(cls, input_weights=inputs, recurrent_weights=form(recurrent), dtype=dtype).fit(series())
    assert liquid.n_units_ == 6 and liquid.transform(series()).shape == (40, 6)
    assert_array_equal(liquid.recurrent_weights_.toarray(), recurrent.astype(dtype), strict=True)
    assert_array_equal(liquid.input_weights_, inputs.astype(dtype), strict=True)
    assert isinstance(liquid.recurrent_weights_, csr_array) and liquid.recurrent_weights_.has_canonical_format
    as_topology = build(cls, input_weights=inputs, topology=form(recurrent), dtype=dtype).fit(series())
    assert_array_equal(as_topology.transform(series()), liquid.transform(series()))


def test_drawn_weights_given_back_give_the_same_states():
    drawn = build(EchoStateReservoir).fit(series())
    given = EchoStateReservoir(
        input_weights=drawn.input_weights_, recurrent_weights=drawn.recurrent_weights_, bias=drawn.bias_, leak_rate=0.3
    )
    assert_array_equal(given.fit(series()).transform(series()), drawn.transform(series()))


def test_a_given_weight_leaves_the_other_draws_alone(cls):
    drawn = build(cls).fit(series())
    other_input = build(cls, input_weights=np.ones((N_UNITS, 5))).fit(series())
    assert_same(other_input.recurrent_weights_, drawn.recurrent_weights_)
    other_recurrent = build(cls, recurrent_weights=np.eye(N_UNITS)).fit(series())
    assert_array_equal(other_recurrent.input_weights_, drawn.input_weights_)


def test_zero_weights_make_independent_units(cls):
    assert np.isfinite(build(cls, recurrent_weights=np.zeros((4, 4))).fit_transform(series())).all()


# Bad input

X = series()
WITH_NAN, WITH_INFINITY, TEXT = X.copy(), X.copy(), X.astype(str).astype(object)
WITH_NAN[7, 3], WITH_INFINITY[7, 3], TEXT[7, 3] = np.nan, np.inf, "text"
BAD_X = {
    "nan": (WITH_NAN, "Input X contains NaN"),
    "nan, 3-D": (WITH_NAN[None], "X contains NaN"),
    "nan, list": ([X, WITH_NAN], r"X\[1\] contains NaN"),
    "infinity": (WITH_INFINITY, "Input X contains infinity"),
    "infinity, 3-D": (-WITH_INFINITY[None], "X contains infinity"),
    "1-D": (X[:, 0], "(?s)'X'.*1-D.*[Rr]eshape"),
    "1-D frame": (pd.Series(X[:, 0]), "(?s)'X'.*1-D.*[Rr]eshape"),
    "list of 1-D": ([X[:, 0], X[:, 0]], r"'X'.*X\[0\] is 1-D.*[Rr]eshape"),
    "list with a 1-D": ([X, X[:, 0]], r"'X'.*X\[1\] is 1-D.*[Rr]eshape"),
    "empty list": ([], "'X'.*empty list"),
    "empty object array": (np.array([], dtype=object), "'X'.*empty list"),
    "0 steps": (X[:0], "0 sample"),
    "0 steps, list": ([X, X[:0]], r"X\[1\] has 0 steps"),
    "0 features": (X[:, :0], "0 feature"),
    "0 features, list": ([X[:, :0]], "0 feature"),
    "ragged features": ([X, X[:, :3]], r"X\[0\] has 5, X\[1\] has 3"),
    "sparse": (csr_array(X), "Sparse data was passed for X"),
    "sparse, list": ([X, csr_array(X)], r"Sparse data was passed for X\[1\]"),
    "complex": (X + 1j, "Complex data not supported"),
    "complex, 3-D": (X[None] + 1j, "Complex data not supported"),
    "complex, list": ([X + 1j], "Complex data not supported"),
    "object": (np.full((3, 5), object()), "float"),
    "text": (TEXT, "could not convert string to float"),
    "4-D": (np.zeros((2, 2, 3, 5)), "'X'.*4-D"),
    "list of 3-D": ([X[None]], r"X\[0\] is 3-D"),
    "zero sequences": (np.zeros((0, 3, 5)), r"'X'.*\(0, 3, 5\)"),
    "3-D of 0 steps": (np.zeros((2, 0, 5)), r"'X'.*\(2, 0, 5\)"),
    "3-D of 0 features": (np.zeros((2, 3, 0)), r"'X'.*\(2, 3, 0\)"),
    "a number": (5.0, "Expected 2D array"),
    "None": (None, "Expected 2D array"),
}
WRONG_WIDTH = {"2-D": X[:, :3], "3-D": X[None, :, :3], "list": [X[:, :3]], "wider": np.hstack([X, X])}


@pytest.mark.parametrize("case", BAD_X)
def test_bad_input_is_refused_and_changes_nothing(cls, case):
    bad, message = BAD_X[case]
    with pytest.raises((ValueError, TypeError), match=message):
        build(cls).fit(bad)
    liquid = build(cls).fit(X)
    before, states = copy.deepcopy(vars(liquid)), liquid.transform(X)
    with pytest.raises((ValueError, TypeError), match=message):
        liquid.transform(bad)
    with pytest.raises((ValueError, TypeError)):
        liquid.run(bad)
    with pytest.raises((ValueError, TypeError), match=message):
        liquid.fit(bad)
    assert_same(vars(liquid), before)
    assert_array_equal(liquid.transform(X), states)


@pytest.mark.parametrize("case", WRONG_WIDTH)
def test_another_number_of_features_is_refused(cls, case):
    liquid = build(cls).fit(X)
    with pytest.raises(ValueError, match=f"X has .* features, but {cls.__name__} is expecting 5"):
        liquid.transform(WRONG_WIDTH[case])


def test_run_takes_one_series_only(cls):
    liquid = build(cls).fit(X)
    for many in (X[None], [X], [X, X]):
        with pytest.raises(ValueError, match="'X' must be one 2-D series"):
            liquid.run(many)


def test_nothing_runs_before_fit(cls):
    for call in (lambda: build(cls).transform(X), lambda: build(cls).run(X)):
        with pytest.raises(NotFittedError):
            call()


SQUARE = np.eye(N_UNITS)
BAD_EVERYWHERE = [
    ("n_units", 0), ("n_units", -3), ("n_units", True), ("n_units", 10.0), ("n_units", "10"), ("n_units", None),
    ("degree", 0), ("degree", -1), ("degree", N_UNITS + 1), ("degree", 2.0), ("degree", True),
    ("topology", "shif"), ("topology", None), ("topology", Shift), ("topology", 7), ("topology", SQUARE[:4]),
    ("dtype", "float16"), ("dtype", "int64"), ("dtype", complex), ("dtype", "nonsense"), ("dtype", [1]),
    ("input_scaling", -1.0), ("input_scaling", np.nan), ("input_scaling", "1"),
    ("recurrent_weights", SQUARE[:4]), ("recurrent_weights", SQUARE[0]), ("recurrent_weights", SQUARE * np.nan),
    ("recurrent_weights", SQUARE * 1j), ("recurrent_weights", "shift"), ("recurrent_weights", [[1, 2], [3]]),
    ("recurrent_weights", csr_array(np.diag([np.inf, 1.0]))), ("recurrent_weights", np.zeros((0, 0))),
    ("recurrent_weights", SQUARE[None]),
    ("input_weights", np.ones((N_UNITS, 4))), ("input_weights", np.ones((N_UNITS + 1, 5))),
    ("input_weights", np.full((N_UNITS, 5), np.nan)), ("input_weights", np.ones((N_UNITS, 5)) * 1j),
    ("input_weights", np.ones(N_UNITS)), ("input_weights", 1.0), ("input_weights", [[1, 2], [3]]),
]  # fmt: skip
PER_UNIT = {
    EchoStateReservoir: [],
    LTCLiquid: ["capacitance", "leak_conductance"],
    LIFLiquid: ["tau_membrane"],
}
POSITIVE = {
    EchoStateReservoir: [],
    LTCLiquid: ["gain", "coupling"],
    LIFLiquid: ["tau_excitatory", "tau_inhibitory", "dt", "input_period", "tau_trace"],
}
BAD_PARAMETERS = [
    *((cls, name, value) for cls in CLASSES for name, value in BAD_EVERYWHERE),
    *((cls, name, value) for cls in CLASSES for name in PER_UNIT[cls] + POSITIVE[cls]
      for value in (0.0, -1.0, np.nan, np.inf, "1", None, True)),
    *((cls, name, value) for cls in CLASSES for name in PER_UNIT[cls]
      for value in (np.ones(4), np.zeros(N_UNITS), -np.ones(N_UNITS), np.full(N_UNITS, np.nan), [[1.0], [2.0, 3.0]])),
    *((EchoStateReservoir, "leak_rate", value) for value in (0, -0.1, 1.1, np.nan, True, "1", None, np.ones(4),
      np.zeros(N_UNITS), np.ones((N_UNITS, 1)), (0.0, 1.0), (0.5, 1.5), (0.9, 0.1), (0.1, 0.2, 0.3))),
    (EchoStateReservoir, "leak_rate", np.ones(N_UNITS) * 1j),
    (EchoStateReservoir, "spectral_radius", -0.1), (EchoStateReservoir, "spectral_radius", np.nan),
    (EchoStateReservoir, "spectral_radius", "1"), (EchoStateReservoir, "spectral_radius", True),
    (EchoStateReservoir, "bias_scaling", -1.0), (EchoStateReservoir, "activation", "tan"),
    (EchoStateReservoir, "activation", np.tanh), (EchoStateReservoir, "bias", np.ones(4)),
    (EchoStateReservoir, "bias", np.nan), (EchoStateReservoir, "input_scaling", 10**400),
    (LTCLiquid, "capacitance", (0.0, 1.0)), (LTCLiquid, "capacitance", (2.0, 1.0)),
    (LTCLiquid, "capacitance", (-1.0, 1.0)),
    (LTCLiquid, "n_substeps", 0), (LTCLiquid, "n_substeps", 1.5), (LTCLiquid, "leak_potential", np.ones(4)),
    (LTCLiquid, "leak_potential", np.nan), (LTCLiquid, "input_degree", 0), (LTCLiquid, "input_degree", 2.5),
    (LIFLiquid, "refractory", -1.0), (LIFLiquid, "refractory", np.nan), (LIFLiquid, "refractory", (2.0, -1.0)),
    (LIFLiquid, "tau_membrane", (20.0, -1.0)), (LIFLiquid, "tau_membrane", (0.0, 20.0)),
    (LIFLiquid, "delays", -1.0), (LIFLiquid, "delays", (1.0, 1.0)), (LIFLiquid, "delays", (1.0, 1.0, -1.0, 1.0)),
    (LIFLiquid, "delays", np.nan), (LIFLiquid, "input_period", 2.5), (LIFLiquid, "input_period", 0.4),
    (LIFLiquid, "reset", 15.0), (LIFLiquid, "resting", 20.0), (LIFLiquid, "threshold", np.nan),
    (LIFLiquid, "inhibitory", 1.0), (LIFLiquid, "inhibitory", -0.1), (LIFLiquid, "inhibitory", np.ones(4, dtype=bool)),
    (LIFLiquid, "inhibitory", np.ones(N_UNITS)), (LIFLiquid, "recurrent_scaling", -1.0), (LIFLiquid, "output", "rates"),
    (LIFLiquid, "background_current", np.ones(4)), (LIFLiquid, "background_current", np.nan),
    (LIFLiquid, "initial_voltage", np.ones(4)), (LIFLiquid, "input_degree", 0), (LIFLiquid, "input_scaling", np.inf),
]  # fmt: skip


def short(value):
    if isinstance(value, type):
        return value.__name__
    return f"{type(value).__name__}{np.shape(value)}" if isinstance(value, np.ndarray) else str(value)[:30]


@pytest.mark.parametrize("cls, name, value", BAD_PARAMETERS, ids=short)
def test_a_bad_parameter_is_named(cls, name, value):
    with pytest.raises((ValueError, TypeError), match=f"'{name}'"):
        build(cls, **{name: value}).fit(X)


@pytest.mark.parametrize(
    "cls, name, value",
    [
        *((cls, "degree", 99) for cls in CLASSES),
        (EchoStateReservoir, "leak_rate", -1.0),
        (EchoStateReservoir, "input_scaling", -1.0),
        (LTCLiquid, "capacitance", -1.0),
        (LTCLiquid, "n_substeps", 0),
        (LIFLiquid, "tau_membrane", -1.0),
        (LIFLiquid, "tau_trace", -1.0),
        (LIFLiquid, "dt", -1.0),
        (LIFLiquid, "input_period", 2.5),
    ],
)
def test_a_failed_fit_leaves_the_earlier_one_standing(cls, name, value):
    liquid = build(cls).fit(X)
    states, before = (
        liquid.transform(X),
        {key: copy.deepcopy(part) for key, part in vars(liquid).items() if key != name},
    )
    liquid.set_params(**{name: value}, random_state=1)
    with pytest.raises(ValueError, match=name):
        liquid.fit(np.hstack([X, X]))
    assert liquid.n_features_in_ == 5
    assert_same({key: vars(liquid)[key] for key in before}, before)
    assert_array_equal(liquid.transform(X), states)
    with pytest.raises(ValueError, match="expecting 5 features"):
        liquid.transform(np.hstack([X, X]))


def test_a_first_fit_that_fails_is_no_fit(cls):
    liquid = build(cls, degree=99)
    with pytest.raises(ValueError, match="degree"):
        liquid.fit(X)
    with pytest.raises(NotFittedError):
        liquid.transform(X)


# Bad states


def states_of_others(liquid):
    state, n_units = liquid.run(X)[1], liquid.n_units_
    yield from (np.zeros(n_units + 1), np.zeros(()), np.zeros(n_units) * 1j, "state", object(), {"state": 1}, [])
    yield np.full(n_units, "a")
    yield np.zeros((n_units, 1))
    yield build(type(liquid), n_units=n_units + 1).fit(X).run(X)[1]
    other = LTCLiquid if isinstance(liquid, LIFLiquid) else LIFLiquid
    yield build(other, n_units=n_units).fit(X).run(X)[1]
    for value in (np.nan, np.inf):
        if not isinstance(state, LIFState):
            yield np.where(np.arange(n_units) == 2, value, state)
            continue
        for name in ("voltage", "current", "arrivals", "trace"):
            broken = state._asdict()[name].copy()
            broken.flat[0] = value
            yield state._replace(**{name: broken})


def test_a_wrong_state_is_refused_by_name(cls):
    liquid = build(cls).fit(X)
    for state in states_of_others(liquid):
        with warnings.catch_warnings(), pytest.raises((ValueError, TypeError), match="'state'"):
            warnings.simplefilter("ignore")
            liquid.run(X, state)


def test_a_complex_or_negative_part_of_a_spiking_state_is_refused():
    liquid = build(LIFLiquid).fit(X)
    state = liquid.run(X)[1]
    for part in (
        {"voltage": state.voltage + 1j},
        {"refractory": state.refractory - 5},
        {"trace": state.trace.astype(str)},
    ):
        with pytest.raises((ValueError, TypeError), match="'state'"):
            liquid.run(X, state._replace(**part))


# Overflow


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", ["identity", "relu"])
def test_an_unstable_reservoir_raises(activation, dtype):
    # Equal positive weights: otherwise a relu can rest at zero, however large the spectral radius.
    topology = Shift(weights="constant")
    liquid = build(
        EchoStateReservoir, topology=topology, activation=activation, spectral_radius=1.5, leak_rate=1.0, dtype=dtype
    ).fit(X)
    long = np.random.RandomState(0).standard_normal((20_000, 5))
    before = copy.deepcopy(vars(liquid))
    with pytest.raises(reservoir.StateOverflowError, match="spectral_radius"):
        liquid.transform(long)
    with pytest.raises(StateOverflowError, match="step"):
        liquid.set_params(n_jobs=2).transform([long, X])
    assert_same(vars(liquid), before)
    assert np.isfinite(liquid.transform(X)).all()


def test_an_oscillating_overflow_raises_as_well():
    liquid = EchoStateReservoir(recurrent_weights=-3 * np.eye(2), activation="identity", leak_rate=1.0, random_state=0)
    with pytest.raises(StateOverflowError) as caught:
        liquid.fit_transform(np.ones((20_000, 1)))
    assert "spectral_radius" not in str(caught.value), "no remedy: a spectral radius does not touch given weights"


@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce")  # the check for finite X sums it first
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("output", ["traces", "counts", "voltages"])
def test_a_spiking_liquid_with_lost_voltages_raises(output, dtype):
    # Rows of nearly the largest number, of either sign: V becomes infinite, then NaN, and a NaN never spikes again.
    huge = np.sign(X) * 0.9 * float(np.finfo(dtype).max)
    liquid = build(LIFLiquid, output=output, dtype=dtype, input_weights=series(N_UNITS, 5)).fit(X)
    with pytest.raises(StateOverflowError):
        liquid.transform(huge)


@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce")  # the check for finite X sums it first
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_conductance_keeps_any_input_in_range(topology, dtype):
    huge = np.sign(X) * 0.9 * float(np.finfo(dtype).max)
    liquid = build(LTCLiquid, topology=topology, leak_potential=0.0, dtype=dtype).fit(X)
    assert np.abs(liquid.transform(huge)).max() <= 1


@pytest.mark.parametrize("name", ["tau_membrane", "tau_excitatory", "tau_inhibitory", "tau_trace"])
@pytest.mark.parametrize("tau", [1e-3, 1e-6, 1e6])
def test_any_positive_time_constant_gives_spikes(name, tau):
    liquid = build(LIFLiquid, **{name: tau}, background_current=1e6, output="counts").fit(X)
    counts, state = liquid.run(X)
    assert counts.sum() > 0 and all(np.isfinite(part).all() for part in state)


def test_an_endless_refractory_time_ends_after_one_spike():
    counts = build(LIFLiquid, refractory=1e12, background_current=100.0, output="counts").fit(X).transform(X)
    assert_array_equal(counts.sum(axis=0), 1)


# Synapses


def test_synapses_between_units_have_to_be_square():
    synapses = Synapses(csr_array(np.ones((5, 8))), *(np.ones(40) for _ in range(3)))
    with pytest.raises(ValueError, match="recurrent_weights"):
        LTCLiquid(recurrent_weights=synapses).fit(X)


@pytest.mark.parametrize("conductance", [csr_array([[1.0, np.nan]]), csr_array([[np.inf, 1.0]]), "x"])
def test_synapses_need_a_finite_conductance(conductance):
    with pytest.raises((ValueError, TypeError), match="'conductance'"):
        Synapses(conductance, np.ones(2), np.ones(2), np.ones(2))


def test_a_conductance_by_columns_is_not_mistaken_for_rows():
    matrix = np.array([[0, 1.0, 2.0], [0, 0, 0.5], [0, 0, 3.0]])
    by_rows = LTCLiquid(recurrent_weights=Synapses(csr_array(matrix), *np.ones((3, 4))), random_state=0).fit(X)
    try:
        by_columns = LTCLiquid(recurrent_weights=Synapses(csc_array(matrix), *np.ones((3, 4))), random_state=0).fit(X)
    except (ValueError, TypeError) as error:
        assert "'conductance'" in str(error)
    else:
        assert_array_equal(by_columns.transform(X), by_rows.transform(X))


# Warnings


def test_channels_first_is_suspected_in_the_callers_line(cls):
    flat = [X.T, X.T]
    for fit in (build(cls).fit, build(cls).fit_transform):
        with pytest.warns(UserWarning, match="from_channels_first") as caught:
            fit(flat)
        assert len(caught) == 1
    for fine in ([X, X], X.T, [X.T], [X.T, np.vstack([X] * 9)[:, :1].repeat(40, axis=1)]):
        build(cls).fit(fine)
    liquid = build(cls).fit(X.T)
    liquid.transform(flat)
    with pytest.warns(UserWarning) as caught:
        build(cls).fit(flat)
    assert caught[0].filename == __file__
