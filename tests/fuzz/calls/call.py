"""One smallest valid call of something public, each of whose arguments can be replaced by a bad one."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """What to call a function, a class or a method with.

    Parameters
    ----------
    arguments : callable () -> dict
        Makes them anew.
    receiver : callable () -> object or None, default=None
        Makes the object whose method is called.
    steps : tuple of callables (object) -> object, default=()
        What is done with the result, as far as it takes until all arguments have been checked and used.
    expected : tuple of exceptions, default=()
        What valid arguments may raise here, such as files that are not there.
    """

    arguments: Callable = dict
    receiver: Callable | None = None
    steps: tuple = ()
    expected: tuple = ()


def estimator(name, cls, parameters, fit, **methods):
    """The constructor of an estimator, its ``fit``, and methods of the fitted one, each with what makes its arguments.

    The constructor only stores parameters, so that ``fit`` and the first method follow.
    """

    def fitted():
        return cls(**parameters()).fit(**fit())

    def use(method):
        return lambda it: getattr(it, method)(**methods[method]())

    steps = (lambda it: it.fit(**fit()), *map(use, list(methods)[:1]))
    calls = {name: Call(parameters, steps=steps), f"{name}.fit": Call(fit, fitted)}
    return calls | {f"{name}.{method}": Call(arguments, fitted) for method, arguments in methods.items()}
