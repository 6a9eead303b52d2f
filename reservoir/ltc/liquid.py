"""The liquid time-constant reservoir: units with conductances that open with state and input (Hasani 2021)."""

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Matrix, Precision, RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_choice, in_precision
from reservoir.driving.hooks import drive_into_new
from reservoir.kernels.closed_loop import compiles, run_closed
from reservoir.kernels.memory_cell import MemoryCell, resolve_memory, rest_with
from reservoir.kernels.output_map import check_output_map
from reservoir.kernels.synapses import Synapses
from reservoir.ltc.draw import draw_form, draw_graph, draw_units
from reservoir.ltc.forms import FORMS
from reservoir.ltc.program import arrange_program
from reservoir.ltc.settings import check_settings
from reservoir.ltc.substeps import check_durations, explicit_stiffness
from reservoir.ncps.cell import read_ltc
from reservoir.ncps.facts import warn_of
from reservoir.ncps.parameters import of_the_cell
from reservoir.series.elapsed import check_elapsed, check_position, find_elapsed, split_elapsed
from reservoir.topology import Topology, resolve_wiring
from reservoir.topology.wiring_like import WiringLike


class LTCLiquid(BaseReservoir):
    """Liquid time-constant reservoir.

    Every unit is a leaky capacitor; the other units and the inputs u open further conductances of it, so that its time
    constant changes with the state and the input. There are two forms of synapse. ``"conductance"`` is the circuit of
    neural circuit policies, in which every synapse opens with its source::

        C_i dv_i/dt = g_i (leak_i - v_i) + sum_j a_ij (E_ij - v_i) + sum_k s_ik (E_ik - v_i)
        a_ij = w_ij sigmoid(slope_ij (v_j - midpoint_ij)),  s_ik the same with u_k in place of v_j

    ``"gate"`` is the network of the LTC paper, in which one gate per unit opens with a weighted sum::

        C_i dv_i/dt = g_i (leak_i - v_i) + a_i (E_i - v_i),   a_i = coupling g_i sigmoid((W v + W_in u + b)_i)

    Its equation ``dx/dt = -(1/tau + f) x + f A`` is, for one tau, that of C = 1, g = 1 / tau, coupling = tau and a leak
    potential of 0.

    A row of X lasts one unit of time, or what ``elapsed_column`` says, with u held. It is solved in ``n_substeps``
    steps of equal length h. The fused solver makes semi-implicit Euler steps, here for a total conductance ``G``
    towards the mean potential ``P``, ``v <- (C v + h G P) / (C + h G)``. Each is a convex combination of v and the
    potentials, so no state can leave their range, whatever the input and however long the row; a row of
    duration 0 changes nothing (but a memory cell, which does not depend on time, acts on every row).

    A densely coupled, untrained circuit of this kind forgets within a fraction of a row. This one is drawn so that it
    remembers: few, steep synapses, balanced reversal potentials, units centred on their working range, and capacitances
    spread over more than a decade.

    Parameters
    ----------
    n_units : int, default=100
        Number of units. If ``recurrent_weights``, a matrix or a wiring is given, its size counts instead.
    topology : str, Topology, wiring or matrix, default="shift"
        Which units each unit receives input from; of a topology only the graph is used. A wiring (`NCP`, `AutoNCP`,
        `FullyConnected`, `RandomWiring` or a `Wiring` of `reservoir.topology`) also says which inputs each unit
        receives, and the signs. A matrix stands for ``recurrent_weights``.
    degree : int or None, default=None
        Number of presynaptic units of each unit, 1 to ``n_units``; None is ``min(6, n_units)``. Few give rich states.
    synapse : {"conductance", "gate"}, default="conductance"
        The form.
    solver : {"fused", "euler", "rk4"}, default="fused"
        Semi-implicit Euler, explicit Euler or classical Runge-Kutta. All keep the time scale. The explicit ones make
        as many more sub-steps as stability asks for, ``h (g + sum of w) / C <= 1``, and so cost more.
    n_substeps : int or None, default=None
        Solver steps per row of X, at least 1; None is 3, and 6 with ``init="ncps"``.
    init : {"reservoir", "ncps"}, default="reservoir"
        What is drawn: the recipe above, or the ranges from which the class LTC of ncps starts its training (positive
        parameters through a softplus). The latter is for comparison with a trained cell.
    gain : float or None, default=None
        Above 0; None is 1, and 0.9 in the gate form. Loop gain to aim at, this model's analogue of a spectral radius.
        Around 1 states come together on most graphs (see `diagnostics.echo_state_index`), well above they do not.
        Conductance form: the mean slope makes ``slope / (4 sqrt(degree)) coupling / (1 + coupling / 2)`` equal to it,
        or is smaller where the spectral radius of the drawn loop would exceed it. Gate form: spectral radius of
        ``diag(E) W`` times ``coupling / 4 / (1 + coupling / 2)``, to which a drawn W is scaled.
    coupling : float or None, default=None
        Sum of a unit's recurrent conductances (its gate) over its leak conductance. Above 0; None is 16, and 1 in the
        gate form.
    input_degree : int or None, default=None
        Number of input features that each unit receives, at least 1, all of them if there are fewer; None is 3, and all
        with ``init="ncps"``.
    input_density : float or None, default=None
        Share of the units, above 0 and at most 1, that each input channel reaches, instead of ``input_degree``. Units
        receive equally many random channels, up to one. Not with a wiring.
    input_scaling : float or array (n_channels,), default=1.0
        Factor on the conductances from the input (on W_in in the gate form), at least 0, one for all channels or one
        for each. The rest of the defaults expects inputs of unit variance.
    capacitance : float, array (n_units,), tuple (low, high) or None, default=None
        C, above 0, in units of conductance times the duration of a row: with all synapses closed, a unit's time
        constant is ``capacitance / leak_conductance``. Half open, they divide it by about ``1 + coupling / 2``; for
        slower signals or longer memory raise the capacitance. A tuple draws one per unit, uniform on a logarithmic
        scale. None is ``(0.3, 10.0)``.
    leak_conductance : float, array (n_units,) or None, default=None
        g, above 0; None is 1.
    leak_potential : float, array (n_units,) or None, default=None
        None centres every unit: its leak balances its synapses when those are half open.
    input_weights : matrix (n_units, n_inputs), Synapses or None, default=None
        Conductances of the input synapses, their signs the signs of the reversal potentials; 0 is no synapse. The other
        properties are drawn. A `Synapses` gives them all. In the gate form, W_in.
    recurrent_weights : matrix (n_units, n_units), dense or sparse, Synapses or None, default=None
        The same between units; in the gate form, W.
    bias : float, array (n_units,) or None, default=None
        b of the gate form, instead of a random one.
    reversal : float, array (n_units,) or None, default=None
        E of the gate form; None draws -1 or 1.
    mixed_memory : bool or MemoryCell, default=False
        True draws a gated memory cell that rewrites the state before every row. The state that ``run`` hands on then
        has shape (2, n_units).
    output_weights : matrix (n_outputs, n_units) or None, default=None
        If given, ``transform`` and ``run`` return ``output_weights v + output_bias`` instead of v.
    output_bias : float, array (n_outputs,) or None, default=None
        None is 0.
    elapsed_column : int, str or None, default=None
        Column of X, by position or name, that holds the time since the previous sample, at least 0; ``fit`` warns if it
        looks like the times themselves. It is not fed as input. None: all rows last 1.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    dtype : {"float64", "float32"}, default="float64"
        Precision of weights and states.
    random_state : int, RandomState or None, default=None
        Seed of everything random.

    Attributes
    ----------
    recurrent_synapses_, input_synapses_ : Synapses
        Of the conductance form.
    recurrent_weights_ : csr_array (n_units, n_units)
        Conductances with the signs of the reversal potentials, or W.
    input_weights_ : array (n_units, n_inputs)
        The same from the input, or W_in.
    bias_, reversal_, gate_conductance_ : arrays (n_units,)
        Of the gate form.
    capacitance_, leak_conductance_, leak_potential_ : arrays (n_units,)
    memory_ : MemoryCell or None
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
    >>> from reservoir.topology import AutoNCP
    >>> u = np.random.RandomState(0).standard_normal((300, 2))
    >>> LTCLiquid(n_units=40, random_state=0).fit_transform(u).shape
    (300, 40)
    >>> LTCLiquid(topology=AutoNCP(units=28, output_size=4), random_state=0).fit_transform(u).shape
    (300, 28)
    """

    def __init__(
        self,
        n_units: int = 100,
        *,
        topology: str | Topology | WiringLike | Matrix = "shift",
        degree: int | None = None,
        synapse: Literal["conductance", "gate"] = "conductance",
        solver: Literal["fused", "euler", "rk4"] = "fused",
        n_substeps: int | None = None,
        init: Literal["reservoir", "ncps"] = "reservoir",
        gain: float | None = None,
        coupling: float | None = None,
        input_degree: int | None = None,
        input_density: float | None = None,
        input_scaling: float | ArrayLike = 1.0,
        capacitance: float | tuple[float, float] | ArrayLike | None = None,
        leak_conductance: float | ArrayLike | None = None,
        leak_potential: float | ArrayLike | None = None,
        input_weights: Matrix | Synapses | None = None,
        recurrent_weights: Matrix | Synapses | None = None,
        bias: float | ArrayLike | None = None,
        reversal: float | ArrayLike | None = None,
        mixed_memory: bool | MemoryCell = False,
        output_weights: Matrix | None = None,
        output_bias: float | ArrayLike | None = None,
        elapsed_column: int | str | None = None,
        n_jobs: int | None = None,
        dtype: Precision = "float64",
        random_state: RandomState = None,
    ) -> None:
        self.n_units = n_units
        self.topology = topology
        self.degree = degree
        self.synapse = synapse
        self.solver = solver
        self.n_substeps = n_substeps
        self.init = init
        self.gain = gain
        self.coupling = coupling
        self.input_degree = input_degree
        self.input_density = input_density
        self.input_scaling = input_scaling
        self.capacitance = capacitance
        self.leak_conductance = leak_conductance
        self.leak_potential = leak_potential
        self.input_weights = input_weights
        self.recurrent_weights = recurrent_weights
        self.bias = bias
        self.reversal = reversal
        self.mixed_memory = mixed_memory
        self.output_weights = output_weights
        self.output_bias = output_bias
        self.elapsed_column = elapsed_column
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

    @classmethod
    def from_ncps(
        cls, cell: Any, wiring: Any = None, *, constraints: Literal["softplus", "identity"] | None = None,
        n_substeps: int | None = None, epsilon: float | None = None, output: Literal["cell", "states"] = "cell",
        elapsed_column: int | None = None, n_jobs: int | None = None, dtype: Precision = "float64",
    ) -> Self:  # fmt: skip
        """Take over a cell that ncps trained, without torch from then on.

        A module holds all that ncps does with its parameters. A state_dict does not hold
        ``implicit_param_constraints``, ``ode_unfolds``, ``epsilon`` and, of a cell without an output map, the wiring.
        Give them with it; what is not given is assumed to be the default of ncps, which a warning says, and outputs
        are wrong where it is not.

        Parameters
        ----------
        cell : ncps.torch.LTC, ncps.torch.LTCCell, a module that holds one, or the state_dict of one of these
        wiring : wiring of ncps or of `reservoir.topology`, or None
            Only needed for the state_dict of a cell without an output map, to know the number of motor units; None is
            then that all units are.
        constraints : {"softplus", "identity"} or None, default=None
            How raw parameters are kept positive: ``implicit_param_constraints=True`` of ncps is "softplus", False is
            "identity". None is as in the module; for a state_dict "softplus", the default of LTC, or where names do
            not begin with ``rnn_cell`` "identity", that of LTCCell.
        n_substeps : int or None, default=None
            ``ode_unfolds`` of ncps. None is that of the module, and 6 for a state_dict.
        epsilon : float or None, default=None
            None is that of the module, and 1e-8 for a state_dict.
        output : {"cell", "states"}, default="cell"
            "cell" returns what the cell returns, its motor units through its output map; "states" all units, a richer
            basis for a readout of one's own.
        elapsed_column : int or None, default=None
            Position of the column of X with the elapsed times, which ncps calls timespans.
        n_jobs, dtype : as the class takes them

        Returns
        -------
        LTCLiquid
            Fitted. Fitting it again, as a pipeline does, gives the same weights: only the readout learns.

        Raises
        ------
        TypeError
            If ``cell`` is none of these.
        ValueError
            If parameters are missing or do not fit together or the wiring, a capacitance or leak is not positive, or
            an argument is not what the module says.

        Warns
        -----
        UserWarning
            If neither ``cell`` nor an argument says what the cell does: what is assumed.

        Examples
        --------
        What a state_dict holds, here for one unit and one input:

        >>> trained = {"gleak": [1.0], "vleak": [0.0], "cm": [0.5]}
        >>> names = ("w", "sigma", "mu", "erev", "sparsity_mask")
        >>> trained |= {name: [[1.0]] for name in names} | {f"sensory_{name}": [[1.0]] for name in names}
        >>> given = {"constraints": "identity", "n_substeps": 6, "epsilon": 1e-8}
        >>> LTCLiquid.from_ncps(trained, **given).transform([[1.0]]).round(3)
        array([[0.431]])
        """
        check_choice("output", output, ("cell", "states"))
        check_position("elapsed_column", elapsed_column)
        with of_the_cell():
            arguments, n_inputs, assumed = read_ltc(cell, wiring, constraints, n_substeps, epsilon, output)
            liquid = cls(**arguments, elapsed_column=elapsed_column, n_jobs=n_jobs, dtype=dtype, random_state=0)
            liquid.fit(np.zeros((1, n_inputs + (elapsed_column is not None))))
        warn_of(assumed)
        return liquid

    def _draw(self, n_features, random_state):
        self.synapse_, self.solver_, self.n_substeps_ = check_settings(self)
        self.elapsed_column_ = find_elapsed(self.elapsed_column, self)
        n_inputs = n_features - (self.elapsed_column_ is not None)
        seeds = [np.random.RandomState(seed) for seed in random_state.randint(2**31 - 1, size=5)]
        self.wiring_ = wiring = resolve_wiring(self.topology, n_inputs)
        graph, given = draw_graph(self, wiring, seeds[0])
        self.n_units_ = n_units = graph.shape[0]
        capacitance, leak, potential = draw_units(self, n_units, seeds[2])
        drawn, current = draw_form(self, graph, given, wiring, leak, n_inputs, seeds)
        scales = ("gain", "coupling", "leak_conductance", "input_scaling")
        centred = potential is None
        with np.errstate(over="ignore"):
            potential = -current / leak if centred else potential
        drawn |= {"capacitance": (capacitance,), "leak_conductance": (leak,)}
        drawn["leak_potential"] = potential, *(scales if centred else ())
        for name, (values, *follow_from) in drawn.items():
            rounded = values if isinstance(values, Synapses) else in_precision(name, values, self.dtype_, follow_from)
            setattr(self, f"{name}_", rounded)
        self.memory_ = resolve_memory(self.mixed_memory, n_units, n_inputs, seeds[3])
        self.output_map_ = check_output_map(self.output_weights, self.output_bias, n_units, self.dtype_)

    def _prepare(self):
        self._stiffness = explicit_stiffness(self)
        return arrange_program(self, self._stiffness)

    _drive = drive_into_new

    def _rest(self):
        return rest_with(self.memory_, self.n_units_, self.dtype_)

    def _write_states(self, X, state, states):
        (inputs, elapsed), state = split_elapsed(X, self.elapsed_column_), state.copy()
        FORMS[self.synapse_].run(*self._arguments, inputs, elapsed, state.reshape(-1, self.n_units_), states)
        return state

    def _lanes(self, pieces):
        return FORMS[self.synapse_].lanes(self._program, self.elapsed_column_, pieces)

    def _close_loop(self, readout, inputs, n_outputs, state):
        if not compiles(readout, self.elapsed_column_, n_outputs) or self.output_map_ is not None:
            return super()._close_loop(readout, inputs, n_outputs, state)
        self._check_rows(inputs)
        kernel = FORMS[self.synapse_].run_closed
        arrays = state.copy().reshape(-1, self.n_units_), np.empty((1, self.n_units_), self.dtype_)
        return run_closed(kernel, self._arguments, readout, inputs, n_outputs, self.elapsed_column_, arrays)

    def _check_rows(self, X, first=0):
        check_elapsed(X, self.elapsed_column_, first)
        if self.elapsed_column_ is not None:
            check_durations(X[:, self.elapsed_column_], self._stiffness)

    @property
    def _never_recovers(self):
        return self.memory_ is None  # a memory cell rewrites the state in every row
