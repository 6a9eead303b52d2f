"""One unit of constant conductance decays by a known factor in each step, ``R(z)`` with ``z = -h G / C``."""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir.interop.c99.ltc_solver import sub_steps
from reservoir.interop.c99.piece import Piece, each
from reservoir.ltc.solver import SOLVERS, Solving

CAPACITANCE, CONDUCTANCE, CURRENT = np.array([[0.5, 3.0], [4.0, 1.0], [2.0, -3.0]])
START = np.array([1.0, 2.0])
DECAY = {
    "fused": lambda z: 1 / (1 - z),
    "euler": lambda z: 1 + z,
    "rk4": lambda z: 1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24,
}


def conductances(potential):
    assert potential in ("v", "at")
    return Piece(each(2, "total_current[i] = current[i];\ntotal_conductance[i] = conductance[i];"), operations=10)


def steps(solver, stiffness, time, dtype="float64"):
    """A row of at least three sub-steps."""
    solving = Solving(SOLVERS[solver], 3, stiffness)
    program = SimpleNamespace(solving=solving, units=np.array([CAPACITANCE], dtype))
    return sub_steps(program, conductances, None if time is None else 1)


def solve(run_piece, solver, stiffness, time=None, dtype="float64"):
    """The two units after the row."""
    v, u = START.astype(dtype), np.array([99.0, 0.0 if time is None else time], dtype)
    constant = {"current": CURRENT.astype(dtype), "conductance": CONDUCTANCE.astype(dtype)}
    run_piece(steps(solver, stiffness, time, dtype), v=v, u=u, **constant)
    return v


def expected(solver, time, n_steps):
    at_last = CURRENT / CONDUCTANCE
    decay = DECAY[solver](-time / n_steps * CONDUCTANCE / CAPACITANCE) ** n_steps
    return at_last + (START - at_last) * decay


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("time", [None, 0.25, 1.0, 1e-3])
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_row_is_solved_in_as_many_steps_as_are_asked_for(run_piece, solver, time, dtype):
    v = solve(run_piece, solver, 0.0, time, dtype)
    assert_allclose(v, expected(solver, time or 1.0, 3), rtol=20 * np.finfo(dtype).eps)


@pytest.mark.parametrize("time", [None, 0.5, 2.3])
@pytest.mark.parametrize("solver", ["euler", "rk4"])
def test_explicit_solvers_take_more_steps_where_stability_asks_for_them(run_piece, solver, time):
    v = solve(run_piece, solver, 10.01, time)
    assert_allclose(v, expected(solver, time or 1.0, {None: 11, 0.5: 6, 2.3: 24}[time]), rtol=1e-13)


@pytest.mark.parametrize("solver", SOLVERS)
def test_no_time_changes_nothing(run_piece, solver):
    for time in (0.0, 5e-324):  # the latter is no time either, in three steps
        assert_array_equal(solve(run_piece, solver, 1.0, time), START)


def test_a_row_without_end_reaches_the_resting_potential(run_piece):
    for dtype in ("float64", "float32"):
        v = solve(run_piece, "fused", 0.0, np.finfo(dtype).max, dtype)
        assert_allclose(v, CURRENT / CONDUCTANCE, rtol=1e-6)


def test_steps_are_as_many_as_an_integer_holds(run_piece):
    v = solve(run_piece, "euler", 1e6, 0.11)
    assert_allclose(v, expected("euler", 0.11, 100_000), rtol=1e-10)
    solve(run_piece, "euler", 1e300, 1e300)


def test_operations_are_those_of_a_row_that_lasts_1():
    # 10 for the conductances, and for each unit 5, 4 or 4 * 7 + 2 in a step.
    counts = {solver: steps(solver, 7.5, None).operations for solver in SOLVERS}
    assert counts == {"fused": 8 * (10 + 2 * 5), "euler": 8 * (10 + 2 * 4), "rk4": 8 * (4 * 10 + 2 * 30)}
    assert steps("fused", 0.0, 1.0).operations == 3 * 20 + 2  # and C / h
