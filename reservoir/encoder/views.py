"""Views of a series: as it is, or scaled, its differences, reversed in time; each drives a reservoir of its own."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from readouts.types import Array

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

    view: View
    mean: Array | None
    scale: Array | None

    def of(self, x: Array) -> Array:
        """Return the view of one series, an array (n_steps, n_features) or slices of one, as a new array.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir.encoder.views import fit_view
        >>> fit_view("reversed_differences", []).of(np.array([[1.0], [2.0], [5.0]])).tolist()
        [[3.0], [1.0]]
        """
        x = _levels_or_differences(x[: len(x)], self.view.differences)
        if self.view.scaling == "standardized":
            x = _scaled(x, *_mean_and_scale([x]))
        elif self.mean is not None:
            x = _scaled(x, self.mean, self.scale)
        return np.ascontiguousarray(x[::-1] if self.view.reversed else x)

    def steps(self, n_steps: int) -> Array:
        """Return the step that every row of the view of a series belongs to; a difference belongs to the later one.

        Examples
        --------
        >>> from reservoir.encoder.views import fit_view
        >>> fit_view("reversed_differences", []).steps(4)
        array([3, 2, 1])
        """
        steps = np.arange(n_steps)
        if self.view.differences and n_steps > 1:
            steps = steps[1:]
        return steps[::-1] if self.view.reversed else steps


class Viewed(Sequence):
    """Series as one view shows them, each computed when it is asked for."""

    def __init__(self, series: Sequence[Any], view: FittedView) -> None:
        self._series, self._view = series, view

    def __len__(self) -> int:
        return len(self._series)

    @property
    def lengths(self) -> list[int]:
        """The number of steps of every view."""
        fewer = self._view.view.differences
        return [max(len(x) - fewer, 1) for x in self._series]

    def __getitem__(self, number: Any) -> Any:
        return self._view.of(self._series[number])

    def __iter__(self) -> Iterator[Array]:
        return map(self._view.of, self._series)


def lengths_of(series: Sequence[Any]) -> list[int]:
    """Return the number of steps of every series, without computing views."""
    return series.lengths if isinstance(series, Viewed) else [len(x) for x in series]


def fit_view(name: str, series: Sequence[Any]) -> FittedView:
    """Return the view of this name, with the scaling of all ``series`` if it needs that."""
    view = VIEWS[name]
    if view.scaling != "scaled":
        return FittedView(view, None, None)
    return FittedView(view, *_mean_and_scale([_levels_or_differences(x[: len(x)], view.differences) for x in series]))


def _levels_or_differences(x, differences):
    """Return the rows, or their differences, of which a series of a single row has one, of 0."""
    if not differences:
        return x
    return np.diff(x, axis=0) if len(x) > 1 else np.zeros_like(x)


def _mean_and_scale(series):
    """Return the mean and the deviation of every column over the rows of all series, in double precision.

    The deviation of a column that does not vary beyond rounding counts as infinite.
    """
    n_rows = sum(map(len, series))
    mean = sum(x.sum(axis=0, dtype=np.float64) for x in series) / n_rows
    scale = np.sqrt(sum(((x - mean) ** 2).sum(axis=0) for x in series) / n_rows)
    largest = np.max([np.abs(x).max(axis=0) for x in series], axis=0)
    rounding = 4 * np.finfo(series[0].dtype).eps * largest
    return mean, np.where(scale > rounding, scale, np.inf)


def _scaled(x, mean, scale):
    return ((x - mean) / scale).astype(x.dtype)
