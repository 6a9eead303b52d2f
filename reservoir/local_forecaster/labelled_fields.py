"""Fields with names of their axes and coordinates, as of xarray, which is not imported unless one is given."""

from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array

# What lies between two times that steps lead on from, in whichever calendar.
STEPS = (int, timedelta, np.timedelta64)


class Labels(NamedTuple):
    """What a labelled field says of its axes and points, as plain values.

    Parameters
    ----------
    dims : tuple of str
        The axis of time first.
    name : str or None
    coords : tuple of (name, dims, values)
        Coordinates that do not depend on time.
    end, step : value or None
        The last time and the step, where there is a coordinate of time with one step.
    """

    dims: tuple[Any, ...]
    name: Any
    coords: tuple[tuple[Any, tuple[Any, ...], Array], ...]
    end: Any
    step: Any


def is_labelled(X: Any) -> bool:
    """Whether X has names of axes, coordinates and values, as an xarray.DataArray has.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.labelled_fields import is_labelled
    >>> is_labelled(np.zeros((5, 4)))
    False
    """
    return all(hasattr(X, name) for name in ("dims", "coords", "data", "values"))


def labels_of(X: Any) -> Labels | None:
    """Return the `Labels` of a field, or None if it has none.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.labelled_fields import labels_of
    >>> labels_of(np.zeros((5, 4))) is None
    True
    """
    if not is_labelled(X):
        return None
    time = X.dims[0]
    coords = tuple(
        (name, tuple(coord.dims), np.array(coord.values)) for name, coord in X.coords.items() if time not in coord.dims
    )
    end, step = _end_and_step(np.asarray(X.coords[time].values)) if time in X.coords else (None, None)
    return Labels(tuple(X.dims), X.name, coords, end, step)


def relabelled(rows: Array, labels: Labels | None, first: int = 1) -> Any:
    """Return rows of a field as it came: with its axes, coordinates, and times that go on from it.

    Parameters
    ----------
    rows : array (n_steps, ...)
    labels : Labels or None
        None returns the rows as they are.
    first : int, default=1
        How many steps after the end of the field the first of the rows is.
    """
    if labels is None:
        return rows
    from xarray import DataArray

    coords = {name: (dims, values) for name, dims, values in labels.coords}
    if labels.step is not None:
        coords[labels.dims[0]] = ((labels.dims[0],), labels.end + (first + np.arange(len(rows))) * labels.step)
    return DataArray(rows, dims=labels.dims, coords=coords, name=labels.name)


def refuse_later_time(X: Any, name: str = "X") -> None:
    """Raise ValueError if a labelled field has time as another axis than its first one."""
    first, *others = X.dims
    later = [dim for dim in others if _is_time(X, dim)]
    if later and not _is_time(X, first):
        raise ValueError(
            f"'{name}' must have time as its first axis; got the axes {tuple(X.dims)}. Pass "
            f"{name}.transpose({later[0]!r}, ...)."
        )


def refuse_other_order(X: Any, labels: Labels | None, name: str = "X") -> None:
    """Raise ValueError if a labelled field has the axes of another one in another order."""
    if labels is not None and is_labelled(X) and X.dims != labels.dims and set(X.dims) == set(labels.dims):
        raise ValueError(
            f"'{name}' must have its axes in the order of fit, {labels.dims}; got {tuple(X.dims)}. Pass "
            f"{name}.transpose{labels.dims}."
        )


def _is_time(X, dim):
    if dim in X.coords and np.asarray(X.coords[dim].values).dtype.kind == "M":
        return True
    return str(dim).lower() == "time"


def _end_and_step(times):
    """Return the last of some times and their step, or None for both unless they have one step."""
    if len(times) < 2:
        return None, None
    if times.dtype.kind == "f":
        return _of_rounded(times)
    if times.dtype.kind in "iu":
        times = times.astype(object)  # integers of which no difference is out of range
    elif times.dtype.kind not in "mMO":
        return None, None
    try:
        steps = np.diff(times)
        regular = isinstance(steps[0], STEPS) and (steps == steps[0]).all()
        return (times[-1], steps[0]) if regular else (None, None)
    except TypeError:  # of objects that are no times, such as pairs of a year and a month
        return None, None


def _of_rounded(times):
    """Return what `_end_and_step` does for times that were rounded to the digits of their type."""
    resolution = float(np.spacing(np.abs(times).max()))
    times = times.astype(np.float64)
    step = float((times[-1] - times[0]) / (len(times) - 1))
    regular = 4 * resolution <= abs(step) and np.allclose(np.diff(times), step, rtol=1e-6, atol=2 * resolution)
    return (times[-1], step) if regular else (None, None)
