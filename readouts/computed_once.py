"""An attribute that is computed when first asked for, and kept."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class computed_once(Generic[Value]):
    """Turn a method without arguments into an attribute that keeps its first value.

    Unlike `functools.cached_property` on Python 3.11 it has no lock: all instances would share it, and every fit of a
    process would wait for the slowest. Threads that read the attribute of one instance at the same time may both
    compute it; all get the value that was stored first.

    Parameters
    ----------
    method : callable
        Of the instance alone, with the same result whenever it is called.

    Examples
    --------
    >>> from readouts.computed_once import computed_once
    >>> class Square:
    ...     @computed_once
    ...     def area(self):
    ...         print("multiplying")
    ...         return 3 * 3
    >>> square = Square()
    >>> square.area + square.area
    multiplying
    18
    """

    def __init__(self, method: Callable[[Any], Value]) -> None:
        self.method = method
        self.__doc__ = method.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Value: ...

    def __get__(self, instance: object | None, owner: type | None = None) -> Self | Value:
        """Compute and keep the value; later reads find it among the attributes of the instance."""
        if instance is None:
            return self
        return vars(instance).setdefault(self.name, self.method(instance))
