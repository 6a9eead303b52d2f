"""The present parameters of an estimator, as copies that do not change with it later."""

from functools import cache
from inspect import Parameter, signature

import numpy as np
from scipy.sparse import csr_array, issparse
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
    known = {name: getattr(estimator, name) for name in _names(type(estimator)) if hasattr(estimator, name)}
    return {name: _copied(value) for name, value in known.items()}


def shared_with(fitted, parameters):
    """Return parameters in which arrays that equal the fitted ones are those, so that they are not kept twice.

    Parameters
    ----------
    fitted : dict
        The attributes of a fitted estimator; that of the parameter ``weights`` is ``weights_``.
    parameters : dict
    """
    return {name: _either(fitted.get(f"{name}_"), value) for name, value in parameters.items()}


def _either(fitted, value):
    if isinstance(value, np.ndarray) and isinstance(fitted, np.ndarray):
        return fitted if fitted.dtype == value.dtype and np.array_equal(fitted, value) else value
    if issparse(fitted) and (issparse(value) or isinstance(value, np.ndarray)):
        alike = fitted.shape == value.shape and fitted.dtype == value.dtype
        return fitted if alike and abs(fitted - csr_array(value)).nnz == 0 else value
    return value


_CONSTANT = (str, int, float, type(None), type)


def _copied(value):
    """Return a copy of a parameter; constants, and things that cannot be copied such as a lock, as they are."""
    if isinstance(value, _CONSTANT):
        return value
    try:
        return clone(value, safe=False)
    except Exception:  # whatever the copying of a user's own thing may raise
        return value


@cache
def _names(cls):
    """Return the names of the constructor's parameters, cached because reading a signature takes longer than a fit."""
    several = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)
    return tuple(name for name, one in signature(cls).parameters.items() if one.kind not in several)
