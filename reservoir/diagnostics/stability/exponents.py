"""How fast small differences between states grow or shrink under one input: conditional Lyapunov exponents."""

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array, RandomState
from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_flag, check_integer, check_random_state, check_washout
from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.one_series import read_one_series
from reservoir.diagnostics.recorded import RECORD_TWICE, refuse_recorded
from reservoir.diagnostics.stability import residual_map, tangent, twin_flow
from reservoir.diagnostics.stability.benettin import exponents_of
from reservoir.diagnostics.stability.linear_map import constant_exponents
from reservoir.dispatch import check_fitted_reservoir, for_fitted
from reservoir.echo_state import EchoStateReservoir
from reservoir.legendre_memory import LegendreMemory
from reservoir.residual import ResidualReservoir

_LARGEST_SOLVED = 2000  # units; eigenvalues of so many take some seconds


def lyapunov_exponents(
    reservoir: BaseReservoir,
    X: ArrayLike,
    n_exponents: int = 1,
    *,
    washout: int | None = None,
    random_state: RandomState = None,
    verbose: bool = False,
) -> Array:
    """Rates at which small differences between states grow (above 0) or are forgotten (below 0) under one input.

    With J(t) the derivative of the state after row t of X by the state before, along the trajectory from rest, and
    an orthonormal basis Q(t) of ``n_exponents`` directions::

        J(t) Q(t-1) = Q(t) R(t)          exponent_k = mean of log |R_kk(t)| over the rows after the washout

    The largest shows whether this input makes the reservoir forget where it started: below 0 it does, locally, and
    above 0 it is chaotic. Below 0 there may still be several responses to one input, see `echo_state_index`.

    `EchoStateReservoir`, `CTRNNLiquid` and `ResidualReservoir` are differentiated exactly; where J is always the same,
    that of linear units and of a `LegendreMemory`, the exponents are the logarithms of its eigenvalues' sizes, and no
    mean. In any other class twins are followed by
    ``run``, so close that rounding and curvature disturb their difference about as much (1.5e-8 of the largest number
    of the state, 3e-4 in single precision), and put so close again every 1 to 50 rows.

    All continuous numbers of a state count, see `state_vector.to_vector`. On the grid of a spiking liquid no small
    difference ever moves a spike, and all of them are forgotten. Its twins therefore differ in voltages and currents by
    as much as if every voltage were a twentieth of the way from reset to threshold away, and are put so far from each
    other again after every row: finite-size exponents. A twin that merges counts as having come a thousand times
    closer, and starts again in another direction. The exponents of a `StackedReservoir` are those of its layers, each
    under its own input: the layers below receive no input from those above.

    Parameters
    ----------
    reservoir : fitted reservoir of any class
    X : 2-D array (n_steps, n_features)
        One series.
    n_exponents : int, default=1
        How many, at least 1 and at most as many as the state has numbers.
    washout : int or None, default=None
        Number of rows at the beginning that do not count, in which the directions settle, less than those of X; None
        is a quarter of them.
    random_state : int, RandomState or None, default=None
        Seed of the first directions, which are forgotten.
    verbose : bool, default=False
        Whether a line is printed after every tenth of the rows.

    Returns
    -------
    array (n_exponents,)
        From the largest to the smallest, in nats per row of X: two states come together, or apart, by the factor
        ``exp(exponent)`` a row. Divide by the duration of a row for a rate in time, by log(2) for bits. -inf is what
        vanishes altogether within rounding, as in a reservoir without feedback (`NVAR`), never NaN.

    Raises
    ------
    ValueError
        If a parameter or X is invalid.
    StateOverflowError
        If the trajectory grows past every finite number. Linear units are not driven, as their J is known.

    References
    ----------
    G. Benettin, L. Galgani, A. Giorgilli and J.-M. Strelcyn, "Lyapunov characteristic exponents for smooth dynamical
    systems and for Hamiltonian systems; a method for computing all of them", Meccanica 15:9 and 15:21, 1980. Driven
    networks: N. Bertschinger and T. Natschlaeger, "Real-time computation at the edge of chaos in recurrent neural
    networks", Neural Computation 16:1413, 2004. Finite size: E. Aurell, G. Boffetta, A. Crisanti, G. Paladin and
    A. Vulpiani, "Predictability in the large: an extension of the concept of Lyapunov exponent", Journal of Physics A
    30:1, 1997.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import lyapunov_exponents
    >>> u = np.random.RandomState(0).uniform(-1, 1, (1000, 1))
    >>> tame = EchoStateReservoir(spectral_radius=0.9, random_state=0).fit(u)
    >>> wild = EchoStateReservoir(spectral_radius=5, random_state=0).fit(u)
    >>> bool(lyapunov_exponents(tame, u, random_state=0)[0] < 0 < lyapunov_exponents(wild, u, random_state=0)[0])
    True
    """
    check_fitted_reservoir(reservoir)
    verbose = check_flag("verbose", verbose)
    rows = read_one_series(reservoir, X)
    flows = _flows_of(reservoir, rows)
    n_exponents = check_count(n_exponents, sum(flow.size for flow in flows))
    washout, random_state = check_washout(washout, len(rows), len(rows) // 4), check_random_state(random_state)
    exponents = [np.full(n_exponents, -np.inf)]  # a state without numbers has the exponent -inf
    for flow in flows:
        if flow.matrix is not None and flow.size <= _LARGEST_SOLVED:
            exponents.append(constant_exponents(flow.matrix))
            continue
        exponents.append(exponents_of(flow, len(rows), washout, min(n_exponents, flow.size), random_state, verbose))
    return np.sort(np.concatenate(exponents))[::-1][:n_exponents]


def check_count(n_exponents, size):
    """Return ``n_exponents``, checked; a state without numbers has one exponent, -inf."""
    n_exponents = check_integer("n_exponents", n_exponents)
    if n_exponents > max(size, 1):
        raise ValueError(
            f"'n_exponents' must be at most {max(size, 1)}, for as many numbers has a state of this reservoir; "
            f"got {n_exponents}."
        )
    return n_exponents


def _flows_of(reservoir, X):
    return [flow_along(part.reservoir, part.X) for part in reservoir.parts(X)]


@for_fitted
def flow_along(reservoir, X):
    """Return the `benettin.Flow` of small differences between states along X, checked, from rest.

    A class whose Jacobians are known can be registered with ``flow_along.register``, as singledispatch functions are.
    """
    refuse_recorded(reservoir, "lyapunov_exponents", "moves its states a little and drives it on", RECORD_TWICE)
    return twin_flow.driven_flow(reservoir, X)


@flow_along.register(EchoStateReservoir)
@flow_along.register(CTRNNLiquid)
def _of_leaky(reservoir, X):
    return tangent.driven_flow(reservoir, X)


@flow_along.register(ResidualReservoir)
def _of_residual(reservoir, X):
    return residual_map.residual_flow(reservoir, X)


@flow_along.register(LegendreMemory)
def _of_memory(memory, X):
    flow = twin_flow.driven_flow(memory, X)
    if memory.elapsed_column_ is not None:
        return flow
    return flow._replace(matrix=memory.recurrent_weights_.astype(np.float64))
