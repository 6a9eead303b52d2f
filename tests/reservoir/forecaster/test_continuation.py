"""Forecasts in the unit of the data, against closed forms and plain NumPy."""

import warnings

import naive
import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, PowerTransformer
from waves import KNOWN, WAVES, forecaster, small

from readouts import RidgeReadout
from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, Forecaster, StackedReservoir, StateOverflowError
from reservoir.forecaster import training

T = np.arange(600.0)
MONTHS = np.random.RandomState(1).standard_normal(12)
TREND = 50 + 0.3 * T + 10 * MONTHS[(T % 12).astype(int)]
LOG = FunctionTransformer(np.log, np.exp)


def quiet(**settings):
    """A forecaster that warns of nothing, whose readout is a ridge."""
    return Forecaster(**{"reservoir": small(), "readout": RidgeReadout(1e-6), "range_factor": None} | settings)


def wire(n_columns, **settings):
    """A forecaster by linear regression on the present prepared row, and on what is known beside it, alone."""
    reservoir = EchoStateReservoir(
        recurrent_weights=np.zeros((n_columns, n_columns)), input_weights=np.eye(n_columns), bias=0.0, leak_rate=1.0,
        activation="identity",
    )  # fmt: skip
    return quiet(reservoir=reservoir, readout=RidgeReadout(0), passthrough=False, washout=0, **settings)


class TestClosedForms:
    @pytest.mark.parametrize("horizon", [None, 36])
    @pytest.mark.parametrize("transformer", ["standardize", None, MinMaxScaler()], ids=str)
    def test_a_season_on_a_trend_goes_on(self, horizon, transformer):
        model = quiet(period=12, difference=1, horizon=horizon, transformer=transformer).fit(TREND[:400])
        assert_allclose(model.forecast(36)[:, 0], TREND[400:436], rtol=1e-9)
        assert_allclose(model.forecast(36, TREND[100:300, None])[:, 0], TREND[300:336], rtol=1e-9)

    @pytest.mark.parametrize("horizon", [None, 48])
    def test_hours_and_weekdays(self, horizon):
        random = np.random.RandomState(0)
        hour, day = random.standard_normal(24), random.standard_normal(168)
        times = np.arange(900)
        series = 20 + 5 * hour[times % 24] + 3 * day[times % 168]
        model = quiet(period=[24, 168], difference=0, horizon=horizon).fit(series[:800])
        assert_allclose(model.forecast(48)[:, 0], series[800:848], rtol=1e-9)

    @pytest.mark.parametrize("horizon", [None, 50])
    def test_a_parabola_by_two_differences(self, horizon):
        series = 3 - 2 * T + 0.5 * T**2
        model = quiet(difference=2, horizon=horizon).fit(series[:300])
        assert_array_equal(model.forecast(50)[:, 0], series[300:350])

    @pytest.mark.parametrize("horizon", [None, 100])
    def test_exponential_growth_is_a_line_in_logarithms(self, horizon):
        series = 3 * np.exp(0.02 * T)
        model = quiet(transformer=LOG, difference=1, horizon=horizon).fit(series[:300])
        assert_allclose(model.forecast(100)[:, 0], series[300:400], rtol=1e-8)
        assert_allclose(model.predict_one_step(series)[:, 0], series[2:], rtol=1e-9)

    def test_defaults_for_a_season_do_not_need_more_than_the_period(self):
        for horizon in (None, 12):
            model = Forecaster(small(), period=12, horizon=horizon).fit(TREND[:400])
            assert_allclose(model.forecast(12)[:, 0], TREND[400:412], atol=1e-2)

    def test_a_period_of_one_row_is_none(self):
        assert_array_equal(quiet(period=1).fit(TREND).forecast(9), quiet().fit(TREND).forecast(9))

    def test_several_series_of_different_levels(self):
        levels = [TREND[:100], 1e4 + TREND[7:300], TREND[50:200] - 500]
        model = quiet(period=12, difference=1).fit(levels)
        assert_allclose(model.forecast(24, levels[1])[:, 0], 1e4 + TREND[300:324], rtol=1e-9)
        cube = np.stack([TREND[:120], TREND[120:240] - 70])[:, :, None]
        model = model.fit(cube)
        assert_allclose(model.forecast(5, cube[1])[:, 0], TREND[240:245] - 70, rtol=1e-9)
        assert model.predict_one_step(cube).shape == (2, 106, 1)


