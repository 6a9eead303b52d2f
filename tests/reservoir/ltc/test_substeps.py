import numpy as np
import pytest
from builders import series

from reservoir import LTCLiquid
from reservoir.ltc.substeps import check_durations, explicit_stiffness

U = series(10, 2)


def test_a_single_unit_is_as_stiff_as_its_leak_and_synapses_over_its_capacitance():
    one = LTCLiquid(solver="euler", recurrent_weights=[[3.0]], input_weights=[[2.0, -1.0]], capacitance=0.5).fit(U)
    assert explicit_stiffness(one) == pytest.approx((1 + 3 + 2 + 1) / 0.5)
    gate = LTCLiquid(4, synapse="gate", solver="euler", coupling=3.0, capacitance=0.25).fit(U)
    assert explicit_stiffness(gate) == pytest.approx((1 + 3) / 0.25)


def test_the_fused_solver_takes_any_step():
    assert explicit_stiffness(LTCLiquid(4, capacitance=1e-9).fit(U)) == 0


def test_what_would_take_too_many_steps_is_refused():
    with pytest.raises(ValueError, match="'capacitance' must be larger for an explicit solver.*solver='fused'"):
        LTCLiquid(4, solver="rk4", capacitance=1e-9).fit(U)
    check_durations(np.array([1.0, 1e4]), 10.0)
    with pytest.raises(ValueError, match=r"'elapsed_column' must hold shorter times.*a row of 1e\+05"):
        check_durations(np.array([1.0, 1e5]), 10.0)
