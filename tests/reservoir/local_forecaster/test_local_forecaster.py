import pickle
import re
import warnings

import naive_fields
import numpy as np
import pytest
from joblib import parallel_config
from joblib._parallel_backends import ThreadingBackend
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor

from readouts import RidgeReadout
from reservoir import (
    NVAR,
    CfCLiquid,
    EchoStateReservoir,
    Forecaster,
    LocalForecaster,
    LTCLiquid,
    StackedReservoir,
    StateOverflowError,
    load,
    save,
)
from reservoir.local_forecaster import readout_rows

STEPS, POINTS = np.arange(240)[:, None], np.arange(24)
WAVES = np.sin(2 * np.pi * POINTS / 24 - 0.2 * STEPS) + 0.5 * np.cos(4 * np.pi * POINTS / 24 + 0.33 * STEPS)
NOISE = np.random.RandomState(0).standard_normal((200, 24))


def echo_state(n_units=30, **parameters):
    return EchoStateReservoir(n_units, random_state=0, **parameters)


def local(reservoir=None, readout=None, **parameters):
    settings = {"patch": 4, "halo": 2, "washout": 20} | parameters
    readout = RidgeReadout(1e-4) if readout is None else readout
    return LocalForecaster(echo_state() if reservoir is None else reservoir, readout, **settings)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("squares", [True, False])
@pytest.mark.parametrize("parameters", [{}, {"target": "increment"}, {"passthrough": False}])
def test_one_patch_without_a_halo_is_a_forecaster(shared, squares, parameters):
    settings = {"washout": 20, "squares": squares, "transformer": None, "range_factor": None} | parameters
    one = LocalForecaster(echo_state(), RidgeReadout(1e-2), patch=6, halo=0, shared=shared, **settings)
    other = Forecaster(echo_state(), RidgeReadout(1e-2), **settings)
    one.fit(NOISE[:, :6]), other.fit(NOISE[:, :6])
    assert_allclose(one.readouts_[0].coef_, other.readout_.coef_, rtol=0, atol=1e-10)
    assert_allclose(one.forecast(20), other.forecast(20), rtol=0, atol=1e-10)
    assert_allclose(one.predict_one_step(NOISE[:, :6]), other.predict_one_step(NOISE[:, :6]), rtol=0, atol=1e-10)
    assert_allclose(one.score(NOISE[:, :6]), other.score(NOISE[:, :6]), rtol=0, atol=1e-10)
    context = NOISE[50:150, 6:12]
    assert_allclose(one.forecast(20, context), other.forecast(20, context), rtol=0, atol=1e-10)


def test_readouts_of_their_own_are_those_fitted_by_hand():
    model = local(readout=RidgeReadout(1e-4), shared=False, transformer=None).fit(WAVES)
    rows = WAVES[-1]
    places = model.patches_.seen(np.arange(6))
    by_hand, states = [], []
    for number in range(6):
        seed = model.reservoirs_[number].random_state
        window = np.ascontiguousarray(WAVES[:, places[number]])
        reservoir = echo_state().set_params(random_state=seed).fit(window)
        driven = reservoir.transform(window)
        features = np.hstack([driven, window])[20:-1]
        by_hand.append((reservoir, RidgeReadout(1e-4).fit(features, window[21:, :4])))
        states.append(driven[-2])
    assert len({reservoir.random_state for reservoir, _ in by_hand}) == 6
    assert by_hand[0][0].random_state == 0
    forecast = model.forecast(10)
    for t in range(10):
        following = np.empty(24)
        for number, (reservoir, readout) in enumerate(by_hand):
            after, states[number] = reservoir.run(rows[places[number]][None], states[number])
            following[4 * number : 4 * number + 4] = readout.predict(np.hstack([after, rows[places[number]][None]]))[0]
        rows = following
        assert_allclose(forecast[t], rows, atol=1e-10)


