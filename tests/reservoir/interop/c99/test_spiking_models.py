import pytest

import reservoir
from reservoir.interop.c99 import spiking as spiking  # registers the rules of all models
from reservoir.interop.c99.spiking_models import UnitsInC, units_in_c
from reservoir.spiking import Neuron


def test_every_model_of_the_library_is_known_in_c():
    public = (getattr(reservoir, name) for name in reservoir.__all__)
    models = {one for one in public if isinstance(one, type) and issubclass(one, Neuron) and one is not Neuron}
    assert models <= set(units_in_c.registry)


def test_units_of_a_model_of_ones_own_are_refused_until_it_is_registered():
    class Quadratic:
        """A model that nobody has heard of."""

    with pytest.raises(
        TypeError, match=r"'model' must have units .* LeakyInt.*, PerfectInt.*; got Quadratic.*register"
    ):
        units_in_c(Quadratic(), "float64", False)
    written = UnitsInC("const real moved = voltage * voltage;", 1)
    units_in_c.register(Quadratic)(lambda neuron, dtype, as_conductances: written)
    assert units_in_c(Quadratic(), "float64", False) is written
