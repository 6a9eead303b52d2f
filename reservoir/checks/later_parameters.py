"""Estimators of an earlier version, which had fewer parameters: those that came later are at their defaults."""

from inspect import signature
from typing import Any


class LaterParametersMixin:
    """Gives an estimator that is read from a file or pickle the parameters that its version did not have yet.

    Examples
    --------
    >>> from reservoir import ReservoirRegressor
    >>> earlier = ReservoirRegressor(washout=5).__getstate__()
    >>> _ = earlier.pop("lags")
    >>> model = ReservoirRegressor.__new__(ReservoirRegressor)
    >>> model.__setstate__(earlier)
    >>> model
    ReservoirRegressor(washout=5)
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[misc]
        for name, parameter in signature(type(self)).parameters.items():
            if not hasattr(self, name) and parameter.default is not parameter.empty:
                setattr(self, name, parameter.default)