class TestHostileNumbers:
    """A forecast does not depend on where zero is, or on the unit."""

    NOISY = WAVES + 0.05 * np.random.RandomState(0).standard_normal(WAVES.shape)
    SETTINGS = [{}, {"period": 31}, {"horizon": 10}, {"difference": 1, "target": "increment"}]

    @pytest.mark.parametrize("settings", SETTINGS, ids=str)
    @pytest.mark.parametrize(("unit", "zero", "tolerance"), [(1e-12, 0, 1e-6), (1e12, 0, 1e-6), (1, 1e9, 1e-3)])
    def test_units_and_offsets(self, settings, unit, zero, tolerance):
        model = quiet(readout=RidgeReadout(1e-1), **settings)
        expected = clone(model).fit(self.NOISY).forecast(10)
        rows = zero + unit * self.NOISY
        fitted = model.fit(rows)
        assert_allclose((fitted.forecast(10) - zero) / unit, expected, atol=tolerance)
        assert_allclose((fitted.forecast(10, rows) - zero) / unit, expected, atol=tolerance)
        assert fitted.score(rows) == pytest.approx(clone(model).fit(self.NOISY).score(self.NOISY), abs=1e-3)

    def test_whole_numbers_and_frames_and_lists(self):
        counts = np.random.RandomState(0).poisson(20, 200)
        expected = quiet(period=7).fit(counts.astype(float)).forecast(7)
        for X in (counts, counts.astype(np.uint8), counts.tolist(), pd.Series(counts), pd.DataFrame({"n": counts})):
            assert_array_equal(np.asarray(quiet(period=7).fit(X).forecast(7)), expected)

    def test_constant_columns_stay_what_they_are(self):
        rows = np.column_stack([np.full(420, 7.0), WAVES[:, 0], np.zeros(420)])
        for settings in ({}, {"period": 12}, {"horizon": 9}):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                forecast = Forecaster(small(), **settings).fit(rows).forecast(9)
            assert_allclose(forecast[:, [0, 2]], np.tile([7.0, 0.0], (9, 1)), atol=1e-6)

    def test_single_precision(self):
        model = quiet(reservoir=small(dtype="float32"), readout=RidgeReadout(1e-2), period=31)
        forecast = model.fit(self.NOISY.astype(np.float32)).forecast(10)
        assert forecast.dtype == np.float32 and model.predict_one_step(self.NOISY).dtype == np.float32
        double = clone(model).set_params(reservoir=small()).fit(self.NOISY).forecast(10)
        assert_allclose(forecast, double, atol=1e-3)


