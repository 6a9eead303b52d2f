import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import EchoStateReservoir
from reservoir.forecaster import Forecaster
from reservoir.metrics import valid_prediction_time
from reservoir.plots import ForecastDisplay

WAVES = np.column_stack([np.sin(0.2 * np.arange(300)), np.cos(0.31 * np.arange(300))])


def test_hand_computed():
    truth = np.array([1.0, -1.0, 1.0, -1.0])
    display = ForecastDisplay.from_predictions(truth, truth + [0.0, 0.1, 0.3, 0.9], step=0.5, lyapunov_time=2.0)
    assert_allclose(display.error_, [0, 0.1, 0.3, 0.9])
    assert display.valid_time == 0.75  # three rows of 0.5, over 2
    assert_array_equal(display.error_line_.get_xdata(), [0.25, 0.5, 0.75, 1.0])
    assert display.axes_[0].get_title(loc="left") == "valid for 0.75 Lyapunov times"
    for panel in display.axes_:
        assert [line for line in panel.lines if [*line.get_xdata()] == [0.75, 0.75]]
    assert display.axes_[-1].get_xlabel() == "Lyapunov times after the last known row"


def labels(panel):
    return [text.get_text() for text in panel.get_legend().get_texts()]


def test_every_line_has_a_label():
    display = ForecastDisplay.from_predictions(WAVES, WAVES + 0.1, threshold=0.25)
    assert labels(display.axes_[0]) == ["truth", "forecast", "valid until here"]
    assert labels(display.axes_[-1]) == ["error / standard deviation", "threshold 0.25"]
    assert display.axes_[-1].get_ylabel() == "error"


def test_hides_the_last_rows_from_the_forecaster():
    forecaster = Forecaster(EchoStateReservoir(30, random_state=0), washout=50).fit(WAVES[:200])
    display = ForecastDisplay.from_estimator(forecaster, WAVES, n_steps=40)
    expected = forecaster.forecast(40, context=WAVES[:260])
    for feature in range(2):
        assert_array_equal(display.truth_lines_[feature].get_ydata(), WAVES[260:, feature])
        assert_array_equal(display.forecast_lines_[feature].get_ydata(), expected[:, feature])
    assert display.valid_time == valid_prediction_time(WAVES[260:], expected)
    assert len(display.axes_) == 3 and display.axes_[-1].get_xlabel() == "steps after the last known row"


def test_names_and_features():
    frame = pd.DataFrame(WAVES, columns=["sine", "cosine"])
    forecaster = Forecaster(EchoStateReservoir(30, random_state=0), washout=50).fit(frame[:200])
    display = ForecastDisplay.from_estimator(forecaster, frame, 20, features=[1])
    assert [panel.get_ylabel() for panel in display.axes_] == ["cosine", "error"]


def test_columns_known_in_advance():
    known = np.sin(0.05 * np.arange(300) ** 1.3)[:, None]
    forecaster = Forecaster(EchoStateReservoir(30, random_state=0), washout=50).fit(WAVES[:200], exogenous=known[:200])
    display = ForecastDisplay.from_estimator(forecaster, WAVES, 30, exogenous=known)
    expected = forecaster.forecast(30, WAVES[:270], exogenous=known[270:], context_exogenous=known[:270])
    assert_array_equal(display.forecast, expected)


def test_a_forecast_that_never_leaves_the_threshold():
    display = ForecastDisplay.from_predictions(WAVES, WAVES + 1e-3)
    assert display.axes_[0].get_title(loc="left") == "valid for all 300 steps"
    assert display.axes_[-1].get_yscale() == "log"


def test_bad_arguments_are_named():
    forecaster = Forecaster(EchoStateReservoir(30, random_state=0), washout=50).fit(WAVES[:200])
    with pytest.raises(ValueError, match="'n_steps' must be smaller than the number of rows of X; got 300 with 300"):
        ForecastDisplay.from_estimator(forecaster, WAVES, 300)
    with pytest.raises(ValueError, match="'features' must hold numbers from 0 to 1"):
        ForecastDisplay.from_predictions(WAVES, WAVES, features=[2])
    with pytest.raises(ValueError, match="'y_pred' must have the shape of 'y_true'"):
        ForecastDisplay.from_predictions(WAVES, WAVES[:-1])


def test_names_and_limits_are_checked_before_a_figure_is_made():
    truth = np.random.RandomState(0).standard_normal((20, 2))
    for wrong, message in (
        ({"feature_names": ["a"]}, "'feature_names' must hold 2 names; got 1"),
        ({"threshold": "a"}, "'threshold' must be"),
        ({"lyapunov_time": 0}, "'lyapunov_time' must be"),
    ):
        with pytest.raises(ValueError, match=message):
            ForecastDisplay(truth, truth, **({"valid_time": 1.0} | wrong)).plot()
    assert not plt.get_fignums()
    named = ForecastDisplay(truth, truth, valid_time=1.0, feature_names=np.array(["a", "b"])).plot()
    assert named.axes_[0].get_ylabel() == "a"
