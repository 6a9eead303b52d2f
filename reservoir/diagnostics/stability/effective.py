"""The spectral radius of what a reservoir really does in a step: weights, leak and slopes together."""

import numpy as np
from numpy.typing import ArrayLike

from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_integer
from reservoir.diagnostics.one_series import read_one_series
from reservoir.diagnostics.stability.jacobian import jacobian, silent_row
from reservoir.dispatch import check_fitted_reservoir
from reservoir.topology import spectral_radius as largest_modulus


def effective_spectral_radius(reservoir: BaseReservoir, X: ArrayLike | None = None, *, n_rows: int = 20) -> float:
    """Spectral radius of the step's Jacobian, the derivative of the state by the state before.

    For leaky units, with leak rates a, slopes f' of the activation, and W::

        J = diag(1 - a) + diag(a f'(W x + W_in u + b)) W

    which for linear units, or at rest without bias, is the effective spectral radius of the literature, that of
    ``(1 - a) I + a W``. A bias makes units flatter, and a sigmoid has the slope 1/4 at most.

    Without X it is taken at rest with no input: below 1, small differences from rest die out if rest is where an
    undriven reservoir stays. With X it is the mean over some rows of the trajectory that X drives from rest. For a
    reservoir whose Jacobian does not change, ``log`` of it is the largest of `lyapunov_exponents`; else
    those are what decides, for products of matrices can grow where none of them does alone.

    `EchoStateReservoir`, `CTRNNLiquid` and others whose equations are known are differentiated exactly, the rest by
    differences of one-row runs, one for each number of the state (of a spiking liquid, each voltage and current). A row
    without input lasts 1 where there is an elapsed column. A `StackedReservoir` has the largest of its layers, each
    along its own input: the layers below
    receive none from those above.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : 2-D array (n_steps, n_features) or None, default=None
        One series.
    n_rows : int, default=20
        How many rows of X are used, evenly spaced and among them the last; at least 1.

    Returns
    -------
    float, at least 0

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If a state grows past every finite number.

    References
    ----------
    H. Jaeger, M. Lukosevicius, D. Popovici and U. Siewert, "Optimization and applications of echo state networks with
    leaky-integrator neurons", Neural Networks 20:335, 2007, section 2. Along an input: D. Verstraeten and
    B. Schrauwen, "On the quantification of dynamics in reservoir computing", ICANN 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import effective_spectral_radius
    >>> ring = EchoStateReservoir(30, topology="ring", spectral_radius=0.5, leak_rate=0.2, bias=0.0, random_state=0)
    >>> round(effective_spectral_radius(ring.fit([[0.0]])), 9)
    0.9
    >>> strong = np.full((50, 1), 100.0)
    >>> round(effective_spectral_radius(ring, strong), 2)  # saturated units keep 1 - leak_rate, and respond to nothing
    0.8
    """
    check_fitted_reservoir(reservoir)
    n_rows = check_integer("n_rows", n_rows)
    if X is None:
        return _radius(reservoir, silent_row(reservoir), reservoir.rest())
    rows = read_one_series(reservoir, X)
    state, at, radii = reservoir.rest(), 0, []
    n_rows = min(n_rows, len(rows))
    for row in (np.arange(1, n_rows + 1) * len(rows) // n_rows - 1).tolist():
        if row > at:
            _, state = reservoir.drive(rows[at:row], state)
        radii.append(_radius(reservoir, rows[row : row + 1], state))
        at = row
    return float(np.mean(radii))


def _radius(reservoir, row, state):
    parts = reservoir.parts(row, state)
    return max(largest_modulus(jacobian(part.reservoir, part.X, part.state)) for part in parts)
