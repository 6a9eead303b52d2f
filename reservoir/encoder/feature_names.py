"""The names of the columns of an encoded series."""

from collections.abc import Sequence
from typing import Any


def feature_names(summaries: Sequence[tuple[str, Any]], n_units: int) -> list[str]:
    """Return a name for every feature: the summary, then its part, then the unit.

    Parameters
    ----------
    summaries : sequence of names and settings
    n_units : int

    Examples
    --------
    >>> from reservoir.encoder.feature_names import feature_names
    >>> feature_names([("last", None), ("ppv", [0.5, 0.75])], 2)
    ['last_0', 'last_1', 'ppv_0.5_0', 'ppv_0.5_1', 'ppv_0.75_0', 'ppv_0.75_1']
    """
    return [f"{name}_{part}" for name, setting in summaries for part in _parts(name, setting, range(n_units))]


def _parts(name, setting, units):
    if name == "segments":
        return [f"{part}_{unit}" for part in range(setting) for unit in units]
    if name == "ppv":
        return [f"{float(quantile)}_{unit}" for quantile in setting for unit in units]
    weights = [f"{unit}_{source}" for unit in units for source in units] if name == "model" else []
    return weights + [str(unit) for unit in units]
