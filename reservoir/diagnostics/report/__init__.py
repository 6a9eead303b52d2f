"""Everything about a reservoir on one page: numbers, a verdict in words, and what to change."""

from reservoir.diagnostics.report.diagnose import diagnose
from reservoir.diagnostics.report.diagnosis import Diagnosis

__all__ = ["Diagnosis", "diagnose"]
