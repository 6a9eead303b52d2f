import numpy as np
import pytest

from reservoir import (
    NVAR,
    CfCLiquid,
    CfCWeights,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    StackedReservoir,
    Synapses,
)
from reservoir.base import BaseReservoir
from reservoir.diagnostics import state_bounds
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity

U = np.random.RandomState(0).standard_normal((40, 2))
INF = np.inf
# A state on its bound is a sum whose terms are rounded: some units in the last place of numbers of size 1.
ROUNDING = 1e-12


def wild_series(seed, n_steps=60):
    """Inputs of scale 100 and gaps over six decades, in the last column."""
    rng = np.random.RandomState(seed)
    return np.column_stack([100 * rng.standard_normal((n_steps, 3)), 10 ** rng.uniform(-3, 3, n_steps)])


def assert_inside(reservoir, X, slack=ROUNDING):
    lower, upper = state_bounds(reservoir)
    states = reservoir.transform(X)
    assert np.all(states >= lower - slack)
    assert np.all(states <= upper + slack)


@pytest.mark.parametrize("memory", [False, True])
@pytest.mark.parametrize("synapse", ["conductance", "gate"])
@pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
@pytest.mark.parametrize("seed", range(3))
def test_no_input_and_no_gap_drives_a_liquid_beyond_its_bounds(seed, solver, synapse, memory):
    X = wild_series(seed)
    liquid = LTCLiquid(
        8, synapse=synapse, solver=solver, mixed_memory=memory, elapsed_column=-1, random_state=seed
    ).fit(X)  # fmt: skip
    assert_inside(liquid, X)
    assert np.isfinite(state_bounds(liquid)).all()


@pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
def test_bounds_are_reached(solver):
    synapses = Synapses([[50.0], [1e-3]], slope=1.0, midpoint=0.0, reversal=[3.0, -2.0])
    liquid = LTCLiquid(
        recurrent_weights=np.zeros((2, 2)), input_weights=synapses, leak_potential=0.0, leak_conductance=1e-6,
        capacitance=1.0, solver=solver,
    ).fit([[0.0]])  # fmt: skip
    lower, upper = state_bounds(liquid)
    np.testing.assert_array_equal(lower, [0, -2])
    np.testing.assert_array_equal(upper, [3, 0])
    np.testing.assert_allclose(liquid.transform(np.full((20000, 1), 1e3))[-1], [3, -2], rtol=2e-3)


