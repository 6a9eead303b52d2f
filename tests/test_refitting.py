"""Fitting again, in another thread or a part by itself, never lets a kernel read past what it was given."""

import threading

import numpy as np
import pytest
from builders import VARIANTS, build, series
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from readouts import RLSReadout
from reservoir import (
    NVAR,
    AdaptiveReservoir,
    CfCLiquid,
    CTRNNLiquid,
    DelayNodeReservoir,
    EchoStateReservoir,
    Forecaster,
    LeakyIntegrateAndFire,
    LegendreMemory,
    LIFLiquid,
    LTCLiquid,
    PerfectIntegrateAndFire,
    ResidualReservoir,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.plasticity import IntrinsicPlasticity

FREE = {name: variant for name, variant in VARIANTS.items() if "wired" not in name}
pytestmark = pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")


@pytest.mark.parametrize("name", FREE)
def test_a_fit_in_another_thread_does_not_reach_into_a_transform(name):
    cls, parameters = FREE[name]
    narrow, wide = series(200, 2), series(200, 7)
    settings = [(narrow, 5), (wide, 40)]
    expected = [build(cls, **parameters, n_units=n).fit(X).transform(X) for X, n in settings]
    liquid = build(cls, **parameters, n_units=5).fit(narrow)
    done = threading.Event()

    def refit():
        for number in range(30):
            X, n_units = settings[(number + 1) % 2]
            liquid.set_params(n_units=n_units).fit(X)
        done.set()

    fitting = threading.Thread(target=refit)
    fitting.start()
    n_driven = 0
    while not done.is_set() or n_driven == 0:
        for (X, _), states in zip(settings, expected, strict=True):
            try:
                driven = liquid.transform(X)
            except ValueError as error:  # fitted to the other number of features
                assert "features" in str(error)
            else:
                np.testing.assert_array_equal(driven, states)
                n_driven += 1
    fitting.join()


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("cls", [EchoStateReservoir, LTCLiquid, LIFLiquid])
def test_a_layer_fitted_again_does_not_reach_into_its_stack(cls, layer):
    X = series(60, 3)
    stack = StackedReservoir([build(cls), build(cls)], random_state=0).fit(X)
    states = stack.transform(X)
    stack.layers_[layer].set_params(n_units=2).fit(series(60, 30))
    np.testing.assert_array_equal(stack.transform(X), states)


def test_an_adapted_reservoir_fitted_again_refuses_rows_of_another_width():
    X = series(60, 3)
    reservoir = build(EchoStateReservoir, input_scaling=0.01)
    adaptive = AdaptiveReservoir(reservoir, IntrinsicPlasticity(n_epochs=1)).fit(X)
    adaptive.reservoir_.set_params(input_weights=None).fit(series(60, 30))
    with pytest.raises(ValueError, match="'X' must have the 30 features .* got 3"):
        adaptive.transform(X)


@pytest.mark.parametrize(("name", "value"), [("n_units_", 5), ("n_units_", 50), ("n_features_in_", 9)])
@pytest.mark.parametrize("kind", FREE)
def test_sizes_that_were_changed_by_hand_are_refused(kind, name, value):
    cls, parameters = FREE[kind]
    liquid = build(cls, **parameters).fit(series(30, 3))
    setattr(liquid, name, value)
    with pytest.raises(ValueError, match=f"{'n_units_' if name == 'n_units_' else '3 features'}.* got {value}"):
        liquid.transform(series(30, liquid.n_features_in_))


def test_a_row_and_a_state_that_were_restored_are_checked():
    forecaster = Forecaster(build(EchoStateReservoir), washout=5).fit(series(60, 2))
    forecaster.last_row_ = np.zeros(7)
    with pytest.raises(ValueError, match=r"'last_row_' must have shape \(2,\); got \(7,\)"):
        forecaster.forecast(3)
    forecaster.fit(series(60, 2)).state_ = np.zeros(7)
    with pytest.raises(ValueError, match="'state' must be a finite array of shape"):
        forecaster.forecast(3)


@pytest.mark.parametrize("coefficients", [np.zeros(7), np.zeros((2, 3))])
def test_coefficients_that_were_restored_are_checked(coefficients):
    X = series(60, 3)
    readout = RLSReadout().fit(X, X[:, 0])
    readout.coef_ = coefficients
    with pytest.raises(ValueError, match="'coef_' must have the shape of fit, 1 targets by 3 features; got"):
        readout.partial_fit(X, X[:, 0])


FORMS = {
    "neurons": [
        SpikingLiquid(neuron=one(), background_current=9.0) for one in (LeakyIntegrateAndFire, PerfectIntegrateAndFire)
    ],
    "LTC": [LTCLiquid(mixed_memory=True), LTCLiquid(synapse="gate", bias=0.0)],
    "CTRNN": [CTRNNLiquid(form="antisymmetric", elapsed_column=0), CTRNNLiquid()],
    "CfC": [CfCLiquid(output_weights=np.ones((1, 100))), CfCLiquid(mode="pure")],
    "Legendre": [LegendreMemory(4, elapsed_column=0), LegendreMemory(3)],
    "Residual": [ResidualReservoir(skip_gain=0.9), ResidualReservoir(skip="cyclic")],
    "delay node": [DelayNodeReservoir(9, desynchronization=3), DelayNodeReservoir(5, exponent=2.5)],
    "NVAR": [NVAR(delay=3, order=(1, 3)), NVAR(include_bias=True)],
}


@pytest.mark.parametrize("forms", FORMS)
def test_a_fit_leaves_nothing_of_an_earlier_one_of_another_form(forms):
    X, models = np.abs(series(30, 3)), FORMS[forms]
    for first, second in (models, models[::-1]):
        refitted = clone(first).fit(X).set_params(**second.get_params(deep=False)).fit(X[:, :2])
        fresh = clone(second).fit(X[:, :2])
        assert {name for name in vars(refitted) if name.endswith("_")} == {
            name for name in vars(fresh) if name.endswith("_")
        }


def test_a_program_does_not_outlive_its_fit():
    class Sometimes(EchoStateReservoir):
        def _prepare(self):
            return None if self.n_features_in_ == 2 else super()._prepare()

    model = Sometimes(5).fit(series(9, 3))
    assert model.program_ is not None
    assert model.fit(series(9, 2)).program_ is None
    with pytest.raises(NotFittedError):
        Sometimes(5).program_  # noqa: B018 - reading it raises
    for read in (lambda: Sometimes(5).rest(), lambda: list(StackedReservoir([Sometimes(5)]).parts())):
        with pytest.raises(NotFittedError):
            read()
