import numpy as np
import pytest
from bare_readout import BareReadout
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from tasks import small, task

from readouts import RidgeReadout, RLSReadout
from reservoir import BaseReservoir, EchoStateReservoir, ReservoirRegressor, StackedReservoir, StateOverflowError


def wave(n_steps=600, n_targets=1):
    """An input that sets the pace, and targets whose next value needs the last ones."""
    t = np.arange(n_steps)
    X = np.cos(0.1 * t)[:, None]
    y = np.column_stack([np.sin(0.2 * t + k) for k in range(n_targets)])
    return X, y[:, 0] if n_targets == 1 else y


def by_hand(model, X, state):
    """The closed loop step by step: drive by the last output and the input, then predict."""
    inner, output = state
    outputs = []
    for u in X:
        given = np.concatenate([output, u])[None]
        states, inner = model.reservoir_.run(given.astype(model.reservoir_.dtype), inner)
        row = np.hstack([states, given]) if model.passthrough else states
        output = np.ravel(model.readout_.predict(row))
        outputs.append(output)
    return np.array(outputs), (inner, output)


LIQUIDS = [
    EchoStateReservoir(20, random_state=0),
    EchoStateReservoir(20, dtype="float32", random_state=0),
    StackedReservoir([EchoStateReservoir(10)] * 2, random_state=0),
]


READOUTS = [RidgeReadout(1e-3), LinearRegression(), KNeighborsRegressor(3), BareReadout()]


@pytest.mark.parametrize("readout", READOUTS, ids=str)
@pytest.mark.parametrize("liquid", LIQUIDS, ids=lambda liquid: f"{type(liquid).__name__} {liquid.dtype}")
@pytest.mark.parametrize("n_targets, passthrough", [(1, True), (2, False)])
def test_a_free_run_is_the_loop_step_by_step(liquid, readout, n_targets, passthrough):
    X, y = wave(200, n_targets)
    model = ReservoirRegressor(liquid, readout, feedback=True, passthrough=passthrough).fit(X, y)
    outputs, state = by_hand(model, X[:20], model.state_)
    predicted, following = model.predict(X[:20], state=model.state_, return_state=True)
    assert predicted.shape == ((20,) if n_targets == 1 else (20, 2))
    tolerance = 1e-3 if liquid.dtype == "float32" else 1e-8
    assert_allclose(predicted.reshape(20, -1), outputs, atol=tolerance)
    assert_allclose(following[1], state[1], atol=tolerance)


def test_fit_feeds_back_the_true_targets():
    X, y = wave(300)
    model = ReservoirRegressor(EchoStateReservoir(20, random_state=0), feedback=True, washout=50).fit(X, y)
    inputs = np.column_stack([np.append(0, y[:-1]), X])
    states = EchoStateReservoir(20, random_state=0).fit_transform(inputs)
    readout = RidgeReadout().fit(np.hstack([states, inputs])[50:], y[50:])
    assert_allclose(
        model.readout_.predict(np.hstack([states, inputs])), readout.predict(np.hstack([states, inputs])), atol=1e-6
    )
    inner, output = model.state_
    assert_allclose(inner, states[-1], rtol=1e-13)
    assert output == y[-1]


def test_a_pattern_goes_on_alone():
    X, y = wave(1500)
    model = ReservoirRegressor(EchoStateReservoir(50, random_state=0), feedback=True, washout=100)
    model.fit(X[:1000], y[:1000])
    assert np.abs(model.predict(X[1000:], state=model.state_) - y[1000:]).max() < 0.02
    state = model.prime(X[:700], y[:700])
    assert np.abs(model.predict(X[700:800], state=state) - y[700:800]).max() < 0.02
    head, state = model.predict(X[1000:1100], state=model.state_, return_state=True)
    tail = model.predict(X[1100:1200], state=state)
    assert_allclose(np.append(head, tail), model.predict(X[1000:1200], state=model.state_), atol=1e-8)


def test_what_cannot_be_fed_back_is_refused():
    X, y = wave(150)
    model = ReservoirRegressor(feedback=True)
    y[7] = np.nan
    with pytest.raises(ValueError, match="'y' must be known at every step with feedback"):
        model.fit(X, y)
    model.fit(X, wave(150)[1])
    for state in (np.zeros(100), (np.zeros(100), [np.nan]), (np.zeros(3), [0.0])):
        with pytest.raises(ValueError, match="'state' must be"):
            model.predict(X, state=state)
    with pytest.raises(ValueError, match="requires y"):
        model.prime(X)


