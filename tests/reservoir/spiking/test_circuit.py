import tracemalloc

import numpy as np
import pytest
from scipy.sparse import csr_array

from reservoir import LIFLiquid, Markram
from reservoir.spiking.circuit import (
    SynapseList,
    arrange_circuit,
    arrange_dynamics,
    input_synapses,
    recurrent_synapses,
)
from reservoir.spiking.synapse_kernel import PER_SEGMENT, PER_SYNAPSE, STATIC
from reservoir.topology import Random

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


def test_synapses_of_one_segment_stay_in_their_order():
    random = np.random.RandomState(1)
    sources, targets, delays = random.randint(0, 4, 200), random.randint(0, 9, 200), random.randint(0, 3, 200)
    listed = SynapseList(sources, targets, np.arange(200.0), delays, random.randint(0, 2, 200))
    circuit, order = arrange_circuit(listed, 9, 4, np.zeros(9, int), np.float32)
    np.testing.assert_array_equal(order, np.lexsort((np.arange(200), delays, sources)))
    np.testing.assert_array_equal(circuit.weights, order)
    assert [part.dtype for part in circuit] == [np.uint32, np.int64, np.uint32, np.float32]


@pytest.mark.parametrize("given", [False, True])
def test_a_large_circuit_is_fitted_with_few_bytes_a_synapse(given):
    # 20 of them are kept for the weights and the delays, and 12 in the program; of what is given, `fit` holds a copy.
    n_units, degree, silence = 20_000, 100, np.zeros((1, 1))
    settings = {"topology": Random(), "degree": degree, "delays": (1.5, 0.8, 0.8, 0.8)}
    if given:
        weights = Random().connect(n_units, degree, 0)
        times = np.random.RandomState(0).randint(5, 31, weights.nnz) * 0.1
        delays = csr_array((times, weights.indices, weights.indptr), shape=weights.shape)
        settings = {"recurrent_weights": weights, "delays": delays}
    liquid = LIFLiquid(n_units, dt=0.1, input_period=1.0, random_state=0, **settings)
    LIFLiquid(5, random_state=0).fit(silence)  # what is imported or compiled once takes no part
    tracemalloc.start()
    liquid.fit(silence)
    kept, peak = (size / liquid.recurrent_weights_.nnz for size in tracemalloc.get_traced_memory())
    tracemalloc.stop()
    assert kept < 42 and peak < 80
