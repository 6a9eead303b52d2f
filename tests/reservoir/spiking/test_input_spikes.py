import re

import numpy as np
import pytest
from spiking_circuits import SPIKES

from reservoir import LIFLiquid


def test_an_input_spike_is_a_jump_of_the_current_after_its_delay():
    unit = LIFLiquid(
        recurrent_weights=np.zeros((2, 2)), inhibitory=0.0, input="spikes", input_weights=[[3.0], [-2.0]], dt=0.5,
        input_delays=[[1.0], [2.5]], input_period=0.5, background_current=0.0,
    ).fit(np.zeros((1, 1)))  # fmt: skip
    kick, state, seen = np.zeros((8, 1)), None, []
    kick[0] = 2
    for row in kick:
        _, state = unit.run(row[None], state)
        seen.append(state.current)
    seen = np.array(seen)
    steps = np.arange(8)
    np.testing.assert_allclose(seen[:, 0, 0], np.where(steps >= 2, 6 * np.exp(-(steps - 2) * 0.5 / 3), 0))
    np.testing.assert_allclose(seen[:, 1, 1], np.where(steps >= 5, -4 * np.exp(-(steps - 5) * 0.5 / 6), 0))
    assert not seen[:, 0, 1].any() and not seen[:, 1, 0].any()


@pytest.mark.parametrize("value", [-1.0, 0.5, 1e19, 1e300])
def test_what_is_no_number_of_spikes_is_refused(value):
    liquid = LIFLiquid(10, input="spikes").fit(SPIKES[:2])
    wrong = SPIKES.copy()
    wrong[3, 1] = value
    with pytest.raises(ValueError, match=re.escape(f"0 to 2**53, where input='spikes'; got {value}")):
        liquid.transform(wrong)
    with pytest.raises(ValueError, match="X must hold whole numbers of spikes"):
        LIFLiquid(10, input="spikes").fit(wrong)
    with pytest.raises(ValueError, match="'input' must be one of 'current', 'spikes'; got 'rates'"):
        LIFLiquid(10, input="rates").fit(SPIKES)
