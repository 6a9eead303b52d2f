"""Residual reservoirs as nodes: x <- keep (O x) + gain f(W x + W_in u + b)."""

from typing import Any

from scipy.sparse import csr_array, diags_array

from reservoir.interop.onnx_graph.leaky_nodes import OPERATORS
from reservoir.interop.onnx_graph.step_rule import StepRule, as_it_is, step_rule
from reservoir.interop.onnx_graph.weighted_sum import add_weighted_sum
from reservoir.residual import ResidualReservoir


@step_rule.register(ResidualReservoir)
def residual_rule(reservoir: Any) -> StepRule:
    """Return the `StepRule` of a residual reservoir."""
    program = reservoir.program_
    recurrent = csr_array(reservoir.recurrent_weights_)
    skip = csr_array(diags_array(program.keep) @ reservoir.skip_)
    skip.eliminate_zeros()

    def prepare(graph, rows):
        return [graph.affine(rows, program.input_weights, program.bias)]

    def step(graph, states, prepared):
        drive = add_weighted_sum(graph, prepared[0], recurrent, states["state"])
        gained = graph.add("Mul", program.gain, graph.add(OPERATORS[program.activation], drive))
        state = add_weighted_sum(graph, gained, skip, states["state"])
        return {"state": state}, state

    return StepRule(reservoir.dtype_, {"state": reservoir.rest()}, prepare, step, as_it_is)
