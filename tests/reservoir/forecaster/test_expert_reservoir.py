import pickle

import numpy as np
import pytest
from experts import CHAOS, WHEEL, iterate, logistic, lorenz, nearly_logistic, turn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from waves import small

from readouts import RidgeReadout
from reservoir import CfCLiquid, CTRNNLiquid, EchoStateReservoir, Forecaster, LIFLiquid, StateOverflowError, load, save
from reservoir.datasets import make_lorenz
from reservoir.metrics import valid_prediction_time


def hybrid(expert=nearly_logistic, rows=CHAOS[:500], reservoir=None, readout=None, exogenous=None, **settings):
    settings = {"washout": 50, "transformer": None} | settings
    readout = RidgeReadout(1e-6) if readout is None else readout
    model = Forecaster(small() if reservoir is None else reservoir, readout, expert=expert, **settings)
    return model.fit(rows, exogenous=exogenous)


def by_hand(fitted, expert, n_steps, context, known=None, context_known=None):
    """The equations of the paper, by public calls of the reservoir inside and of the readout."""
    inner, state = fitted.reservoir_.reservoir_, None
    known = np.empty((n_steps, 0)) if known is None else known
    context_known = np.empty((len(context), 0)) if context_known is None else context_known
    rows, beside = list(context), np.concatenate([context_known, known])
    for t in range(1, len(context) + n_steps):
        row = rows[t - 1][None]
        expected = expert(row) if beside.shape[1] == 0 else expert(row, beside[t][None])
        states, state = inner.run(np.hstack([row, beside[t][None], expected]), state)
        if t >= len(context):
            features = [states, expected, row, beside[t][None]] if fitted.passthrough else [states, expected]
            prediction = fitted.readout_.predict(np.hstack(features)).reshape(1, -1)
            rows.append((prediction + row if fitted.target == "increment" else prediction)[0])
    return np.array(rows[len(context) :])


@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid, CfCLiquid, LIFLiquid])
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_the_loop_is_that_of_the_paper(cls):
    fitted = hybrid(reservoir=small(cls))
    assert_allclose(fitted.forecast(6), by_hand(fitted, nearly_logistic, 6, CHAOS[:500]), atol=1e-8)
    context = CHAOS[200:300]
    assert_allclose(fitted.forecast(6, context), by_hand(fitted, nearly_logistic, 6, context), atol=1e-8)


@pytest.mark.parametrize("settings", [{"passthrough": False}, {"target": "increment"}], ids=str)
def test_features_and_targets(settings):
    fitted = hybrid(**settings)
    assert_allclose(fitted.forecast(6), by_hand(fitted, nearly_logistic, 6, CHAOS[:500]), atol=1e-8)
    n_features = 20 + 1 + fitted.passthrough
    assert fitted.readout_.coef_.size == n_features and fitted.reservoir_.n_features_out_ == 21


def driven(rows, exogenous):
    return (3.5 + 0.4 * exogenous) * rows * (1 - rows)


def test_exogenous_columns_are_handed_to_the_expert():
    known = 0.5 + 0.5 * np.sin(0.1 * np.arange(700))[:, None]
    rows = [np.array([[0.3]])]
    for t in range(1, 700):
        rows.append(driven(rows[-1], known[t][None]))
    rows = np.concatenate(rows)

    def wrong(rows, exogenous):
        return driven(rows, exogenous) + 0.02 * np.sin(9 * rows)

    fitted = hybrid(wrong, rows[:500], exogenous=known[:500])
    expected = by_hand(fitted, wrong, 6, rows[:500], known[500:506], known[:500])
    assert_allclose(fitted.forecast(6, exogenous=known[500:506]), expected, atol=1e-8)
    perfect = hybrid(driven, rows[:500], readout=RidgeReadout(0), exogenous=known[:500])
    assert_allclose(perfect.forecast(20, exogenous=known[500:520]), rows[500:520], atol=1e-9)


