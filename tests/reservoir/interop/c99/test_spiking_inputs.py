import numpy as np
import pytest

from reservoir import LIFLiquid
from reservoir.interop.c99.spiking_inputs import channels_of, drive_of


def liquid(n_features=3, **parameters):
    return LIFLiquid(10, random_state=0, **parameters).fit(np.zeros((1, n_features)))


def test_weights_of_0_are_left_out():
    dense, sparse = (drive_of(liquid(n, input_degree=4).program_.source) for n in (4, 40))
    assert dense.expression == sparse.expression == "drive[i]"
    assert dense.start.operations == sparse.start.operations == 2 * 40
    assert len(dense.start.constants["input_weights"]) == len(sparse.start.constants["input_weights"]) == 40
    assert set(sparse.start.constants) - set(dense.start.constants) == {"input_starts", "input_columns"}


@pytest.mark.parametrize("parameters", [{"input_weights": np.zeros((10, 3))}, {"input": "spikes"}])
def test_units_without_an_input_current_are_driven_by_their_background(parameters):
    drive = drive_of(liquid(background_current=3.0, **parameters).program_.source)
    assert drive.expression == "background[0]"
    assert drive.start.body == ""
    assert drive.start.scratch == {}


@pytest.mark.parametrize(("delay", "n_rows"), [(0.0, 0), (9.0, 0), (10.0, 2), (25.0, 3)])
def test_rows_of_spikes_are_kept_for_the_longest_delay(delay, n_rows):
    channels = channels_of(liquid(input="spikes", input_delays=delay, input_period=10.0))
    assert len(channels.start.state.get("inputs", ())) == 3 * n_rows
    assert ("row" in channels.start.state) == (n_rows > 0)


def test_currents_have_no_channels():
    assert channels_of(liquid()).amount == channels_of(liquid()).accepts == ""
