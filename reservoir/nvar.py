"""Next-generation reservoir computing: delayed inputs and the products among them, instead of a random network."""

from itertools import combinations_with_replacement
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from readouts.compiling import njit
from readouts.types import Array, Precision
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_flag, check_integer, check_memory, check_names
from reservoir.driving.hooks import drive_into_new

_BYTES_PER_PRODUCT = 32  # four integers of the plan


class NVAR(BaseReservoir):
    """Nonlinear vector autoregression, or next-generation reservoir computing.

    With D features, k = ``delay`` and s = ``stride``, the row of step t holds products of the k D linear features ::

        v(t) = [u(t), u(t - s), u(t - 2 s), ..., u(t - (k - 1) s)]

    namely every monomial of degree p once, for each degree p that ``order`` names, lowest degree first::

        v_i1 v_i2 ... v_ip    with  i1 <= i2 <= ... <= ip,    comb(k D + p - 1, p) of them,

    in lexicographic order of the indices, after a constant 1 if ``include_bias``. Nothing is random. Before the start
    of a series stand zeros, so its first ``warmup_`` rows lack a part of their past; they are best left out of the
    training of a readout, as a washout. The state that `run` continues from is the last ``warmup_`` rows of input.

    Parameters
    ----------
    delay : int, default=2
        Number k of rows that a row of features is made of, at least 1; 1 is the present row alone.
    order : int or tuple of int, default=2
        An integer p stands for all degrees from 1 to p. A tuple names the degrees, in any order: ``(1, 3)`` gives the
        linear and the cubic monomials, which the paper takes for the double scroll, and others call order 3.
    stride : int, default=1
        Number s of rows from one delay to the next, at least 1.
    include_bias : bool, default=False
        Whether a column of ones comes first. A readout with an intercept, such as `RidgeReadout`, needs none.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    dtype : {"float64", "float32"}, default="float64"
        Precision of the features.

    Attributes
    ----------
    degrees_ : tuple of int
        The degrees among the features, lowest first.
    warmup_ : int
        ``(delay - 1) * stride``.
    n_units_ : int
        Number of features that come out.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a product grows past every finite number.

    References
    ----------
    D. J. Gauthier, E. Bollt, A. Griffith and W. A. S. Barbosa, "Next generation reservoir computing", Nature
    Communications 12:5564, 2021, Results, equations 5 to 9. E. Bollt, "On explaining the surprising success of
    reservoir computing forecaster of chaos?", Chaos 31:013108, 2021, section VI.

    Examples
    --------
    >>> from reservoir import NVAR
    >>> nvar = NVAR(delay=2, order=2)
    >>> nvar.fit_transform([[1.0], [2.0], [3.0]])
    array([[1., 0., 1., 0., 0.],
           [2., 1., 4., 2., 1.],
           [3., 2., 9., 6., 4.]])
    >>> nvar.get_feature_names_out().tolist()
    ['x0(t)', 'x0(t-1)', 'x0(t)^2', 'x0(t) x0(t-1)', 'x0(t-1)^2']
    """

    def __init__(
        self,
        delay: int = 2,
        order: int | tuple[int, ...] = 2,
        stride: int = 1,
        *,
        include_bias: bool = False,
        n_jobs: int | None = None,
        dtype: Precision = "float64",
    ) -> None:
        self.delay = delay
        self.order = order
        self.stride = stride
        self.include_bias = include_bias
        self.n_jobs = n_jobs
        self.dtype = dtype

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> Array:
        """Return the monomials in words, such as ``"x0(t) x2(t-1)"`` or ``"x0(t)^2"``; the constant is ``"1"``.

        Parameters
        ----------
        input_features : array of str (n_features_in_,), default=None
            Names of the columns of X; None takes those that ``fit`` saw, or else x0, x1 and so on.

        Returns
        -------
        array of str (n_units_,)
        """
        check_is_fitted(self)
        columns = self._input_names(input_features)
        lags = [f"(t-{lag})" if lag else "(t)" for lag in self._lags]
        linear = [f"{column}{lag}" for lag in lags for column in columns]
        names = ["1"] if self.include_bias_ else []
        for degree in self.degrees_:
            names += [_product(factors) for factors in combinations_with_replacement(linear, degree)]
        return np.array(names, dtype=object)

    def _draw(self, n_features, random_state):
        delay, stride = check_integer("delay", self.delay), check_integer("stride", self.stride)
        check_memory("delay", delay, 8 * delay * n_features)
        check_memory("stride", stride, 8 * (delay - 1) * stride * n_features)
        self.degrees_ = _check_order(self.order)
        self.warmup_ = (delay - 1) * stride
        self.include_bias_ = check_flag("include_bias", self.include_bias)
        self.delay_, self.stride_ = delay, stride
        _check_size(self.order, self.degrees_[-1], delay * n_features)
        self.n_units_ = self.include_bias_ + sum(comb(delay * n_features + p - 1, p) for p in self.degrees_)

    @property
    def _lags(self):
        return range(0, self.delay_ * self.stride_, self.stride_)

    def _prepare(self):
        products, ends = _plan(len(self._lags) * self.n_features_in_, self.degrees_[-1])
        kept = [(ends[degree - 1], ends[degree]) for degree in self.degrees_]
        kept = [(0, 1)] * self.include_bias_ + kept
        as_integers = [np.array(self._lags), np.array(products).reshape(-1, 4), np.array(kept)]
        self._n_monomials = ends[-1]
        return NVARProgram(*(array.astype(np.int64) for array in as_integers))

    _drive = drive_into_new

    def _rest(self):
        return np.zeros((self.warmup_, self.n_features_in_), self.dtype_)

    def _write_states(self, X, state, states):
        past = np.concatenate((state, X))
        run_nvar(*self._arguments, past, np.empty(self._n_monomials, self.dtype_), states)
        return past[len(X) :].copy()

    def _remedy(self):
        return "Scale the inputs, such as with StandardScaler, or take a lower 'order'."

    def _input_names(self, input_features):
        seen = getattr(self, "feature_names_in_", None)
        if input_features is None:
            return [f"x{number}" for number in range(self.n_features_in_)] if seen is None else list(seen)
        names = check_names("input_features", input_features)
        if seen is not None and names != list(seen):
            raise ValueError(
                f"input_features is not equal to feature_names_in_, {list(seen)}; got {names}. Leave it out."
            )
        if len(names) != self.n_features_in_:
            raise ValueError(
                f"input_features should have length equal to number of features, {self.n_features_in_}; "
                f"got {len(names)}."
            )
        return names


