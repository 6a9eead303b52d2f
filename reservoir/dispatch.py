"""Diagnostics that need a model's equations: one rule per class of reservoir, open to classes of one's own."""

from collections.abc import Callable
from functools import singledispatch, wraps
from inspect import signature
from typing import Any, NoReturn, ParamSpec, Protocol, TypeVar

from sklearn.utils.validation import check_is_fitted

from reservoir.base import BaseReservoir

P = ParamSpec("P")
R = TypeVar("R", covariant=True)


class Rule(Protocol[P, R]):
    """A function with one rule per class of its first argument."""

    __name__: str
    registry: Any
    register: Callable

    def __call__(self, *arguments: P.args, **keywords: P.kwargs) -> R:
        """Call the rule for the class of the first argument."""


def check_fitted_reservoir(reservoir):
    """Raise TypeError unless ``reservoir`` is a reservoir, and `NotFittedError` unless it is fitted."""
    if not isinstance(reservoir, BaseReservoir):
        found = f"the class {reservoir.__name__}" if isinstance(reservoir, type) else type(reservoir).__name__
        raise TypeError(f"'reservoir' must be a fitted reservoir, such as EchoStateReservoir().fit(X); got {found}.")
    check_is_fitted(reservoir)


def for_fitted(function: Callable[P, R]) -> Rule[P, R]:
    """Give a function of a fitted reservoir one rule per class, by ``functools.singledispatch``.

    Parameters
    ----------
    function : callable
        Its first argument is the reservoir. Its body is the rule for every class without one of its own.

    Returns
    -------
    callable
        With the attributes ``register`` and ``registry`` of singledispatch. Before any rule is called, it raises
        TypeError for arguments that ``function`` does not take and for an object that is neither a reservoir nor of a
        registered class, and `NotFittedError`.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.dispatch import for_fitted
    >>> @for_fitted
    ... def kind(reservoir):
    ...     return "some reservoir"
    >>> @kind.register(EchoStateReservoir)
    ... def of_echo_state(reservoir):
    ...     return "echo state"
    >>> kind(EchoStateReservoir(5).fit([[0.0]]))
    'echo state'
    """
    rule, takes = singledispatch(function), signature(function)

    @wraps(function)
    def checked(*arguments: Any, **keywords: Any) -> Any:
        try:
            takes.bind(*arguments, **keywords)
        except TypeError as error:  # of the public name: that of a rule says nothing to who called this
            raise TypeError(f"{function.__name__}({', '.join(takes.parameters)}): {error}.") from None
        return of_reservoir(*arguments, **keywords)

    def of_reservoir(reservoir: Any, *arguments: Any, **keywords: Any) -> Any:
        if isinstance(reservoir, BaseReservoir) or rule.dispatch(type(reservoir)) is rule.dispatch(object):
            check_fitted_reservoir(reservoir)
        return rule(reservoir, *arguments, **keywords)

    vars(checked).update(register=rule.register, registry=rule.registry)
    return checked  # type: ignore[return-value]


def refuse(function: Rule, reservoir: object, remedy: str) -> NoReturn:
    """Raise TypeError: ``function``, made by `for_fitted`, has no rule for the class of ``reservoir``."""
    known = ", ".join(sorted(one.__name__ for one in function.registry if one is not object))
    raise TypeError(
        f"'reservoir' must be of a class whose equations {function.__name__} knows, {known}; got "
        f"{type(reservoir).__name__}. {remedy} "
        f"A class of your own can be registered with {function.__name__}.register."
    )


def held_by(reservoir):
    """Return the reservoirs that a composite is made of, such as the layers of a stack; none for any other."""
    parts = [part.reservoir for part in reservoir.parts()] if isinstance(reservoir, BaseReservoir) else [reservoir]
    return [] if parts[0] is reservoir else parts
