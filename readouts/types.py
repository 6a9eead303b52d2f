"""Names for what the public functions of both packages take and return, for annotations."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import sparray, spmatrix

# An array; the docstring gives its shape and precision.
Array: TypeAlias = NDArray[Any]

# A dense or sparse matrix.
Matrix: TypeAlias = ArrayLike | sparray | spmatrix

# One series (2-D), equal series (3-D), or a list of series; a data frame is an array here.
SeriesLike: TypeAlias = ArrayLike | Sequence[ArrayLike]

# The result for a `SeriesLike`, in the same container: one array, a list of arrays, or data frames.
SeriesOut: TypeAlias = Any

# The precision of weights and states.
Precision: TypeAlias = Literal["float64", "float32"] | type[np.float64] | type[np.float32] | np.dtype[Any]

# A seed, a generator to draw from, or None for another seed each time.
RandomState: TypeAlias = int | np.random.RandomState | None

# A function that a decorator returns with the same signature.
Decorated = TypeVar("Decorated", bound=Callable[..., Any])
