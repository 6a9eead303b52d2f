"""How far two inputs drive a reservoir apart, and how much of that its start alone would do."""

from dataclasses import dataclass

import numpy as np

from readouts.types import RandomState, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer, check_jobs, check_memory, check_random_state, check_washout
from reservoir.checks.headline import Headline, html_of, number, of, text_of
from reservoir.diagnostics.recorded import is_recorded, recorded_responses
from reservoir.dispatch import check_fitted_reservoir
from reservoir.series.sequences import read_sequences

_TRIALS = 8  # pairs of starts whose states are in memory at once


@dataclass(frozen=True, eq=False)
class Separation:
    """Distances between states along two inputs, and along the same input.

    Parameters
    ----------
    distance : array (n_steps,)
        Mean distance of the states that two different inputs lead to, each from a start of its own.
    floor : array (n_steps,)
        Mean distance of the states that the same input leads to, from two starts: what is not due to the inputs.
    input_distance : float
        Root mean square of the difference of the inputs, over steps and columns.
    washout : int
        Number of first steps that the means below leave out.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.diagnostics import Separation
    >>> apart = Separation(np.array([3.0, 2.0, 2.0]), np.array([2.0, 0.5, 0.3]), 1.0, washout=1)
    >>> apart.mean_distance, apart.mean_floor, apart.above_floor, apart.ratio
    (2.0, 0.4, 1.6, 5.0)
    """

    distance: np.ndarray
    floor: np.ndarray
    input_distance: float
    washout: int

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        n_steps, washout = len(self.distance), self.washout
        rows = [
            ("ratio", number(self.ratio), "mean distance over its floor: above 1, the inputs are kept apart"),
            ("mean distance", number(self.mean_distance), "of states along two inputs"),
            ("mean floor", number(self.mean_floor), "along the same input from two starts"),
            ("input distance", number(self.input_distance), "root mean square of the difference"),
        ]
        return Headline(f"Separation over {n_steps} steps, the first {washout} left out of means", rows)

    @property
    def mean_distance(self) -> float:
        """Mean of ``distance`` over the steps after the washout."""
        return of(np.mean, self.distance[self.washout :])

    @property
    def mean_floor(self) -> float:
        """Mean of ``floor`` over the steps after the washout."""
        return of(np.mean, self.floor[self.washout :])

    @property
    def above_floor(self) -> float:
        """``mean_distance - mean_floor``, 0 or below where the inputs are not kept apart."""
        return self.mean_distance - self.mean_floor

    @property
    def ratio(self) -> float:
        """``mean_distance / mean_floor``; infinite where nothing is left of the starts, and 1 where both are 0."""
        if self.mean_floor == 0:
            return 1.0 if self.mean_distance == 0 else float("inf")
        return float(np.divide(self.mean_distance, self.mean_floor))


