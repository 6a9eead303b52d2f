"""What a readout predicts for every step of series, written piece by piece while they are driven."""

import numpy as np


def predict_many(rows, predict, series, n_jobs):
    """Return the predictions for every step of each series, driven from rest.

    Parameters
    ----------
    rows : FeatureRows
        Without feedback.
    predict : callable
        A method of the readout, which makes a row of predictions of a row of features.
    series : list of array or LazySeries
    n_jobs : int or None
    """

    def write(number, predictions, piece):
        return _write(predictions, rows, predict, piece, len(series[number]))

    return rows.reservoir.drive_many(series, write, n_rows=rows.chunk_size, n_jobs=n_jobs)


def predict_on(rows, predict, X, state):
    """Return the predictions for every step of one series, driven from a state, and the state after it."""
    predictions = None
    for piece in rows.drive(X, state):
        predictions, state = _write(predictions, rows, predict, piece, len(X)), piece.state
    return predictions, state


def _write(predictions, rows, predict, piece, n_steps):
    part = np.asarray(predict(rows.features(piece)))
    if predictions is None:
        predictions = np.empty((n_steps, *part.shape[1:]), part.dtype)
    elif part.dtype != predictions.dtype:  # texts may be longer here
        predictions = predictions.astype(np.result_type(predictions, part))
    predictions[piece.start : piece.start + len(part)] = part
    return predictions
