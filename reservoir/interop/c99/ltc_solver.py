"""The solvers of C dv/dt = current - conductance v in C, for any form of synapse."""

import math
from textwrap import indent

import numpy as np

from reservoir.interop.c99.piece import Piece, each, joined, repeated
from reservoir.ltc.solver import EXPLICIT_EULER, FUSED
from reservoir.ltc.substeps import MOST_SUBSTEPS

# No step is taken where h is 0: nothing is divided by it.
TIMED = """\
const real h = {elapsed} / (real)n_steps;
if (h > R(0.0)) {{
{charging}
{stepping}
}}"""
RUNGE_KUTTA_STAGE = """\
const real slope = (total_current[i] - total_conductance[i] * at[i]) / charge[i];
slopes[i] += stage_weight[stage] * slope;
at[i] = v[i] + stage_reach[stage] * slope;"""


def sub_steps(program, conductances, elapsed_column):
    """Return a `Piece` that solves a row, with the state in the array ``v`` of C.

    Parameters
    ----------
    program : ConductanceProgram or GateProgram
    conductances : callable
        Called with the name of the array of potentials, returns the `Piece` that writes the arrays
        ``total_current`` and ``total_conductance`` of all units.
    elapsed_column : int or None
        Where the row ``u`` holds its duration; None is that all rows last 1.
    """
    solving, capacitance = program.solving, program.units[0]
    n, n_steps = len(capacitance), max(solving.n_substeps, math.ceil(solving.stiffness))  # of a row that lasts 1
    step = _step(solving.solver, conductances, n)
    arrays = Piece(scratch={"total_current": n, "total_conductance": n})
    if elapsed_column is None:
        charge = capacitance / (capacitance.dtype.type(1) / capacitance.dtype.type(n_steps))
        return joined(arrays, Piece(constants={"charge": charge}), repeated(step, n_steps, "step"))
    time, steps = f"u[{elapsed_column}]", repeated(step, n_steps, "step", "n_steps")
    charging = indent(each(n, "charge[i] = capacitance[i] / h;"), "    ")
    body = TIMED.format(elapsed=time, charging=charging, stepping=indent(steps.body, "    "))
    own = Piece(_count(solving, time), {"capacitance": capacitance}, {"charge": n}, operations=n)
    return joined(arrays, own, steps._replace(body=body))


def longest_row(reservoir):
    """Return how long a row may last for every part of a reservoir to solve it in `MOST_SUBSTEPS` steps.

    Examples
    --------
    >>> from reservoir import LTCLiquid
    >>> from reservoir.interop.c99.ltc_solver import longest_row
    >>> longest_row(LTCLiquid(5, elapsed_column=1).fit([[0.0, 1.0]]))
    inf
    >>> liquid = LTCLiquid(5, synapse="gate", solver="euler", capacitance=0.5, coupling=3, elapsed_column=1)
    >>> longest_row(liquid.fit([[0.0, 1.0]]))  # a step lasts 0.5 / (1 + 3) at most
    12500.0
    """
    parts = (part.reservoir.program_ for part in reservoir.parts())
    stiffness = max((part.solving.stiffness for part in parts if hasattr(part, "solving")), default=0.0)
    return MOST_SUBSTEPS / stiffness if stiffness else math.inf


def _count(solving, time):
    """Return the declaration of ``n_steps``; that of an explicit solver grows with the duration, counted in double."""
    if solving.stiffness == 0:
        return f"const int n_steps = {solving.n_substeps};"
    most, least = MOST_SUBSTEPS, solving.n_substeps
    return (
        f"const double needed = ceil((double){time} * {solving.stiffness!r});\n"
        f"const int n_steps = needed > {most}.0 ? {most} : needed > {least}.0 ? (int)needed : {least};"
    )


def _step(solver, conductances, n):
    """Return the `Piece` of one sub-step."""
    if solver == FUSED:
        update = "v[i] += (total_current[i] - total_conductance[i] * v[i]) / (charge[i] + total_conductance[i]);"
        return joined(conductances("v"), Piece(each(n, update), operations=5 * n))
    if solver == EXPLICIT_EULER:
        update = "v[i] += (total_current[i] - total_conductance[i] * v[i]) / charge[i];"
        return joined(conductances("v"), Piece(each(n, update), operations=4 * n))
    stage = joined(conductances("at"), Piece(each(n, RUNGE_KUTTA_STAGE), operations=7 * n))
    constants = {"stage_weight": np.array([1.0, 2, 2, 1]), "stage_reach": np.array([0.5, 0.5, 1, 0])}
    return joined(
        Piece(each(n, "at[i] = v[i];\nslopes[i] = R(0.0);"), constants, {"at": n, "slopes": n}),
        repeated(stage, 4, "stage"),
        Piece(each(n, "v[i] += slopes[i] / R(6.0);"), operations=2 * n),
    )
