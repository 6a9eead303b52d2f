"""A forecaster of aeon that forecasts with ours."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from numpy.typing import ArrayLike
from sklearn.base import TransformerMixin

from readouts.types import RandomState
from reservoir.base import BaseReservoir
from reservoir.components import Readout
from reservoir.forecaster import Forecaster

try:
    from aeon.forecasting.base import (
        BaseForecaster,
        DirectForecastingMixin,
        IterativeForecastingMixin,
        SeriesToSeriesForecastingMixin,
    )
except ImportError:

    class BaseForecaster:  # type: ignore[no-redef]
        """Stands in for aeon's where there is none."""

        def __init__(self, horizon: int, axis: int) -> None:
            raise ImportError('AeonForecaster needs aeon: pip install "liquid-reservoir[aeon]".')

    class DirectForecastingMixin:  # type: ignore[no-redef]
        """Stands in for aeon's."""

    class IterativeForecastingMixin:  # type: ignore[no-redef]
        """Stands in for aeon's."""

    class SeriesToSeriesForecastingMixin:  # type: ignore[no-redef]
        """Stands in for aeon's."""


class AeonForecaster(DirectForecastingMixin, IterativeForecastingMixin, SeriesToSeriesForecastingMixin, BaseForecaster):
    """A `reservoir.Forecaster` with the interface of aeon: one number, ``horizon`` steps after the end of a series.

    ``series_to_series_forecast`` predicts all steps directly from one fit; ``direct_forecast`` fits for each step;
    ``iterative_forecast`` feeds predictions of the next step back. A series has one channel, as predictions are single
    numbers, and there are no exogenous columns: ``predict`` of aeon is given their row at the horizon alone, where a
    reservoir needs those beside the series, and on the way. Needs aeon: ``pip install "liquid-reservoir[aeon]"``.

    Parameters
    ----------
    horizon : int, default=1
        The number of steps from the end of the series to the one that is predicted, directly.
    reservoir, readout, washout, passthrough, squares, target, noise, expert, transformer, period, difference, \
    range_factor, random_state, verbose : as in `reservoir.Forecaster`

    Attributes
    ----------
    forecaster_ : Forecaster, fitted

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop import AeonForecaster
    >>> sales = 50 + 10 * np.cos(2 * np.pi * np.arange(108) / 12)
    >>> forecaster = AeonForecaster(12, period=12)  # doctest: +SKIP
    >>> forecaster.series_to_series_forecast(sales, 12).round(1)[[0, 11]].tolist()  # doctest: +SKIP
    [60.0, 58.7]
    """

    _tags = {
        "capability:univariate": True,
        "capability:multivariate": False,
        "capability:missing_values": False,
        "capability:horizon": True,
        "capability:exogenous": False,
        "fit_is_empty": False,
        "y_inner_type": "np.ndarray",
    }

    def __init__(
        self,
        horizon: int = 1,
        reservoir: BaseReservoir | None = None,
        readout: Readout | None = None,
        *,
        washout: int | None = None,
        passthrough: bool = True,
        squares: bool = False,
        target: Literal["next", "increment"] = "next",
        noise: float | ArrayLike = 0.0,
        expert: Callable[..., ArrayLike] | None = None,
        transformer: TransformerMixin | Literal["standardize"] | None = "standardize",
        period: int | Sequence[int] | None = None,
        difference: Literal["damped"] | int | None = None,
        range_factor: float | None = 1.0,
        random_state: RandomState = None,
        verbose: bool = False,
    ) -> None:
        self.reservoir = reservoir
        self.readout = readout
        self.washout = washout
        self.passthrough = passthrough
        self.squares = squares
        self.target = target
        self.noise = noise
        self.expert = expert
        self.transformer = transformer
        self.period = period
        self.difference = difference
        self.range_factor = range_factor
        self.random_state = random_state
        self.verbose = verbose
        super().__init__(horizon=horizon, axis=0)

    def _fit(self, y, exog=None):
        self.forecaster_ = Forecaster(**self.get_params(deep=False)).fit(y)
        return self

    def _predict(self, y, exog=None):
        return float(self.forecaster_.forecast(self.forecaster_.horizon_, y)[-1, 0])

    def _series_to_series_forecast(self, y, prediction_horizon, exog=None):
        if exog is not None:
            raise ValueError("'exog' must be None, as AeonForecaster takes no exogenous columns; see its docstring.")
        parameters = self.get_params(deep=False) | {"horizon": prediction_horizon}
        rows = self._preprocess_forecasting_input(y, None, 1, False)[0]
        return Forecaster(**parameters).fit(rows).forecast(prediction_horizon)[:, 0]

    @classmethod
    def _get_test_params(cls, parameter_set: str = "default") -> dict[str, Any]:
        from reservoir.echo_state import EchoStateReservoir

        return {"reservoir": EchoStateReservoir(5, random_state=0), "range_factor": None}
