"""The spiking liquid: units of any model, with exponential synapses, delays, refractoriness and noise, on a grid."""

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import of_one_fit
from readouts.types import Array, Matrix, Precision, RandomState, SeriesLike, SeriesOut
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_choice, check_integer, check_memory, check_number, in_precision
from reservoir.driving.hooks import StateOverflowError, drive_into_new
from reservoir.driving.threads import map_series
from reservoir.kernels.program import as_own
from reservoir.series.lazy_series import blocks
from reservoir.series.sequences import read_sequences
from reservoir.spiking import draw
from reservoir.spiking.arrangement import (
    OUTPUTS,
    SpikingProgram,
    arrange_motion,
    arrange_sampling,
    arrange_source,
    arrange_spike,
    resolve_times,
)
from reservoir.spiking.circuit import arrange_synapses
from reservoir.spiking.conductance_synapses import REVERSALS, ConductanceSynapses, driving_forces, resolve_synapses
from reservoir.spiking.health import warn_of_health
from reservoir.spiking.input_spikes import check_spikes
from reservoir.spiking.markram import Markram, freeze_markram
from reservoir.spiking.neurons.leaky_integrate_and_fire import LeakyIntegrateAndFire
from reservoir.spiking.neurons.neuron import Neuron, PerUnit, check_declaration
from reservoir.spiking.noise import draw_noise
from reservoir.spiking.simulation import gather_events, simulate_series
from reservoir.spiking.state import check_spiking_state, state_at_rest
from reservoir.spiking.steps import refractory_steps
from reservoir.topology import Topology, explicit_weights

INPUTS = ("current", "spikes")
TAUS = ("tau_excitatory", "tau_inhibitory")


