"""In how many directions different inputs lead a reservoir, and in how many the noise on one input does."""

import numpy as np

from readouts.types import RandomState, SeriesLike
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer, check_jobs, check_memory, check_number, check_random_state
from reservoir.diagnostics.input_kind import takes_spikes
from reservoir.diagnostics.recorded import RECORD_SEVERAL, refuse_recorded
from reservoir.dispatch import check_fitted_reservoir
from reservoir.series.sequences import read_sequences


def kernel_rank(
    reservoir: BaseReservoir,
    X: SeriesLike,
    *,
    n_series: int | None = None,
    n_steps: int = 100,
    tolerance: float = 0.01,
    n_jobs: int | None = None,
    random_state: RandomState = None,
) -> int:
    """Kernel quality: the number of directions in which different inputs lead the state of a reservoir.

    The state at the end of each of m inputs, driven from rest, is a row of M, and with its singular values s_i ::

        rank = number of i with s_i > tolerance * max_i s_i

    A linear readout can give any values it likes to that many of the inputs, so more is better; at most m, and at most
    the number n of columns of the states. The threshold matters: in exact arithmetic nearly any nonlinear reservoir has
    rank n, most of it in directions that a little noise would drown. `generalization_rank` belongs beside it: a
    reservoir that computes well has a high kernel rank and a low generalization rank.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
        Of a `MeasuredReservoir`, X must be several inputs.
    X : 2-D array (n_steps, n_features), or list of 2-D arrays or 3-D array
        Several series are the m inputs. One series is where inputs are drawn from: each of their rows is a row of X
        at random, so that they are independent in time and only their values are those of X.
    n_series : int or None, default=None
        Number m of inputs to be drawn, at least 1; None is n.
    n_steps : int, default=100
        Number of steps of each drawn input, at least 1; enough for the reservoir to forget where it started.
    tolerance : float, default=0.01
        In (0, 1), relative to the largest singular value.
    n_jobs : int or None, default=None
        Number of threads, over inputs.
    random_state : int, RandomState or None, default=None
        Seed of the drawn inputs.

    Returns
    -------
    int, from 0 (all states are zero) to min(m, n)

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a state grows past every finite number.

    References
    ----------
    R. Legenstein and W. Maass, "Edge of chaos and prediction of computational performance for neural circuit models",
    Neural Networks 20:323, 2007, section 4: 500 spike trains into 540 neurons.

    Examples
    --------
    Towards the edge of chaos, inputs are separated better and better; beyond it, so is noise:

    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import generalization_rank, kernel_rank
    >>> u = np.random.RandomState(0).standard_normal((500, 1))
    >>> settings = {"leak_rate": 1.0, "bias_scaling": 0.0, "input_scaling": 0.5, "random_state": 0}
    >>> for radius in (0.5, 1.2):
    ...     reservoir = EchoStateReservoir(50, spectral_radius=radius, **settings).fit(u)
    ...     print(kernel_rank(reservoir, u, random_state=0), generalization_rank(reservoir, u, random_state=0))
    10 5
    44 12
    >>> chaotic = EchoStateReservoir(50, spectral_radius=4.0, **settings).fit(u)
    >>> kernel_rank(chaotic, u, random_state=0) - generalization_rank(chaotic, u, random_state=0) < 5
    True
    """
    check_fitted_reservoir(reservoir)
    sequences, random_state = _read(reservoir, X), check_random_state(random_state)
    n_jobs = check_jobs("n_jobs", n_jobs)
    series, tolerance = sequences.series, _check_tolerance(tolerance)
    n_steps, n_series = _check_sizes(reservoir, n_steps, n_series)
    if sequences.container == "series":
        refuse_recorded(
            reservoir, "kernel_rank of one series", "draws inputs from its rows", RECORD_SEVERAL, parts=True
        )
        rows = series[0]
        series = [rows[random_state.randint(len(rows), size=n_steps)] for _ in range(n_series)]
    return _rank_of_ends(reservoir, series, tolerance, n_jobs)


