import numpy as np
from scipy.sparse import csr_array

from reservoir import Markram
from reservoir.spiking.circuit import (
    SynapseList,
    arrange_circuit,
    arrange_dynamics,
    input_synapses,
    recurrent_synapses,
)
from reservoir.spiking.synapse_kernel import PER_SEGMENT, PER_SYNAPSE, STATIC

RNG = np.random.RandomState(0)
N = 12
WEIGHTS = csr_array(RNG.standard_normal((N, N)) * (RNG.uniform(size=(N, N)) < 0.4))
DELAYS = RNG.randint(0, 4, WEIGHTS.nnz)
INHIBITORY = RNG.uniform(size=N) < 0.3
EVERYONE = np.zeros(N, int)


def test_every_synapse_is_in_the_segment_of_its_source_and_delay():
    target = np.repeat(np.arange(N), np.diff(WEIGHTS.indptr))
    expected = sorted(zip(WEIGHTS.indices, DELAYS, target + N * INHIBITORY[WEIGHTS.indices], WEIGHTS.data, strict=True))
    for groups in (EVERYONE, INHIBITORY.astype(int)):
        synapses = recurrent_synapses(WEIGHTS, DELAYS, INHIBITORY)
        (starts, delays, targets, weights), order = arrange_circuit(synapses, N, N, groups, np.float64)
        found = []
        for segment in range(N * len(delays)):
            source, group = divmod(segment, len(delays))
            here = slice(starts[segment], starts[segment + 1])
            found += [(source, delays[group], *pair) for pair in zip(targets[here], weights[here], strict=True)]
            assert len(set(groups[targets[here] % N])) <= 1
        assert sorted(found) == expected
        np.testing.assert_array_equal(WEIGHTS.data[order], weights)


def test_input_weights_act_by_the_current_of_their_sign():
    synapses = input_synapses(np.array([[1.0, 0.0], [-2.0, 3.0]]), np.array([[1, 2], [3, 4]]))
    assert isinstance(synapses, SynapseList)
    rows = list(zip(*(part.tolist() for part in synapses), strict=True))
    assert rows == [(2, 0, 1.0, 1, 0), (2, 1, -2.0, 3, 1), (3, 1, 3.0, 4, 0)]


def test_dynamics_are_shared_where_synapses_have_them_in_common():
    synapses = recurrent_synapses(WEIGHTS, np.zeros(WEIGHTS.nnz, int), INHIBITORY)
    circuit, order = arrange_circuit(synapses, N, N, EVERYONE, np.float64)
    markram, alike = Markram(0.3, 100.0, 50.0), [np.full(WEIGHTS.nnz, value) for value in (0.3, 100.0, 50.0)]
    assert arrange_dynamics(None, None, circuit, order, N, 0.5, np.float64)[0][0] == STATIC
    (mode, *rates), (use, resource, delivered) = arrange_dynamics(markram, alike, circuit, order, N, 0.5, np.float64)
    filled = np.diff(circuit[0].astype(int)) > 0
    assert mode == PER_SEGMENT
    for values, expected in zip((*rates, use, resource), (0.3, 0.5 / 100, 0.5 / 50, 0.3, 1.0), strict=True):
        np.testing.assert_allclose(values[filled], expected)
    assert delivered.tolist() == [-1] * N
    own = [RNG.uniform(0.1, 0.9, WEIGHTS.nnz) for _ in range(3)]
    (mode, *rates), _ = arrange_dynamics(markram, own, circuit, order, N, 0.5, np.float64)
    assert mode == PER_SYNAPSE
    np.testing.assert_array_equal(rates[0], own[0][order])
