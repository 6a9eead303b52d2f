"""Every spike of every unit where Brian2 2.9 has it: 12 circuits of 200 units for a second, on a grid of 0.1 ms."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest
from brian2_circuits import CASES, DT, N_CHANNELS, N_STEPS, N_UNITS, draw_circuit
from scipy.sparse import csr_array

from reservoir import LIFLiquid, Markram

FIXTURES = Path(__file__).parents[2] / "fixtures"
STORED = np.load(FIXTURES / "brian2_spikes.npz")


def name_of(case):
    return f"{'dynamic' if case[1] else 'static'}_{case[0]}"


every_circuit = pytest.mark.parametrize("case", CASES, ids=name_of)
some_circuits = pytest.mark.parametrize("case", [CASES[0], CASES[3], CASES[5], CASES[10]], ids=name_of)


def stored_spikes(case):
    return np.stack([STORED[f"{name_of(case)}_{part}"].astype(int) for part in ("steps", "units")], axis=1)


def make_liquid(circuit, **changes):
    """Build the circuit, with one number where all units or all synapses of a projection have it in common."""
    units = {
        name: alike(getattr(circuit, name))
        for name in ("tau_membrane", "tau_excitatory", "tau_inhibitory", "threshold", "reset", "resting",
                     "background_current", "initial_voltage")
    }  # fmt: skip
    plasticity = None
    if len(circuit.utilization):
        constants = (circuit.utilization, circuit.depression, circuit.facilitation)
        plasticity = Markram(*(by_synapse(circuit, values) for values in constants), rate=circuit.rate)
    given = {
        "recurrent_weights": matrix(circuit, circuit.weights),
        "inhibitory": circuit.inhibitory,
        "delays": by_synapse(circuit, circuit.delay_steps * DT),
        "short_term_plasticity": plasticity,
        "input_weights": circuit.input_weights,
        "input_delays": circuit.input_delay_steps * DT,
        "input": "spikes",
        "input_period": circuit.input_period_steps * DT,
        "refractory": (3.0, 2.0),
        "dt": DT,
        "output": "counts",
    }
    return LIFLiquid(**(units | given | changes)).fit(np.zeros((1, N_CHANNELS)))


def matrix(circuit, values):
    return csr_array((np.asarray(values, float), (circuit.targets, circuit.sources)), shape=(N_UNITS, N_UNITS))


def alike(values):
    return float(values[0]) if np.all(values == values[0]) else values


def by_synapse(circuit, values):
    kind = 2 * circuit.inhibitory[circuit.sources] + circuit.inhibitory[circuit.targets]
    projections = [values[kind == number] for number in range(4)]
    if all(np.all(part == part[0]) for part in projections):
        return tuple(float(part[0]) for part in projections)
    return matrix(circuit, values)


def input_spikes(circuit):
    X = np.zeros((N_STEPS // circuit.input_period_steps, N_CHANNELS))
    X[circuit.input_steps // circuit.input_period_steps, circuit.input_channels] = 1
    return X


def spikes_of(liquid, X):
    return np.stack(liquid.spikes(X), axis=1)


def first_difference(spikes, expected):
    """Return the first step in which the sets of spiking units differ, or None."""
    if np.array_equal(spikes, expected):
        return None
    one, other = ({tuple(pair) for pair in pairs.tolist()} for pairs in (spikes, expected))
    return min(one ^ other)[0]


def assert_same_spikes(spikes, expected, distance):
    step = first_difference(spikes, expected)
    assert step is None, (
        f"{len(spikes)} spikes, {len(expected)} in Brian2; the first difference is in step {step}: "
        f"units {spikes[spikes[:, 0] == step, 1]}, in Brian2 {expected[expected[:, 0] == step, 1]}. "
        f"In Brian2, no unit that may spike is ever closer than {distance:.1e} mV to its threshold; "
        "rounding moves V by less than 1e-12 mV."
    )


@every_circuit
def test_every_spike_is_where_brian2_has_it(case):
    circuit, expected = draw_circuit(*case), stored_spikes(case)
    assert circuit.checksum() == STORED[f"{name_of(case)}_checksum"], "the circuit is another one: its draw has changed"
    spikes = spikes_of(make_liquid(circuit), input_spikes(circuit))
    assert_same_spikes(spikes, expected, float(STORED[f"{name_of(case)}_distance"]))


@every_circuit
def test_stored_circuits_are_alive(case):
    spikes, inhibitory = stored_spikes(case), draw_circuit(*case).inhibitory
    assert 5 < len(spikes) / N_UNITS < 80
    assert len(np.unique(spikes[:, 1])) > N_UNITS / 2
    assert set(inhibitory[spikes[:, 1]]) == {False, True}


@some_circuits
def test_one_step_more_of_delay_or_refractory_time_is_noticed(case):
    circuit, expected = draw_circuit(*case), stored_spikes(case)
    for changes in (
        {"delays": by_synapse(circuit, (circuit.delay_steps + 1) * DT)},
        {"input_delays": (circuit.input_delay_steps + 1) * DT},
        {"refractory": (3.0 + DT, 2.0)},
        {"refractory": (3.0, 2.0 + DT)},
    ):
        step = first_difference(spikes_of(make_liquid(circuit, **changes), input_spikes(circuit)), expected)
        assert step is not None and step < 1000, changes


@some_circuits
def test_a_run_in_pieces_has_the_same_spikes(case):
    circuit, X = draw_circuit(*case), input_spikes(draw_circuit(*case))
    liquid, state, pieces = make_liquid(circuit), None, []
    for rows in np.split(X, [1, 12, len(X) // 3 + 7, len(X) // 2]):
        counts, state = liquid.run(rows, state)
        pieces.append(counts)
    expected = np.zeros((len(X), N_UNITS))
    steps, units = stored_spikes(case).T
    np.add.at(expected, (steps // circuit.input_period_steps, units), 1)
    np.testing.assert_array_equal(np.vstack(pieces), expected)


def load_peer(name="make_brian2_spikes.py"):
    try:
        import brian2  # noqa: F401
    except (ImportError, AttributeError) as error:  # Brian2 2.9 looks for what NumPy 2.4 has removed
        pytest.skip(f"needs Brian2 2.9 and NumPy below 2.4: {error}")
    path = FIXTURES / name
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", [(100, False), (101, True)], ids=name_of)
def test_brian2_itself_has_the_same_spikes(case):
    circuit, n_steps = draw_circuit(*case), 3000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Brian2 is built of warns of its own age
        steps, units, distance = load_peer().simulate(circuit, n_steps)
    expected = np.stack([steps, units], axis=1)
    assert len(expected) > 500
    X = input_spikes(circuit)[: n_steps // circuit.input_period_steps]
    assert_same_spikes(spikes_of(make_liquid(circuit), X), expected, distance)
