"""The facts about a reservoir on one series."""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.recorded import is_recorded
from reservoir.diagnostics.report.causes import argument_of, own_exponent, parts_of, pressed_by
from reservoir.diagnostics.report.recalled import recalled
from reservoir.diagnostics.report.verdict import PENALTY, Facts
from reservoir.diagnostics.spiking import FiringRates, firing_rates
from reservoir.diagnostics.spiking.trains import spiking_parts
from reservoir.diagnostics.stability import lyapunov_exponents, state_bounds
from reservoir.diagnostics.stability.replicas import consistency_of, replica_responses, transient_length_of
from reservoir.echo_state import EchoStateReservoir
from reservoir.residual import ResidualReservoir
from reservoir.spiking import SpikingLiquid
from reservoir.spiking.health import SILENT, Ailment, look_over

_AT_BOUND = 0.01  # a state this close to an end of its range, as a share of it, is at a bound
_STILL = 1e-6  # a unit that changes by less, as a share of the largest state, does not move
_N_REPLICAS = 10  # starts: a second response, to which a third of all states lead, escapes them in 2 of 100 cases
_SQUASH = {"tanh": (np.tanh, -1.0, 1.0), "sigmoid": (expit, 0.0, 1.0)}


class Measured(NamedTuple):
    """The facts, and what else the report shows: states, the state after them, firing rates, the memory function."""

    facts: Facts
    states: np.ndarray
    end: object
    rates: FiringRates | None
    capacity: np.ndarray | None


def measure(reservoir, rows, random_state, memory):
    """Return what a fitted reservoir does on a series.

    Parameters
    ----------
    reservoir : fitted reservoir
    rows : checked 2-D array
    random_state : RandomState
    memory : bool
        Whether to measure the memory function.

    Returns
    -------
    Measured

    Raises
    ------
    StateOverflowError
        If a state grows past every finite number.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.measure import measure
    >>> rows = np.random.RandomState(0).standard_normal((100, 1))
    >>> reservoir = EchoStateReservoir(input_scaling=100.0, random_state=0).fit(rows)
    >>> measure(reservoir, rows, np.random.RandomState(0), memory=False).facts.pressed_by
    'input'
    """
    states, end = reservoir.drive(rows, reservoir.rest())
    still, rates = float(np.mean(_is_still(states))), _rates(reservoir, rows)
    spiking = rates is not None
    varies, moves = bool(np.any(np.ptp(rows, axis=0) > 0)), still < 1
    capacity = _recalled(reservoir, rows, random_state) if memory and moves and varies else None
    saturated = _saturated(reservoir, rows, rates)
    recorded = is_recorded(reservoir)
    exponent = np.nan if recorded else float(lyapunov_exponents(reservoir, rows, random_state=random_state)[0])
    # One set of replicas, so that what is said of their agreement cannot contradict itself.
    responses = reservoir.responses(rows) if recorded else replica_responses(reservoir, rows, _N_REPLICAS, random_state)
    compared = len(responses) > 1
    facts = Facts(
        n_rows=len(rows),
        varies=varies,
        still=still,
        strength=_strength(states),
        saturated=saturated,
        pressed_by=pressed_by(reservoir, rows) if saturated else None,
        exponent=exponent,
        own_exponent=own_exponent(reservoir, rows),
        consistency=_consistency(responses) if moves and compared else None,
        memory=None if capacity is None else float(capacity[1:].sum()),
        transient=transient_length_of(responses) if compared else np.nan,
        spiking=spiking,
        ailment=_ailment(reservoir, rows, rates) if spiking else None,
        recorded=recorded,
    )
    return Measured(facts, states, end, rates, capacity)


def _is_still(states):
    limit = max(_STILL, 10 * np.finfo(states.dtype).eps) * np.abs(states).max(initial=0)
    return np.ptp(states[len(states) // 2 :], axis=0) <= limit


def _strength(states):
    """Return the sum of squares about the mean over the penalty, as if all rows were as the last quarter is.

    The transient from rest, which is no response to the input, is over by then, or else the reservoir is slow.
    """
    later = states[3 * len(states) // 4 :].astype(np.float64)
    with np.errstate(over="ignore"):
        return float(np.var(later, axis=0).sum() * len(states) / PENALTY)


def _saturated(reservoir, rows, rates):
    """Return the fraction of units that are in most rows within 1 % of a bound, or spike at half of the highest rate.

    None if the range of none is known and finite.
    """
    known = [] if rates is None else [rates.is_saturated]
    known += [at_end for part, series in parts_of(reservoir, rows) if (at_end := _at_end(part, series)) is not None]
    return float(np.mean(np.concatenate(known))) if known else None


def _at_end(reservoir, rows):
    """Return which units of one reservoir are at the end of their range; None of one that spikes, or has no range."""
    if isinstance(reservoir, SpikingLiquid):
        return None
    if isinstance(reservoir, (EchoStateReservoir, CTRNNLiquid, ResidualReservoir)):
        # A leak averages over activations that jump from one end to the other, so activations count and not states.
        if reservoir.activation_ not in _SQUASH:
            return None
        squash, lower, upper = _SQUASH[reservoir.activation_]
        with np.errstate(
            over="ignore", invalid="ignore"
        ):  # an argument that is infinite both ways is NaN, and at no end
            values = squash(sum(argument_of(reservoir, rows)))
    else:
        (lower, upper), values = state_bounds(reservoir), reservoir.drive(rows, reservoir.rest())[0]
        if lower.shape != values.shape[1:] or not np.isfinite([lower, upper]).all():
            return None
    margin = _AT_BOUND * (upper - lower)
    return np.mean((values <= lower + margin) | (values >= upper - margin), axis=0) > 0.5


def _rates(reservoir, rows):
    try:
        return firing_rates(reservoir, rows)
    except TypeError:  # the reservoir does not spike
        return None


def _ailment(reservoir, rows, rates):
    """Return the ailment of spiking units on the series; of layers, that of the first which is not well."""
    if rates.mean < SILENT:
        fire = "no unit spikes" if rates.mean == 0 else f"its units fire at {rates.mean:.2g} Hz on average"
        return Ailment("silent", fire)
    found = (look_over(liquid, series) for liquid, series in spiking_parts(reservoir, rows, SpikingLiquid))
    return next((ailment for _, ailment in filter(None, found)), None)


def _recalled(reservoir, rows, random_state):
    try:
        return recalled(reservoir, rows, random_state)
    except ValueError:  # the reservoir takes spikes, or its states grow without end
        return None


def _consistency(responses):
    try:
        return consistency_of(responses)
    except ValueError:  # replicas from other starts do not move
        return None
