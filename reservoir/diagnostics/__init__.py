"""What can be said about a fitted reservoir: functions of it, and of data where they need some."""

from reservoir.diagnostics.stability import (
    TimeConstants,
    contraction_bound,
    echo_state_index,
    state_bounds,
    time_constants,
)

__all__ = ["TimeConstants", "contraction_bound", "echo_state_index", "state_bounds", "time_constants"]
