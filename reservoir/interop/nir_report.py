"""What a graph of NIR keeps of a spiking liquid: property by property, faithful, approximate or refused."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted

from readouts.at_once import snapshot
from reservoir.checks.arguments import check_choice
from reservoir.checks.headline import Headline, html_of, number, text_of
from reservoir.interop.nir_graph.exported_layer import INTEGRATORS, Integrator, exported_layer
from reservoir.spiking import LeakyIntegrateAndFire, PerfectIntegrateAndFire, SpikingLiquid

FAITHFUL, APPROXIMATE, REFUSED = "faithful", "approximate", "refused"


class NIRProperty(NamedTuple):
    """How much of one property of a liquid a graph keeps.

    Parameters
    ----------
    verdict : {"faithful", "approximate", "refused"}
    amount : float
        The most that a unit is off, 0 where it is faithful.
    unit : str
        That of the amount, such as "ms".
    how : str
        How the graph says it, or what to do.
    """

    verdict: str
    amount: float
    unit: str
    how: str


@dataclass(frozen=True, eq=False)
class NIRReport:
    """What a graph of NIR keeps of a liquid, as returned by `nir_report`.

    Parameters
    ----------
    properties : dict from str to named tuple
        By name ``verdict``, "faithful", "approximate" or "refused"; ``amount``, the most that a unit is off; its
        ``unit``, such as "ms"; and ``how`` the graph says it, or what to do.
    integrator : {"exact", "euler"}
        With which the graph is to be run, see `to_nir`.
    dt : float
        The time step with which the graph gives the spikes of the liquid, in seconds.
    """

    properties: dict[str, NIRProperty]
    integrator: Integrator
    dt: float

    __repr__ = text_of
    _repr_html_ = html_of

    @property
    def headline(self) -> Headline:
        """What is printed: its title, and what is not faithful."""
        lost = {name: one for name, one in self.properties.items() if one.verdict != FAITHFUL}
        kept = len(self.properties) - len(lost)
        rows = [("faithful", f"{kept} of {len(self.properties)}", "properties")]
        rows += [
            (name, " ".join((one.verdict, number(one.amount), one.unit)).strip(), one.how) for name, one in lost.items()
        ]
        return Headline(f"NIR graph for {self.integrator} integration in steps of {self.dt:g} s", rows)


def nir_report(liquid: SpikingLiquid, *, integrator: Integrator = "exact") -> NIRReport:
    """Return what a graph of NIR can keep of a fitted spiking liquid.

    NIR has neither a refractory time nor a voltage to begin with, neither noise nor plasticity of synapses. nir is not
    needed to ask.

    Parameters
    ----------
    liquid : fitted LIFLiquid or SpikingLiquid
    integrator : {"exact", "euler"}, default="exact"
        As for `to_nir`.

    Returns
    -------
    NIRReport

    Raises
    ------
    TypeError
        If ``liquid`` is no spiking liquid.
    NotFittedError
        If it is not fitted.

    Examples
    --------
    >>> from reservoir import LIFLiquid
    >>> from reservoir.interop import nir_report
    >>> liquid = LIFLiquid(20, refractory=3.0, random_state=0).fit([[0.0]])
    >>> nir_report(liquid)
    NIR graph for exact integration in steps of 0.001 s
    faithful     11 of 12         properties
    refractory   approximate 3 ms   not in NIR: units may fire that much earlier; only from_nir knows it
    """
    if not isinstance(liquid, SpikingLiquid):
        found = f"the class {liquid.__name__}" if isinstance(liquid, type) else type(liquid).__name__
        raise TypeError(
            f"'liquid' must be a fitted LIFLiquid or SpikingLiquid; got {found}. Pass the liquid of a composite, such "
            "as model.reservoir_; NIR knows no other reservoirs."
        )
    check_is_fitted(liquid)
    check_choice("integrator", integrator, INTEGRATORS)
    liquid = snapshot(liquid)
    neuron = _neuron(liquid)
    begin = _initial_voltage(liquid, integrator) if neuron.verdict == FAITHFUL else neuron
    properties = {
        "neuron": neuron,
        "initial_voltage": begin,
        "background_current": _faithful("in v_leak, or in the bias of units without leak"),
        "refractory": _refractory(liquid),
        "recurrent_weights": _faithful("Linear, by the sign of a weight"),
        "inhibitory": _faithful("by the signs of the weights, or by a node LI of its own"),
        "synaptic_currents": _currents(liquid),
        "delays": _faithful("Delay, in whole steps as the liquid rounds them"),
        "short_term_plasticity": _plasticity(liquid),
        "noise": _noise(liquid),
        "input": _faithful(_input(liquid)),
        "output": _faithful("spikes, from which traces and counts follow"),
    }
    return NIRReport(properties, integrator, liquid.dt_ / 1000)


def _faithful(how):
    return NIRProperty(FAITHFUL, 0.0, "", how)


def _neuron(liquid):
    neuron = liquid.neuron_
    if isinstance(neuron, (LeakyIntegrateAndFire, PerfectIntegrateAndFire)):
        return _faithful("LIF or CubaLIF" if isinstance(neuron, LeakyIntegrateAndFire) else "IF")
    known = "NIR knows LeakyIntegrateAndFire and PerfectIntegrateAndFire"
    how = f"{known}, not {type(neuron).__name__}; to_brian2 and to_c know more"
    return NIRProperty(REFUSED, float(liquid.n_units_), "units", how)


def _currents(liquid):
    if liquid.synapses_ is None:
        return _faithful("CubaLIF where a unit has one, else a node LI for each current")
    return NIRProperty(REFUSED, float(liquid.n_units_), "units", "NIR knows no conductances; fit with synapses=None")


def _initial_voltage(liquid, integrator):
    initial = exported_layer(liquid, integrator).initial_voltage
    furthest = float(np.abs(initial).max())
    if furthest == 0:
        return _faithful("0 in the voltages of the graph, where its state begins")
    unit = "mV" if integrator == "exact" else "of reset to threshold"
    return NIRProperty(APPROXIMATE, furthest, unit, "not in NIR, where it is 0; only from_nir knows it")


def _refractory(liquid):
    lost = liquid.refractory_steps_ > 1  # in the step after a spike a unit may spike again
    if not lost.any():
        return _faithful("none beyond a step")
    longest = float(liquid.refractory_[lost].max())
    return NIRProperty(
        APPROXIMATE, longest, "ms", "not in NIR: units may fire that much earlier; only from_nir knows it"
    )


def _plasticity(liquid):
    if liquid.short_term_plasticity_ is None:
        return _faithful("none, or static: in the weights")
    n_synapses = float(liquid.recurrent_weights_.nnz)
    return NIRProperty(REFUSED, n_synapses, "synapses", "NIR has only static ones, as of Markram(..., static=True)")


def _noise(liquid):
    if not liquid.noise_.any():
        return _faithful("none")
    return NIRProperty(REFUSED, float(liquid.noise_.max()), "nA", "NIR has none; set noise=0")


def _input(liquid):
    if liquid.input_ == "current":
        return f"Linear into the units; a row is held for {liquid.n_substeps_} steps"
    return f"Linear into the synapses; a row comes in the first of {liquid.n_substeps_} steps"
