"""Diagnostics of recordings: what must be driven and so is refused, and responses to one input recorded many times."""

from reservoir.base import BaseReservoir
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
    """Whether a reservoir cannot be driven, as its states were recorded; TypeError if those of a part of it were.

    Recordings of a part are no recordings of the whole, and the whole cannot be driven either.
    """
    if isinstance(reservoir, MeasuredReservoir):
        return True
    if (name := _recorded_part(reservoir)) is not None:
        raise TypeError(
            f"'reservoir' must be one that can be driven, or a MeasuredReservoir itself; got {type(reservoir).__name__}"
            f", whose {name} was recorded. Pass that one; or give a measure of memory the recorded input, as inputs."
        )
    return False


def _recorded_part(reservoir):
    """Return the name of the first part whose states were recorded, None if all can be driven."""
    if not isinstance(reservoir, BaseReservoir):
        return None
    recorded = (part.name for part in reservoir.parts() if isinstance(part.reservoir, MeasuredReservoir))
    return next((name.removesuffix("__") for name in recorded), None)


def refuse_recorded(reservoir, measure, reason, instead, *, parts=False):
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
    parts : bool, default=False
        Whether a reservoir is refused of which a part was recorded, too.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.recorded import refuse_recorded
    >>> refuse_recorded(EchoStateReservoir(), "lyapunov_exponents", "moves its states", "Record it twice.")
    """
    name = _recorded_part(reservoir) if parts else "" if isinstance(reservoir, MeasuredReservoir) else None
    if name is None:
        return
    whose = f"whose {name} was recorded" if name else "whose states were recorded"
    raise TypeError(
        f"'reservoir' must be one that can be driven for {measure}, which {reason}; got {type(reservoir).__name__}, "
        f"{whose}. {instead}"
    )


def recorded_responses(reservoir, X, least=2, name="X"):
    """Return the recorded responses to one input, at least so many, or raise ValueError.

    Parameters
    ----------
    reservoir : fitted MeasuredReservoir
    X : 2-D array (n_steps, n_features)
    least : int, default=2
    name : str, default="X"
        What messages call X.

    Returns
    -------
    list of arrays (n_steps, n_units)
    """
    responses = reservoir.responses(X)
    if len(responses) < least:
        often = "" if least == 1 else f" at least {least} times, from different starts,"
        raise ValueError(
            f"'{name}' must have been recorded{often} for its responses to be compared, as a measured reservoir cannot "
            f"be driven; got {len(responses)} recordings of it. Add such recordings to its 'inputs' and 'states'."
        )
    return responses
