"""Ways of spikes become weights, delays and two synaptic currents."""

from types import SimpleNamespace

import nir
import numpy as np
import pytest

from reservoir import LeakyIntegrateAndFire
from reservoir.interop.nir_graph.imported_synapses import (
    Connection,
    assign_currents,
    filter_of,
    matrix_of,
    read_connection,
)
from reservoir.interop.nir_graph.imported_units import ImportedUnits
from reservoir.interop.nir_graph.signal_paths import INPUT, UNITS, Filter, SignalPath

NEURON = LeakyIntegrateAndFire(np.full(2, 20.0), np.ones(2), np.zeros(2), np.zeros(2))
PLAIN = ImportedUnits(NEURON, 3 * -np.expm1(-np.full(2, 1 / 20)), np.full(2, 3.0), np.zeros(2))
FAST, SLOW = np.full(2, 3.0), np.full(2, 6.0)
LIF = SimpleNamespace()  # stands for any node that is no CubaLIF


def connection(weights, tau=FAST, delays=0.0, from_units=True):
    weights = np.array(weights, float)
    return Connection(from_units, weights, np.broadcast_to(delays, weights.shape), tau)


def assigned(*connections, integrator="exact"):
    return assign_currents(connections, PLAIN, 2, 1.0, integrator)


def test_a_spike_is_a_1_for_a_step():
    path = SignalPath(UNITS, np.eye(2), synapse=Filter(np.array([0.005]), np.array([10.0])))
    one = read_connection(path, LIF, PLAIN, 3, 1.0, "exact")
    np.testing.assert_allclose(one.weights, 10 * 0.001 / 0.005 * np.eye(2), rtol=1e-15)
    np.testing.assert_array_equal(one.tau, [5, 5])


def test_delays_of_sources_and_targets_add():
    path = SignalPath(INPUT, np.ones((2, 3)), before=np.array([0.0, 0.001, 0.002]), after=np.array([0.0, 0.01]))
    one = read_connection(path, LIF, PLAIN, 3, 1.0, "exact")
    assert not one.from_units
    np.testing.assert_allclose(one.delays, [[0, 1, 2], [10, 11, 12]], rtol=1e-12)


def test_without_a_synapse_the_current_fades_in_a_step():
    one = read_connection(SignalPath(UNITS), LIF, PLAIN, 3, 1.0, "exact")
    np.testing.assert_array_equal(one.weights, np.eye(2))
    np.testing.assert_array_equal(np.exp(-1.0 / one.tau), 0.0)
    gained = assigned(one).parameters["recurrent_weights"].diagonal()
    response = NEURON.motion(1.0, one.tau, one.tau).membrane.by_excitatory
    np.testing.assert_allclose(gained * response, PLAIN.per_step, rtol=1e-12)


def test_one_current_is_for_weights_of_both_signs():
    parameters = assigned(connection([[1, -2], [-3, 4]])).parameters
    np.testing.assert_array_equal(parameters["recurrent_weights"].toarray(), [[3, -6], [-9, 12]])
    np.testing.assert_array_equal(parameters["tau_excitatory"], parameters["tau_inhibitory"])
    assert parameters["inhibitory"] is None


@pytest.mark.parametrize("order", [1, -1])
def test_units_act_by_one_of_two_currents(order):
    entering = connection([[1, 2], [3, 4]], FAST, from_units=False)
    pair = [connection([[1, 0], [2, 0]], FAST), connection([[0, -1], [0, 0]], SLOW)][::order]
    synapses = assigned(*pair, entering)
    np.testing.assert_array_equal(synapses.parameters["inhibitory"], [False, True])
    np.testing.assert_array_equal(synapses.parameters["tau_excitatory"], FAST)
    np.testing.assert_array_equal(synapses.parameters["tau_inhibitory"], SLOW)
    np.testing.assert_array_equal(synapses.parameters["recurrent_weights"].toarray(), [[3, -3], [6, 0]])
    np.testing.assert_array_equal(synapses.input_weights, [[3, 6], [9, 12]])


def test_what_the_two_currents_cannot_be_is_refused():
    both = "'graph' must let each unit act by one of the two synaptic currents"
    with pytest.raises(ValueError, match=both):
        assigned(connection(np.eye(2), FAST), connection(np.eye(2), SLOW))
    mixed = connection([[1, -1], [1, 1]], FAST, from_units=False)
    with pytest.raises(ValueError, match=both):
        assigned(connection(np.eye(2), SLOW), mixed)
    with pytest.raises(ValueError, match="at most two synaptic currents of different decay; got 3"):
        assigned(*(connection(np.eye(2), np.full(2, tau)) for tau in (1.0, 2.0, 3.0)))


def test_a_synapse_of_no_delay_has_an_entry():
    delays = assigned(connection([[1, 0], [2, 0]], delays=0.0)).parameters["delays"]
    assert delays.nnz == 2


def test_parallel_ways_add_if_they_are_as_long():
    near, far = (connection(np.ones((2, 2)), delays=delay) for delay in (1.0, 2.0))
    np.testing.assert_array_equal(assigned(near, near).parameters["recurrent_weights"].toarray(), 6.0)
    with pytest.raises(ValueError, match="'graph' must have one delay from a unit or an input to another unit"):
        assigned(near, far)


@pytest.mark.parametrize(
    "path", [SignalPath(UNITS, np.ones((3, 2))), SignalPath(INPUT, np.ones((2, 2))), SignalPath(INPUT)]
)
def test_sizes_are_checked(path):
    with pytest.raises(ValueError, match="'graph' must have nodes that fit each other; got weights"):
        matrix_of(path, 2, 3)


def test_weights_stay_finite():
    with pytest.raises(ValueError, match="'dt' must not be that far from the time constants of 'graph'; got 1 ms"):
        assigned(connection([[np.inf, 0], [0, 0]]))


def test_a_cubalif_has_its_own_current():
    fields = dict.fromkeys(("tau_mem", "tau_syn", "r", "v_leak", "v_threshold", "w_in"), np.ones(2))
    node = nir.CubaLIF(**fields | {"tau_syn": 0.005 * np.ones(2)})
    np.testing.assert_array_equal(filter_of(SignalPath(INPUT), node).tau, [0.005, 0.005])
    with pytest.raises(ValueError, match="an LI before a CubaLIF"):
        filter_of(SignalPath(INPUT, synapse=Filter(np.ones(1), np.ones(1))), node)
