"""Spikes are compared with Brian2's in test_to_brian2.py."""

import pytest
from brian2_liquids import CONDUCTANCES, model_of

from reservoir import LeakyIntegrateAndFire


@pytest.mark.parametrize(
    ("settings", "method", "is_written_out"),
    [({}, "exact", False), ({"tau_excitatory": 20.0}, "exact", True), (CONDUCTANCES, "exponential_euler", False)],
)
def test_brian2_integrates_what_it_can(settings, method, is_written_out):
    _, model = model_of(LeakyIntegrateAndFire(threshold=-50.0, reset=-60.0, resting=-60.0), **settings)
    assert (model.method, bool(model.step), bool(model.constants)) == (method, is_written_out, is_written_out)
    assert (model.threshold, model.reset) == ("v >= threshold", "v = reset")
