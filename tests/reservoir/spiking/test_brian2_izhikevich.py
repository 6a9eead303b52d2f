"""Every spike of Izhikevich units where Brian2 2.9 has it: 12 circuits of 200 units for a second."""

import dataclasses
import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest
from brian2_circuits import N_UNITS
from izhikevich_circuits import BRIAN2_CASES, draw_brian2_circuit
from izhikevich_liquids import assert_same_spikes, first_difference, input_spikes, make_liquid, matrix, spikes_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
STORED = np.load(FIXTURES / "brian2_izhikevich_spikes.npz")


def name_of(case):
    return f"{'dynamic' if case[1] else 'static'}_{case[0]}"


every_circuit = pytest.mark.parametrize("case", BRIAN2_CASES, ids=name_of)
some_circuits = pytest.mark.parametrize("case", [(0, True), (1, False), (3, True), (5, False)], ids=name_of)


def stored_spikes(case):
    return np.stack([STORED[f"{name_of(case)}_{part}"].astype(int) for part in ("steps", "units")], axis=1)


@every_circuit
def test_every_spike_is_where_brian2_has_it(case):
    circuit, expected = draw_brian2_circuit(*case), stored_spikes(case)
    assert circuit.checksum() == STORED[f"{name_of(case)}_checksum"], "the circuit is another one: its draw has changed"
    spikes = spikes_of(make_liquid(circuit), input_spikes(circuit))
    assert_same_spikes(spikes, expected, "Brian2", float(STORED[f"{name_of(case)}_distance"]))


@every_circuit
def test_stored_circuits_are_alive(case):
    spikes, circuit = stored_spikes(case), draw_brian2_circuit(*case)
    assert 5 < len(spikes) / N_UNITS < 90
    assert len(np.unique(spikes[:, 1])) > 0.9 * N_UNITS
    assert set(circuit.inhibitory[spikes[:, 1]]) == {False, True}


@every_circuit
def test_rounding_changes_spikes_only_where_nothing_but_the_steps_of_units_is_rounded(case):
    circuit = draw_brian2_circuit(*case)
    moved = dataclasses.replace(circuit, weights=circuit.weights * (1 + 1e-12))
    step = first_difference(spikes_of(make_liquid(moved), input_spikes(circuit)), stored_spikes(case))
    assert (step is not None) == (case in [(1, False), (5, False)])


@some_circuits
def test_one_step_more_of_delay_or_refractory_time_is_noticed(case):
    circuit, expected = draw_brian2_circuit(*case), stored_spikes(case)
    for changes in (
        {"delays": matrix(circuit, (circuit.delay_steps + 1) * circuit.dt)},
        {"input_delays": (circuit.input_delay_steps + 1) * circuit.dt},
        {"refractory": np.maximum(circuit.refractory_steps + 1, 2) * circuit.dt},
    ):
        step = first_difference(spikes_of(make_liquid(circuit, **changes), input_spikes(circuit)), expected)
        assert step is not None and step * circuit.dt < 300, changes


@some_circuits
def test_a_run_in_pieces_has_the_same_spikes(case):
    circuit, X = draw_brian2_circuit(*case), input_spikes(draw_brian2_circuit(*case))
    liquid, state, pieces = make_liquid(circuit), None, []
    for rows in np.split(X, [1, 12, len(X) // 3 + 7, len(X) // 2]):
        counts, state = liquid.run(rows, state)
        pieces.append(counts)
    expected = np.zeros((len(X), N_UNITS))
    steps, units = stored_spikes(case).T
    np.add.at(expected, (steps // round(1 / circuit.dt), units), 1)
    np.testing.assert_array_equal(np.vstack(pieces), expected)


def load_peer():
    try:
        import brian2  # noqa: F401
    except (ImportError, AttributeError) as error:  # Brian2 2.9 looks for what NumPy 2.4 has removed
        pytest.skip(f"needs Brian2 2.9 and NumPy below 2.4: {error}")
    path = FIXTURES / "make_brian2_izhikevich_spikes.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", [(102, False), (103, True)], ids=name_of)
def test_brian2_itself_has_the_same_spikes_and_others_by_a_single_step_of_euler(case):
    peer, circuit = load_peer(), draw_brian2_circuit(*case)
    X = input_spikes(circuit)[:300]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Brian2 is built of warns of its own age
        (*expected, distance), (*others, _) = (peer.simulate(circuit, 300.0, way) for way in (peer.STEP, peer.EULER))
    expected, others, spikes = np.stack(expected, axis=1), np.stack(others, axis=1), spikes_of(make_liquid(circuit), X)
    assert len(expected) > 500
    assert_same_spikes(spikes, expected, "Brian2", distance)
    assert first_difference(spikes, others) * circuit.dt < 100
