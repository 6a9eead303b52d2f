"""The exponential of the kernels in C, with the same bits, which decide the spikes of dynamic synapses in the end."""

import numpy as np

from reservoir.interop.c99.exponentials import DOUBLE, POLYNOMIAL, SINGLE

# As `exponentials` has it, but with the fused products of the kernels. A large number is added that brings the exponent
# into the low bits, from where it is shifted to its place.
FUSED_EXP = """\
static real fused_exp(real x)
{{
    union {{ real value; uint{width}_t bits; }} power;
    const real half = R(0.5) * x, h = half > R({exp}) ? R({exp}) : half < R(-{exp}) ? R(-{exp}) : half;
    const real shifted = FMA(h, R(2.8853900817779268), R({shift}.0)), k = shifted - R({shift}.0);
    const real r = FMA(k, -R({low}), FMA(k, -R({high}), h));
    real q = R({first});
{horner}
    power.value = shifted;
    power.bits <<= {mantissa};
    return FMA(power.value, FMA(r * r, q, R(2.0) * r), power.value);
}}"""


def fused_exp(dtype):
    """Return the C function ``fused_exp`` by its name, as helpers of a rule are given."""
    numbers = DOUBLE if dtype == np.float64 else SINGLE
    first, *others = POLYNOMIAL[numbers["width"]]
    horner = "\n".join(f"    q = FMA(q, r, R({number}));" for number in others)
    shift = 3 * 2 ** (numbers["mantissa"] - 1) + numbers["bias"]
    return {"fused_exp": FUSED_EXP.format(shift=shift, first=first, horner=horner, **numbers)}


def highest_power(dtype):
    """Return the number to which the argument of ``fused_exp`` is clipped."""
    return 2 * float((DOUBLE if dtype == np.float64 else SINGLE)["exp"])
