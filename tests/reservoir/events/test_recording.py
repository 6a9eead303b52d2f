import numpy as np
import pytest
from event_bytes import camera_recording, cochlea_recording
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from reservoir import LIFLiquid, SequenceEncoder
from reservoir.events import Events, address_channels, from_events, pool_channels

TIMES, CHANNELS = cochlea_recording()
EVENTS = Events(TIMES, CHANNELS, 40, "us")


def test_rows():
    for settings in ({}, {"n_steps": 600}, {"start": "first"}):
        rows = EVENTS.to_rows(1.0, **settings)
        np.testing.assert_array_equal(rows, from_events(TIMES, CHANNELS, 40, 1.0, unit="us", **settings))
    with pytest.raises(ValueError, match="'period' must be"):
        EVENTS.to_rows(0)
    with pytest.raises(ValueError, match="'check_rate' must be True or False"):
        EVENTS.to_rows(1.0, check_rate=None)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"channels": CHANNELS + 1}, "'channels' must hold whole numbers from 0 to 39.*; got 40 .* Subtract 1"),
        ({"channels": CHANNELS - 1}, "'channels' must hold whole numbers from 0 to 39.*; got -1"),
        ({"channels": CHANNELS[1:]}, "'times' and 'channels' must be of one length"),
        ({"times": TIMES * np.nan}, "'times' must be finite"),
        ({"unit": "ns"}, "'unit' must be one of 's', 'ms', 'us'"),
        ({"unit": None}, "'unit' must be stated"),
        ({"n_channels": 0}, "'n_channels' must be an integer of at least 1"),
        ({"shape": (5, 9)}, r"'n_channels' must be 45 or, .* twice as many, by 'shape', \(5, 9\); got 40"),
        ({"pooled": 0}, "'pooled' must be an integer of at least 1"),
    ],
)
def test_what_users_make_is_checked(changed, message):
    with pytest.raises(ValueError, match=message):
        Events(**{"times": TIMES, "channels": CHANNELS, "n_channels": 40, "unit": "us"} | changed)


def test_lists_become_arrays():
    events = Events([0, 1], [1.0, 0.0], 2, "ms", shape=[1, 2])
    assert events.shape == (1, 2) and events.to_rows(1.0).tolist() == [[0, 1], [1, 0]]


def test_parts_of_half_precision_are_on_either_side_of_a_limit():
    events = Events(np.array([0.05, 0.1, 0.2], np.float16), np.zeros(3, int), 1, "s")
    before, after = events.between(0, 0.1), events.between(0.1, 1)  # the nearest to 0.1 is below it
    assert len(before.times) == 2 and before.to_rows(1.0, n_steps=100).sum() == 2
    assert len(after.times) == 1 and after.to_rows(1.0, start=0.1).sum() == 1


def test_a_wrong_unit_is_refused():
    wrong = Events(TIMES, CHANNELS, 40, "s")
    with pytest.raises(ValueError, match="'unit' must be that of 'times'; got 's'.*unit='us'"):
        wrong.to_rows(1.0)


def test_the_rate_of_pixels_counts_where_they_are_pooled():
    random = np.random.RandomState(0)
    times = np.sort(random.randint(0, 1_000_000, 20_000))
    crowded = Events(times, np.zeros(len(times), int), 1, "us", (1, 1), 1)
    with pytest.raises(ValueError, match="'unit' must be"):  # 20 kHz of a channel
        crowded.to_rows(1.0)
    assert Events(times, crowded.channels, 1, "us", (1, 1), 4096).to_rows(1.0).sum() == 20_000


def test_a_part():
    part = EVENTS.between(100_000, 200_000)
    kept = (TIMES >= 100_000) & (TIMES < 200_000)
    np.testing.assert_array_equal(part.times, TIMES[kept])
    np.testing.assert_array_equal(part.channels, CHANNELS[kept])
    assert part.n_channels == 40 and part.unit == "us" and len(part.to_rows(1.0, start=100_000)) == 100
    with pytest.raises(ValueError, match="'first' must be below 'last'; got 2 and 1"):
        EVENTS.between(2, 1)


def test_recordings_go_through_pipelines_and_searches():
    random = np.random.RandomState(3)
    labels = np.arange(12) % 2
    recordings = [
        Events(np.sort(random.random_sample(400)), random.randint(20 * label, 20 * label + 20, 400), 40, "s")
        for label in labels
    ]
    model = make_pipeline(
        FunctionTransformer(lambda X: [events.to_rows(10.0, n_steps=100) for events in X]),
        FunctionTransformer(pool_channels, kw_args={"factor": 4}),
        SequenceEncoder(LIFLiquid(20, input="spikes", input_period=10.0, input_scaling=2.0, random_state=0)),
        RidgeClassifier(),
    )
    assert cross_val_score(model, recordings, labels, cv=3).min() == 1.0


def test_addresses():
    times, x, y, p = camera_recording()
    for on in (p, None):
        channels = address_channels(x, y, on, shape=(34, 34))
        events = Events(times, channels, (1156 if on is None else 2312), "us", (34, 34))
        for got, expected in zip(events.addresses(), (x, y, on), strict=True):
            np.testing.assert_array_equal(got, expected)
    with pytest.raises(ValueError, match="Only events of a camera have addresses"):
        EVENTS.addresses()


def test_what_is_printed():
    assert "3000     of 40 channels" in repr(EVENTS)
    assert "Hz" in EVENTS._repr_html_()
    none = EVENTS.between(600_000, 700_000)
    assert "number   0   of 40 channels" in repr(none)
    assert none.to_rows(1.0, n_steps=3).shape == (3, 40)
