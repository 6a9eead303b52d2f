"""The text of the two files: a header with the state and what can be called, and a source file with the rest."""

import re
from textwrap import fill, indent
from typing import NamedTuple

import numpy as np

from reservoir.interop.c99.circuit import Call, Check, Circuit
from reservoir.interop.c99.literals import declaration, literal, smallest_type

# Names that statements of rules may use, and what they stand for in double and in single precision.
MACROS = {
    "R(number)": ("number", "number##f"),
    **{name.upper(): (name, f"{name}f") for name in ("tanh", "exp", "expm1", "fabs", "sqrt", "fma")},
}


class Size(NamedTuple):
    """What a model takes: bytes of constants, of the state, and of the arrays of a step; operations of a step."""

    constants: int
    state: int
    scratch: int
    operations: int


def size_of(circuit: Circuit, dtype: np.dtype) -> Size:
    """Return the `Size` of a model."""
    rules = circuit.rules.values()
    constants = sum(_bytes(array, dtype) for rule in rules for array in rule.constants.values())
    fields = [array for rule in rules for array in rule.state.values()] + list(circuit.kept.values())
    state = sum(array.nbytes if array.dtype.kind in "iu" else array.size * dtype.itemsize for array in fields)
    scratch = circuit.length + max((sum(rule.scratch.values()) for rule in rules), default=0)
    return Size(constants, state, scratch * dtype.itemsize, sum(rule.operations for rule in rules))


def _bytes(array, dtype):
    if array.dtype.kind not in "iu":
        return array.size * dtype.itemsize
    return array.size * np.dtype(smallest_type(array)).itemsize


def header(name: str, circuit: Circuit, n_outputs: int, dtype: np.dtype, comment: str) -> str:
    """Return the header file."""
    real = "double" if dtype == np.float64 else "float"
    structs = "".join(_struct(name, part, rule.state) for part, rule in circuit.rules.items() if rule.state)
    fields = "".join(f"    {name}_{part} {part};\n" for part, rule in circuit.rules.items() if rule.state)
    fields += "".join(_field(name, field, array) for field, array in circuit.kept.items())
    fields = fields or "    unsigned char nothing; /* C has no empty struct */\n"
    guard = f"{name}_h".upper()
    return f"""{_comment(comment)}
#ifndef {guard}
#define {guard}

#include <stdint.h>

#ifdef __cplusplus
extern "C" {{
#endif

#define {name.upper()}_INPUTS {circuit.n_inputs}
#define {name.upper()}_OUTPUTS {n_outputs}

typedef {real} {name}_real;

{structs}typedef struct {{
{fields}}} {name}_state;

/* Set the state to that before the first row. */
void {name}_init({name}_state *state);

/* Take a row of input and write a row of output, which must not overlap it. Returns 0; or 1, and changes nothing, if
   the row is refused: a number of it is NaN or infinite, or an elapsed time is negative. */
int {name}_step({name}_state *state, const {name}_real *input, {name}_real *output);

#ifdef __cplusplus
}}
#endif

#endif
"""


def source(name: str, circuit: Circuit, dtype: np.dtype, comment: str) -> str:
    """Return the source file."""
    helpers = {key: text for rule in circuit.rules.values() for key, text in rule.helpers.items()}
    functions = [*helpers.values(), *(_function(name, part, rule, dtype) for part, rule in circuit.rules.items())]
    code = "\n\n".join([*functions, _init(name, circuit), _step(name, circuit, dtype)])
    return f"""{_comment(comment)}
#include "{name}.h"

#include <math.h>

#ifdef __cplusplus
#define RESTRICT __restrict
#else
#define RESTRICT restrict
#endif

typedef {name}_real real;
{_macros(code, dtype)}
{code}
"""


def _macros(code, dtype):
    """Return the definitions of the macros that occur in the code."""
    lines = [f"#define {name} {meaning[dtype == np.float32]}\n" for name, meaning in MACROS.items()]
    used = [line for line in lines if re.search(rf"\b{re.split('[ (]', line)[1]}\b", code)]
    return "".join(used)


