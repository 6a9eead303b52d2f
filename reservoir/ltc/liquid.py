"""The liquid time-constant reservoir: units coupled by synaptic conductances (Hasani et al. 2021)."""

import numpy as np
from scipy.sparse import csr_array

from reservoir.arguments import check_integer, check_matrix, check_number, check_per_unit, draw_per_unit
from reservoir.base import BaseReservoir
from reservoir.numerics import njit, repeat, shift_form, sigmoid
from reservoir.synapses import Synapses
from reservoir.topology import explicit_weights, resolve_topology


class LTCLiquid(BaseReservoir):
    """Liquid time-constant reservoir in its conductance form.

    Every unit is a leaky capacitor that the other units and the inputs u load through sigmoidal conductances::

        C_i dv_i/dt = g_i (leak_i - v_i) + sum_j a_ij (E_ij - v_i) + sum_k s_ik (E_ik - v_i)
        a_ij = w_ij sigmoid(slope_ij (v_j - midpoint_ij)),  s_ik the same with u_k in place of v_j

    so that its time constant ``C_i / (g_i + sum_j a_ij + sum_k s_ik)`` changes with the state and the input. One row of
    X lasts one unit of time, with u held, and is solved in ``n_substeps`` fused semi-implicit Euler steps of h::

        v_i <- (C_i v_i + h (g_i leak_i + sum a E)) / (C_i + h (g_i + sum a))

    Each is a convex combination of v and the potentials, so no state can leave their range, whatever the input.
    A densely coupled, untrained circuit of this kind forgets within a fraction of a step. This one is drawn
    so that it remembers: few, steep synapses, balanced reversal potentials, units centred on their working range, and
    time constants spread over more than a decade.

    Parameters
    ----------
    n_units : int, default=100
        Number of units. If ``recurrent_weights`` (or a matrix as ``topology``) is given, its size counts instead.
    topology : str, Topology or matrix, default="shift"
        Who listens to whom; of a topology only the graph is used. A matrix stands for ``recurrent_weights``.
    degree : int or None, default=None
        Number of units that each unit listens to, 1 to ``n_units``; None is ``min(6, n_units)``. Small is rich here.
    gain : float, default=1.0
        Target of the loop gain ``slope / (4 sqrt(degree)) coupling / (1 + coupling / 2)``, this model's analogue of a
        spectral radius, above 0: it sets the mean slope. Beyond about 1.1 states stop converging. With given weights
        the slopes are still drawn from it, ``coupling`` standing for what the weights add up to.
    coupling : float, default=16.0
        Sum of a unit's recurrent conductances over its leak conductance. Above 0.
    input_degree : int, default=3
        Number of input features that each unit hears, at least 1; all of them if there are fewer.
    input_scaling : float, default=1.0
        Factor on the conductances from the input, at least 0. The rest of the defaults expects inputs of unit variance.
    capacitance : float, array (n_units,) or tuple (low, high), default=(0.3, 10.0)
        C, above 0, in units of conductance times the duration of a row: with all synapses closed, a unit's time
        constant is ``capacitance / leak_conductance`` rows. A tuple draws one per unit, uniform on a logarithmic scale.
    leak_conductance : float or array (n_units,), default=1.0
        g, above 0.
    leak_potential : float, array (n_units,) or None, default=None
        None centres every unit: its leak balances its synapses when those are half open.
    n_substeps : int, default=3
        Solver steps per row of X, at least 1.
    input_weights : matrix (n_units, n_features), Synapses or None, default=None
        Conductances of the input synapses, their signs the signs of the reversal potentials; 0 is no synapse. The other
        properties are drawn. A `Synapses` gives them all.
    recurrent_weights : matrix (n_units, n_units), dense or sparse, Synapses or None, default=None
        The same between units.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    dtype : {"float64", "float32"}, default="float64"
        Precision of weights and states.
    random_state : int, RandomState or None, default=None
        Seed of everything random.

    Attributes
    ----------
    recurrent_synapses_, input_synapses_ : Synapses
    recurrent_weights_ : csr_array (n_units, n_units)
        Signed conductances between units.
    input_weights_ : array (n_units, n_features)
        Signed conductances from the input.
    capacitance_, leak_conductance_, leak_potential_ : arrays (n_units,)
    n_units_ : int
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    References
    ----------
    R. Hasani, M. Lechner, A. Amini, D. Rus and R. Grosu, "Liquid time-constant networks", AAAI 2021, equation 3 and
    algorithm 1; conductance form as in M. Lechner et al., "Neural circuit policies enabling auditable autonomy", Nature
    Machine Intelligence 2:642, 2020, methods.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LTCLiquid
    >>> u = np.random.RandomState(0).standard_normal((300, 2))
    >>> states = LTCLiquid(n_units=40, random_state=0).fit_transform(u)
    >>> states.shape
    (300, 40)
    """

    _never_recovers = True  # a state is part of its next value

    def __init__(
        self,
        n_units=100,
        *,
        topology="shift",
        degree=None,
        gain=1.0,
        coupling=16.0,
        input_degree=3,
        input_scaling=1.0,
        capacitance=(0.3, 10.0),
        leak_conductance=1.0,
        leak_potential=None,
        n_substeps=3,
        input_weights=None,
        recurrent_weights=None,
        n_jobs=None,
        dtype="float64",
        random_state=None,
    ):
        self.n_units = n_units
        self.topology = topology
        self.degree = degree
        self.gain = gain
        self.coupling = coupling
        self.input_degree = input_degree
        self.input_scaling = input_scaling
        self.capacitance = capacitance
        self.leak_conductance = leak_conductance
        self.leak_potential = leak_potential
        self.n_substeps = n_substeps
        self.input_weights = input_weights
        self.recurrent_weights = recurrent_weights
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        check_integer("n_substeps", self.n_substeps)
        seeds = [np.random.RandomState(seed) for seed in random_state.randint(2**31 - 1, size=3)]
        recurrent = self._draw_recurrent(seeds[0])
        n_units = recurrent.conductance.shape[0]
        sensory = self._draw_sensory(n_units, n_features, seeds[1])
        capacitance = draw_per_unit("capacitance", self.capacitance, n_units, seeds[2], above=0)
        leak_conductance = check_per_unit("leak_conductance", self.leak_conductance, n_units, above=0)
        if self.leak_potential is None:
            # Recurrent synapses count as half open, whatever their midpoints: a source of any deviation.
            current = recurrent.mean_current(np.inf) + sensory.mean_current(1.0)
            leak_potential = -current / leak_conductance
        else:
            leak_potential = check_per_unit("leak_potential", self.leak_potential, n_units)
        self.n_units_ = n_units
        self.recurrent_synapses_, self.input_synapses_ = recurrent, sensory
        self.recurrent_weights_ = recurrent.signed.astype(self._dtype)
        self.input_weights_ = sensory.signed.toarray().astype(self._dtype)
        self.capacitance_ = capacitance.astype(self._dtype)
        self.leak_conductance_ = leak_conductance.astype(self._dtype)
        self.leak_potential_ = leak_potential.astype(self._dtype)

    def _draw_recurrent(self, random_state):
        coupling = check_number("coupling", self.coupling, above=0)
        gain = check_number("gain", self.gain, above=0)
        if isinstance(self.recurrent_weights, Synapses):
            n_units = self.recurrent_weights.conductance.shape[0]
            return _check_shape("recurrent_weights", self.recurrent_weights, (n_units, n_units))
        signed = explicit_weights(self.recurrent_weights, self.topology)
        if signed is not None:
            n_units = signed.shape[0]
        else:
            n_units = check_integer("n_units", self.n_units)
            signed = resolve_topology(self.topology).connect(n_units, self._default_degree(), random_state)
            leak = check_per_unit("leak_conductance", self.leak_conductance, n_units, above=0)
            in_degree = np.maximum(np.diff(signed.indptr), 1)
            per_synapse = np.repeat(coupling * leak / in_degree, np.diff(signed.indptr))
            signed.data = per_synapse * random_state.uniform(0.5, 1.5, signed.nnz)
            signed.data *= random_state.choice([-1.0, 1.0], signed.nnz)
        degree = max(signed.nnz / n_units, 1)
        slope = 4 * np.sqrt(degree) * gain * (1 + coupling / 2) / coupling
        return Synapses(
            abs(signed),
            slope=slope * random_state.uniform(0.75, 1.25, signed.nnz),
            midpoint=random_state.uniform(-0.1, 0.1, signed.nnz),
            reversal=np.where(signed.data < 0, -1.0, 1.0),
        )

    def _default_degree(self):
        if self.degree is not None or not resolve_topology(self.topology).has_degree:
            return self.degree
        return min(6, self.n_units)

    def _draw_sensory(self, n_units, n_features, random_state):
        fan_in = min(check_integer("input_degree", self.input_degree), n_features)
        scaling = check_number("input_scaling", self.input_scaling, at_least=0)
        if isinstance(self.input_weights, Synapses):
            return _check_shape("input_weights", self.input_weights, (n_units, n_features))
        if self.input_weights is not None:
            signed = csr_array(check_matrix("input_weights", self.input_weights, (n_units, n_features)))
        else:
            sources = np.argsort(random_state.uniform(size=(n_units, n_features)), axis=1)[:, :fan_in]
            signed = csr_array(
                (
                    scaling * random_state.uniform(0.5, 1.5, sources.size),
                    np.sort(sources, axis=1).ravel(),
                    np.arange(0, sources.size + 1, fan_in),
                ),
                shape=(n_units, n_features),
            )
            signed.data *= random_state.choice([-1.0, 1.0], signed.nnz)
        return Synapses(
            abs(signed),
            slope=random_state.uniform(1, 3, signed.nnz),
            midpoint=random_state.uniform(-1, 1, signed.nnz),
            reversal=np.where(np.signbit(signed.data), -1.0, 1.0),
        )

    def _prepare(self):
        dtype = self._dtype
        recurrent, sensory = self.recurrent_synapses_, self.input_synapses_
        positions = csr_array(
            (np.arange(recurrent.conductance.nnz), recurrent.conductance.indices, recurrent.conductance.indptr),
            shape=recurrent.conductance.shape,
        )
        shifts = shift_form(positions)
        synapses = recurrent.properties(dtype)
        if shifts is None:
            circuit = (*_unsigned(recurrent.conductance), synapses)
        else:
            circuit = (shifts[0], np.ascontiguousarray(synapses[:, shifts[1]].transpose(1, 0, 2)))
        units = [
            self.capacitance_,
            self.leak_conductance_,
            self.leak_conductance_ * self.leak_potential_,
        ]
        inputs = (*_unsigned(sensory.conductance), sensory.properties(dtype))
        self._has_shift_form = shifts is not None
        self._arguments = (*circuit, *inputs, np.stack(units), self.n_substeps)

    def _rest(self):
        return np.zeros(self.n_units_, dtype=self._dtype)

    def _drive(self, X, state):
        states, state = np.empty((len(X), self.n_units_), dtype=self._dtype), state.copy()
        kernel = run_shift if self._has_shift_form else run_csr
        kernel(*self._arguments, X, state, states)
        return states, state


