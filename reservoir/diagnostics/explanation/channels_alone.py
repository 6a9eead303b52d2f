"""What every channel of X adds to every prediction of any model, found by keeping others at their baseline."""

from typing import Any

import numpy as np

from readouts.types import Array, SeriesLike
from reservoir.checks.arguments import check_array
from reservoir.checks.naming import called
from reservoir.diagnostics.explanation.anatomy import Anatomy, answers
from reservoir.diagnostics.explanation.shapley import MOST_PLAYERS, shapley_values
from reservoir.diagnostics.input_kind import takes_spikes
from reservoir.diagnostics.recorded import refuse_recorded
from reservoir.series.sequences import with_columns


def contributions_of_channels(
    model: Any, anatomy: Anatomy, X: SeriesLike, background: SeriesLike | None, n_jobs: int | None, verbose: bool
) -> tuple[Array, Array, Array]:
    """Return the prediction with all channels at their baseline, what each channel adds to it, and the prediction.

    Parameters
    ----------
    model : fitted model
    anatomy : Anatomy
        Its parts.
    X, background, n_jobs, verbose : as in `reservoir.diagnostics.readout_attribution`

    Returns
    -------
    nothing : array (n_steps, n_targets)
    inputs : array (n_steps, n_channels, n_targets)
        Shapley values, those of columns of elapsed times 0.
    everything : array (n_steps, n_targets)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import NVAR, ReservoirRegressor
    >>> from reservoir.diagnostics.explanation.anatomy import take_apart
    >>> from reservoir.diagnostics.explanation.channels_alone import contributions_of_channels
    >>> X = np.random.RandomState(0).standard_normal((50, 2))
    >>> model = ReservoirRegressor(NVAR(1)).fit(X, X @ [1.0, 3.0])
    >>> _, inputs, _ = contributions_of_channels(model, take_apart(model), X, 0 * X, None, False)
    >>> bool(np.allclose(inputs[:, :, 0], X * [1.0, 3.0], atol=1e-4))
    True
    """
    refuse_recorded(
        anatomy.reservoir,
        "readout_attribution by='input'",
        "keeps channels at their baseline",
        "Use by='unit'.",
        parts=True,
    )
    series, rebuild = _open(X, anatomy)
    answers(model, X)  # so that the model itself refuses an X that it cannot read
    n_channels, players = series[0].shape[1], _players(anatomy, series[0].shape[1])
    if takes_spikes(anatomy.reservoir) and anatomy.front is None:
        baseline = np.zeros(n_channels)
    else:
        with called("background"):
            known = series if background is None else _open(background, anatomy, n_channels)[0]
        baseline = np.concatenate(known).mean(axis=0, dtype=np.float64)

    def predict(taking_part):
        kept = np.ones(n_channels, dtype=bool)
        kept[players] = taking_part
        return answers(model, X if kept.all() else rebuild([np.where(kept, one, baseline) for one in series]))

    nothing, everything, values = shapley_values(predict, len(players), n_jobs=n_jobs, verbose=verbose)
    inputs = np.zeros((len(nothing), n_channels, nothing.shape[1]))
    inputs[:, players] = values.transpose(1, 0, 2)
    return nothing, inputs, everything


def _players(anatomy, n_channels):
    """Return the columns of X that are not elapsed times, not too many."""
    elapsed, n_inputs = anatomy.reservoir.elapsed_column_, anatomy.maker.n_features_in_
    if n_inputs != n_channels:  # steps before the reservoir make other columns
        elapsed = None
    elif elapsed is not None:  # with feedback, the outputs come before the columns of X
        elapsed -= anatomy.reservoir.n_features_in_ - n_inputs
    players = [column for column in range(n_channels) if column != elapsed]
    if len(players) > MOST_PLAYERS:
        raise ValueError(
            f"'X' must have at most {MOST_PLAYERS} channels for by='input', which takes 2^n_channels runs; got "
            f"{len(players)}. Use by='unit', or input_sensitivity(reservoir, X)."
        )
    return players


def _open(X, anatomy, n_channels=None):
    """Return the series of X as arrays, and a function that puts arrays like them into the container of X."""
    with called("X"):
        X = with_columns(X, "cases" if anatomy.is_encoder else "steps")
    if _holds_cases(X, anatomy):
        return list(np.asarray(X)[:, :, None]), lambda arrays: _like(X, np.hstack(arrays).T)
    several = isinstance(X, (list, tuple)) and len(X) > 0 and np.ndim(X[0]) == 2 or np.ndim(X) == 3
    if several != anatomy.is_encoder:
        expected = "sequences, a list of 2-D arrays or a 3-D array" if anatomy.is_encoder else "one 2-D series"
        raise ValueError(f"'X' must be {expected}, for this model and by='input'; got {type(X).__name__}.")
    series = [np.asarray(one) for one in X] if several else [np.asarray(X)]
    if len({one.shape[1:] for one in series}) > 1 or series[0].ndim != 2:
        raise ValueError("'X' must hold 2-D series (n_steps, n_features) of the same number of features.")
    if n_channels is not None:
        series = [check_array("X", one, ("n_steps", n_channels)) for one in series]

    def rebuild(arrays):
        if not several:
            return _like(X, arrays[0])
        return np.stack(arrays) if hasattr(X, "ndim") else [_like(*pair) for pair in zip(X, arrays, strict=True)]

    return series, rebuild


def _holds_cases(X, anatomy):
    """Whether X is a table with a sequence of a single feature in each row."""
    is_table = not isinstance(X, (list, tuple)) and np.ndim(X) == 2
    return is_table and anatomy.is_encoder and anatomy.front is None and anatomy.reservoir.n_features_in_ == 1


def _like(original, array):
    """Return an array as a data frame if the original is one, so that its columns keep their names."""
    if hasattr(original, "columns"):
        return type(original)(array, columns=original.columns, index=original.index)
    return array
