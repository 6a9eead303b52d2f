"""Model selection without the transient: splits and scores of series that begin from rest."""

from reservoir.model_selection.forecast_scorer import forecast_scorer
from reservoir.model_selection.sequence_scorer import sequence_scorer
from reservoir.model_selection.washout_split import WashoutSplit

__all__ = ["WashoutSplit", "forecast_scorer", "sequence_scorer"]
