"""The bits of liquids of these units are compared with those of `run` in test_spiking.py."""

import numpy as np
import pytest

from reservoir import AdaptiveLeakyIntegrateAndFire, LeakyIntegrateAndFire, PerfectIntegrateAndFire
from reservoir.interop.c99 import integrate_and_fire_units as integrate_and_fire_units  # registers its rules
from reservoir.interop.c99.spiking_models import units_in_c

DTYPE = np.dtype("float64")


@pytest.mark.parametrize("model", [LeakyIntegrateAndFire, PerfectIntegrateAndFire, AdaptiveLeakyIntegrateAndFire])
def test_currents_are_moved_by_products_and_sums_alone(model):
    units = units_in_c(model(), DTYPE, False)
    assert "exp" not in units.move and "/" not in units.move and not units.helpers
    single = units.move.count("] *") + units.move.count("voltage +") + units.crosses.count(" + ")
    assert units.operations == 2 * units.move.count("FMA") + single


@pytest.mark.parametrize("model", [LeakyIntegrateAndFire, AdaptiveLeakyIntegrateAndFire])
def test_conductances_need_an_exponential(model):
    units = units_in_c(model(), DTYPE, True)
    assert units.move.count("fused_exp(") == 1 and set(units.helpers) == {"fused_exp"}
