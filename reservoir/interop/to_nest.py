"""A fitted spiking liquid as nodes and connections of NEST."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from readouts.types import Array, SeriesLike
from reservoir.interop.nest_models import NestModel, nest_model_of
from reservoir.interop.spiking_circuit import SpikingCircuit, check_duration, in_order, read_circuit
from reservoir.spiking import LIFLiquid, SpikingLiquid

BEFORE_INPUT = 2  # steps: the first current of a generator moves units in the third step
LONGEST_HOLD = 2**30  # steps


@dataclass(frozen=True, eq=False)
class NestCircuit:
    """What `to_nest` has made: nodes of NEST's kernel, which are NEST's own in every respect.

    Attributes
    ----------
    units : NodeCollection (n_units,)
        ``iaf_psc_exp``, ``gif_psc_exp`` or ``izhikevich``. The first two are ``..._multisynapse`` with receptors 1
        (excitatory) and 2 (inhibitory) where a weight has not the sign of its source. Where there is a series, their
        thresholds are infinite until `begin`.
    inputs : NodeCollection (n_features,)
        ``step_current_generator``, in 1000 times X (X as it is for ``izhikevich``), or ``spike_generator``, connected
        by the input weights. They are silent where there is no series.
    recorder : NodeCollection
        The ``spike_recorder`` of the units.
    dt : float
        Resolution in ms.
    n_steps : int or None
        Steps of the series; None if there is none.
    first_step : int
        Steps that NEST takes before the first one of the series, because what a generator sends acts two steps later:
        2, or 0 without a series. Step k of the liquid ends at ``(first_step + k + 1) * dt``, the stamp of its spikes.
    start : dict
        ``V_m``, the threshold and so on, to which `begin` sets the units.
    threshold : str
        The name that NEST has for the threshold, such as ``V_th``.
    """

    units: Any
    inputs: Any
    recorder: Any
    dt: float
    n_steps: int | None
    first_step: int
    start: dict[str, Array] = field(repr=False)
    threshold: str = "V_th"

    def begin(self) -> None:
        """Let NEST take the steps before the series, then set the voltages and thresholds of the units.

        `simulate` begins by itself. Where you call ``nest.Simulate``, begin before, with each of the circuits if there
        are several, and before you change thresholds. To begin once more does nothing.
        """
        import nest

        passed = round(nest.biological_time / self.dt)
        if self._has_begun():
            if passed < self.first_step:
                raise RuntimeError(
                    "'begin' must be called before the thresholds of the units are changed, as it sets them. Call "
                    "nest.ResetKernel(), to_nest and begin(), and change V_th then."
                )
            return
        if passed not in (0, self.first_step):
            raise RuntimeError(
                f"'begin' must be called before NEST simulates; its clock stands at {nest.biological_time:g} ms. "
                "Call nest.ResetKernel() and to_nest again."
            )
        if passed == 0:
            nest.Simulate(self.first_step * self.dt)
        self.units.set(**self.start)

    def simulate(self, duration: float | None = None) -> None:
        """Let NEST simulate all of its kernel, from the beginning of the series or from where it stands.

        Parameters
        ----------
        duration : float or None, default=None
            In ms; None is that of the whole series.
        """
        import nest

        duration = check_duration(duration, self.n_steps, self.dt)
        self.begin()
        if duration:
            nest.Simulate(duration)

    def spikes(self) -> tuple[Array, Array]:
        """Return (steps, units) of all spikes so far, as ``liquid.spikes(X)`` does."""
        if not self._has_begun():
            raise RuntimeError("'begin' or 'simulate' must be called before 'spikes'.")
        events = self.recorder.events
        return in_order(
            np.asarray(events["times"]) / self.dt - 1 - self.first_step,
            np.asarray(events["senders"]) - self.units[0].global_id,
        )

    def _has_begun(self):
        return not self.first_step or bool(np.any(np.isfinite(self.units.get(self.threshold))))


def to_nest(liquid: LIFLiquid | SpikingLiquid, X: SeriesLike | None = None) -> NestCircuit:
    """Make a fitted spiking liquid in NEST: the same units, synapses, delays and input, spike for spike.

    Each leaky unit becomes an ``iaf_psc_exp``, which has the same equations with a resistance of 1 MOhm::

        tau_m = tau_membrane,     C_m = 1000 tau_membrane (pF),    I_e = 1000 background_current (pA)
        tau_syn_ex = tau_excitatory,  tau_syn_in = tau_inhibitory,  E_L = resting,  V_th = threshold,  V_reset = reset
        t_ref = (refractory_steps - 1) dt,    weight = 1000 recurrent_weights (pA),    delay = its steps * dt

    A refractory unit of NEST is clamped for a step more, and a spike is stamped at the end of its step; that is taken
    into account. Static synapses become ``static_synapse``; those with short-term plasticity ``tsodyks2_synapse``,
    which has the equations of `Markram` and begins with the same u and r. A perfect unit has ``tau_m`` of 2**53 dt,
    whose leak is the last bit of a step, and ``C_m = 1000 capacitance`` (pF). An adaptive leaky unit is a
    ``gif_psc_exp``, whose random spikes come at a threshold where ``Delta_V`` is 1e-12 mV. A unit of Izhikevich is an
    ``izhikevich`` without ``consistent_integration``, weights and currents being as they are; it amplifies the last
    digits of sums, which NEST adds in an order of its own, so that in a circuit that fires much the spikes agree for
    some 100 ms. NEST integrates its models with conductances, and adaptive exponential ones, by steps of other sizes;
    they are refused.

    The spikes are those of ``liquid.spikes(X)``, all of them, in double precision, but for a voltage that meets its
    threshold up to rounding, as that of a perfect unit under a constant current may. A liquid in single precision
    rounds by itself, so that its spikes differ sooner or later. Traces and other outputs are not made.

    The kernel is not reset. An empty one is given the resolution ``dt``, one with nodes must have it.

    Parameters
    ----------
    liquid : LIFLiquid, or SpikingLiquid of leaky, perfect, adaptive leaky or Izhikevich units
        Fitted, without noise, with synaptic currents. It starts at rest, with its initial voltages.
    X : 2-D array (n_steps, n_features) or None, default=None
        The series that drives it, currents or spikes. None leaves the generators silent, for values of your own.

    Returns
    -------
    NestCircuit
        ``simulate()`` runs the series, ``spikes()`` returns what ``liquid.spikes(X)`` returns.

    Raises
    ------
    ImportError
        If NEST is not installed.
    TypeError
        If the liquid is not a spiking one, or its units are of another kind.
    ValueError
        If the liquid has noise, conductances, a recurrent delay of less than a step, which NEST does not have, a
        refractory time of more than 2**30 steps, a synaptic time constant below dt / 700, or a ``dt`` that is no whole
        number of NEST's tics, or another than the resolution of a kernel with nodes; or if NEST has simulated already.
        If adaptive leaky units have refractory times of less than two steps, or keep an overshoot, or units of
        Izhikevich have any refractory time, or synaptic time constants above dt / 40.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import LIFLiquid
    >>> from reservoir.interop import to_nest
    >>> u = np.random.RandomState(0).standard_normal((50, 3))
    >>> liquid = LIFLiquid(n_units=40, random_state=0).fit(u)
    >>> circuit = to_nest(liquid, u)  # doctest: +SKIP
    >>> circuit.simulate()  # doctest: +SKIP
    >>> np.array_equal(circuit.spikes(), liquid.spikes(u))  # doctest: +SKIP
    True
    """
    circuit, X = read_circuit(liquid, X, "to_nest")
    model = nest_model_of(circuit)
    _check_steps(circuit, model)
    try:
        import nest
    except ImportError as error:
        raise ImportError('to_nest needs NEST: pip install "liquid-reservoir[nest]".') from error
    _prepare_kernel(nest, circuit.dt)
    by_sign = bool(np.all(circuit.recurrent.weights * (1 - 2 * circuit.recurrent.currents) >= 0))
    units, recorder = _make_units(nest, circuit, model, by_sign), nest.Create("spike_recorder")
    inputs = nest.Create("spike_generator" if circuit.as_spikes else "step_current_generator", circuit.n_features)
    _connect(nest, circuit, model, units, inputs, by_sign)
    nest.Connect(units, recorder, syn_spec={"delay": circuit.dt})
    first_step = 0 if X is None else BEFORE_INPUT
    if X is None:
        units.set(**model.start)
    elif circuit.as_spikes:
        _send_spikes(inputs, X, circuit)
    else:
        _send_currents(inputs, model.scale * X, circuit)
    n_steps = None if X is None else len(X) * circuit.n_substeps
    return NestCircuit(units, inputs, recorder, circuit.dt, n_steps, first_step, model.start, model.threshold)


def _check_steps(circuit: SpikingCircuit, model: NestModel) -> None:
    """Raise an error that names what NEST's connections and counters are not."""
    dt = circuit.dt
    if np.any(circuit.recurrent.delays + model.later < 1):
        raise ValueError(
            f"'liquid' must have delays of at least one step, dt={dt:g} ms, for to_nest, because NEST has no shorter "
            "ones; got a delay of 0 steps. Fit it with longer delays, or use to_brian2."
        )
    if circuit.refractory_steps.max() > LONGEST_HOLD:
        raise ValueError(
            f"'liquid' must have refractory times of at most 2**30 steps for to_nest; got "
            f"{circuit.refractory_steps.max()}. Fit it with a shorter 'refractory'."
        )


