"""One digest of all that the machine code of a kernel is made of: if any of it changes, the old code must not run.

A compiled kernel holds the functions that it calls, those that an ``overload`` declares, and the globals of all of
these, by value. They may be defined in any file, so the date of one file does not show whether machine code is fresh.
Nor do the present contents of the files, which may be newer than the modules that this process has imported. Hence the
digest is taken of the objects in memory.
"""

import enum
import hashlib
from types import CodeType, FunctionType, ModuleType

import numpy as np
from numba import config
from numba.core.dispatcher import Dispatcher
from numba.core.types import Type

# Numba does not load code that another version of itself compiled, and replaces functions of these two by its own.
FOREIGN = {"numba", "numpy"}
# Attributes in which an object that stands for a compiled function keeps the function.
WRAPPED = ("py_func", "_dispatcher", "__wrapped__")
CODE = ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_flags", "co_names", "co_varnames", "co_code")
CONSTANT = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis), np.generic, np.dtype, enum.Enum, Type)
# Environment variables of Numba, less their NUMBA_, that change machine code.
SETTINGS = ("BOUNDSCHECK", "DEBUGINFO_DEFAULT", "LOOP_VECTORIZE", "OPT", "SLP_VECTORIZE")


def fingerprint(kernel: Dispatcher) -> str:
    """Return a digest of the code, constants and settings that are compiled into a kernel, the same in every process.

    Parameters
    ----------
    kernel : dispatcher of Numba
        What ``njit`` makes of a function.

    Notes
    -----
    Overloads of methods and attributes are not found, because code does not name the type that they belong to.

    Examples
    --------
    >>> import numba
    >>> from readouts.compiling.fingerprint import fingerprint
    >>> def scaler(factor):
    ...     return numba.njit(lambda x: factor * x)
    >>> fingerprint(scaler(2)) == fingerprint(scaler(2)), fingerprint(scaler(2)) == fingerprint(scaler(3))
    (True, False)
    """
    kernel.typingctx.refresh()  # makes the latest overloads known
    reached = _Reached(kernel.typingctx)
    reached.number(kernel)
    digest = hashlib.sha256(repr([getattr(config, name, None) for name in SETTINGS]).encode())
    for value in reached.values:  # the list grows in the loop
        digest.update(repr(reached.contents(value)).encode())
    return digest.hexdigest()


class _Reached:
    """The objects that a kernel refers to, numbered in the order of the code that names them."""

    def __init__(self, typing_context):
        self.values = []
        self._numbers = {}
        self._typing_context = typing_context

    def number(self, value):
        if id(value) not in self._numbers:
            self._numbers[id(value)] = len(self.values)
            self.values.append(value)
        return self._numbers[id(value)]

    def describe(self, value):
        """Return a constant as text, numbers and lists of these; of anything else, the number."""
        kind = type(value).__qualname__
        if isinstance(value, CONSTANT):
            return kind, repr(value)
        if isinstance(value, (tuple, list)):
            return kind, getattr(value, "_fields", ()), [self.describe(item) for item in value]
        if isinstance(value, (set, frozenset)):  # their order differs between processes
            return kind, sorted(repr(self.describe(item)) for item in value)
        if isinstance(value, dict):
            return kind, [(self.describe(key), self.describe(item)) for key, item in value.items()]
        if isinstance(value, np.ndarray):
            return kind, str(value.dtype), value.shape, value.strides, value.tobytes()
        if isinstance(value, CodeType):
            return [getattr(value, name) for name in CODE], self.describe(value.co_consts)
        return self.number(value)

    def contents(self, value):
        """Return the contents of a numbered object that count, and number the objects that it refers to."""
        if isinstance(value, Dispatcher):
            return self.number(value.py_func), self.describe(sorted(value.targetoptions.items()))
        overloads = [self.number(overload) for overload in self._overloads(value)]
        name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if isinstance(value, type):
            members = list(value) if issubclass(value, enum.Enum) else ()
            return name, overloads, getattr(value, "_fields", ()), self.describe(members)
        if isinstance(value, FunctionType) and not _is_foreign(value):
            return overloads, self._function(value)
        return name, overloads, [self.number(getattr(value, place)) for place in WRAPPED if hasattr(value, place)]

    def _function(self, function):
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        parts = (function.__code__, function.__defaults__, function.__kwdefaults__, cells)
        return [self.describe(part) for part in parts], [
            (name, self.describe(value)) for name, value in _globals_of(function)
        ]

    def _overloads(self, value):
        """Return the functions that declare how to compile what Numba meets by its name."""
        try:
            templates = getattr(self._typing_context.resolve_value_type(value), "templates", ())
        except Exception:  # Numba has no common class for what it cannot type
            return []
        declared = [getattr(template, "_overload_func", None) for template in templates]
        return [overload for overload in declared if overload is not None and not _is_foreign(overload)]


def _is_foreign(value):
    return str(getattr(value, "__module__", None)).partition(".")[0] in FOREIGN


def _globals_of(function):
    """Yield the globals that a function may use, and what it may use of modules among them, as pairs (name, value)."""
    names = sorted(set(_names_in(function.__code__)))
    spaces = [function.__globals__]
    for space in spaces:  # the list grows in the loop
        for name in names:
            if name in space:
                value = space[name]
                if not isinstance(value, ModuleType):
                    yield name, value
                elif not any(vars(value) is known for known in spaces):
                    spaces.append(vars(value))


def _names_in(code):
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
