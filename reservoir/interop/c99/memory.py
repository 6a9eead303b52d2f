"""Rows that are remembered in C, in rings: for differences with earlier rows, and for a season ago."""

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


def differences_rule(differences, plain, dtype):
    """Return the `CRule` of `Differences`: of a row, its difference, and beside it what is known of the row after it.

    What is known is the next row less its difference. Columns that are ``plain`` stay as they are. The field ``count``
    of its state is above ``differences.n_lost`` once there is a difference.
    """
    n, length, polynomial = len(plain), differences.n_lost, polynomial_of(differences)
    lags = np.flatnonzero(polynomial[1:]) + 1
    varying = (~plain).astype(np.int64)
    terms = "".join(f"\n        + {_number(polynomial[lag])} * {past_row(lag, length)}" for lag in lags)
    some = "varying[i] ? " if plain.any() else ""
    rest = " : R(0.0)" if plain.any() else ""
    body = f"""\
for (int i = 0; i < {n}; i++) {{
    y[i] = u[i] + ({some}R(0.0){terms}{rest});
}}
{push_row(n, length)}
if (s->count <= {length}) {{
    s->count++;
}}
for (int i = 0; i < {n}; i++) {{
    y[{n} + i] = -({some}R(0.0){terms}{rest});
}}"""
    state = {"rows": np.zeros((length, n), dtype), "next": np.array(0, np.int32), "count": np.array(0, np.int32)}
    constants = {"varying": varying} if plain.any() else {}
    return CRule(n, 2 * n, state, constants, {}, {}, body, 4 * n * len(lags))


def seasons_rule(periods, n, dtype):
    """Return the `CRule` that remembers rows, and writes those a period before the row after the present one."""
    length = max(periods)
    writes = "\n    ".join(f"y[{k * n} + i] = {past_row(period, length)};" for k, period in enumerate(periods))
    body = f"{push_row(n, length)}\nfor (int i = 0; i < {n}; i++) {{\n    {writes}\n}}"
    state = {"rows": np.zeros((length, n), dtype), "next": np.array(0, np.int32)}
    return CRule(n, len(periods) * n, state, {}, {}, {}, body, 0)


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


def _number(value):
    return f"R({float(value)!r})"
