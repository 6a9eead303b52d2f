"""The state of a spiking liquid between two steps."""

from typing import NamedTuple

import numpy as np


class LIFState(NamedTuple):
    """Everything that a spiking liquid carries from one step to the next.

    Parameters
    ----------
    voltage : array (n_units,), mV
    current : array (2, n_units), nA
        Excitatory and inhibitory synaptic currents.
    refractory : int32 array (n_units,)
        Steps for which a unit still stays at its reset.
    arrivals : array (n_slots, 2, n_units), nA
        Synaptic input on its way: slot k arrives k steps from now.
    trace : array (n_units,)
        Filtered spikes.
    """

    voltage: np.ndarray
    current: np.ndarray
    refractory: np.ndarray
    arrivals: np.ndarray
    trace: np.ndarray

    def check(self, rest):
        """Return this state in the precision of ``rest``, or raise ValueError if it is not one of the same liquid."""
        for name, part, own in zip(self._fields, self, rest, strict=True):
            kinds = "iu" if name == "refractory" else "fiu"
            valid = isinstance(part, np.ndarray) and part.shape == own.shape and part.dtype.kind in kinds
            if not valid or not np.isfinite(part).all() or (name == "refractory" and np.any(part < 0)):
                raise ValueError(
                    f"'state' must be a LIFState of this liquid; its '{name}' must be a finite real array of shape "
                    f"{own.shape}{', at least 0' if name == 'refractory' else ''}."
                )
        return LIFState(*(part.astype(own.dtype, copy=False) for part, own in zip(self, rest, strict=True)))
