"""A report says property by property what a graph of NIR keeps, and how much it is off."""

import sys
from dataclasses import dataclass

import pytest
from nir_cases import fitted
from sklearn.exceptions import NotFittedError

from reservoir import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    ConductanceSynapses,
    EchoStateReservoir,
    Izhikevich,
    LIFLiquid,
    Markram,
    PerfectIntegrateAndFire,
    SpikingLiquid,
)
from reservoir.interop import NIRReport, nir_report, to_nir
from reservoir.spiking.neurons.neuron import Neuron, PerUnit, constant


def lost(liquid, **settings):
    """Return verdict, amount and unit of what is not faithful."""
    properties = nir_report(liquid, **settings).properties
    return {name: one[:3] for name, one in properties.items() if one.verdict != "faithful"}


def test_what_nir_can_say_is_faithful():
    liquid, _ = fitted("delays")
    report = nir_report(liquid)
    assert type(report) is NIRReport
    assert lost(liquid) == {}
    assert {one.amount for one in report.properties.values()} == {0.0}
    assert (report.integrator, report.dt) == ("exact", 0.0005)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"refractory": (3.0, 2.0)}, {"refractory": ("approximate", 3.0, "ms")}),
        ({"refractory": 1.9}, {}),  # rounded down to a step
        ({"noise": (0.1, 0.4)}, {"noise": ("refused", 0.4, "nA")}),
        ({"resting": -2.0}, {"initial_voltage": ("approximate", 2.0, "mV")}),
        ({"synapses": ConductanceSynapses(70.0, -10.0)}, {"synaptic_currents": ("refused", 12.0, "units")}),
        ({"short_term_plasticity": Markram(0.5, 9.0, 9.0)}, {"short_term_plasticity": ("refused", 120.0, "synapses")}),
        ({"short_term_plasticity": Markram(0.5, 9.0, 9.0, static=True)}, {}),
    ],
)
def test_what_is_lost_is_measured(settings, expected):
    assert lost(fitted("default", **settings)[0]) == expected


def test_voltages_count_from_the_reset_for_steps_by_euler():
    liquid, _ = fitted("-65 mV")  # begins at -62, resets to -60, threshold -50
    verdict, amount, unit = lost(liquid, integrator="euler")["initial_voltage"]
    assert (verdict, unit) == ("approximate", "of reset to threshold")
    assert amount == pytest.approx(0.2)
    assert lost(fitted("-65 mV", initial_voltage=-60.0)[0], integrator="euler") == {}


@dataclass(eq=False, repr=False)
class Own(Neuron):
    """A model of one's own, which moves as a perfect one."""

    capacitance: PerUnit = constant(20.0, "nF", above=0)
    threshold: PerUnit = constant(15.0, "mV")
    reset: PerUnit = constant(0.0, "mV")
    variables, spike = PerfectIntegrateAndFire.variables, PerfectIntegrateAndFire.spike
    state, kernel = PerfectIntegrateAndFire.state, PerfectIntegrateAndFire.kernel
    motion, rheobase = PerfectIntegrateAndFire.motion, PerfectIntegrateAndFire.rheobase
    excitability = PerfectIntegrateAndFire.excitability


def test_a_model_of_units_of_ones_own_is_refused():
    liquid = SpikingLiquid(5, neuron=Own(), refractory=0.0, random_state=0).fit([[0.0]])
    assert lost(liquid)["neuron"] == ("refused", 5.0, "units")
    with pytest.raises(ValueError, match="NIR knows LeakyIntegrateAndFire and PerfectIntegrateAndFire, not Own"):
        to_nir(liquid)


@pytest.mark.parametrize("neuron", [AdaptiveLeakyIntegrateAndFire(), Izhikevich(), AdaptiveExponential()])
def test_units_that_nir_does_not_know_are_refused_with_what_does(neuron):
    liquid = SpikingLiquid(5, neuron=neuron, refractory=0.0, random_state=0).fit([[0.0]])
    assert lost(liquid)["neuron"] == ("refused", 5.0, "units")
    with pytest.raises(ValueError, match=f"not {type(neuron).__name__}; to_brian2 and to_c know more"):
        to_nir(liquid)


def test_it_is_printed_in_a_few_lines():
    text = repr(nir_report(fitted("default", refractory=2.0, noise=0.1)[0]))
    assert "faithful     10 of 12" in text
    assert "refractory   approximate 2 ms" in text
    assert "noise        refused 0.1 nA" in text


def test_nir_is_not_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "nir", None)
    assert lost(fitted("default")[0]) == {}


def test_only_spiking_liquids_are_reported():
    with pytest.raises(TypeError, match="'liquid' must be a fitted LIFLiquid or SpikingLiquid; got EchoState"):
        nir_report(EchoStateReservoir(5).fit([[0.0]]))
    with pytest.raises(NotFittedError):
        nir_report(LIFLiquid(5))
    with pytest.raises(ValueError, match="'integrator' must be one of"):
        nir_report(fitted("default")[0], integrator=None)
