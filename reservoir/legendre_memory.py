"""The Legendre memory: the linear part of the Legendre Memory Unit, which holds a sliding window of its input."""

import numpy as np
from scipy.sparse import block_diag, csr_array

from readouts.types import Precision
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer, check_memory, check_number, in_precision
from reservoir.driving.hooks import drive_into_new
from reservoir.kernels.closed_loop import compiles, run_closed
from reservoir.kernels.legendre_step import (
    after_one,
    generator_of,
    irregular_program,
    largest_grain_rate,
    legendre_lanes,
    regular_program,
    run_legendre,
    run_legendre_closed,
)
from reservoir.series.elapsed import check_elapsed, find_elapsed, split_elapsed

_LONGEST_WINDOW = 1e15  # whose binary digits, and those of a grain of it, are counted in a whole number


class LegendreMemory(BaseReservoir):
    """Legendre memory: the last window of every input, as coefficients of Legendre polynomials.

    With d = ``order`` coefficients m for every channel u and the window theta, it follows ::

        theta dm/dt = A m + B u        A_ij = (2 i + 1) (-1 if i < j, else (-1)^(i - j + 1)),    B_i = (2 i + 1) (-1)^i

    exactly, with u held for the time h of a row (1, or what ``elapsed_column`` says)::

        m <- exp(h A / theta) m + (I - exp(h A / theta)) e_0 u        as -A^-1 B = e_0

    The window of the past is read from m by shifted Legendre polynomials P_i, for inputs slow enough for d of them: ::

        u(t - s) = sum_i P_i(2 s / theta - 1) m_i(t),    0 <= s <= theta

    Nothing is random, and nothing is squashed: a linear readout recalls, averages and differentiates what is in the
    window, and one that is not linear, or a `StackedReservoir` with a nonlinear layer above, computes with it. To hold
    waves of f cycles per unit of time takes an order above about ``pi f window``.

    Parameters
    ----------
    order : int, default=20
        Number d of coefficients of each channel, at least 1. As many states come out for each channel.
    window : float, default=50.0
        theta, above 0 and at most 1e15, in rows of X, or in the unit of ``elapsed_column``.
    elapsed_column : int, str or None, default=None
        Column of X, by position or name, that holds the time since the previous sample, at least 0; ``fit`` warns if it
        looks like the times themselves. It is not fed as input: a row's other columns are held for this time, up to the
        sample. None: all rows last 1.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    dtype : {"float64", "float32"}, default="float64"
        Precision of the coefficients. In float32 they are off by at most about 3e-9 of their size for each row that the
        window is long, as much of what a single row changes of a long window is lost by rounding; with
        ``elapsed_column``, by 1e-8.

    Attributes
    ----------
    recurrent_weights_ : csr_array (n_units, n_units)
        What a row of duration 1 keeps: ``exp(A / theta)`` for each channel in turn, in blocks.
    input_weights_ : array (n_units, n_inputs)
        What it takes from the input.
    order_ : int
    window_ : float
    n_units_ : int
        ``order`` times the number of channels: all coefficients of the first, then those of the next.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a coefficient grows past every finite number.

    References
    ----------
    A. R. Voelker, I. Kajic and C. Eliasmith, "Legendre memory units: continuous-time representation in recurrent neural
    networks", NeurIPS 2019, equations 1 to 3; A. R. Voelker and C. Eliasmith, "Improving spiking dynamical networks:
    accurate delays, higher-order synapses, and time cells", Neural Computation 30:569, 2018, section 4. The advance by
    any duration is derived here.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.special import eval_sh_legendre
    >>> from reservoir import LegendreMemory
    >>> u = np.sin(0.1 * np.arange(300.0))[:, None]
    >>> memory = LegendreMemory(order=12, window=40.0)
    >>> states = memory.fit_transform(u)
    >>> states.shape
    (300, 12)

    The input 20.5 steps ago, and by half a step more, as an input that is held is late by so much on average:

    >>> recalled = states @ eval_sh_legendre(np.arange(12), 20.5 / 40)
    >>> bool(np.abs(recalled - np.sin(0.1 * (np.arange(300.0) - 20)))[100:].max() < 0.001)
    True
    """

    def __init__(
        self,
        order: int = 20,
        window: float = 50.0,
        *,
        elapsed_column: int | str | None = None,
        n_jobs: int | None = None,
        dtype: Precision = "float64",
    ) -> None:
        self.order = order
        self.window = window
        self.elapsed_column = elapsed_column
        self.n_jobs = n_jobs
        self.dtype = dtype

    def _draw(self, n_features, random_state):
        self.elapsed_column_ = find_elapsed(self.elapsed_column, self)
        n_inputs = n_features - (self.elapsed_column_ is not None)
        order = check_integer("order", self.order)
        # Matrices that stay, and those that an exponential takes on the way.
        check_memory("order", order, 8 * order**2 * (50 if self.elapsed_column_ is None else 150))
        check_memory("order", order, 16 * order**2 * n_inputs)
        self.order_ = order
        self.window_ = window = check_number("window", self.window, above=0, at_most=_LONGEST_WINDOW)
        self.n_units_ = order * n_inputs
        with np.errstate(over="ignore"):
            generator = generator_of(order, window)
            largest = np.abs(generator).max()
            if self.elapsed_column_ is not None:
                largest = largest_grain_rate(generator)
            fits = np.isfinite(largest.astype(self.dtype_))
        if not fits:
            raise ValueError(f"'window' must be longer for an order of {order} in {self.dtype_}; got {self.window!r}.")
        transition = after_one(generator, window)
        entering = np.eye(order, 1) - transition[:, :1]
        blocks = block_diag([csr_array(transition)] * n_inputs, format="csr")
        self.recurrent_weights_ = csr_array(blocks).astype(self.dtype_)
        self.input_weights_ = in_precision("window", np.kron(np.eye(n_inputs), entering), self.dtype_)

    def _prepare(self):
        generator = generator_of(self.order_, self.window_)
        if self.elapsed_column_ is None:
            return regular_program(after_one(generator, self.window_), self.dtype_)
        return irregular_program(generator, self.window_, self.dtype_)

    _drive = drive_into_new

    def _rest(self):
        return np.zeros(self.n_units_, self.dtype_)

    def _check_rows(self, X, first=0):
        check_elapsed(X, self.elapsed_column_, first)

    def _write_states(self, X, state, states):
        run_legendre(*self._arguments, *split_elapsed(X, self.elapsed_column_), state, states)
        return (states[-1] if len(X) else state).copy()

    def _lanes(self, pieces):
        return legendre_lanes(self._program) if self.elapsed_column_ is None else None

    def _close_loop(self, readout, inputs, n_outputs, state):
        if not compiles(readout, self.elapsed_column_, n_outputs):
            return super()._close_loop(readout, inputs, n_outputs, state)
        self._check_rows(inputs)
        arrays = (state.copy(),)
        loop = run_legendre_closed
        return run_closed(loop, self._arguments, readout, inputs, n_outputs, self.elapsed_column_, arrays)

    def _remedy(self):
        return "Scale the inputs, such as with StandardScaler."