def test_an_output_that_runs_away_is_an_error():
    X, y = wave(100)
    model = ReservoirRegressor(EchoStateReservoir(5, random_state=0), LinearRegression(), feedback=True).fit(X, y)
    model.readout_.coef_ = np.zeros_like(model.readout_.coef_)
    model.readout_.coef_[5] = 1e9  # the output of before
    with pytest.raises(StateOverflowError, match="The output that is fed back overflowed at step"):
        model.predict(X, state=model.state_)


# FORCE


def force_by_hand(liquid, alpha, X, y, washout):
    """Recursive least squares in its textbook form (the inverse correlation matrix itself), the intercept left out."""
    reservoir = liquid.fit(np.column_stack([np.zeros(len(X)), X]))
    state, output, outputs = None, 0.0, []
    rows, wanted = [], []
    for t in range(len(X)):
        states, state = reservoir.run(np.array([[output, X[t, 0]]]), state)
        output = 0.0
        if rows:  # ridge on all rows so far is what the recursion gives
            x, d = np.array(rows), np.array(wanted)
            centred = x - x.mean(axis=0)
            weights = np.linalg.solve(centred.T @ centred + alpha * np.eye(x.shape[1]), centred.T @ (d - d.mean()))
            output = d.mean() + (states[0] - x.mean(axis=0)) @ weights
        outputs.append(output)
        if t >= washout and not np.isnan(y[t]):
            rows.append(states[0])
            wanted.append(y[t])
    return np.array(outputs), state


def test_force_feeds_back_the_output_before_the_update():
    X, y = wave(60)
    y[1::2] = np.nan  # an update at every second step
    liquid = EchoStateReservoir(6, input_scaling=1.0, random_state=0)
    model = ReservoirRegressor(liquid, RLSReadout(alpha=0.1), feedback=True, passthrough=False, washout=5)
    model.partial_fit(X, y)
    outputs, state = force_by_hand(EchoStateReservoir(6, input_scaling=1.0, random_state=0), 0.1, X, y, 5)
    assert_allclose(model.state_[0], state, atol=1e-9)
    assert_allclose(model.state_[1], outputs[-1:], atol=1e-9)


def test_force_in_pieces_is_force():
    X, y = wave(90)
    model = ReservoirRegressor(EchoStateReservoir(6, random_state=0), RLSReadout(), feedback=True, washout=5)
    whole = clone(model).partial_fit(X, y)
    for t in range(30):
        model.partial_fit(X[t : t + 1], y[t : t + 1])
    model.partial_fit((X[k : k + 20], y[k : k + 20]) for k in (30, 50, 70))
    assert_array_equal(model.readout_.coef_, whole.readout_.coef_)
    assert_array_equal(model.state_[0], whole.state_[0])


def test_force_learns_a_pattern_that_then_runs_alone():
    t = np.arange(4000)
    X, y = np.zeros((len(t), 1)), np.sin(2 * np.pi * t / 120) + 0.5 * np.sin(4 * np.pi * t / 120)
    chaotic = EchoStateReservoir(100, spectral_radius=1.5, input_scaling=1.0, leak_rate=0.2, random_state=0)
    model = ReservoirRegressor(chaotic, RLSReadout(alpha=0.01), feedback=True, passthrough=False)
    model.partial_fit(X[:3000], y[:3000])
    alone = model.predict(X[3000:], state=model.state_)
    assert np.sqrt(np.mean((alone - y[3000:]) ** 2)) < 0.1 * y.std()


def test_a_failed_force_changes_nothing():
    X, y = wave(60)
    model = ReservoirRegressor(EchoStateReservoir(6, random_state=0), RLSReadout(), feedback=True).partial_fit(X, y)
    coefficients, state = model.readout_.coef_.copy(), model.state_
    with pytest.raises(ValueError):
        model.partial_fit(X[:2], [0.5, 1e200])
    assert_array_equal(model.readout_.coef_, coefficients)
    assert model.state_ is state
    assert_array_equal(
        model.partial_fit(X, y).state_[0],
        clone(model).partial_fit([(X, y), (X, y)]).state_[0],
    )


class Sine(BaseReservoir):
    """A reservoir whose state is the last row itself."""

    def _draw(self, n_features, random_state):
        self.n_units_ = n_features

    def _rest(self):
        return np.zeros(self.n_units_)

    def _drive(self, X, state):
        return np.sin(np.vstack([state, X[:-1]]) + X), X[-1]


