"""What is worth trying, and in which order."""

import numpy as np
import pytest
from builders import series

from reservoir import (
    NVAR,
    EchoStateReservoir,
    LeakyIntegrateAndFire,
    LIFLiquid,
    LTCLiquid,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.diagnostics.report.candidates import every_default, scaled_changes, single_changes
from reservoir.diagnostics.report.verdict import CONDITIONS

U = series(200, 2)


def condition(verdict):
    return next(one for one in CONDITIONS if one.verdict == verdict and one.remedies)


def singles(verdict, reservoir, X=U):
    return [" and ".join(map(str, changes)) for [changes] in single_changes(condition(verdict), reservoir, X)]


def named(verdict, reservoir):
    return [[change.parameter for change in scale[0]] for scale in scaled_changes(condition(verdict), reservoir)]


def test_defaults_count_only_in_the_right_direction():
    assert singles("slow", EchoStateReservoir(leak_rate=0.01).fit(U)) == ["raise 'leak_rate' from 0.01 to 0.3"]
    assert singles("slow", EchoStateReservoir(leak_rate=0.9).fit(U)) == []
    assert singles("chaotic", LTCLiquid(gain=6.0).fit(U)) == ["lower 'gain' from 6 to 1"]
    assert singles("chaotic", LTCLiquid().fit(U)) == []


def test_a_series_is_standardized_only_if_it_is_not():
    reservoir = EchoStateReservoir().fit(U)
    assert singles("weak", reservoir) == singles("weak", reservoir, 1.5 * U) == []
    for X in (U + 9, 9 * U, U / 9):
        assert singles("weak", reservoir, X)[0].startswith("standardize X")
    spikes = (U > 1).astype(float)
    assert singles("silent", LIFLiquid(20, input="spikes", random_state=0).fit(spikes), spikes) == []


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_what_health_advises_comes_first():
    liquid = LIFLiquid(30, input_scaling=2000.0, random_state=0).fit(U)
    first, second, *_ = singles("saturated", liquid)
    assert first.startswith("lower 'input_scaling' from 2e+03 to ") and second.endswith("to 15")
    stack = StackedReservoir([EchoStateReservoir(5), liquid]).fit(U)
    assert singles("saturated", stack)[0].startswith("lower 'layer2__input_scaling' from 2e+03 to ")


def test_factors_go_from_mild_to_strong_and_stop_at_the_largest_value():
    rates = next(iter(scaled_changes(condition("slow"), EchoStateReservoir(leak_rate=0.1).fit(U))))
    assert [changes[0].value for changes in rates] == [0.2, 0.4, 0.8, 1.0]
    radii = next(iter(scaled_changes(condition("chaotic"), EchoStateReservoir(spectral_radius=8.0).fit(U))))
    values = [changes[0].value for changes in radii]
    assert values[:3] == [4.0, 2.0, 1.0] and values == sorted(values, reverse=True)
    delays = next(iter(scaled_changes(condition("memoryless"), NVAR(delay=1).fit(U))))
    assert [changes[0].value for changes in delays] == [2, 4, 8]


def test_layers_are_tried_one_by_one_and_then_together():
    stack = StackedReservoir([EchoStateReservoir(5), LTCLiquid(5)]).fit(U)
    assert named("chaotic", stack)[:3] == [
        ["layer1__spectral_radius"],
        ["layer2__gain"],
        ["layer1__spectral_radius", "layer2__gain"],
    ]


def test_zero_grows_from_the_default_and_does_not_shrink():
    silent = EchoStateReservoir(input_scaling=0.0).fit(U)
    assert "raise 'input_scaling' from 0 to 0.1" in singles("silent", silent)
    assert ["input_scaling"] not in named("saturated", EchoStateReservoir(input_scaling=0.0).fit(U))


def test_numbers_that_were_given_are_multiplied():
    reservoir = EchoStateReservoir(recurrent_weights=np.eye(4), bias=[1.0, 2.0, 3.0, 4.0]).fit(U)
    assert singles("chaotic", reservoir) == []
    names = {name for group in named("saturated", reservoir) for name in group}
    assert {"recurrent_weights", "input_scaling", "X"} <= names


def test_every_default_is_what_is_away_from_one():
    odd = EchoStateReservoir(spectral_radius=0.1, leak_rate=0.9, input_scaling=7.0, bias=3.0)
    changes = {change.parameter: (change.how, change.value) for change in every_default(odd.fit(U + 9), U + 9)}
    assert changes == {
        "spectral_radius": ("raise", 0.9),
        "leak_rate": ("lower", 0.3),
        "input_scaling": ("lower", 0.1),
        "X": ("standardize", None),
    }
    assert every_default(EchoStateReservoir().fit(U), U) == []


@pytest.mark.parametrize("prefix", ["", "neuron__"])
def test_a_threshold_below_0_is_lowered_towards_rest(prefix):
    constants = {"threshold": -50.0, "resting": -65.0, "reset": -65.0}
    neuron = {"neuron": LeakyIntegrateAndFire(**constants)} if prefix else constants
    liquid = (SpikingLiquid if prefix else LIFLiquid)(30, **neuron, random_state=0).fit(U)
    scales = [scale for scale in scaled_changes(condition("silent"), liquid) if scale[0][0].parameter.endswith("old")]
    (((mild,), *_),) = scales
    assert str(mild) == f"lower '{prefix}threshold' from -50 to -57.5"
    assert singles("silent", liquid) == []
    away = liquid.unfitted().set_params(**{f"{prefix}threshold": -65.0 + 150.0}).fit(U)
    assert not any("threshold" in one for one in singles("silent", away))  # 15 mV is no default of such units
