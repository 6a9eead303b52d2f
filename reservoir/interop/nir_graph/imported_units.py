"""The spiking node of a graph as constants of a neuron of the library."""

from typing import Any, NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.interop.nir_graph.conversions import milliseconds, smallest_above
from reservoir.interop.nir_graph.flat_graph import kind
from reservoir.interop.nir_graph.metadata import read_unit_notes
from reservoir.interop.nir_graph.signal_paths import numbers
from reservoir.spiking import LeakyIntegrateAndFire, PerfectIntegrateAndFire

FADES_AT_ONCE = 1000.0  # time constants in a step, after which nothing is left in double precision


class ImportedUnits(NamedTuple):
    """Units, and what a current of the graph is here.

    ``neuron`` has arrays (n_units,) of constants. V gains ``per_step`` (n_units,) by a current of 1 of the graph in a
    step, and a current of 1 is one of ``in_nanoampere`` (n_units,) nA here. ``refractory`` (n_units,) are in ms.
    """

    neuron: LeakyIntegrateAndFire | PerfectIntegrateAndFire
    per_step: Array
    in_nanoampere: Array
    refractory: Array


def imported_units(node: Any, n_units: int, dt: float, integrator: str, dtype: str) -> ImportedUnits:
    """Return what a node IF, LIF or CubaLIF is, with ``dt`` in ms."""
    fields = {name: per_unit(name, numbers(node, name), n_units) for name in ("r", "v_threshold", "v_reset")}
    if np.any(fields["v_reset"] >= fields["v_threshold"]):
        raise ValueError("'graph' must have v_reset below v_threshold in every unit; raise the one or lower the other.")
    constants = {"threshold": smallest_above(fields["v_threshold"], dtype), "reset": fields["v_reset"]}
    constants["initial_voltage"], refractory = read_unit_notes(node, n_units)
    resistance = fields["r"]
    if kind(node) == "IF":
        if np.any(resistance <= 0):
            raise ValueError(f"'graph' must have r above 0 in every IF; got {resistance.min():g}.")
        neuron = PerfectIntegrateAndFire(capacitance=1000 / resistance, **constants)
        return ImportedUnits(neuron, resistance * dt / 1000, np.ones(n_units), refractory)
    name = "tau_mem" if kind(node) == "CubaLIF" else "tau"
    tau = time_constant(per_unit(name, numbers(node, name), n_units), dt, integrator, "membrane")
    neuron = LeakyIntegrateAndFire(tau, resting=per_unit("v_leak", numbers(node, "v_leak"), n_units), **constants)
    return ImportedUnits(neuron, resistance * -np.expm1(-dt / tau), resistance, refractory)


def time_constant(tau: Array, dt: float, integrator: str, what: str) -> Array:
    """Return time constants in ms for exact integration, from those of a graph in seconds.

    Euler's rule keeps ``1 - dt / tau`` in a step, exact integration ``exp(-dt / tau)``.
    """
    if np.any(tau <= 0):
        raise ValueError(f"'graph' must have time constants above 0; got {tau.min():g} s of a {what}.")
    tau = milliseconds(tau)
    if integrator == "exact":
        return tau
    ratio = dt / tau
    if np.any(ratio > 1 + 1e-6):
        raise ValueError(
            f"'graph' must have time constants of at least dt={dt:g} ms for integrator='euler'; got {tau.min():g} ms "
            f"of a {what}. Norse 1.1.0 writes them 1000 times too small: pass dt=1.0 to its to_nir."
        )
    with np.errstate(divide="ignore"):
        return np.where(ratio < 1 - 1e-6, -dt / np.log1p(-np.minimum(ratio, 1.0)), dt / FADES_AT_ONCE)


def per_unit(field: str, values: Array, n_units: int) -> Array:
    """Return a field of a node, a number or one for each unit, as an array (n_units,)."""
    if values.size not in (1, n_units):
        raise ValueError(f"'graph' must have one {field} or {n_units}, one for each unit; got {values.size}.")
    return np.broadcast_to(values.ravel(), n_units).copy()
