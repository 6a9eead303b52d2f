"""The text of the two files: what it declares, what it says of memory, and that it compiles as what it claims to be."""

import re
import shutil
import subprocess

import numpy as np
import pytest
from builders import series
from c_programs import GCC, OTHERS, compile_c, needed_compiler, needs_gcc, outputs_in_c, run_c
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge

from readouts import RidgeReadoutClassifier
from reservoir import (
    NVAR,
    CfCLiquid,
    EchoStateReservoir,
    Forecaster,
    Izhikevich,
    LTCLiquid,
    ReservoirRegressor,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.interop import to_c
from reservoir.interop.c99.source import as_comment

U = series(100, 3)
ECHO = EchoStateReservoir(21, topology="random", leak_rate=(0.1, 0.9), random_state=0)
MODEL = ReservoirRegressor(ECHO, Ridge(), feedback=True).fit(U, U[:, :2])
FORECASTER = Forecaster(StackedReservoir([ECHO, EchoStateReservoir(9, random_state=1)]), Ridge(), period=5).fit(U)
STATELESS = ReservoirRegressor(NVAR(delay=1), Ridge()).fit(U, U[:, :2])
COMPILERS = [name for name in ("g++", "clang", "clang++") if shutil.which(name)]


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_gcc
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("model", [MODEL, FORECASTER, STATELESS], ids=["regressor", "forecaster", "stateless"])
def test_bytes_are_those_of_the_compiler(tmp_path, model, dtype):
    files = to_c(model, tmp_path / "model", dtype=dtype)
    run(GCC, "-std=c99", "-Os", "-c", files.source, "-o", tmp_path / "model.o")
    sections = run("size", "-A", tmp_path / "model.o")
    in_flash = sum(int(size) for size in re.findall(r"^\.rodata\S*\s+(\d+)", sections, re.MULTILINE))
    # Numbers in statements come on top, and a table of a few bytes may become part of the code.
    assert files.flash - 8 <= in_flash < files.flash + 500
    said = re.search(r"RAM: (\d+) bytes of state, (\d+)\s+bytes of arrays", " ".join(files.header.read_text().split()))
    (tmp_path / "size.c").write_text(
        '#include "model.h"\n#include <stdio.h>\nint main(void) { printf("%d", (int)sizeof(model_state)); return 0; }\n'
    )
    run(GCC, tmp_path / "size.c", "-o", tmp_path / "size")
    assert int(said[1]) == int(run(tmp_path / "size"))
    assert int(said[1]) + int(said[2]) == files.ram


@needs_gcc
def test_the_stack_is_what_is_said(tmp_path):
    files = to_c(MODEL, tmp_path / "model")
    run(GCC, "-std=c99", "-Os", "-fno-inline", "-fstack-usage", "-c", files.source, "-o", tmp_path / "model.o")
    frames = {name: int(size) for name, size in re.findall(r":(\w+)\t(\d+)", (tmp_path / "model.su").read_text())}
    scratch = int(re.search(r"state, (\d+)", files.header.read_text())[1])
    used = frames["model_step"] + max(size for name, size in frames.items() if name.endswith("_run"))
    assert scratch <= used < scratch + 250  # registers that are put aside


@pytest.mark.parametrize("compiler", COMPILERS)
def test_other_compilers_take_it(tmp_path, compiler):
    files = to_c(ReservoirRegressor(ECHO, RidgeReadoutClassifier()).fit(U, U[:, 0] > 0), tmp_path / "model")
    language = ["-x", "c++", "-std=c++11"] if compiler.endswith("++") else ["-std=c99"]
    strict = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion"]
    run(compiler, *language, *strict, "-O2", "-c", files.source, "-o", tmp_path / "model.o")
    names = run("nm", tmp_path / "model.o")
    assert {"model_init", "model_step", "model_class"} == set(
        re.findall(r" T (\w+)", names)
    )  # not mangled, all else static


SPIKING = SpikingLiquid(20, neuron=Izhikevich(), refractory=0.0, random_state=0).fit(U)
LIQUIDS = ReservoirRegressor(StackedReservoir([LTCLiquid(9), CfCLiquid(7)], random_state=0), Ridge()).fit(U, U[:, :2])


@needs_gcc
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize(("model", "dtype"), [(MODEL, "float32"), (LIQUIDS, "float64"), (SPIKING, "float64")])
def test_other_compilers_and_32_bits_give_the_same_numbers(tmp_path, other, model, dtype):
    compiler, files = needed_compiler(other, tmp_path), to_c(model, tmp_path / "model", dtype=dtype)
    expected = outputs_in_c(files, U, dtype=dtype)
    outputs = run_c(compile_c(files, compiler=compiler), files, U, dtype)
    assert np.abs(outputs).max() > 0.1
    if other == "32 bits, x87":  # rounds what it keeps in registers later, or not at all
        assert_allclose(outputs, expected, rtol=0, atol=1e-12 if dtype == "float64" else 1e-5)
    else:
        assert_array_equal(outputs, expected)


def test_the_same_model_gives_the_same_files(tmp_path):
    first, second = (to_c(MODEL, tmp_path / name / "model") for name in ("a", "b") if not (tmp_path / name).mkdir())
    assert first.source.read_bytes() == second.source.read_bytes()
    assert first.header.read_bytes() == second.header.read_bytes()


def test_the_comment_holds_no_address_of_an_object(tmp_path):
    reservoir = EchoStateReservoir(5, random_state=np.random.RandomState(0)).fit(U)
    assert "0x" not in to_c(reservoir, tmp_path / "model").header.read_text()


def test_no_heap_and_no_library_but_math(tmp_path):
    files = to_c(MODEL, tmp_path / "model")
    text = files.source.read_text() + files.header.read_text()
    assert set(re.findall(r"#include (.*)", text)) == {"<math.h>", "<stdint.h>", '"model.h"'}
    assert "malloc" not in text


def test_labels_cannot_end_the_comment(tmp_path):
    labels = np.where(U[:, 0] > 0, "*/ int x; /*", "b\nc")
    files = to_c(ReservoirRegressor(ECHO, RidgeReadoutClassifier()).fit(U, labels), tmp_path / "model")
    text = files.header.read_text()
    assert text.count("/*") == text.count("*/")
    assert r"'b\nc'" in text and "* / int x; / *" in text


def test_long_lines_of_comments_are_wrapped():
    assert max(map(len, as_comment("word " * 100).splitlines())) <= 120