class SpikingLiquid(BaseReservoir):
    """Liquid of spiking units of any model (liquid state machine).

    The neuron says how a unit moves in a step of the grid, when it spikes and what a spike resets. All else is the same
    for every neuron, and described at `LIFLiquid`, the liquid of leaky integrate-and-fire units: what moves a unit is
    ``I = background_current + W_in u + noise + I_exc + I_inh``, of which the two synaptic currents decay exponentially
    and jump when spikes arrive; with `ConductanceSynapses`, conductances do that. After a spike the voltage is held for
    the refractory time, while other variables of the unit go on.

    Parameters
    ----------
    n_units : int, default=100
        Number of units. If ``recurrent_weights`` (or a matrix as ``topology``) is given, its size counts instead.
    neuron : Neuron or None, default=None
        The model and its constants: `LeakyIntegrateAndFire` (so is None), `PerfectIntegrateAndFire`, `Izhikevich`,
        `AdaptiveLeakyIntegrateAndFire` or `AdaptiveExponential`. In a search they are ``neuron__threshold`` and so on.
    background_current : float, pair, array or None, default=None
        In nA. None draws it per unit, uniform between half and all of the neuron's rheobase, the constant current that
        just makes it fire.
    topology, degree, inhibitory, recurrent_scaling, recurrent_weights, delays, synapses, short_term_plasticity
        The circuit, as for `LIFLiquid`.
    input, input_degree, input_density, input_scaling, input_delays, input_weights
        What X holds and which units receive it, as for `LIFLiquid`.
    refractory : float, pair, array or None, default=None
        None is that of the model: 0 for `Izhikevich` and `AdaptiveExponential`, whose spikes have a course, else 2 ms.
    tau_excitatory, tau_inhibitory, noise, dt, input_period, output, tau_trace, n_jobs, dtype, random_state
        As for `LIFLiquid`, whose defaults they have.

    Attributes
    ----------
    neuron_ : Neuron
        With arrays (n_units,) of constants. Each is also an attribute of its own, such as ``threshold_``.
    recurrent_weights_, delays_ : csr_array (n_units, n_units)
    input_weights_ : array (n_units, n_features)
    inhibitory_, tau_excitatory_, tau_inhibitory_, refractory_, background_current_, noise_ : arrays (n_units,)
    synapses_ : ConductanceSynapses or None
    short_term_plasticity_ : Markram or None
    refractory_steps_ : int64 array (n_units,)
    n_units_, n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    Warns
    -----
    LiquidHealthWarning
        By ``fit``, if the liquid is silent, saturated or epileptic on the first second of X.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import PerfectIntegrateAndFire, SpikingLiquid
    >>> u = np.random.RandomState(0).standard_normal((50, 3))
    >>> liquid = SpikingLiquid(40, neuron=PerfectIntegrateAndFire(), background_current=10.0, random_state=0).fit(u)
    >>> liquid.transform(u).shape
    (50, 40)
    """

    _never_recovers = True  # a voltage or current that is NaN or infinite is part of its next value

    def __init__(
        self,
        n_units: int = 100,
        *,
        neuron: Neuron | None = None,
        topology: str | Topology | Matrix = "random",
        degree: int | None = None,
        inhibitory: float | Array | None = None,
        recurrent_scaling: float = 0.5,
        input: Literal["current", "spikes"] = "current",
        input_degree: int | None = None,
        input_density: float | None = None,
        input_scaling: float | ArrayLike = 15.0,
        input_delays: float | tuple[float, float] | Matrix = 0.0,
        tau_excitatory: PerUnit = 3.0,
        tau_inhibitory: PerUnit = 6.0,
        refractory: PerUnit | None = None,
        background_current: PerUnit | None = None,
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
        self.neuron = neuron
        self.topology = topology
        self.degree = degree
        self.inhibitory = inhibitory
        self.recurrent_scaling = recurrent_scaling
        self.input = input
        self.input_degree = input_degree
        self.input_density = input_density
        self.input_scaling = input_scaling
        self.input_delays = input_delays
        self.tau_excitatory = tau_excitatory
        self.tau_inhibitory = tau_inhibitory
        self.refractory = refractory
        self.background_current = background_current
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

    @property
    def neuron_(self) -> Neuron:
        """The neuron with arrays (n_units,) of constants, as fitted."""
        return self._neuron_class(**{name: getattr(self, f"{name}_") for name in self._neuron_class.constants()})

    @property
    def synapses_(self) -> ConductanceSynapses | None:
        """The reversal potentials of the synapses, arrays (n_units,), as fitted; None if synapses are currents."""
        if not (self._neuron_class and hasattr(self, "reversal_excitatory_")):  # the class is missing before a fit
            return None
        return ConductanceSynapses(self.reversal_excitatory_, self.reversal_inhibitory_)

    @of_one_fit
    def spikes(self, X: SeriesLike) -> SeriesOut:
        """Return the spikes of every series of X, driven from rest.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays

        Returns
        -------
        (steps, units) for a 2-D X, else a list of such pairs
            Integer arrays, in order of time: unit ``units[k]`` spiked in step ``steps[k]``, at ``steps[k] * dt`` ms.
            For spikes per unit and row of X see ``output="counts"``.
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=self.dtype_)
        events = map_series(lambda one: self.events(one)[:2], sequences.series, self.n_jobs)  # `drive_many` has none
        return events[0] if sequences.container == "series" else events

    def events(self, X: Array, state: Any = None, capacity: int | None = None) -> tuple[Array, Array, Any]:
        """Drive on from a state, as `drive` does, and return the spikes and the state after them.

        Parameters
        ----------
        X, state : as `drive` takes them
        capacity : int or None, default=None
            Number of spikes to reserve memory for; if there are more, a second run reserves enough. None is for 100 Hz.

        Returns
        -------
        steps, units : int64 arrays (n_spikes,)
            As `spikes` returns them; steps are counted by the clock of the state.
        state : the state after the last step
        """
        self._check_rows(X)
        state = self._rest() if state is None else state
        per_row = max(self.input_period_ * self.n_units_ / 10, 1)
        steps, units, end = gather_events(lambda *of: self.simulate(*of)[1:], X, state, capacity, per_row)
        try:
            self._check_finite(np.empty((len(X), 0)), end)
        except StateOverflowError:
            self.drive(X, state)  # says in which row
            raise
        return steps, units, end

    def simulate(
        self, X: Array, state: Any, capacity: int, states: Array | None = None
    ) -> tuple[Array, Any, tuple[Array, Array, int]]:
        """Drive on from a state, as `drive` does, and return the spikes, too.

        Parameters
        ----------
        X, state : as `drive` takes them
        capacity : int
            Number of spikes to keep; later ones are counted only.
        states : array (n_steps, n_units) to write the states into, or None to keep none of them

        Returns
        -------
        states : array (n_steps, n_units), or without columns
        state : the state after the last step
        (steps, units, n_spikes) : int64 arrays (capacity,), and the number of spikes, up to which these are filled
        """
        states, model = np.empty((len(X), 0), self.dtype_) if states is None else states, self._neuron_class
        end, events = simulate_series(
            model.conductance_kernel if self.synapses_ else model.kernel, self._arguments,
            model.variables._fields, X, state, states, capacity, self.n_substeps_,
            self._draw_noise if self._is_noisy else None,
        )  # fmt: skip
        return states, end, events

    def _draw_noise(self, first_row, n_rows):
        return draw_noise(self._noise_scale, self._noise_seed, first_row, n_rows, self.n_substeps_, self.dtype_)

    def _make_neuron(self):
        """Return the neuron with its constants as they are given."""
        neuron = LeakyIntegrateAndFire() if self.neuron is None else self.neuron
        if not isinstance(neuron, Neuron):
            raise ValueError(f"'neuron' must be None or a neuron, such as PerfectIntegrateAndFire(); got {neuron!r}.")
        check_declaration(type(neuron), self.get_params(deep=False))
        return neuron

    def _draw(self, n_features, random_state):
        self.output_ = check_choice("output", self.output, OUTPUTS)
        self.input_ = check_choice("input", self.input, INPUTS)
        neuron = self._make_neuron()
        seeds = [np.random.RandomState(seed) for seed in random_state.randint(2**31 - 1, size=6)]
        given = explicit_weights(self.recurrent_weights, self.topology)
        drawn_from = ("recurrent_scaling", *neuron.scales(), *TAUS) if given is None else ()
        n_units = check_integer("n_units", self.n_units) if given is None else given.shape[0]
        check_memory("n_units", n_units, 8 * n_units)
        inhibitory = draw.draw_populations(self.inhibitory, n_units, given, seeds[0])
        constants = draw.unit_constants(neuron, inhibitory)
        taus = [draw.per_unit(name, getattr(self, name), inhibitory, above=0) for name in TAUS]
        drawn, reversals = type(neuron)(**constants), resolve_synapses(self.synapses, neuron, inhibitory)
        forces = driving_forces(drawn, reversals if given is None or self.input_weights is None else {})
        if given is None:
            given = draw.draw_recurrent(
                self.topology, self.degree, self.recurrent_scaling, drawn, taus, forces, inhibitory, seeds[1]
            )
        weights = draw.draw_input(self, forces[0], (n_units, n_features), seeds[2])
        background = draw.draw_background(self.background_current, drawn, inhibitory, seeds[3])
        constants |= dict(zip(TAUS, taus, strict=True)) | {"background_current": background} | reversals
        self.n_units_, self.inhibitory_, self._neuron_class = n_units, inhibitory, type(neuron)
        for name in REVERSALS:
            vars(self).pop(f"{name}_", None)  # of an earlier fit
        draw.input_delays(self.input_delays, inhibitory, n_features)
        scales = ("input_scaling",) if self.input_weights is None else ()
        self.input_weights_ = in_precision("input_weights", weights, self.dtype_, scales)
        for name, values in constants.items():
            setattr(self, f"{name}_", in_precision(name, values, self.dtype_))
        self.recurrent_weights_, self.delays_, self.short_term_plasticity_ = draw.draw_synapses(
            given, self.delays, self.short_term_plasticity, inhibitory, drawn_from, self.dtype_, seeds[4]
        )
        refractory = neuron.default_refractory if self.refractory is None else self.refractory
        for name, value in (("refractory", refractory), ("noise", self.noise)):
            setattr(self, f"{name}_", draw.per_unit(name, value, inhibitory, at_least=0))
        self._noise_seed = seeds[5].randint(2**31 - 1)

    def _prepare(self):
        dtype, neuron = self.dtype_, self.neuron_
        dt, self.input_period_, self.n_substeps_ = resolve_times(self.dt, self.input_period)
        self.dt_, self.tau_trace_ = dt, check_number("tau_trace", self.tau_trace, above=0)
        sampling = arrange_sampling(self.output_, self.tau_trace_, dt, self.n_substeps_, dtype)
        taus = self.tau_excitatory_.astype(float), self.tau_inhibitory_.astype(float)
        reversals = [getattr(self, f"{name}_").astype(float) for name in REVERSALS] if self.synapses_ else []
        motion, decay = arrange_motion(neuron, dt, taus, reversals, dtype)
        as_spikes = self.input_ == "spikes"
        source = arrange_source(motion, self.input_weights_, self.background_current_, as_spikes, dtype)
        self.refractory_steps_ = refractory_steps(self.refractory_, dt)
        delays = draw.input_delays(self.input_delays, self.inhibitory_, self.n_features_in_)
        circuit, dynamics, memory = arrange_synapses(
            self.recurrent_weights_, self.delays_, self.short_term_plasticity_, self.inhibitory_,
            self.input_weights_, delays if as_spikes else None, dt, dtype, as_conductances=bool(reversals),
        )  # fmt: skip
        self._longest_delay = int(circuit.delays.max(initial=0))
        self._at_rest = as_own(state_at_rest(neuron, memory, dtype))
        self._noise_scale, self._is_noisy = self.noise_ * motion.gain, bool(self.noise_.any())
        spike, hold_steps = arrange_spike(neuron), self.refractory_steps_.copy()
        return SpikingProgram(motion.membrane, decay, spike, hold_steps, circuit, dynamics, source, sampling)

    def _inspect(self, series):
        if self.input_ == "spikes":
            for block in (block for one in series for block in blocks(one)):
                check_spikes(block)
        warn_of_health(self, series)

    def _freeze(self):
        super()._freeze()
        for part in vars(self).get("_at_rest", ())[1:]:  # all but the number of the step
            part.setflags(write=False)
        freeze_markram(vars(self).get("short_term_plasticity_"))  # a liquid that is not fitted can be pickled too

    def _rest(self):
        return self._at_rest

    def _check_state(self, state):
        return check_spiking_state(state, self._at_rest, self._longest_delay, sum(self.input_weights_.shape))

    def _check_rows(self, X, first=0):
        if self.input_ == "spikes":
            check_spikes(X)

    def _check_finite(self, states, state):
        variables = (getattr(state, name) for name in self._neuron_class.variables._fields)
        super()._check_finite(states, (*variables, state.current, state.trace))

    _drive = drive_into_new

    def _write_states(self, X, state, states):
        return self.simulate(X, state, capacity=0, states=states)[1]
