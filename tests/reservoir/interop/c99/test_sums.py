"""Long and short sums add the same terms."""

import re

import pytest

from reservoir.interop.c99.sums import AT_ONCE, MOST_WRITTEN_OUT, Terms, sum_over


@pytest.mark.parametrize("n_terms", [1, MOST_WRITTEN_OUT, MOST_WRITTEN_OUT + 1, 4 * AT_ONCE + 3])
def test_every_term_occurs_once(n_terms):
    # The text is run as Python, with its loops as such.
    text = sum_over("sums", 3, "0.5", [Terms(n_terms, lambda j: f"w[{j}][i]")])
    weights = [[10.0**-j * (i + 1) for i in range(3)] for j in range(n_terms)]
    assert run(text, weights) == pytest.approx([0.5 + sum(row[i] for row in weights) for i in range(3)])


def run(text, weights):
    lines, depth = [], 0
    for line in text.replace("\n            +", " +").splitlines():
        line = line.strip().removesuffix(";")
        loop = re.fullmatch(r"for \(int (\w) = 0; \w < (\d+); (?:\w\+\+|\w \+= (\d+))\) {", line)
        if loop:
            lines.append(f"{'    ' * depth}for {loop[1]} in range(0, {loop[2]}, {loop[3] or 1}):")
            depth += 1
        elif line == "}":
            depth -= 1
        elif line.startswith("+"):
            lines[-1] += f" {line}"
        else:
            lines.append("    " * depth + line)
    names = {"sums": [0.0] * 3, "w": weights}
    exec("\n".join(lines), names)
    return names["sums"]
