"""Every spike where Brian2 2.9 has it: leaky units with conductances, and adaptive exponential units with currents and
with conductances, 12 circuits of 200 units for a second each, on a grid of 0.1 ms.
"""

import warnings

import numpy as np
import pytest
from brian2_circuits import DT, N_CHANNELS, N_UNITS
from conductance_circuits import ADEX, EVERY, KINDS, draw_units, name_of
from test_brian2 import FIXTURES, alike, assert_same_spikes, first_difference, input_spikes, load_peer, spikes_of
from test_brian2 import make_liquid as make_leaky

from reservoir import AdaptiveExponential, ConductanceSynapses, SpikingLiquid

STORED = np.load(FIXTURES / "brian2_adex_coba_spikes.npz")
every_circuit = pytest.mark.parametrize("case", EVERY, ids=name_of)
some_circuits = pytest.mark.parametrize("case", [EVERY[k] for k in (0, 3, 5, 12, 17, 21, 26, 33)], ids=name_of)


def stored_spikes(case):
    return np.stack([STORED[f"{name_of(case)}_{part}"].astype(int) for part in ("steps", "units")], axis=1)


def make_liquid(case, units, **changes):
    kind, circuit = case[0], units.circuit
    if kind.endswith("conductances"):
        reversals = alike(units.reversal_excitatory), alike(units.reversal_inhibitory)
        changes = {"synapses": ConductanceSynapses(*reversals)} | changes
    if not kind.startswith("exponential"):
        return make_leaky(circuit, **changes)
    leaky = make_leaky(circuit, threshold=100.0, reset=0.0)  # for its circuit only
    of_circuit = ("tau_membrane", "threshold", "reset", "resting", "initial_voltage")
    constants = {name: alike(getattr(circuit, name)) for name in of_circuit}
    constants |= {name: alike(getattr(units, name)) for name in ADEX}
    constants |= {name: changes.pop(name) for name in [*constants] if name in changes}
    given = {name: value for name, value in leaky.get_params().items() if name not in of_circuit}
    given["refractory"] = (2.0, 0.0)
    return SpikingLiquid(neuron=AdaptiveExponential(**constants), **(given | changes)).fit(np.zeros((1, N_CHANNELS)))


@every_circuit
def test_every_spike_is_where_brian2_has_it(case):
    units, expected = draw_units(*case), stored_spikes(case)
    assert units.checksum() == STORED[f"{name_of(case)}_checksum"], "the circuit is another one: its draw has changed"
    spikes = spikes_of(make_liquid(case, units), input_spikes(units.circuit))
    assert_same_spikes(spikes, expected, float(STORED[f"{name_of(case)}_distance"]))


@every_circuit
def test_stored_circuits_are_alive(case):
    spikes, inhibitory = stored_spikes(case), draw_units(*case).circuit.inhibitory
    assert 5 < len(spikes) / N_UNITS < 80
    assert len(np.unique(spikes[:, 1])) > N_UNITS / 2
    assert set(inhibitory[spikes[:, 1]]) == {False, True}


@some_circuits
def test_a_little_of_another_model_is_noticed(case):
    units, expected = draw_units(*case), stored_spikes(case)
    changes = [{"refractory": (2.0 + DT, 2.0)}]
    if case[0].endswith("conductances"):
        synapses = ConductanceSynapses(units.reversal_excitatory, units.reversal_inhibitory + 0.1)
        changes.append({"synapses": synapses})
    if case[0].startswith("exponential"):
        changes += [{"adaptation_jump": units.adaptation_jump * 1.001}, {"slope": units.slope * 1.001}]
    for change in changes:
        step = first_difference(spikes_of(make_liquid(case, units, **change), input_spikes(units.circuit)), expected)
        assert step is not None and step < 3000, change


@some_circuits
def test_a_run_in_pieces_has_the_same_spikes(case):
    units = draw_units(*case)
    circuit, X = units.circuit, input_spikes(units.circuit)
    liquid, state, pieces = make_liquid(case, units), None, []
    for rows in np.split(X, [1, 12, len(X) // 3 + 7, len(X) // 2]):
        counts, state = liquid.run(rows, state)
        pieces.append(counts)
    expected = np.zeros((len(X), N_UNITS))
    steps, who = stored_spikes(case).T
    np.add.at(expected, (steps // circuit.input_period_steps, who), 1)
    np.testing.assert_array_equal(np.vstack(pieces), expected)


@pytest.mark.parametrize(
    "case",
    [(KINDS[0], 101, True), (KINDS[1], 100, False), (KINDS[2], 101, False)],
    ids=name_of,
)  # fmt: skip
def test_brian2_itself_has_the_same_spikes(case):
    units, n_steps = draw_units(*case), 3000
    peer = load_peer("make_brian2_adex_coba_spikes.py")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Brian2 is built of warns of its own age
        steps, who, distance = peer.simulate(case[0], units, n_steps)
    expected = np.stack([steps, who], axis=1)
    assert len(expected) > 200
    X = input_spikes(units.circuit)[: n_steps // units.circuit.input_period_steps]
    assert_same_spikes(spikes_of(make_liquid(case, units), X), expected, distance)
