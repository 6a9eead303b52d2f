import pickle

import numpy as np
import pytest
from sklearn.base import clone
from spiking_circuits import RICH, SPIKES, U
from toy_neuron import AdaptiveUnit

from reservoir import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    Izhikevich,
    LeakyIntegrateAndFire,
    LIFLiquid,
    LIFState,
    Markram,
    PerfectIntegrateAndFire,
    PIFState,
    SpikingLiquid,
    StateOverflowError,
)

NEURONS = {
    "leaky": LeakyIntegrateAndFire(tau_membrane=(30.0, 20.0), threshold=14.0),
    "perfect": PerfectIntegrateAndFire(capacitance=(25.0, 15.0)),
    "adaptive leaky": AdaptiveLeakyIntegrateAndFire(
        tau_threshold=(30.0, 200.0), adaptation_jump=0.5, kept_overshoot=0.5
    ),
    "izhikevich": Izhikevich(a=(0.02, 0.1), d=(8.0, 2.0)),
    "exponential": AdaptiveExponential(threshold=7.0, reset=-3.0, resting=0.0, peak=30.0, tau_membrane=(30.0, 20.0)),
    "adaptive": AdaptiveUnit(tau_membrane=(30.0, 20.0)),
}
BACKGROUND = {"izhikevich": 4.0}  # nA; it would fire at a quarter of the highest rate by that of the others
every_neuron = pytest.mark.parametrize("name", NEURONS)


def liquid_of(name, **parameters):
    usual = {"background_current": BACKGROUND.get(name, 12.0), "random_state": 0}
    return SpikingLiquid(40, neuron=NEURONS[name], **(usual | parameters))


def test_the_liquid_of_leaky_units_is_the_one_with_their_neuron():
    constants = {"tau_membrane": (30.0, 20.0), "threshold": 14.0, "reset": (1.0, 0.0), "initial_voltage": 3.0}
    own = LIFLiquid(40, random_state=0, **constants, **RICH).fit(U)
    general = SpikingLiquid(40, neuron=LeakyIntegrateAndFire(**constants), random_state=0, **RICH).fit(U)
    assert len(own.spikes(U)[0]) > 40
    for mine, others in zip(own.run(U)[1], general.run(U)[1], strict=True):
        np.testing.assert_array_equal(mine, others, strict=True)
    np.testing.assert_array_equal(own.transform(U), general.transform(U))
    default = SpikingLiquid(40, random_state=0).fit(U)
    np.testing.assert_array_equal(default.transform(U), LIFLiquid(40, random_state=0).fit_transform(U))


@every_neuron
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rows", [1, 7])
def test_everything_continues_exactly_from_a_state(rows, dtype, name):
    liquid = liquid_of(name, **RICH, input="spikes", input_delays=(2.5, 6.0), dtype=dtype).fit(SPIKES)
    assert len(liquid.spikes(SPIKES)[0]) > 100
    state, pieces = None, []
    for start in range(0, len(SPIKES), rows):
        states, state = liquid.run(SPIKES[start : start + rows], state)
        pieces.append(states)
    np.testing.assert_array_equal(np.vstack(pieces), liquid.transform(SPIKES))
    end = liquid.run(SPIKES)[1]
    for name, part in state._asdict().items():
        np.testing.assert_array_equal(part, getattr(end, name), err_msg=name)


@every_neuron
def test_a_fitted_neuron_rebuilds_the_liquid(name):
    liquid = liquid_of(name).fit(U)
    assert liquid.neuron_.reset.shape == (40,)
    circuit = ("recurrent_weights", "input_weights", "inhibitory", "background_current", "neuron")
    rebuilt = SpikingLiquid(**{part: getattr(liquid, f"{part}_") for part in circuit}).fit(U)
    np.testing.assert_array_equal(rebuilt.transform(U), liquid.transform(U))
    with pytest.raises(ValueError, match="read-only"):
        liquid.neuron_.reset[:] = 0.0


@every_neuron
def test_a_copy_gives_the_same_bits(name):
    liquid = liquid_of(name).fit(U)
    states, state = liquid.run(U)
    for copy in (pickle.loads(pickle.dumps(liquid)), clone(liquid).fit(U)):
        np.testing.assert_array_equal(copy.transform(U), states)
    again = pickle.loads(pickle.dumps(state))
    assert type(again) is type(state)
    np.testing.assert_array_equal(liquid.run(U, again)[0], liquid.run(U, state)[0])


def test_constants_of_the_neuron_are_parameters_that_wait_for_the_next_fit():
    liquid = SpikingLiquid(20, neuron=PerfectIntegrateAndFire(), background_current=10.0, random_state=0).fit(U)
    before = liquid.transform(U)
    assert liquid.get_params()["neuron__capacitance"] == 20.0
    liquid.set_params(neuron__capacitance=5.0)
    np.testing.assert_array_equal(liquid.transform(U), before)
    assert liquid.unfitted().neuron.capacitance == 20.0
    assert liquid.fit(U).transform(U).sum() > 2 * before.sum()


def test_what_is_no_neuron_is_refused():
    for wrong in ("leaky", LeakyIntegrateAndFire, 3):
        with pytest.raises(ValueError, match="'neuron' must be None or a neuron, such as Perf"):
            SpikingLiquid(5, neuron=wrong).fit(U)


def test_the_state_of_another_neuron_is_refused():
    leaky, perfect = (liquid_of(name).fit(U) for name in ("leaky", "perfect"))
    for liquid, own, other in ((leaky, LIFState, perfect), (perfect, PIFState, leaky)):
        assert isinstance(liquid.run(U)[1], own)
        with pytest.raises(ValueError, match=f"'state' must be a {own.__name__}, as returned by run"):
            liquid.run(U, other.run(U)[1])


@pytest.mark.parametrize("cls", [LIFLiquid, SpikingLiquid])
def test_a_liquid_that_is_not_fitted_can_be_pickled(cls):
    assert pickle.loads(pickle.dumps(cls(7))).n_units == 7


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


def test_spikes_of_an_overflowing_liquid_are_refused():
    liquid = LIFLiquid(10, input_weights=np.random.RandomState(1).standard_normal((10, 3)), random_state=0).fit(U[:2])
    with pytest.raises(StateOverflowError, match="overflowed"):
        liquid.spikes(np.sign(U) * 1.6e308)


def test_spikes_beyond_the_room_that_was_reserved_are_all_there(monkeypatch):
    liquid = LIFLiquid(30, random_state=1).fit(U)
    expected = liquid.spikes(U)
    monkeypatch.setattr("reservoir.spiking.liquid.MOST_RESERVED", 5)
    np.testing.assert_array_equal(liquid.spikes(U), expected)


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
