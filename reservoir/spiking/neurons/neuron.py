"""What a model of a spiking unit declares; all else, from delays to outputs, is done by the loop."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Container
from dataclasses import field, fields
from typing import Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from readouts.types import Array
from reservoir.checks.short_repr import short_repr

# One number, a pair (excitatory, inhibitory), or one number per unit.
PerUnit: TypeAlias = float | tuple[float, float] | ArrayLike


class Motion(NamedTuple):
    """How units move in a step of the grid.

    ``membrane`` are the constants of ``step``, a NamedTuple of arrays (n_units,). What moves a unit beside its synaptic
    currents is ``gain`` times the sum of ``offset``, its background, its input and its noise, all of them in nA.
    """

    membrane: Any
    gain: Array
    offset: Array | float


def constant(
    default: Any, unit: str, *, like: str | Callable[[dict[str, Array]], Array] | None = None, **bounds: float
) -> Any:
    """Declare a constant of a neuron, in a unit and between bounds.

    Parameters
    ----------
    default : float or None
        None where it is that of another constant.
    unit : str
        Such as "ms".
    like : str, callable or None, default=None
        What None stands for: the constant of this name, or ``like(constants)``, an array (n_units,) made of those that
        are declared before this one, a dict of arrays (n_units,) by their names.
    **bounds : ``above``, ``at_least``, ``below`` or ``at_most``
        What each of its values is checked for.
    """
    return field(default=default, metadata={"unit": unit, "like": like, "bounds": bounds})


def check_declaration(model: type, taken: Container[str]) -> None:
    """Raise TypeError unless the class of a neuron declares all that the loop of spiking liquids reads.

    Parameters
    ----------
    model : subclass of Neuron
    taken : names of the parameters of the liquid, which no constant may have
    """
    where = f"The class {model.__name__} of 'neuron' must"
    missing = [name for name in ("variables", "spike", "state", "kernel") if not hasattr(model, name)]
    if missing:
        raise TypeError(f"{where} define {', '.join(map(repr, missing))}, see reservoir.spiking.neurons.neuron.Neuron.")
    if model.conductance_kernel is not None:  # type: ignore[attr-defined]
        for name in ("conductance_motion", "working_voltage"):
            if getattr(model, name) is getattr(Neuron, name):
                raise TypeError(f"{where} define {name!r}, for it has a 'conductance_kernel'.")
    constants = model.constants()  # type: ignore[attr-defined]
    undeclared = [name for name, metadata in constants.items() if "bounds" not in metadata]
    if undeclared:
        raise TypeError(f"{where} declare each constant by constant(default, unit); got {undeclared[0]!r} without.")
    crossing = model.crossing  # type: ignore[attr-defined]
    absent = [name for name in (crossing, "reset", *model.spike._fields) if name not in constants]  # type: ignore
    if absent:
        raise TypeError(f"{where} declare a constant {absent[0]!r}; got {', '.join(constants) or 'none'}.")
    known = [name for name in constants if name in taken]
    if known:
        raise TypeError(f"{where} not call a constant {known[0]!r}, as a parameter of the liquid is called.")


class Neuron(BaseEstimator, ABC):
    """A model of a spiking unit, for the argument ``neuron`` of `SpikingLiquid`.

    A model of your own is a dataclass that subclasses this one, ``@dataclass(eq=False, repr=False)``. Its fields are
    its constants, each declared by `constant`. Two of them are ``reset`` and, above it, the one at which a spike is
    detected, ``threshold`` unless ``crossing`` names another, both in mV; a variable starts at the constant
    ``initial_<name>``, or else at 0.

    By itself it has synaptic currents. If it can have conductances, too, it defines ``conductance_kernel``, whose
    ``step`` is given these instead, `conductance_motion` and `working_voltage`.

    Attributes
    ----------
    variables, spike : NamedTuple classes
        The names of the variables of a unit, ``voltage`` in mV among them, and of the constants that its spikes depend
        on.
    state : NamedTuple class
        What `reservoir.spiking.state.spiking_state` makes of ``variables``.
    kernel, conductance_kernel : staticmethod
        What `reservoir.spiking.kernel.spiking_kernel` makes of the compiled functions of the model, for currents and
        for conductances; the second is None in models that have none.
    crossing : str
        Name of the constant in mV at which a spike is detected; "threshold", or, in models whose spikes have an
        upstroke of their own, another that ends it.
    default_refractory : float
        What ``refractory=None`` of a liquid stands for, in ms.
    """

    variables: ClassVar[Any]
    spike: ClassVar[Any]
    state: ClassVar[Any]
    kernel: ClassVar[Callable[..., Any]]
    conductance_kernel: ClassVar[Callable[..., Any] | None] = None
    crossing: ClassVar[str] = "threshold"
    default_refractory: ClassVar[float] = 2.0

    reset: PerUnit

    __repr__ = short_repr

    @abstractmethod
    def motion(self, dt: float, tau_excitatory: Array, tau_inhibitory: Array) -> Motion:
        """Return how units with arrays of constants move in a step of ``dt``, all times in ms."""

    @abstractmethod
    def rheobase(self) -> Array:
        """Return the constant current in nA that just takes each unit to its threshold, or raise ValueError."""

    @abstractmethod
    def excitability(self, tau_synapse: float) -> tuple[float, float]:
        """Return two means over units, by which random weights are scaled.

        The way from rest to the threshold in mV, and the largest V in mV that a jump of a synaptic current by 1 nA
        causes, which fades with ``tau_synapse``, in ms.
        """

    def conductance_motion(self, dt: float, reversal_excitatory: Array, reversal_inhibitory: Array) -> Motion:
        """Return how units with arrays of constants move in a step of ``dt`` in ms, by conductances.

        The two arrays are the voltages in mV to which excitatory and inhibitory conductances pull.
        """
        raise TypeError(f"{type(self).__name__} has no conductances. Leave its synapses currents, by synapses=None.")

    def working_voltage(self) -> Array:
        """Return the voltages in mV at which random conductances are scaled: midway from rest to threshold."""
        raise TypeError(f"{type(self).__name__} has no conductances. Leave its synapses currents, by synapses=None.")

    def reach(self) -> Array:
        """Return how many mV each unit has to go to its threshold, above 0: by shares of it, plasticity moves units.

        By itself it is the way to ``threshold`` from the lower of ``resting`` and ``reset``, where there is no rest
        from ``reset``; in models without a threshold, that of `excitability`.
        """
        if "threshold" not in self.constants():
            return np.full(self.n_units, self.excitability(1.0)[0])
        threshold, crossing = (getattr(self, name) for name in ("threshold", self.crossing))
        reach = np.subtract(threshold, np.minimum(self.reset, getattr(self, "resting", self.reset)))
        return np.where(reach > 0, reach, np.subtract(crossing, self.reset)).astype(np.float64)

    def ceiling(self) -> Array:
        """Return the voltage in mV that no unit is above after a step; infinite where none is known.

        By itself it is the peak where spikes end at one, and infinite for others, whose reset may leave some voltage.
        """
        if self.crossing == "threshold":
            return np.full(self.n_units, np.inf)
        return np.asarray(getattr(self, self.crossing), np.float64)

    def time_constants(self) -> dict[str, Array]:
        """Return the times in ms in which variables of a unit fade by a factor of e, by the names of the constants.

        These are the constants called ``tau_...``; ``tau_membrane`` is that of the voltage between spikes.
        """
        return {name: np.asarray(getattr(self, name), np.float64) for name in self.constants() if name[:4] == "tau_"}

    @property
    def n_units(self) -> int:
        """Number of units of a neuron with arrays of constants."""
        return len(self.reset)  # type: ignore[arg-type]

    @classmethod
    def constants(cls) -> dict[str, Any]:
        """Return the declaration of every constant by its name: ``unit``, ``like`` and ``bounds``."""
        return {one.name: one.metadata for one in fields(cls)}

    @classmethod
    def scales(cls) -> list[str]:
        """Return the names of the constants that random weights follow from."""
        return [name for name in cls.constants() if name != "reset" and not name.startswith("initial_")]
