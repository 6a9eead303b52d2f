"""The bits of liquids of these units are compared with those of `run` in test_spiking.py."""

import numpy as np
import pytest

from reservoir import Izhikevich
from reservoir.interop.c99 import izhikevich_units as izhikevich_units  # registers its rule
from reservoir.interop.c99.spiking_models import units_in_c


@pytest.mark.parametrize("as_conductances", [False, True])
def test_no_sum_can_be_fused_or_reordered(as_conductances):
    units = units_in_c(Izhikevich(), np.dtype("float64"), as_conductances)
    for text in units.helpers.values():
        statements = [line for line in text.splitlines() if line.endswith(";")]
        assert all(sum(line.count(sign) for sign in (" + ", " - ", " * ")) <= 2 for line in statements)
        assert "volatile real" in text
    assert units.move.count("volatile") == 2  # the synaptic current in either half


def test_only_conductances_pull():
    helpers = [units_in_c(Izhikevich(), np.dtype("float64"), kind).helpers for kind in (False, True)]
    assert set(helpers[1]) - set(helpers[0]) == {"pulled_by"}
