import naive
import numpy as np
import pytest
from builders import ltc_load
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import solve_ivp

from reservoir import LTCLiquid
from reservoir.ltc.solver import (
    EXPLICIT_EULER,
    FUSED,
    RUNGE_KUTTA,
    advance,
    euler_step,
    runge_kutta_stage,
    semi_implicit_step,
    set_charge,
)

U = np.random.RandomState(0).standard_normal((4, 2))
GAPS = np.array([1.0, 0.5, 2.0, 0.1])
X = np.column_stack([U, GAPS])
# Wide and weakly coupled enough for the explicit solvers to need no more steps than they are asked for.
MILD = {"capacitance": (2.0, 6.0), "coupling": 4.0, "elapsed_column": 2, "random_state": 0}
EVERY_SOLVER = pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
EVERY_SYNAPSE = pytest.mark.parametrize("synapse", ["conductance", "gate"])


def exact(liquid):
    """The state after every row of X, by an integrator that adapts its steps."""
    load, v, states = ltc_load(liquid), np.zeros(liquid.n_units_), []
    for u, time in zip(U, GAPS, strict=True):
        solution = solve_ivp(
            lambda _, v, u=u: naive.ltc_slope(load, liquid.capacitance_, v, u), (0, time), v, "DOP853",
            rtol=1e-12, atol=1e-13,
        )  # fmt: skip
        v = solution.y[:, -1]
        states.append(v)
    return np.array(states)


@EVERY_SYNAPSE
@pytest.mark.parametrize(("solver", "order"), [("fused", 1), ("euler", 1), ("rk4", 4)])
@pytest.mark.parametrize("topology", ["shift", "random"])
def test_solvers_converge_to_the_differential_equation_at_their_order(topology, solver, order, synapse):
    def solve(n_substeps):
        liquid = LTCLiquid(8, synapse=synapse, topology=topology, solver=solver, n_substeps=n_substeps, **MILD)
        return liquid.fit(X), liquid.transform(X)

    solution = exact(solve(1)[0])
    errors = [np.abs(solve(n)[1] - solution).max() for n in (20, 40, 80)]
    assert np.abs(np.log2(errors[:-1]) - np.log2(errors[1:]) - order).max() < 0.2
    assert errors[-1] < (0.03 if order == 1 else 1e-7)


@EVERY_SYNAPSE
def test_all_solvers_keep_the_time_scale(synapse):
    liquids = [LTCLiquid(8, synapse=synapse, solver=solver, n_substeps=3000, **MILD) for solver in ("fused", "euler")]
    liquids.append(LTCLiquid(8, synapse=synapse, solver="rk4", **MILD))
    fused, euler, rk4 = (liquid.fit_transform(X) for liquid in liquids)
    assert np.abs(fused - euler).max() < 1e-3
    assert np.abs(fused - rk4).max() < 1e-3


@EVERY_SOLVER
@EVERY_SYNAPSE
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_row_of_no_time_changes_no_bit(solver, synapse, dtype):
    liquid = LTCLiquid(12, synapse=synapse, solver=solver, elapsed_column=2, dtype=dtype, random_state=0)
    still = np.column_stack([100 * U, np.zeros(4)])
    start = np.random.RandomState(2).uniform(-0.9, 0.9, 12).astype(dtype)
    states, end = liquid.fit(still).run(still, start)
    assert_array_equal(states, np.tile(start, (4, 1)), strict=True)
    assert_array_equal(end, start, strict=True)


@EVERY_SYNAPSE
@pytest.mark.parametrize(("gap", "dtype"), [(1e6, "float64"), (1e300, "float64"), (1e6, "float32"), (1e38, "float32")])
def test_the_fused_solver_takes_any_gap(synapse, gap, dtype):
    u = np.random.RandomState(1).standard_normal((60, 2))
    liquid = LTCLiquid(30, synapse=synapse, elapsed_column=2, dtype=dtype, random_state=0)
    states = liquid.fit_transform(np.column_stack([u, np.where(np.arange(60) % 3, 1.0, gap)]))
    leak = liquid.leak_potential_
    assert np.all(states >= np.minimum(leak, -1) - 1e-6) and np.all(states <= np.maximum(leak, 1) + 1e-6)


@EVERY_SYNAPSE
@pytest.mark.parametrize("solver", ["euler", "rk4"])
def test_explicit_solvers_take_as_many_steps_as_stability_asks_for(solver, synapse):
    u = 3 * np.random.RandomState(1).standard_normal((40, 2))
    fast = {"synapse": synapse, "capacitance": 0.05, "leak_potential": 0.0, "random_state": 0}
    liquid = LTCLiquid(30, solver=solver, n_substeps=1, **fast).fit(u)
    needed = int(np.ceil(liquid.program_.solving.stiffness))
    few, many = liquid.transform(u), LTCLiquid(30, solver=solver, n_substeps=needed, **fast).fit_transform(u)
    assert 20 < needed < 1000
    assert_array_equal(few, many)
    # A convex combination of what it was and its potentials; Runge-Kutta's stages may lean out a little.
    assert np.abs(few).max() <= (1 + 1e-12 if solver == "euler" else 1.01)
    with np.errstate(over="ignore", invalid="ignore"):
        unheeded = naive.run_ltc(solver, ltc_load(liquid), 0.05, 1, u, np.ones(40), np.zeros(30))
    assert not np.abs(unheeded).max() < 5


