from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import expon, truncexpon, truncnorm

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid
from reservoir.plasticity import IntrinsicPlasticity
from reservoir.plasticity.intrinsic import _distance, _edges

FIXTURES = Path(__file__).parents[2] / "fixtures"
U = np.random.RandomState(0).standard_normal((300, 2))
RULES = {
    "tanh": IntrinsicPlasticity(mean=0.1, std=0.3, learning_rate=2e-3, n_epochs=2),
    "sigmoid": IntrinsicPlasticity("exponential", mean=0.3, learning_rate=2e-3, n_epochs=2),
}


def plain_gain_and_offset(reservoir, rule, series, paces):
    """Schrauwen et al. 2008, Triesch 2005: one unit's gradient a line; ``paces`` are (keep, share) of every row."""
    n = reservoir.n_units_
    weights, input_weights = (
        reservoir.recurrent_weights_.toarray().astype(float),
        reservoir.input_weights_.astype(float),
    )
    a, b = np.ones(n), np.zeros(n)
    for _ in range(rule.n_epochs):
        for inputs in series:
            state = np.zeros(n)
            for u, (keep, share) in zip(inputs, paces, strict=False):
                x = weights @ state + input_weights @ u + reservoir.bias_
                if rule.target == "normal":
                    y = np.tanh(a * x + b)
                    db = -(-rule.mean / rule.std**2 + y / rule.std**2 * (2 * rule.std**2 + 1 - y**2 + rule.mean * y))
                else:
                    y = 1 / (1 + np.exp(-(a * x + b)))
                    db = 1 - (2 + 1 / rule.mean) * y + y**2 / rule.mean
                state = keep * state + share * y
                a, b = a + rule.learning_rate * (1 / a + db * x), b + rule.learning_rate * db
    return a, b


def assert_folded(adapted, reservoir, a, b, tolerance=1e-10):
    assert type(adapted) is type(reservoir)
    assert_allclose(
        adapted.recurrent_weights_.toarray(), a[:, None] * reservoir.recurrent_weights_.toarray(), atol=tolerance
    )
    assert_allclose(adapted.input_weights_, a[:, None] * reservoir.input_weights_, atol=tolerance)
    assert_allclose(adapted.bias_, a * reservoir.bias_ + b, atol=tolerance)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", RULES)
def test_kernel_agrees_with_its_plain_twin(activation, dtype):
    rule, series = RULES[activation], [U[:90], U[90:140]]
    reservoir = EchoStateReservoir(
        17, topology="random", leak_rate=(0.1, 1.0), activation=activation, dtype=dtype, random_state=1
    ).fit(U)
    paces = [(1 - reservoir.leak_rate_.astype(float), reservoir.leak_rate_.astype(float))] * len(U)
    adapted, history = rule.adapt(reservoir, series)
    rounded = [part.astype(dtype).astype(float) for part in series]
    expected = plain_gain_and_offset(reservoir, rule, rounded, paces)
    assert history.shape == (2,) and adapted.transform(U).dtype == dtype
    assert_array_equal(adapted.leak_rate_, reservoir.leak_rate_)
    assert_folded(adapted, reservoir, *expected, tolerance=1e-10 if dtype == "float64" else 1e-6)


@pytest.mark.parametrize("form", ["normalized", "additive"])
def test_elapsed_times_pace_the_learning_of_continuous_networks(form):
    times = np.random.RandomState(1).exponential(size=len(U))
    liquid = CTRNNLiquid(11, form=form, elapsed_column=-1, random_state=2).fit(np.column_stack([U, times]))
    keep = np.exp(-times[:, None] / liquid.tau_)
    share = (1 - keep) * (liquid.tau_ if form == "additive" else 1)
    adapted, _ = RULES["tanh"].adapt(liquid, np.column_stack([U, times]))
    paces = list(zip(keep, share, strict=True))
    assert_folded(adapted, liquid, *plain_gain_and_offset(liquid, RULES["tanh"], [U], paces))
    assert_array_equal(adapted.tau_, liquid.tau_)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_gains_biases_and_states_equal_reservoirpy(activation):
    peer = np.load(FIXTURES / "intrinsic_plasticity.npz")
    weights, input_weights, bias, a, b, states = (
        peer[f"{activation}_{name}"] for name in ("W", "Win", "bias", "a", "b", "states")
    )
    reservoir = EchoStateReservoir(
        recurrent_weights=weights, input_weights=input_weights, bias=bias, leak_rate=1.0, activation=activation
    ).fit(peer["inputs"])
    target = {"tanh": {"mean": 0.1, "std": 0.4}, "sigmoid": {"target": "exponential", "mean": 0.2}}[activation]
    rule = IntrinsicPlasticity(**target, learning_rate=1e-3, n_epochs=int(peer["n_epochs"]))
    adapted, _ = rule.adapt(reservoir, peer["inputs"])
    assert_folded(adapted, reservoir, a.ravel(), b.ravel())
    assert_allclose(adapted.transform(peer["inputs"]), states, atol=1e-10)


