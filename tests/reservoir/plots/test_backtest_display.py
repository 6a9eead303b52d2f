import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir, EnsembleForecaster
from reservoir.forecaster import Forecaster
from reservoir.plots import BacktestDisplay
from reservoir.plots.backtest_display import apart

WAVES = np.column_stack([np.sin(0.2 * np.arange(300)), np.cos(0.31 * np.arange(300))])
FORECASTER = Forecaster(EchoStateReservoir(30, random_state=0), washout=50).fit(WAVES[:200])


def test_it_draws_ensembles():
    ensemble = EnsembleForecaster(FORECASTER, 2).fit(WAVES[:200])
    display = BacktestDisplay.from_estimator(ensemble, WAVES, 10, 5)
    assert_array_equal(display.error_line_.get_ydata(), ensemble.backtest(WAVES, 10, 5).rmse[:, 0])


def test_it_draws_what_the_backtest_found():
    display = BacktestDisplay.from_estimator(FORECASTER, WAVES, 10, 5, feature=1, n_shown=3)
    result = FORECASTER.backtest(WAVES, 10, 5)
    assert_array_equal(display.error_line_.get_ydata(), result.rmse[:, 1])
    assert_array_equal(display.naive_line_.get_ydata(), result.naive_rmse[:, 1])
    assert_array_equal(display.error_line_.get_xdata(), np.arange(1, 11))
    assert_array_equal(display.truth_line_.get_ydata(), WAVES[200:300, 1])
    assert_array_equal(display.truth_line_.get_xdata(), np.arange(200, 300))
    assert len(display.forecast_lines_) == 3
    for line in display.forecast_lines_:
        number = list(result.origins).index(line.get_xdata()[0])
        assert_array_equal(line.get_ydata(), result.forecasts[number, :, 1])
    texts = [text.get_text() for text in display.axes_[0].get_legend().get_texts()]
    assert texts == ["last row repeated", "forecast"]
    assert display.axes_[0].get_title(loc="left") == f"root mean square error of {len(result.origins)} forecasts"


def test_the_lines_differ_in_grey_too():
    display = BacktestDisplay.from_estimator(FORECASTER, WAVES, 10)
    assert display.naive_line_.get_linestyle() != display.error_line_.get_linestyle()


def test_a_season_is_named():
    forecaster = Forecaster(EchoStateReservoir(30, random_state=0), washout=50, period=7).fit(WAVES[:200])
    display = BacktestDisplay.from_estimator(forecaster, WAVES, 10)
    assert display.naive_line_.get_label() == "last season repeated"


def test_rows_between_far_origins_are_left_out():
    display = BacktestDisplay.from_estimator(FORECASTER, WAVES, 2, 10)
    drawn = display.truth_line_.get_ydata()
    assert np.isnan(drawn[2:10]).all() and drawn[10] == WAVES[210, 0]


def test_given_axes_are_drawn_into():
    figure, axes = plt.subplots(1, 2)
    assert BacktestDisplay.from_estimator(FORECASTER, WAVES, 4, ax=axes).figure_ is figure


def test_forecasts_shown_do_not_overlap():
    shown = apart(np.arange(0, 100, 3), 10, 4)
    assert len(shown) == 4 and np.diff(3 * shown).min() >= 10
    assert apart(np.array([7]), 5, 3).tolist() == [0]


def test_bad_arguments_are_named():
    display = BacktestDisplay(FORECASTER.backtest(WAVES, 3))
    with pytest.raises(ValueError, match="'feature' must be below the number of features, 2; got 2"):
        display.plot(feature=2)
    with pytest.raises(ValueError, match="'n_shown'"):
        display.plot(n_shown=0)
    with pytest.raises(TypeError, match="'result' must be a BacktestResult"):
        BacktestDisplay(WAVES).plot()
    assert not plt.get_fignums()
