"""A forecaster in C: the next row from the true rows before it, and a closed loop that goes on from its own."""

from reservoir.interop.c99.affine_map import affine_rule, squaring_rule
from reservoir.interop.c99.calls import Function, Program, Span
from reservoir.interop.c99.layers import add_reservoir, check_times
from reservoir.interop.c99.memory import seasons_rule
from reservoir.interop.c99.preparing import (
    check_times_are_known,
    differenced,
    scaled,
    scaling_of,
    transformed,
    transforms_of,
)
from reservoir.interop.c99.rule import CRule
from reservoir.interop.c99.scaling import scaling_rule
from reservoir.kernels.closed_loop import COMPILED, AffineReadout

STEP = """\
Take a row of the series{beside}, and write what is predicted of the next row, which must not overlap it. \
Returns 0; or 1, having changed nothing, where the row is refused: a number is NaN or infinite, or an elapsed time \
negative or too long for an explicit solver.{early}"""
EARLY = " Returns 2, and writes nothing, in the first {n_lost} rows, which differences take."
FORECAST = """\
Go on without the series: take the row that was predicted last as the true one{beside}, and write what is predicted of \
the row after it. Returns 0; 1 as above; or 2, having changed nothing, where no row has been predicted yet."""
BESIDE = ", and what is known beside the next row"
SUM = "for (int i = 0; i < {n}; i++) {{\n    y[i] = u[i] + u[{n} + i];\n}}"


def forecaster_program(model, dtype):
    """Return the `Program` of a fitted `Forecaster`."""
    check_times_are_known(model)
    _check(model)
    n, n_lost, program = model.n_features_in_, model.preparation_.n_lost, Program(dtype)
    known = {"known": model.n_exogenous_} if model.n_exogenous_ else {}
    beside = BESIDE if known else ""
    early = EARLY.format(n_lost=n_lost) if n_lost else ""
    step = Function(program, "step", STEP.format(beside=beside, early=early), {"input": n, **known})
    levels = transformed(step, model, step.inputs["input"])
    _advance(step, model, levels, None)
    loop = Function(program, "forecast", FORECAST.format(beside=beside), known)
    loop.check("state->ready", returns=2)
    levels = loop.kept_row("level", n) if n_lost else None
    _advance(loop, model, levels, loop.kept_row("predicted", n))
    return program


def _check(model):
    if not isinstance(model.loop_readout_, COMPILED):
        raise TypeError(
            "'model' must have a linear readout, such as RidgeReadout or a linear regressor of scikit-learn; got "
            f"{model.readout_!r}."
        )


def _advance(function, model, level, prepared):
    """Add what predicts the next row from a transformed row, or from a row that is ``prepared`` already."""
    n, n_lost = model.n_features_in_, model.preparation_.n_lost
    check_times(function, model.reservoir_, [Span("", 0, n), function.inputs.get("known", Span("", 0, 0))])
    made, base = differenced(function, "differences", model.preparation_, level)
    prepared = scaled(function, "scaler", model.preparation_, made) if prepared is None else prepared
    known = []
    if model.n_exogenous_:
        made, _ = differenced(function, "known_differences", model.known_preparation_, function.inputs["known"])
        known = [scaled(function, "known_scaler", model.known_preparation_, made)]
    if n_lost and function.name == "step":
        function.check(f"state->differences1.count > {n_lost}", returns=2)
    predicted = _predict(function, model, prepared, known)
    function.keep("predicted", predicted)
    function.mark("ready")
    if model.preparation_.scaler is not None:
        predicted = function.call("unscale", scaling_rule(scaling_of(model.preparation_).inverse()), [predicted])
    if n_lost:
        predicted = function.call("sum", CRule(2 * n, n, {}, {}, {}, {}, SUM.format(n=n), n), [predicted, base])
        function.keep("level", predicted)
    for scaling in transforms_of(model)[::-1]:
        predicted = function.call("restore", scaling_rule(scaling.inverse()), [predicted])
    function.finish([predicted])


def _predict(function, model, prepared, known):
    """Return the prepared row that is predicted from prepared rows."""
    inputs = [prepared, *known]
    if model.periods_:
        seasons = seasons_rule(model.periods_, model.n_features_in_, function.program.dtype)
        inputs.append(function.call("seasons", seasons, [prepared]))
    row = function.together(inputs)
    states = add_reservoir(function, model.reservoir_, row)
    return function.call("readout", _readout_rule(model.loop_readout_), [*states, row])


def _readout_rule(readout):
    """Return the `CRule` of what closes the loop, an `AffineReadout` or a `SquaringReadout`."""
    if isinstance(readout, AffineReadout):
        return affine_rule(*readout)
    n_units, weights = readout.squares.shape[1], readout.weights.copy()
    weights[:, :n_units] += readout.squares  # one of the two is 0
    return squaring_rule(weights, readout.intercept, n_units)
