"""What a reservoir is in ONNX: the state before the first row, and the nodes of a step; one rule for each class."""

from collections.abc import Callable
from functools import singledispatch
from typing import Any, NamedTuple

import numpy as np

from reservoir.dispatch import check_fitted_reservoir
from reservoir.interop.onnx_graph.graph import Graph


class StepRule(NamedTuple):
    """One reservoir as nodes. Names may stand for one row or for many, of one series or of a batch: axes are the last.

    Parameters
    ----------
    dtype : dtype
        Precision of inputs and outputs.
    rest : dict of str to array
        Every state by its name, as it is before the first row of a series.
    prepare : callable
        ``prepare(graph, rows)`` returns the names of all that a step takes of its input row, for all rows at once.
    step : callable
        ``step(graph, states, prepared)`` returns the states after a row, a dict, and the row of outputs.
    finish : callable
        ``finish(graph, outputs)`` returns what is handed on of rows of outputs.
    """

    dtype: np.dtype
    rest: dict[str, np.ndarray]
    prepare: Callable
    step: Callable
    finish: Callable

    def one_row(self, graph: Graph, states: dict[str, str], row: str) -> tuple[dict[str, str], str]:
        """Add the whole of a step to a graph: return the states after a row of input, and what is handed on."""
        after, output = self.step(graph, states, self.prepare(graph, row))
        return after, self.finish(graph, output)

    def all_rows(self, graph: Graph, states: dict[str, str], rows: str, axis: int) -> tuple[dict[str, str], str]:
        """Add a loop over the steps of an axis: return the states after it, and all that is handed on."""
        if not self.rest:
            return {}, self.finish(graph, self.step(graph, {}, self.prepare(graph, rows))[1])
        prepared, dtypes = self.prepare(graph, rows), (self.dtype, self.dtype)
        after, outputs = graph.scan(self.step, self.rest, states, prepared, axis, dtypes)
        return after, self.finish(graph, outputs)


def as_it_is(graph: Graph, outputs: str) -> str:
    """Return outputs as they are."""
    return outputs


def output_mapped(reservoir: Any) -> Callable:
    """Return the ``finish`` of a liquid that may have an output map."""
    if reservoir.output_map_ is None:
        return as_it_is
    weights, bias = reservoir.output_map_
    return lambda graph, outputs: graph.affine(outputs, weights.T.copy(), bias)


@singledispatch
def step_rule(reservoir: Any) -> StepRule:
    """Return the `StepRule` of a fitted reservoir; there is a rule for every class that ONNX can hold."""
    known = ", ".join(sorted(one.__name__ for one in step_rule.registry if one is not object))
    raise TypeError(
        f"'model' must be made of reservoirs that have a form in ONNX, {known}; got {type(reservoir).__name__}. "
        "Adapted reservoirs and classes of your own, derived ones too, have none: take one of these, with your "
        "weights where that is the same model. Spiking liquids are written by to_c, to_nir and to_nest."
    )


def rule_of(reservoir: Any) -> StepRule:
    """Return the `StepRule` of a fitted reservoir; raise TypeError unless its class is one that has a rule itself.

    A class derived from one of them may compute anything.
    """
    check_fitted_reservoir(reservoir)
    return step_rule.registry.get(type(reservoir), step_rule.registry[object])(reservoir)
