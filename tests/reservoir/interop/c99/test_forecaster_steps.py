"""Forecasters in C: rows predicted from true rows, then a closed loop, as in Python."""

import subprocess

import numpy as np
import pytest
from c_programs import compile_c, needs_gcc, outputs_in_c
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, RobustScaler

from readouts import RidgeReadout
from reservoir import CTRNNLiquid, EchoStateReservoir, Forecaster, StackedReservoir
from reservoir.interop import to_c

N_TRAINED, N_TRUE, N_LOOPED = 1200, 300, 100
T, RANDOM = np.arange(1700), np.random.RandomState(0)
X = np.column_stack([np.sin(0.2 * T) + 0.3 * np.sin(0.31 * T), np.cos(0.2 * T)]) + 0.05 * RANDOM.standard_normal(
    (1700, 2)
)
CALENDAR = np.column_stack([np.cos(0.05 * T), np.sin(0.13 * T)])
TIMES = np.column_stack([RANDOM.uniform(0.5, 1.5, 1700), np.sin(0.13 * T)])
ECHO, LIQUID = EchoStateReservoir(30, random_state=0), CTRNNLiquid(12, elapsed_column=2, random_state=0)
STACK = StackedReservoir([EchoStateReservoir(12), CTRNNLiquid(6)], elapsed_column=-2, random_state=0)


def forecaster(reservoir=ECHO, **parameters):
    return Forecaster(reservoir, RidgeReadout(1.0), range_factor=None, **parameters)


MODELS = {
    "plain": (forecaster(), None),
    "rows as they are": (forecaster(transformer=None), None),
    "states alone": (forecaster(passthrough=False), None),
    "increments": (forecaster(target="increment"), None),
    "squares": (forecaster(squares=True), None),
    "squares of states alone": (forecaster(squares=True, passthrough=False, target="increment"), None),
    "squares, known, seasons": (forecaster(EchoStateReservoir(31, random_state=0), squares=True, period=31), CALENDAR),
    "differences": (forecaster(difference=2), None),
    "a season": (forecaster(period=31), None),
    "seasons": (forecaster(period=(7, 31), difference=1), None),
    "transformers": (forecaster(transformer=make_pipeline(RobustScaler(), MinMaxScaler()), difference=1), None),
    "known": (forecaster(), CALENDAR),
    "known, seasons": (forecaster(difference=1, period=31), CALENDAR),
    "known times": (forecaster(LIQUID, difference=1), TIMES),
    "known times of a stack": (forecaster(STACK, difference="damped"), TIMES),
}
# Takes as many true rows as its argument says, and then goes on alone; what is known comes behind each row.
HARNESS = """
#include "{{name}}.h"
#include <stdio.h>
#include <stdlib.h>

static int take(int t, int n, {{name}}_state *state, const {{name}}_real *u, {{name}}_real *y)
{{{{
    {known}
    return t < n ? {{name}}_step(state, u{also}, y) : {{name}}_forecast(state{also}, y);
}}}}

int main(int count, char **arguments)
{{{{
    {{name}}_state state;
    {{name}}_real u[{width}] = {{{{0}}}}, y[{{upper}}_OUTPUTS];
    const int n = count > 1 ? atoi(arguments[1]) : 0;
    {{name}}_init(&state);
    if (take(1, 0, &state, u, y) != 2) {{{{
        return 3; /* there is nothing to go on from */
    }}}}
    for (int t = 0; fread(u, sizeof u, 1, stdin) == 1; t++) {{{{
        const int returned = take(t, n, &state, u, y);
        if (returned == 1) {{{{
            return 1;
        }}}}
        if (returned == 0) {{{{
            fwrite(y, sizeof y, 1, stdout);
        }}}}
    }}}}
    return 0;
}}}}
"""


