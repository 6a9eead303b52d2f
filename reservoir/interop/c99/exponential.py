"""The exponential of the kernels in C, with the same bits: the spikes of a liquid may depend on the last one."""

import numpy as np

# exp(2 h) = 2^k (1 + p), as in `reservoir.kernels.functions`, where the numbers come from. The power of two is made of
# the low bits of a sum, which C may do by a union.
TEXT = """\
static real fused_exp(real x)
{{
    union {{ real value; {bits} bits; }} power;
    const real h = R(0.5) * (x > R({most}) ? R({most}) : x < R(-{most}) ? R(-{most}) : x);
    const real shifted = FMA(h, R({per_half_log}), R({shift}));
    const real k = shifted - R({shift});
    const real r = FMA(k, R({low}), FMA(k, R({high}), h));
    real q = R({first});
{horner}
    power.value = shifted;
    power.bits <<= {mantissa};
    return FMA(power.value, FMA(r * r, q, R(2.0) * r), power.value);
}}"""
HIGHEST_POWER = {"float64": 708.0, "float32": 87.0}  # to which the argument is clipped
DOUBLE = {
    "bits": "uint64_t",
    "mantissa": 52,
    "per_half_log": "2.8853900817779268",
    "shift": "6755399441056767.0",
    "low": "-9.541074646352939e-11",
    "high": "-0.3465735901845619",
}
SINGLE = {
    "bits": "uint32_t",
    "mantissa": 23,
    "per_half_log": "2.88539008",
    "shift": "12583039.0",
    "low": "1.0609722e-4",
    "high": "-0.3466796875",
}
DOUBLE_POLYNOMIAL = (
    "5.1405517526920325e-05",
    "0.00028282959446823306",
    "0.0014109321499775971",
    "0.006349189457495181",
    "0.025396825424605248",
    "0.08888888907007766",
    "0.2666666666665627",
    "0.6666666666659865",
    "1.3333333333333335",
    "2.0000000000000004",
)
SINGLE_POLYNOMIAL = (
    "0.02546045556664467",
    "0.08917530626058578",
    "0.2666659355163574",
    "0.6666634678840637",
    "1.3333333730697632",
    "2.0",
)


def fused_exp(dtype):
    """Return the C function ``fused_exp`` by its name, as a rule's helper."""
    is_single = dtype == np.float32
    numbers = SINGLE if is_single else DOUBLE
    first, *others = SINGLE_POLYNOMIAL if is_single else DOUBLE_POLYNOMIAL
    horner = "\n".join(f"    q = FMA(q, r, R({number}));" for number in others)
    return {"fused_exp": TEXT.format(first=first, horner=horner, most=HIGHEST_POWER[dtype.name], **numbers)}
