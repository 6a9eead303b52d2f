"""Forecast real series: this library beside ETS, SARIMAX, the seasonal naive forecast and reservoirpy, in one run.

Needs the extra ``forecast``: ``pip install -e ".[forecast]"``, then::

    python -m benchmarks.forecast_real                   # the table that is reported, and intervals; some minutes
    python -m benchmarks.forecast_real --development     # other series, to choose settings on
    python -m benchmarks.forecast_real --grid            # 30 settings of this library; also with --development
    python -m benchmarks.forecast_real --methods ours,ets

Every method forecasts from the same origins: at most 40, evenly spaced from 80 % of the series (``--share``) to the
last that leaves as many rows as the horizon. All choices and parameters of a method come from the rows before the first
origin, and from there on it is only brought up to date. An error is the root of the mean square over all origins and
steps, divided by that of the seasonal naive forecast. Of methods that state prediction intervals, a second and a third
table show which share of the truth is inside, and the interval score in the same unit; Mackey-Glass with noise is in
these, too.
"""

import argparse
import time

import numpy as np
from joblib import Parallel, delayed

from benchmarks.forecast_peers import (
    Forecasts,
    ets,
    reservoirpy,
    root_mean_square,
    sarimax,
    seasonal_naive,
    spaced_histories,
    truths_of,
)
from benchmarks.forecast_series import development_series, reported_series
from reservoir import EchoStateReservoir, Forecaster
from reservoir.metrics import interval_coverage, interval_score

LEVELS = (0.8, 0.9)
SHARE = 0.8  # of the rows before the first origin


def ours(histories, horizon, period, levels=(), *, direct=True, **settings):
    """Forecast by this library, given the period, with its defaults but for `settings` of the reservoir."""
    reservoir = EchoStateReservoir(**{"random_state": 0, **settings}) if settings else None
    forecaster = Forecaster(reservoir, period=period, horizon=horizon if direct else None).fit(histories[0])
    means = [forecaster.forecast(horizon, history)[:, 0] for history in histories]
    bounds = {}
    for level in levels:
        bounded = [forecaster.forecast(horizon, history, interval=level) for history in histories]
        bounds[level] = tuple(np.array([getattr(one, end)[:, 0] for one in bounded]) for end in ("lower", "upper"))
    return Forecasts(np.array(means), bounds)


def ours_in_a_loop(histories, horizon, period, levels=(), **settings):
    """Forecast likewise in a closed loop, to which the horizon is not given."""
    return ours(histories, horizon, period, levels, direct=False, **settings)


METHODS = {
    "ours": ours,
    "ours_in_a_loop": ours_in_a_loop,
    "ets": ets,
    "sarimax": sarimax,
    "seasonal_naive": seasonal_naive,
    "reservoirpy": reservoirpy,
}


def settings_of_grid():
    """Return 30 settings that a user might try, each in a closed loop and direct."""
    sizes = [
        {"n_units": n_units, "leak_rate": leak_rate} for n_units in (50, 100, 300) for leak_rate in (0.1, 0.3, 1.0)
    ]
    radii = [{"spectral_radius": radius} for radius in (0.5, 0.7, 0.99)]
    scalings = [{"input_scaling": scaling} for scaling in (0.3, 1.0, 3.0)]
    return [{"direct": direct, **one} for one in sizes + radii + scalings for direct in (False, True)]


def evaluate(method, series, levels=(), share=SHARE, **settings):
    """Return the error of a method over that of the seasonal naive forecast, its intervals, and its seconds.

    The intervals are, for every level, their coverage and their mean score, in root mean square errors of the seasonal
    naive forecast. What a method refuses or cannot finish counts as an infinite error and as no interval.
    """
    histories = spaced_histories(series.values, series.horizon, share)
    truth = truths_of(series.values, histories, series.horizon)
    scale = root_mean_square(seasonal_naive(histories, series.horizon, series.period).mean - truth)
    start = time.perf_counter()
    try:
        forecasts = method(histories, series.horizon, series.period, levels, **settings)
    except ValueError as error:
        print(f"{method.__name__}: {error}")
        return np.inf, {}, time.perf_counter() - start
    intervals = {
        level: (interval_coverage(truth, *bounds), interval_score(truth, *bounds, interval=level) / scale)
        for level, bounds in forecasts.bounds.items()
    }
    return root_mean_square(forecasts.mean - truth) / scale, intervals, time.perf_counter() - start


