"""What is seen of a reservoir on each of some series, before anything is advised."""

from typing import NamedTuple

import numpy as np

from reservoir.checks.progress import Progress
from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.one_series import unnamed
from reservoir.diagnostics.report.advice import meaning_of
from reservoir.diagnostics.report.diagnosis import Diagnosis
from reservoir.diagnostics.report.measure import measure
from reservoir.diagnostics.report.verdict import CONDITIONS, Condition, Facts, condition_of
from reservoir.diagnostics.separation import effective_dimension
from reservoir.diagnostics.stability import effective_spectral_radius
from reservoir.diagnostics.state_vector import to_vector
from reservoir.driving.threads import map_series
from reservoir.echo_state import EchoStateReservoir

# Most numbers of a state for which Jacobians are computed, by differences and exactly, and of all those rows together.
_NUMBERS, _KNOWN_NUMBERS = 300, 1500
_JACOBIANS = 4000


class Look(NamedTuple):
    """The condition of a reservoir on a series, the facts, and the page, whose advice is what the verdict means."""

    condition: Condition
    facts: Facts
    page: Diagnosis


def look(reservoir, rows, random_state, memory):
    """Return the `Look` of a fitted reservoir on a series.

    Parameters
    ----------
    reservoir : fitted reservoir
    rows : checked 2-D array
    random_state : RandomState
    memory : bool
        Whether to measure the memory function.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.look import look
    >>> rows = np.random.RandomState(0).standard_normal((100, 1))
    >>> look(EchoStateReservoir(random_state=0).fit(rows), rows, np.random.RandomState(0), memory=False).page.verdict
    'ordered'
    """
    bare = unnamed(reservoir)
    with np.errstate(over="ignore", invalid="ignore"):  # huge states have infinite squares
        facts, states, end, rates, capacity = measure(bare, rows, random_state, memory)
        condition = condition_of(facts)
        page = Diagnosis(
            name=type(reservoir).__name__,
            n_units=states.shape[1],
            n_rows=len(states),
            verdict=condition.verdict,
            advice=meaning_of(condition, facts),
            still=facts.still,
            saturated=facts.saturated,
            lyapunov_exponent=_known(facts.exponent),
            spectral_radius=None if facts.spiking or facts.recorded else _radius(bare, rows, end),
            consistency=facts.consistency,
            transient_length=_known(facts.transient),
            memory_capacity=None if capacity is None else float(np.clip(capacity.sum(), 0, states.shape[1])),
            effective_dimension=effective_dimension(bare, rows) if facts.still < 1 else None,
            rates=rates,
            strength=facts.strength,
            healthy=condition.healthy,
        )
    return Look(condition, facts, page)


def look_at_each(reservoir, series, random_states, memory, n_jobs=None, verbose=False):
    """Return the `Look` on each series.

    Parameters
    ----------
    reservoir : fitted reservoir
    series : list of checked 2-D arrays
    random_states : list of RandomState, one for each
    memory : bool
    n_jobs : int or None, default=None
        Number of threads over series.
    verbose : bool, default=False
        Whether to print the verdict on each.

    Returns
    -------
    list of Look
    """
    progress = Progress("diagnose", verbose)

    def at(place):
        found = look(reservoir, series[place], random_states[place], memory)
        progress.say(f"series {place + 1} of {len(series)} is {found.page.verdict}")
        return found

    return map_series(at, range(len(series)), n_jobs)


def worst_of(looks):
    """Return the place of the worst: the verdict that comes first in the table, and the largest exponent of these.

    Parameters
    ----------
    looks : list of Look

    Returns
    -------
    int
    """
    return min(range(len(looks)), key=lambda place: (*_rank(looks[place]), place))


def _known(value):
    """Return a number, or None where it is NaN."""
    return None if np.isnan(value) else value


def _rank(one):
    """Return where the condition stands in the table, what is healthy behind all else, then large exponents first."""
    place = next(number for number, condition in enumerate(CONDITIONS) if condition is one.condition)
    exponent = one.facts.exponent
    return one.condition.healthy, place, np.inf if np.isnan(exponent) else -exponent


def _radius(reservoir, rows, end):
    """Return the effective spectral radius of few rows where a state has many numbers; None for very many."""
    size = to_vector(end).size
    if size > (_KNOWN_NUMBERS if isinstance(reservoir, (EchoStateReservoir, CTRNNLiquid)) else _NUMBERS):
        return None
    return effective_spectral_radius(reservoir, rows, n_rows=max(min(_JACOBIANS // max(size, 1), 20), 1))
