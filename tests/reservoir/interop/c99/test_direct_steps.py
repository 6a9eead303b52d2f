"""Direct forecasters in C: the rows of the horizon are those in Python, after every true row."""

import numpy as np
import pytest
from c_programs import compile_c, needs_gcc, run_c
from numpy.testing import assert_allclose
from sklearn.linear_model import PoissonRegressor
from sklearn.multioutput import MultiOutputRegressor
from sklearn.preprocessing import MinMaxScaler

from readouts import RidgeReadout
from reservoir import CTRNNLiquid, EchoStateReservoir, Forecaster
from reservoir.interop import to_c

N_TRAINED, N_TRUE = 600, 60
T, RANDOM = np.arange(700), np.random.RandomState(0)
X = np.column_stack([np.sin(0.2 * T) + 0.3 * np.sin(0.31 * T), np.cos(0.2 * T)]) + 0.05 * RANDOM.standard_normal(
    (700, 2)
)
CALENDAR = np.column_stack([np.cos(0.05 * T), np.sin(0.13 * T)])
TIMES = np.column_stack([RANDOM.uniform(0.5, 1.5, 700), np.sin(0.13 * T)])
ECHO, LIQUID = EchoStateReservoir(20, random_state=0), CTRNNLiquid(9, elapsed_column=2, random_state=0)


def forecaster(reservoir=ECHO, horizon=7, **parameters):
    return Forecaster(reservoir, RidgeReadout(1.0), horizon=horizon, range_factor=None, **parameters)


MODELS = {
    "differences": (forecaster(), None),
    "levels": (forecaster(difference=0), None),
    "rows as they are": (forecaster(difference=2, transformer=None), None),
    "increments": (forecaster(target="increment"), None),
    "increments of levels": (forecaster(target="increment", difference=0), None),
    "states alone": (forecaster(passthrough=False), None),
    "one row": (forecaster(horizon=1), None),
    "a season shorter than the horizon": (forecaster(period=5), None),
    "seasons": (forecaster(period=(4, 31), difference=1), None),
    "transformer": (forecaster(transformer=MinMaxScaler()), None),
    "squares": (forecaster(squares=True), None),
    "squares, states alone, seasons, known": (forecaster(squares=True, passthrough=False, period=12), CALENDAR),
    "known": (forecaster(), CALENDAR),
    "known, seasons, increments": (forecaster(period=12, target="increment"), CALENDAR),
    "known times": (forecaster(LIQUID), TIMES),
}
# A row that is not forecast from, as it is among the first, becomes NaN; what is known comes behind each row.
HARNESS = """
#include "{name}.h"
#include <math.h>
#include <stdio.h>

int main(void)
{{
    {name}_state state;
    {name}_real u[ALL], y[{upper}_OUTPUTS];
    {name}_init(&state);
    while (fread(u, sizeof u, 1, stdin) == 1) {{
        if ({name}_step(&state, u KNOWN, y)) {{
            for (int i = 0; i < {upper}_OUTPUTS; i++) {{
                y[i] = NAN;
            }}
        }}
        fwrite(y, sizeof y, 1, stdout);
    }}
    return 0;
}}
"""


@needs_gcc
@pytest.mark.parametrize("name", MODELS)
def test_forecasts_are_those_in_python(tmp_path, name):
    model, known = MODELS[name]
    model.fit(X[:N_TRAINED], exogenous=None if known is None else known[:N_TRAINED])
    files, rows, horizon = to_c(model, tmp_path / "model"), X[N_TRAINED:][:N_TRUE], model.horizon_
    also = "" if known is None else ", u + {upper}_INPUTS"
    program = compile_c(files, harness=HARNESS.replace("ALL", str(files.n_inputs)).replace(" KNOWN", also))
    if known is not None:
        ahead = np.lib.stride_tricks.sliding_window_view(known, horizon, axis=0).swapaxes(1, 2)
        rows = np.hstack([rows, ahead[N_TRAINED + 1 :][: len(rows)].reshape(len(rows), -1)])
    outputs = run_c(program, files, rows).reshape(N_TRUE, horizon, 2)
    n_lost = model.preparation_.n_lost
    assert np.isnan(outputs[:n_lost]).all() and np.isfinite(outputs[n_lost:]).all()
    for end in {n_lost + model.washout_ + 1, N_TRUE - 1, N_TRUE} & set(range(N_TRUE + 1)):
        start, stop = N_TRAINED, N_TRAINED + end
        beside = {}
        if known is not None:
            beside = {"exogenous": known[stop : stop + horizon], "context_exogenous": known[start:stop]}
        model.washout_ = 0  # a context may be as short as that
        expected = model.forecast(horizon, X[start:stop], **beside)
        assert_allclose(outputs[end - 1], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("readout", [MultiOutputRegressor(PoissonRegressor())])
def test_a_readout_that_is_not_linear_is_refused(tmp_path, readout):
    model = Forecaster(ECHO, readout, horizon=2, difference=0, transformer=None).fit(np.abs(X[:200]))
    with pytest.raises(TypeError, match="'model' must have a linear readout.*MultiOutputRegressor"):
        to_c(model, tmp_path / "model")
    assert not list(tmp_path.iterdir())
