"""The solvers: one sub-step of C dv/dt = current - conductance v, for any form of synapse.

``charge`` is C / h, infinite where a step takes no time, which then changes nothing: no solver divides by h itself.
"""

from typing import NamedTuple

import numpy as np

from readouts.compiling import fma, njit

FUSED, EXPLICIT_EULER, RUNGE_KUTTA = 0, 1, 2
SOLVERS = {"fused": FUSED, "euler": EXPLICIT_EULER, "rk4": RUNGE_KUTTA}


class Solving(NamedTuple):
    """How a row is solved: ``solver``, a code of `SOLVERS`, and what the number of sub-steps follows from."""

    solver: int
    n_substeps: int
    stiffness: float


@njit
def copy(source, target):
    """Write ``source`` into ``target``; a slice assignment would take seconds to compile."""
    for i in range(target.size):
        target[i] = source[i]


@njit
def count_steps(time, n_substeps, stiffness):
    """Return the number of sub-steps of a row of the given duration.

    Explicit steps are stable only while ``h stiffness <= 1``; if that takes more than ``n_substeps``, there are more.
    """
    return int(np.ceil(time * stiffness)) if time * stiffness > n_substeps else n_substeps


@njit
def set_charge(capacitance, time, n_substeps, stiffness, charge):
    """Write C / h for a row of the given duration, and return its number of sub-steps."""
    n_steps = count_steps(time, n_substeps, stiffness)
    h = time / charge.dtype.type(n_steps)
    for i in range(charge.size):
        charge[i] = capacitance[i] / h
    return n_steps


@njit
def advance(solver, stage, charge, current, conductance, state, at, total):
    """Do one stage of a sub-step, with current and conductance as they are at the point ``at``; write the next point.

    Only Runge-Kutta has more than one stage; it changes ``state`` in the last.
    """
    if solver == FUSED:
        semi_implicit_step(charge, current, conductance, state)
        copy(state, at)
    elif solver == EXPLICIT_EULER:
        euler_step(charge, current, conductance, state)
        copy(state, at)
    else:
        runge_kutta_stage(stage, charge, current, conductance, state, at, total)


@njit
def semi_implicit_step(charge, current, conductance, state):
    """In place: v <- (C v + h current) / (C + h conductance) (Hasani et al. 2021, equation 3)."""
    for i in range(state.size):
        state[i] += fma(-conductance[i], state[i], current[i]) / (charge[i] + conductance[i])


@njit
def euler_step(charge, current, conductance, state):
    """In place: v <- v + h / C (current - conductance v)."""
    for i in range(state.size):
        state[i] += fma(-conductance[i], state[i], current[i]) / charge[i]


@njit
def runge_kutta_stage(stage, charge, current, conductance, state, at, total):
    """Add the slope to the weighted sum ``total``, and write the next point; the fourth stage changes the state."""
    unit = charge.dtype.type
    keep, weight, reach, move = unit(1), unit(2), unit(0.5), unit(0)
    if stage == 0:
        keep, weight = unit(0), unit(1)
    elif stage == 2:
        reach = unit(1)
    elif stage == 3:
        weight, reach, move = unit(1), unit(0), unit(1 / 6)
    for i in range(state.size):
        slope = fma(-conductance[i], at[i], current[i]) / charge[i]
        total[i] = fma(weight, slope, keep * total[i])
        state[i] = fma(move, total[i], state[i])
        at[i] = fma(reach, slope, state[i])
