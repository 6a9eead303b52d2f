"""Rows lie beside each other where that saves a copy."""

import numpy as np

from reservoir.interop.c99.affine_map import affine_rule
from reservoir.interop.c99.calls import Call, Copy, Function, Program, Span


def function(**inputs):
    return Function(Program(np.dtype("float64")), "step", "", inputs or {"input": 3})


def rule(n_inputs, n_outputs):
    return affine_rule(np.zeros((n_outputs, n_inputs)), np.zeros(n_outputs))


def test_a_single_rule_writes_to_the_output():
    step = function()
    step.finish([step.call("layer", rule(3, 2), [step.inputs["input"]])])
    assert step.steps == [Call("layer1", Span("input", 0, 3), Span("output", 0, 2))]
    assert step.length == 0


def test_outputs_of_layers_lie_side_by_side():
    step = function()
    first = step.call("layer", rule(3, 4), [step.inputs["input"]])
    second = step.call("layer", rule(4, 2), [first])
    assert step.together([first, second]) == Span("v", 0, 6)
    assert not any(isinstance(one, Copy) for one in step.steps)


def test_what_follows_the_last_row_is_put_behind_it():
    step = function()
    states = step.call("layer", rule(3, 4), [step.inputs["input"]])
    assert step.together([states, step.inputs["input"]]) == Span("v", 0, 7)
    assert step.steps[1:] == [Copy(Span("input", 0, 3), Span("v", 4, 3))]


def test_rows_apart_are_copied():
    step = function()
    first = step.call("layer", rule(3, 4), [step.inputs["input"]])
    step.call("layer", rule(4, 2), [first])
    assert step.together([first, step.inputs["input"]]) == Span("v", 6, 7)


def test_empty_rows_are_left_out():
    step = function()
    row = step.inputs["input"]
    assert step.together([row._replace(size=0), row._replace(start=1, size=2), row._replace(size=0)]) == Span(
        "input", 1, 2
    )


def test_a_field_that_is_written_keeps_its_row():
    step = function()
    outputs = step.call("layer", rule(3, 2), [step.inputs["input"]])
    step.keep("last", outputs)
    step.finish([outputs])
    assert step.steps[1:] == [Copy(outputs, Span("state->last", 0, 2)), Copy(outputs, Span("output", 0, 2))]
