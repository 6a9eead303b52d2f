import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from event_bytes import N_UNITS, camera_recording, cochlea_recording
from tonic_oracle import PERIODS, what_tonic_makes

from reservoir import LIFLiquid
from reservoir.events import address_channels, from_events, to_events

TONIC = np.load(Path(__file__).parents[2] / "fixtures" / "tonic_frames.npz")
TIMES, CHANNELS = cochlea_recording()
SIZES = {"s": 1e6, "ms": 1e3}  # microseconds


def counted(times, channels, n_channels, period, n_steps):
    """Rows by the definition, one event after the other, of integer times and a fraction as period."""
    X = np.zeros((n_steps, n_channels))
    for time, channel in zip(times.tolist(), channels.tolist(), strict=True):
        X[time // period, channel] += 1
    return X


@pytest.mark.parametrize("name", PERIODS)
def test_rows_are_the_frames_of_tonic(name):
    rows = from_events(TIMES, CHANNELS, N_UNITS, PERIODS[name], unit="us")
    np.testing.assert_array_equal(rows, TONIC[f"cochlea_{name}"])
    for unit, size in SIZES.items():  # floats, many of them on edges
        np.testing.assert_array_equal(from_events(TIMES / size, CHANNELS, N_UNITS, PERIODS[name], unit=unit), rows)


@pytest.mark.parametrize("name", ["1_ms", "10_ms"])
def test_rows_of_a_camera_are_the_frames_of_tonic(name):
    times, x, y, p = camera_recording()
    rows = from_events(times, address_channels(x, y, p, shape=(34, 34)), 2312, PERIODS[name], unit="us")
    np.testing.assert_array_equal(rows, TONIC[f"camera_{name}"].reshape(len(rows), -1))


def test_what_is_stored_is_what_tonic_makes(tmp_path):
    tonic = pytest.importorskip("tonic", reason="needs the package tonic")
    if tonic.__version__ != str(TONIC["version"]):
        pytest.skip("needs the version of tonic that is stored")
    for name, array in what_tonic_makes(tmp_path).items():
        np.testing.assert_array_equal(array, TONIC[name], err_msg=name)


@pytest.mark.parametrize("period", ["0.1", "1", "3.3", "12.5"])
def test_rows_by_the_definition(period):
    rows = from_events(TIMES, CHANNELS, N_UNITS, float(period), unit="us")
    np.testing.assert_array_equal(rows, counted(TIMES, CHANNELS, N_UNITS, 1000 * Fraction(period), len(rows)))
    assert rows.sum() == len(TIMES) and rows[-1].any()


def test_the_order_of_events_does_not_matter():
    order = np.random.RandomState(0).permutation(len(TIMES))
    rows = from_events(TIMES, CHANNELS, N_UNITS, 1.0, unit="us")
    np.testing.assert_array_equal(from_events(TIMES[order], CHANNELS[order], N_UNITS, 1.0, unit="us"), rows)


def test_an_event_on_an_edge_begins_a_row():
    rows = from_events([0.3], [0], 1, 100.0, unit="s")
    np.testing.assert_array_equal(rows[:, 0], [0, 0, 0, 1])
    assert 0.3 / 0.1 < 3  # what a division would have made of it
    rows = from_events([999, 1000, 1001], [0, 0, 0], 1, 1.0, unit="us")
    np.testing.assert_array_equal(rows[:, 0], [1, 2])


def test_number_of_rows():
    rows = from_events(TIMES, CHANNELS, N_UNITS, 10.0, unit="us", n_steps=60)
    assert rows.shape == (60, N_UNITS) and not rows[50:].any() and rows.dtype == np.float64
    assert from_events([], [], 3, 1.0, unit="s", n_steps=2).shape == (2, 3)
    with pytest.raises(ValueError, match=r"'n_steps' must be enough .* in row 49 .*; got 49\. .*times < 490000"):
        from_events(TIMES, CHANNELS, N_UNITS, 10.0, unit="us", n_steps=49)
    kept = TIMES < 490_000  # the advice works
    assert len(from_events(TIMES[kept], CHANNELS[kept], N_UNITS, 10.0, unit="us", n_steps=49)) == 49
    with pytest.raises(ValueError, match="'times' must hold at least one event, or 'n_steps' be given"):
        from_events([], [], 3, 1.0, unit="s")


def test_a_start():
    rows = from_events(TIMES, CHANNELS, N_UNITS, 1.0, unit="us")
    since_1970 = 1_700_000_000_000_000
    for start in (since_1970, "first"):
        later = from_events(TIMES - TIMES[0] + since_1970, CHANNELS, N_UNITS, 1.0, unit="us", start=start)
        np.testing.assert_array_equal(later, from_events(TIMES - TIMES[0], CHANNELS, N_UNITS, 1.0, unit="us"))
    with pytest.raises(ValueError, match=r"(?s)'n_channels' must be small enough.*pass start='first'"):
        from_events(TIMES + since_1970, CHANNELS, N_UNITS, 1.0, unit="us")
    with pytest.raises(ValueError, match="'times' must not lie before 'start'; got 0 with start=1"):
        from_events(np.array([0, 5]), [0, 0], 1, 1.0, unit="ms", start=1)
    assert len(rows) == 500


def test_advice_on_what_comes_too_late_works():
    clock = np.cumsum(np.full(20, 0.1))  # some lie below an edge by their rounding, and so count as on it
    unix = 1_700_000_000_000_000 + TIMES
    for times, unit, first, period in ((clock, "s", 0, 100.0), (unix, "us", unix[0], 10.0), (TIMES, "us", 0, 7.7)):
        whole = from_events(times, 0 * times, 1, period, unit=unit, start=first, check_rate=False)
        for n_steps in range(1, len(whole)):
            arguments = {"unit": unit, "start": first, "n_steps": n_steps, "check_rate": False}
            with pytest.raises(ValueError, match="'n_steps' must be enough") as error:
                from_events(times, 0 * times, 1, period, **arguments)
            kept = times[times < eval(str(error.value).partition("(times < ")[2].partition(")")[0])]
            rows = from_events(kept, 0 * kept, 1, period, **arguments)
            assert rows.sum() == len(kept) and rows.shape == (n_steps, 1)
            assert len(kept) == whole[:n_steps].sum()


def test_advice_on_what_came_too_early_works():
    with pytest.raises(
        ValueError, match=r"got 0\.0999755859375 with start=0\.1\. .*before \(times >= 0\.199951171875\)"
    ):
        from_events(np.array([0.1, 0.2], np.float16), [0, 0], 1, 1.0, unit="s", start=0.1)
    times = np.array([0.1, 0.2], np.float16)
    assert from_events(times[times >= 0.199951171875], [0], 1, 1.0, unit="s", start=0.1).sum() == 1


def test_rows_that_no_memory_holds_are_refused_before_they_are_made():
    times = np.append(TIMES, 2**61)  # one that was written wrongly
    with pytest.raises(ValueError, match=r"'times', whose last event is at 2305843009213693952, has 2\.31e\+16 rows"):
        from_events(times, np.append(CHANNELS, 0), N_UNITS, 0.1, unit="us")
    for time in (1e300, 1.7e308):
        with pytest.raises(ValueError, match=r"'n_channels' must be small enough .*event is at 1.*e\+30"):
            from_events([time], [0], 1, 1e-6, unit="s")
        with pytest.raises(ValueError, match=r"whose last event is in row 1e\+300 by .*; got 3"):
            from_events([time], [0], 1, 1e-6, unit="s", n_steps=3)
        with pytest.raises(ValueError, match="'times' must not lie before 'start'"):
            from_events([-time, time], [0, 0], 1, 1e-6, unit="s")
    for n_channels, n_steps in ((10**400, 3), (3, 10**400)):
        with pytest.raises(ValueError, match="'n_channels' must be small enough"):
            from_events(np.arange(30), np.zeros(30, int), n_channels, 10.0, unit="ms", n_steps=n_steps)
    # Each fits by itself, and all do not.
    n_steps = int(0.5 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 8)
    with pytest.raises(
        ValueError, match=r"'times\[0\]', .* rows by .*, \d+ with those of the others.* fewer recordings"
    ):
        from_events([[0], [0], [0]], [[0], [0], [0]], 1, 1.0, unit="ms", n_steps=n_steps)


def test_several_recordings():
    whole = from_events(TIMES, CHANNELS, N_UNITS, 1.0, unit="us")
    half = TIMES < 250_000
    several = from_events([TIMES, TIMES[half]], [CHANNELS, CHANNELS[half]], N_UNITS, 1.0, unit="us")
    np.testing.assert_array_equal(several[0], whole)
    np.testing.assert_array_equal(several[1], whole[: len(several[1])])
    objects = np.array([TIMES, TIMES[half]], dtype=object), np.array([CHANNELS, CHANNELS[half]], dtype=object)
    np.testing.assert_array_equal(from_events(*objects, N_UNITS, 1.0, unit="us")[1], several[1])
    with pytest.raises(ValueError, match=r"'channels\[1\]' must hold whole numbers from 0 to 1"):
        from_events([[0], [1]], [[0], [2]], 2, 1.0, unit="ms")
    with pytest.raises(ValueError, match="must both be arrays, of one recording, or both be lists"):
        from_events([TIMES], CHANNELS, N_UNITS, 1.0, unit="us")
    with pytest.raises(ValueError, match="must be lists of one length; got 1 and 2 recordings"):
        from_events([TIMES], [CHANNELS, CHANNELS], N_UNITS, 1.0, unit="us")


def test_a_wrong_unit_is_refused_with_a_hint():
    digit = np.sort(np.random.RandomState(0).random_sample(8000)), np.random.RandomState(1).randint(0, 700, 8000)
    assert from_events(*digit, 700, 1.0, unit="s").sum() == 8000
    for unit in ("ms", "us"):
        with pytest.raises(ValueError, match=f"'unit' must be that of 'times'; got '{unit}'.*unit='s' would mean 11.4"):
            from_events(*digit, 700, 1.0, unit=unit)
    with pytest.raises(ValueError, match="got 's', but 8000 events .*are 277.7 hours.*unit='us' would mean"):
        from_events(np.rint(1e6 * digit[0]).astype(int), digit[1], 700, 1.0, unit="s")
    assert from_events(*digit, 700, 1.0, unit="ms", check_rate=False).sum() == 8000


def test_channels_are_checked():
    with pytest.raises(ValueError, match="got 3 for event 2. Subtract 1 if channels are counted from 1"):
        from_events([0, 1, 2], [1, 2, 3], 3, 1.0, unit="ms")
    with pytest.raises(ValueError, match="'channels' must hold whole numbers from 0 to 2, .*; got 0.5 for event 0"):
        from_events([0], [0.5], 3, 1.0, unit="ms")
    with pytest.raises(ValueError, match="'times' and 'channels' must be of one length.* got 2 and 1"):
        from_events([0, 1], [0], 3, 1.0, unit="ms")
    np.testing.assert_array_equal(from_events([0], [2.0], 3, 1.0, unit="ms"), [[0, 0, 1]])


def test_times_are_checked():
    with pytest.raises(ValueError, match="'times' must be finite"):
        from_events([0.0, np.nan], [0, 0], 1, 1.0, unit="ms")
    with pytest.raises(ValueError, match="'times' must be 1-D"):
        from_events(np.zeros((2, 2)), np.zeros((2, 2)), 1, 1.0, unit="ms")
    with pytest.raises(ValueError, match=r"'times' must be below 2\*\*63"):
        from_events(np.array([2**63], np.uint64), [0], 1, 1.0, unit="us")
    with pytest.raises(TypeError, match="unit"):
        from_events([0], [0], 1, 1.0)


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
@pytest.mark.parametrize("period", [0.1, 1.0, 10.0, 0.007, 2.5, 33.3])
def test_events_of_rows_give_the_rows_again(unit, period):
    X = np.random.RandomState(3).poisson(0.3, (400, 7)).astype(float)
    for start in (0, 5, -0.3):
        times, channels = to_events(X, period, unit=unit, start=start)
        assert len(times) == X.sum() and (np.diff(times) >= 0).all()
        again = from_events(times, channels, 7, period, unit=unit, start=start, n_steps=400, check_rate=False)
        np.testing.assert_array_equal(again, X)


def test_times_of_rows():
    times, channels = to_events([[0, 2], [0, 0], [1, 0]], 1.0, unit="us", start=10)
    assert times.dtype == np.int64 and times.tolist() == [10, 10, 2010] and channels.tolist() == [1, 1, 0]
    times, _ = to_events(np.eye(4), 100.0, unit="s")
    assert times.dtype == np.float64 and times.tolist() == [0.0, 0.1, 0.2, 0.3]


def test_rows_that_times_do_not_tell_apart_are_refused():
    X = np.eye(3)
    with pytest.raises(
        ValueError, match=r"'period' must be long enough .* Pass a 'start' nearer to 0, or the unit 'us'"
    ):
        to_events(X, 0.1, unit="s", start=1.7e9)
    for unit, start in (("s", 1.7), ("us", 1_700_000_000_000_000)):  # the advice works
        times, channels = to_events(X, 0.1, unit=unit, start=start)
        np.testing.assert_array_equal(from_events(times, channels, 3, 0.1, unit=unit, start=start), X)
    with pytest.raises(ValueError, match="got '1000000000000000 events', which takes"):
        to_events([[1e15]], 1.0, unit="ms")


def test_events_of_several_series():
    X = np.random.RandomState(4).poisson(0.5, (2, 30, 3)).astype(float)
    times, channels = to_events(X, 1.0, unit="ms")
    np.testing.assert_array_equal(from_events(times, channels, 3, 1.0, unit="ms", n_steps=30), X)
    assert to_events([X[0], X[1, :5]], 1.0, unit="ms")[0][0].tolist() == times[0].tolist()


def test_a_liquid_takes_the_rows():
    X = from_events(TIMES, CHANNELS, N_UNITS, 10.0, unit="us")
    liquid = LIFLiquid(30, input="spikes", input_period=10.0, input_scaling=3.0, random_state=0).fit(X)
    steps, units = liquid.spikes(X)
    assert len(steps) > 30
    trains = from_events(steps, units, 30, 10.0, unit="ms", n_steps=len(X), check_rate=False)
    counts = liquid.set_params(output="counts").fit(X).transform(X)
    assert trains.sum() == counts.sum()
