"""The errors of forecasts from many origins, by horizon, and some of the forecasts over what followed."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from reservoir.checks.arguments import check_integer
from reservoir.diagnostics.stability.autonomous import check_forecaster
from reservoir.forecaster import Forecaster
from reservoir.forecaster.backtest_result import BacktestResult
from reservoir.plots.canvas import COLOURS, GREY, INK, TITLE_PAD, axes_grid, legend_above

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from readouts.types import Array


class BacktestDisplay:
    """Error over horizon beside that of the naive forecast, and forecasts over the truth.

    Parameters
    ----------
    result : BacktestResult
        As ``Forecaster.backtest`` returns it.

    Attributes
    ----------
    axes_ : array of 2 matplotlib axes
        That of the errors and that of the series.
    figure_ : matplotlib figure
    error_line_, naive_line_ : matplotlib lines
        Root mean square errors by horizon.
    truth_line_ : matplotlib line
    forecast_lines_ : list of matplotlib lines

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir.forecaster import Forecaster
    >>> from reservoir.plots import BacktestDisplay
    >>> wave = np.sin(0.2 * np.arange(1000))[:, None]
    >>> display = BacktestDisplay.from_estimator(Forecaster().fit(wave[:600]), wave, horizon=20)
    >>> bool(display.result.scaled_error < 0.01)
    True
    >>> plt.close(display.figure_)
    """

    def __init__(self, result: BacktestResult) -> None:
        self.result = result

    @classmethod
    def from_estimator(
        cls,
        forecaster: Forecaster,
        X: ArrayLike,
        horizon: int,
        stride: int = 1,
        *,
        start: int | None = None,
        exogenous: ArrayLike | None = None,
        refit: int | None = None,
        feature: int = 0,
        n_shown: int = 6,
        ax: "Axes | Array | None" = None,
    ) -> Self:
        """Backtest a fitted forecaster on a series, and draw the result.

        Parameters
        ----------
        forecaster : fitted Forecaster, or EnsembleForecaster without refit
        X, horizon, stride, start, exogenous, refit : as ``Forecaster.backtest`` takes them
        feature, n_shown, ax : as in ``plot``

        Returns
        -------
        BacktestDisplay

        Raises
        ------
        ValueError
            If an argument or the series is invalid.
        """
        check_forecaster(forecaster, closes_loop=False)
        settings: dict[str, Any] = {"start": start, "exogenous": exogenous}
        if refit is not None:  # an ensemble knows no such argument
            settings["refit"] = refit
        result = forecaster.backtest(X, horizon, stride, **settings)
        return cls(result).plot(ax, feature=feature, n_shown=n_shown)

    def plot(self, ax: "Axes | Array | None" = None, *, feature: int = 0, n_shown: int = 6) -> Self:
        """Draw errors and forecasts of one feature.

        Parameters
        ----------
        ax : matplotlib axes, array of two of them, or None, default=None
            One is divided. None makes a new figure.
        feature : int, default=0
            Number of the column that is shown.
        n_shown : int, default=6
            Number of forecasts that are drawn over the truth, at most: evenly spaced, of those that do not overlap.

        Returns
        -------
        self
        """
        result = self.result
        if not isinstance(result, BacktestResult):
            raise TypeError(f"'result' must be a BacktestResult, as backtest returns it; got {type(result).__name__}.")
        n_features = result.truth.shape[2]
        feature = check_integer("feature", feature, at_least=0)
        if feature >= n_features:
            raise ValueError(f"'feature' must be below the number of features, {n_features}; got {feature}.")
        n_shown = check_integer("n_shown", n_shown)
        self.axes_ = axes_grid(ax, 2, figsize=(8, 5), heights=[1.0, 1.0])
        self.figure_ = self.axes_[0].figure
        self._draw_errors(self.axes_[0], feature)
        self._draw_forecasts(self.axes_[1], feature, n_shown)
        return self

    def _draw_errors(self, panel, feature):
        result, steps = self.result, np.arange(1, self.result.horizon + 1)
        naive = "last row repeated" if result.period == 1 else "last season repeated"
        (self.naive_line_,) = panel.plot(steps, result.naive_rmse[:, feature], ".--", color=GREY, label=naive)
        (self.error_line_,) = panel.plot(steps, result.rmse[:, feature], ".-", color=COLOURS[1], label="forecast")
        panel.set(xlabel="steps ahead", ylabel="RMSE", ylim=(0, None))
        panel.xaxis.get_major_locator().set_params(integer=True)
        legend_above(panel)
        title = f"root mean square error of {len(result.origins)} forecasts"
        panel.set_title(title, loc="left", fontsize="medium", pad=TITLE_PAD)

    def _draw_forecasts(self, panel, feature, n_shown):
        result, steps = self.result, np.arange(result_rows(self.result))
        first = int(result.origins[0])
        truth = np.full(len(steps), np.nan)
        for origin, rows in zip(result.origins - first, result.truth[..., feature], strict=True):
            truth[origin : origin + result.horizon] = rows
        (self.truth_line_,) = panel.plot(first + steps, truth, color=INK, linewidth=1, label="truth")
        self.forecast_lines_ = []
        for number in apart(result.origins, result.horizon, n_shown):
            rows = result.origins[number] + np.arange(result.horizon)
            style = {"color": COLOURS[1], "marker": "o", "markersize": 4, "markevery": [0]}
            style["label"] = None if self.forecast_lines_ else "forecast"
            self.forecast_lines_ += panel.plot(rows, result.forecasts[number, :, feature], **style)
        names = self.result.feature_names
        panel.set(xlabel="row", ylabel=names[feature] if len(names) > 1 or not names[0].isdigit() else "value")
        legend_above(panel)


def result_rows(result: BacktestResult) -> int:
    """Return the number of rows from the first that is forecast to the last."""
    return int(result.origins[-1] - result.origins[0]) + result.horizon


def apart(origins: "Array", horizon: int, n_shown: int) -> "Array":
    """Return the numbers of at most ``n_shown`` origins, evenly spaced, whose forecasts do not overlap.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.plots.backtest_display import apart
    >>> apart(np.arange(100, 130), horizon=10, n_shown=6).tolist()
    [0, 10, 20]
    """
    kept = [0]
    for number in range(1, len(origins)):
        if origins[number] >= origins[kept[-1]] + horizon:
            kept.append(number)
    chosen = np.linspace(0, len(kept) - 1, min(n_shown, len(kept))).round().astype(int)
    return np.array(kept)[np.unique(chosen)]
