"""States of a reservoir beside those of some steps before, and the inputs of these: delayed copies as features."""

from typing import Any, Literal, Self, cast

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import all_at_once, snapshot
from readouts.types import Array, Precision, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import as_list, check_choice, check_integer, check_memory
from reservoir.driving.part import Part
from reservoir.driving.plain_state import check_plain_state


class LaggedReservoir(BaseReservoir):
    """A reservoir whose states stand beside those of earlier steps, and beside its inputs then.

    With the states x(t) of the reservoir, its inputs u(t), and the lags l_1 < l_2 < ... ::

        z(t) = [x(t), x(t - l_1), u(t - l_1), x(t - l_2), u(t - l_2), ...]

    Before the start of a series stand zeros, so its first rows lack a part of their past, as many as the longest lag:
    leave them out as a washout. `ReservoirRegressor` and `SequenceEncoder` make one of their reservoir if they are
    given ``lags``. A readout of n units with m lags has (m + 1) n features: as many as a larger reservoir gives, of
    fewer units to be driven, or read by detectors.

    Parameters
    ----------
    reservoir : reservoir
        Is cloned, not changed.
    lags : int, or sequence of int
        Steps of delay, each at least 1. One number L stands for 1 to L.
    inputs : {"past", "all", "none"}, default="past"
        Which inputs stand beside the states: those of the lags; the present ones, too, behind x(t); or none.
    n_jobs : int or None, default=None
        Number of threads over sequences; that of the reservoir is not used here.

    Attributes
    ----------
    reservoir_ : the fitted reservoir
    lags_ : tuple of int
        The lags, shortest first.
    n_units_ : int
        Number of columns of z.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or X is invalid.

    References
    ----------
    Delayed inputs: L. Jaurigue, E. Robertson, J. Wolters and K. Luedge, "Reservoir computing with delayed input for
    fast and easy optimisation", Entropy 23:1560, 2021, section 2. Delayed states: T. L. Carroll and J. D. Hart, "Time
    shifts to reduce the size of reservoir computers", Chaos 32:083122, 2022, section II.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import NVAR
    >>> from reservoir.lagged import LaggedReservoir
    >>> lagged = LaggedReservoir(NVAR(delay=1, order=1), lags=(1, 3), inputs="none")
    >>> lagged.fit_transform(np.arange(1.0, 6.0)[:, None])
    array([[1., 0., 0.],
           [2., 1., 0.],
           [3., 2., 0.],
           [4., 3., 1.],
           [5., 4., 2.]])
    >>> lagged.columns_
    ['0', '0(t-1)', '0(t-3)']
    """

    def __init__(
        self,
        reservoir: BaseReservoir,
        lags: int | tuple[int, ...] | list[int] | ArrayLike,
        *,
        inputs: Literal["past", "all", "none"] = "past",
        n_jobs: int | None = None,
    ) -> None:
        self.reservoir = reservoir
        self.lags = lags
        self.inputs = inputs
        self.n_jobs = n_jobs

    @all_at_once
    def fit(self, X: SeriesLike, y: Any = None) -> Self:
        """Fit the reservoir to X.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
        y : ignored

        Returns
        -------
        self
        """
        if not isinstance(self.reservoir, BaseReservoir):
            raise ValueError(f"'reservoir' must be a reservoir such as EchoStateReservoir(); got {self.reservoir!r}.")
        self._inner: BaseReservoir = clone(self.reservoir).fit(X, y)
        return super().fit(X, y)

    @property
    def dtype(self) -> Precision:  # type: ignore[override]
        """The precision of the reservoir."""
        return cast(Precision, getattr(self.reservoir, "dtype", "float64"))

    @property
    def columns_(self) -> list[str]:
        """What each column is: the number of a unit, or the name of an input, and when, as in ``"5(t-2)"``."""
        units = [str(number) for number in range(self.reservoir_.n_features_out_)]
        return self._names(units)

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> Array:
        """Return the names of the states of the reservoir and of the inputs, each with its lag, as in ``"x0(t-2)"``.

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        array of str (n_units_,)
        """
        check_is_fitted(self)
        return np.array(self._names(self.reservoir_.get_feature_names_out()), dtype=object)

    def _names(self, units):
        given = getattr(self, "feature_names_in_", None)
        inputs = [f"x{number}" for number in range(self.n_features_in_)] if given is None else list(given)
        names = [*units, *([f"{one}(t)" for one in inputs] if self.inputs_ == "all" else [])]
        past = [*units, *([] if self.inputs_ == "none" else inputs)]
        return names + [f"{one}(t-{lag})" for lag in self.lags_ for one in past]

    def _draw(self, n_features, random_state):
        self.lags_ = check_lags(self.lags)
        self.inputs_ = check_choice("inputs", self.inputs, ("past", "all", "none"))
        inner = self._inner
        self.reservoir_ = snapshot(inner)  # so that fitting it again by itself does not reach this one
        self.elapsed_column_ = inner.elapsed_column_
        self._n_states = inner.n_features_out_
        self._n_past = self._n_states + (0 if self.inputs_ == "none" else n_features)
        present = self._n_states + (n_features if self.inputs_ == "all" else 0)
        self.n_units_ = present + len(self.lags_) * self._n_past
        check_memory("lags", self.lags, 8 * (self.lags_[-1] * self._n_past + self.n_units_))

    def _rest(self):
        return self._inner.rest(), np.zeros((self.lags_[-1], self._n_past), self.dtype_)

    def _check_state(self, state):
        if not isinstance(state, tuple) or len(state) != 2:
            came = f"{len(state)} parts" if isinstance(state, tuple) else type(state).__name__
            raise ValueError(
                "'state' must be a pair, the state of the reservoir and the rows that lags reach back to, as run "
                f"returns it; got {came}."
            )
        return self._inner.check_state(state[0]), check_plain_state(state[1], self._rest()[1])

    def _start_of(self, X, state):
        return self._inner.start_of(X, state[0]), state[1]

    def _drive(self, X, state):
        states = np.empty((len(X), self.n_units_), self.dtype_)
        return states, self._write_states(X, state, states)

    def _write_states(self, X, state, states):
        inner, past = state
        found, inner = self._inner.drive(X, inner)
        n_states, longest = self._n_states, self.lags_[-1]
        rows = np.empty((longest + len(X), self._n_past), self.dtype_)
        rows[:longest], rows[longest:, :n_states] = past, found
        if self._n_past > n_states:
            rows[longest:, n_states:] = X
        states[:, :n_states], column = found, n_states
        if self.inputs_ == "all":
            states[:, column : column + X.shape[1]] = X
            column += X.shape[1]
        for lag in self.lags_:
            states[:, column : column + self._n_past] = rows[longest - lag : longest - lag + len(X)]
            column += self._n_past
        return inner, rows[len(X) :].copy()

    def _parts(self, X, state):
        yield Part("reservoir__", self._inner, X, None if state is None or X is None else state[0])

    def _check_rows(self, X, first=0):
        self._inner.check_rows(X, first)

    def _check_finite(self, states, state):
        """Do nothing: the reservoir has checked its own states."""

    def _remedy(self):
        return self._inner.remedy()