@pytest.mark.parametrize("solver", ["euler", "rk4"])
def test_explicit_solvers_take_more_steps_through_longer_rows(solver):
    liquid = LTCLiquid(12, solver=solver, leak_potential=0.0, elapsed_column=2, random_state=0).fit(X)
    stiffness = liquid.program_.solving.stiffness
    times = np.array([0.1, 30.0, 3.0, 10.0])
    states = liquid.transform(np.column_stack([U, times]))
    circuit = (ltc_load(liquid), liquid.capacitance_, 3, U, times, np.zeros(12))
    assert_allclose(states, naive.run_ltc(solver, *circuit, stiffness=stiffness), rtol=0, atol=1e-11)
    assert np.abs(states).max() <= 1.01


@EVERY_SYNAPSE
@pytest.mark.parametrize("solver", ["euler", "rk4"])
def test_a_row_that_explicit_solvers_cannot_cross_is_refused(solver, synapse):
    # The number of steps would take hours, or not fit an integer, and the row would be skipped without a word.
    liquid = LTCLiquid(5, synapse=synapse, solver=solver, elapsed_column=2, random_state=0).fit(X)
    for gap in (1e9, 1e300):
        with pytest.raises(ValueError, match="'elapsed_column'.*solver='fused'"):
            liquid.transform(np.column_stack([U, [1, gap, 1, 1]]))
    for capacitance in (1e-9, 1e-300):
        with pytest.raises(ValueError, match="'capacitance' must be larger.*solver='fused'"):
            LTCLiquid(5, synapse=synapse, solver=solver, capacitance=capacitance).fit(U)


def test_stiffness_is_the_largest_total_conductance_over_capacitance():
    liquid = LTCLiquid(12, solver="euler", random_state=0).fit(U)
    most = 1 + liquid.recurrent_synapses_.conductance.sum(axis=1) + liquid.input_synapses_.conductance.sum(axis=1)
    assert_allclose(liquid.program_.solving.stiffness, (most / liquid.capacitance_).max(), rtol=1e-14)
    gate = LTCLiquid(12, solver="euler", synapse="gate", coupling=5.0, leak_conductance=2.0, random_state=0).fit(U)
    assert_allclose(gate.program_.solving.stiffness, (12 / gate.capacitance_).max(), rtol=1e-14)


def test_charge_and_number_of_steps():
    charge, capacitance = np.empty(2), np.array([1.0, 3.0])
    for time, stiffness, expected in [(1, 0, 4), (1e9, 0, 4), (2, 2, 4), (2, 2.01, 5), (10, 7, 70), (0, 7, 4)]:
        assert set_charge(capacitance, float(time), 4, float(stiffness), charge) == expected
        assert_allclose(charge, capacitance * expected / time if time else np.inf, rtol=1e-15)


def test_one_step_of_each_solver():
    charge, current, conductance = np.array([2.0, np.inf]), np.array([3.0, 3.0]), np.array([0.5, 0.5])
    fused, euler = np.ones(2), np.ones(2)
    semi_implicit_step(charge, current, conductance, fused)
    euler_step(charge, current, conductance, euler)
    assert_allclose(fused, [(2 * 1 + 3) / (2 + 0.5), 1], rtol=1e-15)
    assert_allclose(euler, [1 + (3 - 0.5) / 2, 1], rtol=1e-15)


def test_four_stages_of_a_constant_load_are_the_series_of_an_exponential():
    charge, current, conductance = np.array([2.0]), np.array([3.0]), np.array([0.5])
    state, at, total = np.ones(1), np.ones(1), np.full(1, 9.0)
    for stage in range(4):
        runge_kutta_stage(stage, charge, current, conductance, state, at, total)
        assert (state == 1).all() == (stage < 3)
    z = -0.25
    assert_allclose(state, 6 + (1 - 6) * (1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24), rtol=1e-14)
    assert_array_equal(at, state)


@pytest.mark.parametrize("solver", [FUSED, EXPLICIT_EULER, RUNGE_KUTTA])
def test_the_next_load_is_taken_where_the_state_is(solver):
    charge, current, conductance = np.array([2.0]), np.array([3.0]), np.array([0.5])
    state, at, total = np.ones(1), np.ones(1), np.zeros(1)
    for stage in range(4 if solver == RUNGE_KUTTA else 1):
        advance(solver, stage, charge, current, conductance, state, at, total)
    assert at[0] == state[0] != 1
