"""One page about several series: the verdict on the worst, and what becomes of all with what mends it."""

from collections import Counter
from dataclasses import replace

import numpy as np

from reservoir.diagnostics.report.advice import advice_of, meaning_of
from reservoir.diagnostics.report.remedy import count_healthy
from reservoir.diagnostics.spiking import FiringRates

_MEANS = (
    "still", "saturated", "lyapunov_exponent", "spectral_radius", "consistency", "memory_capacity",
    "effective_dimension", "strength",
)  # fmt: skip


def over_series(looks, worst, remedy, reservoir, X, seed, memory, n_jobs):
    """Return the `Diagnosis` of several series.

    Parameters
    ----------
    looks : list of Look, one for each series
    worst : int
        Place of the worst.
    remedy : Remedy or None
        What mends the worst by itself.
    reservoir : fitted reservoir
    X : several series, as they were given
    seed : int
        Of trials on all of them.
    memory : bool
        Whether a healthy reservoir must be seen to remember.
    n_jobs : int or None
        Number of threads over series.

    Returns
    -------
    Diagnosis
    """
    pages = [one.page for one in looks]
    n_healthy, n_series = sum(page.healthy for page in pages), len(pages)
    condition, facts, page = looks[worst]
    changes = () if remedy is None else remedy.changes
    n_mended = count_healthy(changes, reservoir, X, seed, memory, n_jobs) if changes else 0
    outcome = f"{n_mended} of {n_series} series healthy"
    if remedy is None:
        advice = advice_of(condition, facts, None)
    elif n_mended > n_healthy:
        advice = f"{advice_of(condition, facts, remedy, f'X[{worst}]')} That makes {outcome}."
    else:
        words, changes = " and ".join(map(str, changes)), ()
        harm = f"to {words} would mend X[{worst}], but leave {outcome}"
        advice = f"{meaning_of(condition, facts)} No change was found that mends more series than it harms: {harm}."
    means = {name: _mean(pages, name) for name in _MEANS}
    return replace(
        page, n_rows=sum(one.n_rows for one in pages), advice=f"{_counted(pages, worst)} {advice}", changes=changes,
        rates=_rates(pages), transient_length=_longest(pages), series=tuple(pages),
        worst=worst, **means,
    )  # fmt: skip


def _counted(pages, worst):
    counts = Counter(page.verdict for page in pages)
    if len(counts) == 1:
        nearest = "X[{}] has the largest exponent." if pages[worst].healthy else "X[{}] is the worst."
        return f"All {len(pages)} series are {pages[0].verdict}; {nearest.format(worst)}"
    words = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    n_healthy = sum(page.healthy for page in pages)
    return f"{n_healthy} of {len(pages)} series are healthy ({words}); X[{worst}] is the worst."


def _mean(pages, name):
    """Return the mean of a number over the series where it is known, or None."""
    known = [value for value in (getattr(page, name) for page in pages) if value is not None]
    return float(np.mean(known)) if known else None


def _longest(pages):
    return max((page.transient_length for page in pages if page.transient_length is not None), default=None)


def _rates(pages):
    """Return the means of the firing rates over the series; a unit is saturated if it is in most of them."""
    every = [page.rates for page in pages if page.rates is not None]
    if not every:
        return None
    numbers = ("per_unit", "mean", "excitatory", "inhibitory", "silent", "saturated")
    means = [np.mean([getattr(one, name) for one in every], axis=0) for name in numbers]
    return FiringRates(means[0], *map(float, means[1:]), np.mean([one.is_saturated for one in every], axis=0) > 0.5)
