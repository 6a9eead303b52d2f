"""The liquid of leaky integrate-and-fire units, with the constants of the units as parameters of its own."""

from typing import Literal, final

from numpy.typing import ArrayLike

from readouts.types import Array, Matrix, Precision, RandomState
from reservoir.spiking.conductance_synapses import ConductanceSynapses
from reservoir.spiking.liquid import SpikingLiquid
from reservoir.spiking.markram import Markram
from reservoir.spiking.neurons import LeakyIntegrateAndFire
from reservoir.spiking.neurons.neuron import PerUnit
from reservoir.topology import Topology


@final
class LIFLiquid(SpikingLiquid):
    """Liquid of leaky integrate-and-fire units (liquid state machine).

    A unit integrates the background, the input and two synaptic currents (R = 1 MOhm, so nA and mV are the same size)::

        tau_membrane dV/dt = resting - V + R (background_current + W_in u + I_exc + I_inh)
        dI_exc/dt = -I_exc / tau_excitatory,    dI_inh/dt = -I_inh / tau_inhibitory

    At ``V >= threshold`` it spikes: V stays at ``reset`` for the refractory time, and after the synapse's delay the
    current of every postsynaptic unit jumps by the weight. The equations are linear between spikes and solved exactly
    on a grid of ``dt``. In a step, first V moves, then the currents decay, then thresholds are tested, then arrivals
    are added: the spikes are those of Brian2's ``method="exact"``. One row of X is a current that is held for
    ``input_period``, or the spikes of input channels at its beginning; one row of output is sampled at the end of it.

    Parameters
    ----------
    n_units : int, default=100
        Number of units. If ``recurrent_weights`` (or a matrix as ``topology``) is given, its size counts instead.
    topology : str, Topology or matrix, default="random"
        Which unit receives input from which; of a topology only the graph is used. A matrix stands for
        ``recurrent_weights``.
    degree : int or None, default=None
        Number of units that each unit receives input from, 1 to ``n_units``; None is ``min(10, n_units)``.
    inhibitory : float, boolean array (n_units,) or None, default=None
        Inhibitory units: a fraction in [0, 1), which units being random, or a mask. None is 0.2 for a random circuit;
        for given weights, the units whose outgoing weights are negative, none of them positive.
    recurrent_scaling : float, default=0.5
        At 1, as many simultaneous excitatory spikes as a unit has synapses take it just from rest to threshold, on
        average. Weights follow a gamma law of shape 2. Inhibitory weights balance the charge of the excitatory ones.
    input : {"current", "spikes"}, default="current"
        What X holds: currents, or whole numbers of spikes of each channel, 0 to 2**53.
    input_degree : int or None, default=None
        Number of input features that each unit receives, at least 1; all of them if there are fewer. None is 8.
    input_density : float or None, default=None
        Share of the units, above 0 and at most 1, that each input channel reaches, instead of ``input_degree``. Units
        receive equally many random channels, up to one.
    input_scaling : float or array (n_channels,), default=15.0
        Standard deviation of a unit's input current for inputs of unit variance, in nA, at least 0; of spikes, the mean
        jump of the excitatory current. One number for all channels or one for each: of currents, a unit's is then the
        root mean square over those that it receives.
    input_delays : float, pair or matrix (n_units, n_features), default=0.0
        Delay of input spikes in ms, at least 0, rounded as ``delays``; a pair gives those to (excitatory, inhibitory)
        units. Currents have none.
    tau_membrane : float, pair or array, default=20.0
        Membrane time constant in ms, above 0. This and the next parameters up to ``noise`` take one number, a pair
        (excitatory, inhibitory) or an array ``(n_units,)``, of the unit itself; for two units, a tuple is the pair.
    tau_excitatory, tau_inhibitory : float, pair or array, default=3.0 and 6.0
        Decay times of the unit's two synaptic currents in ms, above 0.
    threshold, reset, resting : float, pair or array, default=15.0, 0.0 and 0.0
        In mV; ``reset`` lies below ``threshold``.
    refractory : float, pair or array, default=2.0
        In ms, at least 0, rounded down to whole steps as in Brian2, to a thousandth of a step: 1.25 ms are 12 steps of
        0.1 ms. The next spike comes that many steps after the last, or later, and at least one. (NEST has 14 steps
        there, and 21 for 2 ms, which are 20 here and in Brian2.)
    background_current : float, pair, array or None, default=None
        In nA. None draws it per unit, uniform between half and all of the current that just reaches the threshold.
    initial_voltage : float, pair, array or None, default=None
        V before the first step, in mV; None is ``resting``.
    noise : float, pair or array, default=0.0
        Standard deviation in nA of a Gaussian current drawn anew in every ``dt``. Drawn from ``random_state`` as a
        function of the time since rest, so that it is the same in every series and every call.
    delays : float, tuple of 4 or matrix, default=1.0
        Synaptic delay in ms, at least 0; a tuple gives the projections (EE, EI, IE, II), EI being from excitatory to
        inhibitory units; a matrix, sparse or dense, has an entry for every synapse. It is rounded half up to steps,
        2**20 of them at most; as in Brian2, times are brought to seconds first, whose floating point decides half
        steps: ``int((delay * 1e-3) / (dt * 1e-3) + 0.5)``.
    synapses : ConductanceSynapses or None, default=None
        None is current-based synapses. Conductances are held over a step, in which the voltage then moves exactly
        (exponential Euler, as Brian2's ``method="exponential_euler"``).
    short_term_plasticity : Markram or None, default=None
        Facilitation and depression of the recurrent synapses; None is static ones.
    dt : float, default=1.0
        Step of the grid in ms, above 0.
    input_period : float, default=10.0
        Duration of one row of X in ms; a whole number of ``dt``.
    output : {"traces", "counts", "voltages"}, default="traces"
        Spikes filtered by ``exp(-t / tau_trace)``, spikes per input period, or V in mV.
    tau_trace : float, default=30.0
        In ms, above 0.
    input_weights : matrix (n_units, n_features) or None, default=None
        W_in in nA, instead of a random one. A spike's weight is the jump of the current (in uS of the conductance, with
        `ConductanceSynapses`), the excitatory one if it is positive, else the inhibitory.
    recurrent_weights : matrix (n_units, n_units), dense or sparse, or None, default=None
        Jumps of the synaptic current in nA, row = postsynaptic unit; with `ConductanceSynapses`, of the conductance in
        uS, by the size of the weight. Whether a weight acts through the excitatory or the inhibitory current is decided
        by its column's population; its sign is kept.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    dtype : {"float64", "float32"}, default="float64"
        Precision of weights and states.
    random_state : int, RandomState or None, default=None
        Seed of everything random.

    Attributes
    ----------
    recurrent_weights_, delays_ : csr_array (n_units, n_units)
        In nA (uS with conductances) and ms; of the same structure.
    input_weights_ : array (n_units, n_features)
    inhibitory_ : boolean array (n_units,)
    tau_membrane_, tau_excitatory_, tau_inhibitory_, threshold_, reset_, resting_, refractory_ : arrays (n_units,)
    background_current_, initial_voltage_, noise_ : arrays (n_units,)
    synapses_ : ConductanceSynapses or None
        With arrays (n_units,), each also an attribute of its own, such as ``reversal_excitatory_``.
    short_term_plasticity_ : Markram or None
        With matrices. None if static, the weights being rescaled.
    refractory_steps_ : int64 array (n_units,)
        Steps of ``dt`` for which a unit is held after a spike.
    n_units_ : int
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    Warns
    -----
    LiquidHealthWarning
        By ``fit``, if the liquid is silent, saturated or epileptic on the first second of X: which scale to change, and
        by how much.

    Notes
    -----
    Every attribute above ``refractory_steps_``, handed to the constructor under its name without the underscore,
    rebuilds the fitted circuit.

    References
    ----------
    W. Maass, T. Natschlaeger and H. Markram, "Real-time computing without stable states", Neural Computation 14:2531,
    2002; S. Rotter and M. Diesmann, "Exact digital simulation of time-invariant linear systems", Biological Cybernetics
    81:381, 1999, section 3.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> u = np.random.RandomState(0).standard_normal((50, 3))
    >>> liquid = LIFLiquid(n_units=40, random_state=0).fit(u)
    >>> liquid.transform(u).shape
    (50, 40)
    >>> steps, units = liquid.spikes(u)
    >>> bool(steps.max() < 50 * 10)
    True
    """

    def __init__(
        self,
        n_units: int = 100,
        *,
        topology: str | Topology | Matrix = "random",
        degree: int | None = None,
        inhibitory: float | Array | None = None,
        recurrent_scaling: float = 0.5,
        input: Literal["current", "spikes"] = "current",
        input_degree: int | None = None,
        input_density: float | None = None,
        input_scaling: float | ArrayLike = 15.0,
        input_delays: float | tuple[float, float] | Matrix = 0.0,
        tau_membrane: PerUnit = 20.0,
        tau_excitatory: PerUnit = 3.0,
        tau_inhibitory: PerUnit = 6.0,
        threshold: PerUnit = 15.0,
        reset: PerUnit = 0.0,
        resting: PerUnit = 0.0,
        refractory: PerUnit = 2.0,
        background_current: PerUnit | None = None,
        initial_voltage: PerUnit | None = None,
        noise: PerUnit = 0.0,
        delays: float | tuple[float, float, float, float] | Matrix = 1.0,
        synapses: ConductanceSynapses | None = None,
        short_term_plasticity: Markram | None = None,
        dt: float = 1.0,
        input_period: float = 10.0,
        output: Literal["traces", "counts", "voltages"] = "traces",
        tau_trace: float = 30.0,
        input_weights: Matrix | None = None,
        recurrent_weights: Matrix | None = None,
        n_jobs: int | None = None,
        dtype: Precision = "float64",
        random_state: RandomState = None,
    ) -> None:
        self.n_units = n_units
        self.topology = topology
        self.degree = degree
        self.inhibitory = inhibitory
        self.recurrent_scaling = recurrent_scaling
        self.input = input
        self.input_degree = input_degree
        self.input_density = input_density
        self.input_scaling = input_scaling
        self.input_delays = input_delays
        self.tau_membrane = tau_membrane
        self.tau_excitatory = tau_excitatory
        self.tau_inhibitory = tau_inhibitory
        self.threshold = threshold
        self.reset = reset
        self.resting = resting
        self.refractory = refractory
        self.background_current = background_current
        self.initial_voltage = initial_voltage
        self.noise = noise
        self.delays = delays
        self.synapses = synapses
        self.short_term_plasticity = short_term_plasticity
        self.dt = dt
        self.input_period = input_period
        self.output = output
        self.tau_trace = tau_trace
        self.input_weights = input_weights
        self.recurrent_weights = recurrent_weights
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

    def _make_neuron(self):
        return LeakyIntegrateAndFire(
            self.tau_membrane, self.threshold, self.reset, self.resting, initial_voltage=self.initial_voltage
        )