def check_lags(lags: Any) -> tuple[int, ...]:
    """Return lags, shortest first, or raise ValueError.

    Parameters
    ----------
    lags : int, or sequence of int
        One number L stands for 1 to L.

    Examples
    --------
    >>> from reservoir.lagged import check_lags
    >>> check_lags(3), check_lags((5, 1))
    ((1, 2, 3), (1, 5))
    """
    listed = as_list(lags)
    if listed is None:
        longest = check_integer("lags", lags)
        check_memory("lags", lags, 40 * longest)  # a number in Python takes 32 bytes, and 8 in its place
        return tuple(range(1, longest + 1))
    found = tuple(sorted(check_integer("lags", lag) for lag in listed))
    if not found or len(set(found)) < len(found):
        raise ValueError(f"'lags' must be a number, or a sequence of at least one, each once; got {lags!r}.")
    return found


def check_reach(lags: tuple[int, ...], series: Any) -> None:
    """Raise ValueError unless every series is longer than the longest lag.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.lagged import check_reach
    >>> check_reach((1, 4), [np.ones((5, 1))])
    """
    shortest = min(map(len, series))
    if lags[-1] >= shortest:
        raise ValueError(
            f"'lags' must be smaller than the number of steps of each series; got a lag of {lags[-1]} with a series of "
            f"{shortest} steps. Take smaller lags, or leave short series out."
        )


def with_lags(reservoir: BaseReservoir, lags: Any, inputs: Literal["past", "all", "none"]) -> BaseReservoir:
    """Return a reservoir whose states stand beside earlier ones, or the reservoir itself where lags are None.

    Examples
    --------
    >>> from reservoir import NVAR
    >>> from reservoir.lagged import with_lags
    >>> with_lags(NVAR(), None, "past")
    NVAR()
    """
    if lags is None:
        return reservoir
    check_lags(lags)
    return LaggedReservoir(reservoir, lags, inputs=inputs)
