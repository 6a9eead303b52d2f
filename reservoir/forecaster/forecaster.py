"""From a series to its continuation: a readout of the states predicts the next row, which becomes the next input."""

from collections.abc import Callable
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from readouts import RidgeReadout
from readouts.at_once import all_at_once, of_one_fit
from readouts.types import Array, RandomState, SeriesLike, SeriesOut
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import (
    check_array,
    check_choice,
    check_dtype,
    check_flag,
    check_integer,
    check_jobs,
    check_memory,
)
from reservoir.components import Readout, clone_readout, clone_reservoir
from reservoir.driving.pieces import ROWS_AT_ONCE, drive_pieces
from reservoir.forecaster.affine_form import find_affine_form
from reservoir.forecaster.exogenous import lay_beside, names_of, read_exogenous
from reservoir.forecaster.next_rows import NextRows
from reservoir.forecaster.predicted_rows import as_finite, predict_in_loop, predict_rows
from reservoir.forecaster.training import fit_readout
from reservoir.metrics import r_squared
from reservoir.series.input_noise import add_noise
from reservoir.series.named_columns import by_position
from reservoir.series.sequences import read_sequences


class Forecaster(BaseEstimator):
    """Predicts the next row of a series, and continues the series by feeding its predictions back.

    With the reservoir F, the rows u(t) of the series and, if given, rows e(t) that are known in advance::

        x(t) = F(x(t-1), [u(t), e(t+1)]),    p(t+1) = readout([x(t), u(t), e(t+1)])

    ``fit`` fits the readout, so that p(t+1) is near u(t+1). ``forecast`` then takes u(t+1) = p(t+1) from the end of the
    series on, in a compiled loop where the readout is affine (``coef_`` and ``intercept_``) and the reservoir an
    `EchoStateReservoir`, `CTRNNLiquid`, `LTCLiquid` or `CfCLiquid`. Nothing is scaled: standardise a series whose
    columns differ in scale.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Is cloned, not changed. None is an `EchoStateReservoir` with its defaults, seeded with 0.
    readout : scikit-learn regressor or None, default=None
        Is cloned, not changed. None is a `readouts.RidgeReadout` with its defaults.
    washout : int, default=100
        Number of rows, at least 0, at the start of every series in which the state forgets where it started; the
        readout is fitted to none of them, and a series must have more.
    passthrough : bool, default=True
        Whether the input is a feature of the readout beside the state.
    target : {"next", "increment"}, default="next"
        Whether the readout predicts u(t+1), or u(t+1) - u(t), which is added to u(t).
    horizon : int or None, default=None
        None closes the loop. With H, at least 1, p(t+1) ... p(t+H) are all predicted from x(t) and u(t), which
        forecasts up to H rows without a loop.
    noise : float or array (n_features,), default=0.0
        Standard deviation, at least 0, in the unit of the series, of Gaussian noise on the input of reservoir and
        readout in ``fit``; the targets are without noise. A forecast so returns from its own errors.
    n_jobs : int or None, default=None
        Number of threads over series; that of the reservoir is not used here.
    random_state : int, RandomState or None, default=None
        Seed of the noise.

    Attributes
    ----------
    reservoir_, readout_ : the fitted reservoir and readout
    state_, last_row_ : where ``forecast`` goes on
        The state before the last row of the series, and that row; None after several series.
    n_features_in_, n_exogenous_ : int

    Raises
    ------
    ValueError
        If a parameter or a series is invalid.
    StateOverflowError
        If a state grows past every finite number, or a forecast so far that its square does.

    References
    ----------
    H. Jaeger and H. Haas, "Harnessing nonlinearity: predicting chaotic systems and saving energy in wireless
    communication", Science 304:78, 2004. Noise on the inputs: A. Wikner et al., "Stabilizing machine learning
    prediction of dynamics: novel noise-inspired regularization tested with reservoir computing", Neural Networks
    170:94, 2024.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.forecaster import Forecaster
    >>> wave = np.sin(0.2 * np.arange(1000))[:, None]
    >>> forecaster = Forecaster(EchoStateReservoir(50, random_state=0)).fit(wave[:700])
    >>> bool(np.abs(forecaster.forecast(300) - wave[700:]).max() < 0.01)
    True

    From the end of another series, of the same kind:

    >>> bool(np.abs(forecaster.forecast(100, context=wave[50:250]) - wave[250:350]).max() < 0.01)
    True
    """

    state_: Any
    last_row_: Array | None

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        washout: int = 100,
        passthrough: bool = True,
        target: Literal["next", "increment"] = "next",
        horizon: int | None = None,
        noise: float | ArrayLike = 0.0,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.washout = washout
        self.passthrough = passthrough
        self.target = target
        self.horizon = horizon
        self.noise = noise
        self.n_jobs = n_jobs
        self.random_state = random_state

    @all_at_once
    def fit(self, X: SeriesLike, y: object = None, *, exogenous: SeriesLike | None = None) -> Self:
        """Fit to predict every row of every series from the rows before it.

        Parameters
        ----------
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
            A 1-D array is one series of a single feature, a list of such several.
        y : ignored
        exogenous : in the container of X, with as many steps, or None, default=None
            Columns that will be known in advance. The row beside u(t+1) helps to predict u(t+1). It may hold the
            ``elapsed_column`` of the reservoir, counted among the columns of X and exogenous side by side. Not for
            ``horizon=H``.

        Returns
        -------
        self
        """
        reservoir, readout = self._check_parameters()
        sequences = read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True, flat=True)
        series, alone = sequences.series, sequences.container == "series"
        known = read_exogenous("exogenous", exogenous, [len(x) for x in series], self._dtype, alone=alone)
        self.n_exogenous_, self._exogenous_names = known[0].shape[1], names_of(exogenous)
        if self.horizon_ and self.n_exogenous_:
            raise ValueError("'exogenous' must be None with a horizon; got columns. Set horizon=None.")
        self._check_lengths(series)
        inputs = [lay_beside(x, e) for x, e in zip(series, known, strict=True)]
        columns = [*getattr(self, "feature_names_in_", [None] * self.n_features_in_), *(self._exogenous_names or [])]
        self.reservoir_ = by_position(reservoir, columns).fit(inputs[0] if alone else inputs)
        self._fit_readout(readout, series, inputs)
        state = self._state_after(inputs[0]) if alone else None
        self.state_, self.last_row_ = (state, series[0][-1:][0].copy()) if alone else (None, None)
        _freeze((self.state_, self.last_row_))
        return self

    @of_one_fit
    def forecast(
        self,
        n_steps: int,
        context: ArrayLike | None = None,
        *,
        exogenous: ArrayLike | None = None,
        context_exogenous: ArrayLike | None = None,
    ) -> Array:
        """Continue the series of ``fit``, or another.

        Parameters
        ----------
        n_steps : int
            At least 1, and at most ``horizon`` where there is one.
        context : 2-D array (at least ``washout`` rows, n_features) or None, default=None
            The series to continue; None is that of ``fit``.
        exogenous : 2-D array (n_steps, n_exogenous) or None, default=None
            The rows beside those to be forecast, where ``fit`` had such columns.
        context_exogenous : 2-D array (as many rows as context, n_exogenous) or None, default=None

        Returns
        -------
        array (n_steps, n_features)
            The rows that follow.
        """
        check_is_fitted(self)
        n_steps = check_integer("n_steps", n_steps)
        if self.horizon_ and n_steps > self.horizon_:
            raise ValueError(f"'n_steps' must be at most horizon={self.horizon_}; got {n_steps}. Fit a longer horizon.")
        check_memory("n_steps", n_steps, n_steps * self.reservoir_.n_features_in_ * self._dtype.itemsize)
        following = self._read_known("exogenous", exogenous, [n_steps], alone=True, rows="each of 'n_steps'")[0]
        state, row = self.start(context, context_exogenous)
        inputs = np.zeros((1 if self.horizon_ else n_steps, self.reservoir_.n_features_in_), self._dtype)
        inputs[0, : len(row)] = row
        inputs[:, len(row) :] = following[: len(inputs)]
        if self.horizon_:
            states, _ = self.reservoir_.drive(inputs, state)
            ahead = self._predict(np.hstack([states, inputs], dtype=np.float64)).reshape(-1, len(row))
            return as_finite(ahead[:n_steps], self._dtype, self.readout_)
        loop = self.loop_readout_, inputs, len(row), state
        return predict_in_loop(self.reservoir_, *loop, self.readout_, self.passthrough_)

    def start(self, context: ArrayLike | None = None, context_exogenous: ArrayLike | None = None) -> tuple[Any, Array]:
        """Return where a forecast starts: the state before the last known row, and that row.

        Parameters
        ----------
        context, context_exogenous : as in ``forecast``

        Returns
        -------
        state : the state of the reservoir, free to be changed
        row : array (n_features,)
        """
        if context is None:
            if context_exogenous is not None:
                raise ValueError("'context_exogenous' needs a 'context', which is None.")
            if self.last_row_ is None:
                raise ValueError("'context' must say which series to continue, as fit saw several; got None.")
            row = check_array("last_row_", self.last_row_, (self.n_features_in_,))
            return self.reservoir_.check_state(self.state_), row.astype(self._dtype)
        sequences = read_sequences(self, context, reset=False, dtype=self._dtype, lazy=True, name="context")
        series = sequences.series[0]
        if sequences.container != "series" or len(series) < self.washout_:
            came = f"{len(series)} rows" if sequences.container == "series" else "several series"
            raise ValueError(
                f"'context' must be one 2-D series of at least washout={self.washout_} rows, in which the "
                f"state forgets its start; got {came}."
            )
        known = self._read_known("context_exogenous", context_exogenous, [len(series)], alone=True)[0]
        return self._state_after(lay_beside(series, known)), series[-1:][0]

    @of_one_fit
    def predict_one_step(self, X: SeriesLike, *, exogenous: SeriesLike | None = None) -> SeriesOut:
        """Predict every row from the true rows before it.

        Parameters
        ----------
        X : as in ``fit``; at least 2 steps
        exogenous : as in ``fit``

        Returns
        -------
        predictions : in the container of X, one row fewer than each series
            Row t predicts row t + 1. The first ``washout`` rows come from states that have not forgotten their start.
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)
        alone = sequences.container == "series"
        known = self._read_known("exogenous", exogenous, [len(x) for x in sequences.series], alone=alone)
        if min(map(len, sequences.series)) < 2:
            raise ValueError("'X' must hold series of at least 2 steps to predict; got one of 1 step.")
        inputs = [lay_beside(x, e) for x, e in zip(sequences.series, known, strict=True)]
        return sequences.restore(predict_rows(self.reservoir_, self.readout_, self._task, inputs, self.n_jobs))

    @of_one_fit
    def score(self, X: SeriesLike, y: object = None, *, exogenous: SeriesLike | None = None) -> float:
        """Return R^2 of the one-step predictions after the washout, mean over the features; 1 is perfect.

        Parameters
        ----------
        X : as in ``fit``
        y : ignored
        exogenous : as in ``fit``

        Returns
        -------
        float
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)
        self._check_lengths(sequences.series)
        predictions = self.predict_one_step(X, exogenous=exogenous)
        predictions = [predictions] if sequences.container == "series" else predictions
        truth = np.concatenate([x[self.washout_ + 1 :] for x in sequences.series])
        if len(truth) < 2:  # a single row has no variance to explain
            raise ValueError(f"'X' must have at least {self.washout_ + 3} steps to score; got {self.washout_ + 2}.")
        guess = np.concatenate([p[self.washout_ :] for p in predictions])
        return r_squared(truth, guess, "'X' and 'exogenous'")

    @property
    def loop_readout_(self) -> Callable[[Array], Array]:
        """What makes the next row of states and inputs: an `AffineReadout`, for compiled loops, if there is one.

        It is that of the readout as it is now, which may have been fitted further.
        """
        return self._affine_form.of_now(self._task, self.readout_) or self._predict

    def _check_parameters(self):
        """Record the parameters that later calls need; return unfitted clones of reservoir and readout."""
        reservoir = clone_reservoir(self.reservoir)
        readout = clone_readout(self.readout, RidgeReadout(), "a regressor such as RidgeReadout()")
        self.washout_ = check_integer("washout", self.washout, at_least=0)
        self.horizon_ = None if self.horizon is None else check_integer("horizon", self.horizon)
        self.passthrough_ = check_flag("passthrough", self.passthrough)
        check_jobs("n_jobs", self.n_jobs)
        self.target_ = check_choice("target", self.target, ("next", "increment"))
        self._dtype = check_dtype(reservoir.dtype)
        return reservoir, readout

    def _check_lengths(self, series):
        spent, shortest = 1 + (self.horizon_ or 1), min(map(len, series))
        if self.washout_ > shortest - spent:
            raise ValueError(
                f"'washout' must be at most the steps of each sequence less {spent}; got {self.washout_} with a "
                f"sequence of {shortest} steps (n_samples={shortest}) and horizon={self.horizon_}. "
                "Lower 'washout' or 'horizon', or take longer series."
            )

    def _read_known(self, name, value, lengths, **options):
        expected = {"n_columns": self.n_exogenous_, "columns": self._exogenous_names}
        return read_exogenous(name, value, lengths, self._dtype, **expected, **options)

    def _fit_readout(self, readout, series, inputs):
        settings = (self.horizon_ or 1, self.passthrough_, self.target_ == "increment")
        self._task = NextRows(self.reservoir_.n_features_out_, self.n_features_in_, *settings)
        noisy = add_noise(inputs, self.noise, self.n_features_in_, self.random_state)
        fit_readout(readout, self.reservoir_, self._task, series, noisy, self.washout_, self.n_jobs)
        self.readout_ = readout
        rows = inputs[0][:20]
        states, _ = self.reservoir_.drive(rows)
        self._affine_form = find_affine_form(self._task, readout, np.hstack([states, rows], dtype=np.float64))

    def _state_after(self, inputs):
        state = self.reservoir_.rest()
        for piece in drive_pieces(self.reservoir_, inputs, ROWS_AT_ONCE):
            state = piece.state
        return state

    def _predict(self, states_and_inputs):
        return self._task.predict(self.readout_, states_and_inputs)


def _freeze(part):
    for array in part if isinstance(part, tuple) else (part,):
        if isinstance(array, tuple):
            _freeze(array)
        elif isinstance(array, np.ndarray):
            array.setflags(write=False)
