"""The solvers of C dv/dt = current - conductance v in C, for any form of synapse."""

import math
from textwrap import indent

import numpy as np

from reservoir.interop.c99.piece import Piece, each, joined
from reservoir.ltc.solver import EXPLICIT_EULER, FUSED
from reservoir.ltc.substeps import MOST_SUBSTEPS

# No step is taken where h is 0. Nor are the times below 0, or not a number, that Python refuses: the unit stays.
TIMED = """\
const real h = {elapsed} / (real)n_steps;
if (h > R(0.0)) {{
{charging}
{stepping}
}}"""
RUNGE_KUTTA_STAGE = """\
const real slope = (current[i] - conductance[i] * at[i]) / charge[i];
total[i] += stage_weight[stage] * slope;
at[i] = v[i] + stage_reach[stage] * slope;"""


def sub_steps(program, rates, elapsed_column):
    """Return a `Piece` that solves a row, with the state in the array ``v`` of C.

    Parameters
    ----------
    program : ConductanceProgram or GateProgram
    rates : callable
        Called with the name of the array of potentials, returns the `Piece` that writes the arrays ``current`` and
        ``conductance`` of all units.
    elapsed_column : int or None
        Where the row ``u`` holds its duration; None is that all rows last 1.
    """
    solving, capacitance = program.solving, program.units[0]
    n_steps = max(solving.n_substeps, math.ceil(solving.stiffness))  # of a row that lasts 1
    n = len(capacitance)
    step = _step(solving.solver, rates, n)
    scratch = {"current": n, "conductance": n}
    if elapsed_column is None:
        charge = capacitance / (capacitance.dtype.type(1) / capacitance.dtype.type(n_steps))
        loop = Piece(each(n_steps, step.body, "step"), {"charge": charge}, scratch, operations=n_steps * step.operations)
    else:
        time = f"u[{elapsed_column}]"
        charging = each(n, "charge[i] = capacitance[i] / h;")
        stepping = each("n_steps", step.body, "step")
        lines = [_count(solving, time), TIMED.format(elapsed=time, charging=_in(charging), stepping=_in(stepping))]
        scratch["charge"] = n
        loop = Piece("\n".join(lines), {"capacitance": capacitance}, scratch, operations=n_steps * step.operations + n)
    return joined(step._replace(body="", operations=0), loop)


def _count(solving, time):
    """Return the declaration of ``n_steps``; that of an explicit solver grows with the duration, counted in double."""
    if solving.stiffness == 0:
        return f"const int n_steps = {solving.n_substeps};"
    most, least = MOST_SUBSTEPS, solving.n_substeps
    return (
        f"const double needed = ceil((double){time} * {solving.stiffness!r});\n"
        f"const int n_steps = needed > {most}.0 ? {most} : needed > {least}.0 ? (int)needed : {least};"
    )


def _step(solver, rates, n):
    """Return the `Piece` of one sub-step."""
    if solver == FUSED:
        update = "v[i] += (current[i] - conductance[i] * v[i]) / (charge[i] + conductance[i]);"
        return joined(rates("v"), Piece(each(n, update), operations=5 * n))
    if solver == EXPLICIT_EULER:
        update = "v[i] += (current[i] - conductance[i] * v[i]) / charge[i];"
        return joined(rates("v"), Piece(each(n, update), operations=4 * n))
    stage = joined(rates("at"), Piece(each(n, RUNGE_KUTTA_STAGE), operations=7 * n))
    start = each(n, "at[i] = v[i];\ntotal[i] = R(0.0);")
    finish = each(n, "v[i] += total[i] / R(6.0);")
    body = "\n".join([start, each(4, stage.body, "stage"), finish])
    constants = {"stage_weight": np.array([1.0, 2, 2, 1]), "stage_reach": np.array([0.5, 0.5, 1, 0])}
    own = Piece(body, constants, {"at": n, "total": n}, operations=4 * stage.operations + 2 * n)
    return joined(stage._replace(body="", operations=0), own)


def _in(body):
    return indent(body, "    ")
