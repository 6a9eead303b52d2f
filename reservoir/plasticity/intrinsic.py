"""Intrinsic plasticity: every unit of a rate reservoir tunes its gain and bias until its output has a given law."""

from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
from scipy.sparse import csr_array, diags_array
from scipy.special import ndtr, ndtri

from readouts.compiling import njit
from readouts.slices import slices
from readouts.types import Array, SeriesLike
from reservoir.checks.arguments import check_choice, check_flag, check_integer, check_memory, check_number
from reservoir.checks.progress import Progress
from reservoir.ctrnn import CTRNNLiquid
from reservoir.echo_state import EchoStateReservoir
from reservoir.kernels.functions import sigmoid, tanh
from reservoir.kernels.leaky import FIXED, set_pace
from reservoir.kernels.products import add_csr_product, project_input
from reservoir.plasticity.adaptable import check_adaptable
from reservoir.plasticity.rebuild import rebuild
from reservoir.series.elapsed import split_elapsed
from reservoir.series.sequences import read_sequences

_ACTIVATION_OF = {"normal": "tanh", "exponential": "sigmoid"}
_N_BINS = 20

Leaky = TypeVar("Leaky", EchoStateReservoir, CTRNNLiquid)


@dataclass(frozen=True)
class IntrinsicPlasticity:
    """Gain and bias of every unit, learned until its output follows a target law.

    A unit puts out ``y = f(a x + b)``, x being the sum of its inputs. Every step moves a and b down the gradient of the
    Kullback-Leibler distance between the law of y and the target, normal (for tanh) or exponential (for sigmoid)::

        normal        db = -rate (2 y + (y - mean) (1 - y^2) / std^2)
        exponential   db =  rate (1 - (2 + 1 / mean) y + y^2 / mean)
        both          da =  rate / a + db x

    The result is an ordinary reservoir, with weights ``diag(a) W`` and ``diag(a) W_in`` and bias ``a bias + b``. The
    law is that of f: where units leak, states average over it and spread less.

    Parameters
    ----------
    target : {"normal", "exponential"}, default="normal"
        ``"normal"`` goes with ``activation="tanh"``, ``"exponential"`` with ``activation="sigmoid"``.
    mean : float or None, default=None
        Mean of the target: for ``"normal"`` in (-1, 1), None being 0; for ``"exponential"`` in (0, 1), None being 0.2.
    std : float, default=0.2
        Standard deviation of the normal target, above 0; without meaning for the exponential one.
    learning_rate : float, default=5e-4
        Above 0. Small ones take more steps, but gains and biases fluctuate less in the end.
    n_epochs : int, default=10
        Number of passes over the series, at least 1, each series from rest.

    Notes
    -----
    The learning curve is the Kullback-Leibler distance from the target, cut to the range of f, in nats: the mean over
    units of ``sum_k p_k log(20 p_k)``, p_k being a unit's frequency in one of 20 intervals that are equally probable
    under the target. It is taken while learning. A constant output is ``log 20``, and n steps that follow the target
    still give about ``19 / (2 n)``.

    References
    ----------
    J. Triesch, "A gradient rule for the plasticity of a neuron's intrinsic excitability", ICANN 2005, LNCS 3696:65
    (exponential); B. Schrauwen, M. Wardermann, D. Verstraeten, J. Steil and D. Stroobandt, "Improving reservoirs using
    intrinsic plasticity", Neurocomputing 71:1159, 2008 (normal).

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.plasticity import IntrinsicPlasticity
    >>> u = np.random.RandomState(0).uniform(-1, 1, (1000, 1))
    >>> reservoir = EchoStateReservoir(50, leak_rate=1.0, random_state=0).fit(u)
    >>> adapted, history = IntrinsicPlasticity(std=0.3, n_epochs=20).adapt(reservoir, u)
    >>> bool(history[-1] < history[0] / 4)
    True
    """

    target: Literal["normal", "exponential"] = "normal"
    mean: float | None = None
    std: float = 0.2
    learning_rate: float = 5e-4
    n_epochs: int = 10

    def adapt(self, reservoir: Leaky, X: SeriesLike, verbose: bool = False) -> tuple[Leaky, Array]:
        """Return the adapted reservoir, fitted, and the learning curve.

        Parameters
        ----------
        reservoir : fitted EchoStateReservoir, or CTRNNLiquid of the normalized or additive form
            It is left as it is.
        X : 2-D array (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features), or list of 2-D arrays
        verbose : bool, default=False
            Whether a line is printed after every epoch.

        Returns
        -------
        reservoir : fitted reservoir of the same class
        history : array (n_epochs,)

        Raises
        ------
        TypeError
            If the reservoir is of another class.
        ValueError
            If a parameter or X is invalid, the target does not go with the activation, or the learning rate is so large
            that a gain leaves the positive numbers.
        """
        verbose = check_flag("verbose", verbose)
        target, rate, n_epochs = self._check()
        _check_reservoir(reservoir, target)
        series = read_sequences(reservoir, X, reset=False, dtype=reservoir.dtype_).series
        edges = _edges(*target)
        gain, offset = np.ones(reservoir.n_units_), np.zeros(reservoir.n_units_)
        history = np.empty(n_epochs)
        for epoch in range(n_epochs):
            exceeded = np.zeros((len(edges), reservoir.n_units_))
            for one in series:
                _learn(reservoir, one, gain, offset, target, rate, edges, exceeded)
            history[epoch] = _distance(exceeded / sum(map(len, series)))
            Progress("IntrinsicPlasticity", verbose).say(
                f"epoch {epoch + 1} of {n_epochs}: distance {history[epoch]:.3f} nats"
            )
        scale = diags_array(gain)
        return rebuild(
            reservoir,
            recurrent_weights=csr_array(scale @ reservoir.recurrent_weights_),
            input_weights=gain[:, None] * reservoir.input_weights_,
            bias=gain * reservoir.bias_ + offset,
        ), history

    def _check(self):
        """Return the target (is it normal, mean, std), the learning rate and the number of epochs."""
        normal = check_choice("target", self.target, _ACTIVATION_OF) == "normal"
        default, lowest = (0.0, -1.0) if normal else (0.2, 0.0)
        mean = default if self.mean is None else check_number("mean", self.mean, above=lowest, below=1)
        std = check_number("std", self.std, at_least=1e-150)  # so that its square is above 0, too
        rate = check_number("learning_rate", self.learning_rate, above=0)
        n_epochs = check_integer("n_epochs", self.n_epochs)
        check_memory("n_epochs", n_epochs, 8 * n_epochs)  # of the learning curve
        return (normal, mean, std), rate, n_epochs


