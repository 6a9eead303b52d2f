"""Which input, at which lag, moves which state."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array, RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import as_list, check_flag, check_integer, check_jobs, check_number, check_random_state
from reservoir.checks.headline import Headline, html_of, number, text_of
from reservoir.checks.progress import Progress
from reservoir.diagnostics.explanation.derivative import derivative_rule
from reservoir.diagnostics.one_series import read_one_series
from reservoir.diagnostics.recorded import RECORD_CHANGE, refuse_recorded
from reservoir.dispatch import check_fitted_reservoir
from reservoir.driving.threads import map_series

HELD = 32  # derivatives in memory at once


@dataclass(frozen=True, eq=False)
class InputSensitivity:
    """Derivatives of the states by earlier inputs, averaged over moments of one series.

    Parameters
    ----------
    lags : int array (n_lags,)
        Number of rows from the input to the state.
    mean : array (n_lags, n_units, n_features)
        Mean derivative, with its sign.
    absolute : array (n_lags, n_units, n_features)
        Mean of the absolute derivative; larger than the absolute value of ``mean`` where the sign changes.
    """

    lags: np.ndarray
    mean: np.ndarray
    absolute: np.ndarray

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        profile = self.profile if self.absolute.size else np.full((1, 1), np.nan)
        row, column = np.unravel_index(np.argmax(profile), profile.shape)
        rows = [
            ("strongest", number(profile[row, column]), f"input {column}, lag {self.lags[row : row + 1].sum()}"),
            ("at the first lag", number(profile[0, column]), f"the same input, lag {self.lags[:1].sum()}"),
            ("at the last lag", number(profile[-1, column]), f"the same input, lag {self.lags[-1:].sum()}"),
        ]
        _, n_units, n_features = np.shape(self.absolute)
        title = f"InputSensitivity of {n_units} units to {n_features} inputs: mean absolute derivatives"
        return Headline(title, rows)

    @property
    def profile(self) -> Array:
        """``absolute``, averaged over the units: an array (n_lags, n_features)."""
        return self.absolute.mean(axis=1)


def input_sensitivity(
    reservoir: BaseReservoir,
    X: ArrayLike,
    *,
    lags: ArrayLike = 20,
    n_samples: int = 50,
    washout: int | None = None,
    step: float | None = None,
    n_jobs: int | None = None,
    random_state: RandomState = None,
    verbose: bool = False,
) -> InputSensitivity:
    """Sensitivity of every state to every input that came a number of rows before, along one series.

    With x_i(t) the state, u_j(t) the input, and means over the sampled moments t::

        mean[k, i, j] = mean_t dx_i(t + k) / du_j(t),    absolute[k, i, j] = mean_t |dx_i(t + k) / du_j(t)|

    `EchoStateReservoir` and `CTRNNLiquid` follow the chain rule exactly, ``x <- keep x + gain f(W x + W_in u + b)``::

        dx(t) / du(t) = diag(gain f'(t)) W_in,    dx(t+k) / du(t) = J(t+k) ... J(t+1) dx(t) / du(t),
        J(t) = diag(keep) + diag(gain f'(t)) W

    Any other reservoir is run on with u_j(t) a little higher and a little lower. Where units spike, nothing is smooth:
    the quotient is then that of a change by one standard deviation, and for spikes as input of one spike more, which
    is what such a change does on average. A column of elapsed times is treated as any other.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : 2-D array (n_steps, n_features)
        One series, driven from rest.
    lags : int or 1-D array of int, default=20
        The lags k, at least 0; one number K stands for 0 to K.
    n_samples : int, default=50
        Number of moments, drawn without repetition; all of them if there are fewer.
    washout : int or None, default=None
        No moment is before this row; None is half of what the longest lag leaves of X.
    step : float or None, default=None
        Above 0; half of the change that is tried out, in standard deviations of the column (1 for a constant one). None
        is the cube root of the precision, 6e-6 or 5e-3, and 0.5 where units spike. Not used where the rule is exact.
    n_jobs : int or None, default=None
        Number of threads, over moments.
    random_state : int, RandomState or None, default=None
        Seed of the moments.
    verbose : bool, default=False
        Whether to print how many moments are done.

    Returns
    -------
    InputSensitivity
        In units of state per unit of X (per spike, where X is spikes).

    Raises
    ------
    ValueError
        If a parameter or X is invalid, or X is too short for the lags.
    StateOverflowError
        If a state grows past every finite number.

    References
    ----------
    The chain of Jacobians: R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
    networks", ICML 2013, section 2.

    Examples
    --------
    A slow layer remembers its input longer than a fast one:

    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import input_sensitivity
    >>> u = np.random.RandomState(0).standard_normal((500, 1))
    >>> for leak_rate in (1.0, 0.1):
    ...     reservoir = EchoStateReservoir(50, leak_rate=leak_rate, random_state=0).fit(u)
    ...     profile = input_sensitivity(reservoir, u, random_state=0).profile[:, 0]
    ...     print(f"{profile[10] / profile[0]:.2f}")
    0.02
    0.37
    """
    check_fitted_reservoir(reservoir)
    refuse_recorded(reservoir, "input_sensitivity", "changes one input at a time", RECORD_CHANGE, parts=True)
    n_jobs, verbose = check_jobs("n_jobs", n_jobs), check_flag("verbose", verbose)
    n_samples = check_integer("n_samples", n_samples)
    step = None if step is None else check_number("step", step, above=0)
    rows, random_state = read_one_series(reservoir, X), check_random_state(random_state)
    looked_at = _check_lags(lags, len(rows))
    moments = _draw_moments(len(rows), int(looked_at.max()), n_samples, washout, random_state)
    rule = derivative_rule(reservoir, rows, moments, int(looked_at.max()), step)
    total = absolute = np.zeros(())
    for start in range(0, len(moments), HELD):
        # Not through `drive_many`: these are not series from rest, but moments, each with its states and derivatives.
        results = map_series(lambda moment: rule(moment)[looked_at], moments[start : start + HELD], n_jobs)
        for result in results:  # one by one, so that the sums are the same whatever the number of threads
            total, absolute = total + result, absolute + np.abs(result)
        Progress("input_sensitivity", verbose).say(f"{start + len(results)} of {len(moments)} moments")
    return InputSensitivity(looked_at, total / len(moments), absolute / len(moments))


def _check_lags(lags, n_steps):
    listed = as_list(lags)
    whole = [check_integer("lags", lag, at_least=0) for lag in ([lags] if listed is None else listed)]
    if not whole:
        raise ValueError(f"'lags' must be an integer of at least 0 or a list of such integers; got {lags!r}.")
    if max(whole) >= n_steps:
        raise ValueError(
            f"'X' must be longer than the longest of 'lags', {max(whole)}; got {n_steps} steps. Pass a series of at "
            f"least {max(whole) + 1} steps, or shorter lags."
        )
    return np.array(whole) if listed is not None else np.arange(whole[0] + 1)


def _draw_moments(n_steps, furthest, n_samples, washout, random_state):
    n_possible = n_steps - furthest
    washout = n_possible // 2 if washout is None else check_integer("washout", washout, at_least=0)
    if washout >= n_possible:
        raise ValueError(
            f"'washout' must leave at least one moment with all its lags, so be below {n_possible}; got {washout} with "
            f"{n_steps} steps and lags up to {furthest}."
        )
    n_samples = min(n_samples, n_possible - washout)
    return np.sort(washout + random_state.choice(n_possible - washout, n_samples, replace=False))