@pytest.mark.parametrize("squares", [True, False])
def test_forecasts_are_those_of_the_twin(squares):
    reservoir = echo_state(20, leak_rate=1.0, input_scaling=0.5)
    model = local(reservoir, RidgeReadout(1e-2), squares=squares, transformer=None).fit(WAVES)
    fitted, readout = model.reservoirs_[0], model.readouts_[0]
    weights = fitted.recurrent_weights_.toarray(), fitted.input_weights_, fitted.bias_
    settings = weights, readout.coef_, readout.intercept_, 20, 4, 2, squares
    assert_allclose(model.forecast(20), naive_fields.local_forecast(WAVES, *settings), atol=1e-10)


@pytest.mark.parametrize("n_units", [30, 300])
def test_a_shifted_field_has_the_shifted_forecast(n_units):
    model = local(echo_state(n_units), squares=True, range_factor=None).fit(WAVES)
    forecast = model.forecast(30, NOISE[:60])
    for n_patches in (1, 4):
        shifted = model.forecast(30, np.roll(NOISE[:60], 4 * n_patches, axis=1))
        assert_array_equal(shifted, np.roll(forecast, 4 * n_patches, axis=1))


def heat(n_steps, *shape, periodic=True):
    """The explicit scheme of the heat equation, du/dt = Laplacian of u, whose next value needs the nearest points."""
    u = np.random.RandomState(1).standard_normal(shape)
    rows = [u]
    for _ in range(n_steps - 1):
        padded = np.pad(u, 1, mode="wrap" if periodic else "edge")
        middle = tuple(slice(1, -1) for _ in shape)
        around = sum(np.roll(padded, one, axis)[middle] for axis in range(len(shape)) for one in (-1, 1))
        u = u + 0.02 * (around - 2 * len(shape) * u)
        rows.append(u)
    return np.array(rows)


@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize(("shape", "patch"), [((24,), 4), ((12, 10), (4, 5))])
def test_a_linear_law_of_neighbours_is_learnt_exactly(shape, patch, periodic):
    field = heat(150, *shape, periodic=periodic)
    linear = echo_state(5, activation="identity")
    model = local(linear, RidgeReadout(0, solver="qr"), patch=patch, halo=1, periodic=periodic, washout=5)
    model.fit(field[:100])
    assert_allclose(model.forecast(50), field[100:], atol=1e-6)
    # What was learnt is the law, which holds for other fields as well.
    other = heat(80, *shape, periodic=periodic)[:, ::-1] * 2
    assert_allclose(model.forecast(20, other[:60]), other[60:], atol=1e-6)


def test_a_wave_is_learnt_with_fewer_units_than_points():
    model = local(noise=0.01, random_state=0).fit(WAVES[:200])
    assert np.abs(model.forecast(40) - WAVES[200:]).max() < 0.05
    assert model.score(WAVES) > 0.999


@pytest.mark.parametrize("shared", [True, False])
def test_statistics_lead_to_the_readout_of_all_rows(shared, monkeypatch):
    X, settings = [WAVES[:150] + 0.1 * NOISE[:150], NOISE[:90]], {"shared": shared, "readout": RidgeReadout(1.0)}
    held = local(**settings).fit(X)
    monkeypatch.setattr(readout_rows, "MOST_HELD", 0)
    streamed = local(**settings, n_jobs=2).fit(X)
    for one, other in zip(held.readouts_, streamed.readouts_, strict=True):
        assert_allclose(one.coef_, other.coef_, atol=1e-10)
    n_rows = (129 + 69) * (6 if shared else 1)
    assert streamed.readouts_[0].ridge_fit_.total.n_rows == n_rows
    assert streamed.states_ is None and streamed.last_row_ is None
    assert_allclose(streamed.forecast(5, WAVES), held.forecast(5, WAVES), atol=1e-8)