def separation(
    reservoir: BaseReservoir,
    X: SeriesLike,
    Y: SeriesLike,
    *,
    n_starts: int = 10,
    washout: int | None = None,
    n_jobs: int | None = None,
    random_state: RandomState = None,
) -> Separation:
    """Distance between the states that two inputs lead to, beside the noise floor that one input alone leaves.

    With x_s(t) and x'_s(t) driven by X from two random starts, y_s(t) driven by Y from the second one, of n columns
    each, and means over the starts s (and over the pairs, if there are several)::

        distance(t) = mean_s sqrt(sum_i (x_s,i(t) - y_s,i(t))^2 / n)
        floor(t)    = mean_s sqrt(sum_i (x_s,i(t) - x'_s,i(t))^2 / n)

    A reservoir separates the inputs where distance stands clear above floor; one that is chaotic has both equally
    high. The paper takes Euclidean distances, which grow with the liquid: they are ``sqrt(n)`` times these. It starts
    its units at random voltages; here a start, for any kind of reservoir, is where the rows of X and Y, shuffled, lead
    from rest, which for a spiking liquid includes currents and spikes on their way.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X, Y : 2-D arrays (n_steps, n_features), of one shape
        Two inputs. Or lists (3-D arrays) of as many of them, all equally long: X[k] is compared with Y[k].
    n_starts : int, default=10
        Number of pairs of starts, at least 1. Of a `MeasuredReservoir`, the recordings that begin with X are compared
        two by two, and the first of each two with one that begins with Y, whatever this number.
    washout : int or None, default=None
        Number of first steps that do not count in the means of the result, less than those of X; None is half of them.
    n_jobs : int or None, default=None
        Number of threads, over starts.
    random_state : int, RandomState or None, default=None
        Seed of the starts.

    Returns
    -------
    Separation
        Its arrays hold all steps. In the unit of the states.

    Raises
    ------
    ValueError
        If a parameter, X or Y is invalid, or their shapes differ.
    StateOverflowError
        If a state grows past every finite number.

    References
    ----------
    W. Maass, T. Natschlaeger and H. Markram, "Real-time computing without stable states", Neural Computation 14:2531,
    2002, section 5, figure 2.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import separation
    >>> u, v = np.random.RandomState(0).uniform(-1, 1, (2, 500, 1))
    >>> tame = EchoStateReservoir(spectral_radius=0.9, random_state=0).fit(u)
    >>> wild = EchoStateReservoir(spectral_radius=8, random_state=0).fit(u)
    >>> separation(tame, u, v, random_state=0).ratio > 1000
    True
    >>> separation(wild, u, v, random_state=0).ratio < 1.5
    True
    """
    check_fitted_reservoir(reservoir)
    n_jobs = check_jobs("n_jobs", n_jobs)
    n_starts, random_state = check_integer("n_starts", n_starts), check_random_state(random_state)
    pairs = _read_pairs(reservoir, X, Y)
    n_steps = len(pairs[0][0])
    washout = check_washout(washout, n_steps, n_steps // 2)
    check_memory("n_starts", n_starts, n_starts * sum(2 * one.nbytes for pair in pairs for one in pair))
    if is_recorded(reservoir):
        found = [distances for pair in pairs for distances in _recorded_distances(reservoir, *pair)]
    else:
        trials = [(*pair, *_shuffled(pair, random_state)) for pair in pairs for _ in range(n_starts)]
        some = (trials[start : start + _TRIALS] for start in range(0, len(trials), _TRIALS))
        found = [distances for batch in some for distances in _distances(reservoir, batch, n_jobs)]
    both = np.mean(found, axis=0)
    difference = np.array([x.astype(np.float64) - y for x, y in pairs])
    _, exponent = np.frexp(np.abs(difference).max())  # because squares of large numbers overflow
    apart = np.ldexp(np.sqrt(np.mean(np.ldexp(difference, -exponent) ** 2)), exponent)
    return Separation(both[0], both[1], float(apart), washout)


def _read_pairs(reservoir, X, Y):
    first, second = (
        read_sequences(reservoir, one, reset=False, dtype=reservoir.dtype_, name=name).series
        for name, one in (("X", X), ("Y", Y))
    )
    shapes = [[one.shape for one in series] for series in (first, second)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"'Y' must have the shape of 'X', {_in_words(shapes[0])}; got {_in_words(shapes[1])}. "
            "Cut both to the same number of steps."
        )
    if len(set(shapes[0])) > 1:
        raise ValueError(
            "'X' must hold series of the same number of steps; got "
            f"{', '.join(str(steps) for steps, _ in shapes[0][:5])}. Cut them to the shortest."
        )
    return list(zip(first, second, strict=True))


def _in_words(shapes):
    return str(shapes[0]) if len(shapes) == 1 else f"{len(shapes)} series, the first of shape {shapes[0]}"


def _shuffled(pair, random_state):
    """Return two inputs that lead to random starts."""
    rows = np.concatenate(pair)
    return tuple(rows[random_state.permutation(len(rows))[: len(pair[0])]] for _ in range(2))


def _distances(reservoir, trials, n_jobs):
    """Yield the distances by input and by start of every trial."""
    before = [rows for *_, first, second in trials for rows in (first, second)]
    starts = reservoir.drive_many(before, lambda number, before, piece: piece.state, n_jobs=n_jobs)
    starts = [start for one, other in zip(starts[::2], starts[1::2], strict=True) for start in (one, other, other)]
    series = [rows for X, Y, *_ in trials for rows in (X, X, Y)]
    states = reservoir.drive_many(series, lambda number, before, piece: piece.states, starts=starts, n_jobs=n_jobs)
    for trial in range(0, len(states), 3):
        yield _between(*states[trial : trial + 3])


def _recorded_distances(reservoir, X, Y):
    """Yield the distances of every two recordings of X, and of the first of them from one of Y."""
    repeats, others = recorded_responses(reservoir, X), recorded_responses(reservoir, Y, least=1, name="Y")
    for trial in range(len(repeats) // 2):
        yield _between(*repeats[2 * trial : 2 * trial + 2], others[trial % len(others)])


def _between(here, again, other):
    """Return the distances of two responses to different inputs, and to the same."""
    here = here.astype(np.float64)
    return [np.sqrt(np.mean((here - there.astype(np.float64)) ** 2, axis=1)) for there in (other, again)]
