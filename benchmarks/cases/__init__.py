"""The cases, each a module whose function ``comparisons(quick)`` yields what is compared, small if `quick`.

A case makes nothing large and imports no other library before a run of it is asked for: comparisons hold functions
that make runs. Whatever is drawn at random is the same every time, so that each process does the same work.
"""

from importlib import import_module

from benchmarks.comparison import Comparison

CASES = (
    "start",
    "drive",
    "one_row",
    "in_c",
    "many_series",
    "encode",
    "views",
    "liquids",
    "every_reservoir",
    "cuba",
    "coba",
    "column",
    "spiking",
    "neurons",
    "fit",
    "forecast",
    "local_forecaster",
    "conceptors",
    "backtest",
    "online",
    "rls",
    "ridge_readout",
    "drawing",
    "stability_map",
)


def comparisons_of(case: str, quick: bool) -> list[Comparison]:
    """Return all comparisons of a case."""
    return list(import_module(f"benchmarks.cases.{case}").comparisons(quick))


def title_of(case: str) -> str:
    """Return what a case measures, the first line of its docstring."""
    return import_module(f"benchmarks.cases.{case}").__doc__.splitlines()[0]
