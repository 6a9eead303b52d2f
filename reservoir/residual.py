"""Echo state networks with a residual connection: ES2N, and the residual networks that it is a case of."""

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, eye_array, issparse

from readouts.types import Matrix, Precision, RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import (
    check_choice,
    check_memory,
    check_per_unit,
    draw_per_unit,
    in_precision,
    is_integer,
)
from reservoir.driving.hooks import drive_into_new
from reservoir.kernels.closed_loop import compiles, run_closed
from reservoir.kernels.functions import ACTIVATIONS
from reservoir.kernels.leaky import advise, draw_leaky_weights, weights_in_precision
from reservoir.kernels.recurrence import arrange
from reservoir.kernels.residual_step import (
    ResidualProgram,
    arrange_skip,
    residual_lanes,
    run_residual,
    run_residual_closed,
)
from reservoir.topology import Orthogonal, Ring, Topology, as_csr, explicit_weights
from reservoir.topology.known_draw import draw_once

SKIPS = ("orthogonal", "cyclic", "identity")
SkipName: TypeAlias = Literal["orthogonal", "cyclic", "identity"]


class ResidualReservoir(BaseReservoir):
    """Echo state reservoir with a residual connection, which carries the state on without squashing it.

    Each step turns the state by a matrix O that loses nothing, and adds what an echo state network makes of it::

        x(t) = skip_gain O x(t-1) + proximity f(W x(t-1) + W_in u(t) + b),    x(0) = 0

    With ``skip="orthogonal"`` and ``skip_gain = 1 - proximity`` it is the edge-of-stability network ES2N: the lower the
    proximity, the closer all eigenvalues of its Jacobian lie to the unit circle, and the longer it remembers.
    With a gain of its own it is a residual network, and with ``skip="identity"`` a leaky `EchoStateReservoir` whose
    leak rate is the proximity. A proximity of 1 leaves no skip path.

    Parameters
    ----------
    n_units : int, default=100
        Number of units. If ``recurrent_weights`` (or a matrix as ``topology``) is given, its size counts instead.
    topology : str, Topology or matrix, default="shift"
        The graph of W, as in `EchoStateReservoir`.
    degree : int or None, default=None
        Number of presynaptic units of each unit in W, 1 to ``n_units``; None is ``min(10, n_units)``.
    spectral_radius : float or None, default=0.9
        Largest modulus among the eigenvalues of W, at least 0. None keeps the weights as they are drawn. A matrix that
        was given is never rescaled.
    proximity : float, array (n_units,) or tuple (low, high), default=0.1
        In (0, 1], how close it is to a nonlinear network without a skip path. A tuple draws one per unit, uniform on a
        logarithmic scale.
    skip : {"orthogonal", "cyclic", "identity"} or matrix (n_units, n_units), default="orthogonal"
        O: a random orthogonal matrix, uniform over all of them, whose product takes n_units**2 operations a step; a
        cyclic shift, unit i taking over the state of unit i - 1, and n_units operations; the identity; or a matrix,
        dense or sparse, which is used as it is.
    skip_gain : float, array (n_units,) or None, default=None
        At least 0; None is ``1 - proximity``.
    input_scaling : float or array (n_channels,), default=0.1
        Input weights are uniform in ``[-input_scaling, input_scaling]``, with one scaling for all channels of the input
        or one for each.
    input_density : float, default=1.0
        Share of the units, above 0 and at most 1, that each input channel reaches. Units listen to equally many random
        channels, up to one, and channels reach equally many units.
    bias_scaling : float, default=0.8
        Biases are uniform in ``[-bias_scaling, bias_scaling]``. The two papers have no bias: 0.
    activation : {"tanh", "identity", "relu", "sigmoid"}, default="tanh"
        The function f.
    input_weights : matrix (n_units, n_features) or None, default=None
        W_in, instead of a random one.
    recurrent_weights : matrix (n_units, n_units), dense or sparse, or None, default=None
        W, instead of a random one; row i holds the weights onto unit i.
    bias : float, array (n_units,) or None, default=None
        b, instead of a random one.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    dtype : {"float64", "float32"}, default="float64"
        Precision of weights and states.
    random_state : int, RandomState or None, default=None
        Seed of everything random. A weight that is given leaves the draw of the others unchanged, and an
        `EchoStateReservoir` with the same seed draws the same W, W_in and b.

    Attributes
    ----------
    recurrent_weights_, skip_ : csr_arrays (n_units, n_units)
        W and O.
    input_weights_ : array (n_units, n_features)
    bias_, proximity_, skip_gain_ : arrays (n_units,)
    n_units_ : int
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a state grows past every finite number: where the skip path amplifies, or by ``"identity"`` and ``"relu"``.

    References
    ----------
    A. Ceni and C. Gallicchio, "Edge of stability echo state network", IEEE Transactions on Neural Networks and Learning
    Systems 36:7555, 2025 (ES2N); M. Pinna, A. Ceni and C. Gallicchio, "Deep residual echo state networks: exploring
    residual orthogonal connections in untrained recurrent neural networks", arXiv:2508.21172, 2025 (a gain of its own,
    cyclic and identity connections; a stack of these reservoirs is their deep network).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir, ResidualReservoir
    >>> u = np.random.RandomState(0).uniform(-0.8, 0.8, (2000, 1))
    >>> ResidualReservoir(100, random_state=0).fit_transform(u).shape
    (2000, 100)

    It remembers several times as long as the same echo state network without the skip path:

    >>> from reservoir.diagnostics import memory_capacity
    >>> settings = {"bias": 0.0, "random_state": 0}
    >>> plain = EchoStateReservoir(100, leak_rate=1.0, **settings).fit(u)
    >>> residual = ResidualReservoir(100, proximity=0.05, **settings).fit(u)
    >>> memory_capacity(residual, random_state=0) > 2 * memory_capacity(plain, random_state=0)
    True
    """

    _never_recovers = True  # NaN times anything is NaN; infinity stays in what the skip path keeps or turns into NaN

    def __init__(
        self,
        n_units: int = 100,
        *,
        topology: str | Topology | Matrix = "shift",
        degree: int | None = None,
        spectral_radius: float | None = 0.9,
        proximity: float | tuple[float, float] | ArrayLike = 0.1,
        skip: SkipName | Matrix = "orthogonal",
        skip_gain: float | ArrayLike | None = None,
        input_scaling: float | ArrayLike = 0.1,
        input_density: float = 1.0,
        bias_scaling: float = 0.8,
        activation: Literal["tanh", "identity", "relu", "sigmoid"] = "tanh",
        input_weights: Matrix | None = None,
        recurrent_weights: Matrix | None = None,
        bias: float | ArrayLike | None = None,
        n_jobs: int | None = None,
        dtype: Precision = "float64",
        random_state: RandomState = None,
    ) -> None:
        self.n_units = n_units
        self.topology = topology
        self.degree = degree
        self.spectral_radius = spectral_radius
        self.proximity = proximity
        self.skip = skip
        self.skip_gain = skip_gain
        self.input_scaling = input_scaling
        self.input_density = input_density
        self.bias_scaling = bias_scaling
        self.activation = activation
        self.input_weights = input_weights
        self.recurrent_weights = recurrent_weights
        self.bias = bias
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.activation_ = check_choice("activation", self.activation, ACTIVATIONS)
        if isinstance(self.skip, str) and self.skip == "orthogonal" and is_integer(self.n_units):
            # Before the spectral radius of W is looked for, which takes minutes where O is far too large.
            n_drawn = self.n_units if explicit_weights(self.recurrent_weights, self.topology) is None else 0
            check_memory("n_units", n_drawn, 16 * int(n_drawn) ** 2)
        seeds = random_state.randint(2**31 - 1, size=5).tolist()
        recurrent, input_weights, bias, given = draw_leaky_weights(self, n_features, seeds)
        self.n_units_ = n_units = recurrent.shape[0]
        source = np.random.RandomState(seeds[3])
        proximity = draw_per_unit("proximity", self.proximity, n_units, source, above=0, at_most=1)
        kept = 1 - proximity if self.skip_gain is None else self.skip_gain
        skip_gain = check_per_unit("skip_gain", kept, n_units, at_least=0)
        self._advice = advise(self, given)
        self.recurrent_weights_, self.input_weights_, self.bias_ = weights_in_precision(
            self, recurrent, input_weights, bias, given
        )
        self.skip_ = in_precision("skip", _resolve_skip(self.skip, n_units, seeds[4]), self.dtype_)
        self.proximity_ = proximity.astype(self.dtype_)
        if self.skip_gain is None:
            self.skip_gain_ = 1 - self.proximity_  # as a leaky unit has it, to the bit
        else:
            self.skip_gain_ = in_precision("skip_gain", skip_gain, self.dtype_)

    def _prepare(self):
        return ResidualProgram(
            arrange(self.recurrent_weights_), arrange_skip(self.skip_), self.input_weights_.T.copy(),
            self.bias_.copy(), ACTIVATIONS[self.activation_], self.skip_gain_.copy(), self.proximity_.copy(),
        )  # fmt: skip

    _drive = drive_into_new

    def _rest(self):
        return np.zeros(self.n_units_, dtype=self.dtype_)

    def _write_states(self, X, state, states):
        run_residual(*self._arguments, X, state, states)
        return (states[-1] if len(X) else state).copy()

    def _lanes(self, pieces):
        return residual_lanes(self._program, pieces)

    def _close_loop(self, readout, inputs, n_outputs, state):
        if not compiles(readout, None, n_outputs):
            return super()._close_loop(readout, inputs, n_outputs, state)
        return run_closed(run_residual_closed, self._arguments, readout, inputs, n_outputs, None, (state.copy(),))

    def _remedy(self):
        kept = "no eigenvalue of the skip path, diag(skip_gain) O, may be of a modulus above 1"
        if self.activation_ in ("tanh", "sigmoid"):
            return f"Lower skip_gain, or scale skip down: {kept}."
        return (
            f"{self._advice}, lower skip_gain, or use activation='tanh' or 'sigmoid', whose values are bounded; with "
            f"them, too, {kept}."
        )


def _resolve_skip(skip, n_units, seed):
    """Return the matrix O that the parameter ``skip`` asks for."""
    if isinstance(skip, (list, tuple)) or issparse(skip) or np.ndim(skip) > 0:
        return as_csr(skip, (n_units, n_units), "skip")
    if not isinstance(skip, str) or skip not in SKIPS:
        names = ", ".join(map(repr, SKIPS))
        raise ValueError(f"'skip' must be one of {names}, or a matrix ({n_units}, {n_units}); got {skip!r}.")
    if skip == "orthogonal":
        return draw_once(Orthogonal(), n_units, None, seed)
    return Ring().draw(n_units) if skip == "cyclic" else csr_array(eye_array(n_units))
