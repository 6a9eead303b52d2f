"""The order of the examples within a topic of the gallery: what to read first comes first."""

from pathlib import Path

ORDER = (
    "japanese_vowels",
    "sequence_classification",
    "spoken_digits",
    "narma",
    "mackey_glass",
    "lorenz_forecast",
    "nvar_lorenz",
    "exogenous",
    "anomalies",
    "online_adaptation",
    "force_pattern",
    "out_of_core",
    "time_constants",
    "irregular_sampling",
    "ncp_wiring",
    "two_layer_liquid",
    "delay_node",
    "spike_encoders",
    "maass_column",
    "working_memory",
    "two_digits",
    "diagnose",
    "stability_map",
    "edge_of_chaos",
    "spectrum",
    "longest_memory",
    "grid_search",
    "optuna_search",
    "demand_intervals",
    "regime_change",
    "ecg",
    "plant_control",
    "lane_keeping",
    "edge_deployment",
    "robustness",
    "robust_estimate",
)


def place(filename):
    """Return the place of an example; one that is not listed comes last, by its name."""
    name = Path(filename).stem.removeprefix("plot_")
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)
