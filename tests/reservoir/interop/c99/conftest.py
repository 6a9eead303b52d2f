import ctypes
import subprocess
from pathlib import Path

import numpy as np
import pytest
from c_programs import GCC, STRICT

from reservoir.interop.c99.exponentials import exponentials
from reservoir.interop.c99.literals import declaration
from reservoir.interop.c99.own_names import FUNCTIONS

FIXTURES = Path(__file__).parents[3] / "fixtures"


@pytest.fixture(scope="session")
def run_piece(tmp_path_factory):
    """Compile a `Piece` as a function of arrays, all of one precision, and call it: it changes the arrays."""
    if GCC is None:
        pytest.skip("gcc compiles what is written; install it, e.g. apt install gcc")
    folder, libraries = tmp_path_factory.mktemp("pieces"), {}

    def run(piece, **arrays):
        text = text_of(piece, arrays)
        if text not in libraries:
            libraries[text] = compile_library(folder, f"piece{len(libraries)}", text)
        libraries[text].run(*(array.ctypes.data_as(ctypes.c_void_p) for array in arrays.values()))

    return run


@pytest.fixture
def stored_cell():
    """A state_dict of ncps, a series with elapsed times in column 1, and what the cell made of it on torch."""

    def load(case):
        with np.load(FIXTURES / "ncps_states.npz") as stored:
            own = {name.removeprefix(f"{case}/"): stored[name] for name in stored if name.startswith(f"{case}/")}
            return own, np.insert(stored["inputs"], 1, stored["times"], axis=1), stored[f"{case}:irregular"]

    return load


def text_of(piece, arrays):
    """The whole source of the function."""
    dtype = next(iter(arrays.values())).dtype
    single = dtype == np.float32
    head = f"void run({', '.join(f'real *{name}' for name in arrays)})"
    constants = [
        declaration(name, value if value.dtype.kind in "iu" else value.astype(dtype))
        for name, value in piece.constants.items()
    ]
    lines = ["#include <math.h>", "#include <stdint.h>", f"typedef {'float' if single else 'double'} real;"]
    lines += [f"#define R(number) {'number##f' if single else 'number'}"]
    lines += [f"#define {name} {meaning[single]}" for name, meaning in FUNCTIONS.items()]
    lines += exponentials("\n".join([*piece.helpers.values(), piece.body]), dtype)
    lines += [*piece.helpers.values(), f"{head};", f"{head} {{", *(f"(void){name};" for name in arrays), *constants]
    lines += [f"real {name}[{size}];" for name, size in piece.scratch.items()]
    return "\n".join([*lines, piece.body, "}\n"])


def compile_library(folder, name, text):
    source, library = folder / f"{name}.c", folder / f"{name}.so"
    source.write_text(text)
    command = [GCC, "-std=c99", *STRICT, "-O1", "-fPIC", "-shared", str(source), "-o", str(library), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(library))
