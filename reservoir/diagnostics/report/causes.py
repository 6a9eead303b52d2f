"""What holds the units of a reservoir where they are: biases, each other, the input, or their own slowness."""

import numpy as np

from reservoir.cfc import CfCLiquid
from reservoir.ctrnn import CTRNNLiquid
from reservoir.diagnostics.stability import time_constants
from reservoir.echo_state import EchoStateReservoir
from reservoir.ltc import LTCLiquid
from reservoir.residual import ResidualReservoir
from reservoir.series.elapsed import split_elapsed
from reservoir.spiking import SpikingLiquid


def pressed_by(reservoir, rows):
    """Return what makes up most of the argument of the activations, ``W x + W_in u + b``, along a series from rest.

    Parameters
    ----------
    reservoir : fitted reservoir
    rows : checked 2-D array

    Returns
    -------
    {"bias", "recurrence", "offset", "input"} or None
        The largest of the mean sizes of ``b``, ``W x``, ``W_in mean(u)`` and ``W_in (u - mean(u))``, over all units
        whose equation has them; None if there are none.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.causes import pressed_by
    >>> rows = np.random.RandomState(0).standard_normal((50, 1))
    >>> pressed_by(EchoStateReservoir(bias_scaling=20.0, random_state=0).fit(rows), rows)
    'bias'
    """
    sizes = _pressures(reservoir, rows)
    return ("bias", "recurrence", "offset", "input")[int(np.argmax(sizes))] if sizes.any() else None


def _pressures(reservoir, rows):
    """Return the four sizes, summed over the units."""
    sizes = np.zeros(4)
    for part, series in parts_of(reservoir, rows):
        argument = argument_of(part, series)
        if argument is not None:
            recurrent, driven, bias = argument
            with np.errstate(over="ignore", invalid="ignore"):
                offset = driven.mean(axis=0)
                parts = (bias[None], recurrent, offset[None], driven - offset)
                sizes += [np.abs(part).mean(axis=0).sum() for part in parts]
    return sizes


def parts_of(reservoir, rows):
    """Return the reservoirs that one is made of, in pairs with their input: layers, an adapted one, or itself.

    Parameters
    ----------
    reservoir : fitted reservoir
    rows : checked 2-D array

    Returns
    -------
    list of (reservoir, 2-D array)

    Examples
    --------
    >>> from reservoir import EchoStateReservoir, NVAR, StackedReservoir
    >>> from reservoir.diagnostics.report.causes import parts_of
    >>> stack = StackedReservoir([EchoStateReservoir(5), NVAR()]).fit([[0.0]])
    >>> [len(series[0]) for _, series in parts_of(stack, [[0.0]])]
    [1, 5]
    """
    return [(part.reservoir, part.X) for part in reservoir.parts(np.asarray(rows, reservoir.dtype_))]


def argument_of(reservoir, rows):
    """Return ``W x`` and ``W_in u``, a row for each of the series from rest, and b: the activation's argument.

    Parameters
    ----------
    reservoir : fitted reservoir, without layers
    rows : checked 2-D array

    Returns
    -------
    recurrent, driven : arrays (n_steps, n_units)
    bias : array (n_units,)
        None instead of all three where the activation has no such argument.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.diagnostics.report.causes import argument_of
    >>> reservoir = EchoStateReservoir(2, degree=2, input_weights=[[1.0], [2.0]], bias=0.5).fit([[3.0]])
    >>> argument_of(reservoir, np.array([[3.0]]))
    (array([[0., 0.]]), array([[3., 6.]]), array([0.5, 0.5]))
    """
    weights = _weights(reservoir)
    if weights is None:
        return None
    recurrent, driven, bias = (part.astype(np.float64) for part in weights)
    inputs, _ = split_elapsed(rows.astype(np.float64), reservoir.elapsed_column_)
    states = reservoir.drive(rows, reservoir.rest())[0]
    before = np.vstack([np.zeros_like(states[:1]), states[:-1]]).astype(np.float64)
    with np.errstate(over="ignore"):
        return (recurrent @ before.T).T, inputs @ driven.T, bias


def _weights(reservoir):
    leaky = isinstance(reservoir, (EchoStateReservoir, CTRNNLiquid, ResidualReservoir))
    gated = isinstance(reservoir, LTCLiquid) and reservoir.synapse_ == "gate" and reservoir.output_map_ is None
    if leaky or gated:
        return reservoir.recurrent_weights_, reservoir.input_weights_, reservoir.bias_
    if isinstance(reservoir, CfCLiquid) and len(reservoir.weights_) == 1 and reservoir.output_map_ is None:
        cell = reservoir.weights_[0]
        (weights, bias), n_inputs = cell.heads[0], cell.n_inputs
        return None if cell.backbone else (weights[:, n_inputs:], weights[:, :n_inputs], bias)
    return None


def own_exponent(reservoir, rows):
    """Return the Lyapunov exponent of a reservoir if no unit received input from another: that of its slowest unit.

    Parameters
    ----------
    reservoir : fitted reservoir
    rows : checked 2-D array

    Returns
    -------
    float or None
        In nats per row, the mean of ``-1 / tau`` (see `time_constants`); None where that is not known.

    Examples
    --------
    >>> from reservoir import CTRNNLiquid
    >>> from reservoir.diagnostics.report.causes import own_exponent
    >>> own_exponent(CTRNNLiquid(tau_range=20.0).fit([[0.0]]), [[0.0]])
    -0.05
    """
    known = [one for part, series in parts_of(reservoir, rows) if (one := _of_slowest(part, series)) is not None]
    return max(known, default=None)


def _of_slowest(reservoir, rows):
    if isinstance(reservoir, SpikingLiquid):
        fading = reservoir.neuron_.time_constants()
        if "tau_membrane" not in fading:  # a neuron without a leak, or with another one
            return None
        slowest = max(map(np.max, (*fading.values(), reservoir.tau_excitatory_, reservoir.tau_inhibitory_)))
        return -reservoir.input_period_ / float(
            max(slowest, reservoir.tau_trace_) if reservoir.output_ == "traces" else slowest
        )
    try:
        tau = time_constants(reservoir, rows).values
    except TypeError:  # liquids with gates, and unknown classes, have no time constants
        return None
    index = reservoir.elapsed_column_
    elapsed = 1.0 if index is None else float(np.mean(rows[:, index]))
    damping = reservoir.diffusion_ if getattr(reservoir, "form_", None) == "antisymmetric" else 1.0
    with np.errstate(divide="ignore"):
        return -elapsed * damping * float(np.mean(1 / tau, axis=0).min())
