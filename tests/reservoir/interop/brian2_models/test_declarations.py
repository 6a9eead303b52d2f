from types import SimpleNamespace

import pytest

from reservoir import AdaptiveExponential, AdaptiveLeakyIntegrateAndFire, Izhikevich, PerfectIntegrateAndFire
from reservoir.interop.brian2_models.declarations import declare, dimension, quantity

BRIAN2 = SimpleNamespace(ms=1e-3, mV=1e-3, nA=1e-9, uS=1e-6, nF=1e-9, Mohm=1e6)


@pytest.mark.parametrize("unit", ["ms", "mV", "nA", "uS", "nF", "MOhm", "1", "1/ms", "mV/ms"])
def test_a_unit_is_a_quantity_of_its_dimension(unit):
    sizes = {"second": 1.0, "volt": 1.0, "amp": 1.0, "siemens": 1.0, "farad": 1.0, "ohm": 1.0}
    assert eval(dimension(unit), sizes) == 1.0
    prefix = {"ms": 1e-3, "mV": 1e-3, "nA": 1e-9, "uS": 1e-6, "nF": 1e-9, "MOhm": 1e6, "1": 1, "1/ms": 1e3, "mV/ms": 1}
    assert quantity(BRIAN2, unit) == pytest.approx(prefix[unit], rel=1e-15)


@pytest.mark.parametrize(
    "model", [AdaptiveExponential, AdaptiveLeakyIntegrateAndFire, Izhikevich, PerfectIntegrateAndFire]
)
def test_constants_of_every_model_can_be_declared(model):
    text = declare({name: one["unit"] for name, one in model.constants().items()})
    assert len(text.splitlines()) == len(model.constants()) and text.count("(constant)") == len(model.constants())


def test_an_unknown_unit_is_refused_by_its_name():
    with pytest.raises(ValueError, match="'liquid' must have units whose constants are in 1, ms, .* got 'Torr'"):
        declare({"pressure": "Torr"})