def _unsigned(matrix):
    return matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32)


def _check_shape(name, synapses, shape):
    if synapses.conductance.shape != shape or 0 in shape:
        raise ValueError(f"'{name}' must have a conductance of shape {shape}; got {synapses.conductance.shape}.")
    return synapses


@njit
def run_shift(offsets, synapses, indptr, indices, sensory, units, n_substeps, inputs, state, states):
    """Drive the liquid when every unit listens at the same offsets.

    ``synapses`` (degree, 4, n_units) and ``sensory`` (4, n_synapses) hold conductance, slope, midpoint and reversal;
    ``units`` (3, n_units) holds capacitance, leak conductance and leak current.
    """
    n = state.size
    twice, current, conductance = np.empty(2 * n, state.dtype), np.empty_like(state), np.empty_like(state)
    fixed_current, fixed_conductance = np.empty_like(state), np.empty_like(state)
    opened, h = np.empty_like(sensory[0]), state.dtype.type(1 / n_substeps)
    for t in range(inputs.shape[0]):
        load_leak(units, fixed_current, fixed_conductance)
        add_synapses(indptr, indices, sensory, inputs[t], opened, fixed_current, fixed_conductance)
        for _ in range(n_substeps):
            repeat(state, twice)
            copy(fixed_current, fixed_conductance, current, conductance)
            for k in range(offsets.size):
                add_shifted_synapses(synapses[k], twice[offsets[k] : offsets[k] + n], current, conductance)
            semi_implicit_step(units, h, current, conductance, state)
        states[t] = state