def _function(name, part, rule, dtype):
    own = f"{name}_{part} *RESTRICT s, " if rule.state else ""
    constants = [declaration(key, _real(array, dtype)) for key, array in rule.constants.items()]
    scratch = [f"real {key}[{length}];" for key, length in rule.scratch.items()]
    body = indent("\n".join([*constants, *scratch, rule.body]), "    ")
    return f"static void {name}_run_{part}({own}const real *RESTRICT u, real *RESTRICT y)\n{{\n{body}\n}}"


def _real(array, dtype):
    return array if array.dtype.kind in "iu" else array.astype(dtype)


def _init(name, circuit):
    fields = [
        (f"state->{part}.{key}", array) for part, rule in circuit.rules.items() for key, array in rule.state.items()
    ]
    fields += [(f"state->{key}", array) for key, array in circuit.kept.items()]
    body = "\n".join(_fill(field, array) for field, array in fields) or "state->nothing = 0;"
    return f"void {name}_init({name}_state *state)\n{{\n{indent(body, '    ')}\n}}"


def _fill(field, array):
    """Return statements that give a field of the state its first values."""
    if array.ndim == 0 or array.size == 1:
        return f"{field}{'' if array.ndim == 0 else '[0]'} = {literal(array.reshape(-1)[0])};"
    if np.all(array == array.flat[0]):
        return f"for (int i = 0; i < {array.size}; i++) {{\n    {field}[i] = {literal(array.flat[0])};\n}}"
    declared = declaration("first", array)
    copy = f"for (int i = 0; i < {array.size}; i++) {{\n    {field}[i] = first[i];\n}}"
    return "{\n" + indent(f"{declared}\n{copy}", "    ") + "\n}"


def _step(name, circuit, dtype):
    lines = [f"real v[{circuit.length}];"] if circuit.length else []
    largest = literal(np.finfo(dtype).max)
    lines.append(
        f"for (int i = 0; i < {circuit.n_inputs}; i++) {{\n    if (!(FABS(u[i]) <= {largest})) {{\n"
        "        return 1;\n    }\n}"
    )
    lines += [_statement(name, circuit, step) for step in circuit.steps]
    body = indent("\n".join([*lines, "return 0;"]), "    ")
    head = f"int {name}_step({name}_state *state, const {name}_real *u, {name}_real *y)"
    unused = "" if any(rule.state for rule in circuit.rules.values()) or circuit.kept else "    (void)state;\n"
    return f"{head}\n{{\n{unused}{body}\n}}"


def _statement(name, circuit, step):
    if isinstance(step, Check):
        return f"if (!({step.condition})) {{\n    return 1;\n}}"
    if isinstance(step, Call):
        own = f"&state->{step.name}, " if circuit.rules[step.name].state else ""
        return f"{name}_run_{step.name}({own}{step.source.text}, {step.target.text});"
    (from_, first, size), (to, start, _) = step.source, step.target
    if size == 1:
        return f"{to}[{start}] = {from_}[{first}];"
    source = f"{from_}[i + {first}]" if first else f"{from_}[i]"
    target = f"{to}[i + {start}]" if start else f"{to}[i]"
    return f"for (int i = 0; i < {size}; i++) {{\n    {target} = {source};\n}}"


def _struct(name, part, state):
    fields = "".join(_field(name, key, array) for key, array in state.items())
    return f"typedef struct {{\n{fields}}} {name}_{part};\n\n"


def _field(name, field, array):
    kind = f"{array.dtype.name}_t" if array.dtype.kind in "iu" else f"{name}_real"
    return f"    {kind} {field}{''.join(f'[{size}]' for size in array.shape)};\n"


def _comment(text):
    paragraphs = [fill(line, 116, subsequent_indent="  ") for line in text.splitlines()]
    return "/* " + "\n".join(paragraphs).replace("\n", "\n   ") + " */"
