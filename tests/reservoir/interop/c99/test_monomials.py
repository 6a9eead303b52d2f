"""The next-generation reservoir in C."""

import numpy as np
import pytest
from builders import series
from c_programs import needs_gcc, outputs_of_rule
from numpy.testing import assert_array_equal

from reservoir import NVAR
from reservoir.interop.c99.monomials import monomials_rule

U = series(60, 3)


@needs_gcc
@pytest.mark.parametrize(
    "reservoir", [NVAR(3, 3, 2), NVAR(1, 2), NVAR(2, (2,), include_bias=True), NVAR(4, 1)], ids=repr
)
def test_monomials_are_those_of_run_bit_for_bit(tmp_path, reservoir):
    states, _ = reservoir.fit(U).run(U)
    assert_array_equal(outputs_of_rule(tmp_path, monomials_rule(reservoir, np.dtype("float64")), U), states)
