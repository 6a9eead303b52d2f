"""The next-generation reservoir in C: monomials of the input and of delayed inputs."""

import numpy as np

from reservoir.interop.c99.memory import past_row, push_row
from reservoir.interop.c99.rule import CRule, c_rule
from reservoir.nvar import NVAR

MULTIPLY = """\
for (int k = 0; k < {n_products}; k++) {{
    for (int i = 0; i < sizes[k]; i++) {{
        monomials[starts[k] + i] = monomials[factors[k]] * monomials[firsts[k] + i];
    }}
}}"""


@c_rule.register(NVAR)
def monomials_rule(reservoir, dtype):
    """Return the `CRule` of delayed inputs and their products."""
    lags, products, kept = reservoir.program_
    n, length = reservoir.n_features_in_, int(lags[-1])
    lines = ["monomials[0] = R(1.0);"]
    for k, lag in enumerate(lags.tolist()):
        source = past_row(lag, length) if lag else "u[i]"
        lines.append(f"for (int i = 0; i < {n}; i++) {{\n    monomials[{1 + k * n} + i] = {source};\n}}")
    constants, state, n_monomials = {}, {}, 1 + n * len(lags)
    if length:
        state = {"rows": np.zeros((length, n), dtype), "next": np.array(0, np.int32)}
        lines.append(push_row(n, length))
    if len(products):
        factors, firsts, lasts, starts = products.T
        constants = {"factors": factors, "firsts": firsts, "sizes": lasts - firsts, "starts": starts}
        lines.append(MULTIPLY.format(n_products=len(products)))
        n_monomials = int(starts[-1] + constants["sizes"][-1])
    column = 0
    for first, last in kept.tolist():
        lines.append(f"for (int i = 0; i < {last - first}; i++) {{\n    y[{column} + i] = monomials[{first} + i];\n}}")
        column += last - first
    operations = int(constants["sizes"].sum()) if constants else 0
    return CRule(n, column, state, constants, {"monomials": n_monomials}, {}, "\n".join(lines), operations)
