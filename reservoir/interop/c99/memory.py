"""Rows that are remembered in C, in rings: for differences with earlier rows, for a season ago, and for lags."""

import numpy as np

from reservoir.interop.c99.rule import CRule


def push_row(n, length):
    """Return statements that remember row ``u`` in a ring ``rows`` of so many, whose oldest is ``next``."""
    return f"""\
for (int i = 0; i < {n}; i++) {{
    s->rows[s->next][i] = u[i];
}}
s->next = s->next + 1 < {length} ? s->next + 1 : 0;"""


def past_row(lag, length):
    """Return the expression for column i of the row so many rows before the one that is to be remembered next."""
    place = "s->next" if lag == length else f"(s->next + {length - lag}) % {length}"
    return f"s->rows[{place}][i]"


def differences_rule(differences, plain, dtype, n_ahead=1):
    """Return the `CRule` of `Differences`: of a row, its difference, and beside it what is known of rows after it.

    What is known is what ``n_ahead`` rows would be if their differences were 0. Columns that are ``plain`` stay as they
    are, and nothing is known of them. The field ``count`` of its state is above ``differences.n_lost`` once there is a
    difference.
    """
    n, length = len(plain), differences.n_lost
    earlier = f"y[{n} + (h - {{lag}}) * {n} + i]"  # a row ahead whose own difference is 0
    body = f"""\
for (int i = 0; i < {n}; i++) {{
    y[i] = u[i] + {_weighted(differences, length, plain, "0")};
}}
{push_row(n, length)}
if (s->count <= {length}) {{
    s->count++;
}}
for (int h = 0; h < {n_ahead}; h++) {{
    for (int i = 0; i < {n}; i++) {{
        y[{n} + h * {n} + i] = -{_weighted(differences, length, plain, "h", earlier)};
    }}
}}"""
    return CRule(
        n, n + n_ahead * n, _ring(length, n, dtype) | {"count": np.array(0, np.int32)}, _varying(plain), {}, {}, body,
        2 * n * (1 + n_ahead) * np.count_nonzero(polynomial_of(differences)[1:]),
    )  # fmt: skip


def differences_ahead_rule(differences, plain, n_ahead, dtype):
    """Return the `CRule` of the `Differences` of rows that are known in advance, of which the first is remembered."""
    n, length = len(plain), differences.n_lost
    earlier = f"u[(h - {{lag}}) * {n} + i]"
    body = f"""\
for (int h = 0; h < {n_ahead}; h++) {{
    for (int i = 0; i < {n}; i++) {{
        y[h * {n} + i] = u[h * {n} + i] + {_weighted(differences, length, plain, "h", earlier)};
    }}
}}
{push_row(n, length)}"""
    n_terms = np.count_nonzero(polynomial_of(differences)[1:])
    state, size = _ring(length, n, dtype), n_ahead * n
    return CRule(size, size, state, _varying(plain), {}, {}, body, 2 * size * n_terms)


def seasons_rule(lags, n, dtype):
    """Return the `CRule` that remembers rows, and writes those so many rows before the row after the present one."""
    length, n_lags = max(lags), len(lags)
    body = f"""\
{push_row(n, length)}
for (int k = 0; k < {n_lags}; k++) {{
    for (int i = 0; i < {n}; i++) {{
        y[k * {n} + i] = s->rows[(s->next + {length} - lags[k]) % {length}][i];
    }}
}}"""
    return CRule(n, n_lags * n, _ring(length, n, dtype), {"lags": np.array(lags)}, {}, {}, body, 0)


def lags_rule(lags, n, dtype):
    """Return the `CRule` that writes the rows so many rows before the present one, and then remembers that."""
    length, n_lags = max(lags), len(lags)
    body = f"""\
for (int k = 0; k < {n_lags}; k++) {{
    for (int i = 0; i < {n}; i++) {{
        y[k * {n} + i] = s->rows[(s->next + {length} - lags[k]) % {length}][i];
    }}
}}
{push_row(n, length)}"""
    return CRule(n, n_lags * n, _ring(length, n, dtype), {"lags": np.array(lags)}, {}, {}, body, 0)


def _ring(length, n, dtype):
    return {"rows": np.zeros((length, n), dtype), "next": np.array(0, np.int32)}


def _varying(plain):
    return {"varying": (~plain).astype(np.int64)} if plain.any() else {}


def _weighted(differences, length, plain, ahead, earlier=None):
    """Return the expression for what rows before the one that is ``ahead`` of the next add to its difference."""
    polynomial = polynomial_of(differences)
    terms = []
    for lag in np.flatnonzero(polynomial[1:]) + 1:
        row = (
            past_row(lag, length) if earlier is None else f"s->rows[(s->next + {length - lag} + {ahead}) % {length}][i]"
        )
        if earlier is not None:
            row = f"({ahead} < {lag} ? {row} : {earlier.format(lag=lag)})"
        terms.append(f"R({float(polynomial[lag])!r}) * {row}")
    total = f"({' + '.join(terms)})"
    return f"(varying[i] ? {total} : R(0.0))" if plain.any() else total


def polynomial_of(differences):
    """Return the coefficients by which a difference adds up rows, that of the present row first.

    Examples
    --------
    >>> from reservoir.forecaster.differences import Differences
    >>> from reservoir.interop.c99.memory import polynomial_of
    >>> polynomial_of(Differences((2, 1), (1.0, 0.5))).tolist()
    [1.0, -0.5, -1.0, 0.5]
    """
    polynomial = np.ones(1)
    for lag, coefficient in zip(differences.lags, differences.coefficients, strict=True):
        factor = np.zeros(lag + 1)
        factor[0], factor[lag] = 1, -coefficient
        polynomial = np.convolve(polynomial, factor)
    return polynomial
