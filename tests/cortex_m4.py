"""Models in C on a Cortex-M4: built for one, and run on one that QEMU plays."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

GCC, QEMU = shutil.which("arm-none-eabi-gcc"), shutil.which("qemu-system-arm")
needs_cortex_m4 = pytest.mark.skipif(
    None in (GCC, QEMU),
    reason="a Cortex-M4 is played by QEMU: apt install gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm",
)
BOARD = Path(__file__).parent / "fixtures" / "cortex_m4"
FLAGS = [
    *("-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-std=c99", "-O2"),
    *("-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-Wdouble-promotion", "-nostartfiles"),
]
# Writes the bits of every number in hexadecimal digits, so that nothing is lost or rounded.
MAIN = """
#include "{name}.h"

void write_text(const char *text);

static const {name}_real rows[][{n_inputs}] = {{{rows}}};
static {name}_state state;

static void write_number({name}_real value)
{{
    union {{
        {name}_real value;
        uint{bits}_t bits;
    }} number = {{value}};
    char text[{digits} + 2];
    for (int i = 0; i < {digits}; i++) {{
        text[i] = "0123456789abcdef"[number.bits >> ({bits} - 4) & 15];
        number.bits <<= 4;
    }}
    text[{digits}] = '\\n';
    text[{digits} + 1] = 0;
    write_text(text);
}}

int main(void)
{{
    {name}_real output[{n_outputs}];
    {name}_init(&state);
    for (int t = 0; t < {n_rows}; t++) {{
        if ({name}_step(&state, rows[t], output)) {{
            return 1;
        }}
        for (int k = 0; k < {n_outputs}; k++) {{
            write_number(output[k]);
        }}
    }}
    return 0;
}}
"""


def run_on_cortex_m4(files, X, dtype, main=MAIN):
    """Return what the model in C makes of the rows of X on a Cortex-M4."""
    name, folder, bits = files.source.stem, files.source.parent, 8 * np.dtype(dtype).itemsize
    suffix = "f" if bits == 32 else ""
    rows = ", ".join("{" + ", ".join(f"{value!s}{suffix}" for value in row) + "}" for row in np.asarray(X, dtype))
    text = main.format(
        name=name, rows=rows, n_rows=len(X), n_inputs=files.n_inputs, n_outputs=files.n_outputs, bits=bits,
        digits=bits // 4,
    )  # fmt: skip
    (folder / "main.c").write_text(text)
    program = folder / f"{name}.elf"
    sources = [str(path) for path in (files.source, folder / "main.c", BOARD / "startup.c")]
    run(GCC, *FLAGS, "-T", str(BOARD / "memory.ld"), *sources, "-o", str(program), "-lm")
    board = [QEMU, "-M", "mps2-an386", "-nographic", "-monitor", "none", "-serial", "none"]
    text = run(*board, "-semihosting-config", "enable=on,target=native", "-kernel", str(program))
    numbers = np.array([int(line, 16) for line in text.split()], dtype=f"uint{bits}")
    return numbers.view(dtype).reshape(len(X), files.n_outputs)


def run(*command):
    """Return what a program writes; it has to end well."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    return done.stdout + done.stderr