class NVARProgram(NamedTuple):
    """What `run_nvar` is given of a reservoir: ``lags``, how products are made, and which columns are returned.

    Each row of ``products`` is ``(factor, first, last, start)``, as `_plan` says; each row of ``kept`` bounds columns
    of monomials that are returned.
    """

    lags: np.ndarray
    products: np.ndarray
    kept: np.ndarray


@njit
def run_nvar(lags, products, kept, past, monomials, states):
    """Write one row of ``states`` after another, by way of all ``monomials`` up to the highest degree.

    The first arguments are those of `NVARProgram`; ``past`` begins with as many rows as the longest lag.
    """
    for t in range(states.shape[0]):
        monomials[0] = 1
        column = 1
        for k in range(lags.size):
            for feature in range(past.shape[1]):
                monomials[column] = past[t + lags[-1] - lags[k], feature]
                column += 1
        for k in range(products.shape[0]):
            factor, first, last, start = products[k, 0], products[k, 1], products[k, 2], products[k, 3]
            for i in range(last - first):
                monomials[start + i] = monomials[factor] * monomials[first + i]
        column = 0
        for k in range(kept.shape[0]):
            for i in range(kept[k, 0], kept[k, 1]):
                states[t, column] = monomials[i]
                column += 1


def _check_order(order):
    """Return the degrees that ``order`` stands for, lowest first."""
    if not isinstance(order, (tuple, list)):
        highest = check_integer("order", order)
        check_memory("order", order, 8 * highest)
        return tuple(range(1, highest + 1))
    degrees = [check_integer("order", degree) for degree in order]
    if not degrees or len(set(degrees)) < len(degrees):
        raise ValueError(f"'order' as a tuple must name at least one degree, and each once; got {order!r}.")
    return tuple(sorted(degrees))


def _check_size(order, highest, n_linear):
    """Raise ValueError unless all monomials up to the highest degree, and how they are made, fit into memory."""
    check_memory("order", order, _BYTES_PER_PRODUCT * highest * n_linear)
    check_memory("order", order, 8 * comb(n_linear + highest, highest))


def _plan(n_linear, highest):
    """Return the products that make all monomials up to a degree, and where each degree ends.

    Column 0 is the constant, columns 1 to ``n_linear`` are the linear features. In lexicographic order the monomials of
    degree p - 1 without the first i features are the last ones of their degree. Feature i times those makes the
    monomials of degree p that begin with it: ``(factor, first, last, start)``, where the columns from ``start`` on are
    the product of column ``factor`` and columns ``first:last``.
    """
    products, ends = [], [1, 1 + n_linear]
    begins = range(1, 1 + n_linear)
    for _ in range(2, highest + 1):
        last, start, following = ends[-1], ends[-1], []
        for factor, first in enumerate(begins, start=1):
            following.append(start)
            products.append((factor, first, last, start))
            start += last - first
        ends.append(start)
        begins = following
    return products, ends


def _product(factors):
    powers = {factor: factors.count(factor) for factor in factors}
    return " ".join(factor if power == 1 else f"{factor}^{power}" for factor, power in powers.items())
