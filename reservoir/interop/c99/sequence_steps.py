"""A model of whole sequences in C: a step for every row, and what the rows so far make."""

import numpy as np

from reservoir.encoder import SequenceEncoder
from reservoir.encoder.views import VIEWS
from reservoir.forecaster.differences import Differences
from reservoir.interop.c99.calls import Function, Program
from reservoir.interop.c99.layers import add_reservoir, check_times
from reservoir.interop.c99.memory import differences_rule
from reservoir.interop.c99.pooled_states import check_summaries, features_rule, pooling_rule
from reservoir.interop.c99.readouts import add_readout
from reservoir.interop.c99.scaling import Scaling, scaling_rule, scalings_of
from reservoir.interop.c99.source import operations_of, scratch_of
from reservoir.sequence_models import ReservoirClassifier, SequenceRegressor

STEP = """\
Take the next row of a sequence, before whose first the state is set by init. Returns 0; or 1, having changed nothing, \
where the row is refused: a number of it is NaN or infinite, an elapsed time is negative or too long for an explicit \
solver, or a number of spikes is not whole."""
RESULT = """\
Write what the rows since init make, {what}: {operations} operations, and {scratch} bytes of arrays on the stack. More \
rows may follow. Returns 0; or 2, having written nothing, where there are fewer than {n_rows}."""


def is_of_sequences(step):
    """Whether an estimator makes something of whole sequences."""
    return type(step) in (SequenceEncoder, ReservoirClassifier, SequenceRegressor)  # not a subclass, which may do more


def encoder_of(step):
    """Return the fitted encoder of an estimator of whole sequences."""
    return step if type(step) is SequenceEncoder else step.encoder_


def sequence_program(steps, dtype):
    """Return the `Program` of fitted steps, one of which `is_of_sequences`."""
    place = max(number for number, step in enumerate(steps) if is_of_sequences(step))
    model, after = steps[place], steps[place + 1 :]
    if type(model) is not SequenceEncoder:
        after = [model.scaler_, model.readout_]
    encoder, program = encoder_of(model), Program(dtype)
    check_summaries(encoder.summaries_)
    _check_views(encoder.views_)
    _add_result(program, encoder, _add_step(program, steps[:place], encoder), after)
    return program


def _check_views(views):
    for view in views:
        if view is not None and (VIEWS[view.name].reversed or VIEWS[view.name].scaling == "standardized"):
            known = [name for name, one in VIEWS.items() if not one.reversed and one.scaling != "standardized"]
            raise ValueError(
                f"'model' must have views of {', '.join(known)} only, which need no row but those so far; got "
                f"'{view.name}', which needs the whole sequence first. Fit a model with "
                "views=('scaled', 'scaled_differences') or None."
            )


def _add_step(program, before, encoder):
    """Add the function that takes a row, and return the name of the rule that pools the states of each view."""
    n_columns = encoder.reservoir_.n_features_in_
    function = Function(program, "step", STEP, {"input": n_columns})
    row = _transformed(function, before, n_columns)
    check_times(function, encoder.reservoir_, [row])
    differs = [view is not None and VIEWS[view.name].differences for view in encoder.views_]
    names = {number: _add_view(function, encoder, number, row) for number, waits in enumerate(differs) if not waits}
    if any(differs):
        rule = differences_rule(Differences((1,), (1.0,)), np.zeros(n_columns, bool), program.dtype)
        row = function.call("differences", rule, [row])._replace(size=n_columns)
        function.check("state->differences1.count > 1", returns=0)
        names |= {number: _add_view(function, encoder, number, row) for number, waits in enumerate(differs) if waits}
    return [names[number] for number in range(len(differs))]


def _transformed(function, before, n_columns):
    """Return the row of input as the steps before an encoder change it."""
    row = function.inputs["input"]
    for scaling in (one for step in before for one in scalings_of(step)):
        if len(scaling.factor) != n_columns:
            raise ValueError(
                f"'model' must scale the {n_columns} columns of a row; got a scaler of {len(scaling.factor)}, to which "
                "each step of a sequence is a column. Wrap it: PerSequence(StandardScaler())."
            )
        row = function.call("scaler", scaling_rule(scaling), [row])
    return row


def _add_view(function, encoder, number, row):
    """Let a view drive its reservoir, and return the name of the rule that pools its states."""
    view, reservoir, dtype = encoder.views_[number], encoder.reservoirs_[number], function.program.dtype
    if view is not None and view.mean is not None:
        scaling = Scaling(view.mean, 1 / view.scale, np.zeros(row.size))
        row = function.call("view", scaling_rule(scaling), [row])
    states = add_reservoir(function, reservoir, row)
    rule = pooling_rule(encoder.summaries_, reservoir.n_features_out_, encoder.thresholds_[number], dtype)
    function.call("pool", rule, states)
    return function.steps[-1].name


def _add_result(program, encoder, names, after):
    """Add the function that writes what the rows so far make."""
    function = Function(program, "result", "", {})
    n_rows, what = 1, "the features of the sequence"
    for view, name in zip(encoder.views_, names, strict=True):
        function.check(f"state->{name}.n_rows > 0", returns=2)
        n_rows += n_rows == 1 and view is not None and VIEWS[view.name].differences
    spans = []
    for name, reservoir, thresholds in zip(names, encoder.reservoirs_, encoder.thresholds_, strict=True):
        n_thresholds = 0 if thresholds is None else len(thresholds)
        rule = features_rule(encoder.summaries_, reservoir.n_features_out_, n_thresholds, name)
        spans.append(function.call("features", rule, []))
    for step in after:
        if hasattr(step, "predict"):
            spans, what = add_readout(function, step, spans), "the outputs of the readout"
            continue
        for scaling in scalings_of(step):
            spans = [function.call("feature_scaler", scaling_rule(scaling), spans)]
    if program.classes is not None:
        what = "the scores of the classes"
    function.finish(spans)
    rows = "one row" if n_rows == 1 else "two rows, as differences take one"
    sizes = {"operations": operations_of(function), "scratch": scratch_of(function)}
    function.comment = RESULT.format(what=what, n_rows=rows, **sizes)
