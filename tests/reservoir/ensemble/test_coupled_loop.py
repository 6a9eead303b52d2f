import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge

from readouts import RidgeReadout
from reservoir import (
    NVAR,
    CTRNNLiquid,
    EchoStateReservoir,
    EnsembleForecaster,
    Forecaster,
    LTCLiquid,
    StateOverflowError,
)
from reservoir.ensemble.coupled_loop import follow_coupled
from reservoir.kernels.closed_loop import COMPILED, AffineReadout
from reservoir.kernels.coupled_leaky import coupled_programs

WAVES = np.column_stack([np.sin(0.2 * np.arange(420)), np.cos(0.31 * np.arange(420))])
KNOWN = np.sin(0.05 * np.arange(420) ** 1.3)[:, None]


def coupled(reservoir=None, rows=WAVES[:400], exogenous=None, combine="mean", n_members=3, **settings):
    reservoir = EchoStateReservoir(15, random_state=0) if reservoir is None else reservoir
    forecaster = Forecaster(reservoir, RidgeReadout(1e-4), **{"transformer": None, "washout": 50} | settings)
    ensemble = EnsembleForecaster(forecaster, n_members, coupled=True, combine=combine)
    return ensemble.fit(rows, exogenous=exogenous)


def by_hand(ensemble, n_steps, context, known=None, context_known=None, expert=None):
    """The loop by public calls: every member is run on the same row, and their predictions are averaged."""
    known = np.empty((n_steps, 0)) if known is None else known
    beside = np.concatenate([np.empty((len(context), 0)) if context_known is None else context_known, known])
    rows, states = list(context), [None] * len(ensemble.members_)
    average = {"mean": np.mean, "median": np.median}[ensemble.combine]
    for t in range(1, len(context) + n_steps):
        inputs = np.hstack([rows[t - 1], beside[t]])[None]
        predictions = []
        for number, member in enumerate(ensemble.members_):
            reached, states[number] = member.reservoir_.run(inputs, states[number])
            predictions.append(member.readout_.predict(np.hstack([reached, inputs]))[0])
        if t >= len(context):
            rows.append(average(predictions, axis=0))
    return np.array(rows[len(context) :])


@pytest.mark.parametrize("combine", ["mean", "median"])
@pytest.mark.parametrize("reservoir", [EchoStateReservoir(15, random_state=0), LTCLiquid(10, random_state=0)], ids=str)
def test_the_mean_is_fed_back_at_every_step(combine, reservoir):
    ensemble = coupled(reservoir, combine=combine)
    assert_allclose(ensemble.forecast(12), by_hand(ensemble, 12, WAVES[:400]), atol=1e-9)
    assert_allclose(ensemble.forecast(12, WAVES[50:200]), by_hand(ensemble, 12, WAVES[50:200]), atol=1e-9)


@pytest.mark.parametrize("settings", [{}, {"squares": True, "target": "increment"}, {"passthrough": False}], ids=str)
@pytest.mark.parametrize("combine", ["mean", "median"])
@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid])
def test_a_compiled_loop_is_the_one_that_goes_row_by_row(cls, combine, settings):
    ensemble = coupled(cls(15, random_state=0), exogenous=KNOWN[:400], **settings)
    members = [member.reservoir_ for member in ensemble.members_]
    compiled = [member.loop_readout_ for member in ensemble.members_]
    assert coupled_programs(members) is not None and all(isinstance(loop, COMPILED) for loop in compiled)
    by_rows = [lambda rows, loop=loop: loop(rows) for loop in compiled]  # of no kind that loops are compiled for
    inputs = np.random.RandomState(0).standard_normal((2, 30, 3)) / 3
    states = [[member.rest(), member.run(inputs[0])[1]] for member in members]
    (rows, each), expected = (
        follow_coupled(members, loops, inputs.copy(), 2, states, combine) for loops in (compiled, by_rows)
    )
    assert_allclose(rows, expected[0], rtol=0, atol=1e-10)
    assert_allclose(each, expected[1], rtol=0, atol=1e-10)
    assert_array_equal(members[0].rest(), states[0][0])  # the states that loops start from are not changed


def test_a_member_that_overflows_is_told_though_the_median_does_not():
    # The readout does not look at the state that grows.
    settings = {"recurrent_weights": [[2.0]], "input_weights": [[1.0]], "bias": [0.0], "activation": "identity"}
    growing, *others = [
        EchoStateReservoir(**settings | {"recurrent_weights": [[weight]]}).fit([[0.0]]) for weight in (1e3, 0.5, 0.5)
    ]
    loops = 3 * [AffineReadout(np.array([[0.0, 1.0]]), np.zeros(1))]
    inputs = np.ones((1, 200, 1))
    with pytest.raises(StateOverflowError, match="The forecast overflowed at step .* of 200"):
        follow_coupled([growing, *others], loops, inputs, 1, 3 * [[np.ones(1)]], "median")


def test_members_say_where_they_would_go_from_the_common_path():
    ensemble = coupled()
    each, path = ensemble.forecast(8, members=True), ensemble.forecast(8)
    assert_allclose(each.mean(axis=0), path, atol=1e-12)
    assert np.all(np.ptp(each, axis=0) > 0)


def test_exogenous_columns_and_experts():
    ensemble = coupled(exogenous=KNOWN[:400])
    expected = by_hand(ensemble, 10, WAVES[:400], KNOWN[400:410], KNOWN[:400])
    assert_allclose(ensemble.forecast(10, exogenous=KNOWN[400:410]), expected, atol=1e-9)
    hybrid = coupled(expert=np.tanh)
    assert_allclose(hybrid.forecast(10), by_hand(hybrid, 10, WAVES[:400]), atol=1e-9)


