from dataclasses import dataclass

import pytest
from brian2_liquids import circuit_of

from reservoir import LeakyIntegrateAndFire
from reservoir.interop.brian2_models.equations import Brian2Model, brian2_model


@dataclass(eq=False)
class OfOnesOwn:
    """A model that nobody has heard of."""


def test_a_model_of_ones_own_is_refused_until_it_is_registered():
    circuit = circuit_of(LeakyIntegrateAndFire())
    with pytest.raises(
        TypeError, match=r"'liquid' must have units .* got OfOnesOwn. Register .*brian2_model\.register"
    ):
        brian2_model(OfOnesOwn(), circuit)
    written = Brian2Model("dv/dt = I / C : volt (unless refractory)")

    class Registered(OfOnesOwn):
        """Another one."""

    brian2_model.register(Registered)(lambda neuron, circuit: written)
    assert brian2_model(Registered(), circuit) is written


def test_the_shortest_model_has_a_fixed_threshold_and_is_integrated_exactly():
    model = Brian2Model("dv/dt = I / C : volt (unless refractory)")
    assert (model.method, model.step, model.threshold, model.reset) == ("exact", "", "v >= threshold", "v = reset")
