"""The interval that the state of a unit cannot leave."""

import numpy as np
from scipy.sparse import csr_array, diags_array

from readouts.types import Array
from reservoir.base import BaseReservoir
from reservoir.cfc import CfCLiquid
from reservoir.ctrnn import CTRNNLiquid
from reservoir.delay_node import DelayNodeReservoir
from reservoir.diagnostics.stability.norms import largest_singular_value
from reservoir.dispatch import for_fitted, held_by
from reservoir.echo_state import EchoStateReservoir
from reservoir.ltc import LTCLiquid
from reservoir.residual import ResidualReservoir
from reservoir.spiking import SpikingLiquid

_RANGES = {"tanh": (-1.0, 1.0), "identity": (-np.inf, np.inf), "relu": (0.0, np.inf), "sigmoid": (0.0, 1.0)}


@for_fitted
def state_bounds(reservoir: BaseReservoir) -> tuple[Array, Array]:
    """Bounds on the state of every unit, from rest on, whatever the input and the time between samples.

    Wherever a step is a convex combination of the old state and some potentials, the state stays in their interval:

    - `LTCLiquid`: the interval of 0, the leak potential and the reversal potentials of the unit's synapses (of its
      gate). A fused step is such a combination for any duration, and steps of the explicit solvers are kept so short,
      ``h (g + sum of w) <= C``, that they are too. A memory cell rewrites states within ±1, which the interval then
      includes. Units with a negative conductance have no bounds.
    - `EchoStateReservoir` and `CTRNNLiquid`: the range of the activation, times tau in the additive form. The
      antisymmetric form has no bounds.
    - `ResidualReservoir`, with K the gains of the skip path, p the proximities, and f within ±1: the smaller of
      ``|p|_2 / (1 - sigma_max(K O))`` and ``max(p) / (1 - |K O|_inf)``, each of which is a bound where its denominator
      is above 0.
    - `DelayNodeReservoir`: a step is such a combination of the virtual node before and of ``feedback F(z)``. So the
      interval is that of 0 and what F reaches, times the feedback: 0 to 1 for the sine, and for a Mackey-Glass node of
      an exponent p that leaves it no pole, any but an odd integer, ``± (p - 1)^((p - 1) / p) / p``.
    - `CfCLiquid`: ±1, and ±2 in mode "no_gate". In mode "pure", where ``|f| exp(-t |f|)`` is at most ``1 / (e t)``,
      the interval of 0 and ``A ± |A| exp(-|w_tau|) / e``, but none with an elapsed column, whose times may be short.
    - `SpikingLiquid`, of what it shows: 0 and, with r the refractory time in whole steps, at least one, the trace
      ``1 / (1 - exp(-r / tau_trace))`` of a unit that spikes as often as it can; as many spikes as fit into a row; or a
      voltage below threshold, or what else its neuron calls its ceiling, which inhibition can lower without bound.
    - `StackedReservoir`: those of its layers, one after another, of all layers even where it shows only the last.

    Nothing is known about others, `NVAR` and classes of one's own, unless they were registered with
    ``state_bounds.register``, as singledispatch functions are.

    Parameters
    ----------
    reservoir : fitted reservoir of any class

    Returns
    -------
    lower, upper : arrays (n_units,)
        -inf and inf where there are none, or none are known. They hold in exact arithmetic: rounding may carry a state
        across by a few units in the last place. An output map is not considered: they are bounds on units, not on
        outputs.

    Notes
    -----
    One step of classical Runge-Kutta, in one unit: with ``z_s`` in [0, 1] the conductance at stage s times h / C, and
    P_s the mean potential that it pulls towards, the new state is a sum of v and the P_s with the weights ::

        P_4: z_4 / 6          P_3: z_3 (2 - z_4) / 6        P_2: z_2 (2 - z_3 (1 - z_4 / 2)) / 6
        P_1: z_1 (1 - z_2 (1 - z_3 (1 - z_4 / 2) / 2)) / 6           v: what they leave of 1

    None is negative: ``z_s <= 1`` makes the weight of P_1 at most 1/6, those of P_2 and P_3 at most 1/3, that of P_4 at
    most 1/6. So the interval holds although the stages on the way may lie outside: they only open synapses, and open
    ones pull towards potentials inside.

    References
    ----------
    R. Hasani, M. Lechner, A. Amini, D. Rus and R. Grosu, "Liquid time-constant networks", AAAI 2021, theorem 2 (gate
    form); the circuit form is in their arXiv:1811.00321, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LTCLiquid
    >>> from reservoir.diagnostics import state_bounds
    >>> u = 100 * np.random.RandomState(0).standard_normal((300, 2))
    >>> liquid = LTCLiquid(n_units=40, random_state=0).fit(u)
    >>> lower, upper = state_bounds(liquid)
    >>> states = liquid.transform(u)
    >>> bool(np.all(lower <= states) and np.all(states <= upper))
    True
    """
    bounds = [state_bounds(part) for part in held_by(reservoir)]
    if not bounds:
        return np.full(reservoir.n_units_, -np.inf), np.full(reservoir.n_units_, np.inf)
    lower, upper = (np.concatenate(ends) for ends in zip(*bounds, strict=True))
    return lower, upper


