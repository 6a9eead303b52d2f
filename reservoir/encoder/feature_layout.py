"""The order of features: that of the summaries, for each its parts, and for each part the units."""

from collections.abc import Sequence
from typing import Any

from reservoir.checks.arguments import check_memory
from reservoir.encoder.thresholds import N_SAMPLED


def feature_layout(summaries: Sequence[tuple[str, Any]], n_units: int) -> list[tuple[str, int]]:
    """Return the name of every feature of one view, and the number of the unit that it is of.

    Parameters
    ----------
    summaries : sequence of names and settings
    n_units : int

    Examples
    --------
    >>> from reservoir.encoder.feature_layout import feature_layout
    >>> feature_layout([("last", None), ("segments", 2)], n_units=2)
    [('last_0', 0), ('last_1', 1), ('segments_0_0', 0), ('segments_0_1', 1), ('segments_1_0', 0), ('segments_1_1', 1)]
    >>> feature_layout([("model", 1.0)], n_units=2)
    [('model_0_0', 0), ('model_0_1', 0), ('model_1_0', 1), ('model_1_1', 1), ('model_0', 0), ('model_1', 1)]
    """
    units = range(n_units)
    layout = []
    for name, setting in summaries:
        if name == "segments":
            layout += [(f"segments_{part}_{unit}", unit) for part in range(setting) for unit in units]
        elif name == "ppv":
            parts = range(setting) if isinstance(setting, int) else map(float, setting)
            layout += [(f"ppv_{part}_{unit}", unit) for part in parts for unit in units]
        elif name == "model":
            layout += [(f"model_{unit}_{source}", unit) for unit in units for source in units]
        if name not in ("segments", "ppv"):
            layout += [(f"{name}_{unit}", unit) for unit in units]
    return layout


def check_width(summaries: Sequence[tuple[str, Any]], n_units: int) -> None:
    """Raise ValueError for numbers of features that no memory holds.

    Examples
    --------
    >>> from reservoir.encoder.feature_layout import check_width
    >>> check_width([("mean", None), ("segments", 3)], n_units=100)
    """
    for name, setting in summaries:
        if name == "segments":
            check_memory("n_segments", setting, 8 * setting * n_units)
        elif name == "ppv":
            n_quantiles = setting if isinstance(setting, int) else len(setting)
            check_memory("quantiles", setting, 8 * (n_quantiles + N_SAMPLED) * n_units)
        elif name == "model":
            check_memory("representation", name, 8 * n_units * (n_units + 1))
