"""`brian2_model` with the rules of all classes, which are registered where they are imported."""

from reservoir.interop.brian2_models import (
    adaptive_leaky_integrate_and_fire,
    leaky_integrate_and_fire,
    perfect_integrate_and_fire,
)
from reservoir.interop.brian2_models.model import brian2_model as brian2_model

RULES = (adaptive_leaky_integrate_and_fire, leaky_integrate_and_fire, perfect_integrate_and_fire)
