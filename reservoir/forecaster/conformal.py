"""Prediction intervals from the residuals of forecasts out of sample, and sample paths from the same."""

from typing import NamedTuple

import numpy as np

from readouts.types import SeriesOut
from reservoir.checks.headline import Headline, html_of, number, of, shortened, text_of


class IntervalForecast(NamedTuple):
    """A forecast, and the bounds between which each of its numbers is expected.

    Parameters
    ----------
    forecast, lower, upper : array (n_steps, n_features), or data frame
    """

    forecast: SeriesOut
    lower: SeriesOut
    upper: SeriesOut

    @property
    def headline(self) -> Headline:
        """What is printed: the first and the last step of some features, each with its bounds."""
        forecast, lower, upper = map(_as_columns, self)
        n_steps, n_features = forecast.shape
        names = map(str, getattr(self.forecast, "columns", range(n_features)))
        width = [number(of(np.mean, column)) for column in (upper - lower).T]
        ends = (0, -1) if n_steps else ()
        rows = [
            (name, *(_bounded(*(one[end, column] for one in (forecast, lower, upper))) for end in ends), width[column])
            for column, name in enumerate(names)
        ]
        head = ("feature", *("first step", "last step")[: len(ends)], "mean width")
        return Headline(f"IntervalForecast of {n_steps} steps", shortened(rows), head=head)

    def __repr__(self) -> str:
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)


def _as_columns(one):
    """Return a forecast as a 2-D array; of what somebody has taken out of it, such as one column, too."""
    rows = np.asarray(one, dtype=np.float64)
    return rows if rows.ndim == 2 else rows.reshape(-1, 1)


def _bounded(value, lower, upper):
    return f"{number(value)} ({number(lower)} to {number(upper)})"


def conformal_bounds(transformed, residuals, interval, to_data):
    """Return the lower and the upper bounds, (n_steps, n_features), of a forecast.

    With r_1 <= ... <= r_n the residuals of a step and column, and k the integer part of (n + 1) (1 - interval) / 2, the
    bounds are those that the k-th smallest and the k-th largest residual make of the forecast. If the next residual is
    exchangeable with them, it is inside with a probability of at least ``interval``. Residuals of overlapping forecasts
    are not, so this holds approximately. Where a step has too few residuals for k to be 1, those of the nearest steps
    before and after are taken along.

    Parameters
    ----------
    transformed : array (n_steps, n_features)
        The forecast, in the unit of the residuals.
    residuals : array (n_origins, n_steps, n_features)
        Truth less forecast.
    interval : float
        The share of the truth that is to be inside, above 0 and below 1.
    to_data : callable
        Returns rows of data of transformed rows.

    References
    ----------
    V. Vovk, A. Gammerman and G. Shafer, "Algorithmic Learning in a Random World", Springer 2005, section 2.2. Time
    series: R. F. Barber and A. Pananjady, "Predictive inference for time series: why is split conformal effective
    despite temporal dependence?", arXiv:2510.02471, 2025.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.conformal import conformal_bounds
    >>> residuals = np.arange(-9.0, 10.0)[:, None, None]
    >>> lower, upper = conformal_bounds(np.array([[100.0]]), residuals, 0.9, np.asarray)
    >>> lower.item(), upper.item()
    (91.0, 109.0)
    """
    (n_origins, n_steps, _), tail = residuals.shape, (1 - interval) / 2
    most = n_origins * n_steps
    if _rank(most, tail) < 1:
        raise ValueError(
            f"'interval' must be at most {1 - 2 / (most + 1):.3g} where fit leaves {most} residuals; got {interval}. "
            "Lower it, or fit to more rows."
        )
    bounds = np.empty((2, *transformed.shape))
    for step in range(n_steps):
        width = next(
            width for width in range(n_steps) if _rank(n_origins * len(_near(step, width, n_steps)), tail) >= 1
        )
        near = residuals[:, _near(step, width, n_steps)].reshape(-1, residuals.shape[2])
        # A transformer may turn the order around, or mix columns; so the bounds are found among rows of data.
        possible = np.sort(to_data(transformed[step] + near), axis=0)
        rank = _rank(len(near), tail)
        bounds[:, step] = possible[rank - 1], possible[-rank]
    return bounds


def _near(step, width, n_steps):
    return range(max(step - width, 0), min(step + width + 1, n_steps))


def _rank(n_residuals, tail):
    return int((n_residuals + 1) * tail + 1e-9)  # 20 times .05 is to be 1


def draw_residuals(residuals, n_samples, n_draws, random_state):
    """Return ``n_draws`` of the residuals for each of ``n_samples``, drawn with replacement along the first axis."""
    return residuals[random_state.randint(len(residuals), size=(n_samples, n_draws))]
