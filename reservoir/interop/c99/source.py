"""The text of the two files: a header with the state and the functions, and a source file with their code."""

from textwrap import fill, indent
from typing import NamedTuple

import numpy as np

from reservoir.interop.c99.calls import Call, Check, Mark
from reservoir.interop.c99.exponentials import exponentials
from reservoir.interop.c99.literals import declaration, in_real, literal, smallest_type
from reservoir.interop.c99.own_names import with_own_names

INIT = "Set the state to that before the first row."
CLASS = "Return the number of the class whose score is the largest, of scores that {step} has written."
CLASS_OF_ONE = "Return the number of the class: 1 if the score that {step} has written is above 0, else 0."
ARGMAX = """\
int best = 0;
for (int k = 1; k < {n}; k++) {{
    if (scores[k] > scores[best]) {{
        best = k;
    }}
}}
return best;"""
CHECK = """\
for (int i = 0; i < {n}; i++) {{
    if (!is_finite({key}[i])) {{
        return 1;
    }}
}}"""
# Under -ffast-math compilers take for granted that every comparison with the largest number holds.
IS_FINITE = """\
/* Whether a number is neither NaN nor infinite, by the bits of its exponent, which no flag of a compiler changes. */
static int is_finite(real number)
{{
    union {{ real value; uint{width}_t bits; }} read;
    read.value = number;
    return (read.bits & {exponent}) != {exponent};
}}"""
LINE = 116


class Size(NamedTuple):
    """What a model takes: bytes of constants, of the state, and of the arrays of a step; operations of a step."""

    constants: int
    state: int
    scratch: int
    operations: int


def size_of(program):
    """Return the `Size` of a `Program`."""
    rules, real = program.rules.values(), program.dtype.itemsize
    fields = [array for rule in rules for array in rule.state.values()] + list(program.kept.values())
    constants = [array for rule in rules for array in rule.constants.values()]
    constants += [array for array in fields if np.any(array != array.flat[0])]  # what they begin with
    whole = [array for array in constants if array.dtype.kind in "iu"]
    longest = max(function.length for function in program.functions)
    longest += max((sum(rule.scratch.values()) for rule in rules), default=0)
    return Size(
        sum(array.size for array in constants if array.dtype.kind == "f") * real
        + sum(array.size * np.dtype(smallest_type(array)).itemsize for array in whole),
        _bytes_of_state(program),
        longest * real,
        operations_of(program.functions[0]),
    )


