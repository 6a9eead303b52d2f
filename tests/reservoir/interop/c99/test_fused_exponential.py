import subprocess

import numpy as np
import pytest
from c_programs import GCC, STRICT, needs_gcc
from numpy.testing import assert_array_equal

from readouts.compiling import njit
from reservoir.interop.c99.fused_exponential import fused_exp, highest_power
from reservoir.kernels.functions import exp

PROGRAM = """\
#include <math.h>
#include <stdint.h>
#include <stdio.h>
typedef {real} real;
#define R(number) number{pasted}
#define FMA fma{suffix}
{function}
int main(void)
{{
    real x;
    while (fread(&x, sizeof x, 1, stdin) == 1) {{
        x = fused_exp(x);
        fwrite(&x, sizeof x, 1, stdout);
    }}
    return 0;
}}
"""


@njit
def exponentials(x):
    powers = np.empty_like(x)
    for i in range(x.size):
        powers[i] = exp(x[i])
    return powers


@needs_gcc
@pytest.mark.parametrize(("dtype", "real", "suffix"), [("float64", "double", ""), ("float32", "float", "f")])
def test_bits_are_those_of_the_kernels(tmp_path, dtype, real, suffix):
    (function,) = fused_exp(np.dtype(dtype)).values()
    program, source = tmp_path / "program", tmp_path / "program.c"
    source.write_text(
        PROGRAM.format(real=real, suffix=suffix, pasted=f"##{suffix}" if suffix else "", function=function)
    )
    subprocess.run([GCC, "-std=c99", *STRICT, "-O2", source, "-o", program, "-lm"], check=True, timeout=60)
    random = np.random.RandomState(0)
    x = np.concatenate([random.uniform(-1, 1, 5000), random.uniform(-100, 100, 5000), [0.0, -1e4, 1e4, -1e-30]])
    done = subprocess.run([program], input=x.astype(dtype).tobytes(), capture_output=True, check=True, timeout=60)
    powers = np.frombuffer(done.stdout, dtype)
    assert_array_equal(powers, exponentials(x.astype(dtype)))
    clipped = np.clip(x, -highest_power(np.dtype(dtype)), highest_power(np.dtype(dtype)))
    tolerance = 1e-14 if dtype == "float64" else 1e-6
    np.testing.assert_allclose(powers, np.exp(clipped.astype(dtype)), rtol=tolerance)
