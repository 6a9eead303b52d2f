"""Which rows are left out together: none, blocks, groups, or every row by itself."""

import numpy as np

from readouts.leave_out import LeaveOut
from readouts.ridge_fit import Folds, RidgeFit
from readouts.solve import loses_digits
from readouts.statistics import combine, statistics_of
from readouts.types import Array
from readouts.validation import in_rows
from readouts.wide import WideRows


def fit_rows(X, y, weight, groups, penalty, cv, precise):
    """Return the fit of rows held in memory, by QR if their scatter would lose digits.

    Parameters
    ----------
    X, y : arrays (n_rows, n_features) and (n_rows, n_targets)
    weight : array (n_rows,) of positive numbers or None
    groups : array (n_rows,) or None
    penalty : Penalty
    cv : int or None
    precise : bool
        Whether to take QR in any case.

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.folds import fit_rows
    >>> from readouts.ridge_fit import Penalty
    >>> X, y = np.array([[0.0], [1.0], [2.0]]), np.array([[0.0], [1.0], [5.0]])
    >>> fit = fit_rows(X, y, None, None, Penalty(np.zeros(1), np.array([0.01, 10.0]), False), None, False)
    >>> fit.alpha.tolist()
    [0.01]
    """
    kind, members = _members(len(X), groups, penalty.grid, cv, 0)
    if kind == "rows" and len(X) < 2:
        raise ValueError("'alphas' needs at least 2 rows to leave one out; got 1 sample.")
    folds, total = _folds_and_total(X, y, weight, members, precise)
    if not precise and loses_digits(total, penalty.least):
        folds, total = _folds_and_total(X, y, weight, members, True)
    rows = WideRows(total, weight) if len(X) <= np.count_nonzero(total.lengths) else None
    errors = left_out = None
    if kind == "rows" or len(members) > 1 and _closed_form_is_cheaper(X, members, penalty.grid):
        left_out = LeaveOut(X, y, weight, total, None if rows is None else rows.spectrum(penalty.least))
        if kind == "rows":
            errors = left_out.row_errors(penalty.grid)[None]
        else:
            errors = left_out.group_errors(list(members.values()), penalty.grid)
    fit = RidgeFit(folds, kind, penalty, errors, rows)
    if kind == "rows":
        fit.left_out = left_out.row_predictions(fit.alpha)
    return fit


def left_out_predictions(X: Array, y: Array, alphas: Array) -> list[Array]:
    """Return the predictions (n_rows, n_targets) of each row by a fit without it, for every penalty, positive.

    Parameters
    ----------
    X, y : arrays (n_rows, n_features) and (n_rows, n_targets)
    alphas : array (n_alphas,)

    Examples
    --------
    >>> import numpy as np
    >>> from readouts.folds import left_out_predictions
    >>> X, y = np.array([[0.0], [1.0], [2.0]]), np.array([[0.0], [1.0], [5.0]])
    >>> left_out_predictions(X, y, np.array([1e-12]))[0].round(6).tolist()
    [[-3.0], [2.5], [2.0]]
    """
    X, total = in_rows(X), statistics_of(X, y, None, False)
    if loses_digits(total, alphas.min()):
        total = statistics_of(X, y, None, True)
    wide = len(X) <= np.count_nonzero(total.lengths)
    left_out = LeaveOut(X, y, None, total, WideRows(total, None).spectrum(alphas.min()) if wide else None)
    return [left_out.row_predictions(np.full(y.shape[1], alpha)) for alpha in alphas]


def fit_chunk(old, X, y, weight, groups, penalty, cv, precise):
    """Return the fit of a chunk of new rows together with those of an earlier fit, which may be None."""
    earlier = {} if old is None else old.folds
    seen = sum(fold.n_rows for fold in earlier.values())
    kind, members = _members(len(X), groups, penalty.grid, cv, seen)
    check_continues(kind if old is None else old.kind, kind)
    return RidgeFit(_in_order(earlier | _fold_statistics(X, y, weight, members, precise, earlier)), kind, penalty)


def check_continues(old: str, new: str) -> None:
    """Raise unless folds of these two kinds can be joined."""
    if "rows" in (old, new):
        raise ValueError(
            "'cv' must be an integer, or 'groups' be given, to choose among 'alphas' in chunks or merges; got None. "
            "Leaving out one row at a time needs all rows in one fit."
        )
    if old != new:
        raise ValueError(
            f"'alphas', 'cv' and the use of 'groups' must be as before; got folds of kind '{new}' after '{old}'. "
            "Call fit to start anew."
        )


def join(one: Folds, other: Folds) -> Folds:
    """Return the folds of both dicts, those of the same label combined, in order of their labels."""
    both = dict(one)
    for label, fold in other.items():
        both[label] = combine([both[label], fold]) if label in both else fold
    return _in_order(both)


def _in_order(folds):
    return {label: folds[label] for label in sorted(folds, key=lambda label: (str(type(label)), label))}


def _members(n_rows, groups, grid, cv, seen):
    """Return the kind of folds, and for each label its rows: a slice or an array."""
    if grid is None:
        return "one", {0: slice(None)}
    if groups is not None:
        labels, inverse = np.unique(groups, return_inverse=True)
        order, ends = np.argsort(inverse, kind="stable"), np.cumsum(np.bincount(inverse, minlength=len(labels)))
        return "groups", dict(zip(labels.tolist(), np.split(order, ends[:-1]), strict=True)) if len(labels) else {}
    if cv is None:
        return "rows", {0: slice(None)}
    if n_rows >= cv:
        return f"{cv} blocks", dict(enumerate(np.array_split(np.arange(n_rows), cv)))
    # The rows of a small chunk go to the folds in turn, or the last folds would stay empty.
    return f"{cv} blocks", {(seen + i) % cv: np.array([i]) for i in range(n_rows)}


def _folds_and_total(X, y, weight, members, precise):
    """Return the statistics of each fold and of all rows, which are kept in order where features outnumber them."""
    folds = _fold_statistics(X, y, weight, members, precise)
    if len(folds) == 1:
        return folds, *folds.values()
    wide = len(X) <= X.shape[1]
    return folds, statistics_of(X, y, weight, precise) if wide else combine(folds.values())


def _fold_statistics(X, y, weight, members, precise, earlier=None):
    earlier = earlier or {}
    if not members:
        members = {0: slice(0)}
    return {
        label: statistics_of(X[rows], y[rows], None if weight is None else weight[rows], precise, earlier.get(label))
        for label, rows in members.items()
    }


def _closed_form_is_cheaper(X, members, grid):
    """Compare numbers of multiplications: one decomposition per fold, or one in all and a system per fold and alpha.

    Where features outnumber the rows, that in all is of products of rows.
    """
    rank = min(X.shape)
    decomposition = 10.0 * max(X.shape[1], rank) * rank**2
    whole = 10.0 * rank**3 if len(X) <= X.shape[1] else decomposition
    sizes = np.array([len(rows) for rows in members.values()], dtype=float)
    systems = len(grid) * (sizes**2 * rank + sizes**3 / 3).sum() + len(X) * X.shape[1] * rank
    return whole + systems < len(members) * decomposition
