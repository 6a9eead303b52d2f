"""Affine maps in C: a readout, an output map, and whatever else multiplies a row by weights."""

import numpy as np

from reservoir.interop.c99.rule import CRule

# Several sums at once, of which none waits for another.
DOT = """\
static real dot(const real *a, const real *b, int n)
{
    real sums[8] = {R(0.0)};
    const int whole = n - n % 8;
    for (int i = 0; i < whole; i += 8) {
        for (int k = 0; k < 8; k++) {
            sums[k] += a[i + k] * b[i + k];
        }
    }
    for (int k = 0; k < n % 8; k++) {
        sums[k] += a[whole + k] * b[whole + k];
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}"""
# As many lanes as above, an even number: in those of odd number stand the numbers whose squares are added.
DOT_WITH_SQUARES = """\
static real dot_with_squares(const real *a, const real *b, int n)
{
    real sums[8] = {R(0.0)};
    const int whole = n - n % 8;
    for (int i = 0; i < whole; i += 8) {
        for (int k = 0; k < 8; k += 2) {
            sums[k] += a[i + k] * b[i + k];
            sums[k + 1] += a[i + k + 1] * (b[i + k + 1] * b[i + k + 1]);
        }
    }
    for (int k = 0; k < n % 8; k++) {
        sums[k] += a[whole + k] * (k % 2 ? b[whole + k] * b[whole + k] : b[whole + k]);
    }
    return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}"""


def affine_rule(weights, intercept):
    """Return the `CRule` of ``weights @ u + intercept``.

    Parameters
    ----------
    weights : array (n_outputs, n_inputs)
    intercept : array (n_outputs,)
    """
    n_outputs, n_inputs = np.shape(weights)
    body = f"for (int k = 0; k < {n_outputs}; k++) {{\n    y[k] = intercept[k] + dot(weights[k], u, {n_inputs});\n}}"
    constants = {"weights": np.asarray(weights), "intercept": np.asarray(intercept)}
    return CRule(n_inputs, n_outputs, {}, constants, {}, {"dot": DOT}, body, n_outputs * (2 * n_inputs + 1))


def squaring_rule(weights, intercept, n_units):
    """Return the `CRule` of ``weights @ z + intercept``: z is u, but for every second one of its leading numbers.

    Parameters
    ----------
    weights : array (n_outputs, n_inputs)
    intercept : array (n_outputs,)
    n_units : int
        How many of the inputs are states, of which z has the square of every second one, from the second on.
    """
    plain = affine_rule(weights, intercept)
    n_outputs, n_others = plain.n_outputs, plain.n_inputs - n_units
    sums, helpers = f"dot_with_squares(weights[k], u, {n_units})", {"dot_with_squares": DOT_WITH_SQUARES}
    if n_others:
        sums += f" + dot(weights[k] + {n_units}, u + {n_units}, {n_others})"
        helpers |= plain.helpers
    body = f"for (int k = 0; k < {n_outputs}; k++) {{\n    y[k] = intercept[k] + ({sums});\n}}"
    return plain._replace(body=body, helpers=helpers, operations=plain.operations + n_outputs * (n_units // 2))
