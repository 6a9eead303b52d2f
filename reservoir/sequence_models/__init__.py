"""Labels and numbers for whole sequences: views of them drive untrained liquids, and one linear readout learns."""

from reservoir.sequence_models.conceptor_classifier import ConceptorClassifier
from reservoir.sequence_models.sequence_classifier import ReservoirClassifier
from reservoir.sequence_models.sequence_regressor import SequenceRegressor

__all__ = ["ConceptorClassifier", "ReservoirClassifier", "SequenceRegressor"]
