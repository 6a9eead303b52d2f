"""Units with a residual connection in C."""

import re

import numpy as np
from scipy.sparse import csr_array

from reservoir.interop.c99.leaky_units import COST, FUNCTIONS
from reservoir.interop.c99.literals import literal
from reservoir.interop.c99.piece import Piece, joined
from reservoir.interop.c99.rule import CRule, c_rule
from reservoir.interop.c99.weighted_sums import Product, weighted_sums
from reservoir.kernels.functions import smallest
from reservoir.residual import ResidualReservoir


@c_rule.register(ResidualReservoir)
def residual_rule(reservoir, dtype):
    """Return the `CRule` of ``x <- keep (O x) + gain f(W x + W_in u + b)``."""
    n_units, activation = reservoir.n_units_, reservoir.activation_
    products = [
        Product("input_weights", csr_array(reservoir.input_weights_), "u"),
        Product("weights", reservoir.recurrent_weights_, "s->x"),
    ]
    floor = literal(dtype.type(smallest(np.empty(0, dtype))))
    update = (
        f"for (int i = 0; i < {n_units}; i++) {{\n"
        f"    real x = keep[i] * turned[i] + gain[i] * {FUNCTIONS[activation]};\n"
        f"    x = FABS(x) < {floor} ? R(0.0) : x; /* a denormal number would be slow */\n"
        "    s->x[i] = x;\n    y[i] = x;\n}"
    )
    factors = {"keep": reservoir.skip_gain_, "gain": reservoir.proximity_}
    step = joined(
        weighted_sums("drive", "bias[i]", products),
        weighted_sums("turned", "R(0.0)", [Product("skip", reservoir.skip_, "s->x")]),
        Piece(update, factors, operations=n_units * (3 + COST[activation])),
    )
    if not re.search(r"\bu\b", step.body):  # no input has a weight
        step = joined(Piece("(void)u;"), step)
    return CRule(
        reservoir.n_features_in_, n_units, {"x": np.zeros(n_units, dtype)}, {"bias": reservoir.bias_, **step.constants},
        {"drive": n_units, "turned": n_units}, {}, step.body, step.operations,
    )  # fmt: skip
