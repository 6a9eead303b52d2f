"""The effective time constant of every unit at every step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array
from scipy.special import expit
from sklearn.utils import gen_batches

from readouts.at_once import snapshot
from reservoir.base import BaseReservoir
from reservoir.checks.headline import Headline, html_of, number, of, text_of
from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.one_series import read_one_series
from reservoir.diagnostics.recorded import RECORD_STEP, refuse_recorded
from reservoir.dispatch import for_fitted, held_by, refuse
from reservoir.echo_state import EchoStateReservoir
from reservoir.ltc import LTCLiquid
from reservoir.series.elapsed import split_elapsed
from reservoir.spiking import SpikingLiquid

# Synapses times steps that are evaluated at once, in 8 MB.
_AT_ONCE = 10**6


@dataclass(frozen=True, eq=False)
class TimeConstants:
    """Time constants along one series, and the bounds that no input can drive them across.

    Parameters
    ----------
    values : array (n_steps, n_units)
    lower, upper : arrays (n_units,)
    """

    values: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and the numbers that matter."""
        n_steps, n_units = np.shape(self.values)
        rows = [
            ("median", number(of(np.median, self.values)), "over all units and steps"),
            ("shortest", number(of(np.min, self.values)), f"bounded from {number(of(np.min, self.lower))}"),
            ("longest", number(of(np.max, self.values)), f"bounded to {number(of(np.max, self.upper))}"),
        ]
        return Headline(f"TimeConstants of {n_units} units over {n_steps} steps, in rows or the unit of time", rows)


@for_fitted
def time_constants(reservoir: BaseReservoir, X: ArrayLike) -> TimeConstants:
    """Effective time constant of every unit at every step of one series driven from rest.

    It is the time in which a unit would come closer to its target by a factor of e if its conductances stayed as they
    are. In `LTCLiquid` it is liquid: with v(t) the state after row t and the other symbols as in that class::

        "conductance"   tau_i(t) = C_i / (g_i + sum_j a_ij(v(t)) + sum_k s_ik(u(t)))
                        C_i / (g_i + sum_j w_ij + sum_k w_ik)  <=  tau_i(t)  <=  C_i / g_i
        "gate"          tau_i(t) = C_i / (g_i + a_i(v(t), u(t)))
                        C_i / ((1 + coupling) g_i)  <=  tau_i(t)  <=  C_i / g_i

    In the others it is constant, both bounds being its value: ``tau_`` in `CTRNNLiquid` (whose antisymmetric form has
    no leak: tau is then the time in which a saturated unit moves by 1), and ``-1 / log(1 - leak_rate)`` in
    `EchoStateReservoir`, 0 for a leak rate of 1, which keeps nothing of the unit's own past. In a `SpikingLiquid`
    whose neuron has a ``tau_membrane`` it is that of the leak, between spikes, ``tau_membrane / input_period``; with
    conductances g in uS, beside a leak of 1 uS, it is liquid: ``tau_membrane / (1 + g_exc + g_inh) / input_period``, at
    the end of each row. A `StackedReservoir` has those of its layers, side by side, of all layers even where it shows
    only the last.

    Parameters
    ----------
    reservoir : fitted CTRNNLiquid, EchoStateReservoir, LTCLiquid, SpikingLiquid, or stack of them
        Or of a class that was registered with ``time_constants.register``, as singledispatch functions are.
    X : 2-D array (n_steps, n_features)
        One series, with the elapsed column if the reservoir has one.

    Returns
    -------
    TimeConstants
        ``values`` (n_steps, n_units), of all units even where the reservoir shows a map of them; ``lower`` and
        ``upper`` (n_units,). In rows of X, or in the unit of ``elapsed_column`` for units that are given it. Rounding
        may carry a value across a bound by a few units in the last place. Where negative conductances could outweigh
        the leak, nothing bounds the time constant, and a negative one belongs to a unit that runs away.

    Raises
    ------
    TypeError
        If the equations of this class are not known, or have no time constant.
    ValueError
        If X is invalid.

    References
    ----------
    R. Hasani, M. Lechner, A. Amini, D. Rus and R. Grosu, "Liquid time-constant networks", AAAI 2021, theorem 1 (gate
    form, with C = 1, g = 1 / tau); the circuit form is in their arXiv:1811.00321, 2018. H. Jaeger, M. Lukosevicius,
    D. Popovici and U. Siewert, "Optimization and applications of echo state networks with leaky-integrator neurons",
    Neural Networks 20:335, 2007, section 2.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LTCLiquid
    >>> from reservoir.diagnostics import time_constants
    >>> u = np.random.RandomState(0).standard_normal((300, 2))
    >>> tau = time_constants(LTCLiquid(n_units=40, random_state=0).fit(u), u)
    >>> tau.values.shape
    (300, 40)
    >>> bool(np.all(tau.lower < tau.values) and np.all(tau.values < tau.upper))
    True
    """
    refuse_recorded(reservoir, "time_constants", "takes them from its equations", RECORD_STEP)
    if not held_by(reservoir):
        refuse(time_constants, reservoir, "A closed-form liquid has gates instead of time constants.")
    rows = read_one_series(reservoir, X)
    parts = [time_constants(part.reservoir, part.X) for part in reservoir.parts(rows) if part.X is not None]
    return TimeConstants(
        np.hstack([part.values for part in parts]),
        np.concatenate([part.lower for part in parts]),
        np.concatenate([part.upper for part in parts]),
    )