class TestOneStep:
    @pytest.mark.parametrize("settings", [{}, {"period": 5}, {"difference": 2}, {"transformer": LOG}, {"horizon": 3}])
    def test_predictions_are_forecasts_of_one_step(self, settings):
        rows = 3 + WAVES
        model = quiet(**{"difference": "damped"} | settings, washout=20).fit(rows[:300])
        predictions = model.predict_one_step(rows)
        n_lost = model.preparation_.n_lost
        assert len(predictions) == len(rows) - 1 - n_lost
        for t in (60, 250, 419):  # predictions are those of the last rows
            expected = model.forecast(model.horizon_ or 1, rows[:t])[0]
            assert_allclose(predictions[t - 1 - n_lost], expected, rtol=1e-9)
        assert model.score(rows) == pytest.approx(r2_score(rows[21 + n_lost :], predictions[20:]))

    def test_errors_of_one_step_do_not_add_up(self):
        walk = np.cumsum(np.random.RandomState(0).standard_normal(500))
        predictions = quiet(readout=RidgeReadout(1e9), difference=1).fit(walk).predict_one_step(walk)
        # Nothing is predicted but the mean step, so that errors are the steps.
        drift = np.diff(walk)[1 + 49 :].mean()
        assert_allclose(predictions[:, 0], walk[1:-1] + drift, atol=1e-2)

    def test_too_short_series_are_refused(self):
        model = quiet(period=12).fit(TREND)
        with pytest.raises(ValueError, match="'X' must hold series of at least 15 steps to predict; got one of 14"):
            model.predict_one_step(TREND[:14])
        with pytest.raises(ValueError, match="'X' must have more than .* steps to score"):
            model.score(TREND[:40])
        with pytest.raises(ValueError, match="13 that differences take and 58 of washout, .*; got 20 rows"):
            model.forecast(3, TREND[:20, None])


class TestExogenous:
    E = np.random.RandomState(3).standard_normal((420, 2))

    @pytest.mark.parametrize("period", [None, 12])
    @pytest.mark.parametrize("difference", [0, 1, "damped"])
    @pytest.mark.parametrize("horizon", [None, 6])
    def test_what_equals_a_known_column_is_forecast_exactly(self, horizon, difference, period):
        # p(t+h) = 4 + 2 e(t+h): only a readout that is given the rows ahead can know it, for every h.
        series = 4 + 2 * self.E[:, 0]
        settings = {"horizon": horizon, "difference": difference, "period": period}
        model = quiet(readout=RidgeReadout(1e-10), **settings)
        model.fit(series[:400], exogenous=self.E[:400])
        assert_allclose(model.forecast(6, exogenous=self.E[400:406])[:, 0], series[400:406], atol=1e-5)
        again = model.forecast(6, series[50:300, None], exogenous=self.E[300:306], context_exogenous=self.E[50:300])
        assert_allclose(again[:, 0], series[300:306], atol=1e-5)

    @pytest.mark.parametrize("transformer", [None, "standardize"])
    def test_a_wire_is_an_autoregression_with_known_columns(self, transformer):
        series = self.noisy_arx()
        intercept, weights = naive.autoregression(series[:400], self.E[:400])
        expected, row = [], series[399]
        for e in self.E[400:]:
            row = intercept + weights @ np.concatenate([row, e])
            expected.append(row)
        model = wire(4, transformer=transformer).fit(series[:400], exogenous=self.E[:400])
        assert_allclose(model.forecast(20, exogenous=self.E[400:]), expected, rtol=1e-8, atol=1e-8)

    @pytest.mark.parametrize("transformer", [None, "standardize"])
    def test_a_wire_on_differences_is_an_autoregression_of_them(self, transformer):
        series = self.noisy_arx()
        intercept, weights = naive.autoregression(np.diff(series[:400], axis=0), np.diff(self.E[:400], axis=0))
        expected, last, step = [], series[399], series[399] - series[398]
        for e in np.diff(self.E[399:], axis=0):
            step = intercept + weights @ np.concatenate([step, e])
            last = last + step
            expected.append(last)
        model = wire(4, transformer=transformer, difference=1).fit(series[:400], exogenous=self.E[:400])
        assert_allclose(model.forecast(20, exogenous=self.E[400:]), expected, rtol=1e-8, atol=1e-8)

    def noisy_arx(self):
        random, rows = np.random.RandomState(5), np.zeros((420, 2))
        for t in range(1, 420):
            drive = self.E[t] @ [[1.0, 0.3], [-0.5, 2.0]]
            rows[t] = [10, -3] + rows[t - 1] @ [[0.6, 0.2], [-0.3, 0.5]] + drive + 0.3 * random.standard_normal(2)
        return rows

    def test_rows_that_do_not_stand_beside_each_other_are_named(self):
        model = quiet().fit(WAVES, exogenous=KNOWN)
        with pytest.raises(ValueError, match=r"'exogenous' must have a row for every row of 'X', shape \(99, 1\); got"):
            model.predict_one_step(WAVES[:99], exogenous=KNOWN)
        with pytest.raises(ValueError, match="'context_exogenous' must have a row for every row of 'context', shape"):
            model.forecast(3, WAVES, exogenous=KNOWN[:3], context_exogenous=KNOWN[:9])

    def test_rows_ahead_of_a_horizon_are_all_demanded(self):
        model = quiet(horizon=6).fit(WAVES, exogenous=KNOWN)
        with pytest.raises(ValueError, match=r"each of the horizon=6 steps, .* at once, shape \(6, 1\); got \(2, 1\)"):
            model.forecast(2, exogenous=KNOWN[:2])
        assert_array_equal(model.forecast(2, exogenous=KNOWN[:6]), model.forecast(6, exogenous=KNOWN[:6])[:2])


