"""States of earlier steps stand where they belong, zeros before the start, and go with the state of a stream."""

import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, LIFLiquid, MeasuredReservoir, StackedReservoir
from reservoir.diagnostics import lyapunov_exponents, memory_capacity, spike_trains
from reservoir.lagged import LaggedReservoir, check_lags, check_reach, with_lags
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity
from reservoir.testing import check_reservoir

U = series(40, 2)
LIVE = EchoStateReservoir(4, random_state=0)


def delayed(rows, lag):
    return np.vstack([np.zeros((lag, rows.shape[1])), rows[:-lag]])


@pytest.mark.parametrize("inputs", ["past", "all", "none"])
def test_columns_are_those_of_the_lags(inputs):
    x = LIVE.fit_transform(U)
    expected = [x] + ([U] if inputs == "all" else [])
    for lag in (2, 5):
        expected += [delayed(x, lag)] + ([] if inputs == "none" else [delayed(U, lag)])
    lagged = LaggedReservoir(LIVE, (5, 2), inputs=inputs).fit(U)
    assert_array_equal(lagged.transform(U), np.hstack(expected))
    assert lagged.lags_ == (2, 5)
    assert len(lagged.columns_) == lagged.n_units_ == len(lagged.get_feature_names_out())


@pytest.mark.parametrize(
    "reservoir",
    [
        EchoStateReservoir(20, random_state=0),
        EchoStateReservoir(6, dtype="float32", random_state=0),
        LIFLiquid(8, background_current=20.0, noise=1.0, random_state=0),
        StackedReservoir([EchoStateReservoir(5), CTRNNLiquid(5)], random_state=0),
        NVAR(2),
    ],
    ids=lambda one: type(one).__name__,
)
@pytest.mark.parametrize("lags", [1, (2, 7), 30])
def test_every_promise_is_kept(reservoir, lags):
    check_reservoir(LaggedReservoir(reservoir, lags, inputs="all"))


def test_names_say_what_and_when():
    pandas = pytest.importorskip("pandas", reason="data frames need pandas")
    frame = pandas.DataFrame(U, columns=["wind", "dt"])
    lagged = LaggedReservoir(CTRNNLiquid(2, elapsed_column="dt", random_state=0), (1, 3), inputs="all").fit(frame)
    assert lagged.elapsed_column_ == 1
    assert lagged.columns_[:6] == ["0", "1", "wind(t)", "dt(t)", "0(t-1)", "1(t-1)"]
    assert lagged.get_feature_names_out()[-3:].tolist() == ["ctrnnliquid1(t-3)", "wind(t-3)", "dt(t-3)"]


def test_a_reservoir_is_fitted_to_the_series_itself():
    adaptive = AdaptiveReservoir(LIVE, IntrinsicPlasticity())
    lagged = LaggedReservoir(adaptive, 1, inputs="none").fit(U)
    assert_array_equal(lagged.transform(U)[:, :4], adaptive.fit(U).transform(U))


def test_fitting_the_reservoir_again_changes_nothing():
    lagged = LaggedReservoir(LIVE, 1).fit(U)
    before = lagged.transform(U)
    lagged.reservoir_.set_params(n_units=7).fit(series(9, 3))
    assert_array_equal(lagged.transform(U), before)


def test_delays_are_memory():
    u = np.random.RandomState(0).uniform(-1, 1, (300, 1))
    line = LaggedReservoir(NVAR(1, order=1), (2, 3), inputs="none").fit(u)
    assert_allclose(memory_capacity(line), 3)  # the present row and two before, exactly
    assert_allclose(memory_capacity(line, inputs=u, max_delay=5, washout=5), 3, atol=0.1)


def test_diagnostics_look_at_the_reservoir_inside():
    lagged = LaggedReservoir(LIVE, 3).fit(U)
    inside = lyapunov_exponents(lagged.reservoir_, U, random_state=0)
    assert_array_equal(lyapunov_exponents(lagged, U, random_state=0), inside)
    liquid = LaggedReservoir(LIFLiquid(8, background_current=20.0, random_state=0), 3).fit(U)
    assert_array_equal(spike_trains(liquid, U).steps, spike_trains(liquid.reservoir_, U).steps)


def test_of_recordings():
    x = LIVE.fit_transform(U)
    lagged = LaggedReservoir(MeasuredReservoir(U, x), 2, inputs="none").fit(U)
    assert_array_equal(lagged.transform(U), np.hstack([x, delayed(x, 1), delayed(x, 2)]))


@pytest.mark.parametrize("state", ["rest", (1, 2, 3), (np.zeros(4), np.zeros((2, 3))), (np.zeros(3), np.zeros((3, 6)))])
def test_a_state_must_be_one_of_both(state):
    with pytest.raises(ValueError, match="'state' must be"):
        LaggedReservoir(LIVE, 3).fit(U).run(U, state)


@pytest.mark.parametrize(
    ("lags", "expected"), [(1, (1,)), (3, (1, 2, 3)), ((5, 1), (1, 5)), ([4], (4,)), (np.array([2, 9]), (2, 9))]
)
def test_lags_are_numbers_of_steps(lags, expected):
    assert check_lags(lags) == expected


@pytest.mark.parametrize("lags", [0, -1, 1.5, "1", (), (1, 1), (0, 2), [1, None], True, np.array([[1]]), 10**10, 2**62])
def test_what_are_no_lags(lags):
    with pytest.raises(ValueError, match="'lags' must"):
        check_lags(lags)
    with pytest.raises(ValueError, match="'lags' must"):
        LaggedReservoir(LIVE, lags).fit(U)


@pytest.mark.parametrize(
    ("parameters", "name"),
    [({"inputs": "some"}, "inputs"), ({"reservoir": None}, "reservoir"), ({"lags": (2**50,)}, "lags")],
)
def test_bad_parameters(parameters, name):
    with pytest.raises(ValueError, match=f"'{name}' must"):
        LaggedReservoir(**{"reservoir": LIVE, "lags": 1} | parameters).fit(U)


def test_lags_must_reach_into_the_series():
    check_reach((1, 39), [U])
    with pytest.raises(ValueError, match="got a lag of 40 with a series of 40 steps"):
        check_reach((40,), [U, series(50, 2)])


def test_without_lags_nothing_is_wrapped():
    assert with_lags(LIVE, None, "all") is LIVE
    assert isinstance(with_lags(LIVE, 2, "all"), LaggedReservoir)