@pytest.mark.parametrize("transformer", [None, "standardize"])
def test_beside_a_perfect_expert_a_forecast_is_true_to_rounding(transformer):
    # Without a penalty, the expert's rows are the targets, and all else has no weight. Errors do not grow on the wheel.
    fitted = hybrid(turn, WHEEL[:500], readout=RidgeReadout(0), transformer=transformer)
    assert_allclose(fitted.forecast(200), WHEEL[500:], atol=1e-10)
    # In chaos they double about every one and a half steps, from one part in 1e16 on.
    fitted = hybrid(logistic, readout=RidgeReadout(0), transformer=transformer)
    errors = np.abs(fitted.forecast(40) - CHAOS[500:540])[:, 0]
    assert np.all(errors <= 1e-13 * 2.2 ** np.arange(40))


@pytest.mark.parametrize("constant", [0.0, 1.0])
def test_a_useless_expert_is_a_constant_column(constant):
    fitted = hybrid(lambda rows: np.full_like(rows, constant))
    column = np.full((520, 1), constant)
    beside = Forecaster(small(), RidgeReadout(1e-6), washout=50, transformer=None)
    beside.fit(CHAOS[:500], exogenous=column[:500])
    assert_allclose(fitted.forecast(4), beside.forecast(4, exogenous=column[500:504]), atol=1e-6)


def test_of_many_series_the_states_are_those_of_each():
    parts = [CHAOS[:200], CHAOS[200:330], CHAOS[330:520], CHAOS[100:300], CHAOS[:150]]
    fitted = hybrid(rows=parts)
    folded = fitted.reservoir_.drive_many(parts, lambda number, before, piece: piece.states)
    for rows, states in zip(parts, folded, strict=True):
        assert_array_equal(states, fitted.reservoir_.run(rows)[0])
        assert_array_equal(states[:, -1:], nearly_logistic(rows))
    ((part),) = fitted.reservoir_.parts(parts[0])
    assert_array_equal(part.reservoir.run(part.X)[0], fitted.reservoir_.run(parts[0])[0][:, :-1])


def test_noise_is_on_the_rows_that_the_expert_is_asked_about():
    seen = []
    hybrid(lambda rows: seen.append(rows.copy()) or nearly_logistic(rows), noise=0.01, random_state=0)
    fitted_to = next(rows for rows in seen if len(rows) > 400 and np.abs(rows - CHAOS[: len(rows)]).max() > 0)
    assert 0.005 < np.std(fitted_to - CHAOS[: len(fitted_to)]) < 0.02


def test_origins_of_a_backtest_are_contexts():
    fitted = hybrid()
    result = fitted.backtest(CHAOS, 4, 60, start=500)
    for origin, forecast in zip(result.origins, result.forecasts, strict=True):
        assert_allclose(fitted.forecast(4, CHAOS[:origin]), forecast, atol=1e-9)
    assert hybrid().backtest(CHAOS, 4, 60, start=500, refit=2).forecasts.shape == (4, 4, 1)


def test_bounds_paths_and_scores():
    fitted = hybrid()
    forecast, lower, upper = fitted.forecast(3, interval=0.8)
    assert np.all(lower <= forecast) and np.all(forecast <= upper)
    paths = fitted.forecast(3, n_samples=200, random_state=0)
    assert_array_equal(paths, fitted.forecast(3, n_samples=200, random_state=0))
    assert_allclose(np.median(paths, axis=0), forecast, atol=0.02)
    assert fitted.score(CHAOS) > hybrid(None).score(CHAOS)
    assert fitted.predict_one_step(CHAOS[:300]).shape == (299, 1)


def test_a_direct_forecast_knows_the_next_row_of_the_expert():
    with_expert, without = (hybrid(expert, horizon=2, difference=0) for expert in (logistic, None))
    first, second = (np.abs(model.predict_one_step(CHAOS)[50:] - CHAOS[51:]).mean() for model in (with_expert, without))
    assert first < second / 10
    assert with_expert.forecast(2).shape == (2, 1)


def test_readouts_that_are_not_affine():
    fitted = hybrid(readout=RandomForestRegressor(5, random_state=0))
    assert_allclose(fitted.forecast(5), by_hand(fitted, nearly_logistic, 5, CHAOS[:500]), atol=1e-12)


