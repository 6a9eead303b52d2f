"""A fitted model as C99: one header and one source file, for microcontrollers and whatever else has a C compiler."""

import re
import sys
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np

from readouts.types import Precision
from reservoir.checks.arguments import check_dtype
from reservoir.checks.headline import Headline, html_of, text_of
from reservoir.interop.c99.model import dtype_of, program_of
from reservoir.interop.c99.source import header, size_of, source

LONGEST_REPR = 400  # letters
# Of C and of C++, in which the files can be compiled, too; and main, whose file is the user's.
KEYWORDS = (
    "alignas|alignof|and|and_eq|asm|auto|bitand|bitor|bool|break|case|catch|char|class|compl|"
    "const|continue|default|delete|do|double|else|enum|explicit|export|extern|false|float|for|"
    "friend|goto|if|inline|int|long|main|mutable|namespace|new|not|not_eq|operator|or|or_eq|private|"
    "protected|public|real|register|restrict|return|short|signed|sizeof|static|struct|switch|"
    "template|this|throw|true|try|typedef|typeid|typename|union|unsigned|using|virtual|void|"
    "volatile|while|xor|xor_eq"
)
# Of the library of C: a file of this name would be included in place of them.
HEADERS = (
    "assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal|stdarg|stdbool|stddef|"
    "stdint|stdio|stdlib|string|tgmath|time|wchar|wctype"
)


