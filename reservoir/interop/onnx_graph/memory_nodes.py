"""The memory cell of a mixed-memory liquid as nodes, which rewrites the state before every step."""

from collections.abc import Callable
from typing import Any

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.step_rule import StepRule


def with_memory(rule: StepRule, reservoir: Any, inputs_of: Callable) -> StepRule:
    """Return the rule of a liquid with its memory cell, if it has one, in front of every step.

    Parameters
    ----------
    rule : StepRule
        With one state, "state".
    reservoir : fitted LTCLiquid or CfCLiquid
    inputs_of : callable
        ``inputs_of(graph, rows)`` returns the inputs among the columns of rows.
    """
    if reservoir.memory_ is None:
        return rule
    weights, bias = reservoir.memory_.arguments(reservoir.dtype_)
    n_inputs = len(weights) - reservoir.n_units_
    hidden, memory = reservoir.rest()

    def prepare(graph, rows):
        gates = graph.affine(inputs_of(graph, rows), weights[:n_inputs], bias)
        return [gates, *rule.prepare(graph, rows)]

    def step(graph, states, prepared):
        gates = graph.add("Add", prepared[0], graph.add("MatMul", states["state"], weights[n_inputs:]))
        hidden, memory = add_memory(graph, gates, states["memory"])
        after, output = rule.step(graph, {"state": hidden}, prepared[1:])
        return {**after, "memory": memory}, output

    return rule._replace(rest={"state": hidden, "memory": memory}, prepare=prepare, step=step)


def add_memory(graph: Graph, gates: str, memory: str) -> tuple[str, str]:
    """Return what the four parts of z make of h and c: see `MemoryCell`."""
    candidate, enter, keep, show = graph.add_many("Split", [gates], 4, axis=-1, num_outputs=4)
    kept = graph.add("Mul", graph.add("Sigmoid", keep), memory)
    entered = graph.add("Mul", graph.add("Sigmoid", enter), graph.add("Tanh", candidate))
    memory = graph.add("Add", kept, entered)
    return graph.add("Mul", graph.add("Sigmoid", show), graph.add("Tanh", memory)), memory
