import pickle
import re

import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir import LIFLiquid, LIFState, Markram, StateOverflowError

U = np.random.RandomState(0).standard_normal((40, 3))


def lone_unit(**parameters):
    parameters = {"background_current": 0.0, "input_weights": [[1.0]], "inhibitory": 0.0, "dt": 0.1} | parameters
    return LIFLiquid(recurrent_weights=np.zeros((1, 1)), **parameters).fit(np.zeros((1, 1)))


def test_voltage_below_threshold_follows_the_membrane_equation():
    states = lone_unit(output="voltages", input_period=1.0, tau_membrane=20.0).transform(np.full((50, 1), 10.0))
    expected = 10 * (1 - np.exp(-np.arange(1, 51) / 20))
    np.testing.assert_allclose(states[:, 0], expected, atol=1e-12)


@pytest.mark.parametrize("current", [16.0, 20.0, 40.0, 100.0])
def test_interval_between_spikes_follows_the_closed_form(current):
    unit = lone_unit(input_period=500.0, refractory=2.0)
    steps, _ = unit.spikes([[current]])
    interval = 2.0 + 20 * np.log(current / (current - 15))
    # The crossing waits for the grid; the first step after a spike is already one of the refractory time.
    expected = np.floor(2.0 / 0.1 + 1e-9) - 1 + np.ceil((interval - 2.0) / 0.1 - 1e-9)
    assert set(np.diff(steps)) == {expected}


# Intervals in steps of 0.1 ms as Brian2 2.9 has them; see make_brian2_steps.py for many more.
REFRACTORY = [(0.0, 1), (0.03, 1), (0.1, 1), (0.5, 5), (0.59, 5), (1.25, 12), (2.0, 20), (2.99, 29), (3.0, 30)]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("refractory", "interval"), REFRACTORY)
def test_a_unit_is_refractory_for_whole_steps(refractory, interval, dtype):
    unit = lone_unit(refractory=refractory, dtype=dtype)
    steps, _ = unit.spikes(np.full((20, 1), 1e6))
    assert set(np.diff(steps)) == {interval}
    assert np.maximum(unit.refractory_steps_, 1) == interval


def test_every_unit_and_every_population_is_refractory_for_steps_of_its_own():
    times, intervals = np.transpose(REFRACTORY)
    inhibitory = np.arange(len(times)) % 2 == 1
    settings = {"input_weights": np.ones((len(times), 1)), "dt": 0.1, "recurrent_weights": np.diag(0 * times)}
    for refractory, expected in ((times, intervals), ((1.25, 0.03), np.where(inhibitory, 1, 12))):
        liquid = LIFLiquid(refractory=refractory, inhibitory=inhibitory, **settings).fit(np.zeros((1, 1)))
        steps, units = liquid.spikes(np.full((20, 1), 1e6))
        assert [set(np.diff(steps[units == unit])) for unit in range(len(times))] == [{one} for one in expected]
        np.testing.assert_array_equal(np.maximum(liquid.refractory_steps_, 1), expected)


def test_a_long_refractory_time_in_single_precision_is_that_of_double():
    single, double = (lone_unit(refractory=5000.3, dtype=dtype) for dtype in ("float32", "float64"))
    assert single.refractory_steps_ == double.refractory_steps_ == 50003


@pytest.mark.parametrize("tau_synapse", [3.0, 20.0, 20.0 + 1e-7])
@pytest.mark.parametrize("inhibitory", [False, True])
def test_synaptic_potential_is_the_difference_of_two_exponentials(inhibitory, tau_synapse):
    weight, delay, dt = 2.0, 1.5, 0.1
    pair = LIFLiquid(
        recurrent_weights=[[0, 0], [weight, 0]], inhibitory=np.array([inhibitory, False]), input_weights=[[1.0], [0.0]],
        background_current=0.0, tau_excitatory=1.0 if inhibitory else tau_synapse,
        tau_inhibitory=tau_synapse if inhibitory else 1.0, delays=delay, dt=dt, input_period=dt, output="voltages",
    ).fit(np.zeros((1, 1)))  # fmt: skip
    kick = np.zeros((600, 1))
    kick[0] = 1e5
    voltage = pair.transform(kick)[:, 1]
    (steps,), (units,) = pair.spikes(kick)
    assert (steps, units) == (0, 0)
    time = np.maximum(np.arange(600) * dt - delay, 0)
    if abs(tau_synapse - 20) < 1e-3:
        expected = weight * time / 20 * np.exp(-time / 20)
    else:
        expected = weight * tau_synapse / (tau_synapse - 20) * (np.exp(-time / tau_synapse) - np.exp(-time / 20))
    np.testing.assert_allclose(voltage, expected, atol=1e-8)


