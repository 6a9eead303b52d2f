"""Delays and monomials as nodes: a state of past rows, and one product for each degree."""

from typing import Any

import numpy as np

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.step_rule import StepRule, as_it_is, step_rule
from reservoir.nvar import NVAR


@step_rule.register(NVAR)
def nvar_rule(nvar: Any) -> StepRule:
    """Return the `StepRule` of an NVAR; with a delay of 1 it has no state."""
    program, n_past = nvar.program_, nvar.warmup_
    lags = program.lags.tolist()

    def step(graph, states, prepared):
        row = prepared[0]
        if not n_past:
            return {}, add_monomials(graph, row, program, nvar.dtype_)
        past = graph.join([states["state"], graph.add("Unsqueeze", row, np.array([-2], np.int64))], axis=-2)
        delayed = [graph.add("Gather", past, np.array(n_past - lag, np.int64), axis=-2) for lag in lags]
        following = graph.add("Gather", past, np.arange(1, n_past + 1), axis=-2)
        return {"state": following}, add_monomials(graph, graph.join(delayed), program, nvar.dtype_)

    rest = {"state": nvar.rest()} if n_past else {}
    return StepRule(nvar.dtype_, rest, lambda graph, rows: [rows], step, as_it_is)


def add_monomials(graph: Graph, linear: str, program: Any, dtype: Any) -> str:
    """Return the columns of monomials that are kept, of rows of linear features."""
    zero = graph.add("Mul", graph.columns(linear, [0], -1), dtype.type(0))
    monomials = graph.join([graph.add("Add", zero, dtype.type(1)), linear])
    for factors, others in products_by_degree(program.products):
        product = graph.add("Mul", *(graph.add("Gather", monomials, which, axis=-1) for which in (factors, others)))
        monomials = graph.join([monomials, product])
    kept = np.concatenate([np.arange(start, stop) for start, stop in program.kept])
    return graph.add("Gather", monomials, kept, axis=-1)


def products_by_degree(products: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the columns of both factors of every monomial, for each degree from 2 on.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.onnx_graph.nvar_nodes import products_by_degree
    >>> products_by_degree(np.array([[1, 1, 3, 3], [2, 2, 3, 5]]))[0][0].tolist()  # (1, x, y): x x, x y, y y
    [1, 1, 2]
    """
    degrees: list[list] = []
    begin = 0
    for factor, first, last, start in products.tolist():
        if not degrees or last > begin:  # of the degree before
            degrees.append([])
            begin = start
        degrees[-1] += [(factor, other) for other in range(first, last)]
    arrays = [np.array(pairs, np.int64) for pairs in degrees]
    return [(array[:, 0], array[:, 1]) for array in arrays]
