"""What limits the spikes of a liquid whatever drives it: refractory times, and delays as the fastest way to a unit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from properties.strategies import generators, matrices, seeds, series, sizes
from reservoir import LIFLiquid, Markram

ms = st.integers(0, 60)
pytestmark = pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # driven to its limits


@given(
    n=sizes, X=series(longest=20, scales=(1.0, 30.0, 1e6)), seed=seeds, dt=st.sampled_from([1.0, 0.5, 0.1]),
    held=st.tuples(st.integers(0, 150), st.integers(0, 150)), rest=st.sampled_from([0.0, 0.5, 0.9]),
    noise=st.sampled_from([0.0, 100.0]), dynamic=st.booleans(), scaling=st.sampled_from([0.5, 20.0]),
)  # fmt: skip
def test_no_unit_spikes_twice_within_its_refractory_time(n, X, seed, dt, held, rest, noise, dynamic, scaling):
    liquid = LIFLiquid(
        n, inhibitory=0.2 if n > 2 else 0.0, refractory=tuple(dt * (np.array(held) + rest)), dt=dt, noise=noise,
        recurrent_scaling=scaling, short_term_plasticity=Markram(0.5, 100.0, 30.0) if dynamic else None,
        random_state=seed,
    ).fit(X)  # fmt: skip
    steps, units = liquid.spikes(X)
    shortest = np.maximum(np.where(liquid.inhibitory_, held[1], held[0]), 1)  # and once in a step
    for unit in range(n):
        own = steps[units == unit]
        assert np.all(np.diff(own) >= shortest[unit])
        assert len(own) <= np.ceil(len(X) * 10 / dt / shortest[unit])


@given(data=st.data(), n=sizes, size=st.sampled_from([1e4, 1e6]), longest=ms, longest_input=ms)
def test_no_spike_is_faster_than_its_way_through_the_delays(data, n, size, longest, longest_input):
    weights = data.draw(matrices(n, n, 0.1 * size, size))
    random_state = data.draw(generators())
    delays = random_state.randint(0, longest + 1, (n, n)).astype(float)
    input_delays = random_state.randint(0, longest_input + 1, (n, 1)).astype(float)
    receives = random_state.uniform(size=(n, 1)) < 0.3
    liquid = LIFLiquid(
        recurrent_weights=weights, delays=delays, input="spikes", input_weights=size * receives,
        input_delays=input_delays,
        inhibitory=np.zeros(n, dtype=bool), background_current=0.0,
    )  # fmt: skip
    X = np.zeros((20, 1))
    X[0] = 1
    # What arrives in one step moves the voltage in the next.
    through = csr_array((delays + 1) * (weights > 0))
    ways = dijkstra(through.T)  # from source to target
    expected = np.min(np.where(receives, input_delays + 1, np.inf) + ways, axis=0)
    # Every jump is far more than a threshold needs, so first spikes come just then, if within 20 rows of 10 steps.
    expected[expected >= 200] = np.inf
    first = np.full(n, np.inf)
    steps, units = liquid.fit(X).spikes(X)
    np.minimum.at(first, units, steps)
    assert_array_equal(first, expected)
