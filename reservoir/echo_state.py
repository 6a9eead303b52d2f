"""The echo state network's reservoir: leaky integrators with a random recurrent matrix (Jaeger 2001)."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Matrix, Precision, RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_choice, draw_per_unit
from reservoir.driving.hooks import drive_into_new
from reservoir.kernels.closed_loop import compiles, run_closed
from reservoir.kernels.functions import ACTIVATIONS
from reservoir.kernels.leaky import (
    LeakyProgram,
    advise,
    draw_leaky_weights,
    regular_pace,
    run_leaky,
    run_leaky_closed,
    weights_in_precision,
)
from reservoir.kernels.leaky_lanes import leaky_lanes
from reservoir.kernels.recurrence import arrange
from reservoir.topology import Topology


class EchoStateReservoir(BaseReservoir):
    """Leaky echo state reservoir.

    Every unit leaks towards a squashed sum of the other units and the input::

        x(t) = (1 - leak_rate) x(t-1) + leak_rate f(W x(t-1) + W_in u(t) + b),    x(0) = 0

    Row t of the states is x after ``u(t)``. The defaults suit inputs of about unit variance, one channel or many.

    Parameters
    ----------
    n_units : int, default=100
        Number of units. If ``recurrent_weights`` (or a matrix as ``topology``) is given, its size counts instead.
    topology : str, Topology or matrix, default="shift"
        The graph of the units: a name such as ``"random"`` or ``"small_world"``, an object of `reservoir.topology` with
        its own parameters, or a matrix, which is used as it is.
    degree : int or None, default=None
        Number of presynaptic units of each unit, 1 to ``n_units``; None is ``min(10, n_units)``. Leave it None for
        graphs whose construction fixes it (ring, cycle with jumps, delay line, orthogonal, column).
    spectral_radius : float or None, default=0.9
        Largest modulus among the eigenvalues of W, at least 0. None keeps the weights as they are drawn, which a
        topology without cycles (``"delay_line"``) needs. A matrix that was given is never rescaled.
    leak_rate : float, array (n_units,) or tuple (low, high), default=0.3
        In (0, 1]; 1 forgets the unit's own past. A tuple draws one rate per unit, uniform on a logarithmic scale.
    input_scaling : float or array (n_channels,), default=0.1
        Input weights are uniform in ``[-input_scaling, input_scaling]``, with one scaling for all channels of the input
        or one for each.
    input_density : float, default=1.0
        Share of the units, above 0 and at most 1, that each input channel reaches. Units listen to equally many random
        channels, up to one, and channels reach equally many units.
    bias_scaling : float, default=0.8
        Biases are uniform in ``[-bias_scaling, bias_scaling]``. A strong bias makes units differ.
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
        Seed of everything random. A weight that is given leaves the draw of the others unchanged.

    Attributes
    ----------
    recurrent_weights_ : csr_array (n_units, n_units)
    input_weights_ : array (n_units, n_features)
    bias_, leak_rate_ : arrays (n_units,)
    n_units_ : int
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a state grows past every finite number (``"identity"`` and ``"relu"`` can).

    References
    ----------
    H. Jaeger, "The 'echo state' approach to analysing and training recurrent neural networks", GMD Report 148, 2001,
    section 2; with leaky integration as in M. Lukosevicius, "A practical guide to applying echo state networks", 2012,
    equations 2 and 3.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> u = np.sin(np.arange(200.0))[:, None]
    >>> states = EchoStateReservoir(n_units=50, random_state=0).fit_transform(u)
    >>> states.shape
    (200, 50)

    A stream is driven piece by piece with an explicit state:

    >>> reservoir = EchoStateReservoir(n_units=50, random_state=0).fit(u)
    >>> head, state = reservoir.run(u[:120])
    >>> tail, state = reservoir.run(u[120:], state)
    >>> bool(np.all(np.vstack([head, tail]) == states))
    True
    """

    _never_recovers = True  # NaN times anything is NaN; infinity stays in what a unit keeps or turns into NaN

    def __init__(
        self,
        n_units: int = 100,
        *,
        topology: str | Topology | Matrix = "shift",
        degree: int | None = None,
        spectral_radius: float | None = 0.9,
        leak_rate: float | tuple[float, float] | ArrayLike = 0.3,
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
        self.leak_rate = leak_rate
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
        seeds = random_state.randint(2**31 - 1, size=4).tolist()
        recurrent, input_weights, bias, given = draw_leaky_weights(self, n_features, seeds)
        self.n_units_ = n_units = recurrent.shape[0]
        source = np.random.RandomState(seeds[3])
        leak_rate = draw_per_unit("leak_rate", self.leak_rate, n_units, source, above=0, at_most=1)
        self._advice = advise(self, given)
        self.recurrent_weights_, self.input_weights_, self.bias_ = weights_in_precision(
            self, recurrent, input_weights, bias, given
        )
        self.leak_rate_ = leak_rate.astype(self.dtype_)

    def _prepare(self):
        pace = regular_pace(1 - self.leak_rate_, self.leak_rate_)
        weights = (self.input_weights_.T.copy(), self.bias_.copy())
        return LeakyProgram(arrange(self.recurrent_weights_), *weights, ACTIVATIONS[self.activation_], pace)

    _drive = drive_into_new

    def _rest(self):
        return np.zeros(self.n_units_, dtype=self.dtype_)

    def _write_states(self, X, state, states):
        run_leaky(*self._arguments, X, state[:0], state, states)
        return (states[-1] if len(X) else state).copy()

    def _lanes(self, pieces):
        return leaky_lanes(self._program, None, pieces)

    def _close_loop(self, readout, inputs, n_outputs, state):
        if not compiles(readout, None, n_outputs):
            return super()._close_loop(readout, inputs, n_outputs, state)
        return run_closed(run_leaky_closed, self._arguments, readout, inputs, n_outputs, None, (state.copy(),))

    def _remedy(self):
        return f"{self._advice}, or use activation='tanh' or 'sigmoid', whose states are bounded."