@dataclass(frozen=True, eq=False)
class CFiles:
    """The two files of a model in C, and what it takes.

    Attributes
    ----------
    header, source : Path
    n_inputs, n_outputs : int
        Numbers of a row of input, with those that are known in advance, and of a row of output.
    flash : int
        Bytes of the constants; the code comes on top, some kilobytes.
    ram : int
        Bytes of the state, and of the arrays of a step, which lie on the stack.
    operations : int
        Multiplications, additions and calls of mathematical functions in a step, each counted as one.
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
            ("row", f"{self.n_inputs} in, {self.n_outputs} out", f"{self.header.stem}_step"),
            ("flash", f"{self.flash} bytes", "constants"),
            ("RAM", f"{self.ram} bytes", "state, and arrays of a step"),
            ("step", f"{self.operations} operations", ""),
        ]
        return Headline(f"{self.header.name}, {self.source.name}", rows)


def to_c(model: Any, path: str | PathLike[str], *, dtype: Precision | None = None) -> CFiles:
    """Write a fitted model as C99, in a header and a source file that need nothing but a compiler and ``math.h``.

    For ``path="build/liquid"`` the header ``build/liquid.h`` declares::

        void liquid_init(liquid_state *state);
        int liquid_step(liquid_state *state, const liquid_real *input, liquid_real *output);

    A step takes a row and writes what ``run``, or ``predict``, makes of it: the states of a bare reservoir, the outputs
    of a readout, or the scores of a classifier, of which ``liquid_class`` returns the number of the chosen class. It
    returns 0; or 1, and changes nothing, where a number is NaN or infinite. Of a `Forecaster`, a step predicts the next
    row from the true one, and ``liquid_forecast(state, output)`` goes on from what was predicted last, the closed loop;
    with a ``horizon``, a step predicts all its rows, side by side. What is known in advance is an argument ``known`` of
    both. All memory is in ``liquid_state``, of which there may be several.

    A model of whole sequences has a function more: ``liquid_init`` begins a sequence, ``liquid_step(state, input)``
    takes a row of it, and ``liquid_result(state, output)`` writes what ``transform``, ``predict`` or
    ``decision_function`` make of the rows so far, as often as one likes; it returns 2 where these are too few. That
    takes summaries and views that need no rows but those so far: not "segments" or "model", and neither standardized
    nor reversed views. In single precision, a state within rounding of a threshold of "ppv" may be counted on its other
    side.

    The constants are in flash, sparse weights as sparse ones; there is no heap. Scalers are applied as they are, not
    folded into weights. The header says what all takes, and so does what is returned. The same model always gives the
    same files, which also compile as C++.

    Parameters
    ----------
    model : fitted reservoir, ReservoirRegressor, Forecaster, model of sequences, or Pipeline
        Reservoirs are those of this library with a rule in C, and stacks of these. Readouts are linear, as is proved by
        what they predict; a ``TransformedTargetRegressor`` of one, or a ``Pipeline`` of scalers and one, will do. A
        pipeline holds ``StandardScaler``, ``MinMaxScaler``, ``MaxAbsScaler`` or ``RobustScaler``, also in
        `PerSequence`, then a reservoir, a ``ReservoirRegressor`` or a ``SequenceEncoder``, and perhaps a readout of
        states or of features. Models of sequences are `SequenceEncoder`, `ReservoirClassifier` and `SequenceRegressor`.
    path : str or path
        Where the files are to be, in a folder that exists, with or without ``.c``. The last part begins all names in C.
        Files that are there are replaced.
    dtype : {"float64", "float32"} or None, default=None
        Of all numbers in C; None is that of the model. With "float32" weights are rounded, and a microcontroller
        computes many times faster. States then are off by some 1e-7, as long as the reservoir forgets; outputs by that
        times the length of a row of readout weights, which a larger penalty shortens. Spikes depend on the last bit:
        a spiking liquid is exported in the precision that it was fitted in.

    Returns
    -------
    CFiles
        The paths, and bytes of flash and RAM.

    Raises
    ------
    TypeError
        If a part of the model is not known in C: a reservoir of another class or one that is adapted, a readout
        that is not linear, a transformer that is no scaler.
    ValueError
        If ``path`` cannot be written to or ends in no name that C can use, a number of the model is not finite in
        ``dtype``, a spiking liquid has noise or was fitted in another precision, or a model of sequences has views or
        summaries that need the whole sequence first.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from reservoir import EchoStateReservoir, ReservoirRegressor
    >>> from reservoir.datasets import make_narma
    >>> from reservoir.interop import to_c
    >>> X, y = make_narma(2000, random_state=0)
    >>> model = ReservoirRegressor(EchoStateReservoir(100, random_state=0), washout=100).fit(X, y)
    >>> files = to_c(model, f"{mkdtemp()}/narma", dtype="float32")
    >>> files
    narma.h, narma.c
    row     1 in, 1 out   narma_step
    flash   5208 bytes            constants
    RAM     1604 bytes            state, and arrays of a step
    step    2803 operations
    >>> print(files.header.read_text())
    /* narma: ReservoirRegressor(reservoir=EchoStateReservoir(random_state=0), washout=100)
    ...
    """
    folder, name = _read_path(path)
    precision = check_dtype(dtype_of(model) if dtype is None else dtype)
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
    if not isinstance(path, str | PathLike) or not isinstance(fspath(path), str):
        raise TypeError(f"'path' must be where the files are to be, such as 'build/liquid'; got {path!r}.")
    given, path = path, Path(path)
    name = path.name.removesuffix(".c").removesuffix(".h")
    if path.is_dir():
        raise ValueError(f"'path' must name the files too, such as {str(path / 'liquid')!r}; got a folder, {given!r}.")
    is_taken = re.fullmatch(KEYWORDS, name) or re.fullmatch(HEADERS, name.lower())  # in files, capitals may not count
    if is_taken or not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name):
        raise ValueError(
            "'path' must end in a name that C can use: letters, digits and underscores, a letter first, and no word of "
            f"the language or header of its library; got {given!r}. Such as 'build/liquid', for liquid.h and liquid.c."
        )
    if not path.parent.is_dir():
        raise ValueError(f"'path' must be in a folder that exists; got {given!r}. Make {str(path.parent)!r} first.")
    for file in (path.parent / f"{name}.h", path.parent / f"{name}.c"):
        if file.is_dir():
            raise ValueError(
                f"'path' must name files; got {given!r}, but {str(file)!r} is a folder. Take another name."
            )
    return path.parent, name


def _comment(model, name, dtype, size):
    shown = re.sub(" at 0x[0-9A-Fa-f]+", "", repr(model))  # of an object, which would be another each time
    shown = shorten(shown, LONGEST_REPR, placeholder=" ...")
    real = "double" if dtype == np.float64 else "single"
    return (
        f"{name}: {shown}\n"
        f"Written by liquid-reservoir {sys.modules['reservoir'].__version__}, in {real} precision.\n"
        f"Flash: {size.constants} bytes of constants, and the code. RAM: {size.state} bytes of state, {size.scratch} "
        f"bytes of arrays on the stack. A step: {size.operations} operations."
    )
