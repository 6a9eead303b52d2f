import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout, RLSReadout
from reservoir import EchoStateReservoir, Forecaster, LegendreMemory, ReservoirRegressor, StateOverflowError
from reservoir.driving.runaway import find_runaway


def unstable(**settings):
    """A series that doubles at every step, which the loop goes on doing, and a forecaster of it."""
    series = 2.0 ** np.arange(100.0)[:, None]
    settings = {"activation": "tanh", "alpha": 1e-6, "passthrough": True, "spectral_radius": 0.9} | settings
    units = {name: settings[name] for name in ("activation", "spectral_radius")}
    reservoir = EchoStateReservoir(20, leak_rate=1.0, random_state=0, **units)
    readout = settings.get("readout", RidgeReadout(settings["alpha"]))
    as_it_is = {"transformer": None, "range_factor": None}  # such forecasts leave every range
    return Forecaster(reservoir, readout, washout=10, passthrough=settings["passthrough"], **as_it_is).fit(series)


def raised_until(fits, name, value):
    """Follow the advice to raise a parameter tenfold, at most a hundred times, until the call succeeds."""
    for _ in range(100):
        value *= 10
        try:
            return fits(**{name: value})
        except StateOverflowError as error:
            assert f"Use a larger {name!r} in the readout" in str(error)
    raise AssertionError(f"{name}={value:g} was not enough")


def test_bounded_states_have_the_passthrough_to_blame():
    with pytest.raises(StateOverflowError) as caught:
        unstable().forecast(2000)
    message = str(caught.value)
    assert "states are bounded" in message and "(now 1e-06), or set passthrough=False" in message
    assert "activation" not in message
    assert np.isfinite(unstable(passthrough=False).forecast(2000)).all()
    assert np.isfinite(raised_until(lambda **alpha: unstable(**alpha).forecast(2000), "alpha", 1e-6)).all()


def test_unbounded_states_in_a_loop_want_a_penalty_or_bounds():
    with pytest.raises(StateOverflowError, match=r"EchoStateReservoir\(activation='tanh'\), with passthrough=False"):
        unstable(activation="identity").forecast(2000)
    assert np.isfinite(unstable(activation="tanh", passthrough=False).forecast(2000)).all()
    raised_until(lambda **alpha: unstable(activation="identity", **alpha).forecast(2000), "alpha", 1e-6)


def test_states_that_grow_by_themselves_are_told_from_a_loop_that_drives_them():
    growing = {"activation": "identity", "spectral_radius": 1.2, "alpha": 1e70}
    with pytest.raises(StateOverflowError, match=r"grow without the loop, too. Lower spectral_radius \(now 1.2\)"):
        unstable(**growing).forecast(4000)
    assert np.isfinite(unstable(**growing | {"spectral_radius": 0.9}).forecast(4000)).all()
    assert np.isfinite(unstable(**growing | {"activation": "tanh"}).forecast(4000)).all()


@pytest.mark.parametrize("alpha, passthrough", [(1e-6, False), (1e-12, True)])
def test_states_that_grow_from_where_they_are_are_told_from_a_loop_that_drives_them(alpha, passthrough):
    """Driven by ones from rest, these rectified units settle; and the outputs may overflow long before the states."""
    series = np.random.default_rng(0).standard_normal((320, 2))[:300]
    settings = {"input_scaling": 1.0, "leak_rate": 1.0, "activation": "relu", "random_state": 0}

    def forecast(**changed):
        reservoir = EchoStateReservoir(30, **settings | {"spectral_radius": 2.0} | changed)
        readout = RidgeReadout(alpha) if alpha > 1e-9 else RLSReadout(alpha)
        return Forecaster(reservoir, readout, washout=50, passthrough=passthrough).fit(series).forecast(3000)

    with pytest.raises(StateOverflowError, match=r"grow without the loop, too. Lower spectral_radius \(now 2.0\)"):
        forecast()
    assert np.isfinite(forecast(activation="tanh")).all()


