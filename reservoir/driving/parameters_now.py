"""The present parameters of an estimator, as copies that do not change with it later."""

from functools import cache
from inspect import signature

from sklearn.base import clone


def parameters_now(estimator):
    """Return copies of the parameters of an estimator, which do not change with it later.

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
    values = {name: getattr(estimator, name) for name in _names(type(estimator))}
    return {name: value if isinstance(value, _CONSTANT) else clone(value, safe=False) for name, value in values.items()}


_CONSTANT = (str, int, float, type(None), type)


@cache
def _names(cls):
    """Return the names of the constructor's parameters, cached because reading a signature takes longer than a fit."""
    return tuple(signature(cls).parameters)
