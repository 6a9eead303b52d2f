"""What `to_nir` notes beside a graph, and `from_nir` takes for what it is not told."""

from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.interop.nir_graph.conversions import milliseconds

WRITER = "liquid-reservoir"


def graph_notes(dt: float, integrator: str, input_period: float) -> dict[str, Any]:
    """Return the metadata of a graph, with times in seconds."""
    return {"writer": WRITER, "dt": dt, "integrator": integrator, "input_period": input_period}


def read_graph_notes(graph: Any) -> dict[str, Any]:
    """Return the same of a graph, with times in ms; nothing where another library wrote it."""
    metadata = graph.metadata if isinstance(graph.metadata, dict) else {}
    if metadata.get("writer") != WRITER or not {"dt", "integrator", "input_period"} <= metadata.keys():
        return {}
    times = {name: float(milliseconds(metadata[name])) for name in ("dt", "input_period")}
    return times | {"integrator": str(metadata["integrator"])}


def unit_notes(initial_voltage: Array) -> dict[str, Any]:
    """Return the metadata of the spiking node: its state before the first step."""
    return {"initial_voltage": initial_voltage}


def read_initial_voltage(node: Any, n_units: int) -> Array:
    """Return the voltages (n_units,) before the first step: 0 where nothing is noted."""
    metadata = node.metadata if isinstance(node.metadata, dict) else {}
    initial = np.asarray(metadata.get("initial_voltage", 0.0), np.float64).ravel()
    return np.broadcast_to(initial if len(initial) == n_units else np.zeros(1), n_units).copy()