@pytest.mark.parametrize("transformer", [None, "standardize"])
def test_one_member_is_a_forecaster(transformer):
    ensemble = coupled(n_members=1, transformer=transformer)
    assert_allclose(ensemble.forecast(12), ensemble.members_[0].forecast(12), atol=1e-9)


@pytest.mark.filterwarnings("ignore:The forecast of . at step 0:UserWarning")  # of the first member, by one row
def test_a_backtest_goes_on_where_one_member_alone_runs_away():
    forecaster = Forecaster(EchoStateReservoir(15, random_state=0), Ridge(1e-4), transformer=None, washout=50)
    ensemble = EnsembleForecaster(forecaster, 3, coupled=True, combine="median").fit(WAVES[:300])
    first = ensemble.members_[0].readout_
    first.coef_ = 1e3 * np.ones_like(first.coef_)
    with pytest.raises(StateOverflowError):
        ensemble.members_[0].forecast(100)
    result = ensemble.backtest(WAVES, 100, 10)
    assert_array_equal(result.origins, [300, 310, 320])
    assert result.truth.shape == result.naive.shape == result.forecasts.shape == (3, 100, 2)
    assert_allclose(result.forecasts[1], ensemble.forecast(100, WAVES[:310]), atol=1e-9)
    assert_array_equal(result.naive, ensemble.members_[1].backtest(WAVES, 100, 10).naive)
    assert_array_equal(result.truth, ensemble.members_[1].backtest(WAVES, 100, 10).truth)
    for model in (ensemble, ensemble.members_[1]):
        with pytest.raises(ValueError, match="'X' must have at least 430 rows, 300 before the first .* 130 after it"):
            model.backtest(WAVES, 130)
        with pytest.raises(ValueError, match="'X' must have at least"):
            model.backtest(WAVES, 2**63)


def test_a_backtest_warns_of_the_common_path():
    forecaster = Forecaster(EchoStateReservoir(15, random_state=0), RidgeReadout(1e-4), washout=50)
    ensemble = EnsembleForecaster(forecaster, 2, coupled=True).fit(WAVES[:300])
    with pytest.warns(UserWarning, match="The forecast of . at step ."):
        ensemble.backtest(20 * WAVES, 10, 50)


def test_origins_of_a_backtest_are_contexts():
    ensemble = coupled(exogenous=KNOWN[:400])
    result = ensemble.backtest(WAVES, 5, 4, start=402, exogenous=KNOWN)
    for origin, rows in zip(result.origins, result.forecasts, strict=True):
        given = {"exogenous": KNOWN[origin : origin + 5], "context_exogenous": KNOWN[:origin]}
        assert_allclose(ensemble.forecast(5, WAVES[:origin], **given), rows, atol=1e-9)
        assert_allclose(result.truth[list(result.origins).index(origin)], WAVES[origin : origin + 5])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"horizon": 3}, "'coupled' must be False for a forecaster with horizon=3"),
        ({"period": 12}, "'coupled' must be False for a forecaster with period=12"),
        ({"difference": 1}, "'coupled' must be False for a forecaster with difference=1"),
        ({"difference": "damped"}, "with difference='damped'"),
        ({"difference": 0.5}, "'difference' must be None, 'damped', 0, 1 or 2"),
    ],
)
def test_what_cannot_be_coupled_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        coupled(**settings)
    if message.startswith("'coupled'"):  # the advice works
        forecaster = Forecaster(EchoStateReservoir(15, random_state=0), **settings)
        assert EnsembleForecaster(forecaster, 2).fit(WAVES[:400]).forecast(3).shape == (3, 2)


def test_a_loop_that_runs_away_is_told():
    forecaster = Forecaster(EchoStateReservoir(15, random_state=0), Ridge(1e-4), transformer=None, washout=50)
    ensemble = EnsembleForecaster(forecaster, 3, coupled=True).fit(WAVES)
    for member in ensemble.members_:
        member.readout_.coef_ = 1e3 * np.ones_like(member.readout_.coef_)
    with pytest.raises(StateOverflowError, match="The forecast overflowed at step .* of 500"):
        ensemble.forecast(500)


def test_states_that_overflow_in_the_loop_are_told_of_the_forecast():
    noisy = WAVES[:100] + np.random.RandomState(0).standard_normal((100, 2))
    forecaster = Forecaster(NVAR(3, order=3), RidgeReadout(1e-12), noise=1e-3, transformer=None, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of more features than rows
        ensemble = EnsembleForecaster(forecaster, 2, coupled=True).fit(noisy)
    with pytest.raises(StateOverflowError, match=r"The forecast overflowed at step \d+ of 500. Use a larger penalty"):
        ensemble.forecast(500)


def test_a_row_that_an_expert_cannot_take_is_told():
    def timid(rows):
        return np.where(np.abs(rows) > 5, np.inf, rows)

    forecaster = Forecaster(
        EchoStateReservoir(15, random_state=0), Ridge(1e-4), transformer=None, washout=50, expert=timid
    )
    ensemble = EnsembleForecaster(forecaster, 3, coupled=True).fit(WAVES)
    for member in ensemble.members_:
        member.readout_.coef_ = 20 * member.readout_.coef_
    with pytest.raises(StateOverflowError, match=r"overflowed at step \d of 500. 'expert' must return finite numbers"):
        ensemble.forecast(500)
