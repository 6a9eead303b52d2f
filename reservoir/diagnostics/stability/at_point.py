"""A diagnostic at one setting of a reservoir, whose errors say where they arose."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, clone

from readouts.masked import is_masked
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.diagnostics.one_series import read_several_series, unnamed
from reservoir.diagnostics.recorded import RECORD_POINTS, refuse_recorded
from reservoir.diagnostics.stability.exponents import lyapunov_exponents


def check_template(reservoir: Any) -> Any:
    """Return what makes the reservoirs of many points, or raise TypeError.

    Parameters
    ----------
    reservoir : reservoir, or callable
        A reservoir is cloned, and where its ``random_state`` is None, one seed is drawn for all points. A callable
        makes the reservoir out of the parameters of a point.

    Returns
    -------
    unfitted reservoir, or callable

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.stability.at_point import check_template
    >>> isinstance(check_template(EchoStateReservoir()).random_state, int)
    True
    """
    if not isinstance(reservoir, BaseReservoir):
        if isinstance(reservoir, BaseEstimator) or not callable(reservoir):
            raise TypeError(
                "'reservoir' must be a reservoir such as EchoStateReservoir(), or a function that returns one; got "
                f"{type(reservoir).__name__}."
            )
        return reservoir
    refuse_recorded(reservoir, "a search over its parameters", "fits it again at every point", RECORD_POINTS)
    copy: BaseReservoir = clone(reservoir)
    if copy.get_params(deep=False).get("random_state", 0) is None:
        copy.set_params(random_state=np.random.randint(2**31 - 1))
    return copy


def measure_at(reservoir: Any, X: Any, point: dict[str, Any], metric: Any, argument: str) -> Any:
    """Return a diagnostic of a reservoir that is set to a point and fitted on X.

    Parameters
    ----------
    reservoir : what `check_template` returns
        It is left as it is.
    X : series
    point : dict
        Parameters by name, as ``set_params`` takes them.
    metric : callable
        ``metric(reservoir, X)`` returns a number, or some, or None.
    argument : str
        Name of the argument that held the point, for messages.

    Returns
    -------
    array of float (n_numbers,), or None

    Raises
    ------
    StateOverflowError
        If a state grows past every finite number.
    TypeError
        If there is no such parameter of a callable, or the metric cannot be computed.
    ValueError
        If parameters or X are invalid, or the metric returns NaN or something else; the message begins with the point.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.stability.at_point import measure_at
    >>> measure_at(EchoStateReservoir(), [[1.0]], {"n_units": 7}, lambda reservoir, X: reservoir.n_units_, "bounds")
    array([7.])
    """
    try:
        result = _call(metric, _make(reservoir, point, argument).fit(X), X)
        if result is None:
            return None
        if is_masked(result):
            raise ValueError(f"'metric' must return real numbers, none of them masked; got {result!r}.")
        result = np.asarray(result)
        if result.dtype.kind not in "fiub" or result.ndim > 1 or np.isnan(result).any():
            raise ValueError(f"'metric' must return real numbers; got {result!r}.")
    except StateOverflowError:
        raise
    except (TypeError, ValueError) as error:
        where = ", ".join(f"{name}={value!r}" for name, value in point.items())
        kind = ValueError if isinstance(error, ValueError) else TypeError
        raise kind(f"At {where} in '{argument}': {error}") from error
    return result.astype(np.float64).reshape(-1)


def largest_exponent(reservoir: BaseReservoir, X: Any) -> float:
    """Return the largest Lyapunov exponent, see `reservoir.diagnostics.lyapunov_exponents`; of several series the mean.

    All rows count alike in the mean.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.stability.at_point import largest_exponent
    >>> linear = EchoStateReservoir(recurrent_weights=[[0.5]], activation="identity", leak_rate=1.0)
    >>> round(largest_exponent(linear.fit([[0.0]]), [[[1.0]], [[1.0], [2.0]]]), 4)  # log(0.5)
    -0.6931
    """
    series, bare = read_several_series(reservoir, X).series, unnamed(reservoir)
    exponents = [float(lyapunov_exponents(bare, x, random_state=0)[0]) for x in series]
    return exponents[0] if len(series) == 1 else float(np.average(exponents, weights=list(map(len, series))))


def _make(reservoir, point, argument):
    if isinstance(reservoir, BaseReservoir):
        unknown = sorted(set(point) - set(reservoir.get_params()))
        if unknown:
            raise ValueError(f"'{argument}' must name parameters of {type(reservoir).__name__}; got {unknown[0]!r}.")
        return clone(reservoir).set_params(**point)
    try:
        made = reservoir(**point)
    except TypeError as error:
        raise TypeError(f"'reservoir' must take these parameters where it is a function: {error}") from error
    if not isinstance(made, BaseReservoir):
        raise TypeError(f"'reservoir' must return a reservoir where it is a function; it returned {made!r}.")
    return made


def _call(metric, reservoir, X):
    try:
        return metric(reservoir, X)
    except TypeError as error:
        raise TypeError(f"'metric' cannot be computed: {error}") from error