class TestElapsedTimes:
    """Times between samples are never scaled or differenced."""

    GAPS = np.random.RandomState(0).uniform(0.5, 1.5, 420)
    RESERVOIRS = [
        lambda column: CTRNNLiquid(8, elapsed_column=column, random_state=0),
        lambda column: StackedReservoir([small(), CTRNNLiquid(8)], elapsed_column=column, random_state=0),
    ]

    @pytest.mark.parametrize("build", RESERVOIRS, ids=["liquid", "stack"])
    @pytest.mark.parametrize("settings", [{}, {"period": 7}, {"horizon": 3}], ids=str)
    def test_columns_of_x(self, build, settings):
        frame = pd.DataFrame({"u": WAVES[:, 0], "dt": self.GAPS, "v": WAVES[:, 1]})
        for column, X in ((1, frame.to_numpy()), (-2, frame.to_numpy()), ("dt", frame)):
            model = quiet(reservoir=build(column), readout=RidgeReadout(1.0), **settings).fit(X)
            n_lost = model.preparation_.n_lost
            prepared = model.preparation_.prepare(frame.to_numpy())[:]
            assert_array_equal(prepared[:, 1], self.GAPS[n_lost:])
            assert_allclose(prepared[:, [0, 2]].std(axis=0), 1)
            assert model.last_row_[1] == self.GAPS[-1]
            assert np.abs(np.asarray(model.forecast(3))[:, 1] - 1).max() < 0.6

    @pytest.mark.parametrize("build", RESERVOIRS, ids=["liquid", "stack"])
    @pytest.mark.parametrize("settings", [{}, {"period": 7}, {"horizon": 3}], ids=str)
    def test_known_columns(self, build, settings):
        known = pd.DataFrame({"a": KNOWN[:, 0], "dt": self.GAPS})
        series = pd.DataFrame(WAVES, columns=["u", "v"])
        forecasts = []
        for column, X, e in ((3, WAVES, known.to_numpy()), (-1, WAVES, known.to_numpy()), ("dt", series, known)):
            model = quiet(reservoir=build(column), readout=RidgeReadout(1.0), **settings)
            model.fit(X[:400], exogenous=e[:400])
            forecasts.append(np.asarray(model.forecast(3, exogenous=e[400:403])))
            assert model.reservoir_.elapsed_column_ == 3
        assert_array_equal(forecasts[1], forecasts[0])
        assert_array_equal(forecasts[2], forecasts[0])


