"""What `to_nir` notes beside a graph, and `from_nir` takes for what it is not told."""

from typing import Any

import numpy as np

from readouts.types import Array
from reservoir.interop.nir_graph.conversions import milliseconds, seconds

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


def unit_notes(initial_voltage: Array, refractory: Array) -> dict[str, Any]:
    """Return the metadata of the spiking node: voltages before the first step, and in seconds its refractory times."""
    return {"writer": WRITER, "initial_voltage": initial_voltage, "refractory": seconds(refractory)}


def read_unit_notes(node: Any, n_units: int) -> tuple[Array, Array]:
    """Return voltages before the first step and refractory times in ms, (n_units,); 0 where `to_nir` noted nothing."""
    metadata = node.metadata if isinstance(node.metadata, dict) else {}
    noted = [np.zeros(n_units), np.zeros(n_units)]
    if metadata.get("writer") == WRITER:
        found = (np.asarray(metadata.get(name, 0.0), np.float64) for name in ("initial_voltage", "refractory"))
        noted = [one if one.shape == (n_units,) else zeros for one, zeros in zip(found, noted, strict=True)]
    return noted[0].copy(), milliseconds(noted[1])
