"""Closed-form continuous-time cells as nodes: one product for all heads of a cell, and their gates."""

import math
from typing import Any, NamedTuple

import numpy as np

from reservoir.cfc import CfCLiquid, CfCWeights
from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.leaky_nodes import split_times
from reservoir.interop.onnx_graph.memory_nodes import with_memory
from reservoir.interop.onnx_graph.step_rule import StepRule, output_mapped, step_rule


class Layers(NamedTuple):
    """A cell: the first product from its input and from its own state, the others, rate and amplitude of pure mode."""

    from_input: np.ndarray
    from_state: np.ndarray
    bias: np.ndarray
    others: list[tuple[np.ndarray, np.ndarray]]
    pure: tuple[np.ndarray, np.ndarray] | None


@step_rule.register(CfCLiquid)
def cfc_rule(liquid: Any) -> StepRule:
    """Return the `StepRule` of a closed-form liquid."""
    dtype = liquid.dtype_
    if liquid.backbone_activation_ == "gelu" and dtype == np.float64 and liquid.weights_[0].backbone:
        raise ValueError(
            "'reservoir' must not have backbone_activation='gelu' in double precision, because onnxruntime has no Erf "
            "of double numbers; got dtype='float64'. Use dtype='float32', or another activation such as 'silu'."
        )
    timed, sizes = liquid.elapsed_column_ is not None, [cell.n_units for cell in liquid.weights_]
    cells = [layers_of(cell, timed, dtype) for cell in liquid.weights_]

    def inputs_of(graph, rows):
        return split_times(graph, rows, liquid)[0]

    def prepare(graph, rows):
        inputs, elapsed = split_times(graph, rows, liquid)
        drive = graph.affine(inputs, cells[0].from_input, cells[0].bias)
        return [drive] if elapsed is None else [drive, elapsed]

    def step(graph, states, prepared):
        drive, elapsed = prepared[0], prepared[1] if timed else None
        own = [states["state"]]
        if len(sizes) > 1:
            own = graph.add_many("Split", [states["state"], np.array(sizes, np.int64)], len(sizes), axis=-1)
        outputs = []
        for number, (cell, before) in enumerate(zip(cells, own, strict=True)):
            if number:
                drive = graph.affine(outputs[-1], cell.from_input, cell.bias)
            drive = graph.add("Add", drive, graph.add("MatMul", before, cell.from_state))
            outputs.append(add_cell(graph, cell, drive, elapsed, liquid))
        state = graph.join(outputs)
        return {"state": state}, state

    rule = StepRule(dtype, {"state": liquid.rest()}, prepare, step, output_mapped(liquid))
    return with_memory(rule, liquid, inputs_of)


def layers_of(cell: CfCWeights, timed: bool, dtype: Any) -> Layers:
    """Return a cell's matrices; in rows that all last 1, fa and fb are one head."""
    heads = list(cell.heads)
    if len(heads) == 4 and not timed:
        heads = [*heads[:2], tuple(a + b for a, b in zip(heads[2], heads[3], strict=True))]
    pairs = [*cell.backbone, (np.vstack([w for w, _ in heads]), np.concatenate([b for _, b in heads]))]
    (first, bias), *others = [(w.T.astype(dtype, order="C"), b.astype(dtype)) for w, b in pairs]
    pure = None
    if cell.w_tau is not None and cell.amplitude is not None:
        pure = np.abs(cell.w_tau).astype(dtype), cell.amplitude.astype(dtype)
    return Layers(first[: cell.n_inputs], first[cell.n_inputs :], bias, others, pure)


def add_cell(graph: Graph, cell: Layers, drive: str, elapsed: str | None, liquid: Any) -> str:
    """Return the state of a cell after a step, from its first product, and the time of the row if that is given."""
    for weights, bias in cell.others:
        drive = graph.affine(add_activation(graph, liquid.backbone_activation_, drive, liquid.dtype_), weights, bias)
    if cell.pure is not None:
        return add_pure(graph, cell.pure, drive, elapsed)
    n_heads = 3 if elapsed is None else 4
    first, second, *timing = graph.add_many("Split", [drive], n_heads, axis=-1, num_outputs=n_heads)
    gate = timing[0] if elapsed is None else graph.add("Add", graph.add("Mul", timing[0], elapsed), timing[1])
    gate, first, second = graph.add("Sigmoid", gate), graph.add("Tanh", first), graph.add("Tanh", second)
    if liquid.mode_ == "default":
        first = graph.add("Mul", first, graph.add("Sub", liquid.dtype_.type(1), gate))
    return graph.add("Add", first, graph.add("Mul", gate, second))


def add_pure(graph: Graph, pure: tuple[np.ndarray, np.ndarray], drive: str, elapsed: str | None) -> str:
    """Return A - A exp(-t (|w_tau| + |f|)) f."""
    rate, amplitude = pure
    decay = graph.add("Neg", graph.add("Add", graph.add("Abs", drive), rate))
    decay = decay if elapsed is None else graph.add("Mul", decay, elapsed)
    moved = graph.add("Mul", graph.add("Mul", amplitude, graph.add("Exp", decay)), drive)
    return graph.add("Sub", amplitude, moved)


def add_activation(graph: Graph, name: str, drive: str, dtype: Any) -> str:
    """Return the activation of a backbone."""
    number = np.dtype(dtype).type
    if name == "lecun_tanh":
        return graph.add("Mul", graph.add("Tanh", graph.add("Mul", drive, number(0.666))), number(1.7159))
    if name == "silu":
        # Not a product with a Sigmoid: onnxruntime 1.20 makes a QuickGelu of that, which it lacks in double precision.
        falling = graph.add("Exp", graph.add("Neg", drive))
        return graph.add("Div", drive, graph.add("Add", falling, number(1)))
    if name == "gelu":
        opened = graph.add("Add", graph.add("Erf", graph.add("Mul", drive, number(math.sqrt(0.5)))), number(1))
        return graph.add("Mul", graph.add("Mul", drive, number(0.5)), opened)
    return graph.add({"tanh": "Tanh", "relu": "Relu"}[name], drive)
