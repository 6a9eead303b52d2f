import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from waves import KNOWN, WAVES, small

from readouts import RidgeReadout
from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, LIFLiquid, StackedReservoir
from reservoir.forecaster import Forecaster
from reservoir.forecaster.exogenous import lay_beside
from reservoir.forecaster.known_ahead import known_ahead
from reservoir.forecaster.origins import (
    find_direct_origins,
    find_loop_origins,
    forecast_directly,
    forecast_in_loops,
    windows,
)

ORIGINS = [120, 121, 150, 151, 152, 400]
N_STEPS = 7
RESERVOIRS = {
    "echo state": small(),
    "random echo state": small(topology="random", leak_rate=0.3),
    "CTRNN": small(CTRNNLiquid),
    "spiking": small(LIFLiquid),
    "delays": NVAR(),
    "stack": StackedReservoir([small(), small()]),
}


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.filterwarnings("ignore:.*leaves? the range|The forecast of")
@pytest.mark.parametrize("reservoir", RESERVOIRS.values(), ids=RESERVOIRS)
def test_closed_loops_equal_those_of_each_context(reservoir):
    fitted = Forecaster(reservoir, RidgeReadout(1e-3), washout=50, transformer=None).fit(
        WAVES[:300], exogenous=KNOWN[:300]
    )
    inputs = lay_beside(WAVES, KNOWN)
    origins = find_loop_origins(fitted.reservoir_, inputs, np.array(ORIGINS) - 1)
    loop = fitted.loop_readout_, fitted.readout_
    ahead = forecast_in_loops(fitted.reservoir_, origins, N_STEPS, fitted._task, (), *loop)
    for number, origin in enumerate(ORIGINS):
        known = {"exogenous": KNOWN[origin : origin + N_STEPS], "context_exogenous": KNOWN[:origin]}
        assert_array_equal(ahead[number], fitted.forecast(N_STEPS, WAVES[:origin], **known))


def test_direct_forecasts_equal_those_of_each_context():
    settings = {"washout": 50, "transformer": None, "difference": 0, "horizon": N_STEPS}
    fitted = Forecaster(small(), RidgeReadout(1e-3), **settings).fit(WAVES[:300], exogenous=KNOWN[:300])
    inputs, ahead = lay_beside(WAVES, KNOWN), known_ahead(WAVES, KNOWN, (), N_STEPS)
    origins = find_direct_origins(fitted.reservoir_, inputs, ahead, np.array(ORIGINS) - 1)
    rows = forecast_directly(fitted.reservoir_, origins, 5, fitted._task, fitted.readout_)
    assert rows.shape == (len(ORIGINS), 5, 2)
    for number, origin in enumerate(ORIGINS):
        known = {"exogenous": KNOWN[origin : origin + N_STEPS], "context_exogenous": KNOWN[:origin]}
        assert_allclose(rows[number], fitted.forecast(5, WAVES[:origin], **known), atol=1e-12)


def test_some_of_the_origins():
    reservoir = EchoStateReservoir(5, random_state=0).fit(WAVES)
    chosen = np.array([False, True, True, False, False, True])
    loops = find_loop_origins(reservoir, WAVES, ORIGINS).among(chosen)
    direct = find_direct_origins(reservoir, WAVES, None, ORIGINS).among(chosen)
    assert_array_equal(loops.positions, [121, 150, 400])
    assert_array_equal(loops.states[2], reservoir.run(WAVES[:400])[1])
    assert_array_equal(direct.features[2], np.hstack([reservoir.run(WAVES[:401])[0][-1], WAVES[400]]))


def test_windows_are_rows_of_the_series():
    assert_array_equal(windows(WAVES, [3, 9], 4), [WAVES[3:7], WAVES[9:13]])