def _prepare_kernel(nest, dt):
    """Set the resolution of an empty kernel, or raise ValueError if the kernel is of no use as it is."""
    if nest.biological_time > 0:
        raise ValueError(
            "'liquid' must be brought to NEST before it simulates; its clock stands at "
            f"{nest.biological_time:g} ms. Call nest.ResetKernel() first."
        )
    if abs(nest.resolution - dt) <= 1e-9 * dt:
        return
    if nest.network_size:
        raise ValueError(
            f"'liquid' must have the resolution of NEST's kernel, which has nodes already, {nest.resolution:g} ms; got "
            f"dt={dt:g} ms. Call nest.ResetKernel() first, or fit the liquid with that dt."
        )
    tics = dt * nest.tics_per_ms
    if abs(tics - round(tics)) > 1e-9 * tics or round(tics) < 1:
        raise ValueError(
            f"'liquid' must have a dt of a whole number of NEST's tics, {1 / nest.tics_per_ms:g} ms; got dt={dt:g} ms. "
            "Fit it with another 'dt', or let nest.set(tics_per_ms=..., resolution=...) follow nest.ResetKernel()."
        )
    nest.resolution = dt


def _make_units(nest, circuit, model, by_sign):
    """Create the units, with infinite thresholds."""
    alike = {name: values for name, values in model.constants.items() if np.ndim(values) < 2}
    lists = {name: values for name, values in model.constants.items() if np.ndim(values) == 2}
    name = model.name
    if model.has_receptors and not by_sign:
        name += "_multisynapse"
        lists["tau_syn"] = np.stack([alike.pop("tau_syn_ex"), alike.pop("tau_syn_in")], axis=1)
    units = nest.Create(name, circuit.n_units, alike | {model.threshold: np.inf})
    if lists:  # NEST takes these unit by unit
        units.set([{key: values[unit].tolist() for key, values in lists.items()} for unit in range(circuit.n_units)])
    return units


