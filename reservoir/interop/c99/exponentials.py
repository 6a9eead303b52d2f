"""Exponential functions in C that compilers turn into vector instructions, and that a microcontroller does quickly.

Those of ``math.h`` are calls, one for each unit. These are the same as in `reservoir.kernels.functions`, within 4 units
in the last place. They have no branches that a compiler would keep, and hold, but for some last digits, under
``-ffast-math``, too.
"""

import re

import numpy as np

# exp(2 h) = 2^k (1 + p), with k rounded by way of an integer that is k plus the bias of exponents, and so not negative.
POWER = """\
/* Returns 2^k with exp(2 h) = 2^k (1 + p), for h clipped to [-most, most]. */
static inline real exp_parts(real x, real most, real *p)
{{
    union {{
        real value;
        uint{width}_t bits;
    }} power;
    real h = FABS(x);
    h = h < most ? h : most; /* NaN, too, which could not become an integer */
    h = x < R(0.0) ? -h : h;
    const int32_t biased = (int32_t)(h * R(2.8853900817779268) + R({bias}.5));
    const real k = (real)(biased - {bias});
    const real r = (h - k * R({high})) - k * R({low});
    real q = R({first});
{horner}
    *p = r * r * q + R(2.0) * r;
    power.bits = (uint{width}_t)biased << {mantissa};
    return power.value;
}}"""
FUNCTIONS = {
    "TANH": """\
static inline real TANH(real x)
{{
    real p;
    const real power = exp_parts(x, R({tanh}), &p);
    const real e = power * p + (power - R(1.0)); /* exp(2 x) - 1 */
    return e / (e + R(2.0));
}}""",
    "EXP": """\
static inline real EXP(real x)
{{
    real p;
    const real power = exp_parts(R(0.5) * x, R({exp}), &p);
    return power * p + power;
}}""",
    "EXPM1": """\
static inline real EXPM1(real x)
{{
    real p;
    const real power = exp_parts(R(0.5) * x, R({exp}), &p);
    return power * p + (power - R(1.0));
}}""",
}
DOUBLE = {
    "width": 64, "bias": 1023, "mantissa": 52, "tanh": "20.0", "exp": "354.0",
    "high": "0.3465735901845619", "low": "9.541074646352939e-11",
}  # fmt: skip
SINGLE = {
    "width": 32, "bias": 127, "mantissa": 23, "tanh": "10.0", "exp": "43.5",
    "high": "0.3466796875", "low": "-1.0609722e-4",
}  # fmt: skip
# Of q, from the highest power down; where they come from is said in `reservoir.kernels.functions`.
POLYNOMIAL = {
    64: (
        "5.1405517526920325e-05", "0.00028282959446823306", "0.0014109321499775971", "0.006349189457495181",
        "0.025396825424605248", "0.08888888907007766", "0.2666666666665627", "0.6666666666659865",
        "1.3333333333333335", "2.0000000000000004",
    ),
    32: (
        "0.02546045556664467", "0.08917530626058578", "0.2666659355163574", "0.6666634678840637",
        "1.3333333730697632", "2.0",
    ),
}  # fmt: skip


def exponentials(code, dtype):
    """Return the functions ``TANH``, ``EXP`` and ``EXPM1``, of which those are defined that occur in a text.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.interop.c99.exponentials import exponentials
    >>> [text.splitlines()[0] for text in exponentials("x = TANH(x);", np.dtype("float32"))[1:]]
    ['static inline real TANH(real x)']
    >>> exponentials("x = x + x;", np.dtype("float32"))
    []
    """
    used = [text for name, text in FUNCTIONS.items() if re.search(rf"\b{name}\(", code)]
    numbers = DOUBLE if dtype == np.float64 else SINGLE
    first, *others = POLYNOMIAL[numbers["width"]]
    horner = "\n".join(f"    q = q * r + R({number});" for number in others)
    return [text.format(first=first, horner=horner, **numbers) for text in ([POWER, *used] if used else [])]