@time_constants.register(EchoStateReservoir)
def _of_echo_state(reservoir, X):
    with np.errstate(divide="ignore"):  # the logarithm of 0 where the leak rate is 1
        return _constant(reservoir, X, -1 / np.log1p(-reservoir.leak_rate_.astype(np.float64)))


@time_constants.register(CTRNNLiquid)
def _of_ctrnn(liquid, X):
    return _constant(liquid, X, liquid.tau_.astype(np.float64))


@time_constants.register(SpikingLiquid)
def _of_spiking(liquid, X):
    membrane = liquid.neuron_.time_constants().get("tau_membrane")
    if membrane is None:
        raise TypeError(
            f"'reservoir' must have units whose voltage fades with a time constant, 'tau_membrane'; those of "
            f"{type(liquid.neuron_).__name__} have none. For how long it remembers use echo_state_index."
        )
    rows = membrane / liquid.input_period_
    return _constant(liquid, X, rows) if liquid.synapses_ is None else _by_conductances(liquid, X, rows)


@time_constants.register(LTCLiquid)
def _of_ltc(liquid, X):
    X = read_one_series(liquid, X)
    inputs, _ = split_elapsed(X, liquid.elapsed_column_)
    conductances = _gate_conductances if liquid.synapse_ == "gate" else _synaptic_conductances
    conductance, least, most = conductances(liquid, _potentials(liquid, X), inputs)
    capacitance, leak = liquid.capacitance_.astype(np.float64), liquid.leak_conductance_.astype(np.float64)
    lower, upper = np.full_like(leak, -np.inf), np.full_like(leak, np.inf)
    bounded = leak + least > 0
    lower[bounded] = (capacitance / (leak + most))[bounded]
    np.divide(capacitance, leak + least, out=upper, where=bounded)
    with np.errstate(divide="ignore"):
        return TimeConstants(capacitance / (leak + conductance), lower, upper)


def _by_conductances(liquid, X, tau):
    X, state, values = read_one_series(liquid, X), liquid.rest(), []
    for row in range(len(X)):
        _, state = liquid.run(X[row : row + 1], state)
        values.append(tau / (1 + state.current.sum(axis=0, dtype=np.float64)))
    return TimeConstants(np.array(values), np.zeros_like(tau), tau)


def _constant(reservoir, X, tau):
    n_steps = len(read_one_series(reservoir, X))
    return TimeConstants(np.tile(tau, (n_steps, 1)), tau, tau.copy())


def _potentials(liquid, X):
    """Return the states of all units, whatever the liquid shows of them."""
    bare = snapshot(liquid)
    bare.output_map_ = None
    return bare.drive(X)[0]


def _gate_conductances(liquid, potentials, inputs):
    """Return the gates' conductances (n_steps, n_units), and the least and the most they can be."""
    most = liquid.gate_conductance_.astype(np.float64)
    with np.errstate(over="ignore"):
        drive = (liquid.recurrent_weights_ @ potentials.T).T + inputs @ liquid.input_weights_.T + liquid.bias_
    return most * expit(drive.astype(np.float64)), 0.0, most


def _synaptic_conductances(liquid, potentials, inputs):
    """Return the synapses' conductances, summed over every unit's, and the least and the most they can be."""
    parts = ((liquid.recurrent_synapses_, potentials), (liquid.input_synapses_, inputs))
    least = sum(synapses.conductance.minimum(0).sum(axis=1) for synapses, _ in parts)
    most = sum(synapses.conductance.maximum(0).sum(axis=1) for synapses, _ in parts)
    return sum(_opened(synapses, sources) for synapses, sources in parts), least, most


def _opened(synapses, sources):
    """Return the sum of every unit's open conductances, (n_steps, n_units), for the potentials of their sources."""
    matrix = synapses.conductance
    units, size = matrix.shape[0], matrix.nnz
    onto = csr_array((matrix.data, np.arange(size), matrix.indptr), shape=(units, max(size, 1)))
    total = np.zeros((len(sources), units))
    for rows in gen_batches(len(sources), max(_AT_ONCE // max(size, 1), 1)) if size else ():
        with np.errstate(over="ignore"):
            opening = synapses.slope * (sources[rows][:, matrix.indices] - synapses.midpoint)
        total[rows] = (onto @ expit(opening).T).T
    return total
