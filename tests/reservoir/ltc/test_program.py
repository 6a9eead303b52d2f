import numpy as np
from builders import series
from numpy.testing import assert_array_equal

from reservoir import LTCLiquid
from reservoir.ltc.conductance import ConductanceProgram
from reservoir.ltc.gate import GateProgram
from reservoir.ltc.program import arrange_program

U = series(10, 2)


def test_each_form_has_its_program():
    circuit = LTCLiquid(9, random_state=0).fit(U)
    program = arrange_program(circuit, 0.0)
    assert type(program) is ConductanceProgram and program.sensory.synapses.shape[0] == 4
    assert_array_equal(program.units[0], circuit.capacitance_)
    assert_array_equal(program.units[2], circuit.leak_conductance_ * circuit.leak_potential_)
    gate = LTCLiquid(9, synapse="gate", solver="rk4", n_substeps=5, random_state=0).fit(U)
    program = arrange_program(gate, 2.5)
    assert type(program) is GateProgram and program.solving == (2, 5, 2.5)
    assert_array_equal(program.units[3:], np.stack([gate.gate_conductance_, gate.reversal_]))
    assert_array_equal(program.input_weights, gate.input_weights_.T)
