"""Every spike of adaptive units where Brian2 2.9 and NEST 3.10 have it: 200 units for a second, on a grid of 0.1 ms."""

import importlib.util
import warnings
from pathlib import Path

import numpy as np
import pytest
from adaptive_circuits import (
    BRIAN2_CASES,
    HARD,
    NEST_CASES,
    REVERSAL_EXCITATORY,
    REVERSAL_INHIBITORY,
    draw_adaptive_circuit,
    name_of,
)
from brian2_circuits import DT, N_CHANNELS, N_UNITS
from test_brian2 import alike, by_synapse, first_difference, input_spikes, matrix, spikes_of

from reservoir import AdaptiveLeakyIntegrateAndFire, ConductanceSynapses, Markram, SpikingLiquid

FIXTURES = Path(__file__).parents[2] / "fixtures"
STORED = {"Brian2": np.load(FIXTURES / "brian2_alif_spikes.npz"), "NEST": np.load(FIXTURES / "nest_alif_spikes.npz")}
CASES = [("Brian2", *case) for case in BRIAN2_CASES] + [("NEST", *case) for case in NEST_CASES]


def id_of(case):
    return f"{case[0]}_{name_of(case[1:])}"


every_circuit = pytest.mark.parametrize("case", CASES, ids=id_of)
some_circuits = pytest.mark.parametrize(
    "case",
    [
        ("Brian2", 1, False, "current"),
        ("Brian2", 2, True, "current"),
        ("Brian2", 5, False, "current"),
        ("Brian2", 4, True, "conductance"),
        ("NEST", 1, True, HARD),
    ],
    ids=id_of,
)


def stored(case, part):
    return STORED[case[0]][f"{name_of(case[1:])}_{part}"]


def stored_spikes(case):
    return np.stack([stored(case, part).astype(int) for part in ("steps", "units")], axis=1)


