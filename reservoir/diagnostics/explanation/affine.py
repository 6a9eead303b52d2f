"""What every feature adds to the output of an affine function, found by evaluating it."""

import numpy as np


def affine_contributions(function, rows, centre):
    """Split an affine function of rows of features, ``f(r) = A r + b``, into what each feature adds.

    ::

        base = f(c),    contribution of feature i to row t = A_i (r_i(t) - c_i)

    The columns of A are found by changing one feature at a time, by as much as it ever differs from its centre, so
    scalers, projections and any readout behind each other count as one. Whether f really is affine is tested.

    Parameters
    ----------
    function : callable
        From rows (n_rows, n_features) to outputs (n_rows, n_outputs).
    rows : float64 array (n_steps, n_features)
    centre : float64 array (n_features,)
        c.

    Returns
    -------
    base : array (n_outputs,)
    contributions : array (n_steps, n_features, n_outputs)
    outputs : array (n_steps, n_outputs)
        The values of the function at the rows.

    Raises
    ------
    ValueError
        If the function is not affine.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.diagnostics.explanation.affine import affine_contributions
    >>> weights = np.array([[2.0], [-1.0]])
    >>> base, parts, outputs = affine_contributions(lambda rows: rows @ weights + 3, np.eye(2), np.zeros(2))
    >>> base, parts[:, :, 0], outputs[:, 0]
    (array([3.]), array([[ 2., -0.],
           [ 0., -1.]]), array([5., 2.]))
    """
    offsets = rows - centre
    reach = np.abs(offsets).max(axis=0)
    reach[reach == 0] = 1.0
    outputs = function(rows)
    tried = function(np.vstack([centre, centre + reach, centre + np.diag(reach)]))
    base, corner, gains = tried[0], tried[1], tried[2:] - tried[0]
    contributions = (offsets / reach)[:, :, None] * gains
    # Rounding errors are relative to the terms that f adds up, which may cancel. The corner may be far from every row.
    size = np.abs(gains / reach[:, None]) * (np.abs(centre) + reach)[:, None]
    allowed = 1e-9 * (size.sum(axis=0) + np.abs(base))
    off = np.abs(base + contributions.sum(axis=1) - outputs).max(axis=0)
    off = np.maximum(off, np.abs(base + gains.sum(axis=0) - corner))
    if not np.all(off <= allowed):
        raise ValueError(
            "What stands between the states and the prediction must be affine, such as a scaler and a linear readout; "
            f"it misses the sum of what its features add by {off.max():.3g}. For other readouts, "
            "by='input' explains the prediction by the channels of X."
        )
    return base, contributions, outputs
