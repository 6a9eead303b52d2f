"""Dynamic synapses in C: the use and the resource of the synapses that a spike reaches, and what they bring."""

import numpy as np

from reservoir.interop.c99.fused_exponential import fused_exp, highest_power
from reservoir.interop.c99.piece import Piece
from reservoir.spiking.synapse_kernel import PER_SYNAPSE

RECOVER = """\
static void recover(real *use, real *resource, real elapsed, real utilization, real depression, real facilitation)
{
    if (elapsed > R(0.0)) {
        const real u = *use, r = *resource;
        *resource = FMA(FMA(-u, r, r) - R(1.0), fused_exp(-elapsed * depression), R(1.0));
        *use = FMA(u * (R(1.0) - utilization), fused_exp(-elapsed * facilitation), utilization);
    }
}"""
ELAPSED = """\
const int64_t before = s->delivered[segment];
const real elapsed = before < 0 ? R(0.0) : (real)(s->step - before);
s->delivered[segment] = s->step;"""
RECOVERED = """\
recover(
    &s->use[{i}], &s->resource[{i}], elapsed, utilization[{kind}], depression[{kind}], facilitation[{kind}]);"""
AMOUNT = "s->use[{i}] * s->resource[{i}]"


def dynamic_amount(dynamics, rest, filled, dtype):
    """Return what a spike brings by dynamic synapses: three values.

    Parameters
    ----------
    dynamics : Dynamics
    rest : state of the liquid at rest
    filled : boolean array
        Which of the kernel's segments of units hold synapses; the others are left out.
    dtype : dtype

    Returns
    -------
    by_segment, by_synapse : str
        Statements that come before those for the synapses of ``segment``, and before those for synapse ``k``: they
        declare ``amount``, what a weight is multiplied with.
    needed : Piece
        What these statements need; it has none itself.
    """
    values = np.stack(dynamics[1:])
    use, resource = rest.use, rest.resource
    each_its_own = dynamics.mode == PER_SYNAPSE
    if not each_its_own:
        values, use, resource = values[:, filled], use[filled], resource[filled]
    values[1:] = np.minimum(values[1:], highest_power(dtype))  # faster ones are not told apart after one step
    i = "k" if each_its_own else "segment"
    constants, kind = _kinds(values, i)
    own = "\n".join([RECOVERED.format(i=i, kind=kind), f"const real amount = {AMOUNT.format(i=i)};"])
    state = {"use": use, "resource": resource, "delivered": np.full(filled.sum(), -1, np.int64)}
    needed = Piece("", constants, {}, fused_exp(dtype) | {"recover": RECOVER}, 0, state)
    return (ELAPSED, own, needed) if each_its_own else (f"{ELAPSED}\n{own}", "", needed)


def _kinds(values, i):
    """Return the constants, each kind of them once where few kinds are many, and the place of those of number i."""
    kinds, kind = np.unique(values, axis=1, return_inverse=True)
    is_few = 2 * kinds.shape[1] <= values.shape[1]
    constants = dict(zip(("utilization", "depression", "facilitation"), kinds if is_few else values, strict=True))
    return (constants | {"kind": kind.reshape(-1)}, f"kind[{i}]") if is_few else (constants, i)
