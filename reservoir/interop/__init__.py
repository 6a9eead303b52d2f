"""Doors to other libraries, each of which is imported when what needs it is first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reservoir.interop.aeon_forecaster import AeonForecaster
    from reservoir.interop.sktime_forecaster import SktimeForecaster

__all__ = ["AeonForecaster", "SktimeForecaster"]

_MODULES = {"AeonForecaster": "aeon_forecaster", "SktimeForecaster": "sktime_forecaster"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
