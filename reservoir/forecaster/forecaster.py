"""From a series to its continuation: a readout of the states predicts the next row, which becomes the next input."""

import copy
from collections import deque
from contextlib import contextmanager
from itertools import chain

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from readouts import RidgeReadout
from readouts.at_once import all_at_once, of_one_fit
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.checks.arguments import (
    check_array,
    check_choice,
    check_dtype,
    check_flag,
    check_integer,
    check_jobs,
    check_memory,
    check_per_unit,
    check_random_state,
)
from reservoir.driving.runaway import explain_runaway, find_runaway
from reservoir.driving.threads import map_series
from reservoir.echo_state import EchoStateReservoir
from reservoir.forecaster.exogenous import lay_beside, names_of, read_exogenous
from reservoir.forecaster.next_rows import NextRows
from reservoir.metrics import r_squared
from reservoir.series.named_columns import by_position
from reservoir.series.sequences import read_sequences

ROWS_AT_ONCE = 4096
# Up to this many numbers (128 MB), fit hands the readout all features at once: a least-squares solver that sees the
# rows keeps digits that their sums of products have lost.
MOST_HELD = 2**24


class Forecaster(BaseEstimator):
    """Learns to predict the next row of a series, and continues the series by feeding its predictions back.

    With the reservoir F, the rows u(t) of the series and, if given, rows e(t) that are known in advance::

        x(t) = F(x(t-1), [u(t), e(t+1)]),    p(t+1) = readout([x(t), u(t), e(t+1)])

    ``fit`` teaches p(t+1) to be u(t+1). ``forecast`` then takes u(t+1) = p(t+1) from the end of the series on, in a
    compiled loop where the readout is affine (``coef_`` and ``intercept_``) and the reservoir an `EchoStateReservoir`,
    `CTRNNLiquid`, `LTCLiquid` or `CfCLiquid`. Nothing is scaled: standardise a series whose columns differ in scale.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Is cloned, not changed. None is an `EchoStateReservoir` with its defaults, seeded with 0.
    readout : scikit-learn regressor or None, default=None
        Is cloned, not changed. None is a `readouts.RidgeReadout` with its defaults.
    washout : int, default=100
        Number of rows, at least 0, that every series spends on letting the state forget its start; none of them is
        learnt from, and a series must have more.
    passthrough : bool, default=True
        Whether the readout sees the input beside the state.
    target : {"next", "increment"}, default="next"
        Whether the readout learns u(t+1), or u(t+1) - u(t), which is added to u(t).
    horizon : int or None, default=None
        None closes the loop. H, at least 1, learns p(t+1) ... p(t+H) all from x(t) and u(t), and forecasts up to H
        rows without a loop.
    noise : float or array (n_features,), default=0.0
        Standard deviation, at least 0, in the unit of the series, of Gaussian noise on what reservoir and readout hear
        in ``fit``; the targets are without noise. The forecaster so learns to return from its own errors.
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

    def __init__(
        self,
        reservoir=None,
        readout=None,
        *,
        washout=100,
        passthrough=True,
        target="next",
        horizon=None,
        noise=0.0,
        n_jobs=None,
        random_state=None,
    ):
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
    def fit(self, X, y=None, *, exogenous=None):
        """Learn to predict every row of every series from the rows before it.

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
    def forecast(self, n_steps, context=None, *, exogenous=None, context_exogenous=None):
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
            ahead = self._predict(np.hstack([states, inputs], dtype=np.float64)).reshape(-1, len(row))[:n_steps]
            return self._finite(ahead)
        outputs = self.reservoir_.close_loop(self.loop_readout_, inputs, len(row), state)
        overflowed = find_runaway(outputs, self._dtype)
        if overflowed is not None:
            loop = self.reservoir_, inputs[:, len(row) :], inputs[: overflowed + 1], state
            raise StateOverflowError(
                f"The forecast overflowed at step {overflowed} of {n_steps}. "
                + explain_runaway(*loop, self.readout_, self.passthrough_)
            )
        return outputs.astype(self._dtype)

    def start(self, context=None, context_exogenous=None):
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
        if sequences.container != "series" or len(series) < self._washout:
            came = f"{len(series)} rows" if sequences.container == "series" else "several series"
            raise ValueError(
                f"'context' must be one 2-D series of at least washout={self._washout} rows, in which the "
                f"state forgets its start; got {came}."
            )
        known = self._read_known("context_exogenous", context_exogenous, [len(series)], alone=True)[0]
        return self._state_after(lay_beside(series, known)), series[-1:][0]

    @of_one_fit
    def predict_one_step(self, X, *, exogenous=None):
        """Predict every row from the true rows before it.

        Parameters
        ----------
        X : as in ``fit``; at least 2 steps
        exogenous : as in ``fit``

        Returns
        -------
        predictions : in the container of X, one row fewer than each series
            Row t predicts row t + 1. The first ``washout`` rows come of a state that has not forgotten its start.
        """
        check_is_fitted(self)
        sequences = read_sequences(self, X, reset=False, dtype=self._dtype, lazy=True)
        alone = sequences.container == "series"
        known = self._read_known("exogenous", exogenous, [len(x) for x in sequences.series], alone=alone)
        if min(map(len, sequences.series)) < 2:
            raise ValueError("'X' must hold series of at least 2 steps to predict; got one of 1 step.")
        inputs = [lay_beside(x, e) for x, e in zip(sequences.series, known, strict=True)]
        return sequences.restore(map_series(self._predict_series, inputs, self.n_jobs))

    @of_one_fit
    def score(self, X, y=None, *, exogenous=None):
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
        truth = np.concatenate([x[self._washout + 1 :] for x in sequences.series])
        if len(truth) < 2:  # of one row there is no variance to explain
            raise ValueError(f"'X' must have at least {self._washout + 3} steps to score; got {self._washout + 2}.")
        guess = np.concatenate([p[self._washout :] for p in predictions])
        return r_squared(truth, guess, "'X' and 'exogenous'")

    def _check_parameters(self):
        """Record the parameters that later calls need; return unfitted clones of reservoir and readout."""
        if self.reservoir is not None and not isinstance(self.reservoir, BaseReservoir):
            raise ValueError(f"'reservoir' must be a reservoir such as EchoStateReservoir(); got {self.reservoir!r}.")
        usable = hasattr(self.readout, "fit") and hasattr(self.readout, "predict")
        if self.readout is not None and (not usable or isinstance(self.readout, type)):
            raise ValueError(f"'readout' must be a regressor such as RidgeReadout(); got {self.readout!r}.")
        self._washout = check_integer("washout", self.washout, at_least=0)
        self.horizon_ = None if self.horizon is None else check_integer("horizon", self.horizon)
        check_flag("passthrough", self.passthrough)
        check_jobs("n_jobs", self.n_jobs)
        check_choice("target", self.target, ("next", "increment"))
        reservoir = EchoStateReservoir(random_state=0) if self.reservoir is None else clone(self.reservoir)
        self._dtype = check_dtype(reservoir.dtype)
        return reservoir, RidgeReadout() if self.readout is None else clone(self.readout)

    def _check_lengths(self, series):
        spent, shortest = 1 + (self.horizon_ or 1), min(map(len, series))
        if self._washout > shortest - spent:
            raise ValueError(
                f"'washout' must be at most the steps of each sequence less {spent}; got {self._washout} with a "
                f"sequence of {shortest} steps (n_samples={shortest}) and horizon={self.horizon_}. "
                "Lower 'washout' or 'horizon', or take longer series."
            )

    def _read_known(self, name, value, lengths, **options):
        expected = {"n_columns": self.n_exogenous_, "columns": self._exogenous_names}
        return read_exogenous(name, value, lengths, self._dtype, **expected, **options)

    def _fit_readout(self, readout, series, inputs):
        n_units = self.reservoir_.n_features_out_
        self.passthrough_ = bool(self.passthrough)
        settings = (self.horizon_ or 1, self.passthrough_, self.target == "increment")
        self._task = NextRows(n_units, self.n_features_in_, *settings)
        lessons = [self._lessons(*one) for one in zip(series, inputs, self._draw_noise(inputs), strict=True)]
        streams = isinstance(readout, RidgeReadout) and (readout.alphas is None or readout.cv is not None)
        if streams and sum(map(len, inputs)) * n_units > MOST_HELD:
            readout.set_params(solver="qr")  # rows held would be solved so, where their products lose digits
            for features, targets in chain.from_iterable(lessons):
                with _readout_of("'X' and 'exogenous'"):
                    readout.partial_fit(features, targets)
        else:
            features, targets = zip(*chain.from_iterable(map_series(list, lessons, self.n_jobs)), strict=True)
            with _readout_of("'X' and 'exogenous'"):
                readout.fit(np.concatenate(features), np.concatenate(targets))
        self.readout_ = readout
        _, states, rows, _ = next(self._drive(inputs[0], min(20, len(inputs[0]))))
        self._tried = np.hstack([states, rows], dtype=np.float64)
        self._found = self._task.find_affine(readout, self._tried), _coefficients(readout)

    @property
    def loop_readout_(self):
        """What makes the next row of states and inputs: an `AffineReadout`, for compiled loops, if there is one.

        It is that of the readout as it is now, which may have been trained further.
        """
        affine, before = self._found
        now = _coefficients(self.readout_)
        unchanged = len(now) == len(before) and all(map(np.array_equal, now, before))
        return (affine if unchanged else self._task.find_affine(self.readout_, self._tried)) or self._predict

    def _draw_noise(self, inputs):
        """Return, for every series, the random state that its noise begins with, or None if there is no noise."""
        self._noise = check_per_unit("noise", self.noise, self.n_features_in_, "feature", at_least=0)
        random_state = check_random_state(self.random_state)
        if not self._noise.any():
            return [None] * len(inputs)
        beginnings = []
        for rows in inputs:
            beginnings.append(copy.deepcopy(random_state))
            for start in range(0, len(rows), ROWS_AT_ONCE):  # past it, for it is drawn once it is heard
                random_state.standard_normal((min(ROWS_AT_ONCE, len(rows) - start), len(self._noise)))
        return beginnings

    def _lessons(self, series, inputs, random_state):
        """Yield features and targets of one series, some rows at a time, without its washout."""
        n_ahead = self._task.n_ahead
        for start, states, rows, _ in self._drive(inputs, len(series) - n_ahead, random_state):
            taught = slice(max(self._washout - start, 0), None)
            if taught.start < len(rows):
                targets = self._task.targets(series[start : start + len(rows) + n_ahead], rows)
                yield self._task.features(states, rows)[taught], targets[taught]

    def _drive(self, inputs, n_rows, random_state=None):
        """Yield position, states, inputs and the state after them, some rows at a time, from rest.

        With a random state, noise is added to the inputs.
        """
        state = self.reservoir_.rest()
        for start in range(0, n_rows, ROWS_AT_ONCE):
            rows = inputs[start : min(start + ROWS_AT_ONCE, n_rows)]
            if random_state is not None:
                rows = self._add_noise(rows, random_state)
            states, state = self.reservoir_.drive(rows, state)
            yield start, states, rows, state

    def _add_noise(self, rows, random_state):
        noisy, n_features = rows.copy(), len(self._noise)
        with np.errstate(over="ignore"):
            noisy[:, :n_features] += self._noise * random_state.standard_normal((len(rows), n_features))
        if not np.isfinite(noisy).all():
            raise ValueError(f"'noise' must leave the series finite; got {self.noise!r}. Use less.")
        return noisy

    def _state_after(self, inputs):
        last = deque(self._drive(inputs, len(inputs)), maxlen=1)
        return last[0][3] if last else self.reservoir_.rest()

    def _predict(self, states_and_inputs):
        return self._task.predict(self.readout_, states_and_inputs)

    def _predict_series(self, inputs):
        predictions = np.empty((len(inputs), self.n_features_in_), self._dtype)
        for start, states, rows, _ in self._drive(inputs, len(inputs)):
            chunk = self._predict(np.hstack([states, rows], dtype=np.float64))
            predictions[start : start + len(rows)] = self._finite(chunk[:, : self.n_features_in_])
        return predictions

    def _finite(self, predictions):
        """Return what the readout has predicted, outside any loop, in the precision of the states."""
        with np.errstate(over="ignore"):
            predictions = predictions.astype(self._dtype)
        if not np.isfinite(predictions).all():
            raise StateOverflowError(
                f"{type(self.readout_).__name__} predicted NaN or infinity. Scale the series to that of fit."
            )
        return predictions


@contextmanager
def _readout_of(names):
    """Say of an error of the readout, which speaks of features and targets as its own X and y, what those came from."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{error} This is the readout, of features and targets made of {names}.") from error


def _coefficients(readout):
    """Return copies of what an affine readout is made of; nothing of others."""
    parts = (getattr(readout, name, None) for name in ("coef_", "intercept_"))
    return [np.array(part) for part in parts if part is not None and not issparse(part)]


def _freeze(part):
    for array in part if isinstance(part, tuple) else (part,):
        if isinstance(array, tuple):
            _freeze(array)
        elif isinstance(array, np.ndarray):
            array.setflags(write=False)
