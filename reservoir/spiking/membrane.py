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


def leaky_rheobase(resting, threshold):
    """Return the constant current in nA that just takes each leaky unit (R = 1 MOhm) from rest to its threshold."""
    reach = np.subtract(threshold, resting)
    if np.any(reach <= 0):
        raise ValueError(
            "'resting' must lie below 'threshold' for every unit where 'background_current' is drawn; "
            "pass a background_current for units that fire by themselves."
        )
    return reach


def leaky_excitability(tau_membrane, resting, threshold, tau_synapse):
    """Return the way from rest to the threshold and the peak response to a synapse, means over leaky units."""
    reach = np.abs(np.subtract(threshold, resting)).mean()
    return reach, peak_response(np.asarray(tau_membrane).mean(), tau_synapse)
