"""A certificate that a reservoir forgets its start: a number that guarantees it when it is below 1."""

import numpy as np
from scipy.sparse import csr_array, diags_array

from reservoir.base import BaseReservoir
from reservoir.ctrnn import CTRNNLiquid
from reservoir.delay_node import DelayNodeReservoir
from reservoir.diagnostics.stability.bounds import state_bounds
from reservoir.diagnostics.stability.norms import largest_singular_value, perron_root
from reservoir.dispatch import for_fitted, held_by
from reservoir.echo_state import EchoStateReservoir
from reservoir.legendre_memory import LegendreMemory
from reservoir.ltc import LTCLiquid
from reservoir.nvar import NVAR
from reservoir.residual import ResidualReservoir
from reservoir.topology import spectral_radius

_SLOPES = {"tanh": 1.0, "identity": 1.0, "relu": 1.0, "sigmoid": 0.25}


@for_fitted
def contraction_bound(reservoir: BaseReservoir) -> float:
    """Certificate of the echo-state property: below 1, any two states driven alike come together.

    It holds for every input. From 1 on it certifies nothing: most useful reservoirs forget their start although no norm
    shows it; `echo_state_index` measures whether they do. The Perron root below, the spectral radius of a non-negative
    matrix, is the smallest bound that a weighted maximum norm can give.

    `EchoStateReservoir` and `CTRNNLiquid`, units with ``x <- k x + a f(W x + ...)``, take the smallest of ::

        max(k) + L sigma_max(diag(a) W)                       L: largest slope of f
        Perron root of diag(k) + L diag(a) |W|
        sqrt(1 - a_1 (1 - s^2))   where k + a = 1             s = L sigma_max(W);  a_1 = min(a), or max(a) if s > 1

    The last covers spread time constants. The additive form counts as the normalized one of ``x / tau``. With an
    elapsed column k and a change from row to row; the bound is then the Perron root of ``L |W|`` (``L |W| diag(tau)``
    in the additive form): in the norm that attains it, a row of any duration stretches distances by at most
    ``max_i (k_i + (1 - k_i) bound)``, which is below 1 if the bound is. The antisymmetric form never certifies: where
    f saturates it keeps all distances, so its bound is at least 1.

    `LTCLiquid` takes the Perron root of ::

        M_ij = w_ij |slope_ij| R_ij / (4 g_i)          R_ij = max |E_ij - v_i|  over `state_bounds`
        M_ij = coupling |W_ij| R_i / 4                 in the gate form

    whatever the capacitances, the number of sub-steps and the time between samples; see the notes. It holds between
    states inside the bounds. With a memory cell, negative conductances or ``solver="rk4"`` it is inf.

    `ResidualReservoir`, with K the gains of the skip path and p the proximities, takes the smaller of ::

        sigma_max(K O) + L sigma_max(diag(p) W)
        Perron root of |K O| + L diag(p) |W|

    `DelayNodeReservoir` has its feedback times the steepest slope of F: 1 for the sine and the identity, the larger of
    1 and ``(p - 1)^2 / (4 p)`` for a Mackey-Glass node of exponent p, and inf if that has a pole, as odd integers have.
    A virtual node takes an average of the node before and of the feedback, and so comes closer by the latter.

    `LegendreMemory`, a linear map, has its spectral radius in a row of duration 1. `StackedReservoir` takes the largest
    of its layers: once the layers below have come together, a layer whose bound is below 1 follows its one input.
    `NVAR` has 0: it keeps no more than the last rows of its input.

    For others, `CfCLiquid`, `SpikingLiquid` and classes of one's own, no certificate is known: theirs is inf, unless
    they were registered with one by ``contraction_bound.register``, as singledispatch functions are.

    Parameters
    ----------
    reservoir : fitted reservoir of any class

    Returns
    -------
    float, at least 0
        inf where no certificate is known. Without an elapsed column, echo states and continuous-time networks come
        together by this factor per row, up to a constant. For the others it only decides; and rows of
        duration 0 forget nothing. Rounded up, by a few units in the last place of the reservoir's precision.

    Notes
    -----
    Row i of the Jacobian of a fused step of length h, with D its denominator, ``D >= C_i / h + g_i``, and v' the new
    state, is ``(C_i / h [i = j] + w_ij slope_ij s (1 - s) (E_ij - v'_i)) / D``, s the sigmoid. In the maximum norm with
    weights p, M p <= q p, its absolute sum is at most ``(C_i / h + q g_i) / (C_i / h + g_i)``: below 1 if q is, and
    never above the larger of 1 and q. An explicit Euler step, kept so short that h times the total conductance is at
    most C, gives ``1 - (1 - q) h g_i / C_i`` in the same way.

    The third bound on echo states: for the difference e of two states, ``e'_i = (1 - a_i) e_i + a_i d_i`` with
    ``|d| <= s |e|``. Squares are convex, so ``sum_i e'_i^2 / a_i <= sum_i e_i^2 / a_i - (1 - s^2) |e|^2``.

    References
    ----------
    H. Jaeger, "The 'echo state' approach to analysing and training recurrent neural networks", GMD Report 148, 2001,
    proposition 3; M. Buehner and P. Young, "A tighter bound for the echo state property", IEEE Transactions on Neural
    Networks 17:820, 2006 (weighted norms); H. Jaeger, M. Lukosevicius, D. Popovici and U. Siewert, "Optimization and
    applications of echo state networks with leaky-integrator neurons", Neural Networks 20:335, 2007, section 2. Best
    weights: R. Horn and C. Johnson, "Matrix analysis", 2nd edition, Cambridge 2013, corollary 8.1.31. The bound on
    liquid time-constant networks is derived here.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics import contraction_bound
    >>> orthogonal = EchoStateReservoir(100, topology="orthogonal", leak_rate=0.5, random_state=0)
    >>> round(contraction_bound(orthogonal.fit(np.zeros((1, 1)))), 9)
    0.95
    """
    return max(map(contraction_bound, held_by(reservoir)), default=np.inf)


