"""Spikes are compared with Brian2's in test_to_brian2.py."""

from brian2_liquids import CONDUCTANCES, model_of

from reservoir import AdaptiveExponential


def test_brian2_takes_steps_by_euler_with_either_kind_of_synapses():
    models = [model_of(AdaptiveExponential(), **settings)[1] for settings in ({}, CONDUCTANCES)]
    assert models[0] == models[1] and models[0].method == "euler" and not models[0].step
    assert models[0].threshold == "v >= peak"
