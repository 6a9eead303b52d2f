import numpy as np
import pytest
from event_bytes import camera_recording

from reservoir.events import address_channels, channel_addresses, pool_addresses

SHAPE = (20, 34)
_, X, Y, POLARITY = camera_recording(SHAPE, 500)


def test_channels_are_the_places_in_an_image():
    numbers = np.arange(2 * 20 * 34).reshape(2, *SHAPE)
    np.testing.assert_array_equal(address_channels(X, Y, shape=SHAPE), numbers[0, Y, X])
    np.testing.assert_array_equal(address_channels(X, Y, POLARITY, shape=SHAPE), numbers[POLARITY, Y, X])


@pytest.mark.parametrize("on", [POLARITY, POLARITY == 1, 2 * POLARITY - 1, POLARITY.astype(np.uint8), POLARITY * 1.0])
def test_every_way_to_write_a_polarity(on):
    np.testing.assert_array_equal(
        address_channels(X, Y, on, shape=SHAPE), address_channels(X, Y, POLARITY, shape=SHAPE)
    )


def test_addresses_come_back():
    for got, expected in zip(channel_addresses(address_channels(X, Y, shape=SHAPE), shape=SHAPE), (X, Y), strict=True):
        np.testing.assert_array_equal(got, expected)
    channels = address_channels(X, Y, POLARITY, shape=SHAPE)
    for got, expected in zip(channel_addresses(channels, shape=SHAPE, polarity=True), (X, Y, POLARITY), strict=True):
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("factor", [1, 2, 3, (4, 5), 100, (1, 34)])
def test_pooled_images_are_sums_of_blocks(factor):
    image = np.zeros(SHAPE)
    np.add.at(image, (Y, X), 1)
    x, y, shape = pool_addresses(X, Y, shape=SHAPE, factor=factor)
    pooled = np.zeros(shape)
    np.add.at(pooled, (y, x), 1)
    vertical, horizontal = factor if isinstance(factor, tuple) else (factor, factor)
    rows = np.add.reduceat(image, range(0, 20, vertical), axis=0)
    np.testing.assert_array_equal(pooled, np.add.reduceat(rows, range(0, 34, horizontal), axis=1))
    assert pooled.sum() == len(X)


def test_blocks_at_the_border_are_smaller():
    assert pool_addresses([33], [33], shape=(34, 34), factor=4)[2] == (9, 9)
    assert pool_addresses([33], [33], shape=(34, 34), factor=(17, 2))[2] == (2, 17)


def test_addresses_outside_are_named():
    with pytest.raises(ValueError, match=r"'x' must be from 0 to 33, below the width .*; got 34 for event 1\."):
        address_channels([0, 34], [0, 19], shape=SHAPE)
    with pytest.raises(ValueError, match="'y' must be from 0 to 19, .*got -1 for event 0"):
        address_channels([0], [-1], shape=SHAPE)
    with pytest.raises(ValueError, match="'x' must be from 0 to 19, .*are two of them swapped"):
        address_channels(X, Y, shape=(34, 20))
    with pytest.raises(ValueError, match="'channels' must be from 0 to 679, .*got 680 for event 0"):
        channel_addresses([680], shape=SHAPE)


def test_other_bad_values_are_named():
    with pytest.raises(ValueError, match="'x' and 'y' must be of one length"):
        address_channels([0, 1], [0], shape=SHAPE)
    with pytest.raises(ValueError, match="'x' must hold whole numbers"):
        address_channels([0.5], [0], shape=SHAPE)
    with pytest.raises(ValueError, match="'polarity' must hold 1 for ON and either 0 or -1"):
        address_channels([0, 1, 2], [0, 0, 0], [1, 0, -1], shape=SHAPE)
    with pytest.raises(ValueError, match="'polarity' must hold 1 for ON"):
        address_channels([0], [0], [2], shape=SHAPE)
    with pytest.raises(ValueError, match="'polarity' must have an entry for each of 1 events"):
        address_channels([0], [0], [1, 0], shape=SHAPE)
    with pytest.raises(ValueError, match=r"'shape' must be \(height, width\); got 34"):
        address_channels([0], [0], shape=34)
    with pytest.raises(ValueError, match="'factor' must be an integer of at least 1; got 0"):
        pool_addresses([0], [0], shape=SHAPE, factor=0)


def test_no_events():
    assert len(address_channels([], [], [], shape=SHAPE)) == 0
    assert len(channel_addresses([], shape=SHAPE)[0]) == 0
