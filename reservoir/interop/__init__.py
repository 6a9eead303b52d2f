"""Doors to other libraries, each of which is imported when what needs it is first asked for."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reservoir.interop.aeon_classifier import AeonClassifier
    from reservoir.interop.aeon_forecaster import AeonForecaster
    from reservoir.interop.aeon_regressor import AeonRegressor
    from reservoir.interop.from_nir import from_nir
    from reservoir.interop.from_reservoirpy import from_reservoirpy
    from reservoir.interop.nir_report import NIRReport, nir_report
    from reservoir.interop.register_onnx_converters import register_onnx_converters
    from reservoir.interop.sktime_classifier import SktimeClassifier
    from reservoir.interop.sktime_forecaster import SktimeForecaster
    from reservoir.interop.sktime_regressor import SktimeRegressor
    from reservoir.interop.to_brian2 import Brian2Circuit, to_brian2
    from reservoir.interop.to_c import CFiles, to_c
    from reservoir.interop.to_nest import NestCircuit, to_nest
    from reservoir.interop.to_nir import to_nir
    from reservoir.interop.to_onnx import to_onnx

__all__ = [
    "AeonClassifier",
    "AeonForecaster",
    "AeonRegressor",
    "Brian2Circuit",
    "CFiles",
    "NIRReport",
    "NestCircuit",
    "SktimeClassifier",
    "SktimeForecaster",
    "SktimeRegressor",
    "from_nir",
    "from_reservoirpy",
    "nir_report",
    "register_onnx_converters",
    "to_brian2",
    "to_c",
    "to_nest",
    "to_nir",
    "to_onnx",
]

_MODULES = {
    "AeonClassifier": "aeon_classifier",
    "AeonForecaster": "aeon_forecaster",
    "AeonRegressor": "aeon_regressor",
    "Brian2Circuit": "to_brian2",
    "CFiles": "to_c",
    "NIRReport": "nir_report",
    "NestCircuit": "to_nest",
    "SktimeClassifier": "sktime_classifier",
    "SktimeForecaster": "sktime_forecaster",
    "SktimeRegressor": "sktime_regressor",
    "from_nir": "from_nir",
    "from_reservoirpy": "from_reservoirpy",
    "nir_report": "nir_report",
    "register_onnx_converters": "register_onnx_converters",
    "to_brian2": "to_brian2",
    "to_c": "to_c",
    "to_nest": "to_nest",
    "to_nir": "to_nir",
    "to_onnx": "to_onnx",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


class _Doors(ModuleType):
    """A package in which a function keeps its name where the file that defines it has the same."""

    def __setattr__(self, name: str, value: Any) -> None:
        # Whoever imports a file of a package makes it an attribute of the package.
        if name not in _MODULES or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Doors