def table(series, methods, others, share):
    """Print the errors, a line for each series and a column for each method, and below them the intervals.

    Of `others` the intervals alone are printed.
    """
    every = series | others
    jobs = [delayed(evaluate)(METHODS[method], one, LEVELS, share) for one in every.values() for method in methods]
    results = np.empty(len(jobs), object)
    results[:] = Parallel(n_jobs=2)(jobs)
    lines = dict(zip(every, results.reshape(len(every), len(methods)), strict=True))
    print_errors({name: lines[name] for name in series}, methods)
    for level in LEVELS:
        print_intervals(lines, methods, level)


def print_errors(lines, methods):
    errors, seconds = (np.array([[one[part] for one in line] for line in lines.values()]) for part in (0, 2))
    print_line("error over that of seasonal naive", methods)
    for name, line in zip(lines, errors, strict=True):
        print_line(name, [f"{error:.3g}" for error in line])
    print_line("geometric mean", [f"{geometric_mean(line):.3g}" for line in errors.T])
    print_line("largest", [f"{error:.3g}" for error in errors.max(axis=0)])
    print_line("seconds", [f"{total:.1f}" for total in seconds.sum(axis=0)])


def print_intervals(lines, methods, level):
    """Print coverages and scores of the methods that state intervals, and how far off a coverage is at most."""
    stating = [column for column in range(len(methods)) if any(line[column][1] for line in lines.values())]
    if not stating:
        return
    print()
    print_line(f"inside {level:.0%} intervals, score", [methods[column] for column in stating])
    stated = {name: [line[column][1].get(level, (0, np.inf)) for column in stating] for name, line in lines.items()}
    for name, pairs in stated.items():
        print_line(name, [f"{coverage:.0%} {score:.2f}" for coverage, score in pairs])
    off = np.abs([[coverage - level for coverage, _ in pairs] for pairs in stated.values()]).max(axis=0)
    print_line("furthest from nominal", [f"{points:.0%}" for points in off])


def grid(series, share):
    """Print for each setting its geometric mean, its worst entry and the series that this is of."""
    settings = settings_of_grid()
    jobs = [delayed(evaluate)(ours, one, share=share, **setting) for setting in settings for one in series.values()]
    errors = np.array([error for error, _, _ in Parallel(n_jobs=2)(jobs)]).reshape(len(settings), -1)
    print("geometric mean      worst   of                setting")
    for setting, line in zip(settings, errors, strict=True):
        name = list(series)[int(np.argmax(line))]
        print(f"{geometric_mean(line):14.3g} {line.max():10.3g}   {name:15s}   {setting}")
    print(f"{geometric_mean(errors):14.3g} {errors.max():10.3g}   all")


def geometric_mean(errors):
    return float(np.exp(np.mean(np.log(errors))))


def print_line(name, cells):
    print(f"{name:33s}" + "".join(f"{cell:>16s}" for cell in cells))


def main():
    parser = argparse.ArgumentParser(description="Forecast real series, and compare.")
    parser.add_argument("--development", action="store_true", help="take series to choose settings on")
    parser.add_argument("--grid", action="store_true", help="try 30 settings of this library")
    parser.add_argument("--share", type=float, default=SHARE, help="of the rows before the first origin, %(default)s")
    parser.add_argument("--methods", default=",".join(METHODS), help="names with commas between, of %(default)s")
    arguments = parser.parse_args()
    development = development_series()
    series = development if arguments.development else reported_series()
    if arguments.grid:
        grid(series, arguments.share)
    else:
        table(series, arguments.methods.split(","), {"mackey-glass": development["mackey-glass"]}, arguments.share)


if __name__ == "__main__":
    main()
