"""Reservoirs of every kind, fitted once: all classes, their stacks, and what a plasticity rule makes of them."""

from functools import cache

import numpy as np
from builders import VARIANTS, build

from reservoir import (
    NVAR,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    Markram,
    PerfectIntegrateAndFire,
    SpikingLiquid,
    StackedReservoir,
)
from reservoir.plasticity import AdaptiveReservoir, Homeostasis, IntrinsicPlasticity

N_FEATURES = 3
ECHO, LIF = EchoStateReservoir(6, random_state=0), LIFLiquid(5, random_state=1)
ZOO = {name: build(cls, **parameters) for name, (cls, parameters) in VARIANTS.items()} | {
    "one echo unit": EchoStateReservoir(1, random_state=0),
    "one spiking unit": LIFLiquid(1, inhibitory=0.0, random_state=0),
    "CTRNN irregular": build(CTRNNLiquid, elapsed_column=2, form="additive", method="euler"),
    "LTC irregular": build(LTCLiquid, elapsed_column=-1),
    "CfC pure irregular": build(CfCLiquid, mode="pure", elapsed_column=-1),
    "CfC no gate, backbone": build(CfCLiquid, mode="no_gate", backbone_layers=2, backbone_units=4),
    "LIF spikes, dynamic": build(
        LIFLiquid, input="spikes", input_delays=(3.0, 12.0), delays=(1.0, 0.0, 25.0, 4.0),
        short_term_plasticity=Markram(0.5, 100.0, 30.0, spread=0.2),
    ),
    "LIF noise": build(LIFLiquid, noise=5.0, output="counts", tau_membrane=(30.0, 10.0), refractory=(3.0, 0.0)),
    "LIF voltages": build(LIFLiquid, output="voltages", refractory=25.0),
    "PIF spikes, noise": build(
        SpikingLiquid, neuron=PerfectIntegrateAndFire(capacitance=(20.0, 5.0)), input="spikes", noise=5.0, delays=3.0
    ),
    "NVAR": NVAR(delay=4, order=2, stride=3),
    "stack": StackedReservoir([ECHO, CTRNNLiquid(4, random_state=2), LIF], input_to_all=True),
    "stack in a stack": StackedReservoir([LTCLiquid(5, random_state=3), StackedReservoir([ECHO, NVAR(delay=2)])]),
    "adapted echo state": AdaptiveReservoir(build(EchoStateReservoir), IntrinsicPlasticity(n_epochs=1)),
    "adapted LIF": AdaptiveReservoir(build(LIFLiquid), Homeostasis(on="background", tolerance=4.0)),
}  # fmt: skip


@cache
def fitted(name):
    """The reservoir of this name, fitted on series that any of them takes."""
    return ZOO[name].fit(suited(name, np.random.RandomState(0).standard_normal((120, N_FEATURES))))


def suited(name, series):
    """The series as the reservoir of this name takes it: numbers of spikes, times that are not negative."""
    if "spikes" in name:
        return np.floor(np.abs(series))
    if "irregular" in name:
        return np.column_stack([series[:, :-1], np.abs(series[:, -1])])
    return series
