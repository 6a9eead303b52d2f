"""Every spike where NEST 3.10 has that of its ``izhikevich``: 12 circuits of 200 units for a second."""

import dataclasses
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from brian2_circuits import N_UNITS
from izhikevich_circuits import NEST_SEEDS, draw_nest_circuit
from izhikevich_liquids import assert_same_spikes, first_difference, input_spikes, make_liquid, matrix, spikes_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
STORED = np.load(FIXTURES / "nest_izhikevich_spikes.npz")


def stored_spikes(seed):
    return np.stack([STORED[f"{seed}_{part}"].astype(int) for part in ("steps", "units")], axis=1)


@pytest.mark.parametrize("seed", NEST_SEEDS)
def test_every_spike_is_where_nest_has_it(seed):
    circuit, expected = draw_nest_circuit(seed), stored_spikes(seed)
    assert circuit.checksum() == STORED[f"{seed}_checksum"], "the circuit is another one: its draw has changed"
    spikes = spikes_of(make_liquid(circuit), input_spikes(circuit))
    assert_same_spikes(spikes, expected, "NEST", float(STORED[f"{seed}_distance"]))


@pytest.mark.parametrize("seed", NEST_SEEDS)
def test_stored_circuits_are_alive(seed):
    spikes, circuit = stored_spikes(seed), draw_nest_circuit(seed)
    assert 5 < len(spikes) / N_UNITS < 80
    assert len(np.unique(spikes[:, 1])) > 0.9 * N_UNITS
    assert set(circuit.inhibitory[spikes[:, 1]]) == {False, True}


@pytest.mark.parametrize("seed", [0, 1, 5])
def test_one_step_more_of_delay_or_a_longer_current_is_noticed(seed):
    circuit, expected = draw_nest_circuit(seed), stored_spikes(seed)
    for changes in (
        {"delays": matrix(circuit, (circuit.delay_steps + 1) * circuit.dt)},
        {"input_delays": (circuit.input_delay_steps + 1) * circuit.dt},
        {"tau_excitatory": circuit.dt / 2},
    ):
        step = first_difference(spikes_of(make_liquid(circuit, **changes), input_spikes(circuit)), expected)
        assert step is not None and step * circuit.dt < 300, changes


@pytest.mark.parametrize("seed", [1, 5])
def test_the_bits_are_those_of_nest_for_others_would_change_spikes(seed):
    circuit, expected = draw_nest_circuit(seed), stored_spikes(seed)
    assert {*np.unique(circuit.b)} > {0.2, 0.25} or len(np.unique(circuit.b)) > 100  # units of all kinds
    moved = dataclasses.replace(circuit, weights=circuit.weights * (1 + 1e-13))
    assert first_difference(spikes_of(make_liquid(moved), input_spikes(circuit)), expected) is not None


def load_peer():
    pytest.importorskip("nest", reason="needs NEST 3.10")
    path = FIXTURES / "make_nest_izhikevich_spikes.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", [103, 107])
@pytest.mark.filterwarnings("ignore::UserWarning")  # NEST 3.10 warns of its own names
def test_nest_itself_has_the_same_spikes_and_others_by_its_own_default(seed):
    peer, circuit = load_peer(), draw_nest_circuit(seed)
    X = input_spikes(circuit)[:300]
    (*expected, distance), (*others, _) = (peer.simulate(circuit, 300.0, default) for default in (False, True))
    expected, others, spikes = np.stack(expected, axis=1), np.stack(others, axis=1), spikes_of(make_liquid(circuit), X)
    assert len(expected) > 500
    assert_same_spikes(spikes, expected, "NEST", distance)
    assert first_difference(spikes, others) * circuit.dt < 100
