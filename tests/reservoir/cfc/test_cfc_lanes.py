import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import reservoir.cfc.liquid as liquid_module
from reservoir import CfCLiquid
from reservoir.cfc.cfc_lanes import add_times, cfc_lanes, gather_sources, hand_on, pure_lanes, step_lanes
from reservoir.cfc.kernel import BACKBONE_ACTIVATIONS, MODES, add_time, pure_step, step
from reservoir.topology import NCP, AutoNCP

N, N_STEPS, ELAPSED = 13, 12, 2
LENGTHS = np.array([12, 12, 11, 9, 9, 9, 7, 5, 4, 4, 2, 1, 1])
KINDS = {
    "no backbone": {},
    "backbone": {"backbone_layers": 2, "backbone_units": 37},
    "AutoNCP": {"topology": AutoNCP(N, 3)},
    "NCP": {"topology": NCP(6, 5, 2, sensory_fanout=2, inter_fanout=3, recurrent_command_synapses=4, motor_fanin=3)},
    "memory": {"mixed_memory": True},
}
EVERY_DTYPE = pytest.mark.parametrize("dtype", ["float64", "float32"])
EVERY_MODE = pytest.mark.parametrize("mode", MODES)
EVERY_KIND = pytest.mark.parametrize("kind", KINDS)


def draw(dtype="float64", elapsed_column=None, **parameters):
    """A fitted liquid, rows of inputs (N_STEPS, n_features, n_lanes), and a start for every lane."""
    random = np.random.RandomState(0)
    X = random.standard_normal((N_STEPS, 4, len(LENGTHS))).astype(dtype)
    X[:, ELAPSED] = random.exponential(size=(N_STEPS, len(LENGTHS)))
    gain = 0.5 if parameters.get("mode") == "no_gate" else 1.0  # with a larger one it expands, and so do roundings
    liquid = CfCLiquid(N, dtype=dtype, elapsed_column=elapsed_column, gain=gain, random_state=1, **parameters)
    liquid.fit(X[..., 0])
    start = random.uniform(-0.5, 0.5, (*liquid.rest().shape, len(LENGTHS)))
    return liquid, X, start.astype(dtype)


def drive(liquid, X, start, lengths=LENGTHS):
    """States and the states after the last rows, all in lockstep; what is never written is NaN."""
    active = (lengths[:, None] > np.arange(len(X))).sum(axis=0)
    state, states = start.copy(), np.full((len(X), liquid.n_units_, len(lengths)), np.nan, X.dtype)
    cfc_lanes(liquid.program_, liquid.elapsed_column_)(X, active, state, states)
    return states, state


def assert_bits_of_each_alone(liquid, X, start):
    states, ends = drive(liquid, X, start)
    for lane, length in enumerate(LENGTHS):
        alone, end = liquid.run(X[:length, :, lane], start[..., lane])
        assert_array_equal(states[:length, :, lane], alone, strict=True)
        assert_array_equal(ends[..., lane], end, strict=True)
        assert np.isnan(states[length:, :, lane]).all()


@EVERY_DTYPE
@pytest.mark.parametrize("elapsed_column", [None, ELAPSED])
@EVERY_MODE
@EVERY_KIND
def test_every_lane_has_the_bits_of_its_series_alone(kind, mode, elapsed_column, dtype):
    assert_bits_of_each_alone(*draw(dtype, elapsed_column, mode=mode, **KINDS[kind]))


@EVERY_DTYPE
@pytest.mark.parametrize("activation", BACKBONE_ACTIVATIONS)
def test_every_activation_has_the_bits_of_a_series_alone(activation, dtype):
    assert_bits_of_each_alone(*draw(dtype, backbone_layers=1, backbone_units=21, backbone_activation=activation))


