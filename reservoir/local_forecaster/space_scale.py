"""One mean and one standard deviation for all points of a field, found slab by slab."""

from typing import NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.local_forecaster.fields import Slab


class Moments(NamedTuple):
    """Of every variable: number of values, mean, sum of squared deviations, and the least and the largest value.

    All but the number are arrays (n_variables,).
    """

    n_values: int
    mean: Array
    squares: Array
    low: Array
    high: Array


class SpaceScale(NamedTuple):
    """What takes a field to values of mean 0 and variance 1, and back: the same for every point.

    Parameters
    ----------
    mean, scale : array (n_variables,)

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.space_scale import SpaceScale
    >>> scale = SpaceScale(np.array([1.0]), np.array([2.0]))
    >>> scale.restore(scale.apply(np.array([[3.0, 5.0]]), np.dtype("float32"))).tolist()
    [[3.0, 5.0]]
    """

    mean: Array
    scale: Array

    @property
    def changes_nothing(self) -> bool:
        """Whether fields stay as they are."""
        return bool(not self.mean.any() and (self.scale == 1).all())

    def apply(self, rows: Array, dtype: np.dtype) -> Array:
        """Return rows (..., n_values), scaled, in a precision."""
        if self.changes_nothing:
            return np.ascontiguousarray(rows, dtype=dtype)
        shaped = np.asarray(rows, np.float64).reshape(*rows.shape[:-1], -1, len(self.mean))
        return ((shaped - self.mean) / self.scale).reshape(rows.shape).astype(dtype)

    def restore(self, rows: Array) -> Array:
        """Return rows of the field, in double precision, from scaled ones."""
        shaped = np.asarray(rows, np.float64).reshape(*rows.shape[:-1], -1, len(self.mean))
        return (shaped * self.scale + self.mean).reshape(rows.shape)


def moments_of(slab: Slab, n_variables: int) -> Moments:
    """Return the `Moments` of a slab; raise ValueError if one of its values is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.fields import Slab
    >>> from reservoir.local_forecaster.space_scale import moments_of
    >>> moments_of(Slab([[np.array([[1.0, 3.0]])]], "X"), 1)
    Moments(n_values=2, mean=array([2.]), squares=array([2.]), low=array([1.]), high=array([3.]))
    """
    rows = slab.read(np.float64)
    values = rows.reshape(-1, n_variables)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = values.mean(axis=0)
        squares = np.square(values - mean).sum(axis=0)
    if not np.isfinite(squares).all():
        refuse_unless_finite(rows, slab.name)
        raise ValueError(
            f"'{slab.name}' must be small enough for its squares to be added up; got values up to "
            f"{np.abs(values).max():.3g}. Scale it to about unit variance."
        )
    return Moments(len(values), mean, squares, values.min(axis=0), values.max(axis=0))


def refuse_unless_finite(rows: Array, name: str) -> None:
    """Raise ValueError if a value of rows (n_steps, n_values) is not finite."""
    finite = np.isfinite(rows).all(axis=1)
    if not finite.all():
        step = int(np.argmin(finite))
        fill = f"as reservoir.ForwardFill().fit_transform({name}) does with maps of the shape (n_steps, n_points)"
        if np.isnan(rows[step]).any():
            kind, mend = "NaN", f"Fill the gaps first, {fill}."
        else:
            nan = f"np.where(np.isinf({name}), np.nan, {name})"
            kind, mend = (
                "infinity",
                f"Where it stands for what is missing, make it NaN, by {nan}, and fill that, {fill}.",
            )
        raise ValueError(f"'{name}' must be finite everywhere; got {kind} at step {step}. {mend}")


def scale_of(parts: list[Moments]) -> SpaceScale:
    """Return the `SpaceScale` of all values that the moments are of; a constant is not scaled.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.space_scale import Moments, scale_of
    >>> halves = [Moments(2, *np.array([[one], [0.0], [one], [one]])) for one in (1.0, 3.0)]
    >>> scale_of(halves)
    SpaceScale(mean=array([2.]), scale=array([1.]))
    """
    counts = np.array([part.n_values for part in parts], dtype=np.float64)[:, None]
    means, squares = np.array([part.mean for part in parts]), np.array([part.squares for part in parts])
    mean = (counts * means).sum(axis=0) / counts.sum()
    variance = (squares + counts * (means - mean) ** 2).sum(axis=0) / counts.sum()
    negligible = variance <= (10 * np.finfo(np.float64).eps * np.abs(mean)) ** 2
    return SpaceScale(mean, np.where(negligible, 1.0, np.sqrt(np.where(negligible, 1.0, variance))))


def range_of(parts: list[Moments]) -> Array:
    """Return the least and the largest value of every variable, (2, n_variables), of all that moments are of.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.space_scale import Moments, range_of
    >>> range_of([Moments(2, *np.array([[one], [0.0], [one], [one]])) for one in (1.0, 3.0)]).tolist()
    [[1.0], [3.0]]
    """
    return np.array([np.min([part.low for part in parts], axis=0), np.max([part.high for part in parts], axis=0)])


def no_scale(n_variables: int) -> SpaceScale:
    """Return what leaves fields as they are."""
    return SpaceScale(np.zeros(n_variables), np.ones(n_variables))
