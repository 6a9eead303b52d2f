import copy

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from waves import WAVES, forecaster, small

from reservoir import Forecaster

TREND = 10 + 0.1 * np.arange(600.0) + np.sin(2 * np.pi * np.arange(600) / 12)


def test_the_start_is_in_prepared_rows():
    model = Forecaster(small(), period=12).fit(TREND)
    state, row = model.start()
    assert_array_equal(row, model.last_row_)
    assert_allclose(row, model.preparation_.prepare(TREND[:, None])[:][-1])
    again_state, again_row = model.start(TREND[:, None])
    assert_array_equal(again_row, row)
    assert_array_equal(again_state, state)


def test_the_state_is_that_before_the_last_row():
    model = forecaster().fit(WAVES)
    state, row = model.start()
    prepared = model.preparation_.prepare(WAVES)[:]
    states, _ = model.reservoir_.run(prepared)
    assert_array_equal(state, states[-2])
    assert_array_equal(row, prepared[-1])


def test_where_a_forecast_goes_on_cannot_be_written_to():
    model = copy.deepcopy(forecaster().fit(WAVES))
    with pytest.raises(ValueError, match="read-only"):
        model.state_[0] = 1.0


def test_a_context_that_is_too_short_is_refused():
    model = forecaster(washout=30).fit(WAVES)
    with pytest.raises(ValueError, match="'context' must be one 2-D series of at least washout=30 rows"):
        model.start(WAVES[:20])
