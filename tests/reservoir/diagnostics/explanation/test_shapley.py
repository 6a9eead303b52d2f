from itertools import permutations

import numpy as np
import pytest

from reservoir.diagnostics.explanation.shapley import shapley_values


def by_orders(value, n_players):
    """The definition: what a player adds to those before it, averaged over all orders in which they may join."""
    total, orders = 0, list(permutations(range(n_players)))
    for order in orders:
        here = np.zeros(n_players, dtype=bool)
        gains = np.zeros((n_players, *np.shape(value(here))))
        for player in order:
            before = value(here)
            here = here.copy()
            here[player] = True
            gains[player] = value(here) - before
        total = total + gains
    return total / len(orders)


@pytest.mark.parametrize("n_players", [1, 2, 5])
def test_values_are_the_means_over_all_orders(n_players):
    worths = np.random.RandomState(0).standard_normal((2**n_players, 3, 2))

    def value(here):
        return worths[int(here @ (1 << np.arange(n_players)))]

    nothing, everything, values = shapley_values(value, n_players, n_jobs=2)
    np.testing.assert_array_equal(nothing, worths[0])
    np.testing.assert_array_equal(everything, worths[-1])
    np.testing.assert_allclose(values, by_orders(value, n_players), atol=1e-12)
    np.testing.assert_allclose(values.sum(axis=0), everything - nothing, atol=1e-12)


def test_who_adds_the_same_to_all_gets_that():
    gains = np.array([1.0, -2.0, 0.0, 5.0])
    np.testing.assert_allclose(shapley_values(lambda here: 3 + here @ gains, 4)[2], gains, atol=1e-12)


def test_progress_is_printed(capsys):
    shapley_values(lambda here: 0.0, 4, verbose=True)
    assert capsys.readouterr().out.splitlines()[-1] == "[readout_attribution] 16 of 16 sets of channels"
