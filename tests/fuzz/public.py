"""Everything that a user can call: functions, constructors and methods of every module with an ``__all__``."""

import importlib
import inspect
import pkgutil

import readouts
import reservoir

# What the library calls of a fitted reservoir once `run` or `transform` has checked X and the state.
UNCHECKED = {"check_rows", "check_state", "close_loop", "drive", "drive_many", "events", "inspect", "parts", "simulate"}
UNCHECKED |= {"lanes", "start_of", "with_program"}
# What a spiking liquid calls of a neuron once its constants are checked.
UNCHECKED |= {"conductance_kernel", "conductance_motion", "excitability", "kernel", "motion"}


def rooms():
    """The public modules, outer ones first."""
    for package in (reservoir, readouts):
        inner = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        for name in (package.__name__, *sorted(module.name for module in inner)):
            module = importlib.import_module(name)
            # What compiles a kernel says what is wrong with it in the words of Numba.
            if hasattr(module, "__all__") and name != "readouts.compiling":
                yield module


def things():
    """Every public class and function, ``(name, thing)``, under the first name that it has; errors are not called."""
    seen = set()
    for room in rooms():
        for name in room.__all__:
            thing = getattr(room, name)
            if id(thing) not in seen and not (inspect.isclass(thing) and issubclass(thing, BaseException)):
                seen.add(id(thing))
                yield f"{room.__name__.removeprefix('reservoir.')}.{name}", thing


def callables():
    """The name of everything public that can be called, and what it is: a function, a class or a method."""
    found = {}
    for name, thing in things():
        if callable(thing) and not inspect.isabstract(thing):
            found[name] = thing
            found |= {f"{name}.{method}": getattr(thing, method) for method in _methods(thing)}
    return found


def parameters(function):
    """The names of the parameters that a caller may set."""
    named = inspect.signature(function).parameters.values()
    return [one.name for one in named if one.name != "self" and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)]


def default(function, parameter):
    """The default of a parameter, None where it has none."""
    value = inspect.signature(function).parameters[parameter].default
    return None if value is inspect.Parameter.empty else value


def _methods(thing):
    """The public methods that the library itself defines; those inherited of scikit-learn are its own affair.

    So is ``fit_transform``, which is ``fit`` and ``transform``, one after the other.
    """
    if inspect.isclass(thing):
        for name, method in inspect.getmembers(thing, inspect.isroutine):
            home = (getattr(method, "__module__", None) or "").split(".")[0]
            own = not name.startswith("_") and name not in {"fit_transform", *UNCHECKED}
            if own and home in ("reservoir", "readouts") and parameters(method):
                yield name
