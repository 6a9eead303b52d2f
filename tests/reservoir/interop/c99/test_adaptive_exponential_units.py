"""The bits of liquids of these units are compared with those of `run` in test_spiking.py."""

import numpy as np
import pytest

from reservoir import AdaptiveExponential
from reservoir.interop.c99 import adaptive_exponential_units as adaptive_exponential_units  # registers its rule
from reservoir.interop.c99.spiking_models import units_in_c


@pytest.mark.parametrize("as_conductances", [False, True])
def test_a_step_has_one_exponential_in_the_precision_of_the_liquid(as_conductances):
    double, single = (units_in_c(AdaptiveExponential(), np.dtype(one), as_conductances) for one in ("f8", "f4"))
    assert double.move == single.move and double.move.count("fused_exp(") == 1
    assert "uint64_t" in double.helpers["fused_exp"] and "uint32_t" in single.helpers["fused_exp"]


def test_conductances_pull_and_currents_add():
    currents, conductances = (units_in_c(AdaptiveExponential(), np.dtype("f8"), one).move for one in (False, True))
    assert "reversal" not in currents and conductances.count("reversal") == 4
