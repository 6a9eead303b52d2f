import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import binom, norm

from reservoir import EchoStateReservoir
from reservoir.encoder import thresholds
from reservoir.encoder.thresholds import N_SAMPLED, spread_shares, unit_quantiles
from reservoir.series.lazy_series import lazily

QUANTILES = np.array([0.01, 0.25, 0.5, 0.75, 0.99])


def copying(n_units=1, dtype="float64"):
    """A reservoir whose states are its inputs."""
    reservoir = EchoStateReservoir(
        recurrent_weights=np.zeros((n_units, n_units)), input_weights=np.eye(n_units), bias=0.0, leak_rate=1.0,
        activation="identity", dtype=dtype,
    )  # fmt: skip
    return reservoir.fit(np.zeros((1, n_units)))


def noise(*lengths, n_units=1, dtype="float64"):
    random = np.random.RandomState(0)
    return [random.standard_normal((n_steps, n_units)).astype(dtype) for n_steps in lengths]


def found(reservoir, series, quantiles=QUANTILES, seed=0, n_jobs=None):
    return unit_quantiles(reservoir, series, np.asarray(quantiles), np.random.RandomState(seed), n_jobs)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("lengths", [(1,), (4,), (100,), (3, 1, 50, 46), (N_SAMPLED - 7, 7)], ids=str)
def test_quantiles_of_all_rows_are_those_of_numpy(lengths, dtype):
    reservoir = EchoStateReservoir(7, dtype=dtype, random_state=0).fit([[0.0]])
    series = noise(*lengths, dtype=dtype)
    states = np.concatenate([reservoir.run(x)[0] for x in series])
    expected = np.quantile(states, QUANTILES, axis=0, method="inverted_cdf")
    assert_array_equal(found(reservoir, series), expected, strict=True)


@pytest.mark.parametrize("n_rows", [7, 10, 100, 4000])
def test_shares_that_are_whole_numbers_of_rows_are_not_rounded_up(n_rows):
    # .07 * 100 is just above 7 in double precision.
    counts = np.arange(1, n_rows, max(n_rows // 100, 1))
    levels = found(copying(), [np.arange(1.0, n_rows + 1)[:, None]], counts / n_rows)
    assert_array_equal(levels[:, 0], counts)


def test_equal_states_are_all_counted():
    levels = found(copying(), [np.array([[0.0], [1.0], [1.0], [1.0], [2.0]])], [0.2, 0.21, 0.8, 0.81])
    assert_array_equal(levels[:, 0], [0.0, 1.0, 1.0, 2.0])


@pytest.mark.parametrize("seed", range(3))
def test_quantiles_of_many_rows_are_within_the_error_of_a_sample(seed):
    series = noise(30_000, 5_000, 1, 15_000)
    levels = found(copying(), series, seed=seed)[:, 0]
    below = [np.mean(np.concatenate(series) <= level) for level in levels]
    # The number of the sampled rows below a true quantile is binomial, about: bounds that one in a million exceeds.
    low, high = (binom.ppf(tail, N_SAMPLED, QUANTILES) / N_SAMPLED for tail in (5e-7, 1 - 5e-7))
    assert (low <= below).all() and (below <= high).all()
    assert_allclose(levels[1:4], norm.ppf(QUANTILES[1:4]), atol=0.15)


def test_rows_are_drawn_by_the_seed_and_everywhere():
    series = noise(20_000, 20_000)
    levels = found(copying(), series)
    assert_array_equal(found(copying(), series), levels)
    assert not np.array_equal(found(copying(), series, seed=1), levels)
    step = [np.zeros((20_000, 1)), np.ones((20_000, 1))]
    assert_array_equal(found(copying(), step, [0.45, 0.55])[:, 0], [0.0, 1.0])


@pytest.mark.parametrize("size", [1, 13, 4096])
def test_pieces_and_threads_change_nothing(size, monkeypatch):
    reservoir = EchoStateReservoir(5, random_state=0).fit([[0.0]])
    series = noise(3000, 1, 2500)
    expected = found(reservoir, series)
    monkeypatch.setattr(thresholds, "ROWS_AT_ONCE", size if size > 1 else 2)
    for n_jobs in (1, 2, None):
        assert_array_equal(found(reservoir, series, n_jobs=n_jobs), expected, strict=True)


def test_a_series_of_which_no_row_is_drawn_is_not_driven():
    class Counting(EchoStateReservoir):
        def drive_many(self, series, *arguments, **keywords):
            n_driven.append(len(series))
            return super().drive_many(series, *arguments, **keywords)

    n_driven = []
    found(Counting(2, random_state=0).fit([[0.0]]), noise(*[2] * 20_000))
    assert N_SAMPLED / 2 <= n_driven[0] <= N_SAMPLED


def test_neither_states_nor_rows_of_a_long_series_are_held():
    n_steps = 500_000
    x = np.random.RandomState(0).standard_normal((n_steps, 1)).astype(np.float32)
    reservoir = copying(8)
    found(reservoir, [np.ones((5000, 8))])
    series = [lazily(np.broadcast_to(x, (n_steps, 8)), np.dtype(np.float64))]
    tracemalloc.start()
    try:
        found(reservoir, series)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 8 * n_steps / 8


def test_shares_of_units_fill_the_interval_evenly():
    shares = np.sort(spread_shares(3, 500).ravel())
    gaps = np.diff(np.concatenate([[0.0], shares, [1.0]]))
    assert gaps.min() > 0.3 / 1500 and gaps.max() < 3 / 1500
    assert spread_shares(2, 4)[1, 2] == pytest.approx(6 * (1 + 5**0.5) / 2 % 1)  # number 6 of all, unit by unit


def test_a_number_of_quantiles_gives_every_unit_shares_of_its_own():
    series = [np.random.RandomState(0).standard_normal((300, 1))]
    reservoir = EchoStateReservoir(20, random_state=0).fit(series)
    found = unit_quantiles(reservoir, series, 2, np.random.RandomState(0))
    states, shares = reservoir.transform(series)[0], spread_shares(2, 20)
    for unit in range(20):
        expected = np.quantile(states[:, unit], shares[:, unit], method="inverted_cdf")
        np.testing.assert_array_equal(found[:, unit], expected)
