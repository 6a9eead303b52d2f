"""Fitting at once: an estimator shows all of an earlier fit or all of a new one, never a mixture.

A fit sets many attributes, one after the other. Another thread that predicts in between would mix sizes and weights of
two fits, and one that fails halfway would leave such a mixture for good. So a fit works on a copy of the attributes,
which takes the place of the old ones in a single step; and a method that reads several of them reads from a snapshot.
"""

from functools import wraps
from typing import Any, TypeVar, cast

from readouts.types import Decorated

Estimator = TypeVar("Estimator")


def snapshot(estimator: Estimator) -> Estimator:
    """Return an estimator with the attributes that this one has now: setting those of one does not change the other.

    Examples
    --------
    >>> from readouts import RidgeReadout
    >>> from readouts.at_once import snapshot
    >>> readout = RidgeReadout().fit([[0.0], [1.0]], [0.0, 1.0])
    >>> before = snapshot(readout)
    >>> _ = readout.fit([[0.0], [1.0]], [0.0, 5.0])
    >>> round(float(before.predict([[1.0]])[0]), 3)
    1.0
    """
    twin = object.__new__(type(estimator))
    twin.__dict__ = vars(estimator).copy()
    return twin


def all_at_once(method: Decorated) -> Decorated:
    """Let a method of an estimator that sets attributes set all of them at its end, and none if it raises.

    What it changes inside of an attribute, as an array in place, is its own affair.

    Examples
    --------
    >>> from readouts.at_once import all_at_once
    >>> class Halver:
    ...     @all_at_once
    ...     def fit(self, number):
    ...         self.number_ = number
    ...         self.half_ = number / 2
    ...         return self
    >>> halver = Halver().fit(6)
    >>> halver.fit("six")
    Traceback (most recent call last):
    ...
    TypeError: unsupported operand type(s) for /: 'str' and 'int'
    >>> halver.number_, halver.half_
    (6, 3.0)
    """

    @wraps(method)
    def at_once(self: Any, *arguments: Any, **keywords: Any) -> Any:
        draft = snapshot(self)
        result = method(draft, *arguments, **keywords)
        self.__dict__ = vars(draft)
        return self if result is draft else result

    return cast(Decorated, at_once)


def of_one_fit(method: Decorated) -> Decorated:
    """Let a method that reads several attributes of an estimator read those of a single fit.

    Examples
    --------
    >>> from readouts.at_once import of_one_fit
    >>> class Halver:
    ...     number_, half_ = 6, 3.0
    ...     @of_one_fit
    ...     def check(self):
    ...         return self.number_ == 2 * self.half_
    >>> Halver().check()
    True
    """

    @wraps(method)
    def at_once(self: Any, *arguments: Any, **keywords: Any) -> Any:
        return method(snapshot(self), *arguments, **keywords)

    return cast(Decorated, at_once)
