"""Features of earlier steps in the regressor: least squares on lagged inputs, and the same from chunks as at once."""

import tracemalloc

import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import Ridge

from readouts import RidgeReadout, RLSReadout
from reservoir import EchoStateReservoir, ReservoirRegressor, load, save

U = series(300, 2)
Y = np.roll(U[:, 0], 3) * 2 + np.random.RandomState(1).standard_normal(300)
LAGS = (2, 5)
LIVE = EchoStateReservoir(6, random_state=0)


def model(readout=None, **parameters):
    return ReservoirRegressor(LIVE, readout or RidgeReadout(1e-2), **{"lags": LAGS, "washout": 5} | parameters)


def delayed(rows, lag):
    return np.vstack([np.zeros((lag, rows.shape[1])), rows[:-lag]])


def features(X=U, lags=LAGS, passthrough=True):
    x = LIVE.fit_transform(X)
    inputs = [X] if passthrough else []
    return np.hstack([x, *[np.hstack([delayed(part, lag) for part in (x, *inputs)]) for lag in lags], *inputs])


@pytest.mark.parametrize("n_lags", [1, 4])
def test_without_a_reservoir_it_is_least_squares_on_lagged_inputs(n_lags):
    through = EchoStateReservoir(
        recurrent_weights=np.zeros((2, 2)), input_weights=np.eye(2), bias=0.0, leak_rate=1.0, activation="identity"
    )
    found = ReservoirRegressor(through, RidgeReadout(0.0), lags=n_lags, passthrough=False, washout=n_lags).fit(U, Y)
    design = np.hstack([np.ones((300, 1)), U, *[np.roll(U, lag, axis=0) for lag in range(1, n_lags + 1)]])
    weights = np.linalg.lstsq(design[n_lags:], Y[n_lags:], rcond=None)[0]
    assert_allclose(found.readout_.coef_, weights[1:], atol=1e-10)
    assert_allclose(found.readout_.intercept_, weights[0], atol=1e-10)


@pytest.mark.parametrize("passthrough", [True, False])
@pytest.mark.parametrize("readout", [RidgeReadout(1e-2), Ridge(1e-2)], ids=["blocks", "whole"])
def test_it_is_a_readout_of_states_that_were_put_side_by_side_by_hand(passthrough, readout):
    rows = features(passthrough=passthrough)
    by_hand = clone(readout).fit(rows[5:], Y[5:])
    found = model(readout, passthrough=passthrough).fit(U, Y)
    assert_allclose(found.predict(U), by_hand.predict(rows), rtol=1e-8, atol=1e-10)
    assert found.readout_.n_features_in_ == rows.shape[1]


def test_none_is_as_it_was():
    plain = ReservoirRegressor(LIVE, RidgeReadout(1e-2), washout=5).fit(U, Y)
    assert_array_equal(model(lags=None).fit(U, Y).predict(U), plain.predict(U))


@pytest.mark.parametrize("cut", [1, 4, 200])
def test_a_prediction_goes_on_from_a_state(cut):
    found = model().fit(U, Y)
    whole = found.predict(U)
    head, state = found.predict(U[:cut], return_state=True)
    assert_allclose(np.append(head, found.predict(U[cut:], state=state)), whole, rtol=1e-9, atol=1e-11)
    rows, state = [], None
    for row in U[:12]:
        output, state = found.predict(row[None], state=state, return_state=True)
        rows.append(output)
    assert_allclose(np.concatenate(rows), whole[:12], rtol=1e-9, atol=1e-11)
    assert_allclose(found.predict(U[150:], state=found.prime(U[:150])), whole[150:], rtol=1e-9, atol=1e-11)
    on = series(20, 2, seed=5)
    assert_allclose(found.predict(on, state=found.state_), found.predict(np.vstack([U, on]))[300:], rtol=1e-9)


@pytest.mark.parametrize("chunk_size", [1, 3, 64])
def test_chunks_change_nothing(chunk_size):
    found = model(chunk_size=chunk_size).fit(U, Y)
    assert_allclose(found.readout_.coef_, model().fit(U, Y).readout_.coef_, rtol=1e-7, atol=1e-9)


