"""The closed loop beside an expert: expert, reservoir and readout are given one row after the other."""

from collections.abc import Callable
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.driving.runaway import largest_square_root
from reservoir.forecaster.expert_rows import ExpertRows
from reservoir.series.lazy_series import is_finite


def close_beside_expert(
    expert: ExpertRows, reservoir: BaseReservoir, readout: Callable, inputs: Array, n_outputs: int, state: Any
) -> Array:
    """Drive a reservoir and an expert on by the outputs of a readout and return these.

    Parameters
    ----------
    expert : ExpertRows
    reservoir : fitted reservoir
        That inside, which is given the input and what the expert makes of it.
    readout, inputs, n_outputs, state : as `BaseReservoir.close_loop` takes them
        The readout is given the state, the rows of the expert, and the input.

    Returns
    -------
    outputs : array (n_steps, n_outputs)
        Not finite from the step on in which a number overflows.
    """
    outputs = np.full((len(inputs), n_outputs), np.nan)
    limit = largest_square_root(inputs.dtype)
    at = getattr(readout, "at", None)  # of readouts that change from step to step
    after = rows_after_each(expert, inputs)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(len(inputs)):
            # Arrays are new in every step, as a state may hold on to them, and so may an expert or a readout.
            row, rows = inputs[t : t + 1], after(t)
            try:
                states, state = reservoir.drive(np.concatenate((row, rows), axis=1), state)
            except StateOverflowError:
                break
            features, output = np.concatenate((states, rows, row), axis=1, dtype=np.float64), outputs[t]
            output[:] = (at(t) if at else readout)(features)[0]
            inputs[t + 1 : t + 2, :n_outputs] = output
            # Whatever has a sum of squares below the limit is below its root; only the rest is looked at one by one.
            if not (np.vdot(output, output) <= limit or (np.abs(output) <= limit).all()):
                break  # it has run away; experts may refuse what becomes of it
    return outputs


def rows_after_each(expert: ExpertRows, inputs: Array) -> Callable[[int], Array]:
    """Return a function that does with row t of the inputs, as it is by then, what `ExpertRows.after` does.

    That takes about as long for one row as for many. Here, where each row is the only one, a quick look tells what is
    usual; all else is left to `ExpertRows`, which says what is wrong with it. NumPy warns of what overflows, unless it
    is told not to around all calls, and not in each.

    Parameters
    ----------
    expert : ExpertRows
    inputs : array (n_steps, n_features + n_exogenous)
        The exogenous columns do not change any more.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.differences import Differences
    >>> from reservoir.forecaster.expert_loop import rows_after_each
    >>> from reservoir.forecaster.expert_rows import ExpertRows
    >>> from reservoir.forecaster.preparation import fit_preparation
    >>> inputs = np.array([[1.0], [2.0], [3.0]])
    >>> parts = [fit_preparation([x], None, Differences(), np.zeros(x.shape[1], bool)) for x in (inputs, inputs[:, 1:])]
    >>> after = rows_after_each(ExpertRows(lambda rows: 10 * rows, *parts), inputs)
    >>> after(1).tolist()
    [[20.0]]
    """

    def where(t):
        return lambda _: f"the row before step {t} of the forecast,"

    preparation, step, n_features, dtype = expert.preparation, expert.step, expert.n_features, inputs.dtype
    if preparation.transformer is not None or preparation.n_lost:
        return lambda t: expert.after(inputs[t : t + 1], where(t))
    scaler, known = preparation.scaler, expert.exogenous_of(inputs)

    def after(t):
        rows = inputs[t : t + 1, :n_features]
        rows = rows.astype(np.float64) if scaler is None else rows * scaler.scale_ + scaler.mean_
        if not is_finite(rows):
            expert.refuse_rows(rows, where(t))
        made = step(rows.copy()) if known is None else step(rows.copy(), known[t : t + 1].copy())
        if type(made) is np.ndarray and made.dtype == np.float64 and made.shape == rows.shape:
            prepared = made if scaler is None else (made - scaler.mean_) / scaler.scale_
            prepared = prepared.astype(dtype, copy=False)
            if is_finite(prepared):  # then what it was made of is, too
                return prepared
        return expert.prepared(made, rows, dtype, where(t))

    return after