@contraction_bound.register(EchoStateReservoir)
def _of_echo_state(reservoir):
    return _rounded_up(_of_average(reservoir.leak_rate_.astype(np.float64), _loop(reservoir)), reservoir)


@contraction_bound.register(CTRNNLiquid)
def _of_ctrnn(liquid):
    loop, pace = _loop(liquid), liquid.program_.pace
    if liquid.form_ == "antisymmetric":
        # A row of any duration gains at most 1.
        gain = np.ones(liquid.n_units_) if liquid.elapsed_column_ is not None else pace.gain.astype(np.float64)
        return _rounded_up(_of_sum(np.ones(liquid.n_units_), gain, loop), liquid)
    if liquid.form_ == "additive":
        loop = loop @ diags_array(liquid.tau_.astype(np.float64))
    if liquid.elapsed_column_ is not None:
        return _rounded_up(perron_root(abs(loop)), liquid)
    return _rounded_up(_of_average(1 - pace.keep.astype(np.float64), loop), liquid)


@contraction_bound.register(LTCLiquid)
def _of_ltc(liquid):
    lower, upper = state_bounds(liquid)
    bounded = np.isfinite(lower).all() and np.isfinite(upper).all()
    if liquid.memory_ is not None or liquid.solver_ == "rk4" or not bounded:
        return np.inf
    leak = liquid.leak_conductance_.astype(np.float64)
    if liquid.synapse_ == "gate":
        reach = np.maximum(liquid.reversal_ - lower, upper - liquid.reversal_)
        strength = liquid.gate_conductance_ / leak * reach / 4
        return perron_root(diags_array(strength) @ abs(liquid.recurrent_weights_.astype(np.float64)))
    matrix = liquid.recurrent_synapses_.conductance
    conductance, slope, _, reversal = liquid.recurrent_synapses_.properties(liquid.dtype_).astype(np.float64)
    unit = np.repeat(np.arange(len(leak)), np.diff(matrix.indptr))
    reach = np.maximum(reversal - lower[unit], upper[unit] - reversal)
    strength = conductance * np.abs(slope) * reach / (4 * leak[unit])
    return perron_root(csr_array((strength, matrix.indices, matrix.indptr), shape=matrix.shape))


@contraction_bound.register(ResidualReservoir)
def _of_residual(reservoir):
    kept = diags_array(reservoir.skip_gain_.astype(np.float64)) @ reservoir.skip_.astype(np.float64)
    loop = diags_array(reservoir.proximity_.astype(np.float64)) @ _loop(reservoir)
    kept, loop = csr_array(kept), csr_array(loop)
    stretched = largest_singular_value(kept) + largest_singular_value(loop)
    return _rounded_up(min(stretched, perron_root(abs(kept) + abs(loop))), reservoir)


@contraction_bound.register(DelayNodeReservoir)
def _of_delay_node(reservoir):
    slope, power = 1.0, reservoir.exponent_
    if reservoir.nonlinearity_ == "mackey_glass":
        slope = np.inf if power % 2 == 1 else max(1.0, (power - 1) ** 2 / (4 * power))
    return _rounded_up(reservoir.feedback_ * slope, reservoir) if reservoir.feedback_ else 0.0


@contraction_bound.register(LegendreMemory)
def _of_memory(memory):
    return _rounded_up(spectral_radius(memory.recurrent_weights_.astype(np.float64)), memory)


@contraction_bound.register(NVAR)
def _of_nvar(nvar):
    return 0.0


def _rounded_up(bound, reservoir):
    # A reservoir that keeps all distances must not be certified because its rates were rounded.
    return float(bound * (1 + 16 * np.finfo(reservoir.dtype_).eps))


def _loop(reservoir):
    """Return W times the largest slope of the activation."""
    return _SLOPES[reservoir.activation_] * reservoir.recurrent_weights_.astype(np.float64)


def _of_sum(keep, gain, loop):
    """Return the better of two bounds for ``x <- keep x + gain f``."""
    loop = diags_array(gain) @ loop
    return min(keep.max() + largest_singular_value(loop), perron_root(diags_array(keep) + abs(loop)))


def _of_average(gain, loop):
    """Return the best of three bounds for ``x <- (1 - gain) x + gain f``."""
    excess = largest_singular_value(loop) ** 2 - 1
    weighted = np.sqrt(1 + excess * (gain.max() if excess > 0 else gain.min()))
    return float(min(weighted, _of_sum(1 - gain, gain, loop)))
