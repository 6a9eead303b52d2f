"""Files of fitted models that run nothing when they are read, and Markdown that says what a model is."""

from reservoir.files.card import model_card
from reservoir.files.loading import load
from reservoir.files.saving import save
from reservoir.files.trusted_types import SKOPS_TYPES
from reservoir.files.versions import FileVersionWarning

__all__ = ["SKOPS_TYPES", "FileVersionWarning", "load", "model_card", "save"]
