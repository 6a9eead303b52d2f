"""One page about a reservoir: it prints as a table, and shows as one in a notebook."""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from readouts.types import SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.headline import Headline, html_of, number, share, text_of
from reservoir.diagnostics.report.change import Change, follow
from reservoir.diagnostics.spiking import FiringRates

R = TypeVar("R", bound=BaseReservoir)


@dataclass(frozen=True, eq=False, repr=False)
class Diagnosis:
    """What `diagnose` found; None where a number does not apply.

    Parameters
    ----------
    name : str
        Class of the reservoir.
    n_units, n_rows : int
        Columns of its states, and rows of the series that it was judged on.
    verdict : {"silent", "saturated", "epileptic", "chaotic", "weak", "inconsistent", "memoryless", "slow", "edge", \
"multistable", "undecided", "ordered"}
    advice : str
        What the verdict means, and what to change: ``changes``, in words.
    still : float
        Fraction of the units whose state does not move.
    saturated : float or None
        Fraction of the units that spend most rows at a bound of their range; of spiking ones, that fire at more than
        half of the highest rate.
    lyapunov_exponent : float or None
        In nats per row, see `lyapunov_exponents`; None where states were recorded.
    spectral_radius : float or None
        Along the series, see `effective_spectral_radius`; not of spiking reservoirs, nor of large states (over 1500
        numbers, over 300 where the Jacobian is not known).
    consistency : float or None
        See `consistency`; None if nothing moves.
    transient_length : int, inf or None
        The washout that the series asks for, see `transient_length`; None where states were recorded once.
    memory_capacity : float or None
        In rows, see `memory_capacity`; None if it was not asked for or there is no such input.
    effective_dimension : float or None
        See `effective_dimension`; None if nothing moves.
    rates : FiringRates or None, default=None
        Of spiking reservoirs.
    strength : float or None, default=None
        Sum of squares of the states about their means, in units of a ridge penalty of 1e-6.
    healthy : bool, default=True
        Whether nothing needs to be changed.
    changes : tuple of Change, default=()
        To be made together: each has the ``parameter``, as ``set_params`` takes it, or "X"; ``how`` to change it; by
        which ``factor``; and to which ``value``. `follow` makes them.
    series : tuple of Diagnosis, default=()
        The pages of each, where several series were judged. The numbers above are then their means, but for ``n_rows``,
        which is the sum, and ``transient_length``, which is the longest.
    worst : int or None, default=None
        The place of the worst of several series, which has this verdict.

    Examples
    --------
    >>> from reservoir.diagnostics import Diagnosis
    >>> print(Diagnosis("EchoStateReservoir", 100, 500, "ordered", "Nothing needs to be changed.", still=0.0,
    ...                 saturated=0.0, lyapunov_exponent=-0.1, spectral_radius=0.9, consistency=1.0,
    ...                 transient_length=70, memory_capacity=21.5, effective_dimension=2.3))
    EchoStateReservoir, 100 units, 500 rows: ordered
    Nothing needs to be changed.
    <BLANKLINE>
    Lyapunov exponent           -0.1 nats per row   a difference falls to a half in 6.93 rows
    effective spectral radius   0.9                 of the step's Jacobian, mean along the rows
    consistency                 1                   of responses from different starts, 1 at best
    transient                   70 rows             the washout to use
    memory capacity             21.5 rows           of uniform random input, at most 100
    effective dimension         2.3                 directions that the states spread over
    units that do not move      0 %
    units at a bound            0 %                 in most of the rows
    """

    name: str
    n_units: int
    n_rows: int
    verdict: str
    advice: str
    still: float
    saturated: float | None
    lyapunov_exponent: float | None
    spectral_radius: float | None
    consistency: float | None
    transient_length: float | None
    memory_capacity: float | None
    effective_dimension: float | None
    rates: FiringRates | None = None
    strength: float | None = None
    healthy: bool = True
    changes: tuple[Change, ...] = ()
    series: tuple["Diagnosis", ...] = ()
    worst: int | None = None

    __repr__ = text_of
    _repr_html_ = html_of

    def follow(self, reservoir: R, X: SeriesLike) -> tuple[R, Any]:
        """Do as the advice says.

        Parameters
        ----------
        reservoir : reservoir
            That was diagnosed; it is left as it is.
        X : 2-D array (n_steps, n_features), 3-D array or list of 2-D arrays
            The series, or several, that it was diagnosed on.

        Returns
        -------
        reservoir, X
            A copy with the changed parameters, fitted to the series; and the series, changed if the advice says so.
        """
        return follow(self.changes, reservoir, X)

    def _pace(self):
        exponent = self.lyapunov_exponent
        if exponent is None:
            return ""
        if exponent == -np.inf:
            return "a difference vanishes at once"
        if exponent == 0:
            return "a difference stays"
        becomes = "falls to a half" if exponent < 0 else "doubles"
        at_first = ", at first" if self.healthy and exponent > 0 else ""
        return f"a difference {becomes} in {np.log(2) / abs(exponent):.3g} rows{at_first}"

    @property
    def headline(self) -> Headline:
        """What is printed: the verdict, and on what; the advice; and the numbers, tuples (name, value, remark)."""
        on = f"{len(self.series)} series, {self.n_rows} rows in all" if self.series else f"{self.n_rows} rows"
        title = f"{self.name}, {self.n_units} units, {on}: {self.verdict}"
        rows = [(name, value, self._range(field) or remark) for name, value, remark, field in self._rows() if value]
        return Headline(title, rows, self.advice)

    def _rows(self):
        """Return the name, value, remark and attribute of every number."""
        ends, at_end = share(self.saturated), "in most of the rows"
        still = ("units that do not move", share(self.still), "", "still")
        saturated = ("units at a bound", ends, at_end, "saturated")
        fired = []
        if (rates := self.rates) is not None:
            both = f"{number(rates.excitatory)} excitatory, {number(rates.inhibitory)} inhibitory"
            still = ("silent units", share(rates.silent), "", "rates")
            saturated = ("saturated units", ends, "above half of the highest rate, or at a bound", "saturated")
            fired = [("firing rate", number(rates.mean, " Hz"), both, "rates")]
        exponent = number(self.lyapunov_exponent, " nats per row")
        source = "the recorded input" if self.lyapunov_exponent is None else "uniform random input"
        recalled = f"of {source}, at most {self.n_units}"
        radius, dimension = number(self.spectral_radius), number(self.effective_dimension)
        strength = "sum of squares of the states over a ridge penalty of 1e-6"
        return [
            ("Lyapunov exponent", exponent, self._pace(), "lyapunov_exponent"),
            ("effective spectral radius", radius, "of the step's Jacobian, mean along the rows", "spectral_radius"),
            ("consistency", number(self.consistency), "of responses from different starts, 1 at best", "consistency"),
            ("transient", *_transient(self.transient_length, self.n_rows, bool(self.series)), "transient_length"),
            ("memory capacity", number(self.memory_capacity, " rows"), recalled, "memory_capacity"),
            ("effective dimension", dimension, "directions that the states spread over", "effective_dimension"),
            ("strength", number(self.strength), strength, "strength"),
            still,
            saturated,
            *fired,
        ]

    def _range(self, field):
        """Return from where to where a number goes over several series; nothing of a single one."""
        known = [getattr(page, field) for page in self.series]
        known = [value for value in known if value is not None and not isinstance(value, FiringRates)]
        if not known:
            return ""
        as_text = share if field in ("still", "saturated") else number
        least, most = as_text(min(known)), as_text(max(known))
        kind = "longest" if field == "transient_length" else "mean"
        return f"{kind} over the series, from {least} to {most}" if least != most else "of every series"


def _transient(length, n_rows, several):
    if length is None:
        return "", ""
    if np.isinf(length):
        return "over all rows" if several else f"over {n_rows} rows", "replicas still differ at the end"
    return number(length, " rows"), "the washout to use"
