"""A direct forecaster in C: all rows of its horizon at once, from the true row before them."""

import numpy as np

from reservoir.interop.c99.affine_map import affine_rule, squaring_rule
from reservoir.interop.c99.calls import Function, Program, Span
from reservoir.interop.c99.layers import add_reservoir, check_times
from reservoir.interop.c99.memory import differences_ahead_rule, seasons_rule
from reservoir.interop.c99.preparing import check_times_are_known, differenced, scaled, transformed, transforms_of
from reservoir.interop.c99.readouts import affine_readout
from reservoir.interop.c99.rule import CRule
from reservoir.interop.c99.scaling import scaling_rule

STEP = """\
Take a row of the series{beside}, and write what is predicted of the next {horizon} rows, side by side, which must not \
overlap it. Returns 0; or 1, having changed nothing, where the row is refused: a number is NaN or infinite, or an \
elapsed time negative or too long for an explicit solver.{early}"""
EARLY = " Returns 2, and writes nothing, in the first {n_lost} rows, which differences take."
BESIDE = ", and what is known beside those {horizon} rows, side by side"


def direct_program(model, dtype):
    """Return the `Program` of a fitted `Forecaster` with a horizon."""
    check_times_are_known(model)
    n, n_known, horizon = model.n_features_in_, model.n_exogenous_, model.horizon_
    preparation, program = model.preparation_, Program(dtype)
    beside = BESIDE.format(horizon=horizon) if n_known else ""
    early = EARLY.format(n_lost=preparation.n_lost) if preparation.n_lost else ""
    inputs = {"input": n} | ({"known": horizon * n_known} if n_known else {})
    step = Function(program, "step", STEP.format(beside=beside, horizon=horizon, early=early), inputs)
    check_times(step, model.reservoir_, [Span("", 0, n), step.inputs.get("known", Span("", 0, 0))])
    level = transformed(step, model, step.inputs["input"])
    made, base = differenced(step, "differences", preparation, level, horizon)
    prepared, known = scaled(step, "scaler", preparation, made), _known(step, model)
    if preparation.n_lost:
        step.check(f"state->differences1.count > {preparation.n_lost}", returns=2)
    total = _predict(step, model, prepared, known)
    rows = step.call("levels", _levels_rule(model), [total, prepared, *([base] if base else [])])
    for scaling in transforms_of(model)[::-1]:
        rows = step.call("restore", scaling_rule(scaling.inverse().of_rows(horizon)), [rows])
    step.finish([rows])
    return program


def _known(function, model):
    """Return the prepared rows that are known in advance, side by side; an empty one where there are none."""
    if not model.n_exogenous_:
        return Span("v", 0, 0)
    rows, preparation, horizon = function.inputs["known"], model.known_preparation_, model.horizon_
    if preparation.n_lost:
        settings = preparation.differences, preparation.plain, horizon, function.program.dtype
        rows = function.call("known_differences", differences_ahead_rule(*settings), [rows])
    return scaled(function, "known_scaler", preparation, rows, horizon)


def _predict(function, model, prepared, known):
    """Return what the readout predicts: sums of differences of the rows ahead, or how these go on from the present."""
    first = known._replace(size=model.n_exogenous_)
    others = known._replace(start=known.start + first.size, size=known.size - first.size)
    row = function.together([prepared, first])
    features = add_reservoir(function, model.reservoir_, row)
    features = [*features, row] if model.passthrough_ else features
    ahead = np.arange(1, model.horizon_ + 1)
    lags = [period * -(-ahead // period) - ahead + 1 for period in model.periods_]
    if lags:
        seasons = seasons_rule(np.concatenate(lags), model.n_features_in_, function.program.dtype)
        features.append(function.call("seasons", seasons, [prepared]))
    features.append(others)
    affine = affine_readout(model.readout_, sum(span.size for span in features))
    if model.squares_:
        return function.call("readout", squaring_rule(*affine, model.reservoir_.n_features_out_), features)
    return function.call("readout", affine_rule(*affine), features)


def _levels_rule(model):
    """Return the `CRule` that makes transformed rows of what the readout predicts.

    It takes that, the present prepared row, and what rows ahead would be if their differences were 0. The readout
    predicts what differences add up to; what these are besides, a constant, adds up likewise.
    """
    n, horizon, preparation = model.n_features_in_, model.horizon_, model.preparation_
    scaler, size = preparation.scaler, n * horizon
    constants = {"rise": preparation.differences.accumulate(np.ones((horizon, 1)))[:, 0]}
    present, total = f"u[{size} + i]", f"u[h * {n} + i]"
    constant = present if model.target_ == "increment" else "R(0.0)"
    if scaler is not None:
        constants |= {"scale": scaler.scale_, "mean": scaler.mean_}
        total = f"scale[i] * {total}"
        constant = "mean[i]" if constant == "R(0.0)" else f"(scale[i] * {constant} + mean[i])"
    base = f" + u[{size + n} + h * {n} + i]" if preparation.n_lost else ""
    body = f"""\
for (int h = 0; h < {horizon}; h++) {{
    for (int i = 0; i < {n}; i++) {{
        y[h * {n} + i] = {total} + rise[h] * {constant}{base};
    }}
}}"""
    n_inputs = size + n + (size if preparation.n_lost else 0)
    return CRule(n_inputs, size, {}, constants, {}, {}, body, 6 * size)
