"""Exponential functions in C are those of mathematics, within a few units in the last place."""

import subprocess

import numpy as np
import pytest
from c_programs import GCC, STRICT, needs_gcc
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.interop.c99.exponentials import exponentials
from reservoir.kernels.functions import exp

PROGRAM = """
#include <math.h>
#include <stdint.h>
#include <stdio.h>
typedef {real} real;
#define R(number) {literal}
#define FABS {fabs}
{functions}
int main(void)
{{
    static real x[4096], y[4096];
    size_t n;
    while ((n = fread(x, sizeof *x, 4096, stdin)) > 0) {{
        for (size_t i = 0; i < n; i++) {{
            y[i] = {name}(x[i]);
        }}
        fwrite(y, sizeof *y, n, stdout);
    }}
    return 0;
}}
"""
EXACT = {"TANH": np.tanh, "EXP": np.exp, "EXPM1": np.expm1}


def compute(folder, name, x, *flags):
    single = x.dtype == np.float32
    text = PROGRAM.format(
        real="float" if single else "double", literal="number##f" if single else "number", name=name,
        fabs="fabsf" if single else "fabs", functions="\n".join(exponentials(f"{name}(", x.dtype)),
    )  # fmt: skip
    (folder / "f.c").write_text(text)
    command = [GCC, "-std=c99", *STRICT, "-O3", *flags, str(folder / "f.c"), "-o", str(folder / "f"), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([str(folder / "f")], input=x.tobytes(), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return np.frombuffer(done.stdout, x.dtype), done.stderr


def arguments(dtype):
    random = np.random.RandomState(0)
    limit = 87 if dtype == "float32" else 708
    tiny = 10.0 ** random.uniform(-30, 0, 2000) * random.choice([-1, 1], 2000)
    return np.concatenate([random.uniform(-limit, limit, 20000), random.uniform(-2, 2, 20000), tiny, [0.0]]).astype(
        dtype
    )


@needs_gcc
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", EXACT)
def test_within_four_units_in_the_last_place(tmp_path, name, dtype):
    x = arguments(dtype)
    exact = EXACT[name](x.astype(np.longdouble))
    y, _ = compute(tmp_path, name, x)
    assert np.max(np.abs(y - exact) / np.spacing(np.abs(exact).astype(dtype))) < 4


@needs_gcc
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", EXACT)
def test_a_compiler_that_reorders_sums_does_no_harm(tmp_path, name, dtype):
    # It undoes what keeps the digits of numbers near 0, and some of those of 2^k, for k up to 1000.
    x = arguments(dtype)
    y, _ = compute(tmp_path, name, x, "-ffast-math")
    lost = np.finfo(dtype).eps * (4 if name == "TANH" else 1000)
    assert_allclose(y, EXACT[name](x.astype(np.longdouble)), rtol=lost, atol=lost)


@needs_gcc
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_arguments_beyond_all_numbers(tmp_path, dtype):
    most = np.finfo(dtype).max
    x = np.array([-np.inf, -most, most, np.inf], dtype)
    assert_array_equal(compute(tmp_path, "TANH", x)[0], [-1, -1, 1, 1])
    y, _ = compute(tmp_path, "EXP", x)
    assert np.isfinite(y).all() and y[0] == y[1] < np.finfo(dtype).tiny * 1e3 and y[2] == y[3] > most / 1e3


@needs_gcc
def test_nothing_undefined_of_any_number(tmp_path):
    bits = np.random.RandomState(0).randint(0, 2**63, 20000, dtype=np.uint64)
    x = np.concatenate([(bits << np.uint64(1)).view(np.float64), [np.nan, np.inf, -np.inf]])
    flags = ("-fsanitize=undefined,float-cast-overflow", "-fno-sanitize-recover=all", "-fsanitize=address")
    compute(tmp_path, "TANH", x, *flags)
    compute(tmp_path, "EXP", x, *flags)


@needs_gcc
def test_the_loops_vectorise(tmp_path):
    text = "\n".join(exponentials("TANH(", np.dtype("float64")))
    loop = "void f(const real *restrict x, real *restrict y) { for (int i = 0; i < 64; i++) { y[i] = TANH(x[i]); } }"
    head = "#include <math.h>\n#include <stdint.h>\ntypedef double real;\n#define R(x) x\n#define FABS fabs\n"
    (tmp_path / "f.c").write_text(f"{head}{text}\n{loop}\n")
    command = [GCC, "-std=c99", "-O2", "-ftree-vectorize", "-fopt-info-vec-optimized", "-c", "f.c", "-o", "f.o"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "loop vectorized" in done.stderr


@needs_gcc
def test_the_bits_of_the_kernels(tmp_path):
    # Not all of them, for kernels fuse products; but the same reduction and polynomial.
    x = np.random.RandomState(0).uniform(-20, 20, 20000)
    y, _ = compute(tmp_path, "EXP", x)
    assert np.mean(y == [exp(value) for value in x]) > 0.5
