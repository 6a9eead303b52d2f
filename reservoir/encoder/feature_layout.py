"""The order of features: that of the summaries, for each its parts, and for each part the units."""

from collections.abc import Sequence
from typing import Any

from reservoir.checks.arguments import check_memory
from reservoir.encoder.thresholds import N_SAMPLED


def feature_layout(
    summaries: Sequence[tuple[str, Any]], n_units: int, labels: Sequence[str] | None = None
) -> list[tuple[str, int]]:
    """Return the name of every feature of one view, and the number of the unit that it is of.

    Parameters
    ----------
    summaries : sequence of names and settings
    n_units : int
    labels : sequence of str or None, default=None
        What units are called; None is by their numbers.

    Examples
    --------
    >>> from reservoir.encoder.feature_layout import feature_layout
    >>> feature_layout([("last", None), ("segments", 2)], n_units=2)
    [('last_0', 0), ('last_1', 1), ('segments_0_0', 0), ('segments_0_1', 1), ('segments_1_0', 0), ('segments_1_1', 1)]
    >>> feature_layout([("model", 1.0)], n_units=2)
    [('model_0_0', 0), ('model_0_1', 0), ('model_1_0', 1), ('model_1_1', 1), ('model_0', 0), ('model_1', 1)]
    """
    units = list(enumerate(range(n_units) if labels is None else labels))
    layout = []
    for name, setting in summaries:
        if name == "segments":
            layout += [(f"segments_{part}_{label}", unit) for part in range(setting) for unit, label in units]
        elif name == "ppv":
            parts = range(setting) if isinstance(setting, int) else map(float, setting)
            layout += [(f"ppv_{part}_{label}", unit) for part in parts for unit, label in units]
        elif name == "model":
            layout += [(f"model_{label}_{source}", unit) for unit, label in units for _, source in units]
        if name not in ("segments", "ppv"):
            layout += [(f"{name}_{label}", unit) for unit, label in units]
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
