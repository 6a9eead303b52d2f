"""A reservoir on one page."""

from dataclasses import replace
from typing import Any

import numpy as np

from readouts.types import RandomState, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_flag, check_jobs, check_random_state
from reservoir.checks.progress import Progress
from reservoir.diagnostics.one_series import read_several_series
from reservoir.diagnostics.report.advice import advice_of
from reservoir.diagnostics.report.diagnosis import Diagnosis
from reservoir.diagnostics.report.look import look_at_each, worst_of
from reservoir.diagnostics.report.over_series import over_series
from reservoir.diagnostics.report.remedy import find_remedy_of
from reservoir.dispatch import check_fitted_reservoir

_LEAST_ROWS = 20


def diagnose(
    reservoir: BaseReservoir,
    X: SeriesLike,
    *,
    memory: bool = True,
    n_jobs: int | None = None,
    random_state: RandomState = None,
    verbose: bool = False,
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
    - inconsistent: the states were recorded several times, and the consistency of the recordings is below 0.9;
    - memoryless: less than half a row of the past is remembered, though differences last 50 rows or more;
    - slow: differences last 50 rows or more, and would without recurrence too;
    - edge: the exponent of a spiking reservoir is above -0.02, and the consistency 0.9 or more;
    - edge: the exponent lies between -0.02 and 0.02, so that differences last 50 rows or more;
    - multistable: the exponent is below -0.02, so that small differences die out, and yet different starts have not led
      to one response in the second half of a series that is long enough for it;
    - memoryless: less than half a row of the past is remembered; where memory is unknown, the start is forgotten in one
      row;
    - undecided: the states were recorded once, so that it is not known what differences become;
    - ordered: otherwise.

    Whether responses are alike is seen from 10 starts, so that one to which few starts lead may be missed: try another
    ``random_state``. Verdicts above can have several causes, of which the advice names one. `Diagnosis` holds the
    numbers that they follow from, of which this is a summary: see `lyapunov_exponents`, `effective_spectral_radius`,
    `consistency`, `transient_length`, `memory_capacity`, `effective_dimension` and `firing_rates`. Whether spiking
    units are silent, saturated or epileptic is judged as by `LiquidHealthWarning`, on the whole series.

    What the advice says has been tried: copies of the reservoir with other settings were fitted to X, up to 30 for each
    fault, and driven by it. The settings stand in ``changes``, and `Diagnosis.follow` makes them.

    A `MeasuredReservoir` cannot be driven: its exponent and spectral radius stay unknown; its consistency and transient
    are those of all recordings of X, if there are several; its memory is that of X, if the rows of X are independent.
    The advice says what is missing, and ``changes`` are none.

    Each of several series is judged by itself. The verdict is that of the worst, which comes first above, and of these
    has the largest exponent; healthy verdicts come last. What mends the worst is then tried on all series, and advised
    if that makes more of them healthy than before. Numbers are means over the series, but for the transient, which is
    the longest.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features) or list of 2-D arrays
        One series or several, each of at least 20 rows: of the input that the reservoir is meant for, as the verdict
        depends on it.
    memory : bool, default=True
        Whether to measure the memory capacity, which takes most of the time: by 5,000 rows or more of uniform random
        input, one signal in all columns, with the mean and standard deviation that each has in X; of at most 200 rows
        back and 1000 columns of the states. Spiking reservoirs that take spikes have none.
    n_jobs : int or None, default=None
        Number of threads over series.
    random_state : int, RandomState or None, default=None
        Seed of starts and random input.
    verbose : bool, default=False
        Whether to print the verdict on each series, and what is tried.

    Returns
    -------
    Diagnosis
        Prints as a table. Of several series, ``series`` has the pages of each, and ``worst`` is the place of the worst.

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
    memory, verbose = check_flag("memory", memory), check_flag("verbose", verbose)
    check_jobs("n_jobs", n_jobs)
    sequences = read_several_series(reservoir, X)
    series, alone = sequences.series, len(sequences.series) == 1
    for place, rows in enumerate(series):
        if len(rows) < _LEAST_ROWS:
            each, where = ("", "") if sequences.container == "series" else (" in every series", f" in X[{place}]")
            raise ValueError(
                f"'X' must have at least {_LEAST_ROWS} rows{each} to judge by; got {len(rows)}{where}. "
                "Pass a longer series."
            )
    given: Any = [X] if sequences.container == "series" else X
    random_state = check_random_state(random_state)
    starts = [random_state] if alone else [np.random.RandomState(random_state.randint(2**31 - 2)) for _ in series]
    looks = look_at_each(reservoir, series, starts, memory, n_jobs, verbose)
    worst = worst_of(looks)
    seed = random_state.randint(2**31 - 2)  # trials use this seed and the next one
    condition, facts, page = looks[worst]
    remedy = None
    if condition.remedies and not facts.recorded:
        Progress("diagnose", verbose).say(f"looking for what mends series {worst + 1} of {len(series)}")
        with np.errstate(over="ignore", invalid="ignore"):
            remedy = find_remedy_of(condition, reservoir, given[worst], seed, memory)
    if not alone:
        return over_series(looks, worst, remedy, reservoir, X, seed, memory, n_jobs)
    changes = () if remedy is None else remedy.changes
    return replace(page, advice=advice_of(condition, facts, remedy), changes=changes)
