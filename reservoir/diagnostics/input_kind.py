"""What a reservoir takes as input: whole spikes or any numbers, and a column of times that is no input at all."""

from reservoir.dispatch import held_by
from reservoir.spiking import SpikingLiquid


def takes_spikes(reservoir):
    """Whether a fitted reservoir takes whole numbers of spikes only, itself or through a layer that X drives.

    Parameters
    ----------
    reservoir : fitted reservoir

    Returns
    -------
    bool

    Examples
    --------
    >>> from reservoir import LIFLiquid
    >>> from reservoir.diagnostics.input_kind import takes_spikes
    >>> takes_spikes(LIFLiquid(10, input="spikes").fit([[0.0]])), takes_spikes(LIFLiquid(10).fit([[0.0]]))
    (True, False)
    """
    parts = held_by(reservoir)
    driven = parts if getattr(reservoir, "input_to_all_", False) else parts[:1]
    return any(map(takes_spikes, driven)) or isinstance(reservoir, SpikingLiquid) and reservoir.input_ == "spikes"


def is_spiking(reservoir):
    """Whether units of a fitted reservoir spike, so that its states jump when the input changes smoothly.

    Parameters
    ----------
    reservoir : fitted reservoir

    Returns
    -------
    bool

    Examples
    --------
    >>> from reservoir import EchoStateReservoir, LIFLiquid, StackedReservoir
    >>> from reservoir.diagnostics.input_kind import is_spiking
    >>> is_spiking(StackedReservoir([EchoStateReservoir(10), LIFLiquid(10)]).fit([[0.0]]))
    True
    """
    return isinstance(reservoir, SpikingLiquid) or any(map(is_spiking, held_by(reservoir)))
