"""A reservoir on one page."""

import numpy as np

from reservoir.arguments import check_flag, check_random_state
from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.dispatch import check_reservoir
from reservoir.diagnostics.report.diagnosis import Diagnosis
from reservoir.diagnostics.report.recalled import recalled
from reservoir.diagnostics.report.verdict import advise, is_settled, judge
from reservoir.diagnostics.separation import effective_dimension
from reservoir.diagnostics.spiking import firing_rates
from reservoir.diagnostics.stability import (
    consistency,
    effective_spectral_radius,
    lyapunov_exponents,
    state_bounds,
    transient_length,
)
from reservoir.diagnostics.stability.tangent import linearize, recurrent_matrix
from reservoir.diagnostics.state_vector import to_vector
from reservoir.echo_state import EchoStateReservoir
from reservoir.sequences import read_series

_LEAST_ROWS = 20
_AT_BOUND = 0.01  # of the range, from either end
_STILL = 1e-6  # of the largest state
_NUMBERS, _KNOWN_NUMBERS = 300, 1500  # of a state, for Jacobians by differences, and exact ones
_JACOBIANS = 4000  # numbers of all of them


def diagnose(reservoir, X, *, memory=True, random_state=None):
    """Say whether a reservoir is stable on an input, how close to the edge, what it remembers, and what to change.

    The verdict is the first that applies: *silent*, *chaotic*, *saturated*, *multistable*, *edge* (of chaos),
    *memoryless*, *ordered*; `Diagnosis` holds the numbers that it follows from. What they are is explained with
    `lyapunov_exponents`, `effective_spectral_radius`, `consistency`, `transient_length`, `memory_capacity`,
    `effective_dimension` and `firing_rates`, of which this is a summary; the limits are

    - silent: at least 90 % of the units do not move, and they are not saturated; or the mean firing rate is below
      0.05 Hz;
    - chaotic: the Lyapunov exponent is above 0 and the consistency below 0.9; or, without spikes, the exponent is
      above 0.02 nats per row, as it also is where states just grow;
    - saturated: at least half of the units are within 1 % of a bound of their range in most rows; of spiking ones,
      fire at more than half of the highest rate;
    - multistable: the exponent is below -0.02, so that small differences die out, and yet different starts have
      not led to one response at the end of a series that is long enough for it;
    - edge: the exponent lies between, so that differences last 50 rows or more;
    - memoryless: less than half a row of the past is remembered (where memory is unknown: exponent below -3);
    - ordered: otherwise.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : 2-D array (n_steps, n_features)
        One series, at least 20 rows: of the input that the reservoir is meant for, as the verdict depends on it.
    memory : bool, default=True
        Whether to measure the memory capacity, which takes most of the time: by 5,000 rows or more of uniform random
        input, one signal in all columns, with the mean and standard deviation that each has in X; of at most 200 rows
        back and 1000 columns of the states. Spiking reservoirs that take spikes have none.
    random_state : int, RandomState or None, default=None
        Seed of starts and random input.

    Returns
    -------
    Diagnosis
        Prints as a table.

    Raises
    ------
    ValueError
        If X is invalid or too short.
    StateOverflowError
        If a state grows past every finite number.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import diagnose
    >>> u = np.random.RandomState(0).uniform(-1, 1, (1000, 1))
    >>> for spectral_radius in (0.9, 5.0):
    ...     reservoir = EchoStateReservoir(spectral_radius=spectral_radius, random_state=0).fit(u)
    ...     print(diagnose(reservoir, u, memory=False, random_state=0).verdict)
    ordered
    chaotic
    """
    check_reservoir(reservoir)
    memory = check_flag("memory", memory)
    rows = read_series(reservoir, X, dtype=reservoir._dtype)
    if len(rows) < _LEAST_ROWS:
        raise ValueError(
            f"'X' must have at least {_LEAST_ROWS} rows to judge by; got {len(rows)}. Pass a longer series."
        )
    random_state = check_random_state(random_state)
    states, end = reservoir._states(rows, reservoir._rest())
    still, rates = float(np.mean(_is_still(states))), _rates(reservoir, X)
    varies, moves = bool(np.any(np.ptp(rows, axis=0) > 0)), still < 1
    capacity = _recalled(reservoir, rows, random_state) if memory and moves and varies else None
    saturated = _at_bound(reservoir, rows, states) if rates is None else rates.saturated
    exponent = float(lyapunov_exponents(reservoir, X, random_state=random_state)[0])
    alike = _consistency(reservoir, X, random_state) if moves else None
    transient = transient_length(reservoir, X, random_state=random_state)
    verdict = judge(
        still=still,
        saturated=saturated,
        rate=None if rates is None else rates.mean,
        exponent=exponent,
        consistency=alike,
        memory=None if capacity is None else float(capacity[1:].sum()),
        transient=transient,
        n_rows=len(rows),
    )
    long_enough = bool(np.isfinite(transient)) or is_settled(exponent, len(rows))
    return Diagnosis(
        type(reservoir).__name__,
        *states.shape[::-1],
        verdict,
        advise(verdict, reservoir, varies=varies, long_enough=long_enough),
        still=still,
        saturated=saturated,
        lyapunov_exponent=exponent,
        spectral_radius=_radius(reservoir, X, end) if rates is None else None,
        consistency=alike,
        transient_length=transient,
        memory_capacity=None if capacity is None else float(np.clip(capacity.sum(), 0, states.shape[1])),
        effective_dimension=effective_dimension(reservoir, X) if moves else None,
        rates=rates,
    )


def _is_still(states):
    limit = max(_STILL, 10 * np.finfo(states.dtype).eps) * np.abs(states).max(initial=0)
    return np.ptp(states[len(states) // 2 :], axis=0) <= limit


def _at_bound(reservoir, rows, states):
    """Return the fraction of units within 1 % of a bound in most rows; None if their range is unknown or infinite."""
    lower, upper = state_bounds(reservoir)
    if lower.shape != (states.shape[1],) or not np.isfinite([lower, upper]).all():
        return None
    margin = _AT_BOUND * (upper - lower)
    reached = (states <= lower + margin) | (states >= upper - margin)
    if (
        isinstance(reservoir, EchoStateReservoir)
        or isinstance(reservoir, CTRNNLiquid)
        and reservoir._form == "normalized"
    ):
        # A leak averages over activations that jump from one end to the other: their slopes tell.
        linear, _ = linearize(reservoir, recurrent_matrix(reservoir), rows, reservoir._rest())
        steepest = 0.25 if reservoir._activation == "sigmoid" else 1.0
        reached |= linear.gain <= 4 * _AT_BOUND * (1 - _AT_BOUND) * steepest * (1 - linear.keep)
    return float(np.mean(np.mean(reached, axis=0) > 0.5))


def _rates(reservoir, X):
    try:
        return firing_rates(reservoir, X)
    except TypeError:  # it has no spikes
        return None


def _recalled(reservoir, rows, random_state):
    try:
        return recalled(reservoir, rows, random_state)
    except ValueError:  # it takes spikes, or grows without end
        return None


def _consistency(reservoir, X, random_state):
    try:
        return consistency(reservoir, X, random_state=random_state)
    except ValueError:  # other starts end where nothing moves
        return None


def _radius(reservoir, X, end):
    """Return the effective spectral radius of few rows where a state has many numbers; None for very many."""
    size = to_vector(end).size
    if size > (_KNOWN_NUMBERS if isinstance(reservoir, (EchoStateReservoir, CTRNNLiquid)) else _NUMBERS):
        return None
    return effective_spectral_radius(reservoir, X, n_rows=max(min(_JACOBIANS // max(size, 1), 20), 1))