def generalization_rank(
    reservoir: BaseReservoir,
    X: SeriesLike,
    *,
    noise: float = 0.1,
    jitter: float = 1.0,
    n_series: int | None = None,
    n_steps: int = 100,
    tolerance: float = 0.01,
    n_jobs: int | None = None,
    random_state: RandomState = None,
) -> int:
    """Rank of the states that noisy copies of one and the same input lead a reservoir to.

    It counts directions as `kernel_rank` does. It is 1 where the state always is the same, or a multiple of it, and
    high where noise is amplified, as in a chaotic reservoir: a readout then needs many examples to generalize. The
    paper shows that r <= d <= r + 1, where r is the rank of the states that all inputs considered lead to, and d the VC
    dimension of the linear classifiers of these states.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
        Of a `MeasuredReservoir`, X must be several copies.
    X : 2-D array (n_steps, n_features), or list of 2-D arrays or 3-D array
        Several series are the m copies. Of one series, copies with noise are made.
    noise : float, default=0.1
        Standard deviation of the normal noise that is added to every value, in those of its column; at least 0. A
        column of elapsed times stays as it is.
    jitter : float, default=1.0
        Instead of noise where the input is spikes: the standard deviation, in rows, of the time by which every spike is
        moved; at least 0. A spike that would leave the series is put at its end.
    n_series : int or None, default=None
        Number m of copies to be made, at least 1; None is the number n of columns of the states.
    n_steps : int, default=100
        The copies are of the last so many rows of X, or of all if it has fewer.
    tolerance : float, default=0.01
        In (0, 1), relative to the largest singular value.
    n_jobs : int or None, default=None
        Number of threads, over copies.
    random_state : int, RandomState or None, default=None
        Seed of the noise.

    Returns
    -------
    int, from 0 (all states are zero) to min(m, n)

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a state grows past every finite number.

    References
    ----------
    R. Legenstein and W. Maass, "Edge of chaos and prediction of computational performance for neural circuit models",
    Neural Networks 20:323, 2007, section 5 (theorem 5.1).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import generalization_rank
    >>> u = np.random.RandomState(0).standard_normal((500, 1))
    >>> reservoir = EchoStateReservoir(50, leak_rate=1.0, random_state=0).fit(u)
    >>> [generalization_rank(reservoir, u, noise=noise, random_state=0) for noise in (0.0, 0.1, 1.0)]
    [1, 1, 6]
    """
    check_fitted_reservoir(reservoir)
    sequences, random_state = _read(reservoir, X), check_random_state(random_state)
    n_jobs = check_jobs("n_jobs", n_jobs)
    series, tolerance = sequences.series, _check_tolerance(tolerance)
    noise, jitter = check_number("noise", noise, at_least=0), check_number("jitter", jitter, at_least=0)
    n_steps, n_series = _check_sizes(reservoir, n_steps, n_series)
    if sequences.container == "series":
        refuse_recorded(
            reservoir, "generalization_rank of one series", "makes noisy copies of it", RECORD_SEVERAL, parts=True
        )
        rows = series[0]
        if takes_spikes(reservoir):
            series = [_moved(rows[-n_steps:], jitter, random_state) for _ in range(n_series)]
        else:
            scale = noise * rows.std(axis=0, dtype=np.float64)
            if reservoir.elapsed_column_ is not None:
                scale[reservoir.elapsed_column_] = 0
            series = [_noisy(rows[-n_steps:], scale, random_state) for _ in range(n_series)]
    return _rank_of_ends(reservoir, series, tolerance, n_jobs)


def _read(reservoir, X):
    return read_sequences(reservoir, X, reset=False, dtype=reservoir.dtype_)


def _check_tolerance(tolerance):
    return check_number("tolerance", tolerance, above=0, below=1)


def _check_sizes(reservoir, n_steps, n_series):
    """Return the number of steps and of series that are to be drawn."""
    n_steps = check_integer("n_steps", n_steps)
    n_series = reservoir.n_features_out_ if n_series is None else check_integer("n_series", n_series)
    check_memory("n_steps", n_steps, 8 * n_steps * reservoir.n_features_in_)
    check_memory("n_series", n_series, 8 * n_series * (n_steps * reservoir.n_features_in_ + reservoir.n_features_out_))
    return n_steps, n_series


def _rank_of_ends(reservoir, series, tolerance, n_jobs):
    """Return the rank of the last states that the series lead to from rest."""
    ends = reservoir.drive_many(series, lambda number, before, piece: piece.states[-1].copy(), n_jobs=n_jobs)
    strengths = np.linalg.svd(np.array(ends, dtype=np.float64), compute_uv=False)
    return int(np.sum(strengths > tolerance * strengths[0]))


def _noisy(rows, scale, random_state):
    return (rows + scale * random_state.standard_normal(rows.shape)).astype(rows.dtype)


def _moved(spikes, jitter, random_state):
    """Return the numbers of spikes after each of them has been moved in time."""
    step, channel = np.nonzero(spikes)
    number = spikes[step, channel].astype(np.int64)
    step, channel = np.repeat(step, number), np.repeat(channel, number)
    step = np.clip(step + np.rint(jitter * random_state.standard_normal(len(step))), 0, len(spikes) - 1)
    moved = np.zeros_like(spikes)
    np.add.at(moved, (step.astype(np.int64), channel), 1)
    return moved
