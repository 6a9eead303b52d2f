import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from reservoir import CTRNNLiquid, EchoStateReservoir, LTCLiquid, StackedReservoir
from reservoir.diagnostics import effective_spectral_radius

U = np.random.RandomState(0).uniform(-1, 1, (40, 2))


def largest(matrix):
    return np.abs(np.linalg.eigvals(matrix)).max()


@pytest.mark.parametrize("leak_rate", [1.0, 0.3, (0.1, 1.0)])
@pytest.mark.parametrize(
    ("activation", "slope"),
    [
        ("tanh", lambda b: 1 - np.tanh(b) ** 2),
        ("identity", np.ones_like),
        ("relu", lambda b: (b > 0) * 1.0),
        ("sigmoid", lambda b: np.exp(-b) / (1 + np.exp(-b)) ** 2),
    ],
)
def test_rest_without_input_counts_leak_rates_and_slopes_at_the_biases(activation, slope, leak_rate):
    reservoir = EchoStateReservoir(30, leak_rate=leak_rate, activation=activation, random_state=0).fit(U)
    a, weights = reservoir.leak_rate_, reservoir.recurrent_weights_.toarray()
    expected = largest(np.diag(1 - a) + (a * slope(reservoir.bias_))[:, None] * weights)
    assert effective_spectral_radius(reservoir) == pytest.approx(expected, rel=1e-9)


def test_without_bias_it_is_that_of_the_literature():
    reservoir = EchoStateReservoir(30, topology="random", leak_rate=0.2, bias=0.0, random_state=0).fit(U)
    eigenvalues = np.linalg.eigvals(reservoir.recurrent_weights_.toarray())
    assert effective_spectral_radius(reservoir) == pytest.approx(np.abs(0.8 + 0.2 * eigenvalues).max())


@pytest.mark.parametrize("form", ["normalized", "additive", "antisymmetric"])
def test_continuous_time_networks(form):
    X = np.abs(U)
    liquid = CTRNNLiquid(20, form=form, tau_range=(1.0, 9.0), elapsed_column=1, bias=0.0, random_state=0).fit(X)
    tau, weights = liquid.tau_, liquid.recurrent_weights_.toarray()
    keep, gain = np.exp(-1 / tau), 1 - np.exp(-1 / tau)
    if form == "additive":
        gain = gain * tau
    if form == "antisymmetric":
        keep, gain = np.ones(20), np.minimum(1 / tau, 1)
    assert effective_spectral_radius(liquid) == pytest.approx(largest(np.diag(keep) + gain[:, None] * weights))


def test_along_an_input_it_is_the_mean_over_evenly_spaced_rows():
    reservoir = EchoStateReservoir(20, leak_rate=0.5, random_state=0).fit(U)
    weights, before = reservoir.recurrent_weights_.toarray(), np.vstack([np.zeros(20), reservoir.transform(U)[:-1]])
    drive = before @ weights.T + U @ reservoir.input_weights_.T + reservoir.bias_
    radii = [largest(0.5 * np.eye(20) + 0.5 * (1 - np.tanh(z) ** 2)[:, None] * weights) for z in drive]
    assert effective_spectral_radius(reservoir, U, n_rows=40) == pytest.approx(np.mean(radii))
    assert effective_spectral_radius(reservoir, U, n_rows=1000) == pytest.approx(np.mean(radii))
    assert effective_spectral_radius(reservoir, U, n_rows=1) == pytest.approx(radii[-1])
    assert effective_spectral_radius(reservoir, U[:1]) == pytest.approx(radii[0])
    assert effective_spectral_radius(reservoir, U, n_rows=3) == pytest.approx(np.mean([radii[k] for k in (12, 25, 39)]))


def test_stack_has_the_largest_of_its_layers_along_their_own_input():
    stack = StackedReservoir([EchoStateReservoir(10, degree=4), LTCLiquid(10)], random_state=0).fit(U)
    first, second = stack.layers_
    alone = [effective_spectral_radius(first, U), effective_spectral_radius(second, first.transform(U))]
    both = effective_spectral_radius(stack, U)
    assert max(alone) <= both <= sum(alone)
    assert effective_spectral_radius(stack, U, n_rows=1) == pytest.approx(
        max(
            effective_spectral_radius(first, U, n_rows=1),
            effective_spectral_radius(second, first.transform(U), n_rows=1),
        )
    )


def test_hundreds_of_units_and_named_columns():
    frame = pd.DataFrame(U, columns=["a", "b"])
    reservoir = EchoStateReservoir(400, leak_rate=1.0, activation="identity", random_state=0).fit(frame)
    assert effective_spectral_radius(reservoir, frame, n_rows=1) == pytest.approx(0.9, rel=1e-6)


def test_bad_arguments_are_refused():
    reservoir = EchoStateReservoir(5, degree=2)
    with pytest.raises(NotFittedError):
        effective_spectral_radius(reservoir)
    with pytest.raises(ValueError, match="'n_rows' must be an integer of at least 1; got 0"):
        effective_spectral_radius(reservoir.fit(U), U, n_rows=0)
    with pytest.raises(ValueError, match="2-D"):
        effective_spectral_radius(reservoir, U[0])
