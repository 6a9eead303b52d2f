"""What a liquid time-constant kernel is given of a fitted liquid."""

import numpy as np

from reservoir.kernels.memory_cell import memory_arguments
from reservoir.kernels.recurrence import arrange
from reservoir.ltc.conductance import ConductanceProgram, arrange_recurrent, arrange_sensory
from reservoir.ltc.gate import GateProgram
from reservoir.ltc.solver import SOLVERS, Solving


def arrange_program(liquid, stiffness):
    """Return the program of a fitted liquid: a `ConductanceProgram`, or a `GateProgram` for its gate form.

    Parameters
    ----------
    liquid : fitted LTCLiquid
    stiffness : float
        What `substeps.explicit_stiffness` returns.
    """
    dtype, leak = liquid.dtype_, liquid.leak_conductance_
    solving = Solving(SOLVERS[liquid.solver_], liquid.n_substeps_, stiffness)
    memory = memory_arguments(liquid.memory_, dtype)
    units = [liquid.capacitance_, leak, leak * liquid.leak_potential_]
    if liquid.synapse_ == "conductance":
        circuit = arrange_recurrent(liquid.recurrent_synapses_, dtype)
        sensory = arrange_sensory(liquid.input_synapses_, dtype)
        return ConductanceProgram(circuit, sensory, np.stack(units), solving, memory)
    units += [liquid.gate_conductance_, liquid.reversal_]
    input_weights, bias = liquid.input_weights_.T.copy(), liquid.bias_.copy()
    return GateProgram(arrange(liquid.recurrent_weights_), input_weights, bias, np.stack(units), solving, memory)