class TestFits:
    @pytest.mark.parametrize("n_rows", [12, 20, 30, 50])
    @pytest.mark.parametrize("settings", [{}, {"horizon": 3}, {"period": 4}, {"period": 4, "horizon": 2}], ids=str)
    def test_short_series_are_fitted_without_further_words(self, n_rows, settings):
        model = Forecaster(small(n_units=2), **settings).fit(TREND[:n_rows])
        assert np.isfinite(model.forecast(2)).all()

    def test_a_season_longer_than_the_series_is_named(self):
        for period in (300, 2**62, [7, 400]):
            with pytest.raises(ValueError, match="'X' must have .* at least .* Lower 'period', or take longer series"):
                quiet(period=period).fit(TREND[:300])

    def test_a_refit_leaves_nothing_of_an_earlier_form(self):
        model = Forecaster(small(), period=12, horizon=4).fit(
            pd.DataFrame({"u": TREND[:300]}), exogenous=pd.DataFrame({"e": T[:300]})
        )
        model.set_params(period=None, horizon=None, transformer=None, difference=0).fit(WAVES)
        fresh = clone(model).fit(WAVES)
        assert set(vars(model)) == set(vars(fresh))
        assert_array_equal(model.forecast(9), fresh.forecast(9))

    @pytest.mark.parametrize("settings", [{"period": 12}, {"horizon": 5, "period": 7}, {"transformer": LOG}], ids=str)
    def test_a_stream_of_pieces_leads_to_what_memory_leads_to(self, settings, monkeypatch, tmp_path):
        rows = 3 + WAVES + 0.1 * np.random.RandomState(0).standard_normal(WAVES.shape)
        model = quiet(readout=RidgeReadout(1e-2), washout=20, **settings)
        held = clone(model).fit(rows)
        np.save(tmp_path / "rows.npy", rows)
        monkeypatch.setattr(training, "MOST_HELD", 0)
        for name in ("training", "forecast_start", "predicted_rows"):
            monkeypatch.setattr(f"reservoir.forecaster.{name}.ROWS_AT_ONCE", 50)
        streamed = model.fit(np.load(tmp_path / "rows.npy", mmap_mode="r"))
        assert_allclose(streamed.forecast(5), held.forecast(5), atol=1e-7)
        assert_allclose(streamed.predict_one_step(rows), held.predict_one_step(rows), atol=1e-7)

    def test_more_features_than_rows_are_warned_of_once_and_here(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            Forecaster(small(n_units=100), horizon=3).fit(TREND[:60])
        assert [one.filename for one in caught] == [__file__]
        assert "'readout' has 101 features and only 51 rows" in str(caught[0].message)


class TestWhatCannotBeRestored:
    def test_a_forecast_that_has_no_inverse_is_an_error_that_says_so(self):
        growth = np.exp(0.3 * T[:80])
        model = quiet(transformer=LOG, difference=2, readout=RidgeReadout(1e-6)).fit(growth * (1 + 0.5 * (T[:80] % 2)))
        with pytest.raises(StateOverflowError, match=r"The forecast overflowed at step \d+ of 5000.*'transformer'"):
            model.forecast(5000)

    def test_nan_of_an_inverse_is_an_error(self):
        model = quiet(transformer=PowerTransformer("box-cox"), difference=1, horizon=3).fit(100 - 0.2 * T[:400])
        with pytest.raises(StateOverflowError, match=r"where it leads back to \[nan\]"):
            model.fit(np.exp(-0.5 * T[:60]) + 1e-3).readout_.intercept_[:] = -50.0
            model.forecast(3)


def test_one_step_of_many_is_the_first():
    for settings in ({}, {"period": 12}, {"horizon": 8}, {"period": 12, "horizon": 8}, {"difference": 2}):
        model = quiet(**settings).fit(TREND + WAVES[:1, 0])
        assert_allclose(model.forecast(1), model.forecast(8)[:1], rtol=1e-12)


def test_nvar_takes_prepared_rows():
    model = quiet(reservoir=NVAR(delay=2), readout=RidgeReadout(1e-8), passthrough=False, period=12).fit(TREND[:400])
    assert_allclose(model.forecast(12)[:, 0], TREND[400:412], rtol=1e-5)
    assert forecaster(NVAR(delay=2)).fit(WAVES).preparation_.changes_nothing
