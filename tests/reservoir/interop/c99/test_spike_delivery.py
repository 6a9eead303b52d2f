import numpy as np
import pytest

from reservoir import LIFLiquid, Markram
from reservoir.interop.c99.spike_delivery import deliver_spikes
from reservoir.interop.c99.spiking_inputs import channels_of

ROW = np.zeros((1, 3))
DOUBLE = np.dtype("float64")


def delivered(liquid):
    """Return every synapse of the C constants: delay, source, target and weight, in the order of delivery."""
    constants = deliver_spikes(liquid, channels_of(liquid), DOUBLE).deliver.constants
    words = len(constants["senders"]) // len(constants["delays"])
    for group, delay in enumerate(constants["delays"]):
        bits = constants["senders"][words * group : words * (group + 1)]
        for source in range(32 * words):
            if bits[source // 32] >> source % 32 & 1:
                segment = constants["segments"][source]
                while constants["segment_group"][segment] < group:
                    segment += 1
                assert constants["segment_group"][segment] == group
                first, last = constants["synapses"][segment : segment + 2]
                assert first < last
                for target, weight in zip(
                    constants["targets"][first:last], constants["weights"][first:last], strict=True
                ):
                    yield int(delay), source, int(target), float(weight)


@pytest.mark.parametrize("n_units", [5, 32, 70])
@pytest.mark.parametrize("delays", [1.0, (2.0, 0.0, 1.0, 5.0), "by synapse"])
def test_every_synapse_is_delivered_once_by_its_delay(n_units, delays):
    delays = np.random.RandomState(0).randint(0, 9, (n_units, n_units)) * 1.0 if delays == "by synapse" else delays
    liquid = LIFLiquid(n_units, delays=delays, random_state=0).fit(ROW)
    weights = liquid.recurrent_weights_.tocoo()
    expected = zip(
        liquid.delays_.tocoo().data, weights.col, weights.row + n_units * liquid.inhibitory_[weights.col], weights.data,
        strict=True,
    )  # fmt: skip
    assert list(delivered(liquid)) == sorted((int(d), int(s), int(t), float(w)) for d, s, t, w in expected)


def test_channels_stand_behind_the_units():
    liquid = LIFLiquid(
        2, recurrent_weights=np.zeros((2, 2)), input="spikes", input_weights=[[0.0, 1.0, 0.0], [0.0, 2.0, -3.0]],
        input_delays=4.0, inhibitory=0.0,
    ).fit(ROW)  # fmt: skip
    assert list(delivered(liquid)) == [(4, 3, 0, 1.0), (4, 3, 1, 2.0), (4, 4, 3, -3.0)]


def test_without_synapses_no_spike_is_kept():
    liquid = LIFLiquid(recurrent_weights=np.zeros((2, 2)), inhibitory=0.0).fit(ROW)
    delivery = deliver_spikes(liquid, channels_of(liquid), DOUBLE)
    assert delivery.mark == delivery.deliver.body == delivery.clear.body == ""
    assert delivery.deliver.state == {}


@pytest.mark.parametrize(("spread", "n_values"), [(0.0, 1), (0.1, 10)])
def test_dynamic_synapses_of_a_segment_share_their_memory_if_they_are_alike(spread, n_values):
    synapses = Markram(0.5, 200.0, 50.0, spread=spread)
    liquid = LIFLiquid(20, topology="shift", inhibitory=0.0, short_term_plasticity=synapses, random_state=0).fit(ROW)
    state = deliver_spikes(liquid, channels_of(liquid), DOUBLE).deliver.state
    assert len(state["use"]) == len(state["resource"]) == 20 * n_values
    assert len(state["delivered"]) == 20
