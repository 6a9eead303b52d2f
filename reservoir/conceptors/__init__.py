"""Conceptors: matrices that keep a state in the directions in which a pattern has driven a reservoir."""

from reservoir.conceptors.aperture import steepest_aperture
from reservoir.conceptors.conceptor import Conceptor
from reservoir.conceptors.morph import Morph

__all__ = ["Conceptor", "Morph", "steepest_aperture"]