@state_bounds.register(EchoStateReservoir)
def _of_echo_state(reservoir):
    return _activated(reservoir, np.ones(reservoir.n_units_))


@state_bounds.register(CTRNNLiquid)
def _of_ctrnn(liquid):
    if liquid.form_ == "antisymmetric":
        return np.full(liquid.n_units_, -np.inf), np.full(liquid.n_units_, np.inf)
    scale = liquid.tau_.astype(np.float64)
    return _activated(liquid, scale if liquid.form_ == "additive" else np.ones_like(scale))


@state_bounds.register(ResidualReservoir)
def _of_residual(reservoir):
    most = np.inf
    if reservoir.activation_ in ("tanh", "sigmoid"):
        gain = reservoir.proximity_.astype(np.float64)
        kept = csr_array(diags_array(reservoir.skip_gain_.astype(np.float64)) @ reservoir.skip_.astype(np.float64))
        stretched, summed = largest_singular_value(kept), abs(kept).sum(axis=1).max()
        pairs = (np.linalg.norm(gain), stretched), (gain.max(), summed)
        most = min((added / (1 - factor) for added, factor in pairs if factor < 1), default=np.inf)
    positive = reservoir.activation_ in ("relu", "sigmoid") and reservoir.skip_.min() >= 0
    upper = np.full(reservoir.n_units_, most)
    return np.zeros_like(upper) if positive else -upper, upper


@state_bounds.register(DelayNodeReservoir)
def _of_delay_node(reservoir):
    upper, power = np.full(reservoir.n_units_, np.inf), reservoir.exponent_
    if reservoir.nonlinearity_ == "sine_squared":
        upper[:] = reservoir.feedback_
        return np.zeros_like(upper), upper
    if reservoir.nonlinearity_ == "mackey_glass" and power % 2 != 1:
        # F is largest where z^power is 1 / (power - 1).
        upper[:] = reservoir.feedback_ * (power - 1) ** ((power - 1) / power) / power
    return -upper, upper


@state_bounds.register(LTCLiquid)
def _of_ltc(liquid):
    potential = liquid.leak_potential_.astype(np.float64)
    lower, upper = np.minimum(potential, 0), np.maximum(potential, 0)
    if liquid.synapse_ == "gate":
        lower, upper = np.minimum(lower, liquid.reversal_), np.maximum(upper, liquid.reversal_)
    else:
        for synapses in (liquid.recurrent_synapses_, liquid.input_synapses_):
            _include(synapses, liquid.dtype_, lower, upper)
    if liquid.memory_ is not None:
        lower, upper = np.minimum(lower, -1), np.maximum(upper, 1)
    return lower, upper


@state_bounds.register(CfCLiquid)
def _of_cfc(liquid):
    if liquid.mode_ != "pure":
        most = np.full(liquid.n_units_, 1.0 if liquid.mode_ == "default" else 2.0)
        return -most, most
    amplitude = np.concatenate([cell.amplitude for cell in liquid.weights_])
    rate = np.concatenate([cell.w_tau for cell in liquid.weights_])
    reach = np.abs(amplitude) * np.exp(-1 - np.abs(rate))
    if liquid.elapsed_column_ is not None:
        reach = np.where(amplitude == 0, 0.0, np.inf)
    return np.minimum(amplitude - reach, 0), np.maximum(amplitude + reach, 0)


@state_bounds.register(SpikingLiquid)
def _of_spiking(liquid):
    apart = np.maximum(liquid.refractory_steps_, 1)  # steps from a spike to the next
    lower = np.zeros(liquid.n_units_)
    if liquid.output_ == "voltages":
        return np.full_like(lower, -np.inf), liquid.neuron_.ceiling().astype(np.float64)
    if liquid.output_ == "counts":
        return lower, ((liquid.n_substeps_ - 1) // apart + 1).astype(np.float64)
    with np.errstate(divide="ignore"):  # a trace that does not decay has no bound
        return lower, 1 / (1 - np.float64(liquid.program_.sampling.trace_decay[1]) ** apart)


def _activated(reservoir, scale):
    low, high = _RANGES[reservoir.activation_]
    return low * scale, high * scale


def _include(synapses, dtype, lower, upper):
    """In place: widen every unit's interval to the reversal potentials of its synapses."""
    matrix, reversal = synapses.conductance, synapses.properties(dtype)[3]
    unit = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    works = matrix.data > 0
    np.minimum.at(lower, unit[works], reversal[works])
    np.maximum.at(upper, unit[works], reversal[works])
    runs_away = unit[matrix.data < 0]
    lower[runs_away], upper[runs_away] = -np.inf, np.inf
