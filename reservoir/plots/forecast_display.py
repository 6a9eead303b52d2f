"""A forecast beside the truth, its error below, and the time for which it is valid."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn import utils

from readouts.types import Array
from reservoir.checks.arguments import check_array, check_integer, check_names, check_number
from reservoir.checks.naming import called
from reservoir.diagnostics.stability.autonomous import check_forecaster
from reservoir.forecaster import Forecaster
from reservoir.metrics.valid_time import forecast_errors, valid_prediction_time
from reservoir.plots.canvas import COLOURS, GREY, INK, TITLE_PAD, axes_grid, legend_above
from reservoir.plots.shown import LATEST, check_shown, times_of_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes

N_SHOWN = 3


class ForecastDisplay:
    """Truth, forecast and error over time, and the valid prediction time.

    Parameters
    ----------
    truth, forecast : arrays (n_steps, n_features)
        Row 0 is one step after the last known row.
    valid_time : float
        As `reservoir.metrics.valid_prediction_time` returns it.
    threshold : float, default=0.4
        Largest error that counts as valid, in overall standard deviations of the truth.
    step : float, default=1.0
        Time between two rows.
    lyapunov_time : float or None, default=None
        In the unit of ``step``; None leaves time in that unit.
    feature_names : sequence of str or None, default=None

    Attributes
    ----------
    axes_ : array of matplotlib axes
        One for each feature shown, and below them that of the error.
    figure_ : matplotlib figure
    error_ : array (n_steps,)
        Euclidean, over all features, in overall standard deviations of the truth.
    truth_lines_, forecast_lines_ : lists of matplotlib lines
        For each feature shown.
    error_line_ : matplotlib line

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> import numpy as np
    >>> from reservoir.forecaster import Forecaster
    >>> from reservoir.plots import ForecastDisplay
    >>> wave = np.sin(0.2 * np.arange(1000))[:, None]
    >>> forecaster = Forecaster().fit(wave[:600])
    >>> display = ForecastDisplay.from_estimator(forecaster, wave[600:], n_steps=100)
    >>> display.valid_time
    100.0
    >>> plt.close(display.figure_)
    """

    def __init__(
        self,
        truth: Array,
        forecast: Array,
        *,
        valid_time: float,
        threshold: float = 0.4,
        step: float = 1.0,
        lyapunov_time: float | None = None,
        feature_names: Sequence[str] | Array | None = None,
    ) -> None:
        self.truth = truth
        self.forecast = forecast
        self.valid_time = valid_time
        self.threshold = threshold
        self.step = step
        self.lyapunov_time = lyapunov_time
        self.feature_names = feature_names

    @classmethod
    def from_estimator(
        cls,
        forecaster: Forecaster,
        X: ArrayLike,
        n_steps: int,
        *,
        exogenous: ArrayLike | None = None,
        threshold: float = 0.4,
        step: float = 1.0,
        lyapunov_time: float | None = None,
        features: Sequence[int] | Array | None = None,
        ax: "Axes | Sequence[Axes] | Array | None" = None,
    ) -> Self:
        """Hide the last rows of a series from a fitted forecaster, let it forecast them, and draw both.

        Parameters
        ----------
        forecaster : fitted Forecaster
        X : 2-D array (n_context + n_steps, n_features)
            One series; all but its last ``n_steps`` rows are the context, at least as many as the washout.
        n_steps : int
            Number of rows to forecast, at least 2.
        exogenous : 2-D array (n_context + n_steps, n_exogenous) or None, default=None
            The columns known in advance, where ``fit`` had such.
        threshold, step, lyapunov_time : as in the class
        features, ax : as in ``plot``

        Returns
        -------
        ForecastDisplay

        Raises
        ------
        ValueError
            If an argument or a series is invalid.
        StateOverflowError
            If the forecast grows past every finite number.
        """
        check_forecaster(forecaster, closes_loop=False)
        n_steps = check_integer("n_steps", n_steps, at_least=2)
        rows = _rows_of("X", X, ("n_steps", forecaster.n_features_in_), "forecaster")
        if n_steps >= len(rows):
            raise ValueError(f"'n_steps' must be smaller than the number of rows of X; got {n_steps} with {len(rows)}.")
        names = [str(name) for name in rows.columns] if hasattr(rows, "columns") else None
        past, future = None, None
        if exogenous is not None:
            shape = len(rows), forecaster.n_exogenous_ or "n_exogenous"
            known = _rows_of("exogenous", exogenous, shape, "X")
            past, future = known[:-n_steps], known[-n_steps:]
        forecast = forecaster.forecast(n_steps, rows[:-n_steps], context_exogenous=past, exogenous=future)
        settings: dict[str, Any] = {"threshold": threshold, "step": step, "lyapunov_time": lyapunov_time}
        shown: dict[str, Any] = {"feature_names": names, "features": features, "ax": ax}
        return cls.from_predictions(rows[-n_steps:], forecast, **settings, **shown)

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        threshold: float = 0.4,
        step: float = 1.0,
        lyapunov_time: float | None = None,
        feature_names: Sequence[str] | Array | None = None,
        features: Sequence[int] | Array | None = None,
        ax: "Axes | Sequence[Axes] | Array | None" = None,
    ) -> Self:
        """Draw a forecast that is given as an array.

        Parameters
        ----------
        y_true, y_pred : arrays (n_steps, n_features) or (n_steps,)
            The true continuation and the forecast.
        threshold, step, lyapunov_time, feature_names : as in the class
        features, ax : as in ``plot``

        Returns
        -------
        ForecastDisplay

        Raises
        ------
        ValueError
            If the arrays do not fit together, a value is not finite, or the truth is constant.
        """
        scale = 1.0 if lyapunov_time is None else lyapunov_time
        valid = valid_prediction_time(y_true, y_pred, threshold=threshold, step=step, lyapunov_time=scale)
        truth, forecast = (np.asarray(y, dtype=np.float64) for y in (y_true, y_pred))
        settings: dict[str, Any] = {"threshold": threshold, "step": step, "lyapunov_time": lyapunov_time}
        display = cls(
            truth.reshape(len(truth), -1),
            forecast.reshape(len(forecast), -1),
            valid_time=valid,
            feature_names=feature_names,
            **settings,
        )
        return display.plot(ax, features=features)

    def plot(
        self, ax: "Axes | Sequence[Axes] | Array | None" = None, *, features: Sequence[int] | Array | None = None
    ) -> Self:
        """Draw truth, forecast and error.

        Parameters
        ----------
        ax : matplotlib axes, array of them, or None, default=None
            One is divided; an array has one for each feature shown and one for the error. None makes a new figure.
        features : sequence of ints or None, default=None
            Which features to show; None is the first 3. The error is always over all.

        Returns
        -------
        self
        """
        truth = check_array("truth", self.truth, ("n_steps", "n_features"))
        forecast = check_array("forecast", self.forecast, truth.shape, like="truth")
        n_features = truth.shape[1]
        features = check_shown(
            "features", range(min(N_SHOWN, n_features)) if features is None else features, n_features
        )
        names = [f"feature {number}" for number in range(n_features)]
        names = names if self.feature_names is None else check_names("feature_names", self.feature_names, n_features)
        threshold, valid_time, clock = self._check_numbers(len(truth))
        heights = [1.0] * len(features) + [0.9]
        self.axes_ = axes_grid(ax, len(heights), figsize=(8, 1.6 + 1.3 * len(heights)), heights=heights, sharex=True)
        self.figure_ = self.axes_[0].figure
        self.truth_lines_, self.forecast_lines_ = [], []
        for panel, feature in zip(self.axes_, features, strict=False):
            self.truth_lines_ += panel.plot(clock, truth[:, feature], color=INK, label="truth")
            style = {"color": COLOURS[1], "linestyle": "--", "label": "forecast"}
            self.forecast_lines_ += panel.plot(clock, forecast[:, feature], **style)
            panel.set_ylabel(names[feature])
        self._draw_error(self.axes_[-1], clock, forecast_errors(truth, forecast), threshold)
        for panel in self.axes_:
            label = "valid until here" if panel is self.axes_[0] else None
            panel.axvline(valid_time, color=GREY, linewidth=1, label=label)
        legend_above(self.axes_[0])
        self.axes_[0].set_title(self._verdict(valid_time, clock[-1]), loc="left", fontsize="medium", pad=TITLE_PAD)
        return self

    def _check_numbers(self, n_steps):
        """Return threshold, valid time and the times of all rows."""
        threshold = check_number("threshold", self.threshold, above=0)
        clock = times_of_rows("step", self.step, n_steps, first=1)
        if self.lyapunov_time is not None:
            scale = check_number("lyapunov_time", self.lyapunov_time, above=0)
            if clock[-1] / LATEST > scale:
                raise ValueError(f"'lyapunov_time' must not be so short beside 'step'; got {scale!r}.")
            clock = clock / scale
        return threshold, check_number("valid_time", self.valid_time, at_least=0, at_most=LATEST), clock

    def _draw_error(self, panel, clock, error, threshold):
        self.error_ = error
        (self.error_line_,) = panel.plot(clock, self.error_, color=COLOURS[0], label="error / standard deviation")
        panel.axhline(threshold, color=GREY, linestyle=":", linewidth=1.2, label=f"threshold {threshold:g}")
        legend_above(panel)
        if self.error_.min() > 0:
            panel.set_yscale("log")
        unit = "steps" if self.step == 1 else "time"
        unit = unit if self.lyapunov_time is None else "Lyapunov times"
        panel.set(ylabel="error", xlabel=f"{unit} after the last known row", xlim=(0, clock[-1]))

    def _verdict(self, valid_time, whole):
        unit = "steps" if self.step == 1 else "time units"
        length = f"{valid_time:.4g} {unit}"
        if self.lyapunov_time is not None:
            length = f"{valid_time:.2f} Lyapunov times"
        return f"valid for {'all ' if np.isclose(valid_time, whole) else ''}{length}"


def _rows_of(name: str, value: Any, shape: tuple[int | str, ...], like: str) -> Any:
    """Return a 2-D series that can be cut: as it is, if it is a frame with names of its own, else as an array."""
    with called(name, value):
        utils.check_array(value, dtype=None, ensure_2d=False, allow_nd=True, ensure_min_samples=0, input_name="X")
    array = check_array(name, value, shape, like=like)
    return value if hasattr(value, "shape") else array
