"""Everything public says in annotations what it takes and returns, and no annotation forbids a default."""

import builtins
import inspect
import types
import typing

import numpy as np
import pytest
from fuzz.public import things

from readouts.types import Array, Precision, RandomState, SeriesLike

# Modules, and packages of them, that are not annotated yet.
NOT_YET = set()
# What type checkers take for a number of a kind; here, that is not the bool that it is in Python.
NUMBERS = {int: int, float: int | float, complex: int | float | complex}


def functions():
    """Every function, constructor, public method and property that is written in either package, by its full name."""
    found = {}
    for _, thing in things():
        members = [thing]
        if inspect.isclass(thing):
            names = ["__init__", *(name for name in dir(thing) if not name.startswith("_"))]
            members = [getattr(thing, name) for name in names]
            members = [member.fget if isinstance(member, property) else member for member in members]
        for member in members:
            written = inspect.isfunction(member) or inspect.ismethod(member)
            if written and member.__module__.split(".")[0] in ("reservoir", "readouts"):
                found[f"{member.__module__}:{member.__qualname__}"] = member
    return found


def faults_of(function):
    """The parameters without an annotation or with one that does not allow the default, and a missing return."""
    hints = typing.get_type_hints(function, localns=_Names(vars(builtins) | inspect.unwrap(function).__globals__))
    for one in inspect.signature(function).parameters.values():
        if one.name == "self":
            continue
        if one.name not in hints:
            yield f"{one.name!r} has no annotation"
        elif one.default is not one.empty and not allows(hints[one.name], one.default):
            yield f"{one.name!r} may not be its default, {one.default!r}"
    if "return" not in hints:
        yield "the return has no annotation"


class _Names(dict):
    """The names of a module; one that is imported for type checkers only, axes of Matplotlib say, may be anything."""

    def __missing__(self, name):
        return typing.Any


def allows(kind, value):
    """Return whether a value is of the kind that an annotation names; items of containers are not looked at."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is typing.Any or isinstance(kind, typing.TypeVar):
        return True
    if origin is typing.Literal:
        return any(type(value) is type(one) and value == one for one in arguments)
    if origin in (typing.Union, types.UnionType):
        return any(allows(one, value) for one in arguments)
    if origin is type:
        return inspect.isclass(value) and issubclass(value, arguments)
    if kind in NUMBERS:
        return isinstance(value, NUMBERS[kind]) and not isinstance(value, bool)
    return isinstance(value, origin or kind)


FAULTS = {name: list(faults_of(function)) for name, function in functions().items()}


def is_in(name, module):
    return name.startswith((f"{module}:", f"{module}."))


def test_everything_public_is_annotated():
    assert len(FAULTS) > 250
    done = {name: faults for name, faults in FAULTS.items() if not any(is_in(name, module) for module in NOT_YET)}
    assert {name: faults for name, faults in done.items() if faults} == {}


@pytest.mark.parametrize("module", sorted(NOT_YET))
def test_what_is_complete_is_not_excused(module):
    assert any(faults for name, faults in FAULTS.items() if is_in(name, module)), f"remove {module!r} from NOT_YET"


def test_a_fault_is_seen():
    def wrong(bare, count: int = None, flag: float = True, other: "Axes | None" = None):  # noqa: F821
        """Its faults are listed below."""

    assert list(faults_of(wrong)) == [
        "'bare' has no annotation",
        "'count' may not be its default, None",
        "'flag' may not be its default, True",
        "the return has no annotation",
    ]


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (float, [1, 0.5], [None, True, "1"]),
        (int | None, [1, None], [0.5, False]),
        (typing.Literal["mean", "last"] | None, ["mean", None], ["max"]),
        (tuple[float, float], [(0.0, 1.0)], [[0.0, 1.0], None]),
        (Array, [np.zeros(2)], [[0.0], None]),
        (SeriesLike, [np.zeros((2, 2)), [[0.0]]], [None]),
        (Precision, ["float32", np.float64], ["int8", np.int8, None]),
        (RandomState, [0, None, np.random.RandomState(0)], ["seed"]),
        (typing.Callable[[float], float], [abs], [1.0]),
    ],
)
def test_an_annotation_allows_what_it_names(kind, right, wrong):
    assert all(allows(kind, value) for value in right)
    assert not any(allows(kind, value) for value in wrong)
