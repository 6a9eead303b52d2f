"""Sums of products in C, written so that compilers vectorise over the units: no sum runs along a row of weights."""

from collections.abc import Callable
from typing import NamedTuple

AT_ONCE = 4  # columns that one pass over the units of a long sum adds
MOST_WRITTEN_OUT = 16  # terms of a sum that are written out


class Terms(NamedTuple):
    """Terms of the sum of every unit ``i``; ``term(j)`` is the text of term j, of which there are ``number``.

    j is a number where terms are written out, and the name of a variable in a loop over them.
    """

    number: int
    term: Callable


def sum_over(target, n_units, first, groups):
    """Return statements that write ``target[i] = first + ...``, with all terms of all groups, for every unit i.

    Examples
    --------
    >>> from reservoir.interop.c99.sums import Terms, sum_over
    >>> print(sum_over("drive", 5, "bias[i]", [Terms(2, lambda j: f"weights[{j}][i] * u[{j}]")]))
    for (int i = 0; i < 5; i++) {
        drive[i] = bias[i]
            + weights[0][i] * u[0]
            + weights[1][i] * u[1];
    }
    """
    written = [terms.term(j) for terms in groups if terms.number <= MOST_WRITTEN_OUT for j in range(terms.number)]
    sums = "\n        + ".join([first, *written])
    parts = [f"for (int i = 0; i < {n_units}; i++) {{\n    {target}[i] = {sums};\n}}"]
    parts += [_loop(target, n_units, terms) for terms in groups if terms.number > MOST_WRITTEN_OUT]
    return "\n".join(parts)


def _loop(target, n_units, terms):
    whole = terms.number - terms.number % AT_ONCE
    ahead = "\n            + ".join(terms.term(f"j + {k}" if k else "j") for k in range(AT_ONCE))
    parts = [
        f"for (int j = 0; j < {whole}; j += {AT_ONCE}) {{\n    for (int i = 0; i < {n_units}; i++) {{\n"
        f"        {target}[i] += {ahead};\n    }}\n}}"
    ]
    for j in range(whole, terms.number):
        parts.append(f"for (int i = 0; i < {n_units}; i++) {{\n    {target}[i] += {terms.term(j)};\n}}")
    return "\n".join(parts)
