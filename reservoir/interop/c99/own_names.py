"""Names of file scope in C that begin with the name of the model, so that source files can be included in one another.

Rules are written with short names, which say what they mean in any precision; here they become those of one model.
"""

import re

import numpy as np

# Functions of math.h that statements of rules may call, and what they are in double and in single precision.
FUNCTIONS = {name.upper(): (name, f"{name}f") for name in ("fabs", "sqrt", "fma")}
DEFINED = re.compile(r"^static (?:inline )?\w+ (\w+)\(", re.MULTILINE)


def with_own_names(name, code, dtype):
    r"""Return code of C whose type, literals and functions are those of one model in one precision.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.c99.own_names import with_own_names
    >>> print(with_own_names("narma", "static real half(real x)\n{\n    return R(0.5) * FABS(x);\n}", np.float32))
    static narma_real narma_half(narma_real x)
    {
        return 0.5f * fabsf(x);
    }
    """
    is_single = np.dtype(dtype) == np.float32
    for function in sorted(set(DEFINED.findall(code))):
        code = re.sub(rf"\b{function}(?=\()", f"{name}_{function.lower()}", code)
    for function, meaning in FUNCTIONS.items():
        code = re.sub(rf"\b{function}\b", meaning[is_single], code)
    code = re.sub(r"\bR\(([^()]+)\)", lambda found: _literal(found[1], is_single), code)
    code = re.sub(r"\bRESTRICT\b", f"{name.upper()}_RESTRICT", code)
    return re.sub(r"\breal\b", f"{name}_real", code)


def _literal(number, is_single):
    """Return a number as C writes it; one with a sign in brackets, before which a minus would make it a decrement."""
    text = number + ("f" if is_single else "")
    return f"({text})" if text.startswith("-") else text
