"""`brian2_model` with the rules of all classes, which are registered where they are imported."""

from reservoir.interop.brian2_models import (
    adaptive_exponential_equations,
    adaptive_leaky_equations,
    izhikevich_equations,
    leaky_equations,
    perfect_equations,
)
from reservoir.interop.brian2_models.equations import brian2_model as brian2_model

RULES = (
    adaptive_exponential_equations,
    adaptive_leaky_equations,
    izhikevich_equations,
    leaky_equations,
    perfect_equations,
)