def test_trace_is_the_filtered_spike_train():
    liquid = LIFLiquid(30, random_state=1, tau_trace=25.0).fit(U)
    steps, units = liquid.spikes(U)
    end = np.arange(1, 41) * 10
    expected = np.zeros((40, 30))
    for step, unit in zip(steps, units, strict=True):
        after = end > step
        expected[after, unit] += np.exp(-(end[after] - 1 - step) / 25.0)
    np.testing.assert_allclose(liquid.transform(U), expected, atol=1e-12)


def test_spikes_come_back_as_the_series_went_in():
    liquid = LIFLiquid(30, random_state=1).fit(U)
    several = liquid.spikes([U, U[:10]])
    assert [len(pair) for pair in several] == [2, 2]
    np.testing.assert_array_equal(several[0], liquid.spikes(U))
    counts = LIFLiquid(30, random_state=1, output="counts").fit_transform(U)
    np.testing.assert_array_equal(counts.sum(axis=0), np.bincount(liquid.spikes(U)[1], minlength=30))


def test_state_carries_spikes_on_their_way():
    liquid = LIFLiquid(40, random_state=0, delays=(7.0, 3.0, 13.0, 25.0), input_period=4.0, output="voltages").fit(U)
    whole = liquid.transform(U)
    state, pieces = None, []
    for row in U:
        states, state = liquid.run(row[None], state)
        pieces.append(states)
    assert isinstance(state, LIFState)
    np.testing.assert_array_equal(np.vstack(pieces), whole)


def test_populations_take_their_own_values():
    liquid = LIFLiquid(100, random_state=0, refractory=(3.0, 2.0), threshold=(15.0, 14.0)).fit(U)
    assert liquid.inhibitory_.sum() == 20
    assert np.all(liquid.recurrent_weights_.toarray()[:, liquid.inhibitory_] <= 0)
    assert np.all(liquid.recurrent_weights_.toarray()[:, ~liquid.inhibitory_] >= 0)
    with pytest.raises(ValueError, match="'refractory' must be a number at least 0; got -1"):
        LIFLiquid(100, refractory=(3.0, -1)).fit(U)


def test_default_liquid_fires_at_a_cortical_rate():
    u = np.random.RandomState(1).standard_normal((300, 12))
    for n_units in (100, 1000):
        liquid = LIFLiquid(n_units, random_state=0).fit(u)
        steps, units = liquid.spikes(u)
        rate = len(steps) / n_units / 3.0
        assert 5 < rate < 40
        assert len(set(units)) > 0.9 * n_units


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"reset": 15.0}, "'reset' must lie below 'threshold'"),
        ({"resting": 20.0}, "'resting' must lie below 'threshold'"),
        ({"input_period": 10.5}, "'input_period' must be a whole number of dt=1 ms; got 10.5 ms"),
        ({"delays": (1.0, 2.0)}, "'delays' must be one number, four"),
        ({"delays": -1.0}, "'delays' must be a number at least 0; got -1"),
        ({"inhibitory": np.ones(3, bool)}, "'inhibitory' must be a fraction or a boolean array"),
        ({"output": "rates"}, "'output' must be one of 'traces', 'counts', 'voltages'; got 'rates'"),
        ({"tau_trace": 0}, "'tau_trace' must be a number above 0; got 0"),
        ({"dt": 1e-9}, "'input_period' must be at most 10000000 dt=1e-09 ms; got 10 ms"),
        ({"dt": 1e-320}, "'input_period' must be at most 10000000 dt="),
        ({"delays": 1e300}, "'delays' must be at most"),
        ({"input_delays": -1.0}, "'input_delays' must be a number at least 0; got -1"),
        ({"tau_membrane": 1e-50, "dtype": "float32"}, "'tau_membrane'.* must not be that far below dt=1 ms"),
        ({"threshold": 1e39, "dtype": "float32"}, "'threshold' must be finite in float32"),
        ({"initial_voltage": -1e39, "dtype": "float32"}, "'initial_voltage' must be finite in float32"),
        ({"input_scaling": 1e39, "dtype": "float32"}, "'input_weights' must be finite in float32"),
        ({"recurrent_scaling": 1e39, "dtype": "float32"}, "'recurrent_weights' must be finite in float32"),
        ({"input_scaling": 1e308}, "'input_weights' must be finite .* follow from 'input_scaling'"),
        ({"recurrent_scaling": 1e308}, "'recurrent_weights' must be finite .* follow from 'recurrent_scaling'"),
        ({"tau_membrane": 1e308}, "'recurrent_weights' must be finite .* follow from .*'tau_membrane'"),
        ({"dt": 1e-320}, "Use a larger 'dt'"),
        ({"output": None}, "'output' must be one of"),
        ({"random_state": "abc"}, "'random_state' must be None, an integer"),
    ],
)
def test_bad_parameters_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        LIFLiquid(10, **{"random_state": 0} | parameters).fit(U)


