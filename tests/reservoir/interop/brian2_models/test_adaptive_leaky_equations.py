"""Spikes are compared with Brian2's in test_to_brian2.py."""

import pytest
from brian2_liquids import CONDUCTANCES, model_of

from reservoir import AdaptiveLeakyIntegrateAndFire


@pytest.mark.parametrize(
    ("tau_adaptation", "settings", "method", "is_written_out"),
    [(100.0, {}, "exact", False), (20.0, {}, "exact", True), (20.0, CONDUCTANCES, "exponential_euler", False)],
)
def test_brian2_integrates_what_it_can(tau_adaptation, settings, method, is_written_out):
    neuron = AdaptiveLeakyIntegrateAndFire(
        threshold=-50.0, reset=-60.0, resting=-60.0, tau_adaptation=tau_adaptation, kept_overshoot=0.5
    )
    _, model = model_of(neuron, **settings)
    assert (model.method, bool(model.step), "by_adaptation" in model.constants) == (method, *2 * [is_written_out])
    assert model.threshold == "v >= threshold + threshold_shift" and "kept_overshoot * (v -" in model.reset
