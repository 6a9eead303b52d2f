"""Liquid time-constant networks as nodes: synapses that open, or gates, and the sub-steps of a solver."""

from collections.abc import Callable
from typing import Any

import numpy as np

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.leaky_nodes import split_times
from reservoir.interop.onnx_graph.memory_nodes import with_memory
from reservoir.interop.onnx_graph.step_rule import StepRule, output_mapped, step_rule
from reservoir.interop.onnx_graph.weighted_sum import add_weighted_sum, padded
from reservoir.ltc import LTCLiquid


@step_rule.register(LTCLiquid)
def ltc_rule(liquid: Any) -> StepRule:
    """Return the `StepRule` of a liquid time-constant network."""
    rest = liquid.rest() if liquid.memory_ is None else liquid.rest()[0]
    synapses = Conductances(liquid) if liquid.synapse_ == "conductance" else Gates(liquid)

    def prepare(graph, rows):
        inputs, elapsed = split_times(graph, rows, liquid)
        return [synapses.before(graph, inputs)] + ([] if elapsed is None else [elapsed])

    def step(graph, states, prepared):
        fixed = synapses.fixed(graph, prepared[0])
        charge, n_steps = add_charge(graph, liquid, prepared[1] if len(prepared) > 1 else None)

        def substep(inner, state):
            return add_substep(inner, liquid, charge, state, lambda at: synapses.load(inner, fixed, at))

        state = graph.repeat(n_steps, substep, states["state"], liquid.dtype_)
        return {"state": state}, state

    rule = StepRule(liquid.dtype_, {"state": rest}, prepare, step, output_mapped(liquid))
    return with_memory(rule, liquid, lambda graph, rows: split_times(graph, rows, liquid)[0])


class Conductances:
    """Synapses that open with their source, from inputs and from units; see `reservoir.Synapses`."""

    def __init__(self, liquid):
        self._recurrent, self._sensory, self._dtype = liquid.recurrent_synapses_, liquid.input_synapses_, liquid.dtype_
        leak = liquid.leak_conductance_
        self._leak = leak * liquid.leak_potential_, leak

    def before(self, graph, inputs):
        """Return the inputs: all of their synapses, of all rows at once, would take too much memory."""
        return inputs

    def fixed(self, graph, inputs):
        """Return the current and the conductance that stay the same during a row."""
        return self._add(graph, self._sensory, inputs, self._leak)

    def load(self, graph, fixed, state):
        """Return the current and the conductance of all synapses."""
        return self._add(graph, self._recurrent, state, fixed)

    def _add(self, graph, synapses, sources, before):
        if not synapses.conductance.nnz:
            return before
        places = padded(synapses.conductance)
        conductance, slope, midpoint, reversal = map(places.filled, synapses.properties(np.float64))
        # Less steep if the precision asks for that, with the same midpoint.
        steepest = np.finfo(self._dtype).max / np.maximum(np.abs(midpoint), 1) / (1 + np.finfo(self._dtype).eps)
        slope = np.clip(slope, -steepest, steepest)
        slope, offset = slope.astype(self._dtype), (-slope * midpoint).astype(self._dtype)
        potential = graph.add("Gather", sources, places.sources, axis=-1)
        opening = graph.add("Sigmoid", graph.add("Add", graph.add("Mul", potential, slope), offset))
        opened = graph.add("Mul", opening, conductance.astype(self._dtype))
        currents = graph.add("Mul", opened, reversal.astype(self._dtype))
        sums = (graph.reduce("ReduceSum", part, -2) for part in (currents, opened))
        return tuple(graph.add("Add", part, total) for part, total in zip(before, sums, strict=True))


class Gates:
    """One sigmoid for every unit, which gates its conductance towards one potential."""

    def __init__(self, liquid):
        leak = liquid.leak_conductance_
        self._leak = leak * liquid.leak_potential_, leak
        self._gate, self._reversal = liquid.gate_conductance_, liquid.reversal_
        self._input_weights, self._bias = liquid.input_weights_.T.copy(), liquid.bias_
        self._recurrent = liquid.recurrent_weights_

    def before(self, graph, inputs):
        """Return what the inputs of all rows add to the gates."""
        return graph.affine(inputs, self._input_weights, self._bias)

    def fixed(self, graph, drive):
        """Return what stays the same during a row."""
        return drive

    def load(self, graph, fixed, state):
        """Return the current and the conductance of leak and gate."""
        drive = add_weighted_sum(graph, fixed, self._recurrent, state)
        opened = graph.add("Mul", graph.add("Sigmoid", drive), self._gate)
        current, leak = self._leak
        return graph.add("Add", graph.add("Mul", opened, self._reversal), current), graph.add("Add", opened, leak)


def add_charge(graph: Graph, liquid: Any, elapsed: str | None) -> tuple[Any, int | str]:
    """Return C / h, and the number of sub-steps of a row: that asked for, or as many as an explicit solver needs."""
    solving, capacitance = liquid.program_.solving, liquid.capacitance_
    if elapsed is None:
        n_steps = max(solving.n_substeps, int(np.ceil(solving.stiffness)))
        return capacitance / (liquid.dtype_.type(1) / liquid.dtype_.type(n_steps)), n_steps
    if liquid.solver_ == "fused":
        h = graph.add("Div", elapsed, liquid.dtype_.type(solving.n_substeps))
        return graph.add("Div", capacitance, h), solving.n_substeps
    time = graph.cast(elapsed, liquid.dtype_, np.float64)
    needed = graph.add("Ceil", graph.add("Mul", time, np.float64(solving.stiffness)))
    needed = graph.add("Max", needed, np.float64(solving.n_substeps))
    h = graph.add("Div", elapsed, graph.cast(needed, np.float64, liquid.dtype_))
    return graph.add("Div", capacitance, h), graph.cast(needed, np.float64, np.int64)


def add_substep(graph: Graph, liquid: Any, charge: Any, state: str, load: Callable) -> str:
    """Return the state after one sub-step of C dv/dt = current - conductance v; ``load`` is of both at a state."""

    def change(at, fused):
        current, conductance = load(at)
        net = graph.add("Sub", current, graph.add("Mul", conductance, at))
        return graph.add("Div", net, graph.add("Add", charge, conductance) if fused else charge)

    if liquid.solver_ != "rk4":
        return graph.add("Add", state, change(state, liquid.solver_ == "fused"))
    half, two, sixth = liquid.dtype_.type(0.5), liquid.dtype_.type(2), liquid.dtype_.type(1 / 6)
    first = change(state, False)
    second = change(graph.add("Add", state, graph.add("Mul", first, half)), False)
    third = change(graph.add("Add", state, graph.add("Mul", second, half)), False)
    fourth = change(graph.add("Add", state, third), False)
    middle = graph.add("Mul", graph.add("Add", second, third), two)
    total = graph.add("Add", graph.add("Add", first, fourth), middle)
    return graph.add("Add", state, graph.add("Mul", total, sixth))
