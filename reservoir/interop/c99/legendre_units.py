"""Legendre memories in C: one matrix for every channel, where rows all last as long."""

import numpy as np

from reservoir.interop.c99.literals import literal
from reservoir.interop.c99.rule import CRule, c_rule
from reservoir.kernels.functions import smallest
from reservoir.legendre_memory import LegendreMemory

STEP = """\
for (int channel = 0; channel < {n_channels}; channel++) {{
    real *const m = s->m + channel * {order};
    {kept}m[0] -= u[channel];
    for (int i = 0; i < {order}; i++) {{
        after[i] = R(0.0);
    }}
    for (int j = 0; j < {order}; j++) {{
        for (int i = 0; i < {order}; i++) {{
            after[i] += transition[j][i] * m[j];
        }}
    }}
    {restored}for (int i = 0; i < {order}; i++) {{
        {whole}m[i] = FABS(after[i]) < {floor} ? R(0.0) : after[i]; /* a denormal number would be slow */
    }}
    {returned}for (int i = 0; i < {order}; i++) {{
        y[channel * {order} + i] = m[i];
    }}
}}"""


@c_rule.register(LegendreMemory)
def legendre_rule(memory, dtype):
    """Return the `CRule` of ``m <- u e_0 + exp(A) (m - u e_0)``, in single precision as `LegendreProgram` says."""
    if memory.elapsed_column_ is not None:
        raise TypeError(
            "'model' must have rows that all last 1 for a LegendreMemory in C; got one with an 'elapsed_column', whose "
            "exponentials are known to Python alone. Sample its input evenly, and fit it without."
        )
    order, n_channels = memory.order_, memory.n_features_in_
    (transition, *_), *_, changes = memory.program_
    if dtype == np.float32 and not changes:  # whose few digits the change of a long window needs
        transition, changes = transition - np.eye(order), True
    texts = dict.fromkeys(("kept", "restored", "whole"), "") | {"returned": "m[0] += u[channel];\n    "}
    if changes:
        texts = {
            "kept": "const real first = m[0];\n    ",
            "restored": "m[0] = first;\n    ",
            "whole": "after[i] += m[i]; /* what the matrix holds is the change alone */\n        ",
            "returned": "",
        }
    floor = literal(dtype.type(smallest(np.empty(0, dtype))))
    return CRule(
        n_channels, memory.n_units_, {"m": np.zeros(memory.n_units_, dtype)}, {"transition": transition},
        {"after": order}, {}, STEP.format(n_channels=n_channels, order=order, floor=floor, **texts),
        n_channels * (2 * order**2 + order + 2 + order * changes),
    )  # fmt: skip
