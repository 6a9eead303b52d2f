"""The closed-form continuous-time reservoir: a recurrent network whose gates depend on time (Hasani 2022)."""

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Matrix, Precision, RandomState
from reservoir.base import BaseReservoir
from reservoir.cfc.arrangement import arrange, on_cache_lines
from reservoir.cfc.cfc_lanes import cfc_lanes
from reservoir.cfc.kernel import BACKBONE_ACTIVATIONS, MODES, CfCProgram, run_cfc, run_cfc_closed
from reservoir.cfc.weights import CfCWeights, draw_cell
from reservoir.checks.arguments import check_choice, check_integer, check_memory, check_number
from reservoir.driving.hooks import drive_into_new
from reservoir.kernels.closed_loop import compiles, run_closed
from reservoir.kernels.memory_cell import MemoryCell, memory_arguments, resolve_memory, rest_with
from reservoir.kernels.output_map import check_output_map
from reservoir.ncps.cell import read_cfc
from reservoir.ncps.facts import warn_of
from reservoir.ncps.parameters import of_the_cell
from reservoir.series.elapsed import check_elapsed, check_position, find_elapsed, split_elapsed
from reservoir.topology import resolve_wiring
from reservoir.topology.input_weights import check_input_density, check_input_scaling, refuse_density
from reservoir.topology.wiring_like import WiringLike


