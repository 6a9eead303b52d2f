"""An edge says its numbers over seeds, and how far they are to be trusted."""

import numpy as np
import pytest

from reservoir.diagnostics import Edge

POINTS = np.array([0.5, 1.0, 2.0, 4.0])


def edge(values, exponents):
    n_crossings = np.array([np.count_nonzero(np.diff(np.array(one) > 0)) for one in exponents])
    values = np.array(values)
    brackets = np.column_stack([0.9 * values, 1.1 * values])
    return Edge("leak_rate", (0.5, 4.0), 0.0, values, brackets, n_crossings, [POINTS] * len(values),
                [np.array(one) for one in exponents])  # fmt: skip


def test_one_seed():
    found = edge([1.5], [[-1, -0.5, 0.5, 1]])
    assert (found.value, found.bracket, found.is_clear) == (1.5, (0.9 * 1.5, 1.1 * 1.5), True)
    assert np.isnan(found.spread) and "spread" not in repr(found)
    assert found.statement == "The exponent crosses 0 once between the bounds."


def test_several_seeds_have_a_mean_and_a_spread():
    found = edge([1.0, 2.0, np.nan], [[-1, -0.5, 0.5, 1], [-1, -0.5, 0, 1], [-3, -2, -1, -0.5]])
    assert found.value == 1.5 and found.spread == pytest.approx(np.std([1, 2], ddof=1))
    assert found.bracket == (0.9, 2.2) and found.bracketed.tolist() == [True, True, False]
    assert not found.is_clear and found.statement == "1 of 3 seeds have no edge between the bounds."
    assert [row[0] for row in found.headline.rows] == ["edge", "spread", "bracket", "points"]


def test_several_crossings_are_said_with_their_place():
    found = edge([0.7], [[-1, 1, -1, 1]])
    assert "crosses 0 more than once, at leak_rate from 0.5 to 4" in found.statement and not found.is_clear
    assert "of 1 of 2 seeds crosses" in edge([0.7, 1.5], [[-1, 1, -1, 1], [-1, -1, 1, 1]]).statement