def _check_reservoir(reservoir, target):
    classes = EchoStateReservoir, CTRNNLiquid
    check_adaptable(reservoir, "IntrinsicPlasticity", classes, "For a SpikingLiquid use Homeostasis.")
    if getattr(reservoir, "form_", None) == "antisymmetric":
        raise ValueError(
            "'form' must be 'normalized' or 'additive' here, for gains would break the antisymmetry; got "
            "'antisymmetric'."
        )
    name = "normal" if target[0] else "exponential"
    if reservoir.activation_ != _ACTIVATION_OF[name]:
        raise ValueError(
            f"'target' must be 'normal' for activation='tanh' or 'exponential' for activation='sigmoid'; got {name!r} "
            f"for activation={reservoir.activation_!r}."
        )


def _edges(normal, mean, std):
    """Return the edges between intervals of the range of f that are equally probable under the target."""
    shares = np.arange(1, _N_BINS) / _N_BINS
    if normal:
        low, high = ndtr((np.array([-1.0, 1.0]) - mean) / std)
        return mean + std * ndtri(low + shares * (high - low))
    return -mean * np.log1p(shares * np.expm1(-1 / mean))


def _distance(above):
    """Return the mean distance of units from the share of their outputs above every edge, (n_edges, n_units)."""
    share = -np.diff(above, axis=0, prepend=1.0, append=0.0)
    terms = share * np.log(_N_BINS * np.where(share > 0, share, 1))
    return terms.sum(axis=0).mean()


