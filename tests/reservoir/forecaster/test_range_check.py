import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from waves import WAVES, forecaster

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, Forecaster
from reservoir.forecaster.range_check import find_range, mends_of, warn_if_out_of_range
from reservoir.series.lazy_series import lazily

LIMITS = np.array([[0.0, 3.0, 0.0], [2.0, 3.0, 0.0]])


def caught(call, *arguments, **keywords):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        call(*arguments, **keywords)
    return [str(one.message) for one in seen], [one.filename for one in seen]


def check(row, factor=1.0):
    return caught(warn_if_out_of_range, np.array([[1.0, 3.0, 0.0], row]), LIMITS, factor, ["a", "b"], list("uvw"))[0]


def test_the_range_is_that_of_all_series():
    series = [WAVES, 3 * WAVES[:50], lazily(-5 * WAVES[:9], np.dtype(float))]
    everything = np.concatenate([np.asarray(x[:]) for x in series])
    assert_array_equal(find_range(series), [everything.min(axis=0), everything.max(axis=0)])


@pytest.mark.parametrize(
    ("row", "factor", "warned"),
    [
        ([4.0, 3.0, 0.0], 1.0, False),
        ([4.1, 3.0, 0.0], 1.0, True),
        ([-2.1, 3.0, 0.0], 1.0, True),
        ([4.1, 3.0, 0.0], 1.1, False),
        ([2.1, 3.0, 0.0], 0.0, True),
        ([2.0, 3.0, 0.0], 0.0, False),
        ([1.0, 9.1, 0.0], 1.0, True),  # a constant is as wide as from it to its negative
        ([1.0, 8.9, 0.0], 1.0, False),
        ([1.0, 3.0, 1e-12], 1.0, False),  # no more than rounding
        ([1.0, 3.0, 0.1], 1.0, True),
    ],
)
def test_it_warns_of_what_is_farther_than_the_factor(row, factor, warned):
    assert len(check(row, factor)) == warned


def test_the_message_says_where_and_what_to_do():
    (message,) = check([-9.0, 3.0, 0.0])
    for part in ("forecast of u at step 1 is -9", "range outside of it, 0 to 2", "a, or b", "'range_factor'"):
        assert part in message


def test_only_what_is_not_done_yet_is_advised():
    assert len(mends_of(None, RidgeReadout(1e-6))) == 2
    (mend,) = mends_of(3, RidgeReadout(1e-6))
    assert "readout=None" in mend
    (mend,) = mends_of(None, RidgeReadout(1e-6), plain_loop=True)
    assert "readout=None" in mend
    assert mends_of(None, RidgeReadout(1e-6), plain_loop=True, passthrough=True)[0] == "set passthrough=False"
    assert "fewer units" in mends_of(3, RidgeReadout(alphas=[1.0], cv=5))[0]


@pytest.mark.parametrize("seed", [0, 2])
def test_every_mend_keeps_the_forecast_in_range(seed):
    series = np.sin(2 * np.pi * np.arange(200) / 12) + 0.5 * np.random.RandomState(seed).standard_normal(200)
    reservoir = EchoStateReservoir(120, spectral_radius=1.2, leak_rate=1.0, random_state=0)
    running = Forecaster(reservoir, RidgeReadout(1e-10))
    (message,), (filename,) = caught(running.fit(series).forecast, 24)
    assert filename == __file__
    assert "To prevent it, set 'horizon' for a direct forecast, or let the readout choose a larger penalty" in message
    chosen = RidgeReadout(alphas=[1e-10, 1e-2, 1.0, 100.0], cv=5)
    mends = {"horizon": 24}, {"readout": None}, {"readout": chosen}, {"range_factor": None}, {"range_factor": 1e20}
    for mend in mends:
        fitted = clone(running).set_params(**mend).fit(series)
        assert caught(fitted.forecast, 24)[0] == []


def test_a_forecast_at_the_level_of_its_context_is_no_surprise():
    fitted = forecaster(difference=1).fit(WAVES)
    assert caught(fitted.forecast, 5, WAVES + 100.0)[0] == []
    assert np.abs(fitted.forecast(5, WAVES + 100.0) - fitted.forecast(5) - 100.0).max() < 1e-6
