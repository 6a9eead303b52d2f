"""What the adapters of models of whole sequences share: parameters, and series that other libraries hold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array, RandomState
from reservoir.base import BaseReservoir
from reservoir.components import Readout
from reservoir.sequence_models.sequence_model import Representations, Views


class SequenceParameters:
    """The parameters of `ReservoirClassifier` and `SequenceRegressor`, for a class of another library that has them.

    It stands before the base class of that library, whose constructor takes nothing. One thread is the default there.
    """

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        n_units: int = 1000,
        views: Views = ("scaled", "scaled_differences", "standardized", "standardized_differences"),
        representation: Representations = ("ppv", "mean", "std", "max", "min"),
        quantiles: Sequence[float] | Array | int = 3,
        lags: int | tuple[int, ...] | list[int] | ArrayLike | None = None,
        n_jobs: int | None = 1,
        random_state: RandomState = None,
        verbose: bool = False,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.n_units = n_units
        self.views = views
        self.representation = representation
        self.quantiles = quantiles
        self.lags = lags
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        super().__init__()


def steps_first(X: Any) -> Any:
    """Return the series of aeon or sktime with steps along rows, without a copy.

    Parameters
    ----------
    X : 3-D array (n_sequences, n_channels, n_steps), list of 2-D arrays (n_channels, n_steps) or list of data frames
        Of data frames, which are those of sktime, the rows are steps already.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.sequence_parameters import steps_first
    >>> steps_first(np.zeros((5, 2, 30))).shape
    (5, 30, 2)
    """
    if isinstance(X, np.ndarray):
        return X.transpose(0, 2, 1)
    return [x.T if isinstance(x, np.ndarray) else x for x in X]