@pytest.mark.parametrize("readout", [None, LinearRegression()])
def test_what_is_too_large_before_it_is_fed_back_is_to_be_scaled(readout):
    series = np.cumsum(np.random.default_rng(0).standard_normal((300, 1)), axis=0)
    reservoir = EchoStateReservoir(30, dtype="float32", random_state=0)
    unscaled = Forecaster(reservoir, readout, washout=50, transformer=None, range_factor=None)
    calls = (
        lambda scale: clone(unscaled).fit(scale * series).forecast(100),
        lambda scale: ReservoirRegressor(reservoir, readout, feedback=True).fit(series, scale * series).predict(series),
    )
    for call in calls:
        with pytest.raises(StateOverflowError, match="at step 0 of .*that large before it is fed back.*Scale what is"):
            call(1e30)
        assert np.isfinite(call(1 / series.std())).all()


def test_a_readout_without_a_penalty_is_advised_one():
    with pytest.raises(StateOverflowError, match=r"Use a readout with a penalty, such as RidgeReadout"):
        unstable(readout=LinearRegression()).forecast(2000)
    pipeline = make_pipeline(StandardScaler(), Ridge(1e-3))
    with pytest.raises(StateOverflowError, match=r"Use a larger 'ridge__alpha' in the readout, .* \(now 0.001\)"):
        unstable(readout=pipeline).forecast(2000)


@pytest.mark.parametrize("readout", [RidgeReadout(alphas=[1e-9, 1e-6]), None])
def test_penalties_that_were_tried_are_not_advised_again(readout):
    """Without a readout of the caller's, all penalties have been tried, up to the largest."""
    tried = 1e4 if readout is None else 1e-6
    for _ in range(100):
        try:
            assert np.isfinite(unstable(readout=readout).forecast(2000)).all()
            break
        except StateOverflowError as error:
            assert f"Let 'alphas' of the readout begin above {tried:g}, ten times as high until" in str(error)
        tried *= 10
        readout = RidgeReadout(alphas=[tried])
    else:
        raise AssertionError(f"{tried:g} was not enough")
    assert readout is not None


@pytest.mark.parametrize("dtype, limit", [("float64", 2.0**512), ("float32", 2.0**64)])
def test_the_limit_is_where_squares_are_no_numbers(dtype, limit):
    limit = np.dtype(dtype).type(limit)
    below = np.nextafter(limit, np.zeros_like(limit))
    with np.errstate(over="ignore"):
        assert np.isfinite(below * below) and not np.isfinite(limit * limit)
    assert find_runaway(np.array([[1.0, -below]]), dtype) is None
    for far in (limit, -limit, np.inf, -np.inf, np.nan):
        assert find_runaway(np.array([[1.0, 2.0], [0.0, far], [far, 0.0]]), dtype) == 1


def test_a_loop_that_comes_far_is_said_before_its_score_is_minus_infinity():
    growth = 2.0 ** np.arange(100.0)
    known = np.ones((100, 1))

    def model(**settings):
        reservoir = EchoStateReservoir(20, random_state=0)
        return ReservoirRegressor(reservoir, RidgeReadout(1e-6), feedback=True, **settings).fit(known, growth)

    far, truth = np.ones((900, 1)), np.sin(np.arange(900.0))  # 2 to the 900 is finite
    for call in (lambda: model().predict(far), lambda: model().score(far, truth)):
        with pytest.raises(StateOverflowError, match=r"fed back overflowed at step \d+ of 900.* set passthrough=False"):
            call()
    assert np.isfinite(model(passthrough=False).score(far, truth))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_squares_of_states_that_are_not_bounded_are_told_from_those_of_bounded_ones(dtype):
    times = np.arange(300.0)
    series = np.column_stack([np.sin(0.3 * times), np.cos(0.21 * times)])
    memory = LegendreMemory(6, 20.0, dtype=dtype)
    forecaster = Forecaster(memory, RidgeReadout(1e-3), washout=20, passthrough=False, squares=True).fit(series)
    with pytest.raises(StateOverflowError, match="for these states are not bounded"):
        forecaster.forecast(30)
