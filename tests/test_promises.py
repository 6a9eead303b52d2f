"""What every public reservoir promises: shapes, time, randomness, copies, threads, names, given weights."""

import copy
import inspect
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from builders import CLASSES, N_UNITS, VARIANTS, assert_same, build, differ, leaves, series, takes, weights_of
from numpy.testing import assert_array_equal
from scipy.sparse import coo_array, csc_array, csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

import reservoir
from reservoir import (
    NVAR,
    AdaptiveReservoir,
    BaseReservoir,
    CfCLiquid,
    CfCWeights,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    MemoryCell,
    StackedReservoir,
    Synapses,
)

RAGGED = (40, 1, 7, 23)
WITH_MATRICES = [cls for cls in CLASSES if takes(cls, "recurrent_weights")]


@pytest.fixture(params=CLASSES, ids=lambda cls: cls.__name__)
def cls(request):
    return request.param


@pytest.fixture(params=VARIANTS)
def variant(request):
    return request.param


@pytest.fixture(params=[variant for variant in VARIANTS if "wired" not in variant])
def resizable(request):
    return request.param


@pytest.fixture(params=["float64", "float32"])
def liquid(request, variant):
    return make(variant, dtype=request.param).fit(series())


def make(variant, **parameters):
    cls, own = VARIANTS[variant]
    return build(cls, **own, **parameters)


def test_every_public_reservoir_is_here():
    public = {thing for thing in vars(reservoir).values() if inspect.isclass(thing)}
    elsewhere = {NVAR, AdaptiveReservoir, BaseReservoir, StackedReservoir}  # these have no weights of their own
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


# Randomness, parameters, copies


def test_the_seed_decides(variant):
    x = series()
    first, same, other = (make(variant).set_params(random_state=seed).fit(x) for seed in (0, 0, 1))
    assert_same(weights_of(first), weights_of(same))
    assert_array_equal(first.transform(x), same.transform(x))
    for name in ("input_weights_", "recurrent_weights_", "weights_"):
        if hasattr(first, name):
            assert differ([getattr(first, name)], [getattr(other, name)])
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


def test_the_seed_decides_in_both_precisions(variant):
    double, single = (make(variant, dtype=dtype).fit(series()) for dtype in ("float64", "float32"))
    for ours, theirs in zip(weights_of(double), weights_of(single), strict=True):
        assert_array_equal(ours.astype(theirs.dtype), theirs, strict=True)
    for name in ("input_weights_", "recurrent_weights_", "bias_"):
        if hasattr(single, name):
            assert getattr(single, name).dtype == np.float32


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
    CTRNNLiquid: {
        "tau_range": np.full(N_UNITS, 3.0),
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
        "output_weights": np.ones((2, N_UNITS)),
        "output_bias": np.ones(2),
    },
    CfCLiquid: {"output_weights": np.ones((2, N_UNITS)), "output_bias": np.ones(2)},
    LIFLiquid: {
        "inhibitory": np.arange(N_UNITS) > 10,
        "background_current": np.ones(N_UNITS),
        "tau_membrane": np.full(N_UNITS, 20.0),
        "initial_voltage": np.full(N_UNITS, 2.0),
        "input_weights": np.ones((N_UNITS, 5)),
        "recurrent_weights": np.ones((N_UNITS, N_UNITS)),
    },
}


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # weights that leave it silent
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("sparse", [False, True])
def test_fit_changes_no_parameter(cls, dtype, sparse):
    given = copy.deepcopy(ARRAYS[cls])
    if sparse and "recurrent_weights" in given:
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


