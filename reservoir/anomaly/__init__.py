"""Rows of a series that are not what the rows before them lead to."""

from reservoir.anomaly.detector import AnomalyDetector

__all__ = ["AnomalyDetector"]
