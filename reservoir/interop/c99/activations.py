"""Functions of one number that steps in C call, by name, as `rule.CRule` takes them."""

import numpy as np

SIGMOID = {"sigmoid": "static real sigmoid(real x)\n{\n    return R(1.0) / (R(1.0) + EXP(-x));\n}"}
SIGMOID_OPERATIONS = 4


def gelu(dtype):
    """Return the Gaussian error linear unit, whose error function has one name in each precision.

    Examples
    --------
    >>> from reservoir.interop.c99.activations import gelu
    >>> print(gelu("float32")["gelu"])
    static real gelu(real x)
    {
        return R(0.5) * x * (R(1.0) + erff(R(0.7071067811865476) * x));
    }
    """
    erf = "erff" if np.dtype(dtype) == np.float32 else "erf"
    value = f"R(0.5) * x * (R(1.0) + {erf}(R(0.7071067811865476) * x))"
    return {"gelu": f"static real gelu(real x)\n{{\n    return {value};\n}}"}
