"""A single nonlinear node with delayed feedback: many virtual nodes, one after the other along a delay line."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from readouts.types import Array, Matrix, Precision, RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import (
    check_choice,
    check_integer,
    check_matrix,
    check_memory,
    check_number,
    check_numbers,
    check_per_unit,
    in_precision,
)
from reservoir.driving.hooks import drive_into_new
from reservoir.kernels.closed_loop import compiles, run_closed
from reservoir.kernels.program import arguments
from reservoir.kernels.virtual_nodes import (
    MACKEY_GLASS,
    MACKEY_GLASS_OF_SIZE,
    NODES,
    SINE_SQUARED,
    run_delay_line,
    run_delay_line_closed,
    run_delay_line_lanes,
)
from reservoir.topology.input_weights import scale_inputs

# Nodes whose sines and powers are computed one by one, in lanes too, gain less by lanes than it takes to write their
# states series by series, where these are many.
_MOST_IN_LANES = 500
_LARGEST_EXPONENT = 64  # beyond which the nonlinearity is a step in either precision


class DelayNodeReservoir(BaseReservoir):
    """Single nonlinear node with delayed feedback.

    A node x feeds itself back after a time ``tau``. With s in units of the node's own time constant::

        dx/ds = -x(s) + feedback F(z),    z = x(s - tau) + J(s)

        "mackey_glass"   F(z) = z / (1 + z^exponent)
        "sine_squared"   F(z) = sin^2(z + phase)
        "identity"       F(z) = z

    Each row u of X lasts one time ``n_units * separation``, in which J steps through the ``n_units`` entries of
    ``W_in u + b``, the *mask*. The values of x at the ends of these steps are the states of n *virtual nodes*: the
    delay line stands in for a network. The delayed value is held from one to the next, and the equation then solved
    exactly::

        x_i(t) = exp(-separation) x_{i-1}(t) + (1 - exp(-separation)) feedback F(x_i(t-1) + (W_in u(t) + b)_i)

    where ``x_{-1}(t)`` is the last node of the row before. So neighbours are coupled by the inertia of the node, and
    virtual nodes much further apart than 1 are not coupled at all, but for a ``desynchronization``.

    Parameters
    ----------
    n_units : int, default=400
        Number of virtual nodes.
    separation : float, default=0.2
        Time from one virtual node to the next, above 0, in time constants of the node.
    feedback : float, default=0.5
        Strength of the feedback, at least 0. A Mackey-Glass node without input forgets its past if it is below 1.
    nonlinearity : {"mackey_glass", "sine_squared", "identity"}, default="mackey_glass"
        The function F: that of Mackey-Glass circuits, of optoelectronic loops with a Mach-Zehnder modulator (Ikeda), or
        none.
    exponent : float, default=1
        Exponent of the Mackey-Glass node, from 1 to 64. An integer is the exponent of z itself; with an odd one F has a
        pole at ``z = -1``, which strong negative inputs come near. Other exponents are those of ``|z|``.
    phase : float, default=pi/4
        Of the sine, in radians: the bias of the modulator.
    desynchronization : int, default=0
        At least 0. The delay is longer than a row by so many virtual nodes, which then listen to their neighbours k
        places before: ``x_{i-k}(t-1)`` stands in place of ``x_i(t-1)``.
    input_scaling : float or array (n_channels,), default=0.005
        Input weights are plus or minus this number, with one for all channels of the input or one for each. The default
        is a mask of 0.1 times an input scaling of 0.05, for inputs of a size below 1.
    input_density : float, default=1.0
        Share of the virtual nodes, above 0 and at most 1, that each input channel reaches. Nodes listen to equally many
        random channels, up to one, and channels reach equally many nodes.
    input_weights : matrix (n_units, n_features) or None, default=None
        W_in, the mask of every channel, instead of a random one.
    bias : float or array (n_units,), default=0.0
        b.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    dtype : {"float64", "float32"}, default="float64"
        Precision of weights and states.
    random_state : int, RandomState or None, default=None
        Seed of the mask.

    Attributes
    ----------
    input_weights_ : array (n_units, n_features)
    bias_ : array (n_units,)
    n_units_ : int
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a state grows past every finite number, as with ``"identity"`` and a feedback of more than 1, or at the pole.

    Notes
    -----
    With the defaults, states are small and nearly linear in the input, and what they know of its products lies many
    digits below. The readout has to keep these digits: a penalty that suits other reservoirs is far too large here.
    Scale the states to unit variance, such as by ``StandardScaler``, and take ``RidgeReadout(alpha=0.0)``. The states
    of a physical node, which are measured with noise, do not have these digits.

    The state that ``run`` hands on is the content of the delay line, ``n_units + desynchronization`` values, the oldest
    first.

    References
    ----------
    L. Appeltant et al., "Information processing using a single dynamical node as complex system", Nature
    Communications 2:468, 2011 (the Mackey-Glass node). L. Larger et al., "Photonic information processing beyond
    Turing: an optoelectronic implementation of reservoir computing", Optics Express 20:3241, 2012, and Y. Paquot et
    al., "Optoelectronic reservoir computing", Scientific Reports 2:287, 2012 (the sine, and the desynchronization).

    Examples
    --------
    >>> from reservoir import DelayNodeReservoir
    >>> from reservoir.datasets import make_narma
    >>> u, y = make_narma(500, random_state=0)
    >>> states = DelayNodeReservoir(n_units=50, random_state=0).fit_transform(u)
    >>> states.shape
    (500, 50)
    """

    _never_recovers = True  # what is not finite goes on along the line, node by node

    def __init__(
        self,
        n_units: int = 400,
        *,
        separation: float = 0.2,
        feedback: float = 0.5,
        nonlinearity: Literal["mackey_glass", "sine_squared", "identity"] = "mackey_glass",
        exponent: float = 1,
        phase: float = np.pi / 4,
        desynchronization: int = 0,
        input_scaling: float | ArrayLike = 0.005,
        input_density: float = 1.0,
        input_weights: Matrix | None = None,
        bias: float | ArrayLike = 0.0,
        n_jobs: int | None = None,
        dtype: Precision = "float64",
        random_state: RandomState = None,
    ) -> None:
        self.n_units = n_units
        self.separation = separation
        self.feedback = feedback
        self.nonlinearity = nonlinearity
        self.exponent = exponent
        self.phase = phase
        self.desynchronization = desynchronization
        self.input_scaling = input_scaling
        self.input_density = input_density
        self.input_weights = input_weights
        self.bias = bias
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

    def slope(self, z: ArrayLike) -> Array:
        """Return dF/dz of the fitted node at z, a number or an array of numbers.

        Examples
        --------
        >>> from reservoir import DelayNodeReservoir
        >>> node = DelayNodeReservoir(n_units=3, exponent=2, random_state=0).fit([[0.0]])
        >>> node.slope([0.0, 1.0]).tolist()
        [1.0, 0.0]
        """
        check_is_fitted(self)
        z = check_numbers("z", z)
        if self.nonlinearity_ == "identity":
            return np.ones_like(z)
        if self.nonlinearity_ == "sine_squared":
            return 2 * np.sin(z + self.phase_) * np.cos(z + self.phase_)  # 2 z could be infinite
        # Powers of a large z could be infinite; those of 1 / z are small, and the same fraction has them.
        large = np.abs(z) > 1
        size = np.abs(z) ** np.where(large, -self.exponent_, self.exponent_)
        odd = self.exponent_ == int(self.exponent_) and self.exponent_ % 2 == 1
        power = np.where(z < 0, -size, size) if odd else size
        above = np.where(large, power * (power + 1 - self.exponent_), 1 + (1 - self.exponent_) * power)
        return above / (1 + power) ** 2

    def _draw(self, n_features, random_state):
        self.n_units_ = n_units = check_integer("n_units", self.n_units)
        check_memory("n_units", n_units, 16 * n_units * n_features)
        self.desynchronization_ = check_integer("desynchronization", self.desynchronization, at_least=0)
        check_memory("desynchronization", self.desynchronization, 8 * self.desynchronization_)
        self.nonlinearity_ = check_choice("nonlinearity", self.nonlinearity, NODES)
        self.separation_ = check_number("separation", self.separation, above=0)
        self.feedback_ = check_number("feedback", self.feedback, at_least=0)
        self.exponent_ = check_number("exponent", self.exponent, at_least=1, at_most=_LARGEST_EXPONENT)
        self.phase_ = check_number("phase", self.phase)
        source = np.random.RandomState(random_state.randint(2**31 - 1))
        signs = 2.0 * source.randint(2, size=(n_units, n_features)) - 1
        input_weights = scale_inputs(signs, self.input_scaling, self.input_density, source)
        drawn = self.input_weights is None
        if not drawn:
            input_weights = check_matrix("input_weights", self.input_weights, (n_units, n_features))
        bias = check_per_unit("bias", self.bias, n_units)
        self.input_weights_ = in_precision("input_weights", input_weights, self.dtype_, ["input_scaling"] * drawn)
        self.bias_ = in_precision("bias", bias, self.dtype_)
        for name, value in (("feedback", self.feedback_), ("phase", self.phase_)):
            in_precision(name, np.array(value), self.dtype_)
        self._advice = "Lower input_scaling" if drawn else "Scale input_weights down"

    def _prepare(self):
        node = NODES[self.nonlinearity_]
        if node == MACKEY_GLASS and self.exponent_ != int(self.exponent_):
            node = MACKEY_GLASS_OF_SIZE
        keep, gain = np.exp(-self.separation_), -np.expm1(-self.separation_) * self.feedback_
        constants = np.array([keep, gain, self.exponent_, self.phase_]).astype(self.dtype_)
        weights = (self.input_weights_.T.copy(), self.bias_.copy())
        return DelayNodeProgram(*weights, node, int(self.exponent_), constants)

    _drive = drive_into_new

    def _rest(self):
        return np.zeros(self.n_units_ + self.desynchronization_, dtype=self.dtype_)

    def _write_states(self, X, state, states):
        line = state.copy()
        run_delay_line(*self._arguments, X, line, states)
        return line

    def _lanes(self, pieces):
        if pieces and self.n_units_ > _MOST_IN_LANES and self._program.node in (SINE_SQUARED, MACKEY_GLASS_OF_SIZE):
            return None
        given = arguments(self._program)

        def drive(X, active, state, states):
            run_delay_line_lanes(*given, X, active, state, states)

        return drive

    def _close_loop(self, readout, inputs, n_outputs, state):
        if not compiles(readout, None, n_outputs):
            return super()._close_loop(readout, inputs, n_outputs, state)
        return run_closed(run_delay_line_closed, self._arguments, readout, inputs, n_outputs, None, (state.copy(),))

    def _remedy(self):
        if self.nonlinearity_ == "identity" and self.feedback_ >= 1:
            return f"Lower feedback (now {self.feedback_:g}) below 1, or take another nonlinearity."
        if self.nonlinearity_ == "mackey_glass" and self.exponent_ % 2 == 1:
            return (
                f"{self._advice}, or raise bias, so that the argument of F stays above its pole at -1; or take an even "
                "exponent or nonlinearity='sine_squared', which have no pole."
            )
        return "Scale the inputs down, such as with StandardScaler: no other state grows without bounds here."


class DelayNodeProgram(NamedTuple):
    """What `kernels.virtual_nodes.run_delay_line` is given of a reservoir.

    ``input_weights`` is (n_features, n_units), ``node`` a code of `kernels.virtual_nodes.NODES`, or
    `kernels.virtual_nodes.MACKEY_GLASS_OF_SIZE` for an exponent that is no integer. ``constants`` are what is kept of
    the last node, what is gained of F, the exponent, and the phase.
    """

    input_weights: np.ndarray
    bias: np.ndarray
    node: int
    exponent: int
    constants: np.ndarray
