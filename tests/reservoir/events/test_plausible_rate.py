from fractions import Fraction

import numpy as np
import pytest

from reservoir.events.plausible_rate import FEWEST, check_plausible, fault_of

# Events, seconds, channels; of SHD, N-MNIST, DVS128 Gesture, a neuron and a population of neurons.
SENSORS = {
    "digits": (8000, 1.0, 700),
    "n-mnist": (4200, 0.306, 2312),
    "gesture": (600_000, 6.0, 32_768),
    "neuron": (50, 10.0, 1),
    "cortex": (30_000, 60.0, 100),
}
SIZES = {"s": 1.0, "ms": 1e-3, "us": 1e-6}


def times_of(n_events, span):
    return np.linspace(0.0, span, n_events)


@pytest.mark.parametrize("sensor", SENSORS)
@pytest.mark.parametrize("unit", SIZES)
def test_real_recordings_in_each_unit(sensor, unit):
    n_events, seconds, n_channels = SENSORS[sensor]
    for stated in SIZES:
        period = Fraction(1, 1000) / Fraction(str(SIZES[stated]))
        arguments = "times", [times_of(n_events, seconds / SIZES[unit])], n_channels, period, stated
        if stated == unit:
            check_plausible(*arguments)
            continue
        with pytest.raises(ValueError, match=f"'unit' must be that of 'times'; got '{stated}', but .*unit='{unit}'"):
            check_plausible(*arguments)


@pytest.mark.parametrize("unit", SIZES)
def test_neurons_that_are_recorded_for_hours_are_accepted(unit):
    times = times_of(648_000, 7200.0 / SIZES[unit])  # 1.5 Hz; in another unit, it would be some 1500 Hz for seconds
    check_plausible("times", [times], 60, Fraction(1, 1000) / Fraction(str(SIZES[unit])), unit)


def test_what_is_said():
    with pytest.raises(ValueError) as error:
        check_plausible("times", [times_of(8000, 1.0)], 700, Fraction(1), "ms")
    assert str(error.value) == (
        "'unit' must be that of 'times'; got 'ms', but 8000 events of 700 channels within 1 milliseconds are 11,429 "
        "events per second and channel. unit='s' would mean 11.43 events per second and channel over 1 s. If "
        "milliseconds are right, pass check_rate=False."
    )


def test_unusual_recordings_that_no_unit_explains_are_accepted():
    for n_events, seconds, n_channels in (
        (10**7, 2.0, 1000),  # a camera with its bus at the limit, pooled to few channels
        (72_000, 7200.0, 1),  # two hours of a neuron
        (100_000, 0.0, 10),  # all at once
    ):
        check_plausible("times", [times_of(n_events, seconds)], n_channels, Fraction(1, 1000), "s")


def test_few_events_say_nothing():
    check_plausible("times", [times_of(FEWEST - 1, 1e-9)], 1, Fraction(1), "s")
    check_plausible("times", [np.zeros(1)] * 100, 1, Fraction(1), "s")
    check_plausible("times", [], 1, Fraction(1), "s")


def test_all_recordings_are_judged_together():
    trials = [times_of(15, 1.0), np.zeros(0), np.ones(1)] * 100  # seconds, each of too few events to tell
    check_plausible("times", trials, 5, Fraction(1, 100), "s")
    with pytest.raises(ValueError, match="1500 events of 5 channels within 100 milliseconds of 100 recordings .* each"):
        check_plausible("times", trials, 5, Fraction(10), "ms")
    # One of them that is shorter than a period, and thousands that together last for hours, are nothing unusual.
    check_plausible("times", [*trials, times_of(25, 0.005)], 5, Fraction(1, 100), "s")
    check_plausible("times", [times_of(40, 1.0)] * 8000, 700, Fraction(1, 100), "s")


def test_each_limit():
    assert fault_of(100, 0.0009, 1, 0.001) == "are shorter than one period of 1 ms"
    assert fault_of(2001, 1.0, 1, 0.001) == "are 2,001 events per second and channel"
    assert fault_of(2000, 1.0, 1, 0.001) == ""
    assert fault_of(20_000, 7200.0, 100, 0.001) == "are 2 hours of 0.02778 events per second and channel"
    assert fault_of(20_000, 7200.0, 20, 0.001) == ""  # electrodes record neurons for hours
    assert fault_of(20_000, 7200.0, 100, 0.001, n_recordings=2) == ""
    assert fault_of(40, 1000.0, 3, 0.001) == "are 0.01333 events per second and channel, and 0.04 of all"
    assert fault_of(40, 1000.0, 2, 0.001) == ""
    assert fault_of(60_000, 1000.0, 10**5, 0.001) == ""  # a camera in front of nothing but noise