def test_a_long_silence_leaves_nothing_behind():
    silence = np.zeros((3000, 3))
    silence[0] = 50.0
    liquid = LIFLiquid(50, background_current=5.0, random_state=0).fit(silence)
    _, state = liquid.run(silence)
    assert len(liquid.spikes(silence)[0]) > 10
    assert not state.current.any()
    assert not state.trace.any()


@pytest.mark.parametrize(("dtype", "n_rows"), [("float64", 1600), ("float32", 250)])
def test_a_voltage_that_decays_to_nothing_is_zero(dtype, n_rows):
    # exp(-16000 / 20) and exp(-2500 / 20) are denormal numbers, with which a step takes some five times as long
    unit = lone_unit(initial_voltage=10.0, dt=1.0, dtype=dtype)
    _, state = unit.run(np.zeros((n_rows, 1), dtype))
    assert state.voltage == 0


def test_populations_of_given_weights_follow_their_signs():
    drawn = LIFLiquid(40, random_state=0).fit(U)
    given = LIFLiquid(recurrent_weights=drawn.recurrent_weights_, input_weights=drawn.input_weights_, random_state=0)
    given.set_params(background_current=drawn.background_current_).fit(U)
    silent = np.asarray(drawn.recurrent_weights_.astype(bool).sum(axis=0)).ravel() == 0
    np.testing.assert_array_equal(given.inhibitory_, drawn.inhibitory_ & ~silent)
    np.testing.assert_array_equal(given.transform(U), drawn.transform(U))
    mixed = LIFLiquid(recurrent_weights=[[0, 1, -1], [-1, 0, -1], [-1, -1, 0]]).fit(U)
    assert mixed.inhibitory_.tolist() == [True, False, True]


def test_spikes_of_an_overflowing_liquid_are_refused():
    liquid = LIFLiquid(10, input_weights=np.random.RandomState(1).standard_normal((10, 3)), random_state=0).fit(U[:2])
    with pytest.raises(StateOverflowError, match="overflowed"):
        liquid.spikes(np.sign(U) * 1.6e308)


def test_delays_round_half_up_to_whole_steps():
    weights = [[0, 0], [1.0, 0]]
    for delay, arrives in [(0.5, 1), (1.5, 2), (2.5, 3), (2.4, 2)]:
        pair = LIFLiquid(recurrent_weights=weights, input_weights=[[1.0], [0.0]], background_current=0.0, delays=delay)
        pair.set_params(input_period=1.0, output="voltages").fit(np.zeros((1, 1)))
        kick = np.zeros((6, 1))
        kick[0] = 1e5
        assert np.flatnonzero(pair.transform(kick)[:, 1])[0] == arrives + 1


# Steps of 0.1 ms after which a spike arrives in Brian2 2.9, which divides seconds.
HALF_STEPS = [(0.05, 1), (0.15, 1), (0.25, 3), (0.35, 4), (0.45, 5), (0.55, 6)]


