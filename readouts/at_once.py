"""Atomic fits: an estimator holds all attributes of an earlier fit or all of a new one, never a mixture.

A fit sets many attributes, one after the other. A thread that predicts in between would mix sizes and weights of two
fits, and a fit that fails halfway would leave such a mixture behind. So a fit works on a copy of the attributes, which
replaces the old ones in a single step; and a method that reads several attributes reads them from a snapshot.
"""

from functools import wraps
from typing import Any, TypeVar, cast

from readouts.types import Decorated

Estimator = TypeVar("Estimator")


def snapshot(estimator: Estimator) -> Estimator:
    """Return an estimator with the present attributes of this one; setting an attribute of one leaves the other alone.

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
    """Make a method set the attributes of its estimator all at once when it returns, and none if it raises.

    An array that the method changes in place is not protected.

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
    """Make a method that reads several attributes of its estimator read those of a single fit.

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
