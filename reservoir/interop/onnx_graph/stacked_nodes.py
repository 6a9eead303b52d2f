"""Layers of reservoirs as nodes of one step, each with its own states and precision."""

from typing import Any

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.step_rule import StepRule, as_it_is, rule_of, step_rule
from reservoir.stack import StackedReservoir


@step_rule.register(StackedReservoir)
def stacked_rule(stack: Any) -> StepRule:
    """Return the `StepRule` of a stack; a state of layer 1 is called ``layer1__state``."""
    rules = [rule_of(layer) for layer in stack.layers_]
    rest = {
        f"layer{number}__{name}": array
        for number, rule in enumerate(rules, start=1)
        for name, array in rule.rest.items()
    }

    def step(graph, states, prepared):
        after, outputs = {}, []
        for number, (layer, rule) in enumerate(zip(stack.layers_, rules, strict=True), start=1):
            prefix = f"layer{number}__"
            row = input_of(graph, stack, number, layer, prepared[0], outputs)
            before = {name: states[prefix + name] for name in rule.rest}
            own, output = rule.one_row(graph, before, row)
            after |= {prefix + name: state for name, state in own.items()}
            outputs.append(output)
        shown = list(zip(outputs, rules, strict=True))[0 if stack.output_ == "all" else -1 :]
        return after, graph.join([graph.cast(output, rule.dtype, stack.dtype_) for output, rule in shown])

    return StepRule(stack.dtype_, rest, lambda graph, rows: [rows], step, as_it_is)


def input_of(graph: Graph, stack: Any, number: int, layer: Any, row: str, outputs: list[str]) -> str:
    """Return the input row of a layer: the states below, columns of the stack's own row, and the elapsed time."""
    before = stack.layers_[number - 2] if number > 1 else None
    parts = [] if before is None else [graph.cast(outputs[-1], before.dtype_, layer.dtype_)]
    columns = columns_of(stack, number, layer)
    if columns:
        taken = graph.columns(row, columns, stack.n_features_in_)
        parts.append(graph.cast(taken, stack.dtype_, layer.dtype_))
    return graph.join(parts)


def columns_of(stack: Any, number: int, layer: Any) -> list[int]:
    """Return the columns of the input of a stack that a layer is given, in their order.

    The elapsed times come last where the stack hands them on. A first layer that names the column by itself is given
    the input as it is.
    """
    every, elapsed = list(range(stack.n_features_in_)), stack.elapsed_column_
    others = [column for column in every if column != elapsed]
    below = stack.layers_[number - 2].n_features_out_ if number > 1 else 0
    n_columns = layer.n_features_in_ - below
    if number == 1 and n_columns == len(every) and layer.elapsed_column_ == elapsed:
        return every
    timed = number > 1 and layer.elapsed_column_ is not None or number == 1 and n_columns == len(every)
    n_inputs = n_columns - timed
    inputs = [] if n_inputs == 0 else every if n_inputs == len(every) else others
    return inputs + ([elapsed] if timed else [])
