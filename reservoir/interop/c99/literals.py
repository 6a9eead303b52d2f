"""Numbers and arrays as C writes them, exactly."""

import numpy as np

UNSIGNED, SIGNED = ("uint8", "uint16", "uint32"), ("int8", "int16", "int32")
LINE = 110  # letters


def in_real(values, dtype):
    """Return floating-point values in the precision of the C code; raise ValueError if one is not finite in it.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.c99.literals import in_real
    >>> in_real([0.1], np.dtype("float32")).item()
    0.10000000149011612
    """
    with np.errstate(over="ignore"):
        rounded = np.asarray(values, dtype=dtype)
    if not np.isfinite(rounded).all():
        worst = np.asarray(values).flat[int(np.argmin(np.isfinite(rounded)))]
        raise ValueError(
            f"'model' must hold numbers that are finite in {dtype.name}; got {float(worst)!r}. "
            "Scale the data, or export as dtype='float64'."
        )
    return rounded


def literal(value):
    """Return one number of NumPy as C writes it: the shortest text that is read back as the same number.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.c99.literals import literal
    >>> literal(np.float64(0.1)), literal(np.float32(0.1)), literal(np.float32(3)), literal(np.int64(-3))
    ('0.1', '0.1f', '3.0f', '-3')
    """
    if value.dtype.kind in "iu":
        return str(int(value))
    return str(value) + ("f" if value.dtype == np.float32 else "")


def smallest_type(values):
    """Return the smallest integer type, as NumPy names it, that holds all values.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.c99.literals import smallest_type
    >>> smallest_type(np.array([0, 255])), smallest_type(np.array([0, 256])), smallest_type(np.array([-1, 5]))
    ('uint8', 'uint16', 'int8')
    """
    kinds = SIGNED if np.min(values, initial=0) < 0 else UNSIGNED
    return next(kind for kind in kinds if np.all(np.asarray(values).astype(kind) == values))


def declaration(name, values):
    """Return the definition of a constant array of ``real``, or of the smallest integers that hold all values.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.c99.literals import declaration
    >>> print(declaration("delays", np.array([[1, 2], [300, 4]])))
    static const uint16_t delays[2][2] = {
        {1, 2},
        {300, 4},
    };
    """
    kind = f"{smallest_type(values)}_t" if values.dtype.kind in "iu" else "real"
    sizes = "".join(f"[{size}]" for size in values.shape)
    return f"static const {kind} {name}{sizes} = {_braces(values, 0)};"


def _braces(values, depth):
    if values.ndim > 1:
        inner = "".join(f"{'    ' * (depth + 1)}{_braces(part, depth + 1)},\n" for part in values)
        return f"{{\n{inner}{'    ' * depth}}}"
    numbers = [literal(value) for value in values]
    if sum(map(len, numbers)) + 2 * len(numbers) < LINE - 30:
        return f"{{{', '.join(numbers)}}}"
    indent = "    " * (depth + 1)
    return "{\n" + "\n".join(_lines(numbers, indent)) + "\n" + "    " * depth + "}"


def _lines(numbers, indent):
    line = indent
    for number in numbers:
        if len(line) + len(number) + 2 > LINE:
            yield line.rstrip()
            line = indent
        line += f"{number}, "
    yield line.rstrip()
