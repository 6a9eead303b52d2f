"""What a reservoir takes as input: whole spikes or any numbers, and a column of times that is no input at all."""

from reservoir.spiking import LIFLiquid


def hears_spikes(reservoir):
    """Whether a fitted reservoir takes whole numbers of spikes only, itself or through a layer that hears X.

    Parameters
    ----------
    reservoir : fitted reservoir

    Returns
    -------
    bool

    Examples
    --------
    >>> from reservoir import LIFLiquid
    >>> from reservoir.diagnostics.heard import hears_spikes
    >>> hears_spikes(LIFLiquid(10, input="spikes").fit([[0.0]])), hears_spikes(LIFLiquid(10).fit([[0.0]]))
    (True, False)
    """
    if hasattr(reservoir, "layers_"):
        heard = reservoir.layers_ if getattr(reservoir, "_input_to_all", False) else reservoir.layers_[:1]
        return any(map(hears_spikes, heard))
    if hasattr(reservoir, "reservoir_"):
        return hears_spikes(reservoir.reservoir_)
    return isinstance(reservoir, LIFLiquid) and reservoir._as_spikes


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
    >>> from reservoir.diagnostics.heard import is_spiking
    >>> is_spiking(StackedReservoir([EchoStateReservoir(10), LIFLiquid(10)]).fit([[0.0]]))
    True
    """
    if hasattr(reservoir, "layers_"):
        return any(map(is_spiking, reservoir.layers_))
    return is_spiking(reservoir.reservoir_) if hasattr(reservoir, "reservoir_") else isinstance(reservoir, LIFLiquid)
