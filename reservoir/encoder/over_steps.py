"""What every step of a series adds to weighted sums of its features."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.encoder.one_view import OneView


def split_over_steps(
    part: OneView,
    series: Sequence[Any],
    summaries: Sequence[tuple[str, Any]],
    weights: Array,
    centre: Array,
    n_jobs: int | None = 1,
) -> list[Array]:
    """Split sums of the features z of one view, ``(z - centre) @ weights``, into what the steps of the series add.

    Every feature is a weighted mean over steps of values of its unit, as ``averages`` of its summary says. The states
    of one series, or of several short ones, are held at once.

    Parameters
    ----------
    part : OneView
    series : sequence of series
    summaries : sequence of names and settings, none of them ``"model"``
    weights : array (n_features, n_outputs)
    centre : array (n_features,)
    n_jobs : int or None, default=1

    Returns
    -------
    list of arrays (n_steps, n_outputs)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.encoder.one_view import OneView
    >>> from reservoir.encoder.over_steps import split_over_steps
    >>> copy = EchoStateReservoir(
    ...     recurrent_weights=[[0.0]], input_weights=[[1.0]], bias=0.0, leak_rate=1.0, activation="identity"
    ... ).fit([[0.0]])
    >>> series = [np.array([[3.0], [5.0]])]
    >>> split_over_steps(OneView(None, copy), series, [("mean", None)], np.array([[2.0]]), np.array([0.0]))[0].tolist()
    [[3.0], [5.0]]
    """

    def split_one(number, _, piece):
        states = piece.states.astype(np.float64)
        n_units = states.shape[1]
        added = np.zeros((len(series[number]), weights.shape[1]))
        steps = np.arange(len(added)) if part.view is None else part.view.steps(len(added))
        averages = chain.from_iterable(one.averages(states) for one in part.start(summaries, len(states)))
        for place, (values, shares) in enumerate(averages):
            own, here = slice(place * n_units, (place + 1) * n_units), shares.any(axis=1)
            added[steps[here]] += (shares[here] * (values[here] - centre[own])) @ weights[own]
        return added

    return part.reservoir.drive_many(part.seen(series), split_one, n_jobs=n_jobs)