@njit
def run_csr(indptr, indices, synapses, in_indptr, in_indices, sensory, units, n_substeps, inputs, state, states):
    """Drive the liquid with synapses (4, n_synapses) of any structure; the other arguments as in ``run_shift``."""
    current, conductance = np.empty_like(state), np.empty_like(state)
    fixed_current, fixed_conductance = np.empty_like(state), np.empty_like(state)
    opened, in_opened = np.empty_like(synapses[0]), np.empty_like(sensory[0])
    h = state.dtype.type(1 / n_substeps)
    for t in range(inputs.shape[0]):
        load_leak(units, fixed_current, fixed_conductance)
        add_synapses(in_indptr, in_indices, sensory, inputs[t], in_opened, fixed_current, fixed_conductance)
        for _ in range(n_substeps):
            copy(fixed_current, fixed_conductance, current, conductance)
            add_synapses(indptr, indices, synapses, state, opened, current, conductance)
            semi_implicit_step(units, h, current, conductance, state)
        states[t] = state


@njit
def load_leak(units, current, conductance):
    """Write the current and the conductance of the leak."""
    for i in range(current.size):
        current[i] = units[2, i]
        conductance[i] = units[1, i]


@njit
def copy(from_current, from_conductance, current, conductance):
    """Write both vectors anew."""
    for i in range(current.size):
        current[i] = from_current[i]
        conductance[i] = from_conductance[i]