def test_static_models_serve_as_experts():
    static = RandomForestRegressor(20, random_state=0).fit(WHEEL[:499], WHEEL[1:500])
    models = {
        name: hybrid(expert, WHEEL[:500], transformer="standardize", readout=RidgeReadout(1e-8))
        for name, expert in {"hybrid": static.predict, "liquid": None}.items()
    }
    scores = {name: 1 - model.score(WHEEL) for name, model in models.items()}
    assert scores["liquid"] > 0 and scores["hybrid"] < 2 * scores["liquid"]


def test_parameters_are_stored_untouched():
    model = Forecaster(expert=turn)
    assert model.get_params()["expert"] is turn and clone(model).expert is turn
    fitted = hybrid(turn, WHEEL[:500])
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.forecast(20), fitted.forecast(20))
    assert_array_equal(again.forecast(3, interval=0.5), fitted.forecast(3, interval=0.5))
    assert_array_equal(clone(fitted).fit(WHEEL[:500]).forecast(20), fitted.forecast(20))


def test_files_name_an_expert_and_do_not_hold_it(tmp_path):
    pytest.importorskip("skops", reason="writes the files")
    fitted = hybrid(turn, WHEEL[:500])
    save(fitted, tmp_path / "hybrid.skops")
    with pytest.raises(TypeError, match="experts.turn"):
        load(tmp_path / "hybrid.skops")
    assert_array_equal(load(tmp_path / "hybrid.skops", trusted=[turn]).forecast(9), fitted.forecast(9))
    with pytest.raises(TypeError, match="Lambdas"):
        save(hybrid(lambda rows: rows), tmp_path / "no.skops")


def test_what_an_expert_cannot_do_is_said_with_the_row_or_the_step():
    with pytest.raises(ValueError, match=r"'expert' must return finite numbers; for row \d+ of the series, "):
        hybrid(lambda rows: np.where(rows > 0.97, np.nan, rows))
    asked = []

    def breaks(rows):
        asked.append(rows)
        return nearly_logistic(rows) * (np.nan if len(asked) == 8 else 1)

    fitted = hybrid(breaks)
    asked.clear()
    with pytest.raises(StateOverflowError, match="for the row before step 7 of the forecast"):
        fitted.forecast(20)


def test_a_loop_that_runs_away_is_told_before_the_expert_is():
    fitted = hybrid(lambda rows: 3 * rows, readout=LinearRegression())
    fitted.readout_.coef_ = np.full_like(fitted.readout_.coef_, 50.0)
    with pytest.raises(StateOverflowError, match="The forecast overflowed at step"):
        fitted.forecast(500)


def test_lorenz_of_the_paper():
    """A model whose constant is 5 % off, training over 100 time units, rows 0.1 apart, spectral radius and scaling.

    As in the paper, the hybrid is valid for longer than reservoir and model alone at every size.
    """
    settings = {"spectral_radius": 0.4, "leak_rate": 1.0, "input_scaling": 0.15, "bias_scaling": 0.0}
    train = make_lorenz(1100, step=0.1, initial=(3.0, -4.0, 20.0))
    test = make_lorenz(1700, step=0.1, initial=(-6.0, 2.0, 15.0))

    def model(rows):
        return lorenz(rows, rho=1.05 * 28)

    def valid_time(pairs):
        return np.median([valid_prediction_time(*pair, step=0.1, lyapunov_time=1.104) for pair in pairs])

    starts = np.arange(100, 1600, 100)
    alone = np.stack([iterate(model, test[start - 1], 101)[1:] for start in starts])
    expert = valid_time((test[start : start + 100], rows) for start, rows in zip(starts, alone, strict=True))
    times = {}
    for n_units in (50, 100):
        for name, step in {"hybrid": model, "reservoir": None}.items():
            pairs = []
            for seed in range(2):
                reservoir = EchoStateReservoir(n_units, **settings, random_state=seed)
                fitted = hybrid(step, train, reservoir, RidgeReadout(1e-7), passthrough=False, range_factor=None)
                result = fitted.backtest(test, 100, 100, start=100)
                pairs += list(zip(result.truth, result.forecasts, strict=True))
            times[name, n_units] = valid_time(pairs)
    assert 0.4 < expert < 1
    for n_units in (50, 100):
        assert times["hybrid", n_units] > 1.5 * max(times["reservoir", n_units], expert)
