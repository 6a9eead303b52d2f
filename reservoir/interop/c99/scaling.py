"""Scalers in C: what scikit-learn's scalers do to a row, and back."""

from functools import singledispatch
from typing import NamedTuple

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from reservoir.interop.c99.rule import CRule
from reservoir.per_sequence import PerSequence


class Scaling(NamedTuple):
    """Every column by itself: ``(u - center) * factor + shift``, then not below ``low`` or above ``high`` if given.

    The first three are arrays (n_columns,); the last two are numbers, or arrays where they are of some columns alone.
    """

    center: np.ndarray
    factor: np.ndarray
    shift: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None

    def inverse(self):
        """Return the scaling that undoes this one, but for its bounds, which scikit-learn does not undo either."""
        return Scaling(self.shift, 1 / self.factor, self.center)

    def beside(self, n_columns, given):
        """Return this scaling for the columns ``given`` among more, which stay as they are."""

        def spread(values, default):
            whole = np.full(n_columns, default)
            whole[given] = values
            return whole

        bounds = [None if bound is None else spread(bound, end) for bound, end in self._bounds()]
        return Scaling(spread(self.center, 0.0), spread(self.factor, 1.0), spread(self.shift, 0.0), *bounds)

    def of_rows(self, n_rows):
        """Return this scaling for several rows side by side."""
        return Scaling(*(None if values is None else np.tile(values, n_rows) for values in self))

    def _bounds(self):
        largest = np.finfo(np.float32).max
        return (self.low, -largest), (self.high, largest)


def scaling_rule(scaling):
    """Return the `CRule` of a `Scaling`."""
    n_columns, constants = len(scaling.factor), {}

    def named(name, values):
        constants[name] = values
        return f"{name}[i]"

    term = "u[i]"
    if np.any(scaling.center):
        term = f"({term} - {named('center', scaling.center)})"
    term = f"{term} * {named('factor', scaling.factor)}"
    if np.any(scaling.shift):
        term = f"{term} + {named('shift', scaling.shift)}"
    lines = [f"real x = {term};"]
    if scaling.low is not None:
        lines += [f"x = x < {named('low', scaling.low)} ? low[i] : x;"]
        lines += [f"x = x > {named('high', scaling.high)} ? high[i] : x;"]
    inner = "\n    ".join([*lines, "y[i] = x;"])
    body = f"for (int i = 0; i < {n_columns}; i++) {{\n    {inner}\n}}"
    return CRule(n_columns, n_columns, {}, constants, {}, {}, body, n_columns * len(constants))


def is_scaler(transformer):
    """Whether a transformer is of a class that has scalings."""
    return type(transformer) in _scalings.registry


def scalings_of(transformer):
    """Return the `Scaling`s, one after the other, that a fitted transformer does.

    Examples
    --------
    >>> from sklearn.preprocessing import StandardScaler
    >>> from reservoir.interop.c99.scaling import scalings_of
    >>> scalings_of(StandardScaler().fit([[1.0], [5.0]]))
    [Scaling(center=array([3.]), factor=array([0.5]), shift=array([0.]), low=None, high=None)]
    """
    # A subclass may do something else than the class that it is of, and is refused.
    return _scalings.registry.get(type(transformer), _scalings.registry[object])(transformer)


@singledispatch
def _scalings(transformer):
    known = ", ".join(sorted(one.__name__ for one in _scalings.registry if one is not object))
    raise TypeError(
        f"'model' must transform rows by {known} only; got {type(transformer).__name__}. Transform the rows before "
        "they are handed to C, and export what follows."
    )


@_scalings.register
def _of_standard(scaler: StandardScaler):
    n_columns = scaler.n_features_in_
    mean = scaler.mean_ if scaler.with_mean else np.zeros(n_columns)
    return [_plain(mean, np.ones(n_columns) if scaler.scale_ is None else scaler.scale_)]


@_scalings.register
def _of_robust(scaler: RobustScaler):
    n_columns = scaler.n_features_in_
    center = scaler.center_ if scaler.with_centering else np.zeros(n_columns)
    return [_plain(center, scaler.scale_ if scaler.with_scaling else np.ones(n_columns))]


@_scalings.register
def _of_largest(scaler: MaxAbsScaler):
    scaling = _plain(np.zeros(scaler.n_features_in_), scaler.scale_)
    return [_clipped(scaling, -1, 1) if getattr(scaler, "clip", False) else scaling]


@_scalings.register
def _of_range(scaler: MinMaxScaler):
    scaling = Scaling(np.zeros(scaler.n_features_in_), scaler.scale_, scaler.min_)
    return [_clipped(scaling, *scaler.feature_range) if scaler.clip else scaling]


@_scalings.register
def _of_nothing(transformer: FunctionTransformer):
    functions = [function for function in (transformer.func, transformer.inverse_func) if function is not None]
    if functions:
        raise TypeError(
            f"'model' must transform rows by scalers only; got a FunctionTransformer of {functions[0]!r}. Transform"
            " the rows before they are handed to C, and export what follows."
        )
    return []


@_scalings.register
def _of_pipeline(pipeline: Pipeline):
    steps = [step for _, step in pipeline.steps if step not in (None, "passthrough")]
    return [scaling for step in steps for scaling in scalings_of(step)]


@_scalings.register
def _of_series(wrapper: PerSequence):
    n_columns = wrapper.n_features_in_
    given = [column for column in range(n_columns) if column not in wrapper.excluded_]
    scalings = scalings_of(wrapper.transformer_)
    return [scaling.beside(n_columns, given) for scaling in scalings] if wrapper.excluded_ else scalings


def _plain(center, scale):
    return Scaling(np.asarray(center), 1 / np.asarray(scale), np.zeros(len(center)))


def _clipped(scaling, low, high):
    return scaling._replace(low=np.full(len(scaling.factor), low), high=np.full(len(scaling.factor), high))
