"""Doors to other libraries, each of which is imported when what needs it is first asked for."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reservoir.interop.sktime_forecaster import SktimeForecaster

__all__ = ["SktimeForecaster"]


def __getattr__(name: str) -> Any:
    if name == "SktimeForecaster":
        from reservoir.interop.sktime_forecaster import SktimeForecaster

        return SktimeForecaster
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