@pytest.mark.parametrize("given", ["number", "four", "dense", "sparse", "input number", "input pair", "input matrix"])
def test_half_steps_of_every_kind_of_delay_are_those_of_brian2(given):
    for delay, steps in HALF_STEPS:
        weights, name = np.array([[0, 0], [1.0, 0]]), "delays"
        if given.startswith("input"):
            weights, name = np.zeros((2, 2)), "input_delays"
        value = {
            "number": delay, "four": (delay, 9.0, 9.0, 9.0), "pair": (delay, 9.0),
            "dense": np.full((2, 2), delay), "sparse": csr_array(weights * delay), "matrix": [[9.0], [delay]],
        }[given.split()[-1]]  # fmt: skip
        # Unit 1 hears either unit 0, which spikes at once, or the input itself.
        inputs = [[1e6], [0.0]] if name == "delays" else [[0.0], [1.0]]
        settings = {"background_current": 0.0, "dt": 0.1, "input_period": 0.1, "output": "voltages", "input": "spikes"}
        pair = LIFLiquid(recurrent_weights=weights, input_weights=inputs, inhibitory=0.0, **{name: value}, **settings)
        states = pair.fit(np.zeros((1, 1))).transform(np.eye(12, 1))[:, 1]
        # Input spikes come at the end of a step and move V in the next: unit 0 spikes one step later.
        assert np.flatnonzero(states)[0] == steps + 1 + (name == "delays"), delay


SPIKES = np.random.RandomState(2).poisson(0.5, (60, 3)).astype(float)
RICH = {
    "short_term_plasticity": Markram(0.5, 200.0, (50.0, 100.0, 20.0, 60.0), spread=0.3, rate=5.0),
    "delays": (7.0, 3.0, 13.0, 25.0),
    "tau_membrane": (30.0, 20.0),
    "tau_inhibitory": (6.0, 5.0),
    "refractory": (3.0, 2.0),
    "recurrent_scaling": 2.0,
    "input_period": 4.0,
    "dt": 0.5,
    "noise": (5.0, 0.0),
}
CIRCUIT = [
    *("recurrent_weights", "delays", "input_weights", "inhibitory", "short_term_plasticity", "noise", "refractory"),
    *("tau_membrane", "tau_excitatory", "tau_inhibitory", "threshold", "reset", "resting"),
    *("background_current", "initial_voltage"),
]


@pytest.mark.parametrize("static", [True, False])
def test_a_fitted_circuit_can_be_read_back(static):
    markram = Markram(0.5, 200.0, (50.0, 100.0, 20.0, 60.0), spread=0.3, rate=5.0, static=static)
    settings = RICH | {"short_term_plasticity": markram, "noise": 0.0, "input_scaling": 60.0}
    drawn = LIFLiquid(40, random_state=0, **settings).fit(U)
    rebuilt = LIFLiquid(dt=0.5, input_period=4.0, **{name: getattr(drawn, f"{name}_") for name in CIRCUIT}).fit(U)
    assert len(drawn.spikes(U)[0]) > 100
    np.testing.assert_array_equal(np.transpose(rebuilt.spikes(U)), np.transpose(drawn.spikes(U)))
    for name in ("recurrent_weights_", "delays_"):
        assert (getattr(drawn, name) != getattr(rebuilt, name)).nnz == 0
    assert drawn.delays_.has_sorted_indices
    np.testing.assert_array_equal(drawn.delays_.indices, drawn.recurrent_weights_.indices)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rows", [1, 7])
def test_everything_continues_exactly_from_a_state(rows, dtype):
    settings = RICH | {"input": "spikes", "input_delays": (2.5, 6.0), "dtype": dtype}
    liquid = LIFLiquid(40, random_state=0, **settings).fit(SPIKES)
    assert len(liquid.spikes(SPIKES)[0]) > 100
    state, pieces = None, []
    for start in range(0, len(SPIKES), rows):
        states, state = liquid.run(SPIKES[start : start + rows], state)
        pieces.append(states)
    np.testing.assert_array_equal(np.vstack(pieces), liquid.transform(SPIKES))
    end = liquid.run(SPIKES)[1]
    for name, part in state._asdict().items():
        np.testing.assert_array_equal(part, getattr(end, name), err_msg=name)