def make_liquid(circuit, kind, neuron=(), **changes):
    """Build the circuit, with one number where all units have it in common; `neuron` changes constants of the units."""
    names = ("tau_excitatory", "tau_inhibitory", "background_current")
    units = {name: alike(getattr(circuit, name)) for name in names}
    constants = {
        name: alike(getattr(circuit, name))
        for name in AdaptiveLeakyIntegrateAndFire.constants()
    }  # fmt: skip
    plasticity = None
    if len(circuit.utilization):
        parts = (circuit.utilization, circuit.depression, circuit.facilitation)
        plasticity = Markram(*(by_synapse(circuit, values) for values in parts), rate=circuit.rate)
    given = {
        "neuron": AdaptiveLeakyIntegrateAndFire(**(constants | dict(neuron))),
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
    if kind == "conductance":
        given["synapses"] = ConductanceSynapses(REVERSAL_EXCITATORY, REVERSAL_INHIBITORY)
    return SpikingLiquid(**(units | given | changes)).fit(np.zeros((1, N_CHANNELS)))


def assert_same_spikes(spikes, expected, peer, distance):
    step = first_difference(spikes, expected)
    assert step is None, (
        f"{len(spikes)} spikes, {len(expected)} in {peer}; the first difference is in step {step}: "
        f"units {spikes[spikes[:, 0] == step, 1]}, in {peer} {expected[expected[:, 0] == step, 1]}. "
        f"In {peer}, no unit that may spike is ever closer than {distance:.1e} mV to its threshold; "
        "rounding moves V by less than 1e-12 mV."
    )


@every_circuit
def test_every_spike_is_where_the_simulator_has_it(case):
    circuit = draw_adaptive_circuit(*case[1:])
    assert circuit.checksum() == stored(case, "checksum"), "the circuit is another one: its draw has changed"
    spikes = spikes_of(make_liquid(circuit, case[-1]), input_spikes(circuit))
    assert_same_spikes(spikes, stored_spikes(case), case[0], float(stored(case, "distance")))


@every_circuit
def test_stored_circuits_are_alive_and_no_unit_is_ever_as_close_to_its_threshold_as_rounding(case):
    spikes, inhibitory = stored_spikes(case), draw_adaptive_circuit(*case[1:]).inhibitory
    assert 5 < len(spikes) / N_UNITS < 80
    assert len(np.unique(spikes[:, 1])) > N_UNITS / 2
    assert set(inhibitory[spikes[:, 1]]) == {False, True}
    assert float(stored(case, "distance")) > 1e-9


def test_simulators_agree_where_both_reset_to_a_value():
    for seed in (0, 3):
        for dynamic in (False, True):
            one, other = ("Brian2", seed, dynamic, "current"), ("NEST", seed, dynamic, HARD)
            np.testing.assert_array_equal(stored_spikes(one), stored_spikes(other))


@some_circuits
def test_constants_of_adaptation_that_are_a_little_off_are_noticed(case):
    circuit, expected = draw_adaptive_circuit(*case[1:]), stored_spikes(case)
    fading = {name: np.exp(-DT / getattr(circuit, f"tau_{name}")) for name in ("threshold", "adaptation")}
    changes = {
        "one jump of the threshold too small": {"threshold_jump": circuit.threshold_jump * 0.99},
        "one jump of the current too large": {"adaptation_jump": circuit.adaptation_jump * 1.01 + 1e-3},
        "faded before the test in the step of a spike": {
            "threshold_jump": circuit.threshold_jump * fading["threshold"]
        },
        "lifted a step late": {"threshold_jump": circuit.threshold_jump / fading["threshold"]},
        "drawn a step late": {"adaptation_jump": circuit.adaptation_jump / fading["adaptation"]},
        "another fading": {"tau_threshold": circuit.tau_threshold + 1.0},
    }
    for what, constants in changes.items():
        spikes = spikes_of(make_liquid(circuit, case[-1], constants), input_spikes(circuit))
        assert first_difference(spikes, expected) is not None, what


@some_circuits
def test_another_reset_or_refractory_time_is_noticed(case):
    circuit, expected = draw_adaptive_circuit(*case[1:]), stored_spikes(case)
    for neuron, changes in (
        ({"kept_overshoot": np.where(circuit.kept_overshoot > 0.25, 0.0, 1.0)}, {}),
        ({}, {"refractory": (3.0 + DT, 2.0)}),
        ({}, {"refractory": (3.0, 2.0 + DT)}),
    ):
        spikes = spikes_of(make_liquid(circuit, case[-1], neuron, **changes), input_spikes(circuit))
        step = first_difference(spikes, expected)
        assert step is not None and step < 1500, (neuron, changes)


@some_circuits
def test_a_run_in_pieces_has_the_same_spikes(case):
    circuit = draw_adaptive_circuit(*case[1:])
    liquid, X, state, pieces = make_liquid(circuit, case[-1]), input_spikes(circuit), None, []
    for rows in np.split(X, [1, 12, len(X) // 3 + 7, len(X) // 2]):
        counts, state = liquid.run(rows, state)
        pieces.append(counts)
    expected = np.zeros((len(X), N_UNITS))
    steps, units = stored_spikes(case).T
    np.add.at(expected, (steps // circuit.input_period_steps, units), 1)
    np.testing.assert_array_equal(np.vstack(pieces), expected)


def load_fixture(peer):
    path = FIXTURES / f"make_{peer.lower()}_alif_spikes.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LIVE = [(100, False, "current"), (101, True, "current"), (102, True, "conductance")]


@pytest.mark.parametrize("case", LIVE, ids=name_of)
def test_brian2_itself_has_the_same_spikes(case):
    try:
        import brian2  # noqa: F401
    except (ImportError, AttributeError) as error:  # Brian2 2.9 looks for what NumPy 2.4 has removed
        pytest.skip(f"needs Brian2 2.9 and NumPy below 2.4: {error}")
    circuit, n_steps = draw_adaptive_circuit(*case), 3000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Brian2 is built of warns of its own age
        steps, units, distance = load_fixture("Brian2").simulate(circuit, case[-1], n_steps)
    assert_same_as_live("Brian2", circuit, case, n_steps, np.stack([steps, units], axis=1), distance)


@pytest.mark.parametrize("case", [(100, False, HARD), (101, True, HARD)], ids=name_of)
def test_nest_itself_has_the_same_spikes(case):
    nest = pytest.importorskip("nest", reason='needs NEST 3.10: pip install "liquid-reservoir[nest]"')
    circuit, n_steps = draw_adaptive_circuit(*case), 3000
    steps, units, distance = load_fixture("NEST").simulate(circuit, n_steps)
    nest.ResetKernel()
    assert_same_as_live("NEST", circuit, case, n_steps, np.stack([steps, units], axis=1), distance)


def assert_same_as_live(peer, circuit, case, n_steps, expected, distance):
    assert len(expected) > 300
    X = input_spikes(circuit)[: n_steps // circuit.input_period_steps]
    assert_same_spikes(spikes_of(make_liquid(circuit, case[-1]), X), expected, peer, distance)
