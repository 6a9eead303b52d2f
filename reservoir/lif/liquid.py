"""The spiking liquid: leaky integrate-and-fire units with exponential synapses, integrated exactly."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from reservoir.arguments import check_choice, check_integer, check_matrix, check_number, check_per_unit
from reservoir.base import BaseReservoir
from reservoir.lif.kernel import OUTPUTS, run_lif
from reservoir.lif.membrane import peak_response, response
from reservoir.lif.state import LIFState
from reservoir.sequences import read_sequences
from reservoir.topology import draw_inhibitory, explicit_weights, resolve_topology


class LIFLiquid(BaseReservoir):
    """Liquid of leaky integrate-and-fire units (liquid state machine).

    A unit integrates the background, the input and two synaptic currents (R = 1 MOhm, so nA and mV are the same size)::

        tau_membrane dV/dt = resting - V + R (background_current + W_in u + I_exc + I_inh)
        dI_exc/dt = -I_exc / tau_excitatory,    dI_inh/dt = -I_inh / tau_inhibitory

    At ``V >= threshold`` it spikes: V stays at ``reset`` for the refractory time, and after the delay of the projection
    the current of every listener jumps by the weight. The equations are linear between spikes and solved exactly on a
    grid of ``dt``. In a step, first V moves, then the currents decay, then thresholds are tested, then arrivals are
    added. One row of X is a current that is held for ``input_period``; one row of output is sampled at the end of it.

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
    input_degree : int, default=8
        Number of input features that each unit hears, at least 1; all of them if there are fewer.
    input_scaling : float, default=15.0
        Standard deviation of a unit's input current for inputs of unit variance, in nA, at least 0.
    tau_membrane : float, pair or array, default=20.0
        Membrane time constant in ms, above 0. This and the next parameters up to ``initial_voltage`` take one number, a
        pair (excitatory, inhibitory) or an array ``(n_units,)``.
    tau_excitatory, tau_inhibitory : float, default=3.0 and 6.0
        Decay times of the synaptic currents in ms, above 0; one number each.
    threshold, reset, resting : float, pair or array, default=15.0, 0.0 and 0.0
        In mV; ``reset`` lies below ``threshold``.
    refractory : float, pair or array, default=2.0
        In ms, at least 0: the next spike comes no sooner than this after the last.
    background_current : float, pair, array or None, default=None
        In nA. None draws it per unit, uniform between half of what reaches the threshold and just that.
    initial_voltage : float, pair, array or None, default=None
        V before the first step, in mV; None is ``resting``.
    delays : float or tuple of 4, default=1.0
        Synaptic delay in ms, at least 0, rounded to steps; a tuple gives the projections (EE, EI, IE, II), EI being
        from excitatory to inhibitory units.
    dt : float, default=1.0
        Step of the grid in ms, above 0.
    input_period : float, default=10.0
        Duration of one row of X in ms; a whole number of ``dt``.
    output : {"traces", "counts", "voltages"}, default="traces"
        Spikes filtered by ``exp(-t / tau_trace)``, spikes per input period, or V in mV.
    tau_trace : float, default=30.0
        In ms, above 0.
    input_weights : matrix (n_units, n_features) or None, default=None
        W_in in nA, instead of a random one.
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
    recurrent_weights_ : csr_array (n_units, n_units)
    input_weights_ : array (n_units, n_features)
    inhibitory_ : boolean array (n_units,)
    background_current_ : array (n_units,)
    n_units_ : int
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

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
        input_degree=8,
        input_scaling=15.0,
        tau_membrane=20.0,
        tau_excitatory=3.0,
        tau_inhibitory=6.0,
        threshold=15.0,
        reset=0.0,
        resting=0.0,
        refractory=2.0,
        background_current=None,
        initial_voltage=None,
        delays=1.0,
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
        self.input_degree = input_degree
        self.input_scaling = input_scaling
        self.tau_membrane = tau_membrane
        self.tau_excitatory = tau_excitatory
        self.tau_inhibitory = tau_inhibitory
        self.threshold = threshold
        self.reset = reset
        self.resting = resting
        self.refractory = refractory
        self.background_current = background_current
        self.initial_voltage = initial_voltage
        self.delays = delays
        self.dt = dt
        self.input_period = input_period
        self.output = output
        self.tau_trace = tau_trace
        self.input_weights = input_weights
        self.recurrent_weights = recurrent_weights
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

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
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype)
        events = [self._events(series) for series in sequences.series]
        return events[0] if sequences.container == "series" else events

    def _draw(self, n_features, random_state):
        check_choice("output", self.output, OUTPUTS)
        seeds = [np.random.RandomState(seed) for seed in random_state.randint(2**31 - 1, size=4)]
        given = explicit_weights(self.recurrent_weights, self.topology)
        n_units = check_integer("n_units", self.n_units) if given is None else given.shape[0]
        self.inhibitory_ = self._draw_populations(n_units, given, seeds[0])
        units = self._unit_parameters()
        reach = units["threshold"] - units["resting"]
        if given is None:
            given = self._draw_recurrent(n_units, reach.mean(), units["tau_membrane"].mean(), seeds[1])
        if self.background_current is None:
            background = reach * seeds[3].uniform(0.5, 1.0, n_units)
        else:
            background = self._per_unit("background_current", self.background_current)
        self.n_units_ = n_units
        self.recurrent_weights_ = given.astype(self._dtype)
        self.input_weights_ = self._draw_input(n_units, n_features, seeds[2]).astype(self._dtype)
        self.background_current_ = background.astype(self._dtype)

    def _draw_populations(self, n_units, given, random_state):
        if self.inhibitory is None and given is not None:
            weights = given.tocsc()
            return ((weights < 0).sum(axis=0) > 0) & ((weights > 0).sum(axis=0) == 0)
        if np.ndim(self.inhibitory) == 0:
            fraction = 0.2 if self.inhibitory is None else self.inhibitory
            fraction = check_number("inhibitory", fraction, at_least=0, below=1)
            mask = draw_inhibitory(n_units, fraction, random_state) if fraction else np.zeros(n_units, dtype=bool)
            if mask.all():
                raise ValueError(f"'inhibitory' must leave an excitatory unit; {fraction} of {n_units} units is all.")
            return mask
        mask = np.asarray(self.inhibitory)
        if mask.shape != (n_units,) or mask.dtype != bool:
            raise ValueError(
                f"'inhibitory' must be a fraction or a boolean array of shape ({n_units},); "
                f"got shape {mask.shape} and dtype {mask.dtype}."
            )
        return mask.copy()

    def _per_unit(self, name, value, **bounds):
        if isinstance(value, (tuple, list, np.ndarray)) and len(value) == 2 != len(self.inhibitory_):
            excitatory, inhibitory = (check_number(name, part, **bounds) for part in value)
            return np.where(self.inhibitory_, inhibitory, excitatory)
        return check_per_unit(name, value, len(self.inhibitory_), **bounds)

    def _unit_parameters(self):
        units = {
            "tau_membrane": self._per_unit("tau_membrane", self.tau_membrane, above=0),
            "threshold": self._per_unit("threshold", self.threshold),
            "reset": self._per_unit("reset", self.reset),
            "resting": self._per_unit("resting", self.resting),
            "refractory": self._per_unit("refractory", self.refractory, at_least=0),
        }
        for name in ("reset", "resting"):
            if np.any(units[name] >= units["threshold"]):
                raise ValueError(
                    f"'{name}' must lie below 'threshold' for every unit; got {name}={getattr(self, name)!r} "
                    f"with threshold={self.threshold!r}."
                )
        initial = self.resting if self.initial_voltage is None else self.initial_voltage
        units["initial_voltage"] = self._per_unit("initial_voltage", initial)
        return units

    def _draw_recurrent(self, n_units, reach, tau_membrane, random_state):
        scaling = check_number("recurrent_scaling", self.recurrent_scaling, at_least=0)
        graph = resolve_topology(self.topology).connect(n_units, self.degree, random_state, self.inhibitory_)
        tau_excitatory = check_number("tau_excitatory", self.tau_excitatory, above=0)
        tau_inhibitory = check_number("tau_inhibitory", self.tau_inhibitory, above=0)
        degree = max(graph.nnz / n_units, 1)
        excitatory = scaling * reach / (degree * peak_response(tau_membrane, tau_excitatory))
        n_inhibitory = max(self.inhibitory_.sum(), 1)
        balance = (n_units - n_inhibitory) / n_inhibitory * tau_excitatory / tau_inhibitory
        weights = np.where(self.inhibitory_[graph.indices], -excitatory * balance, excitatory)
        graph.data = weights * random_state.gamma(2.0, 0.5, graph.nnz)
        return graph

    def _draw_input(self, n_units, n_features, random_state):
        scaling = check_number("input_scaling", self.input_scaling, at_least=0)
        fan_in = min(check_integer("input_degree", self.input_degree), n_features)
        if self.input_weights is not None:
            return check_matrix("input_weights", self.input_weights, (n_units, n_features))
        heard = np.argsort(random_state.uniform(size=(n_units, n_features)), axis=1) < fan_in
        return np.where(heard, random_state.standard_normal((n_units, n_features)), 0.0) * scaling / np.sqrt(fan_in)

    def _prepare(self):
        dtype = self._dtype
        dt = check_number("dt", self.dt, above=0)
        period = check_number("input_period", self.input_period, above=0)
        n_substeps = round(period / dt)
        if n_substeps < 1 or abs(n_substeps * dt - period) > 1e-9 * period:
            raise ValueError(f"'input_period' must be a whole number of dt={dt:g} ms; got {period:g} ms.")
        tau_trace = check_number("tau_trace", self.tau_trace, above=0)
        self._slots, self._units = self._delay_steps(dt), self._unit_parameters()
        tau = self._units["tau_membrane"]
        taus = [check_number(name, getattr(self, name), above=0) for name in ("tau_excitatory", "tau_inhibitory")]
        charge = -np.expm1(-dt / tau)
        membrane = [
            np.exp(-dt / tau),
            charge * (self._units["resting"] + self.background_current_),
            *(response(dt, tau, tau_s) for tau_s in taus),
            self._units["threshold"],
            self._units["reset"],
        ]
        hold = np.clip(np.floor((self._units["refractory"] + 1e-3 * dt) / dt) - 1, 0, np.iinfo(np.int32).max)
        self._arguments = (
            self._circuit(dtype),
            np.stack(membrane).astype(dtype),
            hold.astype(np.int32),
            np.exp(-dt / np.array(taus)).astype(dtype),
            np.ascontiguousarray((self.input_weights_ * charge[:, None]).T.astype(dtype)),
            np.exp(-dt * np.arange(n_substeps + 1) / tau_trace).astype(dtype),
            OUTPUTS[self.output],
        )

    def _delay_steps(self, dt):
        delays = self.delays if isinstance(self.delays, (tuple, list)) else (self.delays,) * 4
        if len(delays) != 4:
            raise ValueError(f"'delays' must be one number or four (EE, EI, IE, II); got {self.delays!r}.")
        return np.array([int(check_number("delays", delay, at_least=0) / dt + 0.5) for delay in delays])

    def _circuit(self, dtype):
        """Sort the synapses by source: a spike then reads its listeners, delays and weights in one sweep."""
        by_source = self.recurrent_weights_.T.tocsr()
        sources = np.repeat(np.arange(self.n_units_), np.diff(by_source.indptr))
        from_inhibitory, to_inhibitory = self.inhibitory_[sources], self.inhibitory_[by_source.indices]
        return (
            by_source.indptr.astype(np.uint32),
            (by_source.indices + self.n_units_ * from_inhibitory).astype(np.uint32),
            self._slots[2 * from_inhibitory + to_inhibitory].astype(np.uint32),
            by_source.data.astype(dtype),
        )

    def _rest(self):
        dtype = self._dtype
        n_slots = 1 << int(self._slots.max()).bit_length()
        return LIFState(
            voltage=self._units["initial_voltage"].astype(dtype),
            current=np.zeros((2, self.n_units_), dtype),
            refractory=np.zeros(self.n_units_, np.int32),
            arrivals=np.zeros((n_slots, 2, self.n_units_), dtype),
            trace=np.zeros(self.n_units_, dtype),
        )

    def _check_state(self, state):
        if not isinstance(state, LIFState):
            raise ValueError(f"'state' must be a LIFState, as returned by run; got {type(state).__name__}.")
        return state.check(self._rest())

    def _drive(self, X, state):
        states, state, _ = self._simulate(X, state, capacity=0)
        return states, state

    def _events(self, X):
        # The first run counts the spikes; a run is far cheaper than a dense raster.
        states, state, (_, _, n_spikes) = self._simulate(X, self._rest(), capacity=0)
        self._check_finite(states, state)
        *_, (steps, units, _) = self._simulate(X, self._rest(), capacity=n_spikes)
        return steps, units

    def _simulate(self, X, state, capacity):
        state = LIFState(*(np.array(part) for part in state))
        states = np.empty((len(X), self.n_units_), dtype=state.voltage.dtype)
        steps, units = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
        n_slots = len(state.arrivals)
        arrivals = state.arrivals.reshape(n_slots, -1)
        parts = (state.voltage, state.current.reshape(-1), state.refractory, arrivals, state.trace)
        n_spikes, n_steps = run_lif(*self._arguments, X, *parts, states, steps, units)
        if n_steps % n_slots:
            state = state._replace(arrivals=np.roll(state.arrivals, -(n_steps % n_slots), axis=0))
        return states, state, (steps, units, n_spikes)
