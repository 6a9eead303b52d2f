"""Delayed copies of states and inputs as nodes: a state holds the rows that lags reach back to."""

from typing import Any

import numpy as np

from reservoir.interop.onnx_graph.step_rule import StepRule, as_it_is, rule_of, step_rule
from reservoir.lagged import LaggedReservoir

PAST = "past"


@step_rule.register(LaggedReservoir)
def lagged_rule(lagged: Any) -> StepRule:
    """Return the `StepRule` of a reservoir with lags: that of the reservoir, and a state "past", oldest row first."""
    rule, longest = rule_of(lagged.reservoir_), lagged.lags_[-1]
    ago = [np.array(longest - lag, np.int64) for lag in lagged.lags_]
    _, past = lagged.rest()

    def step(graph, states, prepared):
        row, own = prepared[0], {name: states[name] for name in rule.rest}
        after, output = rule.step(graph, own, prepared[1:])
        output = rule.finish(graph, output)
        kept = output if lagged.inputs_ == "none" else graph.join([output, row])
        rows = graph.join([states[PAST], graph.add("Unsqueeze", kept, np.array([-2], np.int64))], axis=-2)
        delayed = [graph.add("Gather", rows, lag, axis=-2) for lag in ago]
        following = graph.add("Gather", rows, np.arange(1, longest + 1), axis=-2)
        present = kept if lagged.inputs_ == "all" else output
        return {**after, PAST: following}, graph.join([present, *delayed])

    def prepare(graph, rows):
        return [rows, *rule.prepare(graph, rows)]

    return StepRule(lagged.dtype_, rule.rest | {PAST: past}, prepare, step, as_it_is)