def test_rule_is_the_gradient_of_the_distance():
    # With a fixed input, -log p(y) = log a + log f'(.) up to a constant; the target adds its -log density.
    x, a, b, h = 0.7, 1.3, -0.2, 1e-6

    def loss(a, b):
        y = np.tanh(a * x + b)
        return -np.log(a * (1 - y**2)) + (y - 0.1) ** 2 / (2 * 0.3**2)

    unit = EchoStateReservoir(recurrent_weights=[[0.0]], input_weights=[[a]], bias=b, leak_rate=1.0).fit([[x]])
    # Its gain is 1 and its bias b: a step of the gain g moves a = g a_0, so dg is a_0 times the slope along a.
    adapted, _ = IntrinsicPlasticity(mean=0.1, std=0.3, learning_rate=1e-4, n_epochs=1).adapt(unit, [[x]])
    gain = adapted.input_weights_[0, 0] / a
    offset = adapted.bias_[0] - gain * b
    assert_allclose(offset, -1e-4 * (loss(a, b + h) - loss(a, b - h)) / (2 * h), rtol=1e-6)

    def by_gain(g):
        return loss(g * a, g * b)

    assert_allclose(gain - 1, -1e-4 * (by_gain(1 + h) - by_gain(1 - h)) / (2 * h), rtol=1e-6)


def test_outputs_reach_the_normal_law():
    u = np.random.RandomState(1).uniform(-1, 1, (4000, 3))
    reservoir = EchoStateReservoir(40, leak_rate=1.0, input_scaling=1.0, random_state=0).fit(u)
    adapted, history = IntrinsicPlasticity(mean=0.1, std=0.25, learning_rate=1e-4, n_epochs=30).adapt(reservoir, u)
    states = adapted.transform(u)[100:]
    assert_allclose(states.mean(axis=0), 0.1, atol=0.05)
    assert_allclose(states.std(axis=0), 0.25, rtol=0.1)
    assert history[-1] < history[0] / 5 and history[-1] < 0.02
    assert np.abs(reservoir.transform(u).mean(axis=0)).max() > 0.3


def test_outputs_reach_the_exponential_law():
    u = np.random.RandomState(1).standard_normal((3000, 3))
    reservoir = EchoStateReservoir(40, leak_rate=1.0, input_scaling=1.0, activation="sigmoid", random_state=0).fit(u)
    rule = IntrinsicPlasticity("exponential", mean=0.15, learning_rate=2e-3, n_epochs=10)
    adapted, history = rule.adapt(reservoir, u)
    states = adapted.transform(u)[100:]
    assert_allclose(states.mean(axis=0), 0.15, rtol=0.1)
    assert_allclose(np.median(states), expon(scale=0.15).median(), rtol=0.15)
    assert history[-1] < history[0] / 5 and history[-1] < 0.05


def test_edges_are_quantiles_of_the_target_and_the_distance_is_known():
    shares = np.arange(1, 20) / 20
    assert_allclose(_edges(True, 0.2, 0.5), truncnorm(-2.4, 1.6, loc=0.2, scale=0.5).ppf(shares), rtol=1e-10)
    assert_allclose(_edges(False, 0.3, 1.0), truncexpon(1 / 0.3, scale=0.3).ppf(shares), rtol=1e-10)
    constant, uniform = (np.arange(19) < 7)[:, None], 1 - shares[:, None]
    assert_allclose([_distance(constant * 1.0), _distance(uniform)], [np.log(20), 0], atol=1e-12)
    assert_allclose(_distance(np.hstack([constant, uniform])), np.log(20) / 2)


def test_narrow_targets_near_the_border_are_parted_too():
    for target in [(True, 0.95, 0.01), (True, -0.9, 3.0), (False, 1e-3, 1.0), (False, 0.999, 1.0)]:
        edges = _edges(*target)
        assert np.isfinite(edges).all() and np.all(np.diff(edges) > 0)


def test_too_fast_learning_is_refused():
    reservoir = EchoStateReservoir(10, input_scaling=5.0, random_state=0).fit(U)
    with pytest.raises(ValueError, match="'learning_rate' must be small enough.*of unit .* at step"):
        IntrinsicPlasticity(std=0.05, learning_rate=1.0).adapt(reservoir, U)
    for rule, X, name in [
        (IntrinsicPlasticity(), 1e300 * U, "X"),
        (IntrinsicPlasticity(std=1e-100), U, "std"),
        (IntrinsicPlasticity("exponential", mean=1e-320), U, "mean"),
    ]:
        activation = "tanh" if rule.target == "normal" else "sigmoid"
        with pytest.raises(ValueError, match=f"'{name}'"):
            rule.adapt(EchoStateReservoir(10, activation=activation, random_state=0).fit(U), X)


@pytest.mark.parametrize(
    "parameter",
    [
        {"target": "uniform"}, {"mean": 1.0}, {"mean": np.nan}, {"std": 0}, {"std": 1e-320}, {"learning_rate": -1.0},
        {"n_epochs": 0}, {"n_epochs": 2**40}, {"n_epochs": 10**400},
    ],
)  # fmt: skip
def test_parameters_are_refused_by_name(parameter):
    with pytest.raises(ValueError, match=f"'{next(iter(parameter))}' must"):
        IntrinsicPlasticity(**parameter).adapt(EchoStateReservoir(5).fit(U), U)


def test_what_cannot_be_folded_is_refused():
    rule = IntrinsicPlasticity()
    for other in (LIFLiquid(5), LTCLiquid(5)):
        with pytest.raises(TypeError, match="EchoStateReservoir or CTRNNLiquid"):
            rule.adapt(other.fit(U), U)
    with pytest.raises(ValueError, match="'form'"):
        rule.adapt(CTRNNLiquid(5, form="antisymmetric").fit(U), U)
    for target, activation in [("normal", "sigmoid"), ("normal", "relu"), ("exponential", "tanh")]:
        with pytest.raises(ValueError, match="'target' must be"):
            IntrinsicPlasticity(target).adapt(EchoStateReservoir(5, activation=activation).fit(U), U)
