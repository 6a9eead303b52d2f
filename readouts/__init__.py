"""Linear readouts: states in, targets out."""

from readouts.ridge import RidgeReadout
from readouts.ridge_classifier import RidgeReadoutClassifier
from readouts.rls import ReadoutDivergedError, RLSReadout
from readouts.rls_classifier import RLSReadoutClassifier

__all__ = ["RLSReadout", "RLSReadoutClassifier", "ReadoutDivergedError", "RidgeReadout", "RidgeReadoutClassifier"]
