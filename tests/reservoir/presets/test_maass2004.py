import numpy as np
import pytest
from circuit_measures import assert_moments, by_projection, expected_synapses, poisson, rates

from reservoir.presets import maass2002, maass2004


@pytest.fixture(scope="module")
def circuits():
    return [maass2004(random_state=seed) for seed in range(12)]


def test_units_differ_within_the_published_ranges(circuits):
    for name, low, high in [("background_current", 13.5, 14.5), ("reset", 13.8, 14.5), ("initial_voltage", 13.5, 14.9)]:
        values = np.concatenate([getattr(liquid, name) for liquid in circuits])
        assert low <= values.min() and values.max() <= high
        assert_moments(values, (low + high) / 2, (high - low) / np.sqrt(12))


def test_synapses(circuits):
    masks = [liquid.inhibitory for liquid in circuits]
    for seed, liquid in enumerate(circuits[:3]):
        mean, deviation = expected_synapses((3, 3, 15), liquid.inhibitory, (0.3, 0.2, 0.4, 0.1), 2.0)
        assert abs(liquid.recurrent_weights.nnz - mean) < 4 * deviation, seed
    weights = by_projection([liquid.recurrent_weights for liquid in circuits], masks)
    for values, mean in zip(weights, (30, 60, -19, -19), strict=True):
        assert_moments(values, mean, 0.7 * abs(mean))
    delays = by_projection([liquid.delays for liquid in circuits], masks)
    for values, mean in zip(delays, (1.5, 0.8, 0.8, 0.8), strict=True):
        assert_moments(values, mean, 0.1 * mean)


def test_what_it_shares_with_2002(circuits):
    one, other = circuits[0].get_params(), maass2002().get_params()
    for name in (
        "tau_membrane",
        "tau_excitatory",
        "tau_inhibitory",
        "threshold",
        "resting",
        "refractory",
        "dt",
        "tau_trace",
    ):
        assert one[name] == other[name]
    assert circuits[0].short_term_plasticity.rate == 6


def test_working_point():
    for seed in range(4):
        excitatory, inhibitory = rates(maass2004(random_state=seed), poisson(20, 1, 100 + seed))
        assert 2 < excitatory < 12 and 2 < inhibitory < 25
        assert rates(maass2004(random_state=seed), np.zeros((500, 1))) == (0, 0)


def test_static_synapses():
    assert maass2004(dynamic_synapses=False, rate=8.0).short_term_plasticity.static
    with pytest.raises(ValueError, match="'dynamic_synapses' must be True or False; got None"):
        maass2004(dynamic_synapses=None)
    with pytest.raises(ValueError, match="'weight_scale' must be a number at least 0 and at most 1e.100; got None"):
        maass2004(weight_scale=None)
