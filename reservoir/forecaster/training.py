"""Fitting the readout of a forecaster: to all rows at once, or piece by piece where they are too many to be held."""

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain

import numpy as np

from readouts import RidgeReadout
from reservoir.driving.pieces import ROWS_AT_ONCE

# Up to this many numbers (128 MB), the readout is given all features and targets at once: a least-squares solver of the
# rows themselves keeps digits that their sums of products have lost.
MOST_HELD = 2**24


def fit_readout(readout, reservoir, task, series, inputs, known, washout, n_jobs, progress):
    """Fit ``readout`` to predict the rows of every series from the states that the inputs lead to.

    Parameters
    ----------
    readout : scikit-learn regressor
        Is changed.
    reservoir : fitted reservoir
    task : NextRows
    series : list of array or LazySeries
        What is predicted.
    inputs : list of LazySeries
        What drives the reservoir, perhaps with noise; row t leads to the prediction of row t + 1 of its series.
    known : list of LazySeries or of None
        What is known of the rows ahead beyond the next one, features of the readout.
    washout : int
        Number of rows at the start of every series to which the readout is not fitted.
    n_jobs : int or None
        Number of threads.
    progress : Progress
        Is told how many of the rows that are too many to be held have been fitted.

    Returns
    -------
    int : the number of rows that the readout was fitted to
    """
    rows_of = partial(training_rows, task, series, known, washout)

    def fit_on(number, before, piece):
        for features, targets in rows_of(number, piece):
            with naming_the_readout("'X' and 'exogenous'"):
                readout.partial_fit(features, targets)
            add(len(features))

    if streams_rows(readout, reservoir, task, inputs, known):
        readout.set_params(solver="qr")  # a fit on all rows also turns to QR where their products lose digits
        leading = _with_target(inputs, task)
        add = progress.counting("rows", sum(len(rows) - washout for rows in leading))
        reservoir.drive_many(leading, fit_on, n_rows=ROWS_AT_ONCE, n_jobs=1)  # the readout is fitted in one thread
        return sum(len(rows) - washout for rows in leading)
    features, targets = collect_rows(reservoir, task, series, inputs, known, washout, n_jobs)
    with naming_the_readout("'X' and 'exogenous'"):
        readout.fit(features, targets)
    return len(features)


def streams_rows(readout, reservoir, task, inputs, known):
    """Whether a readout is given the rows of series of inputs piece by piece, as they are too many to be held."""
    width = reservoir.n_features_out_ + task.n_features * task.n_ahead + (0 if known[0] is None else known[0].shape[1])
    return can_stream(readout) and sum(map(len, inputs)) * width > MOST_HELD


def can_stream(readout):
    """Whether a readout needs no row twice, so that statistics of its rows will do."""
    return isinstance(readout, RidgeReadout) and (readout.alphas is None or readout.cv is not None)


def collect_rows(reservoir, task, series, inputs, known, washout, n_jobs):
    """Return the features and targets that a readout is fitted to, of all series one after the other.

    The parameters are those of `fit_readout`.
    """

    def collect(number, parts, piece):
        return (parts or []) + training_rows(task, series, known, washout, number, piece)

    parts = reservoir.drive_many(_with_target(inputs, task), collect, n_rows=ROWS_AT_ONCE, n_jobs=n_jobs)
    features, targets = zip(*chain.from_iterable(parts), strict=True)
    return np.concatenate(features), np.concatenate(targets)


def _with_target(inputs, task):
    """Return the inputs without the last rows, which have no target."""
    n_lost = task.n_ahead - 1  # the last row of a series is not among the inputs
    return [replace(rows, shape=(len(rows) - n_lost, rows.shape[1])) for rows in inputs]


def training_rows(task, series, known, washout, number, piece):
    """Return the features and targets of a piece of series ``number`` that come after the washout: a pair, or none."""
    start, stop = max(washout - piece.start, 0), piece.start + len(piece.states)
    if start >= len(piece.states):
        return []
    targets = task.targets(series[number][piece.start : stop + task.n_ahead], piece.inputs)
    ahead = None if known[number] is None else known[number][piece.start : stop]
    return [(task.features(piece.states, piece.inputs, ahead)[start:], targets[start:])]


@contextmanager
def naming_the_readout(names):
    """Add to an error of the readout, whose X and y are features and targets, what these were made of."""
    try:
        yield
    except ValueError as error:
        mend = ""
        if "1d array" in str(error):  # scikit-learn's words for several targets where one is expected
            mend = " One that takes a single target becomes one of several by sklearn.multioutput.MultiOutputRegressor."
        said = str(error).rstrip(". ")
        raise ValueError(f"{said}. This is the readout, of features and targets made of {names}.{mend}") from error
