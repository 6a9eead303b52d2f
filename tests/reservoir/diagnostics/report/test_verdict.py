"""From numbers to words, and the names in the advice."""

import numpy as np
import pytest

from reservoir import NVAR, AdaptiveReservoir, CfCLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.diagnostics.report.verdict import advise, is_settled, judge

HEALTHY = {
    "still": 0.0,
    "saturated": 0.0,
    "rate": None,
    "exponent": -0.1,
    "consistency": 1.0,
    "memory": 8.0,
    "transient": 70,
    "n_rows": 1000,
}


@pytest.mark.parametrize(
    ("expected", "changed"),
    [
        ("ordered", {}),
        ("ordered", {"saturated": None, "memory": None}),
        ("ordered", {"exponent": -np.inf}),
        ("silent", {"still": 0.9, "consistency": None}),
        ("saturated", {"still": 0.9, "consistency": None, "saturated": 1.0}),
        ("silent", {"rate": 0.0}),
        ("ordered", {"rate": 0.1}),
        ("chaotic", {"exponent": 0.01, "consistency": 0.5}),
        ("edge", {"exponent": 0.01}),
        ("chaotic", {"exponent": 0.03}),
        ("edge", {"exponent": 0.03, "rate": 10.0}),  # the finite size of a spike
        ("chaotic", {"exponent": 0.03, "rate": 10.0, "consistency": 0.5}),
        ("chaotic", {"exponent": 0.03, "saturated": 1.0, "consistency": 0.5}),
        ("saturated", {"saturated": 0.5}),
        ("multistable", {"transient": np.inf}),
        ("ordered", {"transient": np.inf, "n_rows": 100}),  # the start is not forgotten yet
        ("edge", {"exponent": -0.01, "consistency": 0.5, "transient": np.inf}),
        ("memoryless", {"memory": 0.4}),
        ("memoryless", {"exponent": -0.01, "memory": 0.4}),
        ("memoryless", {"exponent": -4.0, "memory": None}),
        ("ordered", {"exponent": -4.0}),
    ],
)
def test_the_first_that_applies(expected, changed):
    assert judge(**(HEALTHY | changed)) == expected


def test_differences_have_settled_when_a_thousandth_is_left():
    assert is_settled(-0.1, 150)
    assert not is_settled(-0.1, 130)


@pytest.mark.parametrize("verdict", ["silent", "chaotic", "saturated", "multistable", "edge", "memoryless", "ordered"])
@pytest.mark.parametrize(
    "reservoir",
    [
        EchoStateReservoir(),
        LTCLiquid(),
        CfCLiquid(),
        LIFLiquid(),
        NVAR(),
        StackedReservoir([EchoStateReservoir(), LTCLiquid()]),
        AdaptiveReservoir(EchoStateReservoir(), []),
    ],
    ids=lambda reservoir: type(reservoir).__name__,
)
def test_every_quoted_name_is_a_parameter(reservoir, verdict):
    quoted = advise(verdict, reservoir).split("'")[1::2]
    assert set(quoted) <= set(reservoir.get_params(deep=True))


def test_given_weights_are_named_in_place_of_the_scale_that_they_overrule():
    given = EchoStateReservoir(recurrent_weights=[[0.5]], input_weights=[[1.0]])
    assert "'recurrent_weights'" in advise("chaotic", given) and "'input_weights'" in advise("chaotic", given)
    assert "'spectral_radius'" not in advise("chaotic", given)


def test_the_layers_of_a_stack_are_named():
    stack = StackedReservoir([EchoStateReservoir(recurrent_weights=[[0.5]]), LTCLiquid()])
    assert "lower 'layer1__recurrent_weights' and 'layer2__gain'" in advise("chaotic", stack)


def test_a_line_of_delays_is_made_longer():
    assert advise("memoryless", NVAR()).endswith("raise 'delay'.")


def test_the_series_is_named_where_it_is_the_cause():
    assert "does not change" in advise("silent", EchoStateReservoir(), varies=False)
    assert "longer" in advise("ordered", EchoStateReservoir(), long_enough=False)
