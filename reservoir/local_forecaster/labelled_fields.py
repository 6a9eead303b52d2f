"""Fields with names of their axes and coordinates, as of xarray, which is not imported unless one is given."""

from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array


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
    end = step = None
    if time in X.coords:
        times = np.asarray(X.coords[time].values)
        steps = np.diff(times[-2:])
        if len(steps) and _is_regular(times):
            end, step = times[-1], steps[0]
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


def _is_regular(times):
    steps = np.diff(times)
    if steps.dtype.kind not in "fiu":
        return bool((steps == steps[0]).all())
    return bool(np.allclose(steps, steps[0], rtol=1e-6, atol=0))
