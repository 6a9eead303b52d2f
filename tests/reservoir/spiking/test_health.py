import inspect
import re
import warnings

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from reservoir import Izhikevich, LIFLiquid, LiquidHealthWarning, SequenceEncoder, SpikingLiquid
from reservoir.spiking.health import CALM, Probe, find_ailment, find_remedy, look_over

U = np.random.RandomState(0).standard_normal((100, 3))


def rate(liquid, X=U):
    return 1000 * len(liquid.spikes(X)[0]) / (liquid.n_units_ * len(X) * liquid.input_period)


def warned(parameters, X=U):
    with pytest.warns(LiquidHealthWarning) as caught:
        liquid = LIFLiquid(100, random_state=0, **parameters).fit(X)
    message = str(caught[0].message)
    found = re.search(r"Multiply '(\w+)' by about ([\d.e+-]+)\.$", message)
    return liquid, message, (found[1], float(found[2])) if found else None


def test_a_silent_liquid_is_warned_how_much_more_input_it_needs():
    liquid, message, (name, factor) = warned({"input_scaling": 0.1, "background_current": 0.0})
    assert "silent: no unit spikes" in message
    assert name == "input_scaling"
    assert rate(liquid) == 0
    healed = LIFLiquid(100, random_state=0, input_scaling=0.1 * factor, background_current=0.0).fit(U)
    assert 0.5 < rate(healed) < 10


def test_a_liquid_without_any_input_is_warned_of_its_background():
    _, message, remedy = warned({"background_current": 0.0, "input_scaling": 0.0})
    assert "raise 'background_current'" in message
    assert remedy is None


def test_a_saturated_liquid_is_advised_to_turn_its_input_down():
    _, message, (name, factor) = warned({"input_scaling": 1e4, "recurrent_scaling": 0.0})
    assert "saturated" in message
    assert name == "input_scaling"
    healed = LIFLiquid(100, random_state=0, input_scaling=1e4 * factor, recurrent_scaling=0.0).fit(U)
    assert rate(healed) < 1.1 * CALM


def test_an_epileptic_liquid_is_advised_to_turn_its_recurrence_down():
    _, message, (name, factor) = warned({"recurrent_scaling": 3.0, "inhibitory": 0.1, "input_scaling": 3.0})
    assert "epileptic" in message
    assert name == "recurrent_scaling"
    healed = LIFLiquid(100, random_state=0, recurrent_scaling=3.0 * factor, inhibitory=0.1, input_scaling=3.0).fit(U)
    assert rate(healed) < 1.1 * CALM


EXTREMES = [
    {"input_scaling": 0.1, "background_current": 0.0},
    {"input_scaling": 1e4, "recurrent_scaling": 0.0},
    {"recurrent_scaling": 3.0, "inhibitory": 0.1, "input_scaling": 3.0},
]


@pytest.mark.parametrize("parameters", EXTREMES, ids=["silent", "saturated", "epileptic"])
def test_a_warning_names_the_line_of_the_user(parameters):
    liquid = LIFLiquid(100, random_state=0, **parameters)
    for fit in (liquid.fit, liquid.fit_transform, make_pipeline(liquid).fit, SequenceEncoder(liquid).fit):
        with pytest.warns(LiquidHealthWarning) as caught:
            fit([U])
        line = inspect.currentframe().f_lineno - 1
        assert (caught[0].filename, caught[0].lineno) == (__file__, line)


def test_long_refractory_units_are_not_called_calm_while_saturated():
    liquid, message, (name, factor) = warned({"refractory": 30.0, "input_scaling": 45.0})
    assert "saturated" in message
    assert rate(liquid) < CALM
    healed = LIFLiquid(100, random_state=0, refractory=30.0, **{name: 45.0 * factor}).fit(U)
    assert rate(healed) < 1000 / 30 / 4


@pytest.mark.parametrize("refractory", [0.0, 0.4, 1.5, 2.5, 2.999, 30.0, (2.5, 7.0), (30.0, 1.0)])
def test_no_unit_spikes_faster_than_the_rate_that_is_called_the_highest(refractory):
    # Driven so hard, every unit spikes in the first step, and again as soon as it may: the highest rate is reached.
    _, message, _ = warned({"refractory": refractory, "input_weights": np.ones((100, 3))}, np.full((100, 3), 1e6))
    found = re.search(r"fire at ([\d.e+]+) Hz on average, of at most ([\d.e+]+)\.", message)
    assert found[1] == found[2]


def test_a_liquid_that_drives_itself_is_warned_of_its_background():
    _, message, remedy = warned({"background_current": 1e3})
    assert "without input and recurrence: lower 'background_current'" in message
    assert remedy is None


def test_no_factor_is_named_where_none_will_do():
    _, message, remedy = warned({"input_scaling": 1e20})
    assert "Multiply 'input_scaling' by less than 0.00098" in message
    assert remedy is None


def test_a_matrix_as_topology_is_what_to_scale():
    _, _, (name, _) = warned({"topology": 500 * np.eye(50)[::-1], "inhibitory": 0.0})
    assert name == "topology"


