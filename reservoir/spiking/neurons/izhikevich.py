"""The simple model of Izhikevich 2003, in the steps that were published with it."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, final

import numpy as np
from numpy.typing import ArrayLike

from readouts.compiling import njit
from readouts.types import Array, RandomState
from reservoir.checks.arguments import check_choice, check_random_state
from reservoir.checks.unit_selection import check_mask
from reservoir.spiking.kernel import spiking_kernel
from reservoir.spiking.membrane import peak_response
from reservoir.spiking.neurons.neuron import Motion, Neuron, PerUnit, constant
from reservoir.spiking.state import spiking_state

QUADRATIC, LINEAR, OFFSET = 0.04, 5.0, 140.0  # 1 / (mV ms), 1 / ms, mV / ms: dV/dt of a unit without u and current

# a, b, c and d of figure 2 of the paper.
KINDS = {
    "regular spiking": (0.02, 0.2, -65.0, 8.0),
    "intrinsically bursting": (0.02, 0.2, -55.0, 4.0),
    "chattering": (0.02, 0.2, -50.0, 2.0),
    "fast spiking": (0.1, 0.2, -65.0, 2.0),
    "low-threshold spiking": (0.02, 0.25, -65.0, 2.0),
    "thalamo-cortical": (0.02, 0.25, -65.0, 0.05),
    "resonator": (0.1, 0.26, -65.0, 2.0),
}


class VoltageAndRecovery(NamedTuple):
    """The variables of a unit: V in mV and u in mV / ms."""

    voltage: float
    recovery: float


class Membrane(NamedTuple):
    """What moves a unit: half a step, the coefficients of dV/dt, dt times ``a``, and ``b``."""

    half_step: float | Array
    quadratic: float | Array
    linear: float | Array
    offset: float | Array
    recovery_step: float | Array
    b: float | Array


class ConductanceMembrane(NamedTuple):
    """What moves a unit where synapses are conductances: as `Membrane`, and the reversals in mV."""

    half_step: float | Array
    quadratic: float | Array
    linear: float | Array
    offset: float | Array
    recovery_step: float | Array
    b: float | Array
    reversal_excitatory: float | Array
    reversal_inhibitory: float | Array


class Peak(NamedTuple):
    """What a spike depends on: where it ends and is reset to, in mV, and the jump of u in mV / ms."""

    peak: float
    reset: float
    d: float


IzhikevichState = spiking_state("IzhikevichState", __name__, VoltageAndRecovery)


@njit
def half_step(membrane, voltage, recovery, drive, synaptic):
    """Return the voltage after half a step by Euler."""
    # In the order of NEST, so that the bits are the same.
    slope = membrane.quadratic * voltage * voltage + membrane.linear * voltage + membrane.offset - recovery
    return voltage + membrane.half_step * (slope + drive + synaptic)


@njit
def recover(membrane, voltage, recovery):
    """Return the variables after a step whose voltage is known, which u follows."""
    return VoltageAndRecovery(voltage, recovery + membrane.recovery_step * (membrane.b * voltage - recovery))


@njit
def step(membrane, state, drive, excitatory, inhibitory):
    """Return the variables after a step: two halves for V, then u."""
    synaptic = excitatory + inhibitory
    middle = half_step(membrane, state.voltage, state.recovery, drive, synaptic)
    return recover(membrane, half_step(membrane, middle, state.recovery, drive, synaptic), state.recovery)


@njit
def step_by_conductances(membrane, state, drive, excitatory, inhibitory):
    """Return the variables after a step, the synaptic current being that of the voltage of each half."""
    voltage = state.voltage
    for _ in range(2):
        pulled = excitatory * (membrane.reversal_excitatory - voltage)
        synaptic = pulled + inhibitory * (membrane.reversal_inhibitory - voltage)
        voltage = half_step(membrane, voltage, state.recovery, drive, synaptic)
    return recover(membrane, voltage, state.recovery)


@njit
def held_step(membrane, state, drive, excitatory, inhibitory):
    """Return the variables of a refractory unit after a step: u follows the voltage at which it is held."""
    return recover(membrane, state.voltage, state.recovery)


@njit
def reaches_peak(spike, state):
    """Return whether the upstroke of a unit has come to its peak."""
    return state.voltage >= spike.peak


@njit
def after_spike(spike, state):
    """Return the variables of a unit after its spike."""
    return VoltageAndRecovery(spike.reset, state.recovery + spike.d)


run_izhikevich = spiking_kernel(
    VoltageAndRecovery, Membrane, Peak,
    step=step, crosses=reaches_peak, reset=after_spike, held_step=held_step,
)  # fmt: skip
run_conductance_izhikevich = spiking_kernel(
    VoltageAndRecovery, ConductanceMembrane, Peak,
    step=step_by_conductances, crosses=reaches_peak, reset=after_spike, held_step=held_step,
)  # fmt: skip


def nullcline(constants):
    """Return b V of the initial voltage, where u is at rest."""
    return constants["b"] * constants["initial_voltage"]


@final
@dataclass(eq=False, repr=False)
class Izhikevich(Neuron):
    """Unit of Izhikevich 2003, for the argument ``neuron`` of `SpikingLiquid`.

    With R = 1 MOhm and a capacitance of 1 nF, I in nA, V in mV, and u, the recovery, in mV / ms::

        dV/dt = 0.04 V^2 + 5 V + 140 - u + I,    du/dt = a (b V - u)
        V >= peak:  V -> reset (his c),  u -> u + d

    A step is that of his program, for any ``dt``: two Euler steps of ``dt / 2`` for V, then one of ``dt`` for u with
    the new V, then the test for the peak and the reset. All currents are those of the beginning of the step, for both
    halves; conductances are, too, but pull with the V of each half. NEST's ``izhikevich`` does the same where
    ``consistent_integration`` is False (True, its default, takes one Euler step, and spikes move V itself). There, as
    in his program, a spike is a current in a single step, which ``tau_excitatory`` and ``tau_inhibitory`` of 0.001
    ``dt`` give here; a delay of NEST is one step longer than the same one here.

    His ``dt`` is 1 ms, the default of a liquid. So large a step fires less often than the equations: regular spiking
    units at 10 nA at 19.5 Hz, not 22.3, fast spiking ones at 66, not 136. With 0.1 ms these are 22 and 128. Below about
    -105 nA, half steps of 0.5 ms alternate far from where V would rest. Beyond some 300 nA of either sign, V passes its
    peak by so much that u, which follows it before the reset, may grow until the state overflows, which raises
    `StateOverflowError`; with 0.1 ms, 5000 nA are no such danger. For the same reason units that fire often are chaotic
    at 1 ms: a last bit changes some later spike. Refractory units hold V, which u follows.

    Parameters
    ----------
    a : float, pair or array, default=0.02
        Rate of the recovery in 1 / ms, at least 0. This and the others take what those of `LeakyIntegrateAndFire` take.
    b : float, pair or array, default=0.2
        Slope of the recovery in 1 / ms.
    reset : float, pair or array, default=-65.0
        His c in mV; it lies below ``peak``.
    d : float, pair or array, default=8.0
        Jump of u at a spike, in mV / ms.
    peak : float, pair or array, default=30.0
        Where a spike ends, in mV.
    initial_voltage : float, pair or array, default=-65.0
        V before the first step, in mV.
    initial_recovery : float, pair, array or None, default=None
        u before the first step, in mV / ms; None is ``b * initial_voltage``.

    References
    ----------
    E. M. Izhikevich, "Simple model of spiking neurons", IEEE Transactions on Neural Networks 14:1569, 2003.
    E. M. Izhikevich, "Dynamical Systems in Neuroscience", MIT Press, 2007, sections 5.2.4 and 8.1.4.

    Examples
    --------
    >>> from reservoir import Izhikevich, SpikingLiquid
    >>> alone = {"recurrent_weights": [[0.0]], "inhibitory": 0.0, "background_current": 10.0}
    >>> for kind in ("regular spiking", "chattering"):
    ...     liquid = SpikingLiquid(neuron=Izhikevich.of_kind(kind), **alone).fit([[0.0]])
    ...     print(kind, liquid.spikes([[0.0]] * 10)[0])
    regular spiking [ 3 30 78]
    chattering [ 3  6  9 13 61 65]
    """

    a: PerUnit = constant(0.02, "1/ms", at_least=0)
    b: PerUnit = constant(0.2, "1/ms")
    reset: PerUnit = constant(-65.0, "mV")
    d: PerUnit = constant(8.0, "mV/ms")
    peak: PerUnit = constant(30.0, "mV")
    initial_voltage: PerUnit = constant(-65.0, "mV")
    initial_recovery: PerUnit | None = constant(None, "mV/ms", like=nullcline)

    variables: ClassVar = VoltageAndRecovery
    spike: ClassVar = Peak
    state: ClassVar = IzhikevichState
    kernel: ClassVar = staticmethod(run_izhikevich)
    conductance_kernel: ClassVar = staticmethod(run_conductance_izhikevich)
    crossing: ClassVar = "peak"
    default_refractory: ClassVar = 0.0

    @classmethod
    def of_kind(cls, kind: str) -> "Izhikevich":
        """Return the unit of a kind of cortical neuron.

        Parameters
        ----------
        kind : str
            "regular spiking", "intrinsically bursting", "chattering", "fast spiking", "low-threshold spiking",
            "thalamo-cortical" or "resonator".

        Returns
        -------
        Izhikevich
            With a, b, c and d of figure 2 of the paper; it starts at V = c, u = b c.

        Raises
        ------
        ValueError
            If there is no such kind.

        Examples
        --------
        >>> from reservoir import Izhikevich
        >>> Izhikevich.of_kind("fast spiking")
        Izhikevich(a=0.1, b=0.2, reset=-65, d=2, peak=30, initial_voltage=-65, initial_recovery=None)
        """
        a, b, reset, d = KINDS[check_choice("kind", kind, KINDS)]
        return cls(a=a, b=b, reset=reset, d=d)

    @classmethod
    def of_populations(cls, inhibitory: ArrayLike, *, random_state: RandomState = None) -> "Izhikevich":
        """Return units that differ as those of the network of the paper, with r uniform in [0, 1) for each unit.

        Excitatory units lie between regular spiking and chattering, most of them near the first, inhibitory ones
        between low-threshold and fast spiking::

            excitatory:  a = 0.02,  b = 0.2,  c = -65 + 15 r^2,  d = 8 - 6 r^2
            inhibitory:  a = 0.02 + 0.08 r,  b = 0.25 - 0.05 r,  c = -65,  d = 2

        Parameters
        ----------
        inhibitory : boolean array (n_units,)
            Which units are inhibitory; a liquid of these units is given the same ``inhibitory``.
        random_state : int, RandomState or None, default=None
            Seed of r.

        Returns
        -------
        Izhikevich
            With arrays (n_units,) of a, b, reset (c) and d; V starts at -65 mV.

        Raises
        ------
        ValueError
            If ``inhibitory`` is no boolean array.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir import Izhikevich, SpikingLiquid
        >>> inhibitory = np.arange(100) >= 80
        >>> neuron = Izhikevich.of_populations(inhibitory, random_state=0)
        >>> liquid = SpikingLiquid(100, neuron=neuron, inhibitory=inhibitory, random_state=0)
        >>> liquid.fit_transform(np.random.RandomState(0).standard_normal((50, 3))).shape
        (50, 100)
        """
        mask = check_mask("inhibitory", inhibitory)
        r = check_random_state(random_state).uniform(size=len(mask))
        return cls(
            a=np.where(mask, 0.02 + 0.08 * r, 0.02),
            b=np.where(mask, 0.25 - 0.05 * r, 0.2),
            reset=np.where(mask, -65.0, -65.0 + 15.0 * r**2),
            d=np.where(mask, 2.0, 8.0 - 6.0 * r**2),
        )

    def motion(self, dt: float, tau_excitatory: Array, tau_inhibitory: Array) -> Motion:
        """Return how units move in a step of ``dt``; V is moved by currents in nA as they are."""
        return Motion(Membrane(*self._course(dt)), gain=np.ones(np.shape(self.a)), offset=0.0)

    def conductance_motion(self, dt: float, reversal_excitatory: Array, reversal_inhibitory: Array) -> Motion:
        """Return how units move in a step of ``dt`` by conductances."""
        membrane = ConductanceMembrane(*self._course(dt), reversal_excitatory, reversal_inhibitory)
        return Motion(membrane, gain=np.ones(np.shape(self.a)), offset=0.0)

    def _course(self, dt: float) -> tuple[float, float, float, float, Array, Array]:
        a, b = (np.asarray(values, np.float64) for values in (self.a, self.b))
        return 0.5 * dt, QUADRATIC, LINEAR, OFFSET, dt * a, b

    def working_voltage(self) -> Array:
        """Return the voltages midway from rest to where a unit takes off, the two roots of dV/dt with u = b V."""
        return (np.asarray(self.b, np.float64) - LINEAR) / (2 * QUADRATIC)

    def rheobase(self) -> Array:
        """Return the constant current in nA above which each unit does not rest.

        Where ``b > a``, as in all kinds of the paper, rest becomes unstable in a Hopf bifurcation, as V passes
        ``(a - 5) / 0.08``; else it meets the saddle at ``(b - 5) / 0.08`` and vanishes (Izhikevich 2007, section
        8.1.4). Some units that would rest just below this current keep firing once they have spiked::

            I = ((5 - b)^2 - max(b - a, 0)^2) / 0.16 - 140
        """
        a, b = (np.asarray(values, np.float64) for values in (self.a, self.b))
        current = ((LINEAR - b) ** 2 - np.maximum(b - a, 0) ** 2) / (4 * QUADRATIC) - OFFSET
        if np.any(current <= 0):
            raise ValueError(
                "'b' must be so small that every unit rests without a current where 'background_current' is drawn; "
                "pass a background_current for units that fire by themselves."
            )
        return current

    def excitability(self, tau_synapse: float) -> tuple[float, float]:
        """Return the way from rest to take-off and the peak response to a synapse near rest, means over units.

        Both without a current and with u = b V, where the two are the roots of
        ``0.04 V^2 + (5 - b) V + 140 = 0``. Near rest V then decays with ``1 / (0.04 times their distance)``.
        """
        b = np.asarray(self.b, np.float64)
        distance = np.sqrt(np.abs((LINEAR - b) ** 2 - 4 * QUADRATIC * OFFSET)) / QUADRATIC
        tau = 1 / (QUADRATIC * distance.mean())
        return distance.mean(), tau * peak_response(tau, tau_synapse)

    @classmethod
    def scales(cls) -> list[str]:
        """Return the name of the constant that random weights follow from."""
        return ["b"]
