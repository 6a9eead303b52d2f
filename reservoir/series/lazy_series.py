"""Long series without a copy: checked and converted in blocks of rows, so that a memory map stays on disk."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import isfinite, prod
from typing import Any

import numpy as np
from sklearn.utils import check_array

from readouts.types import Array

AT_ONCE = 2**17  # numbers that are checked together, a megabyte in double precision


@dataclass(frozen=True)
class LazySeries:
    """A checked series whose rows are read and converted when they are indexed, and not before.

    A slice of it is an array as kernels need it: C-contiguous, aligned, writable and of its ``dtype``. It must not be
    written to, for it may be the caller's own array. Only slices of consecutive rows can be indexed.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.series.lazy_series import lazily
    >>> series = lazily(np.arange(6, dtype=np.int8).reshape(2, 3).T, np.dtype("float32"))
    >>> series.shape, series[1:]
    ((3, 2), array([[1., 4.],
           [2., 5.]], dtype=float32))
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    take: Callable[[int, int], Array]  # take(start, stop) returns rows; it can be pickled

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> Array:
        start, stop, step = rows.indices(len(self))
        if step != 1:
            raise IndexError(f"Consecutive rows can be taken only; got {rows}.")
        return self.take(start, max(start, stop))

    def __array__(self, dtype=None, copy=None):
        return np.array(self[:], dtype=dtype, copy=copy) if copy else np.asarray(self[:], dtype=dtype)


def lazily(array: Array, dtype: np.dtype[Any]) -> LazySeries:
    """Return an array of finite numbers as a `LazySeries`."""
    return LazySeries(array.shape, dtype, partial(_convert, array, dtype))


def rows_at_once(series: Array | LazySeries, width: int = 1) -> int:
    """Return how many rows of a series to process together, each of which needs ``width`` numbers."""
    return max(AT_ONCE // max(prod(series.shape[1:]), width), 1)


def blocks(series: Array | LazySeries) -> Iterator[Array]:
    """Yield the rows of an array or a `LazySeries` in their order, block by block."""
    n_rows = rows_at_once(series)
    for start in range(0, len(series), n_rows):
        yield series[start : start + n_rows]


def is_plain(x: Any) -> bool:
    """Whether ``x`` is an array of real numbers, or a memory map of one, which can be checked block by block."""
    return type(x) in (np.ndarray, np.memmap) and x.dtype.kind in "fiub" and x.size > 0


def is_ready(x: Any, dtype: np.dtype[Any], missing: bool = False) -> bool:
    """Whether kernels can take ``x`` as it is; ``missing`` is for those that can take NaN."""
    # scikit-learn's full check costs more than many steps of a reservoir, so arrays that are plainly valid skip it.
    plain = type(x) is np.ndarray and x.ndim == 2 and x.dtype == dtype and x.size > 0
    return plain and x.flags.carray and (is_finite(x) or missing and not np.isinf(x).any())


def is_finite(x: Array) -> bool:
    """Whether all numbers of an array are finite."""
    if x.size <= AT_ONCE:
        # The sum of squares takes half the time, and is finite for nearly every series of finite numbers.
        return x.dtype.kind == "f" and isfinite(np.vdot(x, x)) or bool(np.isfinite(x).all())
    return all(np.isfinite(block).all() for block in blocks(x))


def read_rows(x: Any, dtype: Any, *, lazy: bool, **options: Any) -> Array | LazySeries:
    """Check an array of finite numbers, 2-D unless ``options`` of ``check_array`` say otherwise.

    Returns ``x`` itself if it is ready, a `LazySeries` if ``lazy`` and it can be checked block by block, or a copy as
    kernels need it. ``dtype`` may be a list of those that are kept; others are converted to the first.
    """
    kept = type_for(x, dtype)
    if is_ready(x, kept, options.get("ensure_all_finite") == "allow-nan") or (
        lazy and isinstance(x, LazySeries) and x.dtype == kept
    ):
        return x
    if not (lazy and is_plain(x) and x.ndim == 2):
        return writable(check_array(x, dtype=dtype, order="C", **options))
    refuse_unless_finite(x, kept, **options)
    return lazily(np.asarray(x), kept)


def type_for(x: Any, dtype: Any) -> np.dtype[Any]:
    """Return the precision that ``x`` is to have: its own if that is ``dtype`` or in the list of them."""
    if isinstance(dtype, np.dtype):
        return dtype
    dtypes = [np.dtype(one) for one in (dtype if isinstance(dtype, list) else [dtype])]
    # A data frame may have the dtype None, which compares equal to float64.
    return next((one for one in dtypes if hasattr(x, "dtype") and x.dtype == one), dtypes[0])


def refuse_unless_finite(x: Array, dtype: np.dtype[Any], **options: Any) -> None:
    """Raise the error of ``check_array`` if a number of an array is not finite, or too large for ``dtype``."""
    for block in blocks(x):
        with np.errstate(over="ignore"):
            finite = np.isfinite(block.astype(dtype, copy=False)).all()
        if not finite:
            check_array(block, dtype=dtype, **options)


def writable(x: Array) -> Array:
    """Return ``x``, copied where read-only or unaligned numbers would compile another version of every kernel."""
    return np.require(x, requirements=["C", "W", "A"])


def _convert(array, dtype, start, stop):
    return writable(np.asarray(array[start:stop], dtype=dtype))