def test_a_stream_of_chunks_is_one_series():
    stream, edges = model(), (0, 2, 3, 40, 300)
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        stream.partial_fit(U[start:stop], Y[start:stop])
    assert_allclose(stream.readout_.coef_, model().fit(U, Y).readout_.coef_, rtol=1e-7, atol=1e-9)
    by_rows, at_once = (model(RLSReadout(1e-2)) for _ in range(2))
    single = [by_rows.partial_fit_predict(U[t : t + 1], Y[t : t + 1]) for t in range(60)]
    assert_allclose(np.concatenate(single), at_once.partial_fit_predict(U[:60], Y[:60]), rtol=1e-7, atol=1e-9)


def test_ragged_series_missing_targets_and_workers():
    many, targets = [U[:90], U[90:250], U[:40]], [Y[:90].copy(), Y[90:250], Y[:40]]
    targets[0][20:30] = np.nan
    rows = np.vstack([features(X)[5:] for X in many])
    y = np.concatenate([one[5:] for one in targets])
    by_hand = RidgeReadout(1e-2).fit(rows[~np.isnan(y)], y[~np.isnan(y)])
    for n_jobs in (None, 2):
        found = model(n_jobs=n_jobs).fit(many, targets)
        assert_allclose(found.readout_.coef_, by_hand.coef_, rtol=1e-7, atol=1e-9)
        for X, predicted in zip(many, found.predict(many), strict=True):
            assert_allclose(predicted, by_hand.predict(features(X)), rtol=1e-7, atol=1e-9)


def test_fed_back_outputs_are_lagged_as_inputs_are():
    y = np.sin(np.arange(120) / 5)
    found = ReservoirRegressor(LIVE, RidgeReadout(1e-4), feedback=True, lags=1, washout=5).fit(U[:120], y)
    free, state = found.predict(U[120:130], state=found.state_, return_state=True)
    reservoir, readout = found.reservoir_.reservoir_, found.readout_
    h = np.column_stack([np.append(0, y[:-1]), U[:120]])
    states, now = reservoir.run(h)
    before, output, expected = (states[-1], h[-1]), y[-1], []
    for row in U[120:130]:
        h = np.append(output, row)
        x, now = reservoir.run(h[None], now)
        output = readout.predict(np.hstack([x[0], *before, h])[None])[0]
        before = x[0], h
        expected.append(output)
    assert_allclose(free, expected, rtol=1e-9)
    assert_allclose(found.predict(U[120:123], state=found.state_), expected[:3], rtol=1e-9)
    assert len(state) == 2


def test_a_closed_loop_that_learns_takes_chunks_of_any_size():
    y = np.sin(np.arange(60) / 5)

    def learn(size):
        forced = ReservoirRegressor(LIVE, RLSReadout(1e-2), feedback=True, lags=(1, 3))
        for start in range(0, 60, size):
            forced.partial_fit(U[:60][start : start + size], y[start : start + size])
        return forced.readout_.coef_

    assert_allclose(learn(7), learn(60), rtol=1e-9)
    assert_allclose(learn(1), learn(60), rtol=1e-9)


def test_memory_does_not_grow_with_the_steps():
    def peak(n_steps):
        X, y = np.ones((n_steps, 1)), np.ones(n_steps)
        tracemalloc.start()
        ReservoirRegressor(LIVE, RidgeReadout(1.0), lags=5, chunk_size=100).fit(X, y)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(1000)  # what is kept from a first time
    assert peak(16_000) < 2 * peak(1000)


@pytest.mark.parametrize(
    ("lags", "message"),
    [(300, "got a lag of 300 with a series of 300 steps"), (0, "at least 1"), ((1, 1), "each once")],
)
def test_lags_that_do_not_fit(lags, message):
    with pytest.raises(ValueError, match=f"'lags' must .*{message}"):
        model(lags=lags, washout=0).fit(U, Y)


def test_a_state_of_another_model_is_refused():
    found = model().fit(U, Y)
    with pytest.raises(ValueError, match="'state' must be a pair"):
        found.predict(U, state=np.zeros(6))


def test_files(tmp_path):
    found = model().fit(U, Y)
    save(found, tmp_path / "lags.liquid")
    assert_array_equal(load(tmp_path / "lags.liquid").predict(U), found.predict(U))
