"""The column of this library in the table of docs/guide/spiking_conventions.md, and its list of neurons."""

import re
from pathlib import Path

import numpy as np
import pytest
from toy_neuron import AdaptiveUnit

from reservoir import (
    AdaptiveLeakyIntegrateAndFire,
    ConductanceSynapses,
    LeakyIntegrateAndFire,
    LIFLiquid,
    PerfectIntegrateAndFire,
    SpikingLiquid,
)
from reservoir.spiking import Neuron, neurons

PAGE = Path(__file__).parents[3] / "docs" / "guide" / "spiking_conventions.md"
LINES = [
    [cell.strip() for cell in line.strip("|\n").split("|")] for line in PAGE.read_text().split("\n") if "|" in line
]
TABLE = {line[0]: line[1:] for line in LINES}
ALONE = {"recurrent_weights": [[0.0]], "inhibitory": 0.0, "input_weights": [[1.0]], "background_current": 0.0}
GRID = {"dt": 0.1, "input_period": 0.1}


def lone(neuron=None, X=((0.0,),), **parameters):
    return SpikingLiquid(neuron=neuron, **(ALONE | GRID | parameters)).fit(X)


def voltages(*arguments, X, **parameters):
    return lone(*arguments, X=X, output="voltages", **parameters).transform(X)[:, 0]


def test_every_row_has_a_cell_for_every_program():
    names, *rows = [line for line in LINES if len(line) == 7]
    assert names == ["", "this library", "Brian2", "NEST", "snnTorch", "NIR", "Norse"]
    assert len(rows) > 15 and all(all(row) for row in rows)


def test_every_public_neuron_is_listed_with_its_refractory_time():
    public = [getattr(neurons, name) for name in neurons.__all__]
    models = [one for one in public if isinstance(one, type) and issubclass(one, Neuron) and one is not Neuron]
    for model in models:
        (listed,) = [row for row in LINES if row[0] == f"{{class}}`~reservoir.{model.__name__}`"]
        assert float(listed[4].split()[0]) == model.default_refractory
        assert f"`{model.crossing}`" in listed[3] or listed[3] == "the same"


def test_a_unit_at_its_threshold_spikes_and_its_first_step_is_0():
    # A perfect unit that nothing moves.
    for start, expected in ((15.0, [0]), (np.nextafter(15.0, 0), [])):
        unit = lone(PerfectIntegrateAndFire(threshold=15.0, initial_voltage=start))
        assert unit.spikes(np.zeros((5, 1)))[0].tolist() == expected


@pytest.mark.parametrize("dt", [0.1, 0.5, 1.0])
def test_steps_to_the_next_spike_are_those_of_the_table(dt):
    listed = [int(one) for one in TABLE["the same for 0, 0.05, 1.25, 2 ms at 0.1 ms"][0].split(",")]
    for refractory, expected in zip((0.0, 0.05, 1.25, 2.0), listed, strict=True):
        unit = lone(refractory=10 * dt * refractory, dt=dt, input_period=dt)
        assert set(np.diff(unit.spikes(np.full((60, 1), 1e6))[0])) == {expected}


def test_delays_are_those_of_the_table():
    name = next(one for one in TABLE if one.startswith("the same for 0.05, 0.15"))
    delays = [float(one) for one in re.findall(r"0\.\d+", name)[:5]]
    for delay, steps in zip(delays, map(int, TABLE[name][0].split(",")), strict=True):
        moved = np.flatnonzero(voltages(X=np.eye(30, 1, k=-10), input="spikes", input_delays=delay))
        assert moved[0] == 10 + steps + 1


def test_a_current_acts_in_its_own_step_and_an_input_spike_in_the_next():
    X = np.eye(30, 1, k=-10)
    assert np.flatnonzero(voltages(X=X))[0] == 10
    assert np.flatnonzero(voltages(X=X, input="spikes"))[0] == 11


@pytest.mark.parametrize("steps", [0, 1, 4])
def test_a_spike_of_a_unit_moves_another_in_the_step_after_its_delay(steps):
    weights, kick = [[0.0, 0.0], [1.0, 0.0]], np.eye(30, 1, k=-10) * 1e6
    pair = LIFLiquid(
        recurrent_weights=weights, inhibitory=np.zeros(2, bool), input_weights=[[1.0], [0.0]], delays=0.1 * steps,
        background_current=0.0, output="voltages", **GRID,
    ).fit(kick)  # fmt: skip
    assert pair.spikes(kick)[0].tolist() == [10]
    assert np.flatnonzero(pair.transform(kick)[:, 1])[0] == 10 + steps + 1


def test_units_move_by_the_currents_of_the_beginning_of_a_step():
    # One spike of the input: a current of 1 decays for every step, in the first of which it has moved nothing.
    X, tau, decay = np.eye(8, 1), 20.0, np.exp(-0.1 / 3.0)
    keep = np.exp(-0.1 / tau)
    gain, expected, v = 3.0 / (3.0 - tau) * (decay - keep), [0.0], 0.0
    for k in range(7):
        v = keep * v + gain * decay**k
        expected.append(v)
    np.testing.assert_allclose(voltages(X=X, input="spikes"), expected, rtol=1e-12)


def test_conductances_are_held_over_a_step():
    X, decay, v, expected = np.eye(8, 1), np.exp(-0.1 / 3.0), 0.0, [0.0]
    for k in range(7):
        total = 1 + decay**k
        v = 70.0 * decay**k / total + (v - 70.0 * decay**k / total) * np.exp(-0.1 / 20.0 * total)
        expected.append(v)
    synapses = ConductanceSynapses(reversal_excitatory=70.0, reversal_inhibitory=-10.0)
    np.testing.assert_allclose(voltages(X=X, input="spikes", synapses=synapses, refractory=5.0)[:4], expected[:4])


@pytest.mark.parametrize("neuron", [AdaptiveLeakyIntegrateAndFire(adaptation_jump=2.0), AdaptiveUnit()])
def test_while_a_unit_is_refractory_its_voltage_is_held_and_all_else_goes_on(neuron):
    unit = lone(neuron, refractory=1.0, input="spikes", input_weights=[[1e5]])
    X, state, states = np.eye(12, 1), unit.rest(), []
    for row in X:
        _, state = unit.run(row[None], state)
        states.append(state)
    steps, _ = unit.spikes(X)
    others = [name for name in neuron.variables._fields if name != "voltage"]
    assert steps.tolist() == [1, 11]
    for before, after in zip(states[1:10], states[2:10], strict=False):
        assert after.voltage == before.voltage
        np.testing.assert_allclose(after.current[0], before.current[0] * np.exp(-0.1 / 3.0))
        assert all(getattr(after, name) != getattr(before, name) for name in others)


def test_a_unit_is_reset_in_the_step_of_its_spike():
    neuron, kick = LeakyIntegrateAndFire(reset=-3.0), np.eye(5, 1) * 1e6
    assert lone(neuron).spikes(kick)[0].tolist() == [0]
    assert voltages(neuron, X=kick, refractory=0.5).tolist() == [-3.0] * 5  # the last of them is that of step 4
    assert voltages(neuron, X=kick, refractory=0.4)[4] > -3.0


def test_voltages_begin_at_rest_or_where_they_are_told():
    assert lone().rest().voltage == 0.0
    for neuron, start in (
        (AdaptiveLeakyIntegrateAndFire(resting=-3.0), -3.0),
        (AdaptiveUnit(initial_voltage=1.0), 1.0),
    ):
        assert lone(neuron).rest().voltage == start
