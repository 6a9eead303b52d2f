"""Conductance-based synapses: a spike opens channels that pull the voltage towards a reversal potential."""

from dataclasses import dataclass
from typing import final

import numpy as np
from sklearn.base import BaseEstimator

from reservoir.checks.short_repr import short_repr
from reservoir.spiking.draw import per_unit
from reservoir.spiking.neurons.neuron import PerUnit

REVERSALS = ("reversal_excitatory", "reversal_inhibitory")


@final
@dataclass(eq=False, repr=False)
class ConductanceSynapses(BaseEstimator):
    """Conductance-based synapses, for the argument ``synapses`` of `LIFLiquid` and `SpikingLiquid`.

    After a spike and the delay of the synapse, the excitatory or the inhibitory conductance g of the postsynaptic unit
    jumps by the size of the weight in uS, and decays with ``tau_excitatory`` or ``tau_inhibitory``. The sign of a
    weight only says of which population it is; where a unit has weights of both signs, all are conductances of its
    population. The synaptic current is::

        I_syn = g_exc (reversal_excitatory - V) + g_inh (reversal_inhibitory - V)

    Conductances are held over a step at what they are at its beginning. Leaky and adaptive leaky units then have the
    spikes of Brian2's ``method="exponential_euler"``; those of NEST's ``iaf_cond_exp``, which takes adaptive steps,
    they approach in proportion to ``dt`` (under random spikes, half of theirs were within 0.3 ms at a ``dt`` of 0.1
    ms).

    Leaky units have a leak of 1 uS (R = 1 MOhm). Random weights are scaled so that at the voltage midway from rest to
    threshold they are the currents that they would be without conductances, and so are those of input spikes.

    Parameters
    ----------
    reversal_excitatory, reversal_inhibitory : float, pair or array
        In mV. A pair gives those of (excitatory, inhibitory) units, an array ``(n_units,)`` those of each unit. Where
        weights are random, the first must lie above the voltage midway from rest to threshold, the second below: 70 and
        -10 suit units that rest at 0 mV, as by default in `LIFLiquid`, 0 and -80 those that rest near -65 mV. In a
        search they are ``synapses__reversal_excitatory`` and so on.

    References
    ----------
    T. P. Vogels and L. F. Abbott, "Signal propagation and logic gating in networks of integrate-and-fire neurons",
    Journal of Neuroscience 25:10786, 2005.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import ConductanceSynapses, LIFLiquid
    >>> u = np.random.RandomState(0).standard_normal((50, 3))
    >>> synapses = ConductanceSynapses(reversal_excitatory=70.0, reversal_inhibitory=-10.0)
    >>> liquid = LIFLiquid(40, synapses=synapses, random_state=0).fit(u)
    >>> liquid.transform(u).shape
    (50, 40)
    """

    reversal_excitatory: PerUnit
    reversal_inhibitory: PerUnit

    __repr__ = short_repr


def resolve_synapses(synapses, neuron, inhibitory):
    """Return the reversal potentials by their names, arrays (n_units,), or nothing where synapses are currents."""
    if synapses is None:
        return {}
    if not isinstance(synapses, ConductanceSynapses):
        raise ValueError(
            "'synapses' must be None or ConductanceSynapses(reversal_excitatory, reversal_inhibitory); "
            f"got an object of type {type(synapses).__name__}."
        )
    if neuron.conductance_kernel is None:
        raise ValueError(
            f"'synapses' must be None for {type(neuron).__name__} units, which have current synapses only; "
            "got ConductanceSynapses. Choose another 'neuron', such as LeakyIntegrateAndFire."
        )
    return {name: per_unit(name, getattr(synapses, name), inhibitory) for name in REVERSALS}


def driving_forces(neuron, reversals):
    """Return by how many mV excitatory and inhibitory conductances pull a unit at its working voltage, on average.

    They make currents of conductances; where synapses are currents, both are 1.
    """
    if not reversals:
        return 1.0, 1.0
    excitatory, inhibitory = (reversals[name] for name in REVERSALS)
    voltage = neuron.working_voltage()
    # Divided first, for the sum of large numbers would overflow.
    forces = [float(np.sum(one / len(voltage))) for one in (excitatory - voltage, voltage - inhibitory)]
    for name, force, side in zip(REVERSALS, forces, ("above", "below"), strict=True):
        if not force > 0:
            raise ValueError(
                f"'{name}' must lie {side} {np.mean(voltage):.3g} mV, midway from rest to threshold, for weights to be "
                f"drawn; got {np.mean(reversals[name]):.3g} mV. Change it, or pass recurrent_weights and input_weights."
            )
    return forces[0], forces[1]
