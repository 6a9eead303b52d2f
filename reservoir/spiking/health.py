"""Is a spiking liquid healthy on the data it was fitted to? If not: which scale to change, and by how much."""

import warnings
from bisect import bisect_left
from typing import NamedTuple

import numpy as np

from reservoir.checks.stack_level import stack_level
from reservoir.spiking.arrangement import arrange_motion, arrange_source
from reservoir.topology import Topology

LONG_ENOUGH, ENOUGH = 100.0, 1000.0  # ms of data to judge by: at least, and at most
SILENT, AWAKE = 0.05, 1.0  # Hz: a liquid below the first is silent; a remedy of that must reach the second
CALM, FAST = 30.0, 50.0  # Hz: a liquid above the second may be in a seizure; a remedy of that must stay below the first
FULL = 0.25  # share of the highest possible rate; even the largest inputs of mean 0 drive units to 0.3 of it only
HIGHEST = 1000.0  # Hz: units that are never refractory may be saturated on any grid, so that its rate does not count
SEIZURE = 5.0  # times the rate without recurrence
FACTORS = 2.0 ** (np.arange(1, 41) / 4)  # a remedy is looked for up to a factor of 1000, in steps of 19 %
FAR = (0.5, 1.0, 2.0, 4.0, 16.0, 256.0)  # times the present background, or the way to the threshold


class LiquidHealthWarning(UserWarning):
    """A spiking liquid is silent, saturated or epileptic on the data it was fitted to."""


class Ailment(NamedTuple):
    """What is wrong: ``word`` is "silent", "saturated" or "epileptic", ``detail`` says by which rates."""

    word: str
    detail: str


class Advice(NamedTuple):
    """What to do, and the parameter and factor where one factor will do."""

    text: str
    parameter: str | None = None
    factor: float | None = None


def warn_of_health(liquid, series):
    """Warn if a fitted liquid is not healthy on the first second of the series; see `find_ailment`."""
    probe = Probe(liquid, series)
    ailment = find_ailment(probe)
    if ailment is not None:
        what = f"On the first second of its data the liquid is {ailment.word}: {ailment.detail}."
        warnings.warn(f"{what} {find_remedy(probe, ailment).text}.", LiquidHealthWarning, stack_level())


def find_ailment(probe):
    """Return what is wrong with a liquid on its data, or None.

    Silent: hardly a spike, though there is input. Saturated: units fire at a quarter of the rate that their refractory
    time allows, or more, or of 1000 Hz. Epileptic: the liquid drives itself, firing at over 50 Hz and five times as
    fast as without its recurrent synapses.
    """
    if probe.duration < LONG_ENOUGH:
        return None
    rate, fastest = probe.rate(), probe.highest_rate()
    if rate < SILENT and any(one.any() for one in probe.series):
        return Ailment("silent", "no unit spikes" if rate == 0 else f"its units fire at {rate:.2g} Hz on average")
    full = FULL * min(fastest, HIGHEST)
    if rate >= full and full * probe.duration > 1000:  # one spike of each unit proves nothing
        return Ailment("saturated", f"its units fire at {rate:.3g} Hz on average, of at most {fastest:.3g}")
    if rate > FAST and rate > SEIZURE * (alone := probe.rate(recurrent=0)):
        return Ailment("epileptic", f"it fires at {rate:.0f} Hz, {alone:.1f} Hz without its recurrent synapses")
    return None


def look_over(liquid, series):
    """Return the probe of a series in which a liquid is not healthy, and the ailment; None if it is healthy.

    What `warn_of_health` warns of on the first second counts as well, but for silence, which ends where spikes come
    later.
    """
    for enough, where in ((np.inf, ""), (ENOUGH, "on the first second ")):
        probe = Probe(liquid, [series], enough)
        ailment = find_ailment(probe)
        if ailment is not None and not (where and ailment.word == "silent"):
            return probe, Ailment(ailment.word, where + ailment.detail)
    return None


def find_remedy(probe, ailment):
    """Return which scale to change, and by how much, as runs of the liquid show."""
    if ailment.word == "silent":
        return _wake(probe)
    return _calm(probe, min(CALM, FULL * probe.highest_rate()) if ailment.word == "saturated" else CALM)


