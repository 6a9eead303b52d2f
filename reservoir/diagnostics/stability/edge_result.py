"""What a search for the edge of stability found."""

from dataclasses import dataclass

import numpy as np

from readouts.types import Array
from reservoir.checks.headline import Headline, html_of, number, of, text_of


@dataclass(frozen=True, eq=False)
class Edge:
    """Where a parameter carries an exponent across a level, for one reservoir or several seeds of it.

    Parameters
    ----------
    parameter : str
        Its name.
    bounds : pair of floats
        Between which it was looked for.
    level : float
        What was crossed.
    values : array (n_seeds,)
        The edge of every seed, NaN where there is none between the bounds.
    brackets : array (n_seeds, 2)
        The measured points on either side of it.
    n_crossings : int array (n_seeds,)
        How often the measured exponents change sides between the bounds; the edge is the lowest place of these.
    points : list of arrays
        Of every seed, the values of the parameter that were measured, in ascending order.
    exponents : list of arrays
        The largest Lyapunov exponents there, in nats per row, or what ``metric`` returned; infinite where a state
        overflowed.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.diagnostics import Edge
    >>> Edge("spectral_radius", (0.5, 2.0), 0.0, np.array([1.0]), np.array([[0.9, 1.1]]), np.array([1]),
    ...      [np.array([0.5, 0.9, 1.1, 2.0])], [np.array([-0.7, -0.1, 0.1, 0.7])])
    Edge of spectral_radius, looked for from 0.5 to 2
    The exponent crosses 0 once between the bounds.
    <BLANKLINE>
    edge      1            where the exponent is 0
    bracket   0.9 to 1.1   measured on either side
    points    4            measured
    fields: values, n_crossings, points, exponents (1,), brackets (1, 2)
    """

    parameter: str
    bounds: tuple[float, float]
    level: float
    values: Array
    brackets: Array
    n_crossings: Array
    points: list[Array]
    exponents: list[Array]

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def value(self) -> float:
        """The edge, mean over the seeds that have one."""
        return of(np.mean, self.values[self.bracketed])

    @property
    def spread(self) -> float:
        """Standard deviation of the edge over the seeds that have one; NaN of less than two."""
        known = self.values[self.bracketed]
        return float(np.std(known, ddof=1)) if len(known) > 1 else np.nan

    @property
    def bracketed(self) -> Array:
        """Whether the exponent crosses the level between the bounds, for every seed."""
        return np.isfinite(self.values)

    @property
    def bracket(self) -> tuple[float, float]:
        """The lowest and the highest end of the brackets of all seeds."""
        known = self.brackets[self.bracketed]
        return of(np.min, known), of(np.max, known)

    @property
    def is_clear(self) -> bool:
        """Whether every seed has an edge, and only one."""
        return bool(np.all(self.n_crossings == 1) and np.all(self.bracketed))

    @property
    def statement(self) -> str:
        """How far the edge is to be trusted, in words."""
        n_seeds, level = len(self.values), number(self.level)
        if self.is_clear:
            return f"The exponent crosses {level} once between the bounds{', of every seed' if n_seeds > 1 else ''}."
        said = []
        if not np.all(self.bracketed):
            said.append(f"{n_seeds - np.sum(self.bracketed)} of {n_seeds} seeds have no edge between the bounds.")
        several = np.flatnonzero(self.n_crossings > 1)
        if len(several):
            of_seeds = f" of {len(several)} of {n_seeds} seeds" if n_seeds > 1 else ""
            low, high = self._crossed(several)
            said.append(
                f"The exponent{of_seeds} crosses {level} more than once, at {self.parameter} from {number(low)} to "
                f"{number(high)}: the edge is the lowest of several, or blurred by noise, which a longer series and "
                "more seeds reduce."
            )
        return " ".join(said)

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        low, high = self.bracket
        n_seeds, n_points = len(self.values), sum(map(len, self.points))
        rows = [
            ("edge", number(self.value), f"where the exponent is {number(self.level)}"),
            ("bracket", f"{number(low)} to {number(high)}", "measured on either side"),
            ("points", number(n_points), "measured"),
        ]
        if n_seeds > 1:
            rows.insert(1, ("spread", number(self.spread), f"standard deviation over {np.sum(self.bracketed)} seeds"))
        title = f"Edge of {self.parameter}, looked for from {number(self.bounds[0])} to {number(self.bounds[1])}"
        return Headline(title, rows, self.statement)

    def _crossed(self, seeds):
        """Return from where to where the exponents of some seeds change sides."""
        ends = [np.nan]
        for seed in seeds:
            places = np.flatnonzero(np.diff(self.exponents[seed] > self.level))
            ends += [*self.points[seed][places], *self.points[seed][places + 1]]
        return np.nanmin(ends), np.nanmax(ends)
