"""What makes up the argument of an activation, and how slow units are by themselves, against hand calculation."""

import numpy as np
import pytest
from builders import build, series

from reservoir import (
    NVAR,
    AdaptiveReservoir,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    StackedReservoir,
)
from reservoir.diagnostics.report.causes import argument_of, own_exponent, parts_of, pressed_by
from reservoir.plasticity import IntrinsicPlasticity

U = series(200, 2)


@pytest.mark.parametrize(
    ("expected", "reservoir", "X"),
    [
        ("bias", build(EchoStateReservoir, bias_scaling=20.0), U),
        ("input", build(EchoStateReservoir, input_scaling=50.0), U),
        ("offset", build(EchoStateReservoir, input_scaling=1.0), U + 100),
        ("recurrence", build(EchoStateReservoir, spectral_radius=50.0), U),
        ("bias", build(CTRNNLiquid, form="additive", bias_scaling=20.0), U),
        ("bias", build(LTCLiquid, synapse="gate", bias=9.0), U),
        ("input", build(CfCLiquid, input_scaling=50.0), U),
        ("bias", StackedReservoir([build(EchoStateReservoir, bias_scaling=90.0), build(EchoStateReservoir)]), U),
        ("bias", AdaptiveReservoir(build(EchoStateReservoir, bias=9.0), IntrinsicPlasticity(learning_rate=1e-9)), U),
        (None, build(LTCLiquid), U),
        (None, NVAR(), U),
    ],
)
def test_the_largest_part_is_named(expected, reservoir, X):
    assert pressed_by(reservoir.fit(X), X) == expected


@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid])
def test_the_argument_gives_the_next_state(cls):
    reservoir = build(cls).fit(U)
    states, pace = reservoir.transform(U), reservoir.program_.pace
    recurrent, driven, bias = argument_of(reservoir, U)
    before = np.vstack([np.zeros(13), states[:-1]])
    np.testing.assert_allclose(pace[1] * before + pace[2] * np.tanh(recurrent + driven + bias), states, atol=1e-12)


def test_cells_without_backbone_have_an_argument():
    cell = build(CfCLiquid, mode="pure").fit(U)
    states = cell.transform(U)
    f, weights = sum(argument_of(cell, U)), cell.weights_[0]
    expected = weights.amplitude * (1 - np.exp(-weights.w_tau - np.abs(f)) * f)
    np.testing.assert_allclose(states, expected, atol=1e-12)
    assert argument_of(build(CfCLiquid, backbone_layers=1).fit(U), U) is None


@pytest.mark.parametrize(
    ("expected", "reservoir"),
    [
        (np.log(0.7), EchoStateReservoir(5, leak_rate=0.3)),
        (np.log(0.9), EchoStateReservoir(2, leak_rate=np.array([0.5, 0.1]), degree=1)),
        (-np.inf, EchoStateReservoir(5, leak_rate=1.0)),
        (-0.01, CTRNNLiquid(5, tau_range=100.0)),
        (-0.01, CTRNNLiquid(5, tau_range=100.0, form="additive")),
        (-0.002, CTRNNLiquid(5, tau_range=50.0, form="antisymmetric", diffusion=0.1)),
        (-0.5, LIFLiquid(5, tau_membrane=20.0, output="counts")),
        (-0.1, LIFLiquid(5, tau_trace=100.0)),
        (-0.1, StackedReservoir([EchoStateReservoir(5), CTRNNLiquid(5, tau_range=10.0), CfCLiquid(5)])),
        (None, CfCLiquid(5)),
        (None, NVAR()),
    ],
)
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_units_forget_by_themselves_as_fast_as_their_time_constants_say(expected, reservoir):
    found = own_exponent(reservoir.fit(U), U)
    assert found == (None if expected is None else pytest.approx(expected, rel=1e-6))


def test_time_constants_count_by_the_time_between_rows():
    rows = np.column_stack([U[:, 0], np.full(200, 0.5)])
    assert own_exponent(CTRNNLiquid(5, tau_range=10.0, elapsed_column=1).fit(rows), rows) == pytest.approx(-0.05)


def test_parts_are_those_that_have_an_input():
    inner = StackedReservoir([build(EchoStateReservoir), build(CTRNNLiquid)])
    parts = parts_of(StackedReservoir([inner, build(CfCLiquid)]).fit(U), U)
    assert [type(part).__name__ for part, _ in parts] == ["EchoStateReservoir", "CTRNNLiquid", "CfCLiquid"]
    assert [series.shape[1] for _, series in parts] == [2, 13, 26]