def test_two_units_take_a_tuple_as_the_pair():
    mask = np.array([True, False])
    liquid = LIFLiquid(2, inhibitory=mask, refractory=(3.0, 2.0), threshold=np.array([10.0, 11.0]), random_state=0)
    liquid.fit(U)
    assert liquid.refractory_.tolist() == [2.0, 3.0]
    assert liquid.threshold_.tolist() == [10.0, 11.0]


def test_spikes_beyond_the_room_that_was_reserved_are_all_there(monkeypatch):
    liquid = LIFLiquid(30, random_state=1).fit(U)
    expected = liquid.spikes(U)
    monkeypatch.setattr("reservoir.spiking.liquid.ROOM", 5)
    np.testing.assert_array_equal(liquid.spikes(U), expected)


def test_a_liquid_that_is_not_fitted_can_be_pickled():
    assert pickle.loads(pickle.dumps(LIFLiquid(7))).n_units == 7


def test_fitted_dynamics_are_read_only():
    liquid = LIFLiquid(40, short_term_plasticity=Markram(0.5, 200.0, 50.0), random_state=0).fit(U)
    for one in (liquid, pickle.loads(pickle.dumps(liquid))):
        with pytest.raises(ValueError, match="read-only"):
            one.short_term_plasticity_.utilization.data[:] = 1.0


def test_threads_give_the_same_states():
    series = [SPIKES[:k] for k in (3, 60, 20, 41, 5, 60)]
    liquid = LIFLiquid(40, input="spikes", random_state=0).fit(series)
    threaded = LIFLiquid(40, input="spikes", random_state=0, n_jobs=2).fit(series)
    for one, other in zip(liquid.transform(series), threaded.transform(series), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(liquid.spikes(series), threaded.spikes(series), strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_input_spike_is_a_jump_of_the_current_after_its_delay():
    unit = LIFLiquid(
        recurrent_weights=np.zeros((2, 2)), inhibitory=0.0, input="spikes", input_weights=[[3.0], [-2.0]], dt=0.5,
        input_delays=[[1.0], [2.5]], input_period=0.5, background_current=0.0,
    ).fit(np.zeros((1, 1)))  # fmt: skip
    kick, state, seen = np.zeros((8, 1)), None, []
    kick[0] = 2
    for row in kick:
        _, state = unit.run(row[None], state)
        seen.append(state.current)
    seen = np.array(seen)
    steps = np.arange(8)
    np.testing.assert_allclose(seen[:, 0, 0], np.where(steps >= 2, 6 * np.exp(-(steps - 2) * 0.5 / 3), 0))
    np.testing.assert_allclose(seen[:, 1, 1], np.where(steps >= 5, -4 * np.exp(-(steps - 5) * 0.5 / 6), 0))
    assert not seen[:, 0, 1].any() and not seen[:, 1, 0].any()


@pytest.mark.parametrize("value", [-1.0, 0.5, 1e19, 1e300])
def test_what_is_no_number_of_spikes_is_refused(value):
    liquid = LIFLiquid(10, input="spikes").fit(SPIKES[:2])
    wrong = SPIKES.copy()
    wrong[3, 1] = value
    with pytest.raises(ValueError, match=re.escape(f"0 to 2**53, where input='spikes'; got {value}")):
        liquid.transform(wrong)
    with pytest.raises(ValueError, match="X must hold whole numbers of spikes"):
        LIFLiquid(10, input="spikes").fit(wrong)
    with pytest.raises(ValueError, match="'input' must be one of 'current', 'spikes'; got 'rates'"):
        LIFLiquid(10, input="rates").fit(SPIKES)


def test_a_unit_that_rests_above_threshold_fires_by_itself():
    # tau dV/dt = resting - V from reset -60 to -50, resting at -49: tau ln(11 / 1), and the refractory time
    unit = LIFLiquid(
        recurrent_weights=np.zeros((1, 1)), inhibitory=0.0, input_weights=[[0.0]], threshold=-50.0, reset=-60.0,
        resting=-49.0, background_current=0.0, initial_voltage=-60.0, refractory=5.0, dt=0.1, input_period=1000.0,
    ).fit(np.zeros((1, 1)))  # fmt: skip
    interval = 5.0 + 20 * np.log(11.0)
    assert np.diff(unit.spikes(np.zeros((1, 1)))[0]).mean() * 0.1 == pytest.approx(interval, abs=0.2)
