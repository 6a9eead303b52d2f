import numpy as np
import pytest

from reservoir import LIFLiquid, Markram
from reservoir.spiking.synapse_kernel import history_length, restore_in_flight, store_in_flight


@pytest.mark.parametrize(("delays", "expected"), [([0], 1), ([1], 2), ([1, 3], 4), ([4, 2], 8), ([], 1)])
def test_history_is_longer_than_the_longest_delay(delays, expected):
    assert history_length(np.array(delays, np.int64)) == expected


def test_what_is_recalled_is_remembered():
    in_flight = np.array([[97, 2, 1], [98, 0, 1], [98, 5, 4], [99, 1, 1]])
    sources, amounts, counts = np.empty((4, 6), np.uint32), np.empty((4, 2), np.int64), np.zeros(4, np.int64)
    restore_in_flight(in_flight, 4, sources, amounts, counts)
    np.testing.assert_array_equal(store_in_flight(100, np.array([1, 3]), 4, sources, amounts, counts), in_flight)
    np.testing.assert_array_equal(store_in_flight(100, np.array([1]), 4, sources, amounts, counts), in_flight[3:])
    assert len(store_in_flight(100, np.array([0]), 4, sources, amounts, counts)) == 0


@pytest.mark.parametrize("spread", [0.0, 1e-9])  # shared by a source's synapses, and each its own
@pytest.mark.parametrize("interval", [3, 20])
def test_a_regular_train_meets_the_recursion_and_its_stationary_limit(spread, interval):
    utilization, depression, facilitation, rate = 0.4, 80.0, 60.0, 1000 / interval
    parrot = LIFLiquid(
        recurrent_weights=[[0, 0], [1.0, 0]], inhibitory=0.0, input_weights=[[1e6], [0.0]], background_current=0.0,
        short_term_plasticity=Markram(utilization, depression, facilitation, spread=spread), refractory=0.0,
        tau_excitatory=0.01, input_period=1.0, output="voltages", threshold=1e3, tau_membrane=0.01, random_state=0,
    )  # fmt: skip
    # So short time constants leave hardly a voltage behind: the jump itself is read off the state.
    train = np.zeros((600, 1))
    train[::interval] = 1.0
    parrot.fit(train[:1])
    state, jumps = None, []
    for row in train:
        _, state = parrot.run(row[None], state)
        if state.current[0, 1] > 1e-3:
            jumps.append(state.current[0, 1])
    u, r, expected = utilization, 1.0, []
    for _ in jumps:
        expected.append(u * r)
        r = 1 + (r - u * r - 1) * np.exp(-interval / depression)
        u = utilization + u * (1 - utilization) * np.exp(-interval / facilitation)
    assert len(jumps) >= 600 // interval - 1
    np.testing.assert_allclose(jumps, expected, rtol=1e-6)
    use, resource = Markram(0.4, 80.0, 60.0, rate=rate).stationary(utilization, depression, facilitation)
    assert jumps[-1] == pytest.approx(use * resource, rel=1e-3)
