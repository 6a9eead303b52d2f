import inspect

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import StandardScaler

from reservoir import (
    NVAR,
    CfCLiquid,
    EchoStateReservoir,
    Forecaster,
    LIFLiquid,
    LTCLiquid,
    StackedReservoir,
    diagnostics,
)
from reservoir.base import BaseReservoir
from reservoir.diagnostics import contraction_bound, state_bounds, time_constants
from reservoir.dispatch import for_fitted, held_by, refuse

U = np.random.RandomState(0).standard_normal((20, 2))
ASKED = {
    "time_constants": lambda one: time_constants(one, U),
    "state_bounds": state_bounds,
    "contraction_bound": contraction_bound,
}


class Halver(BaseReservoir):
    """A reservoir of one's own: x <- x / 2 + mean(u)."""

    def _draw(self, n_features, random_state):
        self.n_units_ = 1

    def _rest(self):
        return np.zeros(1)

    def _drive(self, X, state):
        states = np.empty((len(X), 1))
        for t, u in enumerate(X):
            states[t] = state = state / 2 + u.mean()
        return states, state


class Halvers(Halver):
    """Inherits the rules of its base class."""


def test_rule_of_the_class_answers_before_the_general_one():
    @for_fitted
    def name(reservoir, suffix=""):
        return "unknown" + suffix

    @name.register
    def _(reservoir: Halver, suffix=""):
        return "halver" + suffix

    assert name(EchoStateReservoir(3).fit(U)) == "unknown"
    assert name(Halver().fit(U), "!") == name(reservoir=Halvers().fit(U), suffix="!") == "halver!"
    assert set(name.registry) == {object, Halver}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("unfitted", [EchoStateReservoir(), LTCLiquid(), StackedReservoir([LTCLiquid()]), LIFLiquid()])
def test_reservoir_must_be_fitted(ask, unfitted):
    with pytest.raises(NotFittedError, match=type(unfitted).__name__):
        ask(unfitted)


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_what_is_no_reservoir_is_refused(ask):
    with pytest.raises(TypeError, match="'reservoir' must be a fitted reservoir"):
        ask(U)


def of_reservoirs():
    """Every public diagnostic of a fitted reservoir, with arguments that are looked at later."""
    for name in sorted(set(diagnostics.__all__) - {"find_edge"}):  # which fits reservoirs of its own
        taken = getattr(inspect.signature(getattr(diagnostics, name)), "parameters", {})
        if "reservoir" in taken:
            yield pytest.param(getattr(diagnostics, name), {one: U for one in ("X", "Y") if one in taken}, id=name)


@pytest.mark.parametrize(("diagnostic", "inputs"), list(of_reservoirs()))
def test_every_diagnostic_asks_for_a_fitted_reservoir(diagnostic, inputs):
    for wrong, found in ((None, "NoneType"), (U, "ndarray"), (EchoStateReservoir, "the class EchoStateReservoir")):
        with pytest.raises(TypeError, match=f"'reservoir' must be a fitted reservoir, .*; got {found}."):
            diagnostic(wrong, **inputs)
    with pytest.raises(NotFittedError):
        diagnostic(EchoStateReservoir(), **inputs)


class Foreign:
    """No reservoir of this library."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return X


@pytest.mark.parametrize(("diagnostic", "inputs"), list(of_reservoirs()))
def test_no_diagnostic_takes_an_estimator_of_another_kind(diagnostic, inputs):
    for wrong in (Foreign(), StandardScaler().fit(U), Forecaster(EchoStateReservoir(5), washout=2).fit(U)):
        with pytest.raises(TypeError, match=f"'reservoir' must be .*; got {type(wrong).__name__}."):
            diagnostic(wrong, **inputs)


def test_a_class_that_is_no_reservoir_can_be_registered():
    @for_fitted
    def kind(reservoir):
        return "some reservoir"

    kind.register(Foreign, lambda reservoir: "foreign")
    assert kind(Foreign()) == "foreign"


@pytest.mark.parametrize(
    ("function", "refused", "advice"),
    [
        ("time_constants", NVAR(), "EchoStateReservoir, LTCLiquid, SpikingLiquid; got NVAR"),
        ("time_constants", CfCLiquid(5), "gates instead of time constants"),
        ("time_constants", StackedReservoir([LTCLiquid(5), CfCLiquid(5)]), "got CfCLiquid"),
        ("time_constants", Halver(), r"time_constants\.register"),
    ],
)
def test_unknown_class_is_named_with_those_known_and_what_to_do(function, refused, advice):
    with pytest.raises(
        TypeError, match=f"^'reservoir' must be of a class whose equations {function} knows, .*{advice}"
    ):
        ASKED[function](refused.fit(U[:5]))


def test_parts_are_found_and_refusals_name_the_function():
    @for_fitted
    def weight(reservoir):
        return sum(map(weight, held_by(reservoir) or refuse(weight, reservoir, "Weigh it.")))

    weight.register(Halver, lambda reservoir: 3)
    assert weight(StackedReservoir([Halver(), Halver()]).fit(U)) == 6
    with pytest.raises(TypeError, match="whose equations weight knows, Halver; got LTCLiquid. Weigh it. "):
        weight(LTCLiquid(3).fit(U))
    with pytest.raises(TypeError, match="weight .* got int. Or not. "):
        refuse(weight, 1, "Or not.")


def test_arguments_that_are_not_taken_are_refused_by_the_public_name():
    liquid = EchoStateReservoir(5, random_state=0).fit(U)
    with pytest.raises(TypeError, match=r"contraction_bound\(reservoir\): too many positional arguments"):
        contraction_bound(liquid, U)
    with pytest.raises(TypeError, match=r"time_constants\(reservoir, X.*\): missing a required argument: 'X'"):
        time_constants(liquid)
    with pytest.raises(TypeError, match="state_bounds.*got an unexpected keyword argument 'X'"):
        state_bounds(liquid, X=U)
