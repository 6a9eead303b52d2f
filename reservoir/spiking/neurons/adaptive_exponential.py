"""The adaptive exponential integrate-and-fire unit (AdEx), integrated by forward Euler."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, final

import numpy as np
from scipy.special import xlogy

from readouts.compiling import fma, njit
from readouts.types import Array
from reservoir.checks.arguments import check_choice, check_number
from reservoir.kernels.functions import exp
from reservoir.spiking.kernel import spiking_kernel
from reservoir.spiking.membrane import peak_response
from reservoir.spiking.neurons.neuron import Motion, Neuron, PerUnit, constant
from reservoir.spiking.state import spiking_state

# Naud et al. 2008, Table 1: C in pF, g_L in nS, E_L, V_T and Delta_T in mV, a in nS, tau_w in ms, b in pA, V_r in mV,
# and the current in pA under which a unit that rested fires like this.
FIRING_PATTERNS = {
    "tonic spiking": (200, 10, -70, -50, 2, 2, 30, 0, -58, 500),
    "adaptation": (200, 12, -70, -50, 2, 2, 300, 60, -58, 500),
    "initial burst": (130, 18, -58, -50, 2, 4, 150, 120, -50, 400),
    "regular bursting": (200, 10, -58, -50, 2, 2, 120, 100, -46, 210),
    "delayed accelerating": (200, 12, -70, -50, 2, -10, 300, 0, -58, 300),
    "delayed regular bursting": (100, 10, -65, -50, 2, -10, 90, 30, -47, 110),
    "transient spiking": (100, 10, -65, -50, 2, 10, 90, 100, -47, 180),
    "irregular spiking": (100, 12, -60, -50, 2, -11, 130, 30, -48, 160),
}


class Variables(NamedTuple):
    """Voltage in mV and the current w that adaptation draws, in nA."""

    voltage: float
    adaptation: float


class Membrane(NamedTuple):
    """What moves V and w: dt / tau of both, the exponential, in 1 / mV and mV, the rest in mV, and a dt / tau_w."""

    rate: float | Array
    steepness: float | Array
    slope: float | Array
    threshold: float | Array
    resting: float | Array
    coupling: float | Array
    adaptation_rate: float | Array


class ConductanceMembrane(NamedTuple):
    """As `Membrane`, and the reversal potentials in mV where synapses are conductances."""

    rate: float | Array
    steepness: float | Array
    slope: float | Array
    threshold: float | Array
    resting: float | Array
    coupling: float | Array
    adaptation_rate: float | Array
    reversal_excitatory: float | Array
    reversal_inhibitory: float | Array


class Spike(NamedTuple):
    """Where the upstroke of a spike ends, in mV, and what the spike does to V and w."""

    peak: float
    reset: float
    adaptation_jump: float


AdExState = spiking_state("AdExState", __name__, Variables)


@njit
def advance(membrane, state, drive, synaptic):
    """Return the variables after a step of forward Euler under a synaptic current, both from those before it.

    V is below the peak before a step, or it would have been reset; so the exponential may be as large as it likes, even
    infinite: V is reset, and w, which depends on V before the step, never learns of it.
    """
    sodium = membrane.slope * exp(membrane.steepness * (state.voltage - membrane.threshold))
    pulled = (sodium - state.voltage) + (synaptic - state.adaptation)
    kept = fma(-membrane.adaptation_rate, state.adaptation, state.adaptation)
    return Variables(
        fma(membrane.rate, pulled, state.voltage) + drive,
        fma(membrane.coupling, state.voltage - membrane.resting, kept),
    )


@njit
def step(membrane, state, drive, excitatory, inhibitory):
    """Return the variables after a step with synaptic currents."""
    return advance(membrane, state, drive, excitatory + inhibitory)


@njit
def step_by_conductances(membrane, state, drive, excitatory, inhibitory):
    """Return the variables after a step with synaptic conductances."""
    by_excitatory = excitatory * (membrane.reversal_excitatory - state.voltage)
    synaptic = fma(inhibitory, membrane.reversal_inhibitory - state.voltage, by_excitatory)
    return advance(membrane, state, drive, synaptic)


@njit
def reaches_peak(spike, state):
    """Return whether the upstroke of a spike has ended."""
    return state.voltage >= spike.peak


@njit
def adapt(spike, state):
    """Return the variables of a unit after its spike."""
    return Variables(spike.reset, state.adaptation + spike.adaptation_jump)


run_adex = spiking_kernel(Variables, Membrane, Spike, step=step, crosses=reaches_peak, reset=adapt)
run_conductance_adex = spiking_kernel(
    Variables, ConductanceMembrane, Spike, step=step_by_conductances, crosses=reaches_peak, reset=adapt
)


@final
@dataclass(eq=False, repr=False)
class AdaptiveExponential(Neuron):
    """Adaptive exponential integrate-and-fire unit (AdEx), for the argument ``neuron`` of `SpikingLiquid`.

    An exponential makes the upstroke of spikes; a current w adapts to the voltage and to spikes (R = 1 MOhm)::

        tau_membrane   dV/dt = resting - V + slope exp((V - threshold) / slope) + R (I - w)
        tau_adaptation dw/dt = adaptation_coupling (V - resting) - w
        at V >= peak:  V -> reset,  w -> w + adaptation_jump

    It is integrated by forward Euler, V and w from their values before the step, as Brian2's example of the paper does
    (``method="euler"``), and has the same spikes where synaptic variables are multiplied by ``exp(-dt / tau)`` there,
    too, instead of Euler's ``1 - dt / tau``. NEST's ``aeif_psc_exp`` and ``aeif_cond_exp`` take adaptive steps; ours
    approach their spikes as ``dt`` shrinks. Forward Euler is late in every upstroke: between 1.2 and 3 times the
    rheobase, the mean interval of the default unit in its first second is longer than that of the equations by::

        dt       0.05 ms       0.1 ms        0.5 ms      1 ms
                 0.2 to 0.8 %  0.4 to 1.4 %  2 to 5 %    3 to 10 %

    Conductances that add up to more than ``2 tau_membrane / dt`` uS make V swing. A refractory unit holds V at
    ``reset``, and w goes on with that V, as in Brian2 where V is ``(unless refractory)``, and in NEST. By default it is
    not refractory, as in both.

    Parameters
    ----------
    tau_membrane : float, pair or array, default=281/30
        Membrane time constant in ms, above 0 and at least ``dt``. This and the others take what those of
        `LeakyIntegrateAndFire` take.
    threshold : float, pair or array, default=-50.4
        V_T in mV, where a slow current starts a spike. (It is not where a spike is detected, which is ``peak``.)
    slope : float, pair or array, default=2.0
        Delta_T in mV, at least 1e-3: how sharp the threshold is. Towards 0, a unit becomes leaky integrate-and-fire.
    resting, reset : float, pair or array, default=-70.6
        In mV. ``reset`` lies below ``peak``; above ``threshold`` it makes bursts.
    peak : float, pair or array, default=0.0
        Where the upstroke ends, in mV: that of NEST's ``aeif`` models. (Brian2's example of the paper has ``threshold +
        5 slope``.) V passes it so fast that spikes hardly depend on it.
    adaptation_coupling : float, pair or array, default=4/30
        a in uS, at least -1: the leak is 1 uS.
    adaptation_jump : float, pair or array, default=80.5/30
        b in nA.
    tau_adaptation : float, pair or array, default=144.0
        tau_w in ms, above 0 and at least ``dt``.
    initial_voltage : float, pair, array or None, default=None
        V before the first step, in mV; None is ``resting``. w starts at 0.

    Raises
    ------
    ValueError
        By ``fit`` of a liquid, if a constant is out of range, or ``dt`` too long for forward Euler.

    References
    ----------
    R. Brette and W. Gerstner, "Adaptive exponential integrate-and-fire model as an effective description of neuronal
    activity", Journal of Neurophysiology 94:3637, 2005, whose constants are the default ones.

    Examples
    --------
    A unit under a steady current, twice that which makes it fire:

    >>> import numpy as np
    >>> from reservoir import AdaptiveExponential, SpikingLiquid
    >>> alone = {"recurrent_scaling": 0.0, "inhibitory": 0.0, "dt": 0.1}
    >>> liquid = SpikingLiquid(1, neuron=AdaptiveExponential(), background_current=42.0, **alone).fit([[0.0]])
    >>> steps, _ = liquid.spikes(np.zeros((30, 1)))
    >>> np.diff(steps)[:8]
    array([ 95, 104, 115, 127, 140, 154, 169, 182])
    """

    tau_membrane: PerUnit = constant(281.0 / 30.0, "ms", above=0)
    threshold: PerUnit = constant(-50.4, "mV")
    slope: PerUnit = constant(2.0, "mV", at_least=1e-3)
    resting: PerUnit = constant(-70.6, "mV")
    reset: PerUnit = constant(-70.6, "mV")
    peak: PerUnit = constant(0.0, "mV")
    adaptation_coupling: PerUnit = constant(4.0 / 30.0, "uS", at_least=-1)
    adaptation_jump: PerUnit = constant(80.5 / 30.0, "nA")
    tau_adaptation: PerUnit = constant(144.0, "ms", above=0)
    initial_voltage: PerUnit | None = constant(None, "mV", like="resting")

    variables: ClassVar = Variables
    spike: ClassVar = Spike
    state: ClassVar = AdExState
    kernel: ClassVar = staticmethod(run_adex)
    conductance_kernel: ClassVar = staticmethod(run_conductance_adex)
    crossing: ClassVar = "peak"
    default_refractory: ClassVar = 0.0

    @classmethod
    def from_physical(
        cls,
        capacitance: float = 281.0,
        leak: float = 30.0,
        *,
        adaptation_coupling: float = 4.0,
        adaptation_jump: float = 80.5,
        **constants: PerUnit,
    ) -> "AdaptiveExponential":
        """Return the unit with constants as they are measured, brought to R = 1 MOhm.

        Currents in pA, of the background or the input, are to be divided by ``leak`` to be in nA here, and conductances
        in nS to be in uS.

        Parameters
        ----------
        capacitance : float, default=281.0
            C in pF, above 0.
        leak : float, default=30.0
            g_L in nS, above 0.
        adaptation_coupling : float, default=4.0
            a in nS.
        adaptation_jump : float, default=80.5
            b in pA.
        **constants : any other constant of the class, in mV or ms

        Raises
        ------
        ValueError
            If an argument is no number in its range.

        Examples
        --------
        >>> from reservoir import AdaptiveExponential
        >>> AdaptiveExponential.from_physical(200.0, 10.0, adaptation_coupling=2.0, reset=-58.0).tau_membrane
        20.0
        """
        capacitance, leak = check_number("capacitance", capacitance, above=0), check_number("leak", leak, above=0)
        coupling = check_number("adaptation_coupling", adaptation_coupling)
        jump = check_number("adaptation_jump", adaptation_jump)
        tau, *scaled = (value / leak for value in (capacitance, coupling, jump))
        if not np.isfinite([tau, *scaled]).all():
            raise ValueError(f"'leak' must be large enough to divide the other constants by; got {leak:g} nS.")
        return cls(tau, adaptation_coupling=scaled[0], adaptation_jump=scaled[1], **constants)

    @classmethod
    def of_pattern(cls, pattern: str) -> tuple["AdaptiveExponential", float]:
        """Return a unit that fires in a known pattern, and the constant current in nA under which it does so.

        Parameters
        ----------
        pattern : str
            "tonic spiking", "adaptation", "initial burst", "regular bursting", "delayed accelerating", "delayed regular
            bursting", "transient spiking" or "irregular spiking", whose chaotic intervals depend on ``dt``.

        Returns
        -------
        neuron, current : AdaptiveExponential, float
            The second is a ``background_current``.

        Raises
        ------
        ValueError
            If there is no such pattern.

        References
        ----------
        R. Naud, N. Marcille, C. Clopath and W. Gerstner, "Firing patterns in the adaptive exponential
        integrate-and-fire model", Biological Cybernetics 99:335, 2008, Table 1.

        Examples
        --------
        >>> import numpy as np
        >>> from reservoir import AdaptiveExponential, SpikingLiquid
        >>> neuron, current = AdaptiveExponential.of_pattern("regular bursting")
        >>> alone = {"recurrent_scaling": 0.0, "inhibitory": 0.0, "dt": 0.1}
        >>> liquid = SpikingLiquid(1, neuron=neuron, background_current=current, **alone).fit([[0.0]])
        >>> np.diff(liquid.spikes(np.zeros((50, 1)))[0])
        array([  33,   56, 1319,   58, 1333,   58, 1333,   58])
        """
        row = FIRING_PATTERNS[check_choice("pattern", pattern, FIRING_PATTERNS)]
        capacitance, leak, resting, threshold, slope, coupling, tau, jump, reset, current = map(float, row)
        neuron = cls.from_physical(
            capacitance, leak, adaptation_coupling=coupling, adaptation_jump=jump, tau_adaptation=tau,
            resting=resting, threshold=threshold, slope=slope, reset=reset,
        )  # fmt: skip
        return neuron, current / leak

    def motion(self, dt: float, tau_excitatory: Array, tau_inhibitory: Array) -> Motion:
        """Return how units move in a step of ``dt``: by the slopes before it, times ``dt``."""
        return self._motion(Membrane, dt)

    def conductance_motion(self, dt: float, reversal_excitatory: Array, reversal_inhibitory: Array) -> Motion:
        """Return how units move in a step of ``dt`` by conductances."""
        return self._motion(ConductanceMembrane, dt, reversal_excitatory, reversal_inhibitory)

    def working_voltage(self) -> Array:
        """Return the voltages midway from rest to threshold."""
        return np.add(self.resting, self.threshold) / 2

    def rheobase(self) -> Array:
        """Return the constant current in nA from which on units do not come to rest, but fire.

        At a fixed point with ``exp((V - threshold) / slope) = x``, the current is
        ``(1 + a) (threshold + slope log(x) - resting) - slope x``. There is none for larger x than ``1 + a``
        (saddle-node), and for larger x than ``1 + tau_membrane / tau_adaptation`` it is unstable (Andronov-Hopf;
        Touboul and Brette, Biological Cybernetics 99:319, 2008, section 2).
        """
        coupling, slope = np.asarray(self.adaptation_coupling, np.float64), np.asarray(self.slope, np.float64)
        total = 1 + coupling
        x = np.minimum(total, 1 + np.divide(self.tau_membrane, self.tau_adaptation))
        current = total * np.subtract(self.threshold, self.resting) + slope * (xlogy(total, x) - x)
        if np.any(current < 0):
            raise ValueError(
                "'resting' must lie below 'threshold', by some slopes, for every unit where 'background_current' is "
                "drawn; pass a background_current for units that fire by themselves."
            )
        return current

    def excitability(self, tau_synapse: float) -> tuple[float, float]:
        """Return the way from rest to V_T and the peak response to a synapse without adaptation, means over units."""
        reach = np.abs(np.subtract(self.threshold, self.resting)).mean()
        return reach, peak_response(np.asarray(self.tau_membrane).mean(), tau_synapse)

    def _motion(self, kind, dt, *reversals):
        tau, tau_adaptation = np.asarray(self.tau_membrane), np.asarray(self.tau_adaptation)
        slope, coupling = np.asarray(self.slope), np.asarray(self.adaptation_coupling)
        damped = (tau + tau_adaptation) / (1 + np.maximum(coupling, 0))
        longest = min(part.min() for part in (tau, tau_adaptation, damped))
        if dt > longest:
            raise ValueError(
                "'dt' must not be longer than 'tau_membrane', 'tau_adaptation', and their sum over 1 + "
                f"'adaptation_coupling', or forward Euler is unstable at rest: {longest:.3g} ms; got {dt:g} ms."
            )
        rate, rate_adaptation = dt / tau, dt / tau_adaptation
        parts = rate, 1 / slope, slope, self.threshold, self.resting, coupling * rate_adaptation, rate_adaptation
        return Motion(kind(*parts, *reversals), gain=rate, offset=np.asarray(self.resting))
