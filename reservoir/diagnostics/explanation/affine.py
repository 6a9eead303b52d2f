"""The weights of an affine function of features, found by evaluating it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from readouts.types import Array

HELD = 2**20  # numbers in the rows that a function is evaluated at in one call


class AffineForm(NamedTuple):
    """An affine function, ``f(r) = base + (r - centre) @ weights``.

    Parameters
    ----------
    base : array (n_outputs,)
    weights : array (n_features, n_outputs)
    outputs : array (n_rows, n_outputs)
        The values of the function at the rows that it was found with.
    size : array (n_outputs,)
        The largest sum, among those rows, of the absolute values that are added up.
    """

    base: Array
    weights: Array
    outputs: Array
    size: Array


def affine_form(function: Callable[[Array], Array], rows: Array, centre: Array) -> AffineForm:
    """Return the weights of a function of rows of features, and its value at their centre.

    The weights are found by changing one feature at a time, by as much as it ever differs from its centre, so scalers,
    projections and any readout behind each other count as one. Whether the function really is affine is tested.

    Parameters
    ----------
    function : callable
        From rows (n_rows, n_features) to outputs (n_rows, n_outputs).
    rows : float64 array (n_rows, n_features)
    centre : float64 array (n_features,)

    Returns
    -------
    AffineForm

    Raises
    ------
    ValueError
        If the function is not affine.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.diagnostics.explanation.affine import affine_form
    >>> form = affine_form(lambda rows: rows @ np.array([[2.0], [-1.0]]) + 3, np.eye(2), np.zeros(2))
    >>> form.base, form.weights[:, 0], form.outputs[:, 0]
    (array([3.]), array([ 2., -1.]), array([5., 2.]))
    """
    offsets = rows - centre
    reach = np.abs(offsets).max(axis=0)
    reach[reach == 0] = 1.0
    outputs = function(rows)
    base, corner = function(np.vstack([centre, centre + reach]))
    gains = _changed_one_by_one(function, centre, reach) - base
    weights = gains / reach[:, None]
    # Rounding errors are relative to the terms that f adds up, which may cancel. The corner may be far from every row.
    allowed = 1e-9 * ((np.abs(weights) * (np.abs(centre) + reach)[:, None]).sum(axis=0) + np.abs(base))
    off = np.abs(base + offsets @ weights - outputs).max(axis=0)
    off = np.maximum(off, np.abs(base + gains.sum(axis=0) - corner))
    if not np.all(off <= allowed):
        raise ValueError(
            "What stands between the states and the prediction must be affine, such as a scaler and a linear readout; "
            f"it misses the sum of what its features add by {off.max():.3g}. For other readouts, "
            "by='input' explains the prediction by the channels of X."
        )
    return AffineForm(base, weights, outputs, (np.abs(offsets) @ np.abs(weights)).max(axis=0) + np.abs(base))


def _changed_one_by_one(function, centre, reach):
    """Return the outputs (n_features, n_outputs) where one feature at a time is away from its centre."""
    n_features = len(centre)
    n_rows = max(HELD // n_features, 1)
    outputs = []
    for start in range(0, n_features, n_rows):
        changed = np.arange(start, min(start + n_rows, n_features))
        tried = np.tile(centre, (len(changed), 1))
        tried[np.arange(len(changed)), changed] += reach[changed]
        outputs.append(function(tried))
    return np.vstack(outputs)
