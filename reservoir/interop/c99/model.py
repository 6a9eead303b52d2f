"""What a model does with a row in C: scalers, a reservoir, and a readout of its states."""

from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from reservoir.base import BaseReservoir
from reservoir.forecaster import Forecaster
from reservoir.interop.c99.calls import Function, Program
from reservoir.interop.c99.direct_steps import direct_program
from reservoir.interop.c99.forecaster_steps import forecaster_program
from reservoir.interop.c99.layers import add_reservoir, check_times
from reservoir.interop.c99.readouts import add_readout
from reservoir.interop.c99.scaling import scaling_rule, scalings_of
from reservoir.interop.c99.sequence_steps import encoder_of, is_of_sequences, sequence_program
from reservoir.regressor import ReservoirRegressor

STEP = """\
Take a row of input, and write a row of output, which must not overlap it. Returns 0; or 1, having changed nothing, \
where the row is refused: a number of it is NaN or infinite, an elapsed time is negative or too long for an explicit \
solver, or a number of spikes is not whole."""


def program_of(model, dtype):
    """Return the `Program` of a fitted model in a precision."""
    if type(model) is Forecaster:
        return (forecaster_program if model.horizon_ is None else direct_program)(model, dtype)
    program, steps = Program(dtype), _steps_of(model)
    if any(map(is_of_sequences, steps)):
        return sequence_program(steps, dtype)
    function = Function(program, "step", STEP, {"input": steps[0].n_features_in_})
    spans, is_driven = [function.inputs["input"]], False
    for step in steps:
        if isinstance(step, BaseReservoir):
            check_times(function, step, spans)
            spans, is_driven = add_reservoir(function, step, function.together(spans)), True
        elif type(step) is ReservoirRegressor:
            spans, is_driven = _add_regressor(function, step, spans), True
        elif is_driven and hasattr(step, "predict"):
            spans = add_readout(function, step, spans)
        else:
            for scaling in scalings_of(step):
                spans = [function.call("scaler", scaling_rule(scaling), spans)]
    function.finish(spans)
    return program


def dtype_of(model):
    """Return the precision of the first reservoir of a fitted model; raise TypeError unless there is one."""
    if type(model) is Forecaster:
        check_is_fitted(model)
        return model.reservoir_.dtype_
    steps = [step for step in _steps_of(model) if _is_driven(step)]
    first = encoder_of(steps[0]) if is_of_sequences(steps[0]) else steps[0]
    return getattr(first, "reservoir_", first).dtype_


def _steps_of(model):
    """Return the fitted estimators that a model is made of, in their order; raise TypeError if none is driven."""
    steps = list(_flat(model))
    if not any(map(_is_driven, steps)):
        raise TypeError(
            "'model' must be a fitted reservoir, ReservoirRegressor, SequenceEncoder, ReservoirClassifier or "
            f"SequenceRegressor, a Pipeline that holds one of these, or a Forecaster; got {model!r}. What a search has "
            "found is its best_estimator_."
        )
    for step in steps:
        check_is_fitted(step)
    return steps


def _is_driven(step):
    return isinstance(step, BaseReservoir) or type(step) is ReservoirRegressor or is_of_sequences(step)


def _flat(model):
    """Yield the steps of a pipeline, and of those inside it; a model by itself is its only step."""
    if type(model) is not Pipeline:
        yield model
        return
    for _, step in model.steps:
        if step not in (None, "passthrough"):
            yield from _flat(step)


def _add_regressor(function, model, spans):
    n_fed_back = model.reservoir_.n_features_in_ - model.n_features_in_
    if n_fed_back:
        spans = [function.kept_row("fed_back", n_fed_back), *spans]
    check_times(function, model.reservoir_, spans)
    row = function.together(spans)
    states = add_reservoir(function, model.reservoir_, row)
    outputs = add_readout(function, model.readout_, [*states, row] if model.passthrough_ else states)
    if n_fed_back:
        function.keep("fed_back", function.together(outputs))
    return outputs