class CfCLiquid(BaseReservoir):
    """Closed-form continuous-time reservoir.

    The input u and the state h go through a backbone, if there is one, to z, and from there through linear heads f::

        "default"   h <- (1 - g) tanh(f1(z)) + g tanh(f2(z)),   g = sigmoid(t fa(z) + fb(z))
        "no_gate"   h <-         tanh(f1(z)) + g tanh(f2(z))
        "pure"      h <- A - A exp(-t (|w_tau| + |f1(z)|)) f1(z)

    with t the time of the row: 1, or what ``elapsed_column`` says. It is modelled on the solution of a
    liquid time-constant network, which it does not equal: after a long row "pure" stands at A, whatever the input. Nor
    is it a flow in time: a row of duration 0 still changes the state.

    Parameters
    ----------
    n_units : int, default=100
        Number of units. If a wiring or ``weights`` are given, their size counts instead.
    topology : wiring or None, default=None
        None couples all units densely, which makes a good reservoir without tuning. A wiring of `reservoir.topology`
        (`NCP`, `AutoNCP`, `FullyConnected`, `RandomWiring`, `Wiring`) makes a chain of cells, one for each of its
        layers, as ncps does: its synapses from layer to layer are the entries of f1 and f2 that remain, while every
        layer is fully coupled within. States come in the order of the layers: inter, command, motor.
    mode : {"default", "pure", "no_gate"}, default="default"
        The equation.
    backbone_layers : int, default=0
        Number of hidden layers before the heads, at least 0. Not with a wiring.
    backbone_units : int, default=128
        Size of each, at least 1.
    backbone_activation : {"lecun_tanh", "tanh", "relu", "silu", "gelu"}, default="lecun_tanh"
        Their activation; ``lecun_tanh`` is 1.7159 tanh(0.666 x).
    gain : float or None, default=None
        Factor on the weights of f1 and f2, at least 0. None is 1, 0.7 in mode "no_gate", whose sum of two proposals
        does not forget its start otherwise, and 2 in mode "pure", whose states move little; over 1.14 for
        every layer of a backbone, the slope of ``lecun_tanh``.
    input_scaling : float or array (n_channels,), default=1.0
        Further factor on all weights from the input but those of a memory cell, at least 0, one for all channels or one
        for each. The defaults expect inputs of about unit variance.
    input_density : float, default=1.0
        Share of the units, of the backbone's first layer if there is one, above 0 and at most 1, that each input
        channel reaches. Units listen to equally many random channels, up to one. Less than 1 not with a wiring.
    gate_gain : float, default=1.0
        Factor on the weights of fa and fb, at least 0.
    time_bias : float, default=0.0
        Added to the bias of fb: large values hold the gate open.
    weights : CfCWeights, sequence of them (a chain) or None, default=None
        All weights, instead of random ones.
    mixed_memory : bool or MemoryCell, default=False
        True draws a gated memory cell that rewrites the state before every row. The state that ``run`` hands on then
        has shape (2, n_units).
    output_weights : matrix (n_outputs, n_units) or None, default=None
        If given, ``transform`` and ``run`` return ``output_weights h + output_bias`` instead of h.
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
        Seed of everything random: weights are Glorot uniform, biases uniform in ``1 / sqrt(n_sources)``, and in pure
        mode w_tau uniform in (0.05, 1) and A in (-1, 1).

    Attributes
    ----------
    weights_ : tuple of CfCWeights
        One cell, or the chain.
    memory_ : MemoryCell or None
    n_units_ : int
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    References
    ----------
    R. Hasani et al., "Closed-form continuous-time neural networks", Nature Machine Intelligence 4:992, 2022. The
    equations are those of ncps 1.0.1 for torch, whose other ports differ.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import CfCLiquid
    >>> u = np.random.RandomState(0).standard_normal((300, 2))
    >>> CfCLiquid(n_units=40, random_state=0).fit_transform(u).shape
    (300, 40)
    """

    def __init__(
        self,
        n_units: int = 100,
        *,
        topology: WiringLike | None = None,
        mode: Literal["default", "pure", "no_gate"] = "default",
        backbone_layers: int = 0,
        backbone_units: int = 128,
        backbone_activation: Literal["lecun_tanh", "tanh", "relu", "silu", "gelu"] = "lecun_tanh",
        gain: float | None = None,
        input_scaling: float | ArrayLike = 1.0,
        input_density: float = 1.0,
        gate_gain: float = 1.0,
        time_bias: float = 0.0,
        weights: CfCWeights | Sequence[CfCWeights] | None = None,
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
        self.mode = mode
        self.backbone_layers = backbone_layers
        self.backbone_units = backbone_units
        self.backbone_activation = backbone_activation
        self.gain = gain
        self.input_scaling = input_scaling
        self.input_density = input_density
        self.gate_gain = gate_gain
        self.time_bias = time_bias
        self.weights = weights
        self.mixed_memory = mixed_memory
        self.output_weights = output_weights
        self.output_bias = output_bias
        self.elapsed_column = elapsed_column
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

    @classmethod
    def from_ncps(
        cls, cell: Any, wiring: Any = None, *, mode: Literal["default", "pure", "no_gate"] | None = None,
        activation: Literal["lecun_tanh", "tanh", "relu", "silu", "gelu"] | None = None,
        output: Literal["cell", "states"] = "cell",
        elapsed_column: int | None = None, n_jobs: int | None = None, dtype: Precision = "float64",
    ) -> Self:  # fmt: skip
        """Take over a cell that ncps trained, without torch from then on.

        A module holds all that ncps does with its parameters. A state_dict does not hold the activation of a backbone,
        and whether the mode is "default" or "no_gate". Give them with it; what is not given is assumed to be the
        default of ncps, which a warning says, and outputs are wrong where it is not. Dropout is that of evaluation:
        none.

        Parameters
        ----------
        cell : ncps.torch.CfC, CfCCell or WiredCfCCell, a module that holds one, or the state_dict of one of these
            The layers of a wired cell, masks included, are read from its parameters.
        wiring : wiring of ncps or of `reservoir.topology`, or None
            Not needed; if given, its numbers of units and motor units must be those of the cell.
        mode : {"default", "pure", "no_gate"} or None, default=None
            None is that of the module. For a state_dict it is "pure" if it holds ``w_tau``, else "default".
        activation : {"lecun_tanh", "tanh", "relu", "silu", "gelu"} or None, default=None
            Of the backbone, ``backbone_activation`` of a CfCCell. None is that of the module, and "lecun_tanh" for a
            state_dict.
        output : {"cell", "states"}, default="cell"
            "cell" returns what the cell returns: the motor layer of a wired one, projected if the cell does so;
            "states" all units, a richer basis for a readout of one's own.
        elapsed_column : int or None, default=None
            Position of the column of X with the elapsed times, which ncps calls timespans.
        n_jobs : int or None, default=None
            Number of threads over sequences.
        dtype : {"float64", "float32"}, default="float64"
            Precision of weights and states.

        Returns
        -------
        CfCLiquid
            Fitted. Fitting it again, as a pipeline does, gives the same weights: only the readout learns.

        Raises
        ------
        TypeError
            If ``cell`` is none of these.
        ValueError
            If parameters are missing or do not fit together or the wiring, or an argument is not what the module says.

        Warns
        -----
        UserWarning
            If neither ``cell`` nor an argument says what the cell does: what is assumed.

        Examples
        --------
        What a state_dict holds, here for one unit and one input in pure mode:

        >>> trained = {"ff1.weight": [[0.5, 0.1]], "ff1.bias": [0.0], "w_tau": [[0.2]], "A": [[1.0]]}
        >>> CfCLiquid.from_ncps(trained).transform([[1.0]]).round(3)
        array([[0.752]])
        """
        check_choice("output", output, ("cell", "states"))
        check_position("elapsed_column", elapsed_column)
        with of_the_cell():
            mode, activation, chain, memory, output_map, assumed = read_cfc(cell, wiring, mode, activation)
            weights = tuple(CfCWeights(**parts) for parts in chain)
            shown, bias = (None, None) if output == "states" or output_map is None else output_map
            liquid = cls(
                sum(part.n_units for part in weights), mode=mode, backbone_activation=activation, weights=weights,
                mixed_memory=memory, output_weights=shown, output_bias=bias, elapsed_column=elapsed_column,
                n_jobs=n_jobs, dtype=dtype, random_state=0,
            )  # fmt: skip
            liquid.fit(np.zeros((1, weights[0].n_inputs + (elapsed_column is not None))))
        warn_of(assumed)
        return liquid

    def _draw(self, n_features, random_state):
        self.mode_ = check_choice("mode", self.mode, MODES)
        self.backbone_activation_ = check_choice("backbone_activation", self.backbone_activation, BACKBONE_ACTIVATIONS)
        self.elapsed_column_ = find_elapsed(self.elapsed_column, self)
        n_inputs = n_features - (self.elapsed_column_ is not None)
        seeds = [np.random.RandomState(seed) for seed in random_state.randint(2**31 - 1, size=2)]
        self.wiring_ = resolve_wiring(self.topology, n_inputs)
        inputs = check_input_scaling(self.input_scaling, n_inputs), check_input_density(self.input_density)
        self.weights_ = self._draw_cells(*inputs, seeds[0]) if self.weights is None else self._given_cells(n_inputs)
        self.n_units_ = sum(cell.n_units for cell in self.weights_)
        self.memory_ = resolve_memory(self.mixed_memory, self.n_units_, n_inputs, seeds[1])
        self.output_map_ = check_output_map(self.output_weights, self.output_bias, self.n_units_, self.dtype_)

    def _draw_cells(self, scaling, density, random_state):
        n_layers = check_integer("backbone_layers", self.backbone_layers, at_least=0)
        units = check_integer("backbone_units", self.backbone_units)
        check_memory("backbone_layers", n_layers, 8 * (n_layers - 1) * units**2)
        check_memory("backbone_units", units, 8 * units * n_layers)
        gains = [resolve_weight_gain(self), scaling, check_number("gate_gain", self.gate_gain, at_least=0)]
        gains.append(check_number("time_bias", self.time_bias))
        backbone = [units] * n_layers
        wiring = self.wiring_
        refuse_density(density, 1.0, wiring)
        if wiring is None:
            if self.topology is not None:
                raise TypeError(
                    "'topology' must be None or a wiring of reservoir.topology such as AutoNCP(20, 4) for CfCLiquid; "
                    f"got {self.topology!r}."
                )
            n_units = check_integer("n_units", self.n_units)
            check_memory("n_units", n_units, 8 * n_units * (units if backbone else n_units))
            return (draw_cell(self.mode, len(scaling), n_units, backbone, gains, random_state, density),)
        if backbone:
            raise ValueError(f"'backbone_layers' must be 0 with a wiring; got {n_layers}.")
        cells = []
        for number, units in enumerate(wiring.layers):
            if number == 0:
                incoming = wiring.sensory[list(units)].toarray()
            else:
                incoming = wiring.recurrent[list(units)].toarray()[:, list(wiring.layers[number - 1])]
                gains[1] = 1.0  # the input of this layer is the output of the one before
            mask = np.hstack([incoming != 0, np.ones((len(units), len(units)), bool)])
            drawn = draw_cell(self.mode, incoming.shape[1], len(units), [], gains, random_state)
            heads = [(w * mask if number < 2 else w, b) for number, (w, b) in enumerate(drawn.heads)]
            cells.append(CfCWeights(heads, (), drawn.w_tau, drawn.amplitude))
        return tuple(cells)

    def _given_cells(self, n_inputs):
        cells = (self.weights,) if isinstance(self.weights, CfCWeights) else self.weights
        valid = isinstance(cells, (tuple, list)) and len(cells) and all(isinstance(cell, CfCWeights) for cell in cells)
        if not valid:
            raise ValueError(f"'weights' must be CfCWeights or a sequence of them; got {self.weights!r}.")
        for cell, n_sources in zip(cells, [n_inputs, *(cell.n_units for cell in cells)], strict=False):
            if cell.n_inputs != n_sources:
                raise ValueError(f"'weights' must take {n_sources} inputs in this place; got {cell.n_inputs}.")
            if (len(cell.heads) == 1) != (self.mode == "pure"):
                raise ValueError(f"'weights' must have 1 head in mode 'pure', else 4; got {len(cell.heads)}.")
        return tuple(cells)

    def _prepare(self):
        scales = () if self.weights is not None else ("gain", "gate_gain", "input_scaling", "time_bias")
        cells = arrange(self.weights_, self.elapsed_column_ is not None, self.dtype_, scales)
        activation = BACKBONE_ACTIVATIONS[self.backbone_activation_]
        return CfCProgram(cells, MODES[self.mode_], activation, memory_arguments(self.memory_, self.dtype_))

    def _take_program(self, program):
        super()._take_program(None if program is None else on_cache_lines(program))

    _drive = drive_into_new

    def _rest(self):
        return rest_with(self.memory_, self.n_units_, self.dtype_)

    def _check_rows(self, X, first=0):
        check_elapsed(X, self.elapsed_column_, first)

    def _write_states(self, X, state, states):
        inputs, elapsed = split_elapsed(X, self.elapsed_column_)
        state = state.copy()
        run_cfc(*self._arguments, inputs, elapsed, state.reshape(-1, self.n_units_), states)
        return state

    def _lanes(self, pieces):
        return cfc_lanes(self._program, self.elapsed_column_)

    def _close_loop(self, readout, inputs, n_outputs, state):
        if not compiles(readout, self.elapsed_column_, n_outputs) or self.output_map_ is not None:
            return super()._close_loop(readout, inputs, n_outputs, state)
        self._check_rows(inputs)
        arrays = state.copy().reshape(-1, self.n_units_), np.empty((1, self.n_units_), self.dtype_)
        return run_closed(run_cfc_closed, self._arguments, readout, inputs, n_outputs, self.elapsed_column_, arrays)


def resolve_weight_gain(liquid):
    """Return the factor on the weights of f1 and f2."""
    # With thousands of layers the power would overflow.
    default = {"default": 1.0, "no_gate": 0.7, "pure": 2.0}[liquid.mode] / 1.14 ** min(liquid.backbone_layers, 5000)
    return check_number("gain", default if liquid.gain is None else liquid.gain, at_least=0)
