"""Echo states and continuous-time recurrent networks as nodes: x <- keep x + gain f(W x + W_in u + b)."""

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from reservoir.ctrnn import CTRNNLiquid
from reservoir.echo_state import EchoStateReservoir
from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.step_rule import StepRule, as_it_is, step_rule
from reservoir.interop.onnx_graph.weighted_sum import add_weighted_sum
from reservoir.kernels.leaky import EXPONENTIAL, FIXED, UNDAMPED
from reservoir.kernels.recurrence import rows_of

OPERATORS = ("Tanh", "Identity", "Relu", "Sigmoid")  # in the order of the codes of `functions.ACTIVATIONS`


@step_rule.register(EchoStateReservoir)
@step_rule.register(CTRNNLiquid)
def leaky_rule(reservoir: Any) -> StepRule:
    """Return the `StepRule` of a leaky reservoir."""
    program, n_units = reservoir.program_, reservoir.n_units_
    rows = rows_of(program.recurrence, n_units)
    recurrent = csr_array((rows.weights, rows.sources, rows.indptr), shape=(n_units, n_units))
    pace, operator = program.pace, OPERATORS[program.activation]

    def prepare(graph, rows):
        inputs, elapsed = split_times(graph, rows, reservoir)
        drive = graph.affine(inputs, program.input_weights, program.bias)
        return [drive] if pace.rule == FIXED else [drive, *add_pace(graph, pace, elapsed)]

    def step(graph, states, prepared):
        drive, keep, gain = prepared if len(prepared) == 3 else (*prepared, pace.keep, pace.gain)
        drive = add_weighted_sum(graph, drive, recurrent, states["state"])
        gained = graph.add("Mul", gain, graph.add(operator, drive))
        state = graph.add("Add", graph.add("Mul", keep, states["state"]), gained)
        return {"state": state}, state

    return StepRule(reservoir.dtype_, {"state": reservoir.rest()}, prepare, step, as_it_is)


def split_times(graph: Graph, rows: str, reservoir: Any) -> tuple[str, str | None]:
    """Return the inputs among the columns of rows, and the column of elapsed times, None if there is none."""
    n_columns, elapsed = reservoir.n_features_in_, reservoir.elapsed_column_
    if elapsed is None:
        return rows, None
    others = [column for column in range(n_columns) if column != elapsed]
    return graph.columns(rows, others, n_columns), graph.columns(rows, [elapsed], n_columns)


def add_pace(graph: Graph, pace: Any, elapsed: str | None) -> tuple[str | np.ndarray, str]:
    """Return what units keep and gain in rows of given durations.

    ONNX has no ``expm1``, and ``1 - exp(-z)`` would lose the digits of slow units, so that the gain is written as
    ``2 tanh(z / 2) / (1 + tanh(z / 2))``, which is the same.
    """
    one, two, zero = map(pace.rate.dtype.type, (1, 2, 0))
    steps = graph.add("Mul", elapsed, pace.rate)
    if pace.rule == EXPONENTIAL:
        keep = graph.add("Exp", graph.add("Neg", steps))
        half = graph.add("Tanh", graph.add("Div", steps, two))
        share = graph.add("Div", graph.add("Add", half, half), graph.add("Add", half, one))
        return keep, graph.add("Mul", share, pace.scale)
    share = graph.add("Min", steps, one)
    # What is kept must have rows, like all that a loop over steps is given.
    kept = graph.add("Mul", share, zero) if pace.rule == UNDAMPED else share
    return graph.add("Sub", one, kept), graph.add("Mul", share, pace.scale)
