"""A reservoir on one page."""

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_flag, check_random_state
from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.one_series import read_one_series, unnamed
from reservoir.diagnostics.report.advice import advice_of
from reservoir.diagnostics.report.diagnosis import Diagnosis
from reservoir.diagnostics.report.measure import measure
from reservoir.diagnostics.report.remedy import find_remedy_of
from reservoir.diagnostics.report.verdict import condition_of
from reservoir.diagnostics.separation import effective_dimension
from reservoir.diagnostics.stability import effective_spectral_radius
from reservoir.diagnostics.state_vector import to_vector
from reservoir.dispatch import check_fitted_reservoir
from reservoir.echo_state import EchoStateReservoir

_LEAST_ROWS = 20
# Most numbers of a state for which Jacobians are computed, by differences and exactly, and of all those rows together.
_NUMBERS, _KNOWN_NUMBERS = 300, 1500
_JACOBIANS = 4000


@np.errstate(over="ignore", invalid="ignore")  # huge states have infinite squares
def diagnose(
    reservoir: BaseReservoir, X: ArrayLike, *, memory: bool = True, random_state: RandomState = None
) -> Diagnosis:
    """Say whether a reservoir is healthy on an input, and if not, which change of its settings was seen to mend it.

    The verdict is the first that applies:

    - silent: at least 90 % of the units do not move, nor does the series;
    - silent: at least 90 % of the units do not move, and they are not saturated; or spiking units fire below 0.05 Hz;
    - saturated: spiking units fire at a quarter of their highest rate or more;
    - epileptic: spiking units drive each other, above 50 Hz and at five times their rate without recurrence;
    - chaotic: the Lyapunov exponent is above 0 and the consistency below 0.9; or, without spikes, the exponent is above
      0.02 nats per row, as it also is where states just grow;
    - saturated: at least half of the units are within 1 % of a bound of their range in most rows, held there by their
      biases;
    - saturated: the same, held there by each other;
    - saturated: the same, held there by the mean of the input;
    - saturated: the same, driven there by the input, or by what is unknown;
    - weak: all variance of the states together is less than a ridge penalty of 1e-6;
    - memoryless: less than half a row of the past is remembered, though differences last 50 rows or more;
    - slow: differences last 50 rows or more, and would without recurrence too;
    - edge: the exponent of a spiking reservoir is above -0.02, and the consistency 0.9 or more;
    - edge: the exponent lies between -0.02 and 0.02, so that differences last 50 rows or more;
    - multistable: the exponent is below -0.02, so that small differences die out, and yet different starts have not led
      to one response at the end of a series that is long enough for it;
    - memoryless: less than half a row of the past is remembered; where memory is unknown, the start is forgotten in one
      row;
    - ordered: otherwise.

    Verdicts above can have several causes, of which the advice names one. `Diagnosis` holds the numbers that they
    follow from, of which this is a summary: see `lyapunov_exponents`, `effective_spectral_radius`, `consistency`,
    `transient_length`, `memory_capacity`, `effective_dimension` and `firing_rates`. Whether spiking units are silent,
    saturated or epileptic is judged as by `LiquidHealthWarning`, on the whole series.

    What the advice says has been tried: copies of the reservoir with other settings were fitted to X, up to 30 for each
    fault, and driven by it. The settings stand in ``changes``, and `Diagnosis.follow` makes them.

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
    check_fitted_reservoir(reservoir)
    memory = check_flag("memory", memory)
    rows, bare = read_one_series(reservoir, X), unnamed(reservoir)
    if len(rows) < _LEAST_ROWS:
        raise ValueError(
            f"'X' must have at least {_LEAST_ROWS} rows to judge by; got {len(rows)}. Pass a longer series."
        )
    random_state = check_random_state(random_state)
    facts, states, end, rates, capacity = measure(bare, rows, random_state, memory)
    condition = condition_of(facts)
    seed = random_state.randint(2**31 - 2)  # trials use this seed and the next one
    remedy = find_remedy_of(condition, reservoir, X, seed, memory) if condition.remedies else None
    return Diagnosis(
        name=type(reservoir).__name__,
        n_units=states.shape[1],
        n_rows=len(states),
        verdict=condition.verdict,
        advice=advice_of(condition, facts, remedy),
        still=facts.still,
        saturated=facts.saturated,
        lyapunov_exponent=facts.exponent,
        spectral_radius=None if facts.spiking else _radius(bare, rows, end),
        consistency=facts.consistency,
        transient_length=facts.transient,
        memory_capacity=None if capacity is None else float(np.clip(capacity.sum(), 0, states.shape[1])),
        effective_dimension=effective_dimension(bare, rows) if facts.still < 1 else None,
        rates=rates,
        strength=facts.strength,
        healthy=condition.healthy,
        changes=() if remedy is None else remedy.changes,
    )


def _radius(reservoir, rows, end):
    """Return the effective spectral radius of few rows where a state has many numbers; None for very many."""
    size = to_vector(end).size
    if size > (_KNOWN_NUMBERS if isinstance(reservoir, (EchoStateReservoir, CTRNNLiquid)) else _NUMBERS):
        return None
    return effective_spectral_radius(reservoir, rows, n_rows=max(min(_JACOBIANS // max(size, 1), 20), 1))