@EVERY_MODE
@EVERY_KIND
def test_lanes_agree_with_their_plain_twin(kind, mode):
    liquid, X, start = draw(elapsed_column=ELAPSED, mode=mode, **KINDS[kind])
    states, _ = drive(liquid, X, start)
    for lane, length in enumerate(LENGTHS):
        inputs, times = np.delete(X[:length, :, lane], ELAPSED, axis=1), X[:length, ELAPSED, lane]
        given = (liquid.weights_, mode, "lecun_tanh", inputs, times, start[..., lane], liquid.memory_)
        assert_allclose(states[:length, :, lane], naive.run_cfc(*given), rtol=0, atol=1e-12)


@EVERY_DTYPE
@EVERY_KIND
def test_lanes_cut_into_pieces_or_fewer_are_the_same(kind, dtype):
    liquid, X, start = draw(dtype, ELAPSED, **KINDS[kind])
    states, ends = drive(liquid, X, start)
    first, state = drive(liquid, X[:5], start, np.minimum(LENGTHS, 5))
    second, state = drive(liquid, X[5:], state, np.maximum(LENGTHS - 5, 0))
    assert_array_equal(np.concatenate([first, second]), states)
    assert_array_equal(state, ends)
    few = slice(3, 5)
    some, _ = drive(liquid, X[..., few].copy(), start[..., few].copy(), LENGTHS[few])
    assert_array_equal(some, states[..., few])


@pytest.mark.parametrize("n_series", [8, 32, 33])
def test_a_batch_goes_in_lockstep_and_is_every_series_alone(n_series, monkeypatch):
    driven = []
    monkeypatch.setattr(liquid_module, "cfc_lanes", lambda *given: driven.append(given) or cfc_lanes(*given))
    random = np.random.RandomState(0)
    series = [random.standard_normal((length, 3)) for length in random.randint(1, 30, n_series)]
    liquid = CfCLiquid(N, backbone_layers=1, random_state=0).fit(series)
    for one, states in zip(series, liquid.transform(series), strict=True):
        assert_array_equal(states, liquid.run(one)[0], strict=True)
    assert len(driven) == 1


@pytest.mark.parametrize(("mode", "n_heads"), [("default", 3), ("default", 4), ("no_gate", 4), ("pure", 1)])
def test_a_step_of_many_lanes_is_that_of_each(mode, n_heads):
    random, n, n_lanes = np.random.RandomState(0), 5, 7
    drive, times = random.standard_normal((n_heads * n, n_lanes)), random.exponential(size=n_lanes)
    pure, after, alone = random.uniform(-1, 1, (2, n)), np.empty(n * n_lanes), np.empty(n)
    step_lanes(MODES[mode], times, drive.flatten(), pure, after)
    for lane in range(n_lanes):
        step(MODES[mode], times[lane], drive[:, lane].copy(), pure, alone)
        assert_array_equal(after.reshape(n, n_lanes)[:, lane], alone)


def test_times_are_those_of_each_lane():
    random = np.random.RandomState(0)
    timing, constant, times = random.standard_normal((3, 4)), random.standard_normal((3, 4)), np.arange(4.0)
    expected, together = timing.copy(), timing.copy()
    add_times(times, constant, together)
    pure = np.empty((3, 4))
    pure_lanes(times, timing, constant[:, 0], constant[:, 1], pure)
    for lane in range(4):
        column, alone = expected[:, lane].copy(), np.empty(3)
        pure_step(times[lane], column, constant[:, 0].copy(), constant[:, 1].copy(), alone)
        assert_array_equal(pure[:, lane], alone)
        add_time(times[lane], constant[:, lane].copy(), column)
        assert_array_equal(together[:, lane], column)


def test_only_lanes_that_are_advanced_are_written():
    incoming, own = np.ones((2, 4)), np.full((1, 4), 2.0)
    source, states = np.zeros((3, 8)), np.zeros((1, 4))
    gather_sources(incoming, own, 3, source)
    assert_array_equal(source, [[1, 1, 1] + 5 * [0], [1, 1, 1] + 5 * [0], [2, 2, 2] + 5 * [0]])
    hand_on(np.full((1, 8), 7.0), 2, own, states)
    assert_array_equal([own[0], states[0]], [[7, 7, 2, 2], [7, 7, 0, 0]])
