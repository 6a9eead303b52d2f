"""Models in C: what the files are called, what they take, and that they run without a fault, on a Cortex-M4, too."""

import re
from importlib import import_module
from types import ModuleType

import numpy as np
import pytest
from builders import series
from c_programs import needs_gcc, outputs_in_c
from cortex_m4 import needs_cortex_m4, run_on_cortex_m4
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import reservoir
from reservoir import CTRNNLiquid, EchoStateReservoir, ReservoirRegressor
from reservoir.interop import to_c

U = np.abs(series(300, 3))
ECHO = EchoStateReservoir(40, random_state=0).fit(U)
LIQUID = CTRNNLiquid(20, topology="random", elapsed_column=1, random_state=0)
MODEL = make_pipeline(StandardScaler(with_mean=False), ReservoirRegressor(LIQUID, Ridge())).fit(U, U[:, :2])
SANITIZERS = ("-fsanitize=undefined,address", "-fno-sanitize-recover=all", "-g")


@pytest.mark.parametrize("path", ["liquid", "liquid.c", "liquid.h", "Liquid_2"])
def test_the_last_part_of_the_path_is_the_name(tmp_path, path):
    files = to_c(ECHO, str(tmp_path / path))
    stem = path.split(".")[0]
    assert (files.header, files.source) == (tmp_path / f"{stem}.h", tmp_path / f"{stem}.c")
    assert sorted(tmp_path.iterdir()) == sorted([files.header, files.source])
    assert f"void {stem}_init({stem}_state *state);" in files.header.read_text()


@pytest.mark.parametrize(
    "name",
    ["", "2nd", "my-model", "model.cpp", "modèle", "_model", "a b", "double", "class", "*", "math", "Stdint", "main"],
)
def test_a_name_that_c_cannot_use_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="'path' must (end in a name that C can use|name the files too)"):
        to_c(ECHO, f"{tmp_path}/{name}")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_or_is_the_path_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'path' must be in a folder that exists; got .* Make .*build' first"):
        to_c(ECHO, tmp_path / "build" / "liquid")
    with pytest.raises(ValueError, match=r"'path' must name the files too, such as '.*liquid'; got a folder"):
        to_c(ECHO, tmp_path)
    (tmp_path / "taken.c").mkdir()
    with pytest.raises(ValueError, match=r"'path' must name files; got .*taken.*, but '.*taken\.c' is a folder"):
        to_c(ECHO, tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.c"]
    for path in (None, 3, b"liquid"):
        with pytest.raises(TypeError, match="'path' must be where the files are to be"):
            to_c(ECHO, path)


def test_a_precision_that_c_does_not_have_is_refused(tmp_path):
    with pytest.raises(ValueError, match="'dtype'"):
        to_c(ECHO, tmp_path / "liquid", dtype="float16")
    large = EchoStateReservoir(recurrent_weights=[[1e300]], random_state=0).fit(U)
    with pytest.raises(ValueError, match=r"'model' must hold numbers that are finite in float32; got 1e\+300"):
        to_c(large, tmp_path / "liquid", dtype="float32")
    assert not list(tmp_path.iterdir())


def test_files_are_replaced(tmp_path):
    before = to_c(ECHO, tmp_path / "liquid").source.read_text()
    assert to_c(MODEL, tmp_path / "liquid").source.read_text() != before


def test_what_is_said_of_memory_and_time(tmp_path):
    files = to_c(ECHO, tmp_path / "liquid", dtype="float32")
    # Bias, weights of 3 features and 10 neighbours; the state twice, so that neighbours are contiguous, and the drive.
    assert files.flash == 4 * 40 * (1 + 3 + 10)
    assert files.ram == 4 * (2 * 40 + 40)
    assert files.operations == 40 * (2 * 13 + 3 + 1)
    assert (files.n_inputs, files.n_outputs) == (3, 40)
    said = " ".join(files.header.read_text().split())
    assert f"liquid: {ECHO!r} Written by liquid-reservoir {reservoir.__version__}, in single precision." in said
    assert f"Flash: {files.flash} bytes" in said and f"A step: {files.operations} operations." in said


def test_the_function_has_its_name_whoever_imports_the_file():
    import_module("reservoir.interop.to_c")
    assert reservoir.interop.to_c is to_c and not isinstance(to_c, ModuleType)


@needs_gcc
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("dtype", "flags"), [("float64", ()), ("float64", ("-Ofast",)), ("float32", ("-Ofast",))])
def test_a_row_that_is_not_finite_changes_nothing(tmp_path, bad, dtype, flags):
    X = U.copy()
    X[7, 2] = bad
    outputs = outputs_in_c(to_c(MODEL, tmp_path / "model", dtype=dtype), X, *flags, dtype=dtype)
    assert np.all(outputs[7] == -1)
    tolerance = 1e-12 if dtype == "float64" else 1e-4  # of what a readout makes of numbers in single precision
    assert_allclose(np.delete(outputs, 7, axis=0), MODEL.predict(np.delete(U, 7, axis=0)), rtol=0, atol=tolerance)


@needs_gcc
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sanitizers_find_nothing(tmp_path, dtype):
    X = np.vstack([U, [[0, 0, 0], [3e38, 3e38, -3e38]], U])
    for number, model in enumerate((ECHO, MODEL)):
        outputs = outputs_in_c(to_c(model, tmp_path / f"model{number}", dtype=dtype), X, *SANITIZERS, dtype=dtype)
        assert np.isfinite(outputs[: len(U)]).all()


@needs_gcc
@pytest.mark.parametrize("flags", [("-O0",), ("-Os",), ("-O3", "-march=native"), ("-O3", "-ffast-math")], ids=" ".join)
def test_optimisation_changes_last_digits_only(tmp_path, flags):
    outputs = outputs_in_c(to_c(MODEL, tmp_path / "model"), U, *flags)
    assert_allclose(outputs, MODEL.predict(U), rtol=0, atol=1e-12)


@needs_cortex_m4
@needs_gcc
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_cortex_m4_computes_the_same_bits(tmp_path, dtype):
    files = to_c(MODEL, tmp_path / "model", dtype=dtype)
    assert_array_equal(run_on_cortex_m4(files, U[:50], dtype), outputs_in_c(files, U[:50], dtype=dtype))


@needs_cortex_m4
def test_a_wrong_weight_would_be_seen_on_a_cortex_m4(tmp_path):
    files = to_c(MODEL, tmp_path / "model", dtype="float32")
    text = files.source.read_text()
    weight = re.search(r" weights\[20\]\[20\] = {\s*{\s*(-?\d\.\d+f)", text)[1]
    files.source.write_text(text.replace(weight, "0.5f", 1))
    outputs = run_on_cortex_m4(files, U[:50], "float32")
    assert np.abs(outputs - MODEL.predict(U[:50])).max() > 10 * 1e-5