def test_force_hands_every_row_over():
    class Copying(Sine):
        def _drive(self, X, state):
            return super()._drive(X, state)[0], X[-1].copy()

    X, y = task(50)
    one, other = (
        ReservoirRegressor(cls(), RLSReadout(1e-2), feedback=True).partial_fit(X, y).readout_.coef_
        for cls in (Sine, Copying)
    )
    assert_array_equal(one, other)


def test_force_reports_too(capsys):
    X, y = task(50)
    small(RLSReadout(1e-2), feedback=True, verbose=True).partial_fit(X, y)
    assert "50 rows driven in the loop" in capsys.readouterr().out


def test_noise_is_on_the_outputs_that_fit_feeds_back():
    for n_targets, noise in ((1, 0.3), (2, [0.0, 0.5])):
        X, y = wave(300, n_targets)
        parameters = {"feedback": True, "washout": 50, "noise": noise, "random_state": 7}
        model = ReservoirRegressor(EchoStateReservoir(20, random_state=0), RidgeReadout(1e-2), **parameters).fit(X, y)
        fed_back = np.vstack([np.zeros(n_targets), y.reshape(300, -1)[:-1]])
        fed_back += noise * np.random.RandomState(7).standard_normal((300, n_targets))
        inputs = np.hstack([fed_back, X])
        rows = np.hstack([EchoStateReservoir(20, random_state=0).fit_transform(inputs), inputs])[50:]
        centred = rows - rows.mean(axis=0)
        penalised = centred.T @ centred + 1e-2 * np.eye(rows.shape[1])
        coefficients = np.linalg.solve(penalised, centred.T @ y.reshape(300, -1)[50:])
        assert_allclose(np.atleast_2d(model.readout_.coef_), coefficients.T, rtol=1e-6, atol=1e-9)
        quiet = clone(model).set_params(noise=0.0).fit(X, y)
        assert np.abs(quiet.readout_.coef_ - model.readout_.coef_).max() > 1e-3
        assert_array_equal(model.state_[1], y[-1:].ravel())  # what is continued is the output without noise


@pytest.mark.parametrize("readout", [RidgeReadout(1e-2), LinearRegression()], ids=str)
def test_noise_is_the_same_whatever_the_chunks_and_workers(readout):
    many = [wave(n) for n in (120, 40, 77, 200)]
    X, y = [x for x, _ in many], [t for _, t in many]

    def noisy(**parameters):
        model = ReservoirRegressor(EchoStateReservoir(10, random_state=0), readout, feedback=True, noise=0.1)
        return model.set_params(**{"random_state": 3, "washout": 5} | parameters)

    expected = noisy().fit(X, y).readout_.coef_
    assert_allclose(noisy(chunk_size=13).fit(X, y).readout_.coef_, expected, rtol=1e-6)
    assert_array_equal(noisy(n_jobs=2).fit(X, y).readout_.coef_, expected)
    assert_array_equal(noisy(random_state=np.random.RandomState(3)).fit(X, y).readout_.coef_, expected)
    if isinstance(readout, RidgeReadout):
        stream = noisy()
        for x, t in many:
            for rows in (slice(0, 1), slice(1, 30), slice(30, None)):
                stream.partial_fit(x[rows], t[rows], reset=rows.start == 0)
        assert_allclose(stream.readout_.coef_, expected, rtol=1e-6)


def test_a_refused_chunk_draws_no_noise():
    X, y = wave(100)
    parameters = {"feedback": True, "noise": 0.1, "random_state": 0}
    model = ReservoirRegressor(EchoStateReservoir(10, random_state=0), RidgeReadout(1e-2), **parameters)
    model.partial_fit(X[:50], y[:50])
    with pytest.raises(ValueError, match="chunk 1"):
        model.partial_fit([(X[50:60], y[50:60]), (X[60:], y[60:] * np.nan)])
    model.partial_fit(X[50:], y[50:])
    assert_allclose(model.readout_.coef_, clone(model).fit(X, y).readout_.coef_, rtol=1e-6)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"noise": 0.1}, "'noise' must be 0.0 without feedback, .* got 0.1. Set feedback=True"),
        ({"noise": "loud"}, "'noise' must be 0.0 without feedback"),
        ({"noise": -0.1, "feedback": True}, "'noise' must be a number at least 0; got -0.1"),
        ({"noise": [0.1, 0.2], "feedback": True}, r"'noise' must be one number or one per target, shape \(1,\)"),
        ({"noise": np.nan, "feedback": True}, "'noise' must be a number at least 0"),
        ({"random_state": "seed"}, "'random_state' must be None, an integer"),
    ],
    ids=str,
)
def test_wrong_noise_is_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        small(**parameters).fit(*task())
