"""The spiking liquid: leaky integrate-and-fire units with exponential synapses, integrated exactly."""

import numpy as np
from scipy.sparse import csr_array
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import of_one_fit
from readouts.slices import slices
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_choice, check_integer, check_memory, check_number, in_precision
from reservoir.driving.threads import map_series
from reservoir.series.lazy_series import blocks
from reservoir.series.sequences import read_sequences
from reservoir.spiking import draw
from reservoir.spiking.circuit import SynapseList, arrange_circuit, arrange_dynamics, input_synapses, recurrent_synapses
from reservoir.spiking.health import judge
from reservoir.spiking.kernel import OUTPUTS, Readout, Source, Spike, SpikingProgram, run_lif
from reservoir.spiking.markram import Markram, resolve_markram
from reservoir.spiking.membrane import response
from reservoir.spiking.noise import draw_noise
from reservoir.spiking.projections import at_synapses
from reservoir.spiking.state import LIFState, check_lif_state
from reservoir.spiking.steps import refractory_steps
from reservoir.topology import explicit_weights

INPUTS = ("current", "spikes")
ROWS_AT_ONCE = 2**20  # with noise, how many of its numbers are held
MOST_STEPS = 10**7  # in a row of X
MOST_SPIKES = 2.0**53  # of a channel in a row; above, numbers are not counted one by one
# What recurrent weights follow from where they are drawn.
DRAWN_FROM = ("recurrent_scaling", "tau_membrane", "tau_excitatory", "tau_inhibitory", "threshold", "resting")
ROOM = 2**24  # spikes that are reserved memory for; if there are more, a second run makes room for their number