def test_interval_spans_rest_leak_and_reversal_potentials_of_working_synapses():
    recurrent = Synapses(
        np.array([[0.0, 2.0, 0.0], [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), slope=1, midpoint=0, reversal=[5.0, -1.0, 2.0]
    )
    liquid = LTCLiquid(
        recurrent_weights=recurrent, input_weights=np.zeros((3, 1)), leak_potential=np.array([0.5, -3.0, -0.25])
    ).fit([[0.0]])
    lower, upper = state_bounds(liquid)
    np.testing.assert_array_equal(lower, [0, -3, -0.25])
    np.testing.assert_array_equal(upper, [5, 2, 0])


def test_gate_has_one_reversal_potential():
    liquid = LTCLiquid(2, degree=1, synapse="gate", reversal=np.array([4.0, -4.0]), leak_potential=np.array([-1.0, -9]))
    np.testing.assert_array_equal(state_bounds(liquid.fit(U)), [[-1, -9], [4, 0]])


def test_weights_of_a_runge_kutta_step_are_never_negative():
    z1, z2, z3, z4 = np.random.RandomState(0).uniform(size=(4, 10000))
    v, p = np.eye(5)[0], np.eye(5)[1:]  # what v and the four mean potentials weigh
    for z in zip(z1, z2, z3, z4, strict=True):
        k1 = z[0] * (p[0] - v)
        k2 = z[1] * (p[1] - (v + k1 / 2))
        k3 = z[2] * (p[2] - (v + k2 / 2))
        k4 = z[3] * (p[3] - (v + k3))
        weights = v + (k1 + 2 * k2 + 2 * k3 + k4) / 6
        assert weights.min() >= 0
        assert weights.sum() == pytest.approx(1)
    expected = (z[0] * (1 - z[1] * (1 - z[2] * (1 - z[3] / 2) / 2)), z[1] * (2 - z[2] * (1 - z[3] / 2)))
    np.testing.assert_allclose(weights[1:], np.array([*expected, z[2] * (2 - z[3]), z[3]]) / 6)


@pytest.mark.parametrize("part", ["recurrent_weights", "input_weights"])
def test_unit_with_a_negative_conductance_has_no_bounds(part):
    negative = Synapses([[-0.5, 0.0], [1.0, 0.0]], slope=1.0, midpoint=0.0, reversal=2.0, allow_negative=True)
    other = {"recurrent_weights": "input_weights", "input_weights": "recurrent_weights"}[part]
    liquid = LTCLiquid(leak_potential=0.0, **{part: negative, other: np.zeros((2, 2))}).fit(U)
    np.testing.assert_array_equal(state_bounds(liquid), [[-INF, 0], [INF, 2]])


def test_memory_cell_shows_where_no_time_passes():
    X = np.column_stack([50 * U, np.zeros(40)])
    liquid = LTCLiquid(6, mixed_memory=True, synapse="gate", reversal=0.1, leak_potential=0.1, elapsed_column=2)
    lower, upper = state_bounds(liquid.fit(X))
    assert np.all(lower == -1)
    assert np.all(upper == 1)
    assert np.abs(liquid.transform(X)).max() > 0.2


@pytest.mark.parametrize(
    ("activation", "low", "high"),
    [("tanh", -1, 1), ("sigmoid", 0, 1), ("relu", 0, INF), ("identity", -INF, INF)],
)
def test_leaky_units_stay_in_the_range_of_their_activation(activation, low, high):
    drawn = {"activation": activation, "input_scaling": 100.0, "bias_scaling": 1.0, "random_state": 0}
    reservoirs = {
        EchoStateReservoir(20, leak_rate=(0.1, 1.0), **drawn): 1,
        CTRNNLiquid(20, **drawn): 1,
        CTRNNLiquid(20, form="additive", tau_range=(0.5, 20.0), **drawn): "tau",
        CTRNNLiquid(20, form="additive", tau_range=(0.5, 20.0), method="euler", **drawn): "tau",
    }
    for reservoir, scale in reservoirs.items():
        lower, upper = state_bounds(reservoir.fit(U))
        scale = reservoir.tau_ if scale == "tau" else np.ones(20)
        np.testing.assert_array_equal(lower, low * scale)
        np.testing.assert_array_equal(upper, high * scale)
        reservoir.set_params(activation="identity")  # only what was fitted counts
        np.testing.assert_array_equal(state_bounds(reservoir), [lower, upper])
        assert_inside(reservoir, U, slack=ROUNDING * scale.max())


def test_antisymmetric_form_has_none():
    np.testing.assert_array_equal(
        state_bounds(CTRNNLiquid(2, degree=1, form="antisymmetric").fit(U)), [[-INF] * 2, [INF] * 2]
    )


@pytest.mark.parametrize("memory", [False, True])
@pytest.mark.parametrize(("mode", "most"), [("default", 1), ("no_gate", 2)])
def test_closed_form_liquid_is_a_sum_of_bounded_heads(mode, most, memory):
    X = wild_series(0)
    liquid = CfCLiquid(20, mode=mode, gain=5.0, mixed_memory=memory, elapsed_column=-1, random_state=0).fit(X)
    np.testing.assert_array_equal(state_bounds(liquid), [[-most] * 20, [most] * 20])
    assert_inside(liquid, X)
    assert np.abs(liquid.transform(X)).max() > 0.95 * most


@pytest.mark.parametrize("memory", [False, True])
def test_pure_mode_is_bounded_while_rows_last_1(memory):
    X = wild_series(0)[:, :3]
    liquid = CfCLiquid(30, mode="pure", mixed_memory=memory, random_state=0).fit(X)
    assert_inside(liquid, X / 100)
    assert_inside(liquid, X)


def test_pure_mode_by_hand():
    # f = 1 and f = -1 are where f exp(-|f|) is extreme.
    weights = CfCWeights([([[1.0, 0.0]], 0.0)], w_tau=0.5, amplitude=2.0)
    liquid = CfCLiquid(mode="pure", weights=weights).fit([[0.0]])
    lower, upper = state_bounds(liquid)
    assert lower[0] == 0  # where it starts
    assert upper[0] == pytest.approx(2 + 2 * np.exp(-1.5))
    heights = liquid.transform(np.linspace(-3, 3, 601)[:, None])
    assert heights.max() == pytest.approx(upper[0])
    assert heights.min() == pytest.approx(2 - 2 * np.exp(-1.5))


def test_pure_mode_with_short_rows_has_none_but_for_silent_units():
    weights = CfCWeights([(np.ones((2, 3)), 0.0)], w_tau=0.5, amplitude=[2.0, 0.0])
    liquid = CfCLiquid(mode="pure", weights=weights, elapsed_column=1).fit(np.zeros((1, 2)))
    np.testing.assert_array_equal(state_bounds(liquid), [[-INF, 0], [INF, 0]])


@pytest.mark.parametrize("output", ["all", "last"])
def test_stack_has_those_of_all_its_layers(output):
    inner = StackedReservoir([EchoStateReservoir(3, degree=2), CfCLiquid(4, mode="no_gate")])
    stack = StackedReservoir([inner, LTCLiquid(5, random_state=0)], output=output).fit(U)
    lower, upper = state_bounds(stack)
    assert lower.shape == upper.shape == (stack.n_units_,) == (12,)
    np.testing.assert_array_equal(upper[:7], [1] * 3 + [2] * 4)
    np.testing.assert_array_equal([lower[7:], upper[7:]], state_bounds(stack.layers_[1]))


@pytest.mark.parametrize("refractory", [0.0, 2.0, 3.7])
@pytest.mark.parametrize("output", ["traces", "counts", "voltages"])
def test_spiking_units_reach_their_bounds_and_do_not_cross_them(output, refractory):
    drive = np.repeat([[1e4]], 60, axis=0)
    liquid = LIFLiquid(
        recurrent_weights=np.zeros((3, 3)), input_weights=[[1.0], [0.1], [-1.0]], refractory=refractory, output=output,
        background_current=0.0, threshold=15.0, inhibitory=None,
    ).fit([[0.0]])  # fmt: skip
    lower, upper = state_bounds(liquid)
    states = liquid.transform(drive)
    assert np.all(states >= lower)
    assert np.all(states <= upper + ROUNDING * np.abs(upper))
    apart = max(1, np.floor(refractory + 1e-3))
    if output == "traces":
        assert upper[0] == pytest.approx(1 / (1 - np.exp(-apart / 30)))
        assert states[:, 0].max() > 0.9 * upper[0]
    elif output == "counts":
        np.testing.assert_array_equal(upper, np.full(3, np.ceil(10 / apart)))
        assert states[:, 0].max() == upper[0]
    else:
        np.testing.assert_array_equal(upper, 15)
        assert np.all(lower == -np.inf)


def test_spiking_bounds_of_a_trace_that_does_not_decay():
    liquid = LIFLiquid(3, tau_trace=1e20, random_state=0).fit(U[:2])
    np.testing.assert_array_equal(state_bounds(liquid), [[0] * 3, [INF] * 3])


def test_nothing_is_known_of_other_classes_nor_refused():
    class Own(BaseReservoir):
        def _draw(self, n_features, random_state):
            self.n_units_ = 2

        def _rest(self):
            return np.zeros(2)

        def _drive(self, X, state):
            return np.zeros((len(X), 2)), state

    np.testing.assert_array_equal(state_bounds(Own().fit(U)), [[-INF] * 2, [INF] * 2])
    nvar = NVAR(delay=1, order=1).fit(U)
    np.testing.assert_array_equal(state_bounds(StackedReservoir([nvar, Own()]).fit(U)), [[-INF] * 4, [INF] * 4])


def test_reservoir_that_has_adapted_has_its_own():
    adapted = AdaptiveReservoir(EchoStateReservoir(5, degree=2, random_state=0), IntrinsicPlasticity()).fit(U)
    np.testing.assert_array_equal(state_bounds(adapted), [[-1] * 5, [1] * 5])


def test_output_map_is_not_considered():
    shown = LTCLiquid(5, output_weights=np.full((1, 5), 100.0), random_state=0).fit(U)
    np.testing.assert_array_equal(state_bounds(shown), state_bounds(LTCLiquid(5, random_state=0).fit(U)))


def test_single_precision_bounds_are_those_of_its_weights():
    X = wild_series(1).astype(np.float32)
    liquid = LTCLiquid(20, dtype="float32", elapsed_column=-1, random_state=0).fit(X)
    assert_inside(liquid, X, slack=1e-5)
    assert state_bounds(liquid)[0].dtype == np.float64


def test_class_of_ones_own_can_be_registered():
    class Clock(BaseReservoir):
        def _draw(self, n_features, random_state):
            self.n_units_ = 1

        def _rest(self):
            return np.zeros(1)

        def _drive(self, X, state):
            states = (state + np.arange(1, len(X) + 1)[:, None]) % 12
            return states, states[-1]

    @state_bounds.register(Clock)
    def of_clock(clock):
        return np.zeros(1), np.full(1, 12.0)

    np.testing.assert_array_equal(state_bounds(StackedReservoir([Clock(), Clock()]).fit(U)), [[0, 0], [12, 12]])
