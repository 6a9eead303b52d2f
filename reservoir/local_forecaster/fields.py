"""Fields of space as they come: checked by their shape alone, and read in slabs, of which each holds some points."""

import sys
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import issparse

from readouts.masked import refuse_masked
from readouts.types import Array
from reservoir.local_forecaster.labelled_fields import is_labelled, refuse_later_time


class Slab(NamedTuple):
    """Some points of a field at all of its steps, read or still to be read.

    Parameters
    ----------
    blocks : list of list of array
        Boxes of the field side by side: along the first axis of space, and each of these along the second if there is
        one. Those of a dask array are read where `read` is called.
    name : str
        What the field is called in messages.
    """

    blocks: list[list[Any]]
    name: str

    def read(self, dtype: Any) -> Array:
        """Return the values, (n_steps, n_values), in a precision."""
        columns = [[_as_array(one, dtype) for one in row] for row in self.blocks]
        rows = [row[0] if len(row) == 1 else np.concatenate(row, axis=2) for row in columns]
        whole = rows[0] if len(rows) == 1 else np.concatenate(rows, axis=1)
        # What a worker of a cluster receives may start at any byte; NumPy would add it up in another order.
        return np.require(whole.reshape(len(whole), -1), requirements=["C", "ALIGNED"])


def read_fields(X: Any, name: str = "X") -> tuple[list[Any], bool]:
    """Return the fields that X holds, none of which is read, and whether it is a single one.

    A list or tuple holds several, unless its entries are numbers or rows of numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.fields import read_fields
    >>> fields, alone = read_fields([np.zeros((5, 4)), np.zeros((9, 4))])
    >>> len(fields), alone
    (2, False)
    """
    several = isinstance(X, list | tuple) and len(X) > 0 and len(getattr(X[0], "shape", ())) > 1
    if isinstance(X, list | tuple) and not len(X):
        raise ValueError(f"'{name}' must hold at least one field; got an empty list.")
    fields = [_read(x, f"{name}[{number}]") for number, x in enumerate(X)] if several else [_read(X, name)]
    for number, field in enumerate(fields):
        if field.shape[1:] != fields[0].shape[1:]:
            raise ValueError(
                f"'{name}' must hold fields of the same grid; {name}[0] has {fields[0].shape[1:]}, {name}[{number}] "
                f"{field.shape[1:]}."
            )
    return fields, not several


def cut(field: Any, points: list[Array], name: str = "X") -> Slab:
    """Return the `Slab` of the given points of a field, for each axis in their order.

    Boxes are cut by slices alone, which arrays on disk and on clusters understand as well.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.fields import cut
    >>> cut(np.arange(8).reshape(2, 4), [np.array([0, 1, 3])]).read(np.dtype(float)).tolist()
    [[0.0, 1.0, 3.0], [4.0, 5.0, 7.0]]
    """
    runs = [_runs(along) for along in points]
    if len(runs) == 1:
        return Slab([[_deferred(field[:, along])] for along in runs[0]], name)
    return Slab([[_deferred(field[:, down, along]) for along in runs[1]] for down in runs[0]], name)


def check_shape(field: Any, n_axes: int, several: bool, name: str = "X") -> None:
    """Raise ValueError unless a field has its axes: steps, those of space, and that of the variables if there is one.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.local_forecaster.fields import check_shape
    >>> check_shape(np.zeros((5, 4, 3, 2, 2)), 2, True)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    ValueError: 'X' must be (n_steps, n_rows, n_columns, n_variables); got shape (5, 4, 3, 2, 2). Set...
    """
    if len(field.shape) != 1 + n_axes + several:
        axes = ("n_steps", "n_points") if n_axes == 1 else ("n_steps", "n_rows", "n_columns")
        expected = f"({', '.join(axes + ('n_variables',) * several)})"
        raise ValueError(
            f"'{name}' must be {expected}; got shape {tuple(field.shape)}. Set 'variables' if the last axis is that of "
            "several variables, and only then."
        )


def _read(x, name):
    refuse_masked(name, x)
    if is_labelled(x):
        refuse_later_time(x, name)
        x = x.data
    if issparse(x):
        raise TypeError(f"'{name}' must be a dense field; got a sparse {type(x).__name__}. Pass X.toarray().")
    if not (hasattr(x, "shape") and hasattr(x, "dtype") and hasattr(x, "__getitem__")) or hasattr(x, "iloc"):
        try:
            x = np.asarray(x)
        except ValueError:
            raise ValueError(f"'{name}' must be a field, an array of numbers; got rows of unequal length.") from None
        except TypeError as error:
            advice = " Its variables become the last axis by to_dataarray('variable') and a transpose."
            raise TypeError(
                f"'{name}' must be a field, an array of numbers; got {type(x).__name__}. {error}"
                f"{advice if hasattr(x, 'data_vars') else ''}"
            ) from None
    if len(x.shape) < 2:
        raise ValueError(
            f"'{name}' must be a field, (n_steps, n_points) or (n_steps, n_rows, n_columns); got shape "
            f"{tuple(x.shape)}. Reshape your data with X.reshape(-1, 1) if it is one point."
        )
    if 0 in x.shape:
        missing = "sample" if len(x) == 0 else "feature"
        raise ValueError(
            f"'{name}' must have at least one step and one point; got 0 {missing}(s) (shape={tuple(x.shape)}) while a "
            "minimum of 1 is required."
        )
    return x if np.dtype(x.dtype).kind in "fiub" else _numbers(x, name)


def _numbers(x, name):
    """Return an array of another type as one of real numbers, such as of objects that are numbers."""
    kind = np.dtype(x.dtype).kind
    if kind == "c":
        raise ValueError(f"'{name}' must be a field of real numbers. Complex data not supported; got {x.dtype}.")
    try:
        if kind != "O":
            raise ValueError("Convert it to numbers.")
        return np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"'{name}' must be a field of real numbers; got an array of type {x.dtype}. {error}"
        ) from None


def _runs(points):
    """Return the slices that make up increasing points."""
    cuts = np.flatnonzero(np.diff(points) != 1) + 1
    return [slice(int(run[0]), int(run[-1]) + 1) for run in np.split(points, cuts)]


def _deferred(box):
    """Return a box of a field: a part of a dask array, still to be read, or an array, read here of all others."""
    if not hasattr(box, "dask"):
        return np.asarray(box)
    # A slice of a dask array knows of all blocks of the array, which may be its values: a worker is sent its own ones.
    from dask.optimization import cull

    return _rebuilt(box, cull(dict(box.dask), list(_flat(box.__dask_keys__())))[0])


def _as_array(box, dtype):
    box = _computed(box) if hasattr(box, "dask") else box
    with np.errstate(over="ignore"):
        return np.asarray(box, dtype=dtype)


def _computed(box):
    """Return the values of a part of a dask array, read where this is called unless a cluster holds blocks of it."""
    if "distributed" in sys.modules:
        from distributed import futures_of, get_worker, worker_client

        if futures_of(box):  # as after ``persist``
            try:
                get_worker()
            except ValueError:
                return box.compute()
            with worker_client():  # leaves its place to others while it waits
                return box.compute()
    # A worker of a cluster reads its part by itself: were it to ask the cluster, it would wait for its own place.
    return box.compute(scheduler="synchronous")


def _rebuilt(box, graph):
    """Return a dask array with another graph for the same blocks."""
    rebuild, settings = box.__dask_postpersist__()
    return rebuild(graph, *settings)


def _flat(keys):
    """Yield the keys of nested lists of such."""
    for key in keys:
        yield from _flat(key) if isinstance(key, list) else (key,)
