"""A fitted spiking liquid as objects of Brian2."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from readouts.types import Array, SeriesLike
from reservoir.interop.brian2_models.brian2_synapses import connect
from reservoir.interop.brian2_models.brian2_units import make_units
from reservoir.interop.brian2_models.every_model import brian2_model
from reservoir.interop.spiking_circuit import check_duration, in_order, read_circuit
from reservoir.kernels.products import project_input
from reservoir.spiking import LIFLiquid, SpikingLiquid
from reservoir.spiking.circuit import SynapseList

LONGEST_HOLD = 1e7  # ms: in Brian2, units spiked 10,000 s before they begin


@dataclass(frozen=True, eq=False)
class Brian2Circuit:
    """What `to_brian2` has made: objects of Brian2, which are Brian2's own in every respect.

    Attributes
    ----------
    network : Network
        Holds all of the following, on a clock of its own. Add monitors of yours to it, and run it: ``brian2.run`` does
        not find what is in it.
    units : NeuronGroup
        With variables ``v``, ``excitatory`` and ``inhibitory``, others of the model, and the constants of every unit.
    recurrent : list of Synapses
        From excitatory and from inhibitory units; of units of Izhikevich, those of each delay by themselves.
    inputs : SpikeGeneratorGroup, TimedArray or None
        What drives the units: spikes, the channels once for every binary digit of their largest number in a row; or the
        currents of all units. None without a series of currents.
    input_synapses : list of Synapses
        From the channels, by positive and by negative weights; none from currents.
    monitor : SpikeMonitor
        The spikes of the units.
    dt : float
        In ms.
    n_steps : int or None
        Steps of the series; None if there is none.
    """

    network: Any
    units: Any
    recurrent: list
    inputs: Any
    input_synapses: list
    monitor: Any
    dt: float
    n_steps: int | None

    def simulate(self, duration: float | None = None) -> None:
        """Run the network, from the beginning of the series or on from where it stands.

        Parameters
        ----------
        duration : float or None, default=None
            In ms; None is that of the whole series.
        """
        from brian2 import ms

        self.network.run(check_duration(duration, self.n_steps, self.dt) * ms, namespace={})

    def spikes(self) -> tuple[Array, Array]:
        """Return (steps, units) of all spikes so far, as ``liquid.spikes(X)`` does."""
        return in_order(np.asarray(self.monitor.t) / (1e-3 * self.dt), self.monitor.i)


def to_brian2(liquid: LIFLiquid | SpikingLiquid, X: SeriesLike | None = None) -> Brian2Circuit:
    """Make a fitted spiking liquid in Brian2: the same units, synapses, delays and input, spike for spike.

    The units are a ``NeuronGroup`` with the equations of the liquid, in mV, nA, uS, ms and R = 1 MOhm; leaky ones::

        dv/dt = (resting - v + R I) / tau_membrane,    I = background_current + drive + excitatory + inhibitory
        dexcitatory/dt = -excitatory / tau_excitatory,    dinhibitory/dt = -inhibitory / tau_inhibitory

    With conductances, ``excitatory`` and ``inhibitory`` are these, and I has ``excitatory (reversal_excitatory - v)``
    and so on. The method is that of the liquid: "exact" for leaky and adaptive leaky units, "exponential_euler" for
    these with conductances, "euler" for adaptive exponential ones. Units of Izhikevich take the half steps of his
    program, by statements. They amplify last digits; so they are numbers in ms, mV and nA, computed in the order of the
    liquid, and ``drive`` holds the background, too. A model of your own is known once its equations are registered, see
    `reservoir.interop.brian2_models.equations.brian2_model`.

    Brian2 finds no exact solution for perfect units, and divides by the difference of two time constants. These units,
    and equal constants, are moved by constants of a step that are computed here, ``by_background`` and so on. Synapses
    with short-term plasticity have the equations of `Markram`, and begin with the same u and r. A row of currents is
    the ``drive`` from its beginning on.

    The spikes are those of ``liquid.spikes(X)``, all of them, in double precision, but for a voltage that meets its
    threshold up to rounding, as that of a perfect unit under a constant current may. Those of units of Izhikevich are
    all the same with Brian2's target "numpy", static synapses, and a spike of a channel in a row at most; else they are
    for some 100 ms in a circuit that fires much. A liquid in single precision rounds by itself, so that its spikes
    differ sooner or later. Traces and other outputs are not made.

    All is on a clock of its own; ``defaultclock`` and the preferences are left alone. To run without a compiler, set
    ``brian2.prefs.codegen.target = "numpy"`` first.

    Parameters
    ----------
    liquid : LIFLiquid or SpikingLiquid
        Fitted, without noise. It starts at rest, with its initial voltages.
    X : 2-D array (n_steps, n_features) or None, default=None
        The series that drives it, currents or spikes. None is no input, for values of your own: spikes by
        ``inputs.set_spikes``, currents by ``units.drive``.

    Returns
    -------
    Brian2Circuit
        ``simulate()`` runs the series, ``spikes()`` returns what ``liquid.spikes(X)`` returns.

    Raises
    ------
    ImportError
        If Brian2 is not installed, or does not run with this NumPy.
    TypeError
        If the liquid is not a spiking one, or no equations are registered for its units.
    ValueError
        If the liquid has noise, or refractory times of more than 10,000 s.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.interop import to_brian2
    >>> u = np.random.RandomState(0).standard_normal((50, 3))
    >>> liquid = LIFLiquid(n_units=40, random_state=0).fit(u)
    >>> circuit = to_brian2(liquid, u)  # doctest: +SKIP
    >>> circuit.simulate()  # doctest: +SKIP
    >>> np.array_equal(circuit.spikes(), liquid.spikes(u))  # doctest: +SKIP
    True
    """
    circuit, X = read_circuit(liquid, X, "to_brian2")
    if circuit.refractory_steps.max() * circuit.dt > LONGEST_HOLD:
        raise ValueError(
            f"'liquid' must have refractory times of at most {LONGEST_HOLD:g} ms for to_brian2, because Brian2's units "
            f"spiked that long before they begin; got {circuit.refractory_steps.max() * circuit.dt:g} ms. "
            "Fit it with a shorter 'refractory'."
        )
    model = brian2_model(circuit.neuron, circuit)
    try:
        import brian2 as b2
    except (ImportError, AttributeError) as error:  # its versions up to 2.9 look for what NumPy 2.4 has removed
        raise ImportError('to_brian2 needs Brian2: pip install "liquid-reservoir[brian2]".') from error
    clock, inputs, input_synapses = b2.Clock(circuit.dt * b2.ms), None, []
    if X is not None and not circuit.as_spikes:
        inputs = _currents(b2, X, circuit, model)
    units = make_units(b2, circuit, model, clock, inputs)
    recurrent = connect(b2, units, units, circuit.recurrent, circuit, model, circuit.markram)
    if circuit.as_spikes:
        inputs, synapses = _channels(b2, X, circuit, clock)
        input_synapses = connect(b2, inputs, units, synapses, circuit, model)
    monitor = b2.SpikeMonitor(units)
    sources = [inputs] if circuit.as_spikes else []
    network = b2.Network(units, *sources, *recurrent, *input_synapses, monitor)
    n_steps = None if X is None else len(X) * circuit.n_substeps
    return Brian2Circuit(network, units, recurrent, inputs, input_synapses, monitor, circuit.dt, n_steps)


def _currents(b2, X, circuit, model):
    """Return the currents of all units in each row, and none after them; in a model of numbers, with the background."""
    weights = np.zeros((circuit.n_features, circuit.n_units))
    weights[circuit.inputs.sources, circuit.inputs.targets] = circuit.inputs.weights
    dt, X = circuit.n_substeps * circuit.dt * b2.ms, np.vstack([X, np.zeros((1, circuit.n_features))])
    if not model.as_numbers:
        return b2.TimedArray(X @ weights * b2.nA, dt=dt)
    currents = np.empty((len(X), circuit.n_units))
    for row, current in zip(X, currents, strict=True):
        project_input(weights, circuit.units["background_current"], row, current)
    return b2.TimedArray(currents, dt=dt)


def _channels(b2, X, circuit, clock):
    """Return the channels and the synapses from them.

    A channel of Brian2 spikes once in a step at most. So there is a group of channels for each binary digit of the
    numbers of spikes, whose weights are twice those of the group before.
    """
    counts = np.zeros((0, circuit.n_features), np.int64) if X is None else X.astype(np.int64)
    n_digits = max(int(counts.max(initial=0)).bit_length(), 1)
    digits = np.concatenate([counts >> digit & 1 for digit in range(n_digits)], axis=1)
    rows, indices = np.nonzero(digits)
    times = rows * circuit.n_substeps * circuit.dt * b2.ms
    channels = b2.SpikeGeneratorGroup(digits.shape[1], indices, times, clock=clock)
    once = circuit.inputs
    groups = [
        once._replace(sources=once.sources + digit * circuit.n_features, weights=once.weights * 2.0**digit)
        for digit in range(n_digits)
    ]
    return channels, SynapseList(*map(np.concatenate, zip(*groups, strict=True)))
