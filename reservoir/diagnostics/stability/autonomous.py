"""The Lyapunov spectrum of a forecaster that runs on its own predictions."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from readouts.types import Array, RandomState
from reservoir.base import StateOverflowError
from reservoir.checks.arguments import (
    check_flag,
    check_integer,
    check_memory,
    check_number,
    check_random_state,
    check_washout,
)
from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.stability.benettin import Flow, exponents_of
from reservoir.diagnostics.stability.exponents import check_count
from reservoir.diagnostics.stability.tangent import linearize, recurrent_arguments
from reservoir.diagnostics.stability.tangent_kernel import run_loop_tangents
from reservoir.diagnostics.stability.twin_flow import System, close_flow
from reservoir.diagnostics.state_vector import to_vector, with_vector
from reservoir.driving.runaway import explain_runaway, find_runaway
from reservoir.echo_state import EchoStateReservoir
from reservoir.kernels.closed_loop import AffineReadout


def autonomous_lyapunov_spectrum(
    forecaster: BaseEstimator,
    n_exponents: int = 3,
    n_steps: int = 5000,
    *,
    dt: float = 1.0,
    context: ArrayLike | None = None,
    washout: int | None = None,
    random_state: RandomState = None,
    verbose: bool = False,
) -> Array:
    """Largest Lyapunov exponents of the closed loop of a fitted forecaster: how well it has learned the climate.

    The loop is an autonomous system, the reservoir's state x and the prepared row u that drives it::

        x(t) = F(x(t-1), u(t)),    u(t+1) = readout([x(t), u(t)])

    and its exponents are those of `lyapunov_exponents`, along the forecast of ``n_steps`` rows. A good model of a
    chaotic system has, beside many strongly negative ones of its own, the exponents of the system; the most
    negative of them are the hardest, for the attractor is thin where they act. Scaling rows leaves them as they are;
    of differences, those of the differenced rows are found.

    With an affine readout an `EchoStateReservoir` or `CTRNNLiquid` is differentiated exactly; else twins are followed.

    Parameters
    ----------
    forecaster : fitted `Forecaster`
        Without exogenous columns, horizon and period.
    n_exponents : int, default=3
        At least 1.
    n_steps : int, default=5000
        Length of the forecast in rows, at least 1. The error shrinks with the root of it.
    dt : float, default=1.0
        Duration of a row, above 0.
    context : 2-D array (at least ``washout`` rows of the forecaster, n_features) or None, default=None
        The series to continue; None is that of ``fit``.
    washout : int or None, default=None
        Number of rows of the forecast that do not count, in which the directions settle, less than ``n_steps``; None
        is a tenth of them.
    random_state : int, RandomState or None, default=None
        Seed of the first directions, which are forgotten.
    verbose : bool, default=False
        Whether a line is printed after every tenth of the rows.

    Returns
    -------
    array (n_exponents,)
        From the largest to the smallest, in nats per unit of dt.

    Raises
    ------
    TypeError
        If it is no forecaster.
    ValueError
        If a parameter is invalid, or the forecaster has no loop of its own.
    StateOverflowError
        If the forecast grows past every finite number.

    References
    ----------
    J. Pathak, Z. Lu, B. R. Hunt, M. Girvan and E. Ott, "Using machine learning to replicate chaotic attractors and
    calculate Lyapunov exponents from data", Chaos 27:121102, 2017.

    Examples
    --------
    A logistic map, of which ``log|u'|`` is known at every step:

    >>> import numpy as np
    >>> from readouts import RidgeReadout
    >>> from reservoir import NVAR, Forecaster
    >>> from reservoir.diagnostics import autonomous_lyapunov_spectrum
    >>> u = np.full((4000, 1), 0.3)
    >>> for t in range(3999):
    ...     u[t + 1] = 3.9 * u[t] * (1 - u[t])
    >>> forecaster = Forecaster(NVAR(delay=1), RidgeReadout(alpha=1e-12), passthrough=False, washout=0).fit(u)
    >>> learned = autonomous_lyapunov_spectrum(forecaster, 1, 4000, random_state=0)
    >>> print(f"{learned[0]:.1f} {np.log(np.abs(3.9 * (1 - 2 * u))).mean():.1f}")
    0.5 0.5
    """
    check_forecaster(forecaster)
    verbose = check_flag("verbose", verbose)
    n_steps, dt = check_integer("n_steps", n_steps), check_number("dt", dt, above=0)
    check_memory("n_steps", n_steps, 8 * n_steps * forecaster.n_features_in_)
    state, row = forecaster.start(context)
    rows, _ = _close_loop(forecaster, row, state, n_steps)
    flow = _loop_of(forecaster, rows, state)
    n_exponents = check_count(n_exponents, flow.size)
    washout = check_washout(washout, n_steps, n_steps // 10)
    exponents = exponents_of(flow, n_steps, washout, n_exponents, check_random_state(random_state), verbose)
    with np.errstate(over="ignore"):
        rates = exponents / dt
    if np.any(np.isinf(rates) & np.isfinite(exponents)):
        raise ValueError(f"'dt' must be long enough for rates that are numbers; got {dt!r}.")
    return rates


def check_forecaster(forecaster, *, closes_loop=True):
    """Raise unless ``forecaster`` is a fitted one, and if it has to close its loop by itself, can do so."""
    is_class = isinstance(forecaster, type)
    if is_class or not (hasattr(forecaster, "forecast") and hasattr(forecaster, "predict_one_step")):
        raise TypeError(f"'forecaster' must be a fitted Forecaster; got {type(forecaster).__name__}.")
    check_is_fitted(forecaster)
    if not closes_loop:
        return
    if not hasattr(forecaster, "start"):
        raise TypeError(
            f"'forecaster' must be a fitted Forecaster with a loop of its own; got {type(forecaster).__name__}. Take "
            "one of its members_."
        )
    if forecaster.n_exogenous_:
        raise ValueError(
            f"'forecaster' must be fitted without exogenous columns; got {forecaster.n_exogenous_}. They drive it, "
            "so that it has no exponents of its own; see lyapunov_exponents(forecaster.reservoir_, X)."
        )
    if forecaster.periods_:
        raise ValueError(
            f"'forecaster' must close its loop over the last row alone; got one with period={forecaster.periods_}. Set "
            "period=None and fit."
        )
    if forecaster.horizon_:
        raise ValueError(
            f"'forecaster' must close its loop; got one with horizon={forecaster.horizon_}. Set horizon=None and fit."
        )
    if forecaster.periods_:
        raise ValueError(
            f"'forecaster' must be fitted without a period; got {forecaster.periods_}. The rows of a season before "
            "drive it, too. Set period=None and fit."
        )


def _close_loop(forecaster, row, state, n_rows):
    """Return the prepared rows that drive the loop from ``row`` on, and those that it predicts after each of them."""
    reservoir, inputs = forecaster.reservoir_, np.repeat(row[None], n_rows, axis=0)
    outputs = reservoir.close_loop(forecaster.loop_readout_, inputs, len(row), state)
    overflowed = find_runaway(outputs, row.dtype)
    if overflowed is not None:
        inputs = inputs[: overflowed + 1]
        settings = forecaster.readout_, forecaster.passthrough_
        raise StateOverflowError(
            f"The forecast overflowed at step {overflowed} of {n_rows}. "
            + explain_runaway(reservoir, inputs[:, len(row) :], inputs, state, *settings)
        )
    return inputs, outputs.astype(row.dtype)


def _loop_of(forecaster, rows, state):
    parts, readout = list(forecaster.reservoir_.parts()), forecaster.loop_readout_
    leaky = len(parts) == 1 and isinstance(parts[0].reservoir, (EchoStateReservoir, CTRNNLiquid))
    leaky &= parts[0].reservoir.n_features_in_ == rows.shape[1]  # else an expert drives it, too
    if leaky and isinstance(readout, AffineReadout) and parts[0].reservoir.elapsed_column_ is None:
        return _exact_flow(parts[0].reservoir, readout.weights, rows, state)
    return close_flow(_twins(forecaster, rows.shape[1]), (state, rows[:1]))


def _exact_flow(reservoir, readout, rows, start):
    """Return the flow of differences of (state, row) along the forecast: ``e <- A [d, e]`` after d of the states."""
    n_units, recurrent = reservoir.n_units_, recurrent_arguments(reservoir)
    inputs = reservoir.input_weights_.astype(np.float64)
    loop = recurrent, inputs, readout[:, :n_units].copy(), readout[:, n_units:].copy()

    def push(place, vectors, n_rows):
        row, state = place
        linear, state = linearize(reservoir, rows[row : row + n_rows], state)
        d, e = vectors[:n_units].T.copy(), vectors[n_units:].T.copy()
        run_loop_tangents(*loop, *linear, d, e)
        return np.hstack([d, e]).T, (row + n_rows, state)

    return Flow(push, (0, start), n_units + inputs.shape[1])


def _twins(forecaster, n_features):
    """Return the `System` of a closed loop, whose places are (state, row)."""

    def follow(place, n_rows):
        state, row = place
        inputs, outputs = _close_loop(forecaster, row[0], state, n_rows)
        return forecaster.reservoir_.drive(inputs, state)[1], outputs[-1:]

    def read(place):
        return np.concatenate([to_vector(place[0]), place[1][0]])

    def write(place, vector):
        return with_vector(place[0], vector[:-n_features]), vector[None, -n_features:].astype(place[1].dtype)

    return System(follow, read, write)
