"""Why a state is what it is, and why a prediction is."""

from reservoir.diagnostics.explanation.attribution import Attribution, readout_attribution
from reservoir.diagnostics.explanation.sensitivity import InputSensitivity, input_sensitivity

__all__ = ["Attribution", "InputSensitivity", "input_sensitivity", "readout_attribution"]
