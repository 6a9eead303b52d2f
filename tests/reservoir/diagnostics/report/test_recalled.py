"""Memory for input as large as a series."""

import numpy as np
import pytest
from builders import build, series

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid
from reservoir.diagnostics import memory_function
from reservoir.diagnostics.report.recalled import recalled


def test_it_is_the_memory_function_of_input_with_the_same_variance():
    rows = np.sqrt(1 / 3) * np.tile([[1.0], [-1.0]], (50, 1))  # uniform in [-1, 1] has this deviation
    reservoir = EchoStateReservoir(30, random_state=0).fit(rows)
    expected = memory_function(reservoir, max_delay=60, random_state=1).capacity
    found = recalled(reservoir, rows, np.random.RandomState(0))
    assert found.shape == (61,)
    assert np.abs(found - expected).max() < 0.06


def test_elapsed_times_stay_at_their_mean():
    rows = np.column_stack([series(50, 1), np.random.RandomState(0).uniform(0.1, 3, 50)])
    steady = np.column_stack([rows[:, 0], np.full(50, rows[:, 1].mean())])
    liquid = build(CTRNNLiquid, elapsed_column=1).fit(rows)
    found = [recalled(liquid, some, np.random.RandomState(0)) for some in (rows, steady)]
    np.testing.assert_allclose(*found, atol=1e-9)


def test_what_takes_no_currents_is_refused():
    rows = (series(20, 3) > 1).astype(float)
    with pytest.raises(ValueError):
        recalled(build(LIFLiquid, input="spikes").fit(rows), rows, np.random.RandomState(0))
