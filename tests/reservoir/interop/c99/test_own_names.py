"""Names of file scope are those of the model: two models can be one translation unit."""

import re
import subprocess

import numpy as np
import pytest
from builders import series
from c_programs import GCC, STRICT, needs_gcc, outputs_in_c
from numpy.testing import assert_array_equal
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadoutClassifier
from reservoir import (
    CfCLiquid,
    EchoStateReservoir,
    LTCLiquid,
    Markram,
    ReservoirRegressor,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.interop import to_c
from reservoir.interop.c99.own_names import with_own_names

U = np.abs(series(200, 3))
# What helpers, rules and macros there are: sums, sigmoids, exponentials, fused products, scalers, and classes.
DOUBLE = make_pipeline(
    StandardScaler(),
    ReservoirRegressor(
        StackedReservoir([LTCLiquid(8, random_state=0), EchoStateReservoir(20, random_state=0)]),
        RidgeReadoutClassifier(),
    ),
).fit(U, U[:, 0] > np.median(U[:, 0]))
SINGLE = ReservoirRegressor(
    StackedReservoir(
        [
            SpikingLiquid(
                20, short_term_plasticity=Markram(0.5, 200.0, 50.0), output="traces", random_state=0, dtype="float32"
            ),
            CfCLiquid(8, mixed_memory=True, random_state=0, dtype="float32"),
        ]
    ),
    Ridge(),
).fit(U, U[:, :2])
BOTH = """
#include "{first}"
#include "{second}"
#include <stdio.h>

static wide_state wide;
static narrow_state narrow;

int main(void)
{{
    wide_real u[WIDE_INPUTS], y[WIDE_OUTPUTS];
    narrow_real v[NARROW_INPUTS], z[NARROW_OUTPUTS];
    wide_init(&wide);
    narrow_init(&narrow);
    while (fread(u, sizeof u, 1, stdin) == 1) {{
        for (int i = 0; i < WIDE_INPUTS; i++) {{
            v[i] = (narrow_real)u[i];
        }}
        if (wide_step(&wide, u, y) || narrow_step(&narrow, v, z)) {{
            return 1;
        }}
        fwrite(y, sizeof y, 1, stdout);
        fwrite(z, sizeof z, 1, stdout);
    }}
    return 0;
}}
"""


@needs_gcc
@pytest.mark.parametrize("order", [("wide.c", "narrow.c"), ("narrow.c", "wide.c")])
def test_two_models_in_one_translation_unit_give_the_bits_of_each_alone(tmp_path, order):
    wide, narrow = to_c(DOUBLE, tmp_path / "wide"), to_c(SINGLE, tmp_path / "narrow")
    (tmp_path / "both.c").write_text(BOTH.format(first=order[0], second=order[1]))
    command = [GCC, "-std=c99", *STRICT, "-Wunused-macros", "-O2", "both.c", "-o", "both", "-lm"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    rows = U.astype(np.float32).astype(np.float64)
    done = subprocess.run([tmp_path / "both"], input=rows.tobytes(), capture_output=True, check=True, timeout=60)
    kind = np.dtype([("wide", np.float64, (wide.n_outputs,)), ("narrow", np.float32, (narrow.n_outputs,))])
    outputs = np.frombuffer(done.stdout, kind)
    assert_array_equal(outputs["wide"], outputs_in_c(wide, rows))
    assert_array_equal(outputs["narrow"], outputs_in_c(narrow, rows, dtype="float32"))


@pytest.mark.parametrize("model", [DOUBLE, SINGLE], ids=["double", "single"])
def test_all_names_of_file_scope_begin_with_that_of_the_model(tmp_path, model):
    files = to_c(model, tmp_path / "model")
    text = files.source.read_text()
    defined = re.findall(r"^(?:static |inline )*(?:void|int|model_real) (\w+)\(", text, re.MULTILINE)
    assert len(defined) > 8 and all(name.startswith("model_") for name in defined)
    assert set(re.findall(r"#define (\w+)", text)) == {"MODEL_RESTRICT"}
    assert not re.search(r"\b(real|R|FABS|SQRT|FMA|TANH|EXP|EXPM1)\b", text.partition("*/")[2])


def test_a_literal_with_a_sign_stays_a_literal_behind_another_sign():
    assert with_own_names("a", "-R(-0.5) - R(1e-05)", np.float32) == "-(-0.5f) - 1e-05f"
