"""A forecaster of sktime that forecasts with ours."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import TransformerMixin

from readouts.types import RandomState
from reservoir.base import BaseReservoir
from reservoir.components import Readout
from reservoir.forecaster import Forecaster

try:
    import pandas as pd
    from sktime.forecasting.base import BaseForecaster, ForecastingHorizon
except ImportError:

    class BaseForecaster:  # type: ignore[no-redef]
        """Stands in for sktime's where there is none."""

        def __init__(self) -> None:
            raise ImportError('SktimeForecaster needs sktime: pip install "liquid-reservoir[sktime]".')


class SktimeForecaster(BaseForecaster):
    """A `reservoir.Forecaster` with the interface of sktime: its horizons, pipelines, splitters and searches.

    ``y`` has one column or several, ``X`` those that are known in advance. A panel or a hierarchy is fitted series by
    series. ``update`` appends rows, and fits again to all of them unless ``update_params=False``, with which forecasts
    go on from the new rows with the readout as it is. Intervals and quantiles are those of
    ``forecast(interval=...)``. Needs sktime: ``pip install "liquid-reservoir[sktime]"``.

    Parameters
    ----------
    reservoir, readout, washout, passthrough, squares, target, noise, expert, transformer, period, difference, \
    range_factor, n_jobs, random_state, verbose : as in `reservoir.Forecaster`
    horizon : int, "fh" or None, default=None
        As there; "fh" is the last step of the ``fh`` of sktime, which ``fit`` then needs.

    Attributes
    ----------
    forecaster_ : Forecaster, fitted

    Notes
    -----
    With columns known in advance, ``predict`` needs their rows from the first step after the cutoff on, up to the last
    of ``fh``, or of ``horizon`` if that is an integer.

    `reservoir.save` refuses the tables that sktime goes on from. Save ``forecaster_``, whose ``forecast(n_steps)`` are
    the same rows.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from reservoir.interop import SktimeForecaster
    >>> months = pd.period_range("2010-01", periods=108, freq="M")
    >>> sales = pd.Series(50 + 10 * np.cos(2 * np.pi * np.arange(108) / 12), months, name="sales")
    >>> forecaster = SktimeForecaster(period=12, horizon="fh").fit(sales, fh=[1, 12])  # doctest: +SKIP
    >>> forecaster.predict().round(1)  # doctest: +SKIP
    2019-01    60.0
    2019-12    58.7
    Freq: M, Name: sales, dtype: float64
    """

    _tags = {
        "authors": "liquid-reservoir developers",
        "maintainers": "liquid-reservoir developers",
        "y_inner_mtype": "pd.DataFrame",
        "X_inner_mtype": "pd.DataFrame",
        "capability:multivariate": True,
        "capability:exogenous": True,
        "capability:categorical_in_X": False,
        "capability:insample": False,
        "capability:pred_int": True,
        "capability:pred_int:insample": False,
        "capability:random_state": True,
        "property:randomness": "derandomized",
        "capability:missing_values": False,
        "capability:non_contiguous_X": False,
        "capability:update": True,
        "requires-fh-in-fit": False,
    }
    # The rows that `update` adds to are kept here.
    _config = {"remember_data": False}

    def __init__(
        self,
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        washout: int | None = None,
        passthrough: bool = True,
        squares: bool = False,
        target: Literal["next", "increment"] = "next",
        horizon: int | Literal["fh"] | None = None,
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
        super().__init__()
        self._y = self._X = None  # sktime reads them if it is told after all to remember the data
        if horizon == "fh":
            self.set_tags(**{"requires-fh-in-fit": True})

    def _fit(self, y, X, fh):
        parameters = self.get_params(deep=False)
        if self.horizon == "fh":
            parameters["horizon"] = int(self._steps_of(fh).max())
        X = None if X is None else X.loc[y.index]
        forecaster = Forecaster(**parameters).fit(_numbered(y), exogenous=_numbered(X))
        self.forecaster_, self._rows, self._known_rows, self._has_new_rows = forecaster, y, X, False
        return self

    def _update(self, y, X=None, update_params=True):
        from sktime.datatypes import update_data

        rows = update_data(self._rows, y)
        known = None if self._known_rows is None or X is None else update_data(self._known_rows, X).loc[rows.index]
        if update_params:
            return self._fit(rows, known, self._fh)
        self._rows, self._known_rows, self._has_new_rows = rows, known, True
        return self

    def _predict(self, fh, X):
        return self._at(fh, self._forecast(fh, X), self._rows.columns)

    def _predict_interval(self, fh, X, coverage):
        bounds = []
        for share in coverage:
            # At the median, of which sktime asks for the bounds of none, stands the forecast.
            parts = [self._forecast(fh, X)] * 2 if share == 0 else self._forecast(fh, X, interval=share)[1:]
            bounds += [np.asarray(rows) for rows in parts]
        columns = pd.MultiIndex.from_product([self._rows.columns, coverage, ["lower", "upper"]])
        return self._at(fh, np.stack(bounds, axis=2).reshape(len(bounds[0]), -1), columns)

    def _forecast(self, fh, X, **options):
        """Return what the forecaster says of all steps from the cutoff to the last of ``fh``."""
        n_steps = int(self._steps_of(fh).max())
        return self.forecaster_.forecast(n_steps, **self._where_to_go_on(X, n_steps), **options)

    def _at(self, fh, rows, columns):
        """Return the rows at ``fh``, in a data frame."""
        rows = np.asarray(rows)[self._steps_of(fh) - 1]
        return pd.DataFrame(rows, fh.to_absolute_index(self.cutoff), columns)

    def _steps_of(self, fh):
        return fh.to_relative(self.cutoff).to_numpy().astype(int)

    def _where_to_go_on(self, X, n_steps):
        """Return the arguments of a forecast of so many steps from the cutoff on."""
        start = len(self._rows)
        known = _numbered(self._rows_ahead(X, self.forecaster_.horizon_ or n_steps), start)
        if not self._has_new_rows:
            return {"exogenous": known}
        past = {"context": _numbered(self._rows), "context_exogenous": _numbered(self._known_rows)}
        return past | {"exogenous": known}

    def _rows_ahead(self, X, n_rows):
        """Return the first rows of X after the cutoff."""
        if X is None:
            return None
        index = ForecastingHorizon(np.arange(1, n_rows + 1), is_relative=True).to_absolute_index(self.cutoff)
        if not index.isin(X.index).all():
            missing = index[~index.isin(X.index)]
            raise ValueError(
                f"'X' must hold a row for each of the {n_rows} steps after the cutoff {self.cutoff[0]}; {len(missing)} "
                f"are missing, the first {missing[0]}. Give these rows, or set horizon='fh' or None."
            )
        return X.loc[index]

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return parameters with which sktime tests this class."""
        from reservoir.echo_state import EchoStateReservoir

        small = EchoStateReservoir(5, random_state=0)
        return [
            {"reservoir": small, "range_factor": None},
            {"reservoir": small, "horizon": "fh", "period": 2, "range_factor": None},
        ]


def _numbered(frame, start=0):
    """Return a data frame with its rows numbered, as sktime looks after the index."""
    return None if frame is None else frame.set_axis(range(start, start + len(frame)))
