"""Views of a series: as it is, or scaled, its differences, reversed in time; each drives a reservoir of its own."""

from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from readouts.types import Array
from reservoir.encoder.column_scales import mean_and_scale
from reservoir.kernels.moments import largest_sizes
from reservoir.series.lazy_series import LazySeries, rows_at_once

ViewName: TypeAlias = Literal[
    "series", "scaled", "standardized", "differences", "scaled_differences", "standardized_differences",
    "reversed_series", "reversed_scaled", "reversed_standardized",
    "reversed_differences", "reversed_scaled_differences", "reversed_standardized_differences",
]  # fmt: skip


class View(NamedTuple):
    """What a view does to a series, in this order: differences, scaling, reversal.

    ``scaling`` is "" for none, "scaled" by mean and deviation of every column over all series of ``fit``, or
    "standardized" by those of the series itself. A column that is constant becomes 0.
    """

    scaling: str
    differences: bool
    reversed: bool


def _name(view):
    words = ["reversed"] * view.reversed + [view.scaling] * bool(view.scaling) + ["differences"] * view.differences
    return "_".join(words + ["series"] * (not view.scaling and not view.differences))


VIEWS = {
    _name(view): view
    for view in (
        View(scaling, differences, backwards)
        for backwards, differences, scaling in product((False, True), (False, True), ("", "scaled", "standardized"))
    )
}


class FittedView(NamedTuple):
    """A view with the mean and the scale of every column, (n_features,), or None where it needs none."""

    name: str
    mean: Array | None
    scale: Array | None

    def of(self, x: Array | LazySeries, dtype: np.dtype[Any]) -> LazySeries:
        """Return the view of one series (n_steps, n_features) in a precision of its own, computed as it is sliced.

        A series of one step has one difference, which is 0.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir.encoder.views import fit_view
        >>> fit_view("reversed_differences", []).of(np.array([[1.0], [2.0], [5.0]]), np.dtype("float32"))[:]
        array([[3.],
               [1.]], dtype=float32)
        """
        view = VIEWS[self.name]
        mean, scale = self.mean, self.scale
        if view.scaling == "standardized":
            mean, scale = mean_and_scale(_blocks(x, view.differences))
        shape = (_n_rows(x, view.differences), x.shape[1])
        return LazySeries(shape, dtype, partial(_viewed_rows, x, self.name, mean, scale, dtype))

    def steps(self, n_steps: int) -> Array:
        """Return the step that every row of the view of a series belongs to; a difference belongs to the later one.

        Examples
        --------
        >>> from reservoir.encoder.views import fit_view
        >>> fit_view("reversed_differences", []).steps(4)
        array([3, 2, 1])
        """
        view, steps = VIEWS[self.name], np.arange(n_steps)
        if view.differences and n_steps > 1:
            steps = steps[1:]
        return steps[::-1] if view.reversed else steps


def fit_view(name: str, series: Sequence[Any]) -> FittedView:
    """Return the view of this name, with the scaling of all ``series`` if it needs that."""
    view = VIEWS[name]
    if view.scaling != "scaled":
        return FittedView(name, None, None)
    return FittedView(name, *mean_and_scale(block for x in series for block in _blocks(x, view.differences)))


def _n_rows(x, differences):
    return max(len(x) - differences, 1)


def _rows(x, differences, start, stop):
    """Return rows of a series or of its differences in double precision, and those of the series behind them."""
    levels = np.asarray(x[start : stop + differences], dtype=np.float64)
    if not differences:
        return levels, levels
    return np.diff(levels, axis=0) if len(levels) > 1 else np.zeros_like(levels), levels


def _blocks(x, differences):
    """Yield all rows, block by block, each with the rounding error of every column, that of the series for both."""
    at_once = rows_at_once(x)
    for start in range(0, _n_rows(x, differences), at_once):
        rows, levels = _rows(x, differences, start, min(start + at_once, _n_rows(x, differences)))
        yield rows, np.finfo(x.dtype).eps * largest_sizes(levels)


def _viewed_rows(x, name, mean, scale, dtype, start, stop):
    """Return rows ``start`` to ``stop`` of the view of a series, whose last row is the first of a reversed view."""
    view = VIEWS[name]
    if view.reversed:
        n_rows = _n_rows(x, view.differences)
        start, stop = n_rows - stop, n_rows - start
    with np.errstate(over="ignore"):
        rows, _ = _rows(x, view.differences, start, stop)
        rows = (rows if mean is None else (rows - mean) / scale).astype(dtype)
    if not np.isfinite(rows).all():
        raise ValueError(
            f"'X' must hold numbers that stay finite in {dtype} in each of 'views'; those of {name!r} do not. Divide "
            f"them, or leave out that view."
        )
    return np.require(rows[::-1] if view.reversed else rows, requirements=["C", "W", "A"])