class Probe:
    """The liquid's firing rate on the first second of its data, or more of it, with input and recurrence scaled."""

    def __init__(self, liquid, series, enough=ENOUGH):
        self.liquid, self.series, self.duration = liquid, [], 0.0
        for one in series:
            n_rows = np.ceil((enough - self.duration) / liquid.input_period_)
            if n_rows <= 0:
                break
            self.series.append(one[: int(min(n_rows, len(one)))])
            self.duration += len(self.series[-1]) * liquid.input_period_

    def rate(self, input=1.0, recurrent=1.0, background=None):
        """Return the spikes a second of a unit, with weights times these factors, and one background current in nA.

        It is NaN, neither too low nor too high, where the state overflows.
        """
        program = self.liquid.program_
        circuit, source = program.circuit, program.source
        weights = circuit.weights.copy()
        n_recurrent = circuit.starts[self.liquid.n_units_ * len(circuit.delays)]
        with np.errstate(over="ignore"):  # a factor that makes weights overflow is no remedy
            weights[:n_recurrent] *= recurrent
            weights[n_recurrent:] *= input
            source = source._replace(input_weights=source.input_weights * weights.dtype.type(input))
        if background is not None:
            source = source._replace(background=self._pushed(background))
        liquid = self.liquid.with_program(program._replace(circuit=circuit._replace(weights=weights), source=source))
        runs = [liquid.simulate(one, liquid.rest(), capacity=0) for one in self.series]
        finite = all(np.isfinite(part).all() for _, state, _ in runs for part in state[1:])
        n_spikes = sum(events[2] for _, _, events in runs)
        return 1000 * n_spikes / (liquid.n_units_ * self.duration) if finite else np.nan

    def _pushed(self, background):
        """Return how a background current moves the units in a step, as the program holds it."""
        liquid, synapses, dtype = self.liquid, self.liquid.synapses_, self.liquid.dtype_
        taus = liquid.tau_excitatory_.astype(float), liquid.tau_inhibitory_.astype(float)
        reversals = () if synapses is None else (synapses.reversal_excitatory, synapses.reversal_inhibitory)
        reversals = [values.astype(float) for values in reversals]
        motion, _ = arrange_motion(liquid.neuron_, liquid.dt_, taus, reversals, dtype)
        return arrange_source(
            motion, liquid.input_weights_, np.full(liquid.n_units_, background), False, dtype
        ).background

    def highest_rate(self):
        """Return the mean rate of units that spike in the first step and as soon as they may from then on."""
        apart = np.maximum(self.liquid.refractory_steps_, 1)
        n_steps = (len(one) * round(self.liquid.input_period_ / self.liquid.dt_) for one in self.series)
        n_spikes = sum(float(np.mean((n - 1) // apart + 1)) for n in n_steps)
        return 1000 * n_spikes / self.duration

    def name_of(self, scale):
        """Return the parameter that the weights of this scale, "input" or "recurrent", follow from."""
        given = f"{scale}_weights"
        fitted_with = self.liquid.unfitted()
        if getattr(fitted_with, given) is not None:
            return given
        graph_is_matrix = not isinstance(fitted_with.topology, (str, Topology))
        return "topology" if scale == "recurrent" and graph_is_matrix else f"{scale}_scaling"

    def name_of_constant(self, name):
        """Return a constant of the units by the name that ``set_params`` takes, or None if it takes none."""
        names = self.liquid.unfitted().get_params(deep=True)
        return next((one for one in (name, f"neuron__{name}") if one in names), None)


def _wake(probe):
    for factor in FACTORS:
        if probe.rate(input=factor) >= AWAKE:
            return _multiply(probe.name_of("input"), factor)
    why, current = "More input does not wake it", _find_background(probe, 1, lambda rate: rate >= AWAKE)
    return _set_background(why, "raise", current) if current is not None else _of_neuron(probe, why, "raise", "lower")


def _calm(probe, calm):
    for scale in ("recurrent", "input"):
        if probe.rate(**{scale: 0.0}) < calm:
            # By bisection, for a run of a liquid in a seizure takes long: this factor will do, the one before not.
            place = bisect_left(FACTORS, True, key=lambda factor: probe.rate(**{scale: 1 / factor}) < calm)
            if place == len(FACTORS):
                return Advice(f"Multiply '{probe.name_of(scale)}' by less than {1 / FACTORS[-1]:.2g}")
            if probe.rate(**{scale: 1 / FACTORS[place]}) >= SILENT:  # a seizure may have no calm beside it but silence
                return _multiply(probe.name_of(scale), 1 / FACTORS[place])
    by_itself = probe.rate(input=0.0, recurrent=0.0) >= calm
    why = (
        "It fires without input and recurrence"
        if by_itself
        else "Lowering its input or its recurrence alone does not help"
    )
    current = _find_background(probe, -1, lambda rate: rate < calm)
    if current is not None and probe.rate(background=current) >= SILENT:
        return _set_background(why, "lower", current)
    return _of_neuron(probe, why, "lower", "raise") if by_itself else Advice(f"{why}: lower both")


def _find_background(probe, sense, is_well):
    """Return the background current in nA, the nearest to the present ones, with which a rate is well, or None.

    It is looked for among higher currents, where ``sense`` is 1, or lower ones, where it is -1.
    """
    bad = float(np.mean(probe.liquid.background_current_))
    span = sense * max(abs(bad), float(np.mean(probe.liquid.neuron_.reach())))
    well = next((bad + far * span for far in FAR if is_well(probe.rate(background=bad + far * span))), None)
    if well is None:
        return None
    for _ in range(8):
        middle = (bad + well) / 2
        bad, well = (bad, middle) if is_well(probe.rate(background=middle)) else (middle, well)
    rounded = float(f"{well:.3g}")
    return rounded if is_well(probe.rate(background=rounded)) else well


def _set_background(why, how, current):
    return Advice(f"{why}: {how} 'background_current' to about {current:.3g} nA")


def _of_neuron(probe, why, how, otherwise):
    """Return an advice that names all parameters that might help, of which none was found to do so."""
    noise = " or 'noise'" if how == "lower" and np.any(probe.liquid.noise_) else ""
    threshold = probe.name_of_constant("threshold")
    more = "" if threshold is None else f", or {otherwise} '{threshold}'"
    return Advice(f"{why}: {how} 'background_current'{noise}{more}")


def _multiply(name, factor):
    return Advice(f"Multiply '{name}' by about {factor:.2g}", name, factor)