@njit
def add_synapses(indptr, indices, synapses, potential, opened, current, conductance):
    """In place: add what every synapse of a CSR structure carries to its unit.

    First every synapse hears its source, then all sigmoids in one pass that vectorises (it would not with the gather
    inside), then the short sums over every unit's synapses.
    """
    for k in range(opened.size):
        opened[k] = potential[indices[k]]
    for k in range(opened.size):
        opened[k] = synapses[0, k] * sigmoid(synapses[1, k] * (opened[k] - synapses[2, k]))
    for i in range(current.size):
        total_current, total_conductance = current[i], conductance[i]
        for k in range(indptr[i], indptr[i + 1]):
            total_current += opened[k] * synapses[3, k]
            total_conductance += opened[k]
        current[i], conductance[i] = total_current, total_conductance


@njit
def add_shifted_synapses(synapses, potential, current, conductance):
    """In place: add one synapse per unit, its source at the same distance for all of them."""
    for i in range(current.size):
        a = synapses[0, i] * sigmoid(synapses[1, i] * (potential[i] - synapses[2, i]))
        current[i] += a * synapses[3, i]
        conductance[i] += a


@njit
def semi_implicit_step(units, h, current, conductance, state):
    """In place: one of the fused steps (Hasani et al. 2021, equation 3).

    Written without a division by h, so that a step of no time changes nothing; the summand 1e-8 is that of the ncps
    reference.
    """
    tiny = state.dtype.type(1e-8)
    for i in range(state.size):
        state[i] = (units[0, i] * state[i] + h * current[i]) / (units[0, i] + h * (conductance[i] + tiny))