def test_the_default_readout_keeps_all_digits_of_many_rows(monkeypatch):
    monkeypatch.setattr(readout_rows, "MOST_HELD", 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of columns that are too nearly collinear
        settings = {"washout": 20, "noise": 0.01, "random_state": 0}
        model = LocalForecaster(echo_state(), patch=4, halo=2, **settings).fit(WAVES[:200])
    assert model.readouts_[0].solver == "qr"
    assert np.abs(model.forecast(40) - WAVES[200:]).max() < 0.1


class Sending(ThreadingBackend):
    """Threads that pass for processes: each of their tasks is one that was sent."""

    uses_threads = supports_sharedmem = False

    def submit(self, task, callback=None):
        return getattr(super(), "submit", super().apply_async)(pickle.loads(pickle.dumps(task)), callback)

    apply_async = submit  # what joblib called it before 1.4


@pytest.mark.parametrize("backend", ["threading", Sending()])
@pytest.mark.parametrize("shared", [True, False])
def test_workers_change_no_bit(backend, shared):
    settings = {"shared": shared, "noise": 0.01, "random_state": 3, "patch": 2, "halo": 1}
    alone = local(**settings).fit(WAVES)
    with parallel_config(backend, n_jobs=2):
        together = local(**settings).fit(WAVES)
        one_step = together.predict_one_step(WAVES)
    assert_array_equal(alone.forecast(10), together.forecast(10))
    assert_array_equal(alone.predict_one_step(WAVES), one_step)


@pytest.mark.parametrize(
    "reservoir",
    [
        CfCLiquid(10, random_state=0),
        LTCLiquid(10, random_state=0),
        NVAR(),
        StackedReservoir([echo_state(10), echo_state(10)]),
        echo_state(10, dtype="float32"),
        CfCLiquid(10, output_weights=np.eye(5, 10), random_state=0),
    ],
    ids=lambda reservoir: type(reservoir).__name__ + reservoir.dtype,
)
@pytest.mark.parametrize("shared", [True, False])
def test_every_reservoir_forecasts_patch_by_patch(reservoir, shared):
    model = local(reservoir, RidgeReadout(1e-1), shared=shared, squares=True, range_factor=None).fit(WAVES)
    forecast = model.forecast(8)
    assert forecast.shape == (8, 24) and forecast.dtype == reservoir.dtype
    # Step by step: the prediction after the rows that were forecast before.
    rows = np.vstack([WAVES, forecast])
    tolerance = 1e-8 if reservoir.dtype == "float64" else 1e-2
    assert_allclose(model.predict_one_step(rows)[len(WAVES) - 1 : -1], forecast[:-1], atol=tolerance)


@pytest.mark.parametrize("shared", [True, False])
def test_any_regressor_is_a_readout(shared):
    forest = RandomForestRegressor(3, random_state=0)
    model = local(readout=forest, shared=shared).fit(WAVES)
    forecast = model.forecast(4)
    rows = np.vstack([WAVES, forecast])
    assert_allclose(model.predict_one_step(rows)[len(WAVES) - 1 : -1], forecast[:-1], atol=1e-10)


def test_fields_of_two_dimensions_and_several_variables():
    field = np.random.RandomState(0).standard_normal((60, 6, 8, 2)) * [1.0, 50.0]
    model = local(patch=(3, 2), halo=(1, 2), variables=True, readout=RidgeReadout(1e2)).fit(field)
    assert model.forecast(3).shape == (3, 6, 8, 2)
    assert model.patches_.n_patches == 8 and model.n_features_in_ == 96
    assert_allclose(model.scale_.scale, field.std(axis=(0, 1, 2)))
    assert [one.shape for one in model.predict_one_step([field, field[:30]])] == [(59, 6, 8, 2), (29, 6, 8, 2)]
    # A grid of two dimensions is one of a single dimension if the other one has a single point.
    flat = local(patch=4, halo=2).fit(WAVES)
    thin = local(patch=(1, 4), halo=(0, 2)).fit(WAVES[:, None])
    assert_array_equal(thin.forecast(10)[:, 0], flat.forecast(10))


def test_a_forecast_goes_on_from_the_field_of_fit():
    model = local(noise=0.01, random_state=0).fit(WAVES)
    assert_array_equal(model.forecast(10), model.forecast(10, WAVES))
    assert_array_equal(model.forecast(10), model.forecast(20)[:10])


def test_models_are_cloned_saved_and_loaded(tmp_path):
    for shared in (True, False):
        model = local(shared=shared, squares=True).fit(WAVES)
        save(model, tmp_path / "model.skops")
        assert_array_equal(load(tmp_path / "model.skops").forecast(5), model.forecast(5))
        assert_array_equal(clone(model).fit(WAVES).forecast(5), model.forecast(5))


@pytest.mark.parametrize(
    ("parameters", "X", "message"),
    [
        ({"patch": 5}, WAVES, "'patch' must divide the grid"),
        ({"halo": 11}, WAVES, "'halo' must be at most 10"),
        ({}, WAVES[:, :, None, None], r"'X' must be \(n_steps, n_rows, n_columns\); got shape"),
        ({"variables": True}, WAVES, r"'X' must be \(n_steps, n_points, n_variables\); got shape"),
        ({}, np.where(STEPS == 7, np.nan, WAVES), "'X' must be finite everywhere; got NaN at step 7"),
        ({"washout": 300}, WAVES, "'washout' must be at most the steps of each field less 2; got 300"),
        ({"washout": None}, WAVES[:1], "'X' must have fields of at least 2 steps; got 1"),
        ({"noise": -1.0}, WAVES, "'noise' must be"),
        ({"transformer": "log"}, WAVES, "'transformer' must be"),
        ({"target": "last"}, WAVES, "'target' must be"),
        ({"shared": 1}, WAVES, "'shared' must be True or False"),
        ({"squares": 1}, WAVES, "'squares' must be True or False"),
        ({"range_factor": -1}, WAVES, "'range_factor' must be"),
        ({"reservoir": LTCLiquid(5, elapsed_column=0)}, WAVES, "'reservoir' must have no elapsed_column"),
        ({"reservoir": "esn"}, WAVES, "'reservoir' must be a reservoir"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(parameters, X, message):
    model = local()
    with pytest.raises(ValueError, match=message):
        model.set_params(**parameters).fit(X)
    assert not hasattr(model, "patches_")


def test_what_cannot_be_continued_is_refused_by_name():
    model = local().fit([WAVES, WAVES])
    for context, message in (
        (None, "'context' must say which field to continue"),
        ([WAVES, WAVES], "'context' must be one field"),
        (WAVES[:, :12], r"'context' must have the grid of fit, \(24,\); got \(12,\)"),
        (WAVES[:10], "'context' must have at least 21 steps here; got 10"),
        (np.where(STEPS == 7, np.inf, WAVES), "'context' must be finite everywhere; got infinity at step 7"),
    ):
        with pytest.raises(ValueError, match=message):
            model.forecast(5, context)
    with pytest.raises(ValueError, match="'X' must have at least 23 steps here; got 22"):
        model.score(WAVES[:22])
    with pytest.raises(ValueError, match="'n_steps' must be an integer of at least 1"):
        model.forecast(0, WAVES)


@pytest.mark.parametrize("shared", [True, False])
def test_a_loop_that_runs_away_says_so(shared):
    growing = 1.05 ** np.arange(200)[:, None] * (1 + 0.1 * np.sin(POINTS))
    model = local(echo_state(5, activation="identity"), RidgeReadout(1e-9), shared=shared, range_factor=None)
    with pytest.raises(StateOverflowError, match="The forecast overflowed at step .* of 20000"):
        model.fit(growing).forecast(20_000)
    with pytest.warns(UserWarning, match="The forecast of the field at step .* width of the training data's range"):
        model.set_params(range_factor=0.1).fit(growing).forecast(100)


def test_progress_is_told(capsys):
    local(verbose=True).fit(WAVES).forecast(3)
    assert capsys.readouterr().out.splitlines() == [
        "[LocalForecaster] one readout, shared by all patches, fitted to 1,314 rows",
        "[LocalForecaster] 3 steps forecast",
    ]
    local(verbose=True, shared=False).fit(WAVES)
    said = capsys.readouterr().out
    assert re.fullmatch(r"\[LocalForecaster\] \d+ readouts each fitted to \d+ rows\n", said)
