"""What several test files build and compare: liquids of every kind, series, their arrays, and their plain twins."""

import inspect
from dataclasses import is_dataclass

import naive
import numpy as np
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array, issparse
from sklearn.base import clone

from reservoir import (
    AdaptiveExponential,
    AdaptiveLeakyIntegrateAndFire,
    CfCLiquid,
    ConductanceSynapses,
    CTRNNLiquid,
    DelayNodeReservoir,
    EchoStateReservoir,
    Izhikevich,
    LIFLiquid,
    LTCLiquid,
    PerfectIntegrateAndFire,
    ResidualReservoir,
    SpikingLiquid,
)
from reservoir.topology import AutoNCP

N_UNITS = 13
# Every path through the kernels: shifted and scattered synapses, gates, chains of cells, a memory cell, an output map.
VARIANTS = {
    "EchoState shift": (EchoStateReservoir, {}),
    "EchoState random": (EchoStateReservoir, {"topology": "random"}),
    "Residual orthogonal": (ResidualReservoir, {}),
    "Residual cyclic": (ResidualReservoir, {"skip": "cyclic", "topology": "random", "skip_gain": 0.95}),
    "CTRNN shift": (CTRNNLiquid, {}),
    "CTRNN random antisymmetric": (CTRNNLiquid, {"topology": "random", "form": "antisymmetric"}),
    "delay node": (DelayNodeReservoir, {}),
    "delay node sine desynchronized": (
        DelayNodeReservoir,
        {"nonlinearity": "sine_squared", "desynchronization": 2, "separation": 2.0},
    ),
    "LTC shift": (LTCLiquid, {}),
    "LTC random": (LTCLiquid, {"topology": "random"}),
    "LTC wired memory": (LTCLiquid, {"topology": AutoNCP(N_UNITS, 3), "mixed_memory": True}),
    "LTC gate rk4": (LTCLiquid, {"synapse": "gate", "solver": "rk4"}),
    "CfC dense": (CfCLiquid, {}),
    "CfC wired memory": (CfCLiquid, {"topology": AutoNCP(N_UNITS, 3), "mixed_memory": True}),
    "LIF shift": (LIFLiquid, {}),
    "LIF random": (LIFLiquid, {"topology": "random"}),
    "ALIF random": (SpikingLiquid, {"neuron": AdaptiveLeakyIntegrateAndFire(adaptation_jump=0.5)}),
    "LIF conductances": (LIFLiquid, {"synapses": ConductanceSynapses(70.0, -10.0)}),
    # Currents of more than 100 nA overflow its half steps of a millisecond.
    "Izhikevich random": (SpikingLiquid, {"neuron": Izhikevich(), "input_scaling": 1.0}),
    "AdEx random": (SpikingLiquid, {"neuron": AdaptiveExponential()}),
    "AdEx conductances": (
        SpikingLiquid,
        {"neuron": AdaptiveExponential(), "synapses": ConductanceSynapses(0.0, -80.0)},
    ),
    "PIF random": (SpikingLiquid, {"neuron": PerfectIntegrateAndFire(), "background_current": 10.0}),
}
CLASSES = list(dict.fromkeys(cls for cls, _ in VARIANTS.values()))


def series(n_steps=40, n_features=5, seed=0):
    return np.random.RandomState(seed).standard_normal((n_steps, n_features))


def masked(values, where=None):
    """The values with some entries masked, the first if nothing is said, and what nobody meant below the mask."""
    hidden = np.ma.array(values, copy=True)
    hidden[(0,) * hidden.ndim if where is None else where] = np.ma.masked
    hidden.data[np.ma.getmaskarray(hidden)] = 99 if hidden.dtype.kind in "iu" else 1e20
    return hidden


def build(cls, **parameters):
    own = {name: clone(value, safe=False) for name, value in parameters.items()}  # what a test sets stays with it
    return cls(**({"n_units": N_UNITS, "random_state": 0} | own))


def make(variant, **parameters):
    cls, own = VARIANTS[variant]
    return build(cls, **own, **parameters)


def takes(cls, name):
    """The class has a parameter of this name."""
    return name in inspect.signature(cls).parameters


def leaves(value):
    """Every array inside a state, a weight, a set of weights or a whole __dict__."""
    if isinstance(value, np.ndarray):
        return [value]
    if issparse(value):
        return [value.data, value.indices, value.indptr]
    if is_dataclass(value) and not isinstance(value, type):
        value = vars(value)
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, (list, tuple)) else []


def weights_of(liquid):
    """Every array among the fitted weights, without names of features."""
    return leaves({name: value for name, value in vars(liquid).items() if name.endswith("_") and "feature" not in name})


def assert_same(first, second):
    """Both hold the same arrays, bit for bit."""
    first, second = leaves(first), leaves(second)
    assert len(first) == len(second) > 0
    for a, b in zip(first, second, strict=True):
        assert a.dtype == b.dtype
        assert_array_equal(a, b, strict=True)


def differ(first, second):
    """Some numbers of one are not those of the other."""
    pairs = zip(leaves(first), leaves(second), strict=True)
    return any(a.shape != b.shape or np.any(a != b) for a, b in pairs)


def dense(synapses):
    """Conductance, slope, midpoint and reversal as matrices, an array (4, n_units, n_sources)."""
    conductance = synapses.conductance
    structure = (conductance.indices, conductance.indptr)
    parts = (conductance.data, synapses.slope, synapses.midpoint, synapses.reversal)
    return np.stack([csr_array((part, *structure), shape=conductance.shape).toarray() for part in parts])


def ltc_load(liquid):
    """What loads the units of a fitted LTCLiquid, as the plain twins take it."""
    leak = [part.astype(float) for part in (liquid.leak_conductance_, liquid.leak_potential_)]
    if hasattr(liquid, "recurrent_synapses_"):
        return naive.conductance_load(dense(liquid.recurrent_synapses_), dense(liquid.input_synapses_), *leak)
    weights = [liquid.recurrent_weights_.toarray(), liquid.input_weights_, liquid.bias_]
    weights = [part.astype(float) for part in weights]
    coupling = 1.0 if liquid.coupling is None else liquid.coupling
    return naive.gate_load(*weights, coupling, *leak, liquid.reversal_.astype(float))
