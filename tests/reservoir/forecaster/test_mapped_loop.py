"""Closed loops through conceptors: patterns are told apart, rows and kernels agree, what makes no sense is refused."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsRegressor

from readouts import RidgeReadout
from reservoir import (
    NVAR,
    CfCLiquid,
    Conceptor,
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    LIFLiquid,
    LTCLiquid,
    StackedReservoir,
)
from reservoir.base import StateOverflowError
from reservoir.conceptors import Morph
from reservoir.conceptors.state_maps import read_state_maps
from reservoir.forecaster.mapped_loop import MappedLoop, check_vector_state, read_loop_maps
from reservoir.kernels.closed_loop import AffineReadout

STEPS = np.arange(600)
WAVES = [np.sin(2 * np.pi * STEPS / period)[:, None] for period in (8.8342522, 9.8342522)]


def loaded(**parameters):
    random = np.random.RandomState(3)
    reservoir = EchoStateReservoir(
        80, topology="random", degree=10, spectral_radius=1.5, leak_rate=1.0,
        input_weights=1.5 * random.standard_normal((80, 1)), bias=0.2 * random.standard_normal(80), random_state=3,
        **parameters,
    )  # fmt: skip
    options = {"washout": 200, "passthrough": False, "transformer": None, "range_factor": None}
    forecaster = Forecaster(reservoir, RidgeReadout(alpha=0.01), **options).fit(WAVES)
    return forecaster, [Conceptor(10.0).fit(states) for states in forecaster.states_of(WAVES)]


@pytest.fixture(scope="module")
def memory():
    return loaded()


def period_of(rows):
    """The period of a wave, by where it crosses 0 upwards."""
    before, after = rows[:-1, 0], rows[1:, 0]
    up = np.flatnonzero((before < 0) & (after >= 0))
    crossings = up - before[up] / (after[up] - before[up])
    return np.diff(crossings).mean()


def test_a_conceptor_retrieves_its_pattern(memory):
    """From one and the same state, the loop goes through that pattern whose conceptor is inserted."""
    forecaster, conceptors = memory
    state = 0.5 * np.random.RandomState(0).standard_normal(80)
    for conceptor, period in zip(conceptors, (8.8342522, 9.8342522), strict=True):
        rows = forecaster.forecast(600, initial_state=state, conceptor=conceptor)[300:]
        assert period_of(rows) == pytest.approx(period, abs=0.02)
        assert 0.9 < np.abs(rows).max() < 1.1
        crossed = forecaster.forecast(600, WAVES[0], conceptor=conceptor)[300:]  # another's end changes nothing
        assert period_of(crossed) == pytest.approx(period, abs=0.02)


def test_a_morph_goes_from_one_to_the_other_and_beyond(memory):
    forecaster, conceptors = memory
    found = []
    for mix in (0.0, 0.5, 1.0, 1.4):
        found.append(period_of(forecaster.forecast(600, WAVES[0], conceptor=Morph(*conceptors, mix))[300:]))
    assert 8.8 < found[0] < found[1] < found[2] < found[3] < 10.6
    schedule = np.repeat([0.0, 1.0], 300)
    rows = forecaster.forecast(600, WAVES[0], conceptor=Morph(*conceptors, schedule))
    assert period_of(rows[:300]) < 8.95 and period_of(rows[400:]) > 9.75
    switched = forecaster.forecast(600, WAVES[0], conceptor=300 * conceptors[:1] + 300 * conceptors[1:])
    np.testing.assert_allclose(switched, rows, atol=1e-6)


def test_the_identity_is_no_conceptor(memory):
    forecaster, _ = memory
    expected = forecaster.forecast(50, WAVES[0])
    np.testing.assert_array_equal(forecaster.forecast(50, WAVES[0], conceptor=np.eye(80)), expected)


def test_a_warning_advises_what_a_conceptor_allows():
    forecaster = Forecaster(EchoStateReservoir(10, random_state=0), RidgeReadout(1e-4), washout=50).fit(WAVES[0])
    with pytest.warns(UserWarning, match="To prevent it, set passthrough=False, or let the readout choose"):
        forecaster.forecast(20, conceptor=9 * np.eye(10))


def test_a_matrix_that_is_read_often_starts_on_a_cache_line(memory):
    forecaster, conceptors = memory
    assert read_loop_maps(conceptors[0], 9, forecaster.reservoir_).matrices.ctypes.data % 64 == 0


def test_single_precision():
    forecaster, conceptors = loaded(dtype="float32")
    rows = forecaster.forecast(400, WAVES[1], conceptor=conceptors[0])
    assert rows.dtype == np.float32 and period_of(rows[200:]) == pytest.approx(8.834, abs=0.03)


@pytest.mark.parametrize("liquid", [EchoStateReservoir, CTRNNLiquid, LTCLiquid, CfCLiquid])
def test_rows_and_kernel_agree(liquid):
    reservoir = liquid(9, random_state=0).fit(np.zeros((1, 1)))
    random = np.random.RandomState(0)
    readout = AffineReadout(random.uniform(-0.5, 0.5, (1, 10)), np.array([0.1]))
    maps = read_state_maps(np.diag(random.uniform(0, 1, 9)), 30, 9, reservoir.dtype_)
    loop = MappedLoop(reservoir, maps)
    inputs = np.zeros((30, 1))
    inputs[0] = 0.5
    by_rows = loop.close_loop(lambda rows: readout(rows), inputs.copy(), 1, reservoir.rest())
    np.testing.assert_allclose(loop.close_loop(readout, inputs, 1, reservoir.rest()), by_rows, atol=1e-12)


def test_any_readout_and_known_columns():
    known = np.cos(0.3 * STEPS)[:, None]
    reservoir = EchoStateReservoir(20, random_state=0)
    for readout in (KNeighborsRegressor(3), RidgeReadout(alpha=1e-4)):
        forecaster = Forecaster(reservoir, readout, washout=50, range_factor=None)
        forecaster.fit(WAVES, exogenous=[known, known])
        states = forecaster.states_of(WAVES[0], exogenous=known)
        options = {"exogenous": known[:20], "context_exogenous": known}
        rows = forecaster.forecast(20, WAVES[0], conceptor=Conceptor(50.0).fit(states), **options)
        assert rows.shape == (20, 1) and np.isfinite(rows).all()


def test_a_loop_that_runs_away_says_so():
    reservoir = EchoStateReservoir(5, activation="identity", spectral_radius=1.5, leak_rate=1.0, random_state=0)
    options = {"washout": 5, "range_factor": None, "transformer": None}
    forecaster = Forecaster(reservoir, RidgeReadout(alpha=1.0), **options).fit(WAVES[0][:40])
    with pytest.raises(StateOverflowError, match="The forecast overflowed at step"):
        forecaster.forecast(3000, conceptor=3 * np.eye(5))


@pytest.mark.parametrize(
    ("settings", "call", "words"),
    [
        ({"horizon": 3}, {}, "'horizon' is given.*horizon=3"),
        ({"period": 12}, {}, r"'period' is given.*period=\(12,\)"),
        ({"expert": lambda rows: 0.9 * rows}, {}, "'expert' is given"),
        ({}, {"interval": 0.9}, "'interval' is given"),
        ({}, {"n_samples": 5}, "'n_samples' is given"),
    ],
)
def test_what_a_conceptor_cannot_be_combined_with(settings, call, words):
    forecaster = Forecaster(EchoStateReservoir(10, random_state=0), washout=20, **settings).fit(WAVES[0][:200])
    with pytest.raises(ValueError, match=f"'conceptor' must be None where {words}"):
        forecaster.forecast(2, conceptor=np.eye(10), **call)


@pytest.mark.parametrize(
    "reservoir",
    [LIFLiquid(10), NVAR(), StackedReservoir([EchoStateReservoir(5), EchoStateReservoir(5)]),
     LTCLiquid(10, mixed_memory=True)],
)  # fmt: skip
def test_states_that_are_no_vectors_are_refused(reservoir):
    fitted = reservoir.fit(np.zeros((3, 1)))
    with pytest.raises(ValueError, match=f"'conceptor' must be None for {type(fitted).__name__}"):
        check_vector_state("conceptor", fitted)


def test_sizes_are_named(memory):
    forecaster, conceptors = memory
    with pytest.raises(ValueError, match="'conceptor' must be one of the 80 units of the reservoir; got one of 7"):
        forecaster.forecast(5, WAVES[0], conceptor=np.eye(7))
    with pytest.raises(ValueError, match="one for each of the 5 steps; got 2"):
        forecaster.forecast(5, WAVES[0], conceptor=conceptors)
    with pytest.raises(ValueError, match="'conceptor' must be a fitted Conceptor"):
        forecaster.forecast(5, WAVES[0], conceptor=Conceptor())


@pytest.mark.parametrize(
    "asked", [{"conceptor": np.eye(5)}, {"initial_state": np.zeros(5)}], ids=lambda asked: [*asked][0]
)
def test_beside_an_expert_there_are_no_conceptors(asked):
    reservoir = EchoStateReservoir(5, random_state=0)
    forecaster = Forecaster(reservoir, RidgeReadout(1e-4), expert=np.tanh, range_factor=None).fit(WAVES[0])
    (name,) = asked
    with pytest.raises(ValueError, match=f"'{name}' must be None where 'expert' is given"):
        forecaster.forecast(3, **asked)
    assert forecaster.set_params(expert=None).fit(WAVES[0]).forecast(3, **asked).shape == (3, 1)
