import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import EchoStateReservoir, LIFLiquid, LiquidHealthWarning, PerfectIntegrateAndFire, SpikingLiquid
from reservoir.plasticity import STDP
from reservoir.plasticity.stdp import _arrange, _plastic, run_stdp

U = np.random.RandomState(0).standard_normal((300, 3))


def plain_stdp(arrivals, spikes, rate, weakening, tau_plus, tau_minus, dependence, w):
    """One synapse, from the times of arrivals and of postsynaptic spikes, pair sums written out (Guetig 2003)."""
    for time in np.union1d(arrivals, spikes):
        if time in spikes:
            earlier = arrivals[arrivals < time]
            w = min(w + rate * (1 - w) ** dependence * np.exp((earlier - time) / tau_plus).sum(), 1)
        if time in arrivals:
            earlier = spikes[spikes < time]
            w = max(w - weakening * w**dependence * np.exp((earlier - time) / tau_minus).sum(), 0)
    return w


def plain_pass(weights, inhibitory, delays, steps, units, rule, dt):
    """Every synapse between excitatory units, dense, in nA."""
    weights = weights.copy()
    largest = rule.max_weight
    for i, j in np.argwhere(weights):
        if not inhibitory[i] and not inhibitory[j]:
            constants = (
                rule.learning_rate, rule.learning_rate * rule.depression,
                rule.tau_potentiation / dt, rule.tau_depression / dt, rule.weight_dependence,
            )  # fmt: skip
            start = min(weights[i, j] / largest, 1)
            arrivals = steps[units == j] + delays[i, j]
            weights[i, j] = largest * plain_stdp(arrivals[arrivals < len(U) * 10], steps[units == i], *constants, start)
    return weights


def pair(lag, *, delay=3, weight=0.5, rule=(0.01, 0.0105, 1 / 20, 1 / 17, 0.0), n_pairs=1, period=1000):
    """Return the weight from unit 0 onto unit 1 after pairs of spikes, unit 1 spiking ``lag`` after each arrival."""
    source = 100 + period * np.arange(n_pairs)
    target = source + delay + lag
    steps, units = np.append(source, target), np.repeat([0, 1], n_pairs)
    order = np.argsort(steps, kind="stable")
    weights = np.array([weight])
    layout = [np.array(part) for part in ([0, 0, 1], [0], [0, 1, 1], [0], [1], [delay])]
    run_stdp(steps[order], units[order], steps.max() + delay + 1, *layout, rule, weights)
    return weights[0]


@pytest.mark.parametrize("delay", [0, 1, 15])
def test_pair_curve_is_the_closed_form(delay):
    for lag in (-50, -7, -1, 1, 4, 60):
        change = 0.01 * np.exp(-lag / 20) if lag > 0 else -0.0105 * np.exp(lag / 17)
        assert_allclose(pair(lag, delay=delay), 0.5 + change, rtol=1e-13)
    assert pair(0, delay=delay) == 0.5


def test_repeated_pairs_add_up_to_geometric_series():
    n, lag, period = 8, 5, 30
    gap = np.arange(n)
    later = (n - gap) * np.exp(-(lag + gap * period) / 20)
    earlier = (n - gap[1:]) * np.exp(-(gap[1:] * period - lag) / 17)
    expected = 0.5 + 0.01 * later.sum() - 0.0105 * earlier.sum()
    assert_allclose(pair(lag, n_pairs=n, period=period), expected, rtol=1e-13)


def test_weight_dependence_scales_both_sides_of_the_curve():
    rule = (0.01, 0.0105, 1 / 20, 1 / 17, 0.4)
    assert_allclose(pair(4, weight=0.2, rule=rule) - 0.2, 0.01 * 0.8**0.4 * np.exp(-4 / 20), rtol=1e-12)
    assert_allclose(pair(-4, weight=0.2, rule=rule) - 0.2, -0.0105 * 0.2**0.4 * np.exp(-4 / 17), rtol=1e-12)


def test_weights_stay_within_their_bounds():
    assert pair(1, weight=0.995) == 1
    assert pair(-1, weight=0.005) == 0
    assert pair(1, weight=1.0, rule=(0.01, 0.0105, 1 / 20, 1 / 17, 1.0)) == 1
    assert pair(-1, weight=0.0, rule=(0.01, 0.0105, 1 / 20, 1 / 17, 1.0)) == 0


