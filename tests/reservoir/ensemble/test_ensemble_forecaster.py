import pickle

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

from readouts import RidgeReadout
from reservoir import NVAR, EchoStateReservoir, EnsembleForecaster, Forecaster, load, save
from reservoir.datasets import make_mackey_glass
from reservoir.model_selection import WashoutSplit, forecast_scorer

WAVES = np.column_stack([np.sin(0.2 * np.arange(420)), np.cos(0.31 * np.arange(420))])
KNOWN = np.sin(0.05 * np.arange(420) ** 1.3)[:, None]


def ensemble(n_members=4, n_units=15, **settings):
    own = {name: settings.pop(name) for name in ("coupled", "combine", "n_jobs", "random_state") if name in settings}
    forecaster = Forecaster(EchoStateReservoir(n_units, random_state=0), RidgeReadout(1e-4), **settings)
    return EnsembleForecaster(forecaster, n_members, **own)


@pytest.mark.parametrize(
    "settings", [{}, {"horizon": 3}, {"period": 12}, {"combine": "median", "noise": 0.01}], ids=str
)
def test_free_members_are_averaged_at_the_end(settings):
    fitted = ensemble(**settings).fit(WAVES[:400], exogenous=KNOWN[:400])
    given = {"exogenous": KNOWN[400:403]}
    each = fitted.forecast(3, members=True, **given)
    assert_array_equal(each, [member.forecast(3, **given) for member in fitted.members_])
    average = np.median if fitted.combine == "median" else np.mean
    assert_allclose(fitted.forecast(3, **given), average(each, axis=0), atol=1e-12)
    assert np.all(np.ptp(each, axis=0) > 0)


def test_the_first_member_is_the_forecaster_itself():
    fitted = ensemble(random_state=None).fit(WAVES)
    assert_array_equal(fitted.members_[0].forecast(5), clone(fitted.forecaster).fit(WAVES).forecast(5))
    assert not np.array_equal(
        ensemble(random_state=1).fit(WAVES).members_[0].forecast(5), fitted.members_[0].forecast(5)
    )


@pytest.mark.parametrize("coupled", [False, True])
def test_the_same_in_threads_and_after_pickling(coupled, tmp_path):
    fitted = ensemble(coupled=coupled).fit(WAVES)
    expected = fitted.forecast(6)
    assert_array_equal(ensemble(coupled=coupled, n_jobs=2).fit(WAVES).forecast(6), expected)
    assert_array_equal(pickle.loads(pickle.dumps(fitted)).forecast(6), expected)
    assert_array_equal(clone(fitted).fit(WAVES).forecast(6), expected)
    pytest.importorskip("skops", reason="writes the files")
    save(fitted, tmp_path / "ensemble.skops")
    assert_array_equal(load(tmp_path / "ensemble.skops").forecast(6), expected)


@pytest.mark.parametrize("coupled", [False, True])
def test_backtests_scores_and_searches(coupled):
    model = ensemble(coupled=coupled, n_members=2).fit(WAVES[:300])
    result = model.backtest(WAVES, 5, 20)
    assert result.origins[0] == 300 and result.forecasts.shape == (6, 5, 2) and result.scaled_error < 0.5
    for origin, rows in zip(result.origins, result.forecasts, strict=True):
        assert_allclose(model.forecast(5, WAVES[:origin]), rows, atol=1e-9)
    assert model.score(WAVES) > 0.99
    predicted = model.predict_one_step(WAVES)
    assert_allclose(predicted, np.mean([member.predict_one_step(WAVES) for member in model.members_], axis=0))
    search = GridSearchCV(
        ensemble(coupled=coupled, n_members=2), {"forecaster__reservoir__leak_rate": [0.3, 1.0]},
        scoring=forecast_scorer(3), cv=WashoutSplit(2, washout=60),
    )  # fmt: skip
    assert np.isfinite(search.fit(WAVES).best_score_)


@pytest.mark.parametrize("coupled", [False, True])
def test_frames_and_several_series(coupled):
    frame = pd.DataFrame(WAVES[:300], pd.date_range("2020-01-01", periods=300, freq="D"), ["a", "b"])
    fitted = ensemble(coupled=coupled).fit(frame)
    forecast = fitted.forecast(2)
    assert forecast.index[0] == pd.Timestamp("2020-10-27") and list(forecast.columns) == ["a", "b"]
    assert_allclose(forecast, ensemble(coupled=coupled).fit(WAVES[:300]).forecast(2))
    assert list(fitted.feature_names_in_) == ["a", "b"]
    spread = fitted.forecast(2, spread=0.5)
    assert (spread.lower <= spread.upper).all(axis=None)
    several = ensemble(coupled=coupled).fit([WAVES[:200], WAVES[150:400]])
    assert several.forecast(2, WAVES[:100]).shape == (2, 2)
    assert [len(rows) for rows in several.predict_one_step([WAVES[:200], WAVES[:70]])] == [199, 69]
    assert several.score([WAVES[:200], WAVES[:170]]) > 0.9


