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
