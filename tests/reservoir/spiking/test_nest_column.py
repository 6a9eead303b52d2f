"""The trains of a column as in the benchmark ``column``, one by one, as NEST 3.10 has them for the same synapses."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir import LIFLiquid
from reservoir.topology import Random

N_UNITS, DEGREE, N_MS, DT = 5000, 100, 200, 0.1
# In nA, and a thousand times as much in pA: their sums are exact, in whichever order spikes arrive.
EXCITATORY, INHIBITORY = 1.25, -7.25


@pytest.fixture(scope="module")
def column():
    random_state, inhibitory = np.random.RandomState(0), np.arange(N_UNITS) >= N_UNITS - N_UNITS // 5
    weights = Random().connect(N_UNITS, DEGREE, random_state)
    weights.data = np.where(inhibitory[weights.indices], INHIBITORY, EXCITATORY)
    delays = random_state.randint(5, 31, weights.nnz) * DT
    return LIFLiquid(
        inhibitory=inhibitory, recurrent_weights=weights, input_weights=np.ones((N_UNITS, 1)),
        delays=csr_array((delays, weights.indices, weights.indptr), shape=weights.shape),
        tau_membrane=20.0, tau_excitatory=5.0, tau_inhibitory=10.0, threshold=-50.0, reset=-60.0, resting=-60.0,
        background_current=11.0, refractory=5.0, initial_voltage=random_state.uniform(-60, -50, N_UNITS),
        dt=DT, input_period=1.0, output="counts",
    ).fit(np.zeros((1, 1)))  # fmt: skip


def trains(liquid):
    """Return rows (unit, step) of all spikes, sorted: the trains of the units one after the other."""
    steps, units = liquid.spikes(np.zeros((N_MS, 1)))
    return np.unique(np.stack([units, steps], axis=1), axis=0)


def nest_trains(liquid):
    """The same of NEST, which calls a step by its end."""
    nest = pytest.importorskip("nest", reason="needs NEST 3.10")
    nest.ResetKernel()
    nest.set_verbosity("M_ERROR")
    nest.resolution = DT
    # A refractory unit of NEST is clamped for one step more.
    constants = {
        "C_m": 20_000.0, "tau_m": 20.0, "E_L": -60.0, "I_e": 11_000.0, "V_th": -50.0, "V_reset": -60.0, "t_ref": 4.9,
        "tau_syn_ex": 5.0, "tau_syn_in": 10.0,
    }  # fmt: skip
    units, recorder = nest.Create("iaf_psc_exp", N_UNITS, constants), nest.Create("spike_recorder")
    units.V_m = liquid.initial_voltage_
    weights = liquid.recurrent_weights_
    targets = np.repeat(np.arange(N_UNITS), np.diff(weights.indptr))
    synapses = {"weight": 1e3 * weights.data, "delay": liquid.delays_.data}
    nest.Connect(weights.indices + 1, targets + 1, "one_to_one", synapses)
    nest.Connect(units, recorder)
    nest.Simulate(N_MS + DT)  # what is recorded at the very end is not given
    steps = np.round(np.array(recorder.events["times"]) / DT).astype(int) - 1
    found = np.stack([np.array(recorder.events["senders"]) - 1, steps], axis=1)
    return np.unique(found[steps < round(N_MS / DT)], axis=0)


@pytest.mark.filterwarnings("ignore::UserWarning")  # NEST 3.10 warns of its own names
def test_every_train_of_the_column_is_that_of_nest_itself(column):
    expected, found = nest_trains(column), trains(column)
    assert len(np.unique(expected[:, 0])) > N_UNITS / 2
    assert set(column.inhibitory_[expected[:, 0]]) == {False, True}
    np.testing.assert_array_equal(found, expected)
    later = column.delays_.copy()
    later.data = later.data + DT
    assert not np.array_equal(trains(column.set_params(delays=later).fit(np.zeros((1, 1)))), expected)
