"""Spikes that synapses deliver are compared with Brian2's in test_to_brian2.py."""

import pytest

from reservoir.interop.brian2_models.brian2_synapses import is_integrated, synaptic_equations
from reservoir.interop.brian2_models.equations import Brian2Model

EQUATIONS = "dv/dt = I / C : volt (unless refractory)"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [({}, True), ({"method": "exponential_euler"}, True), ({"method": "euler"}, False), ({"step": "v = 0"}, False)],
)
def test_synaptic_variables_decay_exactly_with_every_method(settings, expected):
    model = Brian2Model(EQUATIONS, **settings)
    assert is_integrated(model) == expected
    assert ("dexcitatory/dt" in synaptic_equations(model, False)) == expected


@pytest.mark.parametrize(
    ("as_numbers", "as_conductances", "total", "kinds"),
    [
        (False, False, "I = background_current + drive + excitatory + inhibitory : amp", "amp"),
        (True, False, "I = drive + excitatory + inhibitory : 1", "1"),
        (False, True, "+ inhibitory * (reversal_inhibitory - v) : amp", "siemens"),
    ],
)
def test_currents_are_sums_and_conductances_pull(as_numbers, as_conductances, total, kinds):
    equations = synaptic_equations(Brian2Model(EQUATIONS, as_numbers=as_numbers), as_conductances)
    assert total in equations and f"/ tau_inhibitory : {kinds}\n" in equations
