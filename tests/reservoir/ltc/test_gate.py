import naive
import numpy as np
import pytest
from builders import ltc_load
from numpy.testing import assert_allclose

from reservoir import LTCLiquid
from reservoir.ltc.gate import open_gates
from reservoir.topology import AutoNCP, FullyConnected, RandomWiring

U = np.random.RandomState(0).standard_normal((20, 5))
GAPS = np.random.RandomState(1).exponential(size=20)
GAPS[[3, 4]] = 0, 5
N = 31
GRAPHS = {
    "shift": "shift",
    "random": "random",
    "small_world": "small_world",
    "orthogonal": "orthogonal",
    "AutoNCP": AutoNCP(N, 5),
    "FullyConnected": FullyConnected(N),
    "RandomWiring": RandomWiring(N, sparsity_level=0.6),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("solver", "n_substeps"), [("fused", 1), ("fused", 3), ("euler", 2), ("rk4", 2)])
@pytest.mark.parametrize("graph", GRAPHS)
def test_kernel_agrees_with_its_plain_twin(graph, solver, n_substeps, dtype):
    settings = {
        "topology": GRAPHS[graph],
        "solver": solver,
        "n_substeps": n_substeps,
        "dtype": dtype,
        "capacitance": (2.0, 9.0),
    }
    settings |= {"synapse": "gate", "coupling": 3.0, "leak_conductance": np.linspace(0.5, 2, N)}
    start = np.random.RandomState(1).uniform(-0.5, 0.5, N)
    for column, X, times in [(None, U, np.ones(20)), (5, np.column_stack([U, GAPS]), GAPS)]:
        liquid = LTCLiquid(N, **settings, elapsed_column=column, random_state=2).fit(X)
        states, _ = liquid.run(X, start)
        capacitance, stiffness = liquid.capacitance_.astype(float), liquid.program_.solving.stiffness
        circuit = (ltc_load(liquid), capacitance, n_substeps, U, times, start)
        assert states.dtype == dtype
        expected = naive.run_ltc(solver, *circuit, stiffness=stiffness)
        assert_allclose(states, expected, rtol=0, atol=1e-12 if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("tau", [0.5, 3.0])
@pytest.mark.parametrize("n_substeps", [1, 6])
def test_it_is_the_fused_step_of_the_paper(tau, n_substeps):
    """x <- (x + h f A) / (1 + h (1 / tau + f)): Hasani et al. 2021, equation 3 and algorithm 1, with a sigmoid."""
    liquid = LTCLiquid(
        N, synapse="gate", capacitance=1.0, leak_conductance=1 / tau, coupling=tau, leak_potential=0.0,
        n_substeps=n_substeps, elapsed_column=0, random_state=0,
    )  # fmt: skip
    states = liquid.fit_transform(np.column_stack([GAPS, U]))
    w, w_in, b, a = liquid.recurrent_weights_.toarray(), liquid.input_weights_, liquid.bias_, liquid.reversal_
    x = np.zeros(N)
    for u, time, state in zip(U, GAPS, states, strict=True):
        h = time / n_substeps
        for _ in range(n_substeps):
            f = 1 / (1 + np.exp(-(w @ x + w_in @ u + b)))
            x = (x + h * f * a) / (1 + h * (1 / tau + f))
        assert_allclose(state, x, rtol=0, atol=1e-13)


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e150])
def test_no_state_leaves_the_range_of_the_paper(scale):
    """Theorem 2 of Hasani et al. 2021: between min(0, A) and max(0, A), whatever the input."""
    liquid = LTCLiquid(N, synapse="gate", leak_potential=0.0, reversal=np.linspace(-2, 3, N), random_state=0)
    states = liquid.fit_transform(scale * np.random.RandomState(3).standard_normal((300, 5)))
    reversal = liquid.reversal_
    assert np.all(states >= np.minimum(reversal, 0) - 1e-14) and np.all(states <= np.maximum(reversal, 0) + 1e-14)


def test_time_constants_keep_to_the_bounds_of_the_paper():
    """Theorem 1: C / (g + a) between C / (g (1 + coupling)) and C / g; an open gate forgets faster."""
    held = {"recurrent_weights": [[0.0]], "input_weights": [[1.0]], "capacitance": 4.0, "n_substeps": 4000}
    liquid = LTCLiquid(synapse="gate", bias=0.0, coupling=3.0, leak_potential=0.0, reversal=1.0, **held).fit([[0.0]])
    for u, tau in [(-800.0, 4.0), (0.0, 4 / 2.5), (800.0, 1.0)]:
        rest = (4 / tau - 1) / (4 / tau)  # a E / (g + a)
        state, _ = liquid.run([[u]], [rest + 0.1])
        assert_allclose((state[0, 0] - rest) / 0.1, np.exp(-1 / tau), rtol=1e-3)


def test_gates_open_with_their_drive():
    units = np.array([[9.0, 9, 9], [1, 2, 3], [0.1, 0.2, 0.3], [4, 5, 6], [-1, 1, 0.5]])
    current, conductance = np.empty(3), np.empty(3)
    open_gates(units, np.array([-800.0, 0.0, 800.0]), current, conductance)
    assert_allclose(conductance, [1, 2 + 5 / 2, 3 + 6], rtol=1e-15)
    assert_allclose(current, [0.1, 0.2 + 5 / 2, 0.3 + 6 * 0.5], rtol=1e-15)