def _bytes_of_state(program):
    """Return the size of the struct of the state, with what lies between its fields so that they are aligned."""

    def laid_out(fields):
        size, widest = 0, 1
        for length, alignment in fields:
            size, widest = -(-size // alignment) * alignment + length, max(widest, alignment)
        return -(-size // widest) * widest, widest

    def of_array(array):
        alignment = np.dtype(_field_type(array) or program.dtype).itemsize
        return array.size * alignment, alignment

    structs = [laid_out(map(of_array, rule.state.values())) for rule in program.rules.values() if rule.state]
    return laid_out([*structs, *map(of_array, program.kept.values())])[0] or 1  # which stands in an empty struct


def operations_of(function):
    """Return the number of operations of a `Function`."""
    return sum(function.program.rules[step.name].operations for step in function.steps if isinstance(step, Call))


def scratch_of(function):
    """Return the bytes of the arrays of a `Function`, and of the rule with the largest ones among those it calls."""
    rules = [function.program.rules[step.name] for step in function.steps if isinstance(step, Call)]
    longest = max((sum(rule.scratch.values()) for rule in rules), default=0)
    return (function.length + longest) * function.program.dtype.itemsize


def header(name, program, comment):
    """Return the text of the header file."""
    real = "double" if program.dtype == np.float64 else "float"
    parts = {part: rule.state for part, rule in program.rules.items() if rule.state}
    structs = [_struct(f"{name}_{part}", name, state) for part, state in parts.items()]
    fields = [f"{name}_{part} {part};" for part in parts] + _fields(name, program.kept)
    fields = fields or ["unsigned char nothing; /* C has no empty struct */"]
    state = f"typedef struct {{\n{indent(chr(10).join(fields), '    ')}\n}} {name}_state;"
    sizes = {key: span.size for function in program.functions for key, span in function.inputs.items()}
    sizes["output"] = program.answering.output.size
    defines = "\n".join(f"#define {name.upper()}_{key.upper()}S {size}" for key, size in sizes.items())
    heads = [(INIT, f"void {name}_init({name}_state *state)")]
    heads += [(function.comment, _head(name, function)) for function in program.functions]
    heads += [(_class_comment(name, program), _class_head(name))] if program.classes is not None else []
    declarations = "\n\n".join(f"{as_comment(said)}\n{head};" for said, head in heads)
    guard = f"{name.upper()}_H"
    return f"""\
{as_comment(comment)}
#ifndef {guard}
#define {guard}

#include <stdint.h>

#ifdef __cplusplus
extern "C" {{
#endif

{defines}

typedef {real} {name}_real;

{chr(10).join([*structs, state])}

{declarations}

#ifdef __cplusplus
}}
#endif

#endif
"""


def source(name, program, comment):
    """Return the text of the source file."""
    helpers = {key: text for rule in program.rules.values() for key, text in rule.helpers.items()}
    functions = [_is_finite(program.dtype), *helpers.values(), *(_rule(name, part, program) for part in program.rules)]
    functions += [_init(name, program), *(_function(name, program, function) for function in program.functions)]
    functions += [_class(name, program)] if program.classes is not None else []
    code = "\n\n".join([*exponentials("\n".join(functions), program.dtype), *functions])
    restrict = f"{name.upper()}_RESTRICT"
    return f"""\
{as_comment(comment)}
#include "{name}.h"

#include <math.h>

#ifdef __cplusplus
#define {restrict} __restrict
#else
#define {restrict} restrict
#endif

{with_own_names(name, code, program.dtype)}
"""


def _is_finite(dtype):
    width, exponent = (32, "0x7f800000u") if dtype == np.float32 else (64, "0x7ff0000000000000u")
    return IS_FINITE.format(width=width, exponent=exponent)


def as_comment(text):
    """Return a text as a comment in C, in lines that are not too long.

    Examples
    --------
    >>> from reservoir.interop.c99.source import as_comment
    >>> print(as_comment("One /* line */."))
    /* One / * line * /. */
    """
    text = text.replace("*/", "* /").replace("/*", "/ *")
    lines = [fill(line, LINE, subsequent_indent="  ") for line in text.splitlines()]
    return "/* " + "\n".join(lines).replace("\n", "\n   ") + " */"


def _field_type(array):
    """Return the integer type of a field of the state, as NumPy names it; None of ``real``."""
    if array.dtype.kind not in "iu":
        return None
    return array.dtype.name


def _fields(name, arrays):
    return [
        f"{f'{kind}_t' if (kind := _field_type(array)) else f'{name}_real'} {key}"
        f"{''.join(f'[{size}]' for size in array.shape)};"
        for key, array in arrays.items()
    ]


def _struct(kind, name, state):
    return f"typedef struct {{\n{indent(chr(10).join(_fields(name, state)), '    ')}\n}} {kind};\n"


def _rule(name, part, program):
    """Return the function of a rule, in which its constants are local."""
    rule, dtype, owner = program.rules[part], program.dtype, program.owner(part)
    own = f"{name}_{owner} *RESTRICT s, " if owner else ""
    constants = [
        declaration(key, array if array.dtype.kind in "iu" else in_real(array, dtype))
        for key, array in rule.constants.items()
    ]
    scratch = [f"real {key}[{length}];" for key, length in rule.scratch.items()]
    body = indent("\n".join([*constants, *scratch, rule.body]), "    ")
    return f"static void {part}_run({own}const real *RESTRICT u, real *RESTRICT y)\n{{\n{body}\n}}"


def _init(name, program):
    fields = [(f"{part}.{key}", array) for part, rule in program.rules.items() for key, array in rule.state.items()]
    fields += list(program.kept.items())
    body = "\n".join(_first_values(f"state->{key}", array, program.dtype) for key, array in fields)
    return f"void {name}_init({name}_state *state)\n{{\n{indent(body or 'state->nothing = 0;', '    ')}\n}}"


def _first_values(field, array, dtype):
    """Return statements that give a field of the state its values before the first row."""
    array = array if array.dtype.kind in "iu" else in_real(array, dtype)
    if array.ndim == 0:
        return f"{field} = {literal(array[()])};"
    if np.all(array == array.flat[0]):
        return _loops(array.shape, lambda place: f"{field}{place} = {literal(array.flat[0])};")
    inner = f"{declaration('first', array)}\n" + _loops(array.shape, lambda place: f"{field}{place} = first{place};")
    return "{\n" + indent(inner, "    ") + "\n}"


def _loops(shape, statement):
    """Return nested loops over all places of an array."""
    counters = [chr(ord("i") + axis) for axis in range(len(shape))]
    text = statement("".join(f"[{counter}]" for counter in counters))
    for counter, size in zip(counters[::-1], shape[::-1], strict=True):
        text = f"for (int {counter} = 0; {counter} < {size}; {counter}++) {{\n{indent(text, '    ')}\n}}"
    return text


def _head(name, function):
    rows = [f"const {name}_real *{key}" for key in function.inputs]
    rows += [f"{name}_real *output"] if function.output.size else []
    return f"int {name}_{function.name}({', '.join([f'{name}_state *state', *rows])})"


def _function(name, program, function):
    lines = [] if any(rule.state for rule in program.rules.values()) or program.kept else ["(void)state;"]
    lines += [f"real v[{function.length}];"] if function.length else []
    lines += [CHECK.format(key=key, n=span.size) for key, span in function.inputs.items()]
    lines += [_statement(program, step) for step in function.steps]
    return f"{_head(name, function)}\n{{\n{indent(chr(10).join([*lines, 'return 0;']), '    ')}\n}}"


def _statement(program, step):
    if isinstance(step, Check):
        test = f"if (!({step.condition})) {{\n    return {step.returns};\n}}"
        return f"for (int i = 0; i < {step.times}; i++) {{\n{indent(test, '    ')}\n}}" if step.times else test
    if isinstance(step, Mark):
        return f"state->{step.key} = 1;"
    if isinstance(step, Call):
        owner = program.owner(step.name)
        own = f"&state->{owner}, " if owner else ""
        return f"{step.name}_run({own}{step.source.text}, {step.target.text});"
    source, target = ((span.array, span.start) for span in step)
    if step.source.size == 1:
        return f"{target[0]}[{target[1]}] = {source[0]}[{source[1]}];"
    places = (f"{array}[{f'{start} + ' if start else ''}i]" for array, start in (target, source))
    return f"for (int i = 0; i < {step.source.size}; i++) {{\n    {' = '.join(places)};\n}}"


def _class_head(name):
    return f"int {name}_class(const {name}_real *scores)"


def _class_comment(name, program):
    said = CLASS_OF_ONE if program.answering.output.size == 1 else CLASS
    labels = "\n".join(f"{number} is {label!r}" for number, label in enumerate(program.classes.tolist()))
    return f"{said.format(step=f'{name}_{program.answering.name}')} The classes:\n{labels}"


def _class(name, program):
    n = program.answering.output.size
    body = "return scores[0] > R(0.0);" if n == 1 else ARGMAX.format(n=n)
    return f"{_class_head(name)}\n{{\n{indent(body, '    ')}\n}}"