class LIFLiquid(BaseReservoir):
    """Liquid of leaky integrate-and-fire units (liquid state machine).

    A unit integrates the background, the input and two synaptic currents (R = 1 MOhm, so nA and mV are the same size)::

        tau_membrane dV/dt = resting - V + R (background_current + W_in u + I_exc + I_inh)
        dI_exc/dt = -I_exc / tau_excitatory,    dI_inh/dt = -I_inh / tau_inhibitory

    At ``V >= threshold`` it spikes: V stays at ``reset`` for the refractory time, and after the synapse's delay the
    current of every listener jumps by the weight. The equations are linear between spikes and solved exactly on a
    grid of ``dt``. In a step, first V moves, then the currents decay, then thresholds are tested, then arrivals are
    added: the spikes are those of Brian2's ``method="exact"``. One row of X is a current that is held for
    ``input_period``, or the spikes of input channels at its beginning; one row of output is sampled at the end of it.

    Parameters
    ----------
    n_units : int, default=100
        Number of units. If ``recurrent_weights`` (or a matrix as ``topology``) is given, its size counts instead.
    topology : str, Topology or matrix, default="random"
        Who listens to whom; of a topology only the graph is used. A matrix stands for ``recurrent_weights``.
    degree : int or None, default=None
        Number of units that each unit listens to, 1 to ``n_units``; None is ``min(10, n_units)``.
    inhibitory : float, boolean array (n_units,) or None, default=None
        Inhibitory units: a fraction in [0, 1), which units being random, or a mask. None is 0.2 for a random circuit;
        for given weights, the units whose outgoing weights are negative, none of them positive.
    recurrent_scaling : float, default=0.5
        At 1, as many simultaneous excitatory spikes as a unit has synapses take it just from rest to threshold, on
        average. Weights follow a gamma law of shape 2. Inhibitory weights balance the charge of the excitatory ones.
    input : {"current", "spikes"}, default="current"
        What X holds: currents, or whole numbers of spikes of each channel, 0 to 2**53.
    input_degree : int, default=8
        Number of input features that each unit hears, at least 1; all of them if there are fewer.
    input_scaling : float, default=15.0
        Standard deviation of a unit's input current for inputs of unit variance, in nA, at least 0; of spikes, the mean
        jump of the excitatory current.
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
        In nA. None draws it per unit, uniform between half of what reaches the threshold and just that.
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
        W_in in nA, instead of a random one. A spike's weight is the jump of the current, the excitatory one if it is
        positive, else the inhibitory.
    recurrent_weights : matrix (n_units, n_units), dense or sparse, or None, default=None
        Jumps of the synaptic current in nA, row = listener. Whether a weight acts through the excitatory or the
        inhibitory current is decided by its column's population; its sign is kept.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    dtype : {"float64", "float32"}, default="float64"
        Precision of weights and states.
    random_state : int, RandomState or None, default=None
        Seed of everything random.

    Attributes
    ----------
    recurrent_weights_, delays_ : csr_array (n_units, n_units)
        In nA and ms; of the same structure.
    input_weights_ : array (n_units, n_features)
    inhibitory_ : boolean array (n_units,)
    tau_membrane_, tau_excitatory_, tau_inhibitory_, threshold_, reset_, resting_, refractory_ : arrays (n_units,)
    background_current_, initial_voltage_, noise_ : arrays (n_units,)
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

    _never_recovers = True  # a voltage or current that is NaN or infinite is part of its next value

    def __init__(
        self,
        n_units=100,
        *,
        topology="random",
        degree=None,
        inhibitory=None,
        recurrent_scaling=0.5,
        input="current",
        input_degree=8,
        input_scaling=15.0,
        input_delays=0.0,
        tau_membrane=20.0,
        tau_excitatory=3.0,
        tau_inhibitory=6.0,
        threshold=15.0,
        reset=0.0,
        resting=0.0,
        refractory=2.0,
        background_current=None,
        initial_voltage=None,
        noise=0.0,
        delays=1.0,
        short_term_plasticity=None,
        dt=1.0,
        input_period=10.0,
        output="traces",
        tau_trace=30.0,
        input_weights=None,
        recurrent_weights=None,
        n_jobs=None,
        dtype="float64",
        random_state=None,
    ):
        self.n_units = n_units
        self.topology = topology
        self.degree = degree
        self.inhibitory = inhibitory
        self.recurrent_scaling = recurrent_scaling
        self.input = input
        self.input_degree = input_degree
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

    @of_one_fit
    def spikes(self, X):
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
        events = map_series(lambda one: self.events(one)[:2], sequences.series, self.n_jobs)
        return events[0] if sequences.container == "series" else events

    def _draw(self, n_features, random_state):
        self.output_ = check_choice("output", self.output, OUTPUTS)
        self.input_ = check_choice("input", self.input, INPUTS)
        as_spikes = self.input_ == "spikes"
        seeds = [np.random.RandomState(seed) for seed in random_state.randint(2**31 - 1, size=6)]
        given = explicit_weights(self.recurrent_weights, self.topology)
        drawn_from = DRAWN_FROM if given is None else ()
        n_units = check_integer("n_units", self.n_units) if given is None else given.shape[0]
        check_memory("n_units", n_units, 8 * n_units)
        inhibitory = draw.draw_populations(self.inhibitory, n_units, given, seeds[0])
        constants = draw.unit_constants(self, inhibitory)
        if given is None:
            given = draw.draw_recurrent(
                self.topology, self.degree, self.recurrent_scaling, constants, inhibitory, seeds[1]
            )
        weights = draw.draw_input(
            self.input_weights, self.input_degree, self.input_scaling, as_spikes, n_units, n_features, seeds[2]
        )
        constants["background_current"] = draw.draw_background(self.background_current, constants, inhibitory, seeds[3])
        self.n_units_, self.inhibitory_ = n_units, inhibitory
        draw.input_delays(self.input_delays, inhibitory, n_features)
        scales = ("input_scaling",) if self.input_weights is None else ()
        self.input_weights_ = in_precision("input_weights", weights, self.dtype_, scales)
        for name, values in constants.items():
            setattr(self, f"{name}_", in_precision(name, values, self.dtype_))
        self._draw_synapses(given, drawn_from, seeds[4])
        for name in ("refractory", "noise"):
            setattr(self, f"{name}_", draw.per_unit(name, getattr(self, name), inhibitory, at_least=0))
        self._noise_seed = seeds[5].randint(2**31 - 1)

    def _draw_synapses(self, weights, drawn_from, random_state):
        delays = at_synapses("delays", self.delays, weights, self.inhibitory_, at_least=0)
        markram = self.short_term_plasticity
        values = None if markram is None else resolve_markram(markram, weights, self.inhibitory_, random_state)
        if values is not None and markram.static:
            use, resource = markram.stationary(*values)
            weights.data *= use * resource
            values = None
        self.recurrent_weights_ = in_precision("recurrent_weights", weights, self.dtype_, drawn_from)
        self.delays_, *parts = (
            csr_array((data, weights.indices, weights.indptr), shape=weights.shape)
            for data in (delays, *(values or ()))
        )
        self.short_term_plasticity_ = Markram(*parts, rate=markram.rate) if parts else None

    def _prepare(self):
        dtype = self.dtype_
        dt = check_number("dt", self.dt, above=0)
        period = check_number("input_period", self.input_period, above=0)
        n_substeps = round(min(period / dt, MOST_STEPS + 1))
        if n_substeps > MOST_STEPS:
            raise ValueError(
                f"'input_period' must be at most {MOST_STEPS} dt={dt:g} ms; got {period:g} ms. Use a larger 'dt'."
            )
        if n_substeps < 1 or abs(n_substeps * dt - period) > 1e-9 * period:
            raise ValueError(f"'input_period' must be a whole number of dt={dt:g} ms; got {period:g} ms.")
        tau_trace = check_number("tau_trace", self.tau_trace, above=0)
        tau = self.tau_membrane_.astype(float)
        taus = self.tau_excitatory_.astype(float), self.tau_inhibitory_.astype(float)
        with np.errstate(all="ignore"):
            charge = -np.expm1(-dt / tau)
            background = charge * (self.resting_ + self.background_current_)
            membrane = np.stack(
                [np.exp(-dt / tau), *(response(dt, tau, t) for t in taus), *(np.exp(-dt / t) for t in taus)]
            )
            trace_decay = np.exp(-dt * np.arange(n_substeps + 1) / tau_trace).astype(dtype)
        if not np.isfinite(membrane).all():
            raise ValueError(
                f"'tau_membrane', 'tau_excitatory' and 'tau_inhibitory' must not be that far below dt={dt:g} ms; "
                f"got one of {min(map(np.min, (tau, *taus))):g} ms."
            )
        if np.all(membrane == membrane[:, :1]):
            membrane = membrane[:, :1]
        self.refractory_steps_ = refractory_steps(self.refractory_, dt)
        as_spikes = self.input_ == "spikes"
        input_weights = np.zeros_like(self.input_weights_) if as_spikes else self.input_weights_ * charge[:, None]
        circuit, dynamics, memory = self._circuit(dt, as_spikes)
        self._longest_delay = int(circuit.delays.max(initial=0))
        self._at_rest = LIFState(
            0, self.initial_voltage_.copy(), np.zeros((2, self.n_units_), dtype), np.zeros(self.n_units_, np.int64),
            np.zeros(self.n_units_, dtype), np.empty((0, 3), np.int64), *memory,
        )  # fmt: skip
        self._noise = self.noise_ * charge, self._noise_seed
        self._is_noisy = bool(self.noise_.any())
        self.input_period_, self.dt_, self.n_substeps_, self.tau_trace_ = period, dt, n_substeps, tau_trace
        return SpikingProgram(
            np.ascontiguousarray(membrane.astype(dtype)),
            Spike(self.threshold_.copy(), self.reset_.copy(), self.refractory_steps_.copy()),
            circuit,
            dynamics,
            Source(np.ascontiguousarray(input_weights.T.astype(dtype)), background.astype(dtype), as_spikes),
            Readout(trace_decay, OUTPUTS[self.output_]),
        )

    def _circuit(self, dt, as_spikes):
        n, n_channels = self.input_weights_.shape
        recurrent = self.recurrent_weights_
        synapses = recurrent_synapses(recurrent, draw.delay_steps("delays", self.delays_.data, dt), self.inhibitory_)
        if as_spikes:
            delays = draw.input_delays(self.input_delays, self.inhibitory_, n_channels)
            more = input_synapses(self.input_weights_, draw.delay_steps("input_delays", delays, dt))
            synapses = SynapseList(*map(np.concatenate, zip(synapses, more, strict=True)))
        markram, values = self.short_term_plasticity_, None
        if markram is not None:
            values = [getattr(markram, name).data for name in ("utilization", "depression", "facilitation")]
        groups = self.inhibitory_.astype(np.int64) if values is not None else np.zeros(n, np.int64)
        circuit, order = arrange_circuit(synapses, n, n + n_channels, groups, self.dtype_)
        return circuit, *arrange_dynamics(markram, values, circuit, order, n, dt, self.dtype_)

    def _inspect(self, series):
        if self.input_ == "spikes":
            for block in (block for one in series for block in blocks(one)):
                _check_spikes(block)
        judge(self, series)

    def _freeze(self):
        super()._freeze()
        markram = vars(self).get("short_term_plasticity_")  # a liquid that is not fitted can be pickled too
        if markram is not None:
            for matrix in (markram.utilization, markram.depression, markram.facilitation):
                matrix.data.setflags(write=False)

    def _rest(self):
        return self._at_rest

    def _check_state(self, state):
        return check_lif_state(state, self._at_rest, self._longest_delay, sum(self.input_weights_.shape))

    def _check_rows(self, X, first=0):
        if self.input_ == "spikes":
            _check_spikes(X)

    def _check_finite(self, states, state):
        super()._check_finite(states, (state.voltage, state.current, state.trace))

    def _drive(self, X, state):
        states = np.empty((len(X), self.n_units_), self.dtype_)
        return states, self._write_states(X, state, states)

    def _write_states(self, X, state, states):
        return self.simulate(X, state, capacity=0, states=states)[1]

    def events(self, X, state=None, room=None):
        """Drive on from a state, as `drive` does, and return the spikes and the state after them.

        Parameters
        ----------
        X, state : as `drive` takes them
        room : int or None, default=None
            Number of spikes to make room for; if there are more, a second run does. None is room for 100 Hz.

        Returns
        -------
        steps, units : int64 arrays (n_spikes,)
            As `spikes` returns them; steps are counted by the clock of the state.
        state : LIFState
        """
        self._check_rows(X)
        state = self._rest() if state is None else state
        if room is None:  # only what is written to takes memory
            room = int(min(len(X) * self.input_period_ * self.n_units_ / 10 + 1, ROOM))
        states, end, (steps, units, n_spikes) = self.simulate(X, state, room)
        if n_spikes > room:
            states, end, (steps, units, _) = self.simulate(X, state, n_spikes)
        self._check_finite(states, end)
        return steps[:n_spikes].copy(), units[:n_spikes].copy(), end

    def simulate(self, X, state, capacity, states=None):
        """Drive on from a state, as `drive` does, and return the spikes, too.

        Parameters
        ----------
        X, state : as `drive` takes them
        capacity : int
            Number of spikes to keep; later ones are counted only.
        states : array (n_steps, n_units) to write the states into, or None

        Returns
        -------
        states : array (n_steps, n_units)
        state : LIFState
        (steps, units, n_spikes) : int64 arrays (capacity,), filled up to the number of spikes, and that
        """
        dtype, n_substeps = self.dtype_, self.n_substeps_
        clock, in_flight = np.array([state.step], np.int64), np.array(state.in_flight, order="C")
        parts = [np.array(part) for part in (*state[1:5], *state[6:])]
        shape, parts[1] = parts[1].shape, parts[1].reshape(-1)
        advanced = (clock, *parts[:4], tuple(parts[4:]))
        if states is None:
            states = np.empty((len(X), self.n_units_), dtype)
        events = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
        most = max(ROWS_AT_ONCE // (n_substeps * self.n_units_), 1) if self._is_noisy else len(X)
        total = 0
        for rows in slices(len(X), self.n_units_, most):
            noise = draw_noise(*self._noise, clock[0] // n_substeps, len(X[rows]), n_substeps, dtype)
            free = tuple(part[total:] for part in events)
            n_spikes, in_flight = run_lif(*self._arguments, X[rows], noise, advanced, in_flight, states[rows], free)
            total += n_spikes
        parts[1] = parts[1].reshape(shape)
        return states, LIFState(int(clock[0]), *parts[:4], in_flight, *parts[4:]), (*events, total)


def _check_spikes(X):
    if np.any(X < 0) or np.any(X > MOST_SPIKES) or np.any(np.rint(X) != X):
        wrong = X[(X < 0) | (X > MOST_SPIKES) | (np.rint(X) != X)][0]
        raise ValueError(
            f"X must hold whole numbers of spikes, 0 to 2**53, where input='spikes'; got {wrong}. "
            "Encode values as spikes, or use input='current'."
        )
