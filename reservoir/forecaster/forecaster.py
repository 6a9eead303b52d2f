"""From a series to its continuation: a readout of the states predicts the next row, which becomes the next input."""

from collections.abc import Callable, Sequence
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, TransformerMixin, clone, is_classifier

from readouts.at_once import all_at_once
from readouts.types import RandomState, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import (
    check_choice,
    check_dtype,
    check_flag,
    check_integer,
    check_jobs,
    check_number,
    check_random_state,
)
from reservoir.checks.feature_count import warn_of_few_rows
from reservoir.checks.later_parameters import LaterParametersMixin
from reservoir.checks.progress import Progress
from reservoir.components import Readout, clone_readout, clone_reservoir
from reservoir.forecaster.affine_form import find_affine_form
from reservoir.forecaster.backtesting import BacktestMixin
from reservoir.forecaster.calibration import Calibration, with_its_penalty
from reservoir.forecaster.exogenous import names_of, read_exogenous
from reservoir.forecaster.expert_reservoir import fit_beside_expert
from reservoir.forecaster.expert_rows import ExpertRows, check_expert
from reservoir.forecaster.next_rows import NextRows
from reservoir.forecaster.preparation import check_transformer, fit_preparation
from reservoir.forecaster.range_check import find_range
from reservoir.forecaster.settings import (
    check_differences,
    default_readout,
    find_washout,
    place_elapsed,
)
from reservoir.forecaster.steady_loop import with_larger_penalties
from reservoir.forecaster.training import MOST_HELD, fit_readout
from reservoir.series.continued_frames import likeness_of, refuse_other_index
from reservoir.series.input_noise import add_noise
from reservoir.series.named_columns import by_position
from reservoir.series.sequences import read_sequences


