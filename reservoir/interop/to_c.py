"""A fitted model as C99: one header and one source file, for microcontrollers and whatever else has a C compiler."""

import re
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np

import reservoir
from reservoir.checks.arguments import check_dtype
from reservoir.checks.headline import Headline, html_of, text_of
from reservoir.interop.c99.model import program_of, reservoir_of
from reservoir.interop.c99.source import header, size_of, source

LONGEST_REPR = 400  # letters
# Of C and of C++, in which the files can be compiled, too.
KEYWORDS = (
    "alignas|alignof|and|and_eq|asm|auto|bitand|bitor|bool|break|case|catch|char|class|compl|"
    "const|continue|default|delete|do|double|else|enum|explicit|export|extern|false|float|for|"
    "friend|goto|if|inline|int|long|mutable|namespace|new|not|not_eq|operator|or|or_eq|private|"
    "protected|public|real|register|restrict|return|short|signed|sizeof|static|struct|switch|"
    "template|this|throw|true|try|typedef|typeid|typename|union|unsigned|using|virtual|void|"
    "volatile|while|xor|xor_eq"
)


@dataclass(frozen=True, eq=False)
class CFiles:
    """The two files of a model in C, and what it takes.

    Attributes
    ----------
    header, source : Path
    n_inputs, n_outputs : int
        Numbers of a row.
    flash : int
        Bytes of the constants; the code comes on top.
    ram : int
        Bytes of the state, and of the arrays of a step, which lie on the stack.
    operations : int
        Multiplications, additions and calls of mathematical functions in a step.
    """

    header: Path
    source: Path
    n_inputs: int
    n_outputs: int
    flash: int
    ram: int
    operations: int

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What it takes."""
        rows = [
            ("rows", f"{self.n_inputs} numbers in, {self.n_outputs} out", f"{self.header.stem}_step"),
            ("flash", f"{self.flash:,} bytes", "constants"),
            ("RAM", f"{self.ram:,} bytes", "state, and arrays of a step"),
            ("step", f"{self.operations:,} operations", ""),
        ]
        return Headline(f"{self.header.name} and {self.source.name} in {self.header.parent}", rows)


def to_c(model: Any, path: str | PathLike, *, dtype: Any = None) -> CFiles:
    """Write a fitted model as C99."""
    folder, name = _read_path(path)
    precision = check_dtype(reservoir_of(model).dtype_ if dtype is None else dtype)
    program = program_of(model, precision)
    size, step = size_of(program), program.functions[0]
    files = CFiles(
        folder / f"{name}.h", folder / f"{name}.c", sum(span.size for span in step.inputs.values()),
        program.answering.output.size, size.constants, size.state + size.scratch, size.operations,
    )  # fmt: skip
    comment = _comment(model, name, precision, size)
    texts = header(name, program, comment), source(name, program, comment)
    for file, text in zip((files.header, files.source), texts, strict=True):
        file.write_text(text, encoding="utf-8", newline="\n")
    return files


def _read_path(path):
    """Return the folder and the name of the files, or raise if there can be no such files."""
    if not isinstance(path, str | PathLike):
        raise TypeError(f"'path' must be where the files are to be, such as 'build/liquid'; got {path!r}.")
    path = Path(fspath(path))
    name = path.name.removesuffix(".c").removesuffix(".h")
    if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name) or re.fullmatch(KEYWORDS, name):
        raise ValueError(
            f"'path' must end in a name that C can use, of letters, digits and underscores, such as 'build/liquid' for "
            f"liquid.h and liquid.c; got {str(path)!r}."
        )
    if not path.parent.is_dir():
        raise ValueError(f"'path' must be in a folder that exists; got {str(path)!r}. Make the folder first.")
    return path.parent, name


def _comment(model, name, dtype, size):
    shown = shorten(repr(model), LONGEST_REPR, placeholder=" ...")
    real = "double" if dtype == np.float64 else "single"
    return (
        f"{name}: {shown}\n"
        f"Written by liquid-reservoir {_version()}, in {real} precision.\n"
        f"Flash: {size.constants} bytes of constants, and the code. RAM: {size.state} bytes of state, {size.scratch} "
        f"bytes of arrays on the stack. A step: {size.operations} operations."
    )


def _version():
    return getattr(reservoir, "__version__", "0.1.0")
