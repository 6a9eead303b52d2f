import inspect
from typing import get_type_hints

import pytest

from reservoir.ltc.conductance import ConductanceProgram
from reservoir.ltc.conductance_lanes import ConductanceLanes, run_conductance_lanes
from reservoir.ltc.forms import FORMS
from reservoir.ltc.gate import GateProgram
from reservoir.ltc.gate_lanes import GateLanes, run_gate_lanes

PARTS = {
    "conductance": (ConductanceProgram, ConductanceLanes, run_conductance_lanes),
    "gate": (GateProgram, GateLanes, run_gate_lanes),
}


@pytest.mark.parametrize("form", FORMS)
def test_kernels_of_a_form_take_the_same_program(form):
    program, lanes, run_lanes = PARTS[form]
    n_parts = len(get_type_hints(program))
    assert list(get_type_hints(lanes)) == list(get_type_hints(program))
    run, closed, in_lanes = (
        list(inspect.signature(kernel).parameters) for kernel in (FORMS[form].run, FORMS[form].run_closed, run_lanes)
    )
    assert run[:n_parts] == closed[:n_parts]
    assert run[n_parts:] == ["inputs", "elapsed", "state", "states"]
    assert in_lanes[1:] == [*run[1:-2], "active", *run[-2:]]
