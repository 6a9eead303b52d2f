"""Times of samples where those between them belong are warned of, and growing times between samples are not."""

import re
import warnings
from functools import partial

import numpy as np
import pytest
from sklearn.base import clone

from readouts import RLSReadout
from reservoir import (
    AdaptiveReservoir,
    AnomalyDetector,
    CfCLiquid,
    CTRNNLiquid,
    Forecaster,
    LTCLiquid,
    ReservoirRegressor,
    SequenceEncoder,
    StackedReservoir,
)
from reservoir.plasticity import IntrinsicPlasticity

RANDOM = np.random.RandomState(3)
N_ROWS = 50
WAITS = RANDOM.exponential(1.0, N_ROWS)
TIMES = {
    "counted": np.arange(float(N_ROWS)),
    "counted from 1": np.arange(1.0, N_ROWS + 1),
    "regular": 0.02 * np.arange(N_ROWS),
    "irregular": np.cumsum(WAITS),
    "irregular from 0": np.cumsum(WAITS) - WAITS[0],
    "some at once": np.cumsum(np.where(np.arange(N_ROWS) % 5, WAITS, 0.0)),
    "since 1970": 1.7e9 + np.cumsum(WAITS),
    "since 1970, in ms": np.round(1.7e12 + 1e3 * np.cumsum(WAITS)),
    "short": np.arange(10.0),
    "short and irregular": np.cumsum(WAITS[20:32]),
    "short, of years": np.arange(2000.0, 2014.0),
    "counted from 24": np.arange(24.0, 40.0),
    "of samples, in ms": 5000.0 + 20 * np.arange(N_ROWS),
    "from the fifth hour": 5.0 + np.cumsum(WAITS),
    "long after the start": 70.0 + np.cumsum(WAITS),
    "long after the start, in single precision": (70.0 + np.cumsum(WAITS)).astype(np.float32),
    "since 1970, in single precision": (1.7e9 + 10 * np.arange(N_ROWS)).astype(np.float32),
    "months": 1990 + np.arange(N_ROWS) / 12,
    "years": np.arange(1850.0, 2020.0),
    "days since 1970": 20000.0 + np.arange(N_ROWS),
    "Julian date, by the minute": 2460000.5 + np.arange(N_ROWS) / 1440,
    "days of a spreadsheet, several a day": np.floor(45000 + np.arange(N_ROWS) / 4),
    "hours of the day": np.arange(N_ROWS) % 24.0,
    "of two sessions": np.r_[np.cumsum(WAITS[:25]), np.cumsum(WAITS[25:])],
}
BETWEEN = {
    "regular": np.full(N_ROWS, 0.02),
    "irregular": WAITS,
    "from 0": np.diff(np.cumsum(WAITS), prepend=WAITS[0]),
    "by a factor": np.geomspace(1e-3, 10.0, N_ROWS),
    "slowly by a factor": 1.01 ** np.arange(N_ROWS),
    "by a power": np.arange(N_ROWS) ** 2.0,
    "steadily": np.linspace(1.0, 2.0, N_ROWS),
    "sorted": np.sort(WAITS),
    "at first regular": np.r_[np.ones(40), np.arange(2.0, 12.0)],
    "in nanoseconds": np.round(1e9 * (1 + WAITS)),
    "in nanoseconds, of two rates": np.repeat([1e9, 2e9], N_ROWS // 2),
    "of two rates": np.repeat([1.0, 1.02], N_ROWS // 2),
    "slowly": np.linspace(1.0, 1.15, N_ROWS),
    "up and down": 1.0 + 0.3 * np.sin(np.arange(N_ROWS) / 10),
    "all 0": np.zeros(N_ROWS),
    "regular, from 0": np.r_[0.0, np.full(N_ROWS - 1, 90.0)],
    "no time but once": np.r_[np.zeros(N_ROWS - 1), 90.0],
    "too short to decide": np.arange(9.0),
    "19 rows that grow": np.r_[2.0, np.arange(19.0), 1.0],
    "by a factor, short": np.geomspace(1e-3, 10.0, 10),
    "steadily, short": np.linspace(1.0, 2.0, 10),
    "steadily, in single precision": np.linspace(1.0, 2.0, N_ROWS, dtype=np.float32),
    "slower and slower": np.sqrt(np.arange(1.0, N_ROWS)),
    "of three rates": np.repeat([1.0, 2.0, 4.0], 20),
    "10 that happen to grow": np.r_[np.sort(WAITS[:10]), WAITS[10:]],
}
WITH_TIMES = {
    "CTRNN": CTRNNLiquid(5, elapsed_column=1, random_state=0),
    "LTC": LTCLiquid(5, elapsed_column=1, random_state=0),
    "CfC": CfCLiquid(5, elapsed_column=1, random_state=0),
    "stack": StackedReservoir([CTRNNLiquid(5), CfCLiquid(5)], elapsed_column=1, random_state=0),
    "first layer": StackedReservoir([CTRNNLiquid(5, elapsed_column=1), CfCLiquid(5)], random_state=0),
    "adaptive": AdaptiveReservoir(CTRNNLiquid(5, elapsed_column=1, random_state=0), IntrinsicPlasticity(n_epochs=1)),
}
LOOKS = "'elapsed_column' seems to hold the times of samples"


def beside(times):
    return np.column_stack([np.sin(np.arange(len(times))), times])


def count_warnings(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return sum(LOOKS in str(warning.message) for warning in caught)


@pytest.mark.parametrize("case", TIMES)
def test_times_of_samples_are_warned_of_once_and_mended_by_the_advice(case):
    times, liquid = TIMES[case], CTRNNLiquid(5, elapsed_column=1, random_state=0)
    with pytest.warns(UserWarning, match=re.escape("such as np.diff(times, prepend=times[0]) for the times")) as caught:
        liquid.fit_transform(beside(times))
    assert len(caught) == 1 and caught[0].filename == __file__
    assert count_warnings(lambda: liquid.fit(beside(np.diff(times, prepend=times[0])))) == 0


@pytest.mark.parametrize("case", BETWEEN)
def test_times_between_samples_are_not_warned_of(case):
    assert count_warnings(lambda: CTRNNLiquid(5, elapsed_column=1).fit(beside(BETWEEN[case]))) == 0


@pytest.mark.parametrize("name", WITH_TIMES)
def test_everything_that_takes_elapsed_times_checks_them(name):
    liquid, X, y = WITH_TIMES[name], beside(TIMES["irregular"]), np.sin(np.arange(N_ROWS))
    assert count_warnings(lambda: clone(liquid).fit(X)) == 1
    assert count_warnings(lambda: clone(liquid).fit([X[:10], X, X])) == 1
    assert count_warnings(lambda: SequenceEncoder(liquid).fit([X, X])) == 1
    assert count_warnings(lambda: ReservoirRegressor(liquid).fit(X, y)) == 1
    assert count_warnings(lambda: Forecaster(liquid, washout=5).fit(X)) == 1
    assert count_warnings(lambda: clone(liquid).fit(beside(BETWEEN["irregular"]))) == 0
    fitted = clone(liquid).fit(beside(BETWEEN["irregular"]))
    assert count_warnings(lambda: [fitted.run(row) for row in X[:, None]]) == 0
    assert count_warnings(lambda: fitted.transform([X, X])) == 1
    assert count_warnings(lambda: fitted.run(X)) == 1
    assert count_warnings(lambda: clone(liquid).fit_transform([X, X])) == 1


@pytest.mark.parametrize("name", ["CTRNN", "stack", "adaptive"])
@pytest.mark.parametrize("feedback", [False, True])
def test_composites_check_what_they_are_given_after_fit(name, feedback):
    gaps, X, y = beside(BETWEEN["irregular"]), beside(TIMES["irregular"]), np.sin(np.arange(N_ROWS))
    liquid = WITH_TIMES[name]
    if feedback:  # columns are counted from those that are fed back on
        place = {"reservoir__elapsed_column" if name == "adaptive" else "elapsed_column": 2}
        model = ReservoirRegressor(clone(liquid).set_params(**place), feedback=True).fit(gaps, y)
        calls = [model.predict, partial(model.score, y=y), partial(model.prime, y=y)]
    else:
        model = ReservoirRegressor(liquid, RLSReadout()).fit(gaps, y)
        calls = [model.predict, partial(model.score, y=y), model.prime, partial(model.partial_fit_predict, y=y)]
        calls += [SequenceEncoder(liquid).fit([gaps]).transform, AnomalyDetector(liquid).fit(gaps).score_samples]
    for call in calls:
        given = [X] if isinstance(getattr(call, "__self__", None), SequenceEncoder) else X
        assert count_warnings(lambda call=call, given=given: call(given)) == 1
        given = [gaps] if given is not X else gaps
        assert count_warnings(lambda call=call, given=given: call(given)) == 0


def test_after_a_warning_in_fit_composites_do_not_warn_again():
    X, y = beside(TIMES["irregular"]), np.sin(np.arange(N_ROWS))
    liquid = WITH_TIMES["CTRNN"]
    assert count_warnings(lambda: ReservoirRegressor(liquid).fit(X, y).predict(X)) == 1
    assert count_warnings(lambda: SequenceEncoder(liquid).fit_transform([X])) == 1
    assert count_warnings(lambda: AnomalyDetector(liquid).fit(X).score_samples(X)) == 1