def test_weights_given_to_a_closed_form_liquid_are_its_own():
    pairs = [(np.ones((N_UNITS, N_UNITS + 5)), np.ones(N_UNITS)) for _ in range(4)]
    memory = [np.ones((4 * N_UNITS, 5)), np.ones((4 * N_UNITS, N_UNITS)), np.ones(4 * N_UNITS)]
    liquid = CfCLiquid(weights=CfCWeights(pairs), mixed_memory=MemoryCell(*memory)).fit(series())
    expected = liquid.transform(series())
    assert all(array.flags.writeable for array in leaves([pairs, memory]))
    for array in leaves([pairs, memory]):
        array[:] = 5
    assert_array_equal(liquid.transform(series()), expected)
    assert_array_equal(clone(liquid).fit(series()).transform(series()), expected)


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
    assert not any(array.flags.writeable for array in weights_of(twin))


def test_fitted_weights_are_read_only(liquid):
    for array in weights_of(liquid):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1


@pytest.mark.parametrize(
    "cls, change",
    [
        (EchoStateReservoir, {"activation": "relu"}),
        (EchoStateReservoir, {"dtype": "float32"}),
        (CTRNNLiquid, {"form": "additive"}),
        (CTRNNLiquid, {"method": "euler"}),
        (CTRNNLiquid, {"activation": "relu"}),
        (CTRNNLiquid, {"elapsed_column": 0}),
        (LTCLiquid, {"n_substeps": 7}),
        (LTCLiquid, {"solver": "rk4"}),
        (LTCLiquid, {"synapse": "gate"}),
        (LTCLiquid, {"mixed_memory": True}),
        (LTCLiquid, {"output_weights": np.eye(2, N_UNITS)}),
        (LTCLiquid, {"dtype": "float32"}),
        (CfCLiquid, {"mode": "no_gate"}),
        (CfCLiquid, {"time_bias": 1.0}),
        (CfCLiquid, {"mixed_memory": True}),
        (CfCLiquid, {"output_weights": np.eye(2, N_UNITS)}),
        (CfCLiquid, {"dtype": "float32"}),
        (LIFLiquid, {"resting": 3.0}),
        (LIFLiquid, {"output": "voltages"}),
        (LIFLiquid, {"dt": 0.5}),
    ],
)
def test_a_parameter_set_after_fit_waits_for_the_next_fit(cls, change):
    x = np.abs(series())  # elapsed times, where a column turns into them
    liquid = build(cls).fit(x)
    expected, _ = liquid.run(x)
    liquid.set_params(**change)
    assert_array_equal(liquid.transform(x), expected, strict=True)
    assert_array_equal(pickle.loads(pickle.dumps(liquid)).transform(x), expected, strict=True)
    assert differ([liquid.fit(x).transform(x)], [expected])


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


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # weights that leave it silent
@pytest.mark.parametrize("form", [np.asarray, csr_array, csc_array, coo_array, np.ndarray.tolist])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("cls", WITH_MATRICES)
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


@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid])
def test_drawn_weights_given_back_give_the_same_states(cls):
    drawn = build(cls).fit(series())
    speed = {"tau_range": drawn.tau_} if cls is CTRNNLiquid else {"leak_rate": 0.3}
    names = ("input_weights", "recurrent_weights", "bias")
    given = cls(**{name: getattr(drawn, f"{name}_") for name in names}, **speed)
    assert_array_equal(given.fit(series()).transform(series()), drawn.transform(series()))


@pytest.mark.parametrize("cls", WITH_MATRICES)
def test_a_given_weight_leaves_the_other_draws_alone(cls):
    drawn = build(cls).fit(series())
    other_input = build(cls, input_weights=np.ones((N_UNITS, 5))).fit(series())
    assert_same(other_input.recurrent_weights_, drawn.recurrent_weights_)
    other_recurrent = build(cls, recurrent_weights=np.eye(N_UNITS)).fit(series())
    assert_array_equal(other_recurrent.input_weights_, drawn.input_weights_)


@pytest.mark.parametrize("cls", WITH_MATRICES)
def test_zero_weights_make_independent_units(cls):
    assert np.isfinite(build(cls, recurrent_weights=np.zeros((4, 4))).fit_transform(series())).all()
