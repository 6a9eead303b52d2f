"""What readouts of patches are fitted to: rows or their statistics; and larger penalties for the same statistics."""

from copy import copy
from dataclasses import replace

import numpy as np

from readouts import RidgeReadout
from readouts.ridge_fit import RidgeFit
from readouts.types import Array
from reservoir.components import DEFAULT_ALPHAS
from reservoir.forecaster.next_rows import NextRows
from reservoir.forecaster.training import MOST_HELD, can_stream


def default_readout() -> RidgeReadout:
    """Return the readout, not fitted, of a local forecaster that is given none.

    Examples
    --------
    >>> from reservoir.local_forecaster.readout_rows import default_readout
    >>> default_readout().cv
    5
    """
    return RidgeReadout(alphas=DEFAULT_ALPHAS, cv=5)


def holds_rows(readout: object, rows: NextRows, n_seen: int, n_rows: int, *, in_memory: bool = True) -> bool:
    """Whether a readout is given all of its rows at once: because it has to be, or because they are few.

    Parameters
    ----------
    readout : readout, not fitted
    rows : NextRows
    n_seen : int
        Number of values that a patch sees.
    n_rows : int
        Number of rows of all patches that share the readout.
    in_memory : bool, default=True
        Whether the rows are where the readout is fitted to them, or of fields that are held nowhere as a whole, which
        stay where they were read.
    """
    if not can_stream(readout):
        return True
    return in_memory and n_rows * (rows.n_units + n_seen + rows.n_features) <= MOST_HELD


def in_order_of_time(of_groups: list[list[tuple[Array, Array]]], n_fields: int) -> tuple[Array, Array]:
    """Return the features and targets of all patches, those of a step together, so that blocks of rows are of time.

    Parameters
    ----------
    of_groups : list of list of pair of array
        For each group of patches, the rows of each patch of the first field, then of the next.
    n_fields : int

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.readout_rows import in_order_of_time
    >>> patches = [(np.array([[1.0], [3.0]]), np.zeros(2)), (np.array([[2.0], [4.0]]), np.zeros(2))]
    >>> in_order_of_time([patches], 1)[0].ravel().tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    features: list[Array] = []
    targets: list[Array] = []
    for field in range(n_fields):
        pairs = [
            pair
            for group in of_groups
            for pair in group[field * len(group) // n_fields : (field + 1) * len(group) // n_fields]
        ]
        for kept, parts in zip((features, targets), zip(*pairs, strict=True), strict=True):
            kept.append(np.stack(parts, axis=1).reshape(len(parts) * len(parts[0]), *parts[0].shape[1:]))
    return np.concatenate(features), np.concatenate(targets)


def with_larger_penalties(readout: RidgeReadout) -> RidgeReadout | None:
    """Return a readout of the same statistics that chooses among the penalties above the one chosen; None without any.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts import RidgeReadout
    >>> from reservoir.local_forecaster.readout_rows import with_larger_penalties
    >>> X = np.arange(10.0)[:, None]
    >>> larger = with_larger_penalties(RidgeReadout(alphas=(0.1, 1.0, 10.0), cv=2).fit(X, X))
    >>> larger, larger.alpha_
    (RidgeReadout(alphas=(1.0, 10.0), cv=2), 1.0)
    """
    results, fit = readout.cv_results_, readout.ridge_fit_
    larger = results["alphas"] > readout.alpha_
    if not larger.any():
        return None
    grid = results["alphas"][larger]
    errors = results["fold_mean_squared_error"][:, larger] * results["fold_weight"][:, None, None]
    changed = copy(readout).set_params(alphas=tuple(grid.tolist()))
    changed.ridge_fit_ = RidgeFit(fit.folds, fit.kind, replace(fit.penalty, grid=grid), errors)
    return changed
