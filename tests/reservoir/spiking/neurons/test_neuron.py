from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.base import clone
from spiking_circuits import U

from reservoir import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    Izhikevich,
    LeakyIntegrateAndFire,
    PerfectIntegrateAndFire,
    SpikingLiquid,
)
from reservoir.spiking.neurons.neuron import Neuron, check_declaration, constant

MODELS = [
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    Izhikevich,
    LeakyIntegrateAndFire,
    PerfectIntegrateAndFire,
]


@pytest.mark.parametrize("model", MODELS)
def test_every_constant_has_a_unit_and_what_a_model_declares_goes_together(model):
    constants = model.constants()
    units = {"ms", "mV", "nA", "nF", "uS", "1/ms", "mV/ms", "1"}
    assert {declared["unit"] for declared in constants.values()} <= units
    assert {*model.spike._fields, model.crossing, "reset"} <= set(constants)
    assert "voltage" in model.variables._fields
    assert {*model.variables._fields} < {*model.state._fields}


@pytest.mark.parametrize("model", MODELS)
def test_constants_are_parameters(model):
    neuron = model(**{model.crossing: 10.0, "reset": 0.0})
    assert list(neuron.get_params()) == sorted(model.constants())
    twin = clone(neuron).set_params(reset=-1.0)
    assert (getattr(twin, model.crossing), twin.reset, neuron.reset) == (10.0, -1.0, 0.0)
    assert repr(neuron).startswith(f"{model.__name__}(") and f"{model.crossing}=10" in repr(neuron)


@pytest.mark.parametrize(
    ("neuron", "message"),
    [
        (LeakyIntegrateAndFire(tau_membrane=0.0), "'tau_membrane' must be a number above 0; got 0"),
        (LeakyIntegrateAndFire(reset=15.0), "'reset' must lie below 'threshold' for every unit; got reset=15.0"),
        (LeakyIntegrateAndFire(threshold=None), "'threshold' must be a finite number"),
        (PerfectIntegrateAndFire(capacitance=(1.0, -1.0)), "'capacitance' must be a number above 0; got -1"),
        (PerfectIntegrateAndFire(threshold=-1.0), "'reset' must lie below 'threshold'"),
        (PerfectIntegrateAndFire(initial_voltage=np.zeros(3)), "'initial_voltage' must be one number or one per unit"),
    ],
)
def test_constants_out_of_range_are_refused_by_their_names(neuron, message):
    with pytest.raises(ValueError, match=message):
        SpikingLiquid(10, neuron=neuron, random_state=0).fit(U)


def test_a_constant_may_be_that_of_another():
    neuron = LeakyIntegrateAndFire(resting=(3.0, 4.0))
    liquid = SpikingLiquid(10, neuron=neuron, random_state=0).fit(U)
    np.testing.assert_array_equal(liquid.initial_voltage_, np.where(liquid.inhibitory_, 4.0, 3.0))


def test_a_constant_may_follow_from_others():
    neuron = Izhikevich(b=(0.2, 0.25), initial_voltage=np.linspace(-70, -60, 10))
    liquid = SpikingLiquid(10, neuron=neuron, random_state=0).fit(U)
    expected = np.where(liquid.inhibitory_, 0.25, 0.2) * np.linspace(-70, -60, 10)
    np.testing.assert_array_equal(liquid.initial_recovery_, expected)


def test_a_model_without_its_three_facts_cannot_be_made():
    @dataclass(eq=False, repr=False)
    class Half(Neuron):
        threshold: float = constant(1.0, "mV")

    with pytest.raises(TypeError, match="abstract"):
        Half()


def declared(name, fields, **changed):
    """A model like the perfect integrator, with other constants or other attributes of the class."""
    constants = {one: constant(default, "mV") for one, default in fields.items()}
    body = {**constants, "__annotations__": dict.fromkeys(fields, float), **changed}
    return dataclass(eq=False, repr=False)(type(name, (PerfectIntegrateAndFire,), body))


WITHOUT_BOUNDS = dataclass(eq=False, repr=False)(
    type("Plain", (PerfectIntegrateAndFire,), {"jump": 1.0, "__annotations__": {"jump": float}})
)


@pytest.mark.parametrize(
    "model, message",
    [
        (declared("Noisy", {"noise": 7.0}), "must not call a constant 'noise', as a parameter of the liquid is called"),
        (declared("Timed", {"dt": 0.5}), "must not call a constant 'dt'"),
        (WITHOUT_BOUNDS, r"must declare each constant by constant\(default, unit\); got 'jump' without"),
        (
            declared("Bare", {}, spike=namedtuple("Spike", ["threshold", "reset", "jump"])),
            "must declare a constant 'jump'; got capacitance, threshold, reset",
        ),
    ],
)
def test_a_wrong_declaration_is_said(model, message):
    with pytest.raises(TypeError, match=f"The class {model.__name__} of 'neuron' {message}"):
        SpikingLiquid(5, neuron=model()).fit(U)


def test_a_class_that_declares_nothing_is_said():
    with pytest.raises(TypeError, match="must define 'variables', 'spike', 'state', 'kernel'"):
        check_declaration(type("Empty", (Neuron,), {}), ())


def test_a_motion_of_another_kind_is_refused_and_one_gain_is_that_of_all_units():
    wrong = declared("Tuple", {}, motion=lambda self, *times: ((0.1, 0.1), 0.1, 0.0))
    with pytest.raises(TypeError, match="motion of Tuple must return a Motion; got tuple"):
        SpikingLiquid(5, neuron=wrong(), background_current=1.0).fit(U)

    def motion(self, *times):
        moved = PerfectIntegrateAndFire.motion(self, *times)
        return moved._replace(gain=float(moved.gain[0]))

    settings = {"background_current": 10.0, "random_state": 0}
    one = SpikingLiquid(5, neuron=declared("One", {}, motion=motion)(), **settings).fit_transform(U)
    np.testing.assert_array_equal(one, SpikingLiquid(5, neuron=PerfectIntegrateAndFire(), **settings).fit_transform(U))


def test_a_model_without_conductances_says_what_it_has_instead():
    model, arrays = PerfectIntegrateAndFire(), 2 * (np.zeros(1),)
    for ask in (model.working_voltage, lambda: model.conductance_motion(0.1, *arrays)):
        with pytest.raises(TypeError, match="PerfectIntegrateAndFire has no conductances. .* synapses=None"):
            ask()
    SpikingLiquid(5, neuron=model, synapses=None, background_current=1.0, random_state=0).fit(U)