def test_given_weights_are_called_by_their_name():
    _, message, (name, _) = warned({"input_weights": np.full((100, 3), 1e-2), "background_current": 0.0})
    assert name == "input_weights"
    assert "silent" in message


def test_a_healthy_liquid_and_too_short_data_pass_without_a_word():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        LIFLiquid(100, random_state=0).fit(U)
        LIFLiquid(100, random_state=0).fit([U[:30]] * 5)
        LIFLiquid(100, random_state=0, input_scaling=0.0, background_current=0.0).fit(U[:9])
        LIFLiquid(100, random_state=0, background_current=0.0).fit(0 * U)  # silence for silence
        LIFLiquid(100, random_state=0, refractory=1e12, background_current=100.0).fit(U)  # a spike of each, and no more


@pytest.mark.parametrize("period", [np.uint8(200), np.int8(100)])
def test_a_period_of_few_bits_is_counted_as_any_other(period):
    u = np.random.RandomState(0).standard_normal((12, 3))
    assert np.array_equal(
        *(LIFLiquid(10, input_period=one, random_state=0).fit_transform(u) for one in (period, int(period)))
    )


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_ailment_and_remedy_can_be_asked_for_on_any_stretch_of_time():
    liquid = LIFLiquid(50, random_state=0, input_scaling=1e4, recurrent_scaling=0.0).fit(U)
    probe = Probe(liquid, [U], enough=np.inf)
    assert probe.duration == len(U) * liquid.input_period
    assert find_ailment(probe).word == "saturated"
    _, name, factor = find_remedy(probe, find_ailment(probe))
    assert name == "input_scaling"
    healed = LIFLiquid(50, random_state=0, input_scaling=1e4 * factor, recurrent_scaling=0.0).fit(U)
    assert rate(healed) < CALM and find_ailment(Probe(healed, [U])) is None
    assert find_ailment(Probe(liquid, [U[:9]])) is None  # too short to say


def test_what_fit_warns_of_is_found_in_a_series_that_calms_down():
    u = np.random.RandomState(0).standard_normal((400, 1))
    u[:100] *= 100
    with pytest.warns(LiquidHealthWarning, match=r"On the first second .* saturated: (.*)\. Multiply") as caught:
        liquid = LIFLiquid(100, random_state=0).fit(u)
    probe, ailment = look_over(liquid, u)
    assert probe.duration == 1000
    assert ailment.word == "saturated"
    assert ailment.detail.removeprefix("on the first second ") in str(caught[0].message)
    assert look_over(liquid, u[100:]) is None


def test_a_silent_beginning_is_no_silence():
    u = np.zeros((400, 1))
    u[0], u[200:] = 1e-9, 1.0
    liquid = LIFLiquid(100, background_current=0.0, random_state=0)
    with pytest.warns(LiquidHealthWarning, match="silent"):
        liquid.fit(u)
    assert look_over(liquid, u) is None


def test_a_period_that_is_set_after_fit_changes_no_rate():
    u = np.random.RandomState(0).standard_normal((200, 1))
    liquid = LIFLiquid(20, random_state=0).fit(u)
    rate = Probe(liquid, [u]).rate()
    assert Probe(liquid.set_params(input_period=1.0), [u]).rate() == rate > 0


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_a_state_that_overflows_is_no_rate_and_no_remedy():
    liquid = LIFLiquid(20, input_weights=np.full((20, 3), 1e305), recurrent_scaling=0.0, random_state=0).fit(U)
    probe = Probe(liquid, [-np.abs(U)])
    assert probe.rate() == 0 and np.isnan(probe.rate(input=1e5))
    assert not probe.rate(input=1e5) < CALM and not probe.rate(input=1e5) > CALM


def test_an_advised_background_wakes_or_calms_the_liquid_that_is_set_to_it():
    found = re.compile(r"(raise|lower) 'background_current' to about ([\d.e+-]*\d) nA\.$")
    for parameters, how in (
        ({"background_current": -30.0, "input_scaling": 0.0}, "raise"),
        ({"background_current": 1e3}, "lower"),
        ({"background_current": (1e3, 0.0), "tau_membrane": (5.0, 30.0)}, "lower"),
    ):
        _, message, _ = warned(parameters)
        assert found.search(message)[1] == how
        healed = LIFLiquid(100, random_state=0, **parameters | {"background_current": float(found.search(message)[2])})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert 0.9 < rate(healed.fit(U)) < CALM


def test_no_advice_turns_a_seizure_into_silence():
    # Its units all fire in every step, or, with a little less input or background, not at all.
    X = np.random.RandomState(0).standard_normal((100, 3))
    settings = {"recurrent_scaling": 30.0, "inhibitory": 0.0, "random_state": 0}
    liquid = SpikingLiquid(30, neuron=Izhikevich.of_kind("fast spiking"), **settings)
    with pytest.warns(LiquidHealthWarning, match="saturated: .* alone does not help: lower both"):
        liquid.fit(X)
