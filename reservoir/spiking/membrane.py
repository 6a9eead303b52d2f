"""What a jump of a synaptic current does to the membrane: the exact solution between spikes."""

import numpy as np
from scipy.special import exprel


def peak_response(tau_membrane, tau_synapse):
    """Return the largest V in mV that a current jump of 1 nA causes."""
    rate = 1 / tau_synapse - 1 / tau_membrane
    peak = (np.log(tau_membrane / tau_synapse) / rate) if abs(rate) > 1e-9 else tau_membrane
    return response(peak, tau_membrane, tau_synapse)


def response(time, tau_membrane, tau_synapse):
    """Return V in mV at a time in ms after a current jump of 1 nA, from rest.

    The textbook's ``tau_s / (tau_s - tau_m) (exp(-t / tau_s) - exp(-t / tau_m))``, safe where the two are equal or far
    apart.
    """
    a, b = time / tau_synapse, time / tau_membrane
    return b * np.exp(-np.minimum(a, b)) * exprel(-np.abs(a - b))
