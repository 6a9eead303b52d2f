"""The search for a change that mends a condition: it ends, finds the mildest that does, and touches nothing."""

import numpy as np
import pytest
from builders import series

from reservoir import AdaptiveReservoir, BaseReservoir, EchoStateReservoir
from reservoir.diagnostics.report.measure import measure
from reservoir.diagnostics.report.remedy import find_remedy_of
from reservoir.diagnostics.report.verdict import CONDITIONS, condition_of
from reservoir.plasticity import IntrinsicPlasticity

U = series(300, 2)
CHAOTIC = next(one for one in CONDITIONS if one.verdict == "chaotic")


class Deaf(BaseReservoir):
    """A chaotic map without input; ``fits`` counts how often one was fitted."""

    fits = 0

    def __init__(self, input_scaling=1.0):
        self.input_scaling = input_scaling

    def _draw(self, n_features, random_state):
        self.n_units_ = 1
        type(self).fits += 1

    def _rest(self):
        return np.full(1, 0.3)

    def _drive(self, X, state):
        states = np.empty((len(X), 1))
        for t in range(len(X)):
            states[t] = state = (1.9 * state + 0.1) % 1
        return states, state


def find(reservoir, X=U, memory=False):
    reservoir.fit(X)
    condition = condition_of(measure(reservoir, X, np.random.RandomState(0), memory).facts)
    return condition, find_remedy_of(condition, reservoir, X, 0, memory)


def test_the_default_comes_before_any_other_value():
    condition, remedy = find(EchoStateReservoir(40, leak_rate=1e-3, random_state=0))
    assert condition.verdict == "slow"
    assert [(change.parameter, change.value) for change in remedy.changes] == [("leak_rate", 0.3)]


def test_where_there_is_no_default_the_mildest_factor_that_will_do_is_found():
    weights = np.random.RandomState(0).standard_normal((40, 40))
    _, remedy = find(EchoStateReservoir(recurrent_weights=weights, leak_rate=1.0, random_state=0))
    (change,) = remedy.changes
    assert change.parameter == "recurrent_weights" and remedy.well
    radius = change.factor * np.abs(np.linalg.eigvals(weights)).max()
    assert 0.3 < radius < 1.5  # next to where an echo state network becomes stable


def test_two_faults_are_mended_by_two_changes():
    reservoir = EchoStateReservoir(40, input_scaling=50.0, bias_scaling=20.0, random_state=0)
    condition, remedy = find(reservoir)
    assert condition.verdict == "saturated"
    assert [change.parameter for change in remedy.changes] == ["input_scaling", "bias_scaling"]


def test_a_remedy_must_remember_where_memory_is_asked_for():
    _, remedy = find(EchoStateReservoir(40, spectral_radius=0.0, leak_rate=1.0, random_state=0), memory=True)
    assert remedy.condition.verdict == "ordered"
    assert remedy.changes[0].parameter == "spectral_radius"


def test_nothing_is_found_where_nothing_helps_and_the_search_ends():
    Deaf.fits = 0
    condition, remedy = find(Deaf())
    assert condition.verdict == "chaotic" and remedy is None
    assert Deaf.fits < 35


def test_no_change_is_no_remedy():
    usual = EchoStateReservoir(20, random_state=0).fit(U)  # healthy, all of it at its default
    remedy = find_remedy_of(CHAOTIC, usual, U, 0, memory=False)
    assert remedy is None or remedy.changes


def test_the_reservoir_and_the_series_stay_as_they_are():
    X = 1000 + U
    reservoir, before = EchoStateReservoir(40, input_scaling=1.0, random_state=0).fit(X), X.copy()
    states = reservoir.transform(X)
    _, remedy = find(reservoir, X)
    assert remedy.changes[0].how == "standardize"
    assert np.array_equal(X, before) and np.array_equal(reservoir.transform(X), states)


def test_trials_neither_print_nor_warn(capsys):
    wild = EchoStateReservoir(20, spectral_radius=8.0, random_state=0)
    adapted = AdaptiveReservoir(wild, IntrinsicPlasticity(learning_rate=1e-6), verbose=True).fit(U)
    assert "epoch" in capsys.readouterr().out
    remedy = find_remedy_of(CHAOTIC, adapted, U, 0, memory=False)
    assert remedy.changes[0].parameter == "reservoir__spectral_radius"
    assert capsys.readouterr().out == ""


def test_overflow_on_the_way_is_no_remedy():
    grows = EchoStateReservoir(20, activation="relu", spectral_radius=3.0, leak_rate=1.0, random_state=0).fit(U[:100])
    remedy = find_remedy_of(CHAOTIC, grows, U[:100], 0, memory=False)
    assert remedy.changes[0].value == pytest.approx(0.9)


def test_many_faults_are_mended_by_defaults_and_no_more_of_them_than_needed():
    faults = {"spectral_radius": 18.0, "bias_scaling": 60.0, "input_scaling": 30.0, "leak_rate": 0.002}
    _, remedy = find(EchoStateReservoir(40, activation="sigmoid", random_state=0, **faults))
    names = [change.parameter for change in remedy.changes]
    assert remedy.condition.healthy and {"leak_rate", "bias_scaling", "input_scaling"} <= set(names) <= set(faults)
    _, remedy = find(EchoStateReservoir(40, random_state=0, **(faults | {"input_scaling": 0.11})))
    assert "input_scaling" not in [change.parameter for change in remedy.changes]
