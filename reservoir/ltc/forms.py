"""The two forms of synapse, each with what drives it: one series, one series by its own outputs, many in lockstep."""

from collections.abc import Callable
from typing import NamedTuple

from reservoir.ltc.conductance import run_conductance, run_conductance_closed
from reservoir.ltc.conductance_lanes import conductance_lanes
from reservoir.ltc.gate import run_gate, run_gate_closed
from reservoir.ltc.gate_lanes import gate_lanes


class Form(NamedTuple):
    """What drives a form: two kernels, called with the values of its program, and what makes a third of the program."""

    run: Callable
    run_closed: Callable
    lanes: Callable


FORMS = {
    "conductance": Form(run_conductance, run_conductance_closed, conductance_lanes),
    "gate": Form(run_gate, run_gate_closed, gate_lanes),
}