def _learn(reservoir, X, gain, offset, target, rate, edges, exceeded):
    """Move gain and offset, in place, through one series."""
    # In double precision, where the small steps of learning add up.
    matrix, pace = reservoir.recurrent_weights_, reservoir.program_.pace
    recurrent = matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32), matrix.data.astype(np.float64)
    input_weights = reservoir.input_weights_.T.astype(np.float64, order="C")
    bias = reservoir.bias_.astype(np.float64)
    pace = pace[0], *(part.astype(np.float64) for part in pace[1:])
    reservoir.check_rows(X)
    inputs, elapsed = (part.astype(np.float64) for part in split_elapsed(X, reservoir.elapsed_column_))
    state = reservoir.rest().astype(np.float64)
    moved = gain, offset, target, rate, edges, exceeded
    for rows in slices(len(X), reservoir.n_units_):
        step, unit = run_intrinsic_plasticity(
            recurrent, input_weights, bias, pace, inputs[rows], elapsed[rows], state, *moved
        )
        if step < rows.stop - rows.start:
            raise ValueError(
                f"'learning_rate' must be small enough to keep every gain above 0; with {rate:g} that of unit {unit} "
                f"became {gain[unit]:.3g} at step {rows.start + step}. Lower it or the scale of 'X', or widen "
                "the target, 'std' if it is normal and 'mean' if it is exponential."
            )


@njit
def run_intrinsic_plasticity(
    recurrent, input_weights, bias, pace, inputs, elapsed, state, gain, offset, target, learning_rate, edges, exceeded
):
    """Drive the units and move gain and offset in place (Schrauwen et al. 2008; Triesch 2005).

    Return the step and the unit where a gain is no longer a positive number, or the number of steps. ``exceeded``
    (n_edges, n_units) counts the outputs above each edge.
    """
    indptr, indices, data = recurrent
    rule, first_keep, first_share, speed, scale = pace
    keep, share = first_keep.copy(), first_share.copy()
    total, output, slope = np.empty_like(state), np.empty_like(state), np.empty_like(state)
    for t in range(inputs.shape[0]):
        if rule != FIXED:
            set_pace(rule, elapsed[t], speed, scale, keep, share)
        project_input(input_weights, bias, inputs[t], total)
        add_csr_product(indptr, indices, data, state, total)
        respond(target, gain, offset, total, output, slope)
        for i in range(state.size):
            state[i] = keep[i] * state[i] + share[i] * output[i]
            offset[i] += learning_rate * slope[i]
            gain[i] += learning_rate * (1 / gain[i] + slope[i] * total[i])
        for i in range(state.size):
            if not 0 < gain[i] < np.inf:
                return t, i
        for k in range(edges.size):
            for i in range(state.size):
                exceeded[k, i] += 1.0 if output[i] > edges[k] else 0.0
    return inputs.shape[0], -1


@njit
def respond(target, gain, offset, total, output, slope):
    """Write every unit's output, and the slope of its distance from the target along the offset, downwards."""
    normal, mean, std = target
    if normal:
        precision = 1 / (std * std)
        for i in range(total.size):
            y = tanh(gain[i] * total[i] + offset[i])
            slope[i] = -2 * y - (y - mean) * (1 - y * y) * precision
            output[i] = y
    else:
        rate = 1 / mean
        for i in range(total.size):
            y = sigmoid(gain[i] * total[i] + offset[i])
            slope[i] = 1 - (2 + rate) * y + rate * y * y
            output[i] = y
