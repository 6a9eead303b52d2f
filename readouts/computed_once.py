"""An attribute that is computed when first asked for, and kept."""


class computed_once:
    """Turn a method without arguments into an attribute that keeps its first value.

    Other than `functools.cached_property` on Python 3.11 it has no lock: one that all instances share would make every
    fit of a process wait for the largest. Threads that ask one instance at the same time may both compute; all get the
    value that came first.

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

    def __init__(self, method):
        self.method = method
        self.__doc__ = method.__doc__

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        """Return the value: only ever called before it is kept among the instance's own attributes."""
        if instance is None:
            return self
        return vars(instance).setdefault(self.name, self.method(instance))
