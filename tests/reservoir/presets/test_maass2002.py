import numpy as np
import pytest
from circuit_measures import assert_moments, by_projection, expected_synapses, normal_moments, poisson, rates

from reservoir.presets import maass2002

CONSTANTS = (0.3, 0.2, 0.4, 0.1)
SEEDS = range(5)


@pytest.fixture(scope="module")
def circuits():
    return [maass2002(n_inputs=4, random_state=seed) for seed in range(12)]


@pytest.mark.parametrize(("length_scale", "counted"), [(1.2, 197), (2.0, 640), (4.0, 1792)])
def test_number_of_synapses(length_scale, counted):
    for seed in range(3):
        liquid = maass2002(length_scale=length_scale, random_state=seed)
        mean, deviation = expected_synapses((15, 3, 3), liquid.inhibitory, CONSTANTS, length_scale)
        assert abs(liquid.recurrent_weights.nnz - mean) < 4 * deviation
        assert mean == pytest.approx(counted, rel=0.06)  # which units are inhibitory moves it


def test_units(circuits):
    for liquid in circuits:
        assert liquid.inhibitory.shape == (135,) and liquid.inhibitory.sum() == 27
        assert liquid.initial_voltage.min() >= 13.5 and liquid.initial_voltage.max() <= 15
        assert liquid.recurrent_weights.diagonal().sum() == 0
    parameters = circuits[0].get_params()
    expected = {
        "tau_membrane": 30,
        "tau_excitatory": 3,
        "tau_inhibitory": 6,
        "threshold": 15,
        "resting": 0,
        "reset": 13.5,
    }
    expected |= {"background_current": 13.5, "refractory": (3, 2), "delays": (1.5, 0.8, 0.8, 0.8), "dt": 0.1}
    assert {name: parameters[name] for name in expected} == expected


def test_synapses_have_the_published_means_and_deviations(circuits):
    masks = [liquid.inhibitory for liquid in circuits]
    weights = by_projection([liquid.recurrent_weights for liquid in circuits], masks)
    for values, mean in zip(weights, (30, 60, -19, -19), strict=True):
        assert np.all(values * mean > 0)
        assert_moments(values, mean, abs(mean))
    table = {
        "utilization": (0.5, 0.05, 0.25, 0.32),
        "tau_depression": (1100, 125, 700, 144),
        "tau_facilitation": (50, 1200, 20, 60),
    }
    for name, means in table.items():
        matrices = [getattr(liquid.short_term_plasticity, name) for liquid in circuits]
        for values, mean in zip(by_projection(matrices, masks), means, strict=True):
            relative_mean, relative_deviation = normal_moments(2 if (name, mean) == ("utilization", 0.5) else np.inf)
            assert values.min() > 0
            assert_moments(values, relative_mean * mean, relative_deviation * mean)


def test_input_synapses(circuits):
    masks, inputs = (
        np.concatenate([getattr(liquid, name) for liquid in circuits]) for name in ("inhibitory", "input_weights")
    )
    assert (inputs > 0).mean() == pytest.approx(0.3, abs=0.02)
    for part, mean in ((inputs[~masks], 18), (inputs[masks], 9)):
        assert_moments(part[part != 0], mean, mean)


def test_a_lone_input_spike_moves_the_voltage_as_its_equation_says():
    # Without recurrence: V = Ib + (V0 - Ib) exp(-t / 30) + w 3 / 27 (exp(-s / 30) - exp(-s / 3)), s from the spike on.
    liquid = maass2002(weight_scale=0, random_state=0).set_params(output="voltages", threshold=1000.0)
    spikes = np.zeros((40, 1))
    spikes[5] = 1
    voltages = liquid.fit_transform(spikes)
    t = np.arange(1, 41)[:, None]
    s = np.maximum(t - 5.1, 0)  # in the first step of its row, which ends 0.1 ms after its start
    driven = liquid.input_weights[:, 0] * 3 / 27 * (np.exp(-s / 30) - np.exp(-s / 3))
    expected = 13.5 + (liquid.initial_voltage - 13.5) * np.exp(-t / 30) + driven
    np.testing.assert_allclose(voltages, expected, rtol=0, atol=1e-9)


def test_working_point():
    found = {"dynamic": [], "stationary": [], "static": [], "unscaled": []}
    for seed in SEEDS:
        X = poisson(20, 1, 100 + seed)
        found["dynamic"].append(rates(maass2002(random_state=seed), X))
        found["stationary"].append(rates(maass2002(rate=6.0, random_state=seed), X))
        found["static"].append(rates(maass2002(dynamic_synapses=False, random_state=seed), X))
        found["unscaled"].append(rates(maass2002(random_state=seed).set_params(short_term_plasticity=None), X))
    for kind in ("dynamic", "stationary", "static"):
        for population in np.transpose(found[kind]):
            assert population.min() > 1 and population.max() < 12
            assert population.mean() > 2
    assert np.min(found["dynamic"], axis=0)[0] > 3
    assert np.min(found["unscaled"]) > 80


def test_rested_synapses_answer_the_first_spike_with_a_burst():
    spikes = np.zeros((100, 1))
    spikes[20] = 1
    counts = {}
    for rate in (0.0, 6.0):
        liquids = (maass2002(rate=rate, random_state=seed).fit(spikes[:50]) for seed in SEEDS)
        counts[rate] = sum(len(liquid.spikes(spikes)[0]) for liquid in liquids)
    assert counts[0.0] > 4 * counts[6.0] > 0


def test_silent_without_input():
    for seed in SEEDS:
        assert rates(maass2002(random_state=seed), np.zeros((1000, 1))) == (0, 0)


def test_static_synapses_have_the_same_circuit():
    dynamic, static = maass2002(random_state=1), maass2002(dynamic_synapses=False, rate=10.0, random_state=1)
    assert (dynamic.recurrent_weights != static.recurrent_weights).nnz == 0
    assert static.short_term_plasticity.static and static.short_term_plasticity.rate == 10
    assert not dynamic.short_term_plasticity.static and dynamic.short_term_plasticity.rate == 0


def test_arguments_change_their_part_alone():
    one, other = maass2002(random_state=0), maass2002(weight_scale=2.0, n_inputs=3, random_state=0)
    np.testing.assert_array_equal(other.recurrent_weights.toarray(), 2 * one.recurrent_weights.toarray())
    np.testing.assert_array_equal(one.initial_voltage, other.initial_voltage)
    assert other.input_weights.shape == (135, 3)
    assert maass2002(shape=(4, 4, 5), random_state=0).recurrent_weights.shape == (80, 80)
    again = maass2002(random_state=0)
    assert (one.recurrent_weights != again.recurrent_weights).nnz == 0
    assert (one.recurrent_weights != maass2002(random_state=1).recurrent_weights).nnz > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_inputs": 0}, "'n_inputs' must be an integer of at least 1; got 0"),
        ({"length_scale": 0}, "'length_scale' must be a number above 0"),
        ({"weight_scale": -1}, "'weight_scale' must be a number at least 0 and at most 1e.100; got -1"),
        ({"rate": np.nan}, "'rate' must be a number at least 0; got nan"),
        ({"dynamic_synapses": "no"}, "'dynamic_synapses' must be True or False; got 'no'"),
        ({"input_probability": 2}, "'input_probability' must be a number at least 0 and at most 1; got 2"),
        ({"shape": (15, 9)}, "'shape' must be None or a tuple of three positive integers"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        maass2002(**arguments)
