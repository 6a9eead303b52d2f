"""How many sub-steps an explicit solver needs for a row, and which settings and rows would need too many."""

import numpy as np

MOST_SUBSTEPS = 100_000  # per row
_SOFTER = "Else lower 'leak_conductance', 'coupling' or 'input_scaling', or raise 'capacitance'."


def explicit_stiffness(liquid):
    """Return the number of explicit steps per unit of time that stability asks of a fitted liquid.

    It is ``max((g + sum of w) / C)``, the inverse of the longest stable step, and 0 for the fused solver, which takes
    steps of any length.

    Raises
    ------
    ValueError
        If a row that lasts 1 would need more than `MOST_SUBSTEPS`.
    """
    if liquid.solver_ == "fused":
        return 0.0
    leak = liquid.leak_conductance_
    if liquid.synapse_ == "conductance":
        synapses = liquid.recurrent_synapses_, liquid.input_synapses_
        open_conductance = sum(abs(part.conductance).sum(axis=1) for part in synapses)
    else:
        open_conductance = liquid.gate_conductance_
    with np.errstate(over="ignore"):  # an infinite stiffness is refused
        stiffness = float(np.max((leak + open_conductance) / liquid.capacitance_))
    if liquid.elapsed_column_ is None and stiffness > MOST_SUBSTEPS:
        raise ValueError(
            f"'capacitance' must be larger for an explicit solver; a row would take {stiffness:.3g} sub-steps. "
            f"solver='fused' takes any. {_SOFTER}"
        )
    return stiffness


def check_durations(elapsed, stiffness):
    """Raise ValueError if the longest of some elapsed times would need more than `MOST_SUBSTEPS`."""
    longest = float(elapsed.max())
    if longest * stiffness > MOST_SUBSTEPS:
        raise ValueError(
            f"'elapsed_column' must hold shorter times for an explicit solver; a row of {longest:.3g} would take "
            f"{longest * stiffness:.3g} sub-steps. solver='fused' takes a row of any length. {_SOFTER}"
        )