def predict_in_c(folder, model, known, dtype):
    files = to_c(model, folder / "model", dtype=dtype)
    n_known = 0 if known is None else known.shape[1]
    text = HARNESS.format(
        known="const {name}_real *known = u + {upper}_INPUTS;" if n_known else "",
        also=", known" if n_known else "", width=2 + n_known,
    )  # fmt: skip
    program = compile_c(files, harness=text.format(name="model", upper="MODEL").replace("{", "{{").replace("}", "}}"))
    rows = X[N_TRAINED : N_TRAINED + N_TRUE]
    rows = np.concatenate([rows, np.zeros((N_LOOPED, 2))])
    if n_known:
        rows = np.hstack([rows, known[N_TRAINED + 1 :][: len(rows)]])
    rows = np.ascontiguousarray(rows, dtype)
    done = subprocess.run([str(program), str(N_TRUE)], input=rows.tobytes(), capture_output=True, timeout=60)
    assert done.returncode == 0
    outputs = np.frombuffer(done.stdout, dtype).reshape(-1, 2)
    return outputs[:-N_LOOPED], outputs[-N_LOOPED:]


def predict(model, known):
    """The same in Python."""
    end = N_TRAINED + N_TRUE
    one_step = {} if known is None else {"exogenous": known[N_TRAINED : end + 1]}
    looped = (
        {} if known is None else {"exogenous": known[end:][: N_LOOPED + 1], "context_exogenous": known[N_TRAINED:end]}
    )
    forecast = model.forecast(N_LOOPED + 1, X[N_TRAINED:end], **looped)
    return model.predict_one_step(X[N_TRAINED : end + 1], **one_step), forecast[1:]


@needs_gcc
@pytest.mark.parametrize("name", MODELS)
def test_predictions_and_closed_loop_are_those_in_python(tmp_path, name):
    model, known = MODELS[name]
    model.fit(X[:N_TRAINED], exogenous=None if known is None else known[:N_TRAINED])
    for mine, expected in zip(predict_in_c(tmp_path, model, known, "float64"), predict(model, known), strict=True):
        # Sums of many differences grow to some tens.
        assert_allclose(mine, expected, rtol=1e-12, atol=1e-12)


@needs_gcc
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-5)])
def test_squares_stay_as_near_over_10000_steps(tmp_path, dtype, tolerance):
    model = forecaster(squares=True).fit(X[:N_TRAINED])
    rows = np.sin(np.arange(10_001)[:, None] * [0.2, 0.31])
    files = to_c(model, tmp_path / "model", dtype=dtype)
    expected = model.predict_one_step(rows)
    assert_allclose(outputs_in_c(files, rows[:-1], dtype=dtype), expected, rtol=0, atol=tolerance)


@needs_gcc
def test_single_precision_is_that_near(tmp_path):
    model = MODELS["plain"][0].fit(X[:N_TRAINED])
    for mine, expected in zip(predict_in_c(tmp_path, model, None, "float32"), predict(model, None), strict=True):
        assert_allclose(mine, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Forecaster(ECHO, RandomForestRegressor(2)), "'model' must have a linear readout.*RandomForestRegressor"),
        (forecaster(expert=np.tanh), "'model' must not have an 'expert', .* got <ufunc 'tanh'>. Fit it without"),
        (forecaster(expert=np.tanh, horizon=3), "'model' must not have an 'expert'"),
        (forecaster(CTRNNLiquid(5, elapsed_column=1)), "'model' must be given elapsed times in advance.*column 1 of X"),
        (forecaster(transformer=FunctionTransformer(np.arctan, np.tan)), "FunctionTransformer of <ufunc 'arctan'>"),
        (forecaster(transformer=PCA(2)), "'model' must transform rows by .* only; got PCA"),
    ],
    ids=["readout", "expert", "expert ahead", "times", "function", "components"],
)
def test_what_is_not_known_in_c_is_refused(tmp_path, model, said):
    with pytest.raises((TypeError, ValueError), match=said):
        to_c(model.fit(np.abs(X[:200])), tmp_path / "model")
    assert not list(tmp_path.iterdir())