@pytest.mark.parametrize("dependence", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("delays", [1.0, (1.5, 0.8, 0.8, 0.8), "matrix"])
def test_kernel_agrees_with_its_plain_twin(delays, dependence):
    free = LIFLiquid(15, dt=0.5, input_period=5.0, random_state=0).fit(U)
    if isinstance(delays, str):
        delays = free.recurrent_weights_.copy()
        delays.data = np.random.RandomState(1).uniform(0.0, 8.0, delays.nnz)
    liquid = LIFLiquid(15, dt=0.5, input_period=5.0, delays=delays, random_state=0).fit(U)
    rule = STDP(
        learning_rate=0.05, tau_potentiation=15.0, tau_depression=25.0, weight_dependence=dependence, max_weight=2.0,
        scaling=False, n_epochs=1,
    )  # fmt: skip
    adapted, _ = rule.adapt(liquid, U)
    steps = np.floor(liquid.delays_.toarray() / 0.5 + 0.5).astype(int)
    before = liquid.recurrent_weights_.toarray()
    expected = plain_pass(before, liquid.inhibitory_, steps, *liquid.spikes(U), rule, 0.5)
    assert np.abs(expected - before).max() > 0.1
    assert_allclose(adapted.recurrent_weights_.toarray(), expected, rtol=0, atol=1e-10)


def test_only_synapses_between_excitatory_units_change():
    liquid = LIFLiquid(40, random_state=0).fit(U)
    adapted, _ = STDP(n_epochs=1).adapt(liquid, U)
    changed = (adapted.recurrent_weights_ != liquid.recurrent_weights_).toarray()
    assert changed.any() and not changed[liquid.inhibitory_].any() and not changed[:, liquid.inhibitory_].any()
    for part in ("indices", "indptr"):
        assert_array_equal(getattr(adapted.recurrent_weights_, part), getattr(liquid.recurrent_weights_, part))
    assert_array_equal(adapted.inhibitory_, liquid.inhibitory_)


def test_scaling_keeps_the_sum_onto_every_unit():
    liquid = LIFLiquid(40, random_state=0).fit(U)
    sums = liquid.recurrent_weights_.sum(axis=1)
    kept, history = STDP(learning_rate=0.1, n_epochs=3).adapt(liquid, U)
    assert_allclose(kept.recurrent_weights_.sum(axis=1), sums, rtol=1e-12)
    assert history.shape == (3,) and np.all(history > 0)
    free, _ = STDP(learning_rate=0.1, n_epochs=3, scaling=False).adapt(liquid, U)
    plastic = _plastic(liquid)
    learned = free.recurrent_weights_.data[plastic]
    assert learned.min() >= 0 and learned.max() <= liquid.recurrent_weights_.data[plastic].max() * (1 + 1e-15)
    assert np.abs(free.recurrent_weights_.sum(axis=1) - sums).max() > 0.1


def test_a_unit_that_would_lose_all_its_weights_keeps_them():
    liquid = LIFLiquid(40, random_state=0).fit(U)
    adapted, history = STDP(learning_rate=0.5, depression=1000.0).adapt(liquid, U)
    assert_allclose(adapted.recurrent_weights_.sum(axis=1), liquid.recurrent_weights_.sum(axis=1), rtol=1e-12)
    assert np.isfinite(adapted.transform(U)).all()


def test_weights_above_the_largest_are_scaled_whatever_it_is():
    liquid = LIFLiquid(40, random_state=0).fit(U)
    sums = liquid.recurrent_weights_.sum(axis=1)
    for max_weight in (1e-320, 1e-300, 1e-3):
        adapted, history = STDP(max_weight=max_weight, n_epochs=2).adapt(liquid, U)
        assert_allclose(adapted.recurrent_weights_.sum(axis=1), sums, rtol=1e-12)
        assert np.all(np.isfinite(history))


def test_what_fades_at_once_leaves_no_trace():
    assert pair(5, rule=(0.01, 0.01, 1e3, 1e3, 0.0)) == pair(-5, rule=(0.01, 0.01, 1e3, 1e3, 0.0)) == 0.5
    with pytest.warns(LiquidHealthWarning):  # spikes from the first step on
        liquid = LIFLiquid(20, background_current=1e5, random_state=0).fit(U)
    for tau in ("tau_potentiation", "tau_depression"):
        adapted, history = STDP(n_epochs=1, **{tau: 1e-320}).adapt(liquid, U)
        assert np.all(np.isfinite(history)) and np.all(np.isfinite(adapted.recurrent_weights_.data))


def test_the_synapse_that_causes_spikes_grows_and_its_reverse_shrinks():
    chain = LIFLiquid(
        recurrent_weights=[[0.0, 1.0], [200.0, 0.0]], inhibitory=np.zeros(2, dtype=bool), input_weights=[[20.0], [0.0]],
        background_current=0.0,
    )  # fmt: skip
    u = (np.arange(400) % 10 == 0).astype(float)[:, None] * 2
    steps, units = chain.fit(u).spikes(u)
    assert 1 in units and units[0] == 0
    adapted, _ = STDP(max_weight=300.0, scaling=False, n_epochs=1).adapt(chain, u)
    assert adapted.recurrent_weights_[1, 0] > 250
    assert adapted.recurrent_weights_[0, 1] == 0


def test_synapses_are_sorted_by_source_and_delay():
    liquid = LIFLiquid(20, delays=(3.0, 1.0, 1.0, 1.0), random_state=0).fit(U)
    plastic = _plastic(liquid)
    incoming, segments, outgoing, order, targets, delays = _arrange(liquid, plastic)
    assert_array_equal(delays, [3])
    sources = liquid.recurrent_weights_.indices[plastic]
    for unit in range(20):
        assert set(targets[incoming[unit] : incoming[unit + 1]]) <= {unit}
        assert set(sources[order[outgoing[unit] : outgoing[unit + 1]]]) <= {unit}
    assert_array_equal(segments, sources)
    assert incoming[-1] == outgoing[-1] == plastic.sum()


def test_half_step_delays_are_those_of_the_liquid():
    liquid = LIFLiquid(20, delays=0.35, dt=0.1, input_period=1.0, random_state=0).fit(U).set_params(dt=0.5)
    assert_array_equal(_arrange(liquid, _plastic(liquid))[5], [4])


def test_every_series_is_learned_by_itself():
    liquid = LIFLiquid(20, random_state=0).fit(U)
    rule = STDP(scaling=False, n_epochs=1, learning_rate=1e-4)
    both, _ = rule.adapt(liquid, [U[:150], U[150:]])
    first, _ = rule.adapt(liquid, U[:150])
    second, _ = rule.adapt(liquid, U[150:])
    change = [one.recurrent_weights_.data - liquid.recurrent_weights_.data for one in (both, first, second)]
    inside = both.recurrent_weights_.data[_plastic(liquid)]
    free = np.zeros(len(change[0]), dtype=bool)
    free[_plastic(liquid)] = (inside > 0.01) & (inside < 0.9 * inside.max())
    assert_allclose(change[0][free], (change[1] + change[2])[free], atol=1e-12)


def test_synapses_between_units_of_another_model_learn():
    liquid = SpikingLiquid(20, neuron=PerfectIntegrateAndFire(), background_current=8.0, random_state=0).fit(U)
    adapted, _ = STDP(n_epochs=1).adapt(liquid, U)
    before, after = liquid.recurrent_weights_, adapted.recurrent_weights_
    assert np.any(before.data != after.data)
    assert_allclose(before.sum(axis=1), after.sum(axis=1))


def test_precision_and_what_is_refused():
    single = LIFLiquid(20, dtype="float32", random_state=0).fit(U)
    adapted, _ = STDP().adapt(single, U)
    assert adapted.recurrent_weights_.dtype == np.float32 and adapted.transform(U).dtype == np.float32
    with pytest.raises(TypeError, match="SpikingLiquid for STDP"):
        STDP().adapt(EchoStateReservoir(5).fit(U), U)
    with pytest.raises(ValueError, match="between excitatory units"):
        STDP().adapt(LIFLiquid(recurrent_weights=np.zeros((5, 5))).fit(U), U)
    with pytest.raises(ValueError, match="'max_weight' must be a number"):
        STDP().adapt(LIFLiquid(20, recurrent_scaling=0.0).fit(U), U)


@pytest.mark.parametrize(
    "parameter",
    [
        {"learning_rate": 0}, {"depression": -1}, {"tau_potentiation": 0.0}, {"tau_depression": np.inf},
        {"weight_dependence": 1.5}, {"max_weight": 0}, {"scaling": 1}, {"n_epochs": 2.0},
        {"n_epochs": 2**40}, {"n_epochs": 10**400},
    ],
)  # fmt: skip
def test_parameters_are_refused_by_name(parameter):
    with pytest.raises(ValueError, match=f"'{next(iter(parameter))}' must"):
        STDP(**parameter).adapt(LIFLiquid(20, random_state=0).fit(U), U)