class Forecaster(BacktestMixin, LaterParametersMixin, BaseEstimator):
    """Predicts the next row of a series, and continues the series by feeding its predictions back.

    The rows of the series are prepared first: transformed, differenced and standardised, all of which is undone in what
    is returned. With the reservoir F, the prepared rows u(t) and, if given, rows e(t) that are known in advance::

        x(t) = F(x(t-1), [u(t), e(t+1)]),    p(t+1) = readout([x(t), u(t), e(t+1)])

    ``fit`` fits the readout, so that p(t+1) is near u(t+1). ``forecast`` then takes u(t+1) = p(t+1) from the end of the
    series on, in a compiled loop where the readout is affine (``coef_`` and ``intercept_``) and the reservoir an
    `EchoStateReservoir`, `CTRNNLiquid`, `LTCLiquid` or `CfCLiquid`. That suits dynamical systems. Of series with noise,
    give the ``period`` of their seasons, and the ``horizon`` if it is known.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Is cloned, not changed. None is an `EchoStateReservoir` with its defaults, seeded with 0. Its input channels are
        the columns of X, then exogenous ones, then in a closed loop those of X a season before, for each period.
    readout : scikit-learn regressor or None, default=None
        Is cloned, not changed. None is a `readouts.RidgeReadout` that chooses its penalty from 1e-9 to 1e4 by exact
        cross-validation in five blocks of time; for a closed loop among those with which it stays near the training
        data, see ``range_factor``, for 100 steps at the end of the last series.
    washout : int or None, default=None
        Number of rows, at least 0, at the start of every prepared series in which the state forgets where it started;
        the readout is fitted to none of them, and a series must have more. None is 100, or a tenth of the shortest
        series if that is less.
    passthrough : bool, default=True
        Whether the input is a feature of the readout beside the state.
    squares : bool, default=False
        Whether every second unit, from the second on, gives the readout the square of its state in place of that. The
        states of odd functions such as tanh, without biases, change their sign with the input; dynamics that do not,
        such as those of the Lorenz or the Kuramoto-Sivashinsky system, need even features.
    target : {"next", "increment"}, default="next"
        Whether the readout predicts u(t+1), or u(t+1) - u(t), which is added to u(t).
    horizon : int or None, default=None
        None closes the loop, in which the row a season before the next one is a further input where there is a period.
        With H, at least 1, p(t+1) ... p(t+H) are all predicted from x(t), u(t) and, where there are such rows, e(t+1)
        ... e(t+H) and those of u a season earlier, which forecasts up to H rows without a loop.
    noise : float or array (n_features,), default=0.0
        Standard deviation, at least 0, in the unit of the prepared rows, of Gaussian noise on the input of reservoir
        and readout in ``fit``; the targets are without noise. A forecast so returns from its own errors.
    expert : callable or None, default=None
        A model of one step, such as equations with an error or the ``predict`` of a regressor: ``expert(rows)``, with
        exogenous columns ``expert(rows, exogenous)``, returns for rows u(t), and those e(t+1) known beside the next
        ones, the rows u(t+1) that it expects, all arrays in the unit of the data. They are prepared, are further inputs
        of the reservoir, the last ones, and features of the readout; in a closed loop the expert is asked about the
        forecaster's own outputs. Without period and differences. Threads may call it at the same time.
    transformer : "standardize", scikit-learn transformer or None, default="standardize"
        Is cloned, not changed; is fitted to the rows of the series, and undone by its ``inverse_transform``, such as
        ``FunctionTransformer(np.log, np.exp)``. It must keep the number of columns. After it, and by default alone, the
        differences of every column are standardised, and those of exogenous columns; None leaves all rows as they are.
        Elapsed times are never changed.
    period : int, sequence of int or None, default=None
        Number of rows in a season, or in each of several: rows that far before are subtracted.
    difference : {"damped"}, int or None, default=None
        Number of times, 0 to 2, that the row before is then subtracted; "damped" subtracts 0.9 of it once, so that
        forecasts without evidence return to the season before. None is "damped" with a period, 1 with a horizon alone,
        and 0 without either, for a dynamical system, or with an expert. Exogenous columns are differenced likewise.
    range_factor : float or None, default=1.0
        A forecast warns if it leaves the range of the training data by more than this factor, at least 0, times the
        width of the range. None never warns.
    n_jobs : int or None, default=None
        Number of threads over series; that of the reservoir is not used here.
    random_state : int, RandomState or None, default=None
        Seed of the noise, and of sample paths.
    verbose : bool, default=False
        Whether to print what is being done, in ``fit``, ``forecast`` and ``backtest``.

    Attributes
    ----------
    reservoir_, readout_ : the fitted reservoir and readout, of prepared rows
        With an expert the states of ``reservoir_`` end in the rows that this expects.
    state_, last_row_ : where ``forecast`` goes on
        The state before the last row of the series, and that row, prepared; None after several series.
    preparation_, known_preparation_ : what prepares rows, and restores them; the same of exogenous rows
    range_ : array (2, n_features)
        Least and largest values of the training data.
    washout_, horizon_, passthrough_, squares_, target_ : as given, or found
    periods_ : tuple of int
    n_features_in_, n_exogenous_ : int

    Raises
    ------
    ValueError
        If a parameter or a series is invalid.
    StateOverflowError
        If a state grows past every finite number, or a forecast so far that its square does.

    Warns
    -----
    UserWarning
        In ``fit``, if the readout has more features than rows; in ``forecast``, if it leaves the training range.

    References
    ----------
    H. Jaeger and H. Haas, "Harnessing nonlinearity: predicting chaotic systems and saving energy in wireless
    communication", Science 304:78, 2004. Noise on the inputs: A. Wikner et al., "Stabilizing machine learning
    prediction of dynamics: novel noise-inspired regularization tested with reservoir computing", Neural Networks
    170:94, 2024. Squares: Z. Lu et al., "Reservoir observers: model-free inference of unmeasured variables in chaotic
    systems", Chaos 27:041102, 2017. Experts: J. Pathak et al., "Hybrid forecasting of chaotic processes: using machine
    learning in conjunction with a knowledge-based model", Chaos 28:041101, 2018. Closed loop or direct: S. Ben Taieb,
    G. Bontempi, A. F. Atiya and A. Sorjamaa, "A review and comparison of strategies for multi-step ahead time series
    forecasting", Expert Systems with Applications 39:7067, 2012, section 2.

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

    A trend and a season of 12 rows:

    >>> months = np.arange(240)
    >>> sales = 50 + 0.3 * months + 10 * np.cos(2 * np.pi * months / 12)
    >>> seasonal = Forecaster(period=12, horizon=12).fit(sales[:228])
    >>> bool(np.abs(seasonal.forecast(12)[:, 0] - sales[228:]).max() < 0.01)
    True

    Beside an expert that is a little wrong, forecasts of chaos stay right for longer, in rows:

    >>> from reservoir.metrics import valid_prediction_time
    >>> u = np.full((600, 1), 0.3)
    >>> for t in range(599):
    ...     u[t + 1] = 3.9 * u[t] * (1 - u[t])
    >>> alone, hybrid = (
    ...     Forecaster(EchoStateReservoir(20, random_state=0), expert=expert).fit(u[:500]).forecast(50)
    ...     for expert in (None, lambda rows: 3.9 * rows * (1 - rows) + 0.02 * np.sin(9 * rows))
    ... )
    >>> [round(valid_prediction_time(u[500:550], rows)) for rows in (alone, hybrid)]
    [8, 14]
    """

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        washout: int | None = None,
        passthrough: bool = True,
        squares: bool = False,
        target: Literal["next", "increment"] = "next",
        horizon: int | None = None,
        noise: float | ArrayLike = 0.0,
        expert: Callable[..., ArrayLike] | None = None,
        transformer: TransformerMixin | Literal["standardize"] | None = "standardize",
        period: int | Sequence[int] | None = None,
        difference: Literal["damped"] | int | None = None,
        range_factor: float | None = 1.0,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        verbose: bool = False,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.washout = washout
        self.passthrough = passthrough
        self.squares = squares
        self.target = target
        self.horizon = horizon
        self.noise = noise
        self.expert = expert
        self.transformer = transformer
        self.period = period
        self.difference = difference
        self.range_factor = range_factor
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

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
            ``elapsed_column`` of the reservoir, counted among the columns of X and exogenous side by side.

        Returns
        -------
        self
        """
        reservoir, readout = self._check_parameters()
        self._progress = Progress("Forecaster", check_flag("verbose", self.verbose))
        # Of the parameters as they are now, for fits of a backtest.
        self._unfitted = clone(self).set_params(verbose=False)
        sequences = read_sequences(self, X, reset=True, dtype=self._dtype, lazy=True, flat=True)
        series, alone = sequences.series, sequences.container == "series"
        known = read_exogenous("exogenous", exogenous, [len(x) for x in series], self._dtype, alone=alone)
        refuse_other_index("exogenous", exogenous, X)
        self.n_exogenous_, self._exogenous_names = known[0].shape[1], names_of(exogenous)
        self._likeness = likeness_of(X)
        self._find_washout(series)
        names = getattr(self, "feature_names_in_", [None] * self.n_features_in_)
        columns = [*names, *(self._exogenous_names or [None] * self.n_exogenous_)]
        reservoir = by_position(reservoir, columns)
        self.range_ = find_range(series)
        self._fit_preparations(series, known, place_elapsed(reservoir, len(columns)))
        prepared, known_prepared, inputs = self._inputs_of(series, known)
        if self.expert is None:
            self.reservoir_ = reservoir.fit(inputs[0] if alone else inputs)
        else:
            expert = ExpertRows(self.expert, self.preparation_, self.known_preparation_)
            self.reservoir_ = fit_beside_expert(reservoir, expert, inputs[0] if alone else inputs)
        self._progress.say(f"reservoir fitted to {len(series):,} series, {sum(map(len, series)):,} rows in all")
        kept = None
        if sum(map(len, series)) * self.reservoir_.n_features_out_ <= MOST_HELD:
            kept, known = ([np.array(x[:]) for x in every] for every in (series, known))
            prepared, known_prepared, inputs = self._inputs_of(kept, known)
        fitted = kept, prepared, inputs, known_prepared
        n_rows = self._fit_readout(readout, *fitted)
        while self.readout is None and self.horizon_ is None and not self._loop_is_steady(series[-1], known[-1]):
            readout = with_larger_penalties(self.readout_)
            if readout is None:
                break
            self._progress.say(f"a closed loop leaves the data with the penalty {self.readout_.alpha_:.3g}")
            self._fit_readout(readout, *fitted)
        warn_of_few_rows(self.readout_, n_rows)
        self._remember_end(self._start_of(series[0], known[0]) if alone else None)
        return self

    def _check_parameters(self):
        """Record the parameters that later calls need; return unfitted clones of reservoir and readout."""
        reservoir = clone_reservoir(self.reservoir, drives=True)
        readout = clone_readout(self.readout, default_readout(), "a regressor such as RidgeReadout()", is_classifier)
        self.horizon_ = None if self.horizon is None else check_integer("horizon", self.horizon)
        self.passthrough_ = check_flag("passthrough", self.passthrough)
        self.squares_ = check_flag("squares", self.squares)
        check_jobs("n_jobs", self.n_jobs)
        self.target_ = check_choice("target", self.target, ("next", "increment"))
        difference = check_expert(self.expert, self.period, self.difference)
        self.periods_, self._differences = check_differences(self.period, difference, self.horizon_)
        check_transformer(self.transformer)
        factor = self.range_factor
        self._range_factor = None if factor is None else check_number("range_factor", factor, at_least=0)
        self._dtype = check_dtype(reservoir.dtype)
        return reservoir, readout

    def _find_washout(self, series):
        n_lost, shortest = self._differences.n_lost, min(map(len, series))
        least = n_lost + 1 + (self.horizon_ or 1)  # one row to predict from, without any washout
        self.washout_ = find_washout(self.washout, shortest - least)
        if self.washout_ <= shortest - least:
            return
        asked = f"horizon={self.horizon_}" + (f", and their differences take {n_lost}" if n_lost else "")
        came = f"a sequence of {shortest} steps (n_samples={shortest})"
        if shortest < least:
            causes = [name for name, used in (("'period'", self.periods_), ("'horizon'", self.horizon_)) if used]
            mend = f"Lower {' or '.join(causes)}, or take longer series." if causes else "Take longer series."
            raise ValueError(f"'X' must have sequences of at least {least} steps; got {came}, with {asked}. {mend}")
        raise ValueError(
            f"'washout' must be at most the steps of each sequence less {least}; got {self.washout_} with {came} and "
            f"{asked}. Lower 'washout' or 'horizon', or take longer series."
        )

    def _fit_preparations(self, series, known, elapsed):
        plain = np.arange(self.n_features_in_ + self.n_exogenous_) == (-1 if elapsed is None else elapsed)
        parts = plain[: self.n_features_in_], plain[self.n_features_in_ :]
        self.preparation_ = fit_preparation(series, self.transformer, self._differences, parts[0])
        scaled = None if self.transformer is None else "standardize"
        self.known_preparation_ = fit_preparation(known, scaled, self._differences, parts[1])

    def _fit_readout(self, readout, kept, prepared, inputs, known):
        """Fit the readout, to as many rows as are returned, and record what intervals are computed from later.

        These are rows that nobody else can change.
        """
        settings = (self.horizon_ or 1, self.passthrough_, self.target_ == "increment", self._differences)
        settings = *settings, self.squares_
        self._task = NextRows(self.reservoir_.n_features_out_, self.n_features_in_, *settings)
        noisy = add_noise(inputs, self.noise, self.n_features_in_, self.random_state)
        ahead = self._known_ahead(prepared, known)
        driven = self.reservoir_, self._task, prepared, noisy, ahead, self.washout_, self.n_jobs
        n_rows = fit_readout(readout, *driven, progress=self._progress)
        self._progress.say(f"readout fitted to {n_rows:,} rows")
        self.readout_ = readout
        self._seed = check_random_state(self.random_state).randint(2**31 - 1)
        made = prepared, inputs, noisy, ahead, self.washout_, self.horizon_ is not None, self.periods_, self.n_jobs
        fitted = self.reservoir_, with_its_penalty(readout), self._task, self.preparation_
        self._calibration = None if kept is None else Calibration(*fitted, kept, *made)
        rows = inputs[0][:20]
        states, _ = self.reservoir_.drive(rows)
        self._affine_form = find_affine_form(self._task, readout, np.hstack([states, rows], dtype=np.float64))
        return n_rows
