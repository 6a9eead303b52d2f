"""Models in C, compiled and run on this machine."""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from reservoir.interop.c99.calls import Function, Program
from reservoir.interop.c99.source import header, source

GCC = shutil.which("gcc")
needs_gcc = pytest.mark.skipif(GCC is None, reason="gcc compiles what is written; install it, e.g. apt install gcc")
STRICT = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-Wdouble-promotion", "-Wshadow"]
# Compilers other than gcc, and processors of 32 bits, whose own registers hold more digits than a number has.
OTHERS = {
    "clang": ("clang", "-std=c99", *STRICT, "-Wunreachable-code", "-ffp-contract=off"),
    "32 bits": (GCC, "-m32", "-msse2", "-mfpmath=sse", "-std=c99", *STRICT),
    "32 bits, x87": (GCC, "-m32", "-std=c99", *STRICT),
}
TO_INSTALL = {"clang": "clang", "32 bits": "gcc-multilib", "32 bits, x87": "gcc-multilib"}
# Rows of input come in as they lie in memory, rows of output go out likewise; a row that is refused becomes -1.
HARNESS = """
#include "{name}.h"
#include <stdio.h>

int main(void)
{{
    {name}_state state;
    {name}_real u[{upper}_INPUTS], y[{upper}_OUTPUTS];
    {name}_init(&state);
    while (fread(u, sizeof u, 1, stdin) == 1) {{
        if ({name}_step(&state, u, y)) {{
            for (int i = 0; i < {upper}_OUTPUTS; i++) {{
                y[i] = -1;
            }}
        }}
        fwrite(y, sizeof y, 1, stdout);
    }}
    return 0;
}}
"""


def compile_c(files, *flags, harness=HARNESS, compiler=(GCC, "-std=c99", *STRICT)):
    """Compile what `to_c` wrote with a program around it, and return that program."""
    name, folder = files.source.stem, files.source.parent
    main, program = folder / f"{name}_main.c", folder / f"{name}_main"
    main.write_text(harness.format(name=name, upper=name.upper()))
    command = [*compiler, "-O2", *flags, str(files.source), str(main), "-o", str(program), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return program


def needed_compiler(name, folder):
    """Return the command of a compiler in `OTHERS`; skip the test if it cannot make a program on this machine."""
    command, text = OTHERS[name], folder / "empty.c"
    text.write_text("#include <stdio.h>\nint main(void) { return 0; }\n")
    found = command[0] is not None and shutil.which(command[0])
    if not found or subprocess.run([*command[:4], text, "-o", folder / "empty"], capture_output=True).returncode:
        pytest.skip(f"{name}: install the compiler, e.g. apt install {TO_INSTALL[name]}")
    return command


def run_c(program: Path, files, X, dtype="float64"):
    """Run a program of `compile_c` on the rows of X, and return its rows of output."""
    rows = np.ascontiguousarray(X, dtype=dtype)
    done = subprocess.run([str(program)], input=rows.tobytes(), capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return np.frombuffer(done.stdout, dtype).reshape(len(rows), files.n_outputs)


def outputs_in_c(files, X, *flags, dtype="float64", harness=HARNESS):
    """Return what the model in C makes of the rows of X."""
    return run_c(compile_c(files, *flags, harness=harness), files, X, dtype)


def outputs_of_rule(folder, rule, X, dtype="float64"):
    """Return what a `CRule` by itself makes of the rows of X."""
    program = Program(np.dtype(dtype))
    step = Function(program, "step", "Take a row.", {"input": rule.n_inputs})
    step.finish([step.call("rule", rule, [step.inputs["input"]])])
    files = RuleFiles(folder / "one.h", folder / "one.c", rule.n_outputs)
    files.header.write_text(header("one", program, "One rule."))
    files.source.write_text(source("one", program, "One rule."))
    return outputs_in_c(files, X, dtype=dtype)


class RuleFiles(NamedTuple):
    """The files of a rule by itself."""

    header: Path
    source: Path
    n_outputs: int
