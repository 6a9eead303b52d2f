import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import config_context
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error
from sklearn.model_selection import GridSearchCV, KFold, RandomizedSearchCV, TimeSeriesSplit, cross_val_score

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, Forecaster
from reservoir.datasets import make_mackey_glass
from reservoir.model_selection import WashoutSplit, forecast_scorer

SERIES = make_mackey_glass(600, random_state=0)


def model(**settings):
    reservoir = EchoStateReservoir(20, random_state=0)
    return Forecaster(reservoir, RidgeReadout(1e-4), **({"washout": 30, "range_factor": None} | settings))


def by_contexts(fitted, X, horizon, stride):
    origins = range(30, len(X) - horizon + 1, stride)
    truth = np.concatenate([X[t : t + horizon] for t in origins])
    return truth, np.concatenate([fitted.forecast(horizon, X[:t]) for t in origins])


def test_the_score_is_that_of_forecasts_from_every_origin():
    fitted, X = model().fit(SERIES[:400]), SERIES[380:]
    truth, forecasts = by_contexts(fitted, X, 5, 3)
    assert_allclose(forecast_scorer(5, 3)(fitted, X), -root_mean_squared_error(truth, forecasts))
    for metric, sign in [(mean_absolute_error, -1), (r2_score, 1)]:
        assert_allclose(forecast_scorer(5, 3, metric=metric)(fitted, X, None), sign * metric(truth, forecasts))


def test_several_series_count_by_their_rows():
    series = [SERIES[:300], SERIES[300:500]]
    fitted = model().fit(series)
    truth, forecasts = (
        np.concatenate(one) for one in zip(*(by_contexts(fitted, x, 4, 2) for x in series), strict=True)
    )
    expected = -root_mean_squared_error(truth, forecasts)
    assert_allclose(forecast_scorer(4, 2)(fitted, series), expected)
    equal = np.stack([SERIES[:200], SERIES[200:400]])
    assert_allclose(forecast_scorer(4, 2)(fitted, equal), forecast_scorer(4, 2)(fitted, list(equal)))


@pytest.mark.parametrize("cv", [TimeSeriesSplit(3), WashoutSplit(TimeSeriesSplit(3), 30)])
def test_searches_take_it(cv):
    grid = {"reservoir__spectral_radius": [0.1, 0.9], "horizon": [4]}
    search = GridSearchCV(model(), grid, scoring=forecast_scorer(4, 2), cv=cv, return_train_score=True)
    search.fit(SERIES)
    train, test = list(cv.split(SERIES))[-1]
    last = model(horizon=4).set_params(reservoir__spectral_radius=0.1).fit(SERIES[train])
    assert_allclose(search.cv_results_["split2_test_score"][0], forecast_scorer(4, 2)(last, SERIES[test]))
    assert np.isfinite(search.cv_results_["mean_train_score"]).all()
    settings = {"n_iter": 2, "random_state": 0, "n_jobs": 2, "error_score": "raise"}
    randomized = RandomizedSearchCV(model(), grid, scoring=forecast_scorer(4), cv=cv, **settings).fit(SERIES)
    assert randomized.best_params_ == search.best_params_


def test_lists_of_series_are_folded():
    series = [SERIES[k : k + 100 + k // 10] for k in range(0, 400, 100)]
    scores = cross_val_score(model(), series, scoring=forecast_scorer(3), cv=KFold(2), error_score="raise")
    first = model().fit(series[2:])
    assert_allclose(scores[0], forecast_scorer(3)(first, series[:2]))


def test_it_is_pickled_and_named():
    scorer = pickle.loads(pickle.dumps(forecast_scorer(5, 2, metric=mean_absolute_error)))
    expected = "forecast_scorer(horizon=5, stride=2, metric=mean_absolute_error, greater_is_better=False)"
    assert repr(scorer) == expected


def broken(y_true, y_pred):
    return np.nan


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="'horizon'"):
        forecast_scorer(0)
    with pytest.raises(TypeError, match="'metric' must be a function"):
        forecast_scorer(3, metric="rmse")
    with pytest.raises(ValueError, match="'greater_is_better' must be True or False where"):
        forecast_scorer(3, metric=broken)
    with pytest.raises(TypeError, match="with a method 'backtest'; got Ridge"):
        forecast_scorer(3)(Ridge(), SERIES)
    fitted = model().fit(SERIES[:300])
    with pytest.raises(ValueError, match="must return finite numbers"):
        forecast_scorer(3, metric=broken, greater_is_better=True)(fitted, SERIES)
    with pytest.raises(TypeError, match="must return one number"):
        forecast_scorer(3, metric=lambda y, p: y - p, greater_is_better=True)(fitted, SERIES)
    with pytest.raises(ValueError, match="'X' must have at least 33 rows.*WashoutSplit"):
        forecast_scorer(3)(fitted, SERIES[:32])


@pytest.mark.parametrize("cv", [TimeSeriesSplit(2), WashoutSplit(TimeSeriesSplit(2), 30)])
def test_searches_hand_on_what_is_known_in_advance(cv):
    rng = np.random.RandomState(0)
    known = rng.standard_normal((400, 1))
    series = 3 * known + 0.1 * rng.standard_normal((400, 1))
    with config_context(enable_metadata_routing=True):
        forecaster = model().set_fit_request(exogenous=True)
        search = GridSearchCV(forecaster, {"horizon": [4]}, scoring=forecast_scorer(4), cv=cv, error_score="raise")
        search.fit(series, exogenous=known)
    folds = []
    for train, test in cv.split(series):
        fitted = model().set_params(horizon=4).fit(series[train], exogenous=known[train])
        result = fitted.backtest(series[test], 4, exogenous=known[test])
        folds.append(-root_mean_squared_error(result.truth[..., 0].ravel(), result.forecasts[..., 0].ravel()))
    assert_allclose([search.cv_results_[f"split{k}_test_score"][0] for k in range(2)], folds)


def test_many_series_and_what_is_known_of_each():
    series, known = [SERIES[:300], SERIES[300:500]], [np.cos(SERIES[:300]), np.cos(SERIES[300:500])]
    fitted = model().fit(series, exogenous=known)
    results = [fitted.backtest(x[1:], 4, exogenous=e[1:]) for x, e in zip(series, known, strict=True)]
    truth, forecasts = (np.concatenate([getattr(r, k).reshape(-1, 1) for r in results]) for k in ("truth", "forecasts"))
    score = forecast_scorer(4)(fitted, [x[1:] for x in series], exogenous=[e[1:] for e in known])
    assert_allclose(score, -root_mean_squared_error(truth, forecasts))
    with pytest.raises(ValueError, match="'exogenous' must be given to score .*enable_metadata_routing"):
        forecast_scorer(4)(fitted, series)
