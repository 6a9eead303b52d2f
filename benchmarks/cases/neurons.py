"""Simulate spiking units of every model: what a unit and step costs, beside a leaky unit.

There are no synapses, so that all of the time is that of the units. A unit is silent, or fires at about 10 Hz under a
constant current; constants are those of all units, or each unit has its own.
"""

from functools import cache

import numpy as np

from benchmarks.comparison import Comparison

MODELS = {
    "LIF": "LeakyIntegrateAndFire",
    "PIF": "PerfectIntegrateAndFire",
    "adaptive LIF": "AdaptiveLeakyIntegrateAndFire",
    "Izhikevich": "Izhikevich",
    "AdEx": "AdaptiveExponential",
}
RATE = 10.0  # Hz
MOST = 20.0  # nA over what is silent, in which the current of that rate is sought


def comparisons(quick):
    n_units, n_ms = (50, 20) if quick else (1000, 1000)
    for synapses in ("currents", "conductances"):
        for dtype in ("float64", "float32"):
            for activity in ("silent", f"{RATE:g} Hz"):
                for spread in ("alike", "each its own"):
                    yield Comparison(
                        f"{n_units} units, {spread}, {activity}, {synapses}, {dtype}, {n_ms} ms on a grid of 0.1 ms",
                        "ns a unit and step",
                        n_units * n_ms * 10,
                        ours=_ways(synapses, dtype, activity, spread, n_units, n_ms),
                    )


def _ways(synapses, dtype, activity, spread, n_units, n_ms):
    """Return a function for each model of this version of the library that has these synapses."""
    import reservoir

    models = {short: getattr(reservoir, name, None) for short, name in MODELS.items()}
    if synapses == "conductances":
        models = {short: one for short, one in models.items() if getattr(one, "conductance_kernel", None) is not None}
    return {
        f"this library: {short}": lambda model=model: _run(model, synapses, dtype, activity, spread, n_units, n_ms)
        for short, model in models.items()
        if model is not None
    }


def _run(model, synapses, dtype, activity, spread, n_units, n_ms):
    as_conductances = synapses == "conductances"
    current = _silent(model) if activity == "silent" else _current_at(model, as_conductances)
    liquid = _liquid(model, as_conductances, np.full(n_units, current), dtype, spread)
    silence = np.zeros((n_ms, 1), dtype)
    return lambda: liquid.transform(silence)


def _silent(model):
    """Return the current in nA at which a unit rests: its rheobase less 2 nA, or 0 for perfect units."""
    from reservoir import SpikingLiquid

    one = SpikingLiquid(1, neuron=model(), background_current=0.0, inhibitory=0.0).fit([[0.0]])
    return max(float(one.neuron_.rheobase()[0]) - 2.0, 0.0)


@cache
def _current_at(model, as_conductances):
    """Return the least current of 2,000 at which a unit fires at the rate, in its last of two seconds."""
    currents, silence = _silent(model) + np.linspace(0.01, MOST, 2000), np.zeros((1000, 1))
    liquid = _liquid(model, as_conductances, currents, "float64", "alike")
    _, state = liquid.run(silence)
    _, units, _ = liquid.events(silence, state)
    return float(currents[np.argmax(np.bincount(units, minlength=len(currents)) >= RATE)])


def _liquid(model, as_conductances, currents, dtype, spread):
    from scipy.sparse import csr_array

    from reservoir import ConductanceSynapses, SpikingLiquid

    n_units = len(currents)
    settings = {"synapses": ConductanceSynapses(70.0, -90.0)} if as_conductances else {}
    # Decays that differ are enough for all constants to be read for each unit, while units move as before.
    taus = np.linspace(3.0, 3.5, n_units) if spread == "each its own" else 3.0
    return SpikingLiquid(
        neuron=model(),
        recurrent_weights=csr_array((n_units, n_units)),
        inhibitory=0.0,
        input_weights=np.zeros((n_units, 1)),
        background_current=currents,
        tau_excitatory=taus,
        dt=0.1,
        input_period=1.0,
        dtype=dtype,
        random_state=0,
        **settings,
    ).fit(np.zeros((10, 1), dtype))
