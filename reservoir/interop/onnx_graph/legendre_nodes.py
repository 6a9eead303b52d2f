"""Legendre memories as nodes, where rows all last as long: a linear map of the state and the input."""

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from reservoir.interop.onnx_graph.step_rule import StepRule, as_it_is, step_rule
from reservoir.interop.onnx_graph.weighted_sum import add_weighted_sum
from reservoir.legendre_memory import LegendreMemory


@step_rule.register(LegendreMemory)
def legendre_rule(memory: Any) -> StepRule:
    """Return the `StepRule` of a Legendre memory."""
    if memory.elapsed_column_ is not None:
        raise TypeError(
            "'model' must have rows that all last 1 for a LegendreMemory in ONNX; got one with an 'elapsed_column', "
            "whose exponentials are known to Python alone. Sample its input evenly, and fit it without."
        )
    transition, entering = csr_array(memory.recurrent_weights_), np.ascontiguousarray(memory.input_weights_.T)

    def step(graph, states, prepared):
        state = add_weighted_sum(graph, prepared[0], transition, states["state"])
        return {"state": state}, state

    rest = {"state": memory.rest()}
    return StepRule(memory.dtype_, rest, lambda graph, rows: [graph.affine(rows, entering)], step, as_it_is)
