"""The weights of one closed-form continuous-time cell."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from readouts.masked import refuse_masked
from reservoir.checks.arguments import check_matrix, check_per_unit
from reservoir.checks.short_repr import short_repr
from reservoir.topology.input_weights import draw_reached


@dataclass(frozen=True, eq=False)
class CfCWeights:
    """Weights of one closed-form continuous-time cell; `CfCLiquid` chains one or several.

    The input and the cell's own state, in this order, go through the backbone's layers, if there are any, and then
    through the heads. All arrays are copied and made read-only.

    Parameters
    ----------
    heads : sequence of pairs (weights (n_units, n_sources), bias (n_units,))
        ``ff1, ff2, time_a, time_b`` in the notation of ncps; only ``ff1`` in pure mode. ``n_sources`` is the size of
        the backbone's last layer, or n_inputs + n_units without a backbone.
    backbone : sequence of pairs (weights, bias), default=()
    w_tau, amplitude : array (n_units,), float or None, default=None
        Rate and asymptote of pure mode; None in the others.

    Raises
    ------
    ValueError
        If shapes do not fit together or a weight is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import CfCLiquid, CfCWeights
    >>> weights = CfCWeights([(np.eye(3, 5), np.zeros(3))], w_tau=0.5, amplitude=1.0)
    >>> weights.n_units, weights.n_inputs
    (3, 2)
    >>> CfCLiquid(mode="pure", weights=weights).fit_transform(np.ones((4, 2))).shape
    (4, 3)
    """

    heads: tuple
    backbone: tuple = ()
    w_tau: np.ndarray | None = None
    amplitude: np.ndarray | None = None

    __repr__ = short_repr

    def __post_init__(self) -> None:
        """Check the weights, keep copies and make them read-only."""
        heads, backbone = _pairs("heads", self.heads), _pairs("backbone", self.backbone)
        if len(heads) not in (1, 4):
            raise ValueError(f"'heads' must be ff1, ff2, time_a and time_b, or ff1 alone; got {len(heads)} pairs.")
        for (_, before), (weights, _) in pairwise((*backbone, heads[0])):
            if weights.shape[1] != len(before):
                raise ValueError(f"Layers must fit: one of {len(before)} units feeds weights {weights.shape}.")
        if any(weights.shape != heads[0][0].shape for weights, _ in heads):
            raise ValueError(f"'heads' must have equal shapes; got {[weights.shape for weights, _ in heads]}.")
        n_units = len(heads[0][1])
        for name in ("w_tau", "amplitude"):
            value = getattr(self, name)
            if (value is not None) != (len(heads) == 1):
                raise ValueError(f"'{name}' must be given with one head, for pure mode, and only then; got {value!r}.")
            object.__setattr__(self, name, None if value is None else check_per_unit(name, value, n_units))
        object.__setattr__(self, "heads", heads)
        object.__setattr__(self, "backbone", backbone)
        if self.n_inputs < 1:
            raise ValueError(
                f"The first weights must take at least 1 input beside {n_units} units; got {self.n_inputs}."
            )
        self._freeze()

    @property
    def n_units(self) -> int:
        """Number of units."""
        return len(self.heads[0][1])

    @property
    def n_inputs(self) -> int:
        """Number of inputs."""
        return (*self.backbone, *self.heads)[0][0].shape[1] - self.n_units

    def _freeze(self):
        arrays = [array for pair in (*self.heads, *self.backbone) for array in pair]
        for array in [*arrays, self.w_tau, self.amplitude]:
            if array is not None:
                array.setflags(write=False)

    def __setstate__(self, state):
        vars(self).update(state)
        self._freeze()


def draw_cell(mode, n_inputs, n_units, backbone_sizes, gains, random_state, density=1.0):
    """Draw the weights of one cell; ``gains`` holds ``gain, input_scaling, gate_gain, time_bias``.

    Weights are Glorot uniform, as the reference's, biases uniform in 1 / sqrt(n_sources). ``input_scaling`` is one
    number or one for each input, ``density`` the share of the pairs of an input and a unit of the first layer that are
    connected, by all heads alike.
    """
    gain, input_scaling, gate_gain, time_bias = gains
    sizes = [n_inputs + n_units, *backbone_sizes]
    backbone = [_draw_layer(n_in, n_out, random_state) for n_in, n_out in pairwise(sizes)]
    heads = [_draw_layer(sizes[-1], n_units, random_state) for _ in range(1 if mode == "pure" else 4)]
    pure = [random_state.uniform(*ends, n_units) for ends in ((0.05, 1), (-1, 1)) if mode == "pure"]
    for weights, _ in heads[:2]:
        weights *= gain
    for weights, _ in heads[2:]:
        weights *= gate_gain
    for _, bias in heads[3:]:
        bias += time_bias
    first = backbone[:1] or heads
    reached = draw_reached(density, len(first[0][1]), n_inputs, random_state)
    for weights, _ in first:
        weights[:, :n_inputs] *= input_scaling
        weights[:, :n_inputs][~reached] = 0
    return CfCWeights(heads, backbone, *pure)


def _draw_layer(n_in, n_out, random_state):
    bound = np.sqrt(6 / (n_in + n_out))
    return random_state.uniform(-bound, bound, (n_out, n_in)), random_state.uniform(-1, 1, n_out) / np.sqrt(n_in)


def _pairs(name, value):
    refuse_masked(name, value)
    try:
        pairs = [(np.asarray(weights), bias) for weights, bias in value]
    except (TypeError, ValueError):
        raise ValueError(f"'{name}' must be a sequence of pairs (weights, bias); got {type(value).__name__}.") from None
    for weights, _ in pairs:
        if weights.ndim != 2 or 0 in weights.shape:
            raise ValueError(f"'{name}' must hold weights (n_units, n_sources); got shape {weights.shape}.")
    return tuple((check_matrix(name, w, w.shape), check_per_unit(name, b, len(w))) for w, b in pairs)
