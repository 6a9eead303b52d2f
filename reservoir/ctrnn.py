"""The continuous-time recurrent network as a reservoir: leaky units, each with its own time constant."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, diags_array, eye_array

from readouts.types import Matrix, Precision, RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_choice, check_number, draw_per_unit, in_precision
from reservoir.driving.hooks import drive_into_new
from reservoir.kernels.closed_loop import compiles, run_closed
from reservoir.kernels.functions import ACTIVATIONS
from reservoir.kernels.leaky import (
    EULER,
    EXPONENTIAL,
    UNDAMPED,
    LeakyProgram,
    advise,
    draw_leaky_weights,
    irregular_pace,
    regular_pace,
    run_leaky,
    run_leaky_closed,
    set_pace,
    weights_in_precision,
)
from reservoir.kernels.leaky_lanes import leaky_lanes
from reservoir.kernels.recurrence import arrange
from reservoir.series.elapsed import check_elapsed, find_elapsed, split_elapsed
from reservoir.topology import Topology

FORMS = ("normalized", "additive", "antisymmetric")


class CTRNNLiquid(BaseReservoir):
    """Continuous-time recurrent network.

    With u held for the time h of a row (1, or what ``elapsed_column`` says), it follows, by ``form``::

        "normalized"     tau dx/dt = -x + f(W x + W_in u + b)
        "additive"           dx/dt = -x / tau + f(W x + W_in u + b)
        "antisymmetric"  tau dx/dt = f((A - A^T - diffusion I) x + W_in u + b)

    The default method, exponential Euler, is exact while the drive of f is constant and stable for any h::

        x <- exp(-h / tau) x + (1 - exp(-h / tau)) f(...)       (times tau in the additive form)

    Plain Euler steps ``a = h / tau``, at most 1, give ``x <- (1 - a) x + a f(...)``: a leaky echo state network, which
    is also what remains of the LTC-SE cell when its steps are made stable. The antisymmetric form, an Euler state
    network, has no leak: without diffusion, ``x <- x + a f(...)`` hardly damps or amplifies, and remembers long.

    Parameters
    ----------
    n_units : int, default=100
        Number of units. If ``recurrent_weights`` (or a matrix as ``topology``) is given, its size counts instead.
    topology : str, Topology or matrix, default="shift"
        The graph of the units, as in `EchoStateReservoir`.
    degree : int or None, default=None
        Number of presynaptic units of each unit, 1 to ``n_units``; None is ``min(10, n_units)``.
    form : {"normalized", "additive", "antisymmetric"}, default="normalized"
        The equation. In the additive form states are as large as tau, so a drawn W is divided by the time
        constants of the presynaptic units: it is as stable as the normalized form, whose states it has, times tau.
    method : {"exponential", "euler"}, default="exponential"
        The step. The antisymmetric form has Euler steps only.
    tau_range : float, array (n_units,), tuple (low, high) or None, default=None
        Time constants above 0, in rows of X, or in the unit of ``elapsed_column``. A tuple draws one per unit, uniform
        on a logarithmic scale. None is ``(1.0, 10.0)``, and 5 for the antisymmetric form.
    spectral_radius : float or None, default=0.9
        Largest modulus among the eigenvalues of W (of A, in the antisymmetric form), at least 0. None keeps the weights
        as drawn. A matrix that was given is never rescaled.
    diffusion : float, default=1.0
        At least 0; the damping of the antisymmetric form.
    input_scaling : float or array (n_channels,), default=0.5
        Input weights are uniform in ``[-input_scaling, input_scaling]``, with one scaling for all channels of the input
        or one for each.
    input_density : float, default=1.0
        Share of the units, above 0 and at most 1, that each input channel reaches. Units listen to equally many random
        channels, up to one, and channels reach equally many units.
    bias_scaling : float, default=0.2
        Biases are uniform in ``[-bias_scaling, bias_scaling]``.
    activation : {"tanh", "identity", "relu", "sigmoid"}, default="tanh"
        The function f.
    input_weights : matrix (n_units, n_inputs) or None, default=None
        W_in, instead of a random one.
    recurrent_weights : matrix (n_units, n_units), dense or sparse, or None, default=None
        W (A in the antisymmetric form), instead of a random one; row i holds the weights onto unit i.
    bias : float, array (n_units,) or None, default=None
        b, instead of a random one.
    elapsed_column : int, str or None, default=None
        Column of X, by position or name, that holds the time since the previous sample, at least 0; ``fit`` warns if it
        looks like the times themselves. It is not fed as input. None: all rows last 1.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    dtype : {"float64", "float32"}, default="float64"
        Precision of weights and states.
    random_state : int, RandomState or None, default=None
        Seed of everything random. A weight that is given leaves the draw of the others unchanged.

    Attributes
    ----------
    recurrent_weights_ : csr_array (n_units, n_units)
        What multiplies x; in the antisymmetric form ``A - A^T - diffusion I``.
    input_weights_ : array (n_units, n_inputs)
    bias_, tau_ : arrays (n_units,)
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
    K. Funahashi and Y. Nakamura, "Approximation of dynamical systems by continuous time recurrent neural networks",
    Neural Networks 6:801, 1993 (additive form). C. Gallicchio, "Euler state networks: non-dissipative reservoir
    computing", arXiv:2203.09382, 2022 (antisymmetric). G. Tanaka et al., "Reservoir computing with diverse timescales
    for prediction of multiscale dynamics", Physical Review Research 4:L032014, 2022 (spread time constants).
    M. Bidollahkhani, F. Atasoy and H. Abdellatef, "LTC-SE: expanding the potential of liquid time-constant neural
    networks for scalable AI and embedded systems", arXiv:2304.08691, 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import CTRNNLiquid
    >>> u = np.sin(np.arange(200.0))[:, None]
    >>> CTRNNLiquid(n_units=50, random_state=0).fit_transform(u).shape
    (200, 50)

    Samples at irregular times; one series may have gaps that another has not:

    >>> t = np.cumsum(np.random.RandomState(0).exponential(size=200))
    >>> X = np.column_stack([np.sin(t), np.diff(t, prepend=t[0])])
    >>> CTRNNLiquid(n_units=50, elapsed_column=1, random_state=0).fit_transform(X).shape
    (200, 50)
    """

    _never_recovers = True  # NaN times anything is NaN; infinity stays in what a unit keeps or turns into NaN

    def __init__(
        self,
        n_units: int = 100,
        *,
        topology: str | Topology | Matrix = "shift",
        degree: int | None = None,
        form: Literal["normalized", "additive", "antisymmetric"] = "normalized",
        method: Literal["exponential", "euler"] = "exponential",
        tau_range: float | tuple[float, float] | ArrayLike | None = None,
        spectral_radius: float | None = 0.9,
        diffusion: float = 1.0,
        input_scaling: float | ArrayLike = 0.5,
        input_density: float = 1.0,
        bias_scaling: float = 0.2,
        activation: Literal["tanh", "identity", "relu", "sigmoid"] = "tanh",
        input_weights: Matrix | None = None,
        recurrent_weights: Matrix | None = None,
        bias: float | ArrayLike | None = None,
        elapsed_column: int | str | None = None,
        n_jobs: int | None = None,
        dtype: Precision = "float64",
        random_state: RandomState = None,
    ) -> None:
        self.n_units = n_units
        self.topology = topology
        self.degree = degree
        self.form = form
        self.method = method
        self.tau_range = tau_range
        self.spectral_radius = spectral_radius
        self.diffusion = diffusion
        self.input_scaling = input_scaling
        self.input_density = input_density
        self.bias_scaling = bias_scaling
        self.activation = activation
        self.input_weights = input_weights
        self.recurrent_weights = recurrent_weights
        self.bias = bias
        self.elapsed_column = elapsed_column
        self.n_jobs = n_jobs
        self.dtype = dtype
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.form_ = check_choice("form", self.form, FORMS)
        self.method_ = check_choice("method", self.method, ("exponential", "euler"))
        self.activation_ = check_choice("activation", self.activation, ACTIVATIONS)
        self.elapsed_column_ = find_elapsed(self.elapsed_column, self)
        n_inputs = n_features - (self.elapsed_column_ is not None)
        seeds = random_state.randint(2**31 - 1, size=4).tolist()
        recurrent, input_weights, bias, given = draw_leaky_weights(self, n_inputs, seeds)
        self.n_units_ = n_units = recurrent.shape[0]
        default = 5.0 if self.form_ == "antisymmetric" else (1.0, 10.0)
        tau_range = default if self.tau_range is None else self.tau_range
        tau = draw_per_unit("tau_range", tau_range, n_units, np.random.RandomState(seeds[3]), above=0)
        self._advice = advise(self, given)
        recurrent = self._arrange_form(recurrent, given, tau)
        self.recurrent_weights_, self.input_weights_, self.bias_ = weights_in_precision(
            self, recurrent, input_weights, bias, given
        )
        self.tau_ = in_precision("tau_range", tau, self.dtype_)

    def _arrange_form(self, weights, given, tau):
        self.diffusion_ = check_number("diffusion", self.diffusion, at_least=0)
        if self.form_ == "additive" and not given:
            return csr_array(weights @ diags_array(1 / tau))
        if self.form_ == "antisymmetric":
            weights = csr_array(weights - weights.T - self.diffusion_ * eye_array(*weights.shape))
            weights.eliminate_zeros()
            weights.sort_indices()
        return weights

    def _prepare(self):
        weights = (self.input_weights_.T.copy(), self.bias_.copy())
        scale = self.tau_ if self.form_ == "additive" else np.ones_like(self.tau_)
        rule = EXPONENTIAL if self.method_ == "exponential" else EULER
        with np.errstate(divide="ignore", over="ignore"):
            # The largest finite number instead of infinity, because infinity times a duration of 0 would be NaN.
            rate = np.minimum(1 / self.tau_, np.finfo(self.dtype_).max)
        pace = irregular_pace(UNDAMPED if self.form_ == "antisymmetric" else rule, rate, scale)
        if self.elapsed_column_ is None:
            set_pace(pace.rule, self.dtype_.type(1), pace.rate, pace.scale, pace.keep, pace.gain)
            pace = regular_pace(pace.keep, pace.gain)
        return LeakyProgram(arrange(self.recurrent_weights_), *weights, ACTIVATIONS[self.activation_], pace)

    _drive = drive_into_new

    def _rest(self):
        return np.zeros(self.n_units_, dtype=self.dtype_)

    def _check_rows(self, X, first=0):
        check_elapsed(X, self.elapsed_column_, first)

    def _write_states(self, X, state, states):
        inputs, elapsed = split_elapsed(X, self.elapsed_column_)
        run_leaky(*self._arguments, inputs, elapsed, state, states)
        return (states[-1] if len(X) else state).copy()

    def _lanes(self, pieces):
        return leaky_lanes(self._program, self.elapsed_column_, pieces)

    def _close_loop(self, readout, inputs, n_outputs, state):
        if not compiles(readout, self.elapsed_column_, n_outputs):
            return super()._close_loop(readout, inputs, n_outputs, state)
        self._check_rows(inputs)
        arrays = (state.copy(),)
        return run_closed(run_leaky_closed, self._arguments, readout, inputs, n_outputs, self.elapsed_column_, arrays)

    def _remedy(self):
        if self.form_ == "antisymmetric":
            return f"{self._advice}, use a longer tau_range, or activation='tanh' or 'sigmoid', which add up slowly."
        return f"{self._advice}, or use activation='tanh' or 'sigmoid', whose states are bounded."
