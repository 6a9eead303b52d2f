"""Diagnostics of recordings: what must be driven and so is refused, and responses to one input recorded many times."""

from reservoir.measured import MeasuredReservoir

# What to do instead.
RECORD_TWICE = (
    "Record one input several times, from different starts, and use consistency, transient_length or echo_state_index."
)
RECORD_STEP = "Record a step of the input, and fit the times in which the states follow it."
RECORD_SPIKES = (
    "Make SpikeTrains of the recorded times of the spikes, and use firing_rates_of_trains, "
    "interval_variation_of_trains, synchrony_of_trains or SpikeRasterDisplay.from_trains."
)
RECORD_CHANGE = "Record the states of an input with and without the change, and take their difference."
RECORD_POINTS = "Record it at every setting, and compare what diagnostics say of these recordings."
RECORD_SEVERAL = "Pass the inputs of several recordings as a list."


def is_recorded(reservoir):
    """Whether a reservoir cannot be driven, as its states were recorded."""
    return isinstance(reservoir, MeasuredReservoir)


def refuse_recorded(reservoir, measure, reason, instead):
    """Raise TypeError if a reservoir was recorded, which a diagnostic would have to drive.

    Parameters
    ----------
    reservoir : fitted reservoir
    measure : str
        Name of the diagnostic.
    reason : str
        What it does, after "which".
    instead : str
        What to record instead, or which other diagnostic to take.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.recorded import refuse_recorded
    >>> refuse_recorded(EchoStateReservoir(), "lyapunov_exponents", "moves its states", "Record it twice.")
    """
    if is_recorded(reservoir):
        raise TypeError(
            f"'reservoir' must be one that can be driven for {measure}, which {reason}; got "
            f"{type(reservoir).__name__}, whose states were recorded. {instead}"
        )


def recorded_responses(reservoir, X, least=2):
    """Return the recorded responses to one input, at least so many, or raise ValueError.

    Parameters
    ----------
    reservoir : fitted MeasuredReservoir
    X : 2-D array (n_steps, n_features)
    least : int, default=2

    Returns
    -------
    list of arrays (n_steps, n_units)
    """
    responses = reservoir.responses(X)
    if len(responses) < least:
        raise ValueError(
            f"'X' must have been recorded at least {least} times, from different starts, for its responses to be "
            f"compared, as a measured reservoir cannot be driven; got {len(responses)}. Add such recordings to its "
            "'inputs' and 'states'."
        )
    return responses
