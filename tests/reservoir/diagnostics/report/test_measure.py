"""The facts that a verdict follows from, on cases where they are known."""

import numpy as np
import pytest
from builders import build, series

from reservoir import NVAR, AdaptiveReservoir, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.diagnostics.report.measure import measure
from reservoir.diagnostics.report.verdict import condition_of
from reservoir.plasticity import IntrinsicPlasticity

U = series(200, 2)


def facts(reservoir, X=U):
    return measure(reservoir.fit(X), X, np.random.RandomState(0), memory=False).facts


@pytest.mark.parametrize(
    ("expected", "reservoir"),
    [
        (1.0, build(EchoStateReservoir, input_scaling=1000.0)),  # which a leak averages over
        (0.0, build(EchoStateReservoir)),
        (1.0, build(CTRNNLiquid, input_scaling=1000.0)),
        (1.0, build(CTRNNLiquid, input_scaling=1000.0, form="additive")),
        (1.0, build(CTRNNLiquid, input_scaling=1000.0, form="antisymmetric")),
        (1.0, build(CTRNNLiquid, input_scaling=2000.0, activation="sigmoid")),
        (None, build(EchoStateReservoir, activation="identity", spectral_radius=0.5)),
        (0.5, StackedReservoir([build(EchoStateReservoir, input_scaling=1000.0), build(EchoStateReservoir)])),
        (1.0, AdaptiveReservoir(build(EchoStateReservoir, bias=9.0), IntrinsicPlasticity(learning_rate=1e-9))),
        (0.0, build(LTCLiquid)),
        (None, NVAR()),
    ],
)
def test_saturation_is_seen_behind_leaks_and_in_every_layer(expected, reservoir):
    assert facts(reservoir).saturated == (expected if expected is None else pytest.approx(expected, abs=0.08))


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_spiking_layers_count_beside_others():
    saturated = LIFLiquid(13, background_current=1e4, random_state=0)
    assert facts(saturated).saturated == 1
    mixed = facts(StackedReservoir([build(EchoStateReservoir), saturated]))
    assert mixed.saturated == 0.5 and mixed.has("saturated") and mixed.spiking


def test_strength_is_a_sum_of_squares_over_the_penalty():
    found = facts(NVAR(delay=1, order=1))
    assert found.strength == pytest.approx(U[150:].var(axis=0).sum() * 200 / 1e-6)


def test_the_way_from_rest_adds_no_strength():
    silent = facts(build(EchoStateReservoir, input_scaling=0.0), series(400, 2))
    assert silent.strength < 1e-6


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_health_is_asked_on_the_whole_series():
    late = np.vstack([np.zeros((150, 2)), 1e4 * series(150, 2)])
    liquid = LIFLiquid(20, background_current=0.0, random_state=0).fit(late)
    found = measure(liquid, late, np.random.RandomState(0), memory=False)
    assert found.rates.mean > 10 and not found.facts.has("silent")


def test_several_responses_are_seen_whatever_the_starts():
    # Of 400 random starts, a third led to one trajectory and the others to another, 1.7 apart at the end.
    rows = np.random.default_rng(0).standard_normal((600, 1))
    reservoir = EchoStateReservoir(100, spectral_radius=1.5, leak_rate=1.0, random_state=0).fit(rows)
    seeds = map(np.random.RandomState, range(20))
    found = [measure(reservoir, rows, seed, memory=False).facts for seed in seeds]
    assert [condition_of(one).verdict for one in found] == ["multistable"] * 20
    assert all(one.transient == np.inf and one.consistency < 1 for one in found)  # of the same starts
