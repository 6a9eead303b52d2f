"""What every public reservoir promises of its parameters: randomness, copies, given weights."""

import copy
import pickle

import numpy as np
import pytest
from builders import CLASSES, N_UNITS, assert_same, build, differ, leaves, make, series, takes, weights_of
from numpy.testing import assert_array_equal
from scipy.sparse import coo_array, csc_array, csr_array
from sklearn.base import clone

from reservoir import (
    CfCLiquid,
    CfCWeights,
    CTRNNLiquid,
    DelayNodeReservoir,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    MemoryCell,
    ResidualReservoir,
    SpikingLiquid,
    Synapses,
)

RAGGED = (40, 1, 7, 23)
WITH_MATRICES = [cls for cls in CLASSES if takes(cls, "recurrent_weights")]


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
    ResidualReservoir: {
        "proximity": np.full(N_UNITS, 0.5),
        "skip_gain": np.full(N_UNITS, 0.9),
        "skip": 0.9 * np.eye(N_UNITS),
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
    DelayNodeReservoir: {"bias": np.ones(N_UNITS), "input_weights": np.ones((N_UNITS, 5))},
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
    SpikingLiquid: {
        "inhibitory": np.arange(N_UNITS) > 10,
        "background_current": np.ones(N_UNITS),
        "tau_excitatory": np.full(N_UNITS, 3.0),
        "input_weights": np.ones((N_UNITS, 5)),
        "recurrent_weights": np.ones((N_UNITS, N_UNITS)),
    },
}


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # weights that leave it silent
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("sparse", [False, True])
def test_fit_changes_no_parameter(cls, dtype, sparse):
    given = copy.deepcopy(ARRAYS.get(cls, {}))
    if sparse and "recurrent_weights" in given:
        given["recurrent_weights"] = csr_array(given["recurrent_weights"])
    liquid = build(cls, dtype=dtype, **given)
    parameters, before = liquid.get_params(), copy.deepcopy(liquid.get_params())
    liquid.fit_transform(series())
    assert all(liquid.get_params()[name] is value for name, value in parameters.items())
    assert repr(liquid.get_params()) == repr(before)
    if given:
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
