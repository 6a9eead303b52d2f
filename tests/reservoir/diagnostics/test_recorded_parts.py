"""Reservoirs that hold a recording are refused where they would be driven, and are diagnosed where they are not."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir import EchoStateReservoir, LIFLiquid, MeasuredReservoir, StackedReservoir, diagnostics
from reservoir.lagged import LaggedReservoir

MEMORY = {"max_delay": 15, "washout": 20}
U = np.random.RandomState(0).uniform(-1, 1, (435, 1))
LIVE = EchoStateReservoir(8, random_state=0).fit(U)
ONE = MeasuredReservoir(U, LIVE.transform(U)).fit()
LAGGED = LaggedReservoir(ONE, 2).fit(U)


@pytest.mark.parametrize("name", ["consistency", "transient_length", "echo_state_index", "diagnose", "memory_function"])
def test_a_reservoir_that_holds_a_recording_is_refused_where_it_would_be_driven(name):
    stack = StackedReservoir([ONE, EchoStateReservoir(3, random_state=0)]).fit(U)
    for one, part in ((LAGGED, "reservoir"), (stack, "layer1")):
        with pytest.raises(TypeError, match=f"or a MeasuredReservoir itself; got .*, whose {part} was recorded"):
            getattr(diagnostics, name)(one, *(() if name == "memory_function" else (U,)))
    with pytest.raises(TypeError, match="input_sensitivity, .* whose reservoir was recorded"):
        diagnostics.input_sensitivity(LAGGED, U)


def test_the_memory_of_recordings_and_their_lags_is_that_of_the_live_ones():
    live = LaggedReservoir(LIVE, 2).fit(U)
    expected = diagnostics.memory_function(live, inputs=U, **MEMORY).capacity
    assert_array_equal(diagnostics.memory_function(LAGGED, inputs=U, **MEMORY).capacity, expected)
    liquid = LIFLiquid(6, background_current=20.0, random_state=0)
    stack = StackedReservoir([ONE, liquid]).fit(U)  # spikes of what a recording drives
    assert diagnostics.spike_trains(stack, U).n_units == 6