def test_the_error_of_a_mean_is_at_most_the_mean_of_the_errors():
    # The root mean square is a norm, so that this holds of free members at every step, whatever they forecast.
    series = make_mackey_glass(2000, random_state=0)
    fitted = ensemble(6, 60).fit(series[:1000])
    error = fitted.backtest(series[1000:], 40, 50, start=500).rmse
    alone = [member.backtest(series[1000:], 40, 50, start=500).rmse for member in fitted.members_]
    assert np.all(error <= np.mean(alone, axis=0) * (1 + 1e-12))


@pytest.mark.parametrize("coupled", [False, True])
def test_in_chaos_the_mean_is_nearer_than_most_members(coupled):
    series = make_mackey_glass(3000, random_state=0)
    forecaster = Forecaster(EchoStateReservoir(100, random_state=0), RidgeReadout(1e-7), range_factor=None)
    fitted = EnsembleForecaster(forecaster, 10, coupled=coupled).fit(series[:1500])
    error = fitted.backtest(series[1500:], 60, 50, start=500).rmse.mean()
    alone = [member.backtest(series[1500:], 60, 50, start=500).rmse.mean() for member in fitted.members_]
    assert error < np.median(alone)


def test_a_warning_comes_of_what_leaves_the_range():
    forecaster = Forecaster(EchoStateReservoir(15, random_state=0), Ridge(1e-4), transformer=None)
    fitted = EnsembleForecaster(forecaster, 2, coupled=True).fit(WAVES)
    for member in fitted.members_:
        member.readout_.intercept_ = member.readout_.intercept_ + 9
    with pytest.warns(UserWarning, match="The forecast of 0 at step 0 is"):
        fitted.forecast(1)


def test_members_that_are_the_same_are_told():
    given = EchoStateReservoir(input_weights=np.ones((5, 2)), recurrent_weights=np.eye(5) / 2, bias=np.zeros(5))
    for reservoir in (NVAR(2), given):
        forecaster = Forecaster(reservoir, RidgeReadout(1e-4))
        with pytest.warns(UserWarning, match="'forecaster' has nothing random, so that all 3 members are the same"):
            EnsembleForecaster(forecaster, 3).fit(WAVES)
        # The advice works: the suite makes an error of any warning.
        EnsembleForecaster(forecaster, 1).fit(WAVES)
        EnsembleForecaster(forecaster.set_params(noise=0.01), 3).fit(WAVES)
    ensemble().fit(np.ones((200, 2)))  # nothing is to be learnt of constants, by whatever reservoir


def test_coupled_members_check_exogenous_frames_as_one_does():
    days = pd.date_range("2020-01-01", periods=420, freq="D")
    frame, known = pd.DataFrame(WAVES, days), pd.DataFrame(KNOWN, days, ["wind"])
    fitted = ensemble(2, coupled=True).fit(frame[:400], exogenous=known[:400])
    assert len(fitted.forecast(3, exogenous=known[400:403])) == 3
    for wrong, message in [
        (known[400:403].rename(columns={"wind": "rain"}), "must have the columns that fit saw, .'wind'.; got"),
        (known[401:404], "'exogenous' must have the index of the rows that follow"),
    ]:
        for model in (fitted, fitted.members_[0]):
            with pytest.raises(ValueError, match=message):
                model.forecast(3, exogenous=wrong)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_members": 0}, "'n_members' must be"),
        ({"n_members": 2**40}, "'n_members' must be small enough for the"),
        ({"combine": "mode"}, "'combine' must be"),
        ({"coupled": 2}, "'coupled' must be"),
        ({"n_jobs": 0}, "'n_jobs'"),
    ],
)
def test_bad_parameters(settings, message):
    with pytest.raises(ValueError, match=message):
        ensemble(**settings).fit(WAVES)


def test_bad_arguments():
    with pytest.raises(NotFittedError):
        ensemble().forecast(3)
    fitted = ensemble(2).fit(WAVES)
    with pytest.raises(ValueError, match="'spread' must be None where 'members' is True; got 0.5"):
        fitted.forecast(3, members=True, spread=0.5)
    with pytest.raises(ValueError, match="'spread' must be"):
        fitted.forecast(3, spread=1.0)
    with pytest.raises(ValueError, match="'n_steps' must be small enough for the"):
        ensemble(2, coupled=True).fit(WAVES).forecast(10**12)
    with pytest.raises(ValueError, match="'exogenous' must be None"):
        ensemble(2, coupled=True).fit(WAVES).forecast(3, exogenous=KNOWN[:3])