def _connect(nest, circuit, model, units, inputs, by_sign):
    """Connect the units and the inputs to them."""
    recurrent, markram, by_sign = circuit.recurrent, circuit.markram, by_sign or not model.has_receptors
    spec = {"weight": model.scale * recurrent.weights, "delay": (recurrent.delays + model.later) * circuit.dt}
    if markram is not None:
        spec |= {
            "U": markram.utilization, "tau_rec": markram.tau_depression, "tau_fac": markram.tau_facilitation,
            "u": markram.use, "x": markram.resource,
        }  # fmt: skip
    receptors = np.zeros_like(recurrent.currents) if by_sign else recurrent.currents + 1
    synapse_model = "static_synapse" if markram is None else "tsodyks2_synapse"
    _connect_pairs(nest, units, units, recurrent, spec | {"receptor_type": receptors, "synapse_model": synapse_model})
    inward = circuit.inputs
    spec = {"weight": inward.weights * (model.scale if circuit.as_spikes else 1.0)}
    receptors = inward.currents + 1 if circuit.as_spikes and not by_sign else np.zeros_like(inward.currents)
    later = 1 + model.later if circuit.as_spikes else 1
    spec |= {"delay": (inward.delays + later) * circuit.dt}
    spec |= {"receptor_type": receptors, "synapse_model": "static_synapse"}
    _connect_pairs(nest, inputs, units, inward, spec)


def _connect_pairs(nest, sources, targets, synapses, spec):
    if len(synapses.sources):  # NEST does not take empty arrays
        first = sources[0].global_id, targets[0].global_id
        nest.Connect(first[0] + synapses.sources, first[1] + synapses.targets, "one_to_one", spec)


def _send_currents(inputs, X, circuit):
    """Give the generators the rows of X, and zeros after them; a current acts two steps after it is stamped..."""
    steps = np.arange(len(X) + 1) * circuit.n_substeps + 1
    amplitudes = np.vstack([X, np.zeros((1, X.shape[1]))])
    times = (steps * circuit.dt).tolist()
    inputs.set([{"amplitude_times": times, "amplitude_values": column.tolist()} for column in amplitudes.T])


def _send_spikes(inputs, X, circuit):
    """Give the generators the spikes of X.

    A spike of stamp s is sent in step s - 1 and takes a step more than in the liquid, whose delays may be 0.
    """
    for channel, counts in zip(inputs, X.T, strict=True):
        rows = np.flatnonzero(counts)
        steps = rows * circuit.n_substeps + BEFORE_INPUT
        channel.set(spike_times=(steps * circuit.dt).tolist(), spike_multiplicities=counts[rows].astype(int).tolist())
