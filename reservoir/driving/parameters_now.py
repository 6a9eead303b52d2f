"""The parameters that an estimator has now, which stay what they are when it is given others."""

from functools import cache
from inspect import signature

from sklearn.base import BaseEstimator, clone


def parameters_now(estimator):
    """Return the parameters of an estimator; estimators among them, or in a list, are copied, for these can change.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir, StackedReservoir
    >>> from reservoir.driving.parameters_now import parameters_now
    >>> stack = StackedReservoir([EchoStateReservoir(5)])
    >>> before = parameters_now(stack)
    >>> stack.layers[0].n_units = 50
    >>> before["layers"][0].n_units
    5
    """
    return {name: _own(getattr(estimator, name)) for name in _names(type(estimator))}


def _own(value):
    if isinstance(value, BaseEstimator):
        return clone(value)
    if isinstance(value, (list, tuple)) and any(isinstance(part, BaseEstimator) for part in value):
        return type(value)(map(_own, value))
    return value


@cache
def _names(cls):
    """Return the names of the parameters of the constructor, which takes longer to find out than a small fit."""
    return tuple(signature(cls).parameters)
