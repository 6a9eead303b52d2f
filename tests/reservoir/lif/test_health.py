import re
import warnings

import numpy as np
import pytest

from reservoir import LIFLiquid, LiquidHealthWarning
from reservoir.lif.health import CALM

U = np.random.RandomState(0).standard_normal((100, 3))


def rate(liquid, X=U):
    return 1000 * len(liquid.spikes(X)[0]) / (liquid.n_units_ * len(X) * liquid.input_period)


def warned(parameters, X=U):
    with pytest.warns(LiquidHealthWarning) as caught:
        liquid = LIFLiquid(100, random_state=0, **parameters).fit(X)
    assert caught[0].filename == __file__
    message = str(caught[0].message)
    found = re.search(r"Multiply '(\w+)' by about ([\d.e+-]+)\.$", message)
    return liquid, message, (found[1], float(found[2])) if found else None


def test_a_silent_liquid_is_told_how_much_more_input_it_needs():
    liquid, message, (name, factor) = warned({"input_scaling": 0.1, "background_current": 0.0})
    assert "silent: no unit spikes" in message
    assert name == "input_scaling"
    assert rate(liquid) == 0
    healed = LIFLiquid(100, random_state=0, input_scaling=0.1 * factor, background_current=0.0).fit(U)
    assert 0.5 < rate(healed) < 10


def test_a_liquid_that_hears_nothing_is_told_of_its_background():
    _, message, remedy = warned({"background_current": 0.0, "input_scaling": 0.0})
    assert "raise 'background_current'" in message
    assert remedy is None


def test_a_saturated_liquid_is_told_to_turn_its_input_down():
    _, message, (name, factor) = warned({"input_scaling": 1e4, "recurrent_scaling": 0.0})
    assert "saturated" in message
    assert name == "input_scaling"
    healed = LIFLiquid(100, random_state=0, input_scaling=1e4 * factor, recurrent_scaling=0.0).fit(U)
    assert rate(healed) < 1.1 * CALM


def test_an_epileptic_liquid_is_told_to_turn_its_recurrence_down():
    _, message, (name, factor) = warned({"recurrent_scaling": 3.0, "inhibitory": 0.1, "input_scaling": 3.0})
    assert "epileptic" in message
    assert name == "recurrent_scaling"
    healed = LIFLiquid(100, random_state=0, recurrent_scaling=3.0 * factor, inhibitory=0.1, input_scaling=3.0).fit(U)
    assert rate(healed) < 1.1 * CALM


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
