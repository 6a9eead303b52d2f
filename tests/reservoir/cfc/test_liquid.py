import naive
import numpy as np
import pytest
from capacity import capacities
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CfCLiquid, CfCWeights
from reservoir.topology import NCP, AutoNCP, FullyConnected, Wiring

U = np.random.RandomState(0).standard_normal((40, 3))
N = 20
EVERY_MODE = pytest.mark.parametrize("mode", ["default", "no_gate", "pure"])


def heads_of(liquid):
    (cell,) = liquid.weights_
    return cell.heads


def test_an_untrained_liquid_remembers_and_bends():
    """Measured: 15.5 and 7.7, with nothing tuned."""
    linear, quadratic = capacities(CfCLiquid(100, random_state=seed) for seed in range(5))
    assert linear >= 12
    assert quadratic >= 5


@pytest.mark.parametrize("mode", ["default", "pure"])
def test_two_starts_converge(mode):
    u = np.random.RandomState(1).standard_normal((200, 2))
    for seed in range(3):
        liquid = CfCLiquid(100, mode=mode, random_state=seed).fit(u)
        first, second = np.random.RandomState(seed).uniform(-1, 1, (2, 100))
        assert np.abs(liquid.run(u, first)[0][-1] - liquid.run(u, second)[0][-1]).max() < 1e-12


@pytest.mark.parametrize(("time_bias", "head"), [(200.0, 1), (-200.0, 0)])
@pytest.mark.parametrize("times", [None, 0.7])
def test_a_saturated_gate_leaves_a_plain_recurrent_network(time_bias, head, times):
    X, column = (U, None) if times is None else (np.column_stack([U, np.full(40, times)]), 3)
    liquid = CfCLiquid(N, time_bias=time_bias, elapsed_column=column, random_state=0)
    states = liquid.fit_transform(X)
    weights, bias = heads_of(liquid)[head]
    h = np.zeros(N)
    for u, state in zip(U, states, strict=True):
        h = np.tanh(weights @ np.concatenate([u, h]) + bias)
        assert_allclose(state, h, rtol=0, atol=1e-12)


@pytest.mark.parametrize("time_bias", [200.0, -200.0])
def test_without_a_gate_the_second_head_is_added_as_far_as_it_is_open(time_bias):
    liquid = CfCLiquid(N, mode="no_gate", gain=0.5, time_bias=time_bias, random_state=0)
    states = liquid.fit_transform(U)
    (first, a), (second, b) = heads_of(liquid)[:2]
    h = np.zeros(N)
    for u, state in zip(U, states, strict=True):
        z = np.concatenate([u, h])
        h = np.tanh(first @ z + a) + (np.tanh(second @ z + b) if time_bias > 0 else 0)
        assert_allclose(state, h, rtol=0, atol=1e-12)


@pytest.mark.parametrize("scale", [1.0, 1e3, 1e150])
@pytest.mark.parametrize("times", [0.0, 1.0, 1e300])
def test_states_are_bounded_whatever_the_input_and_the_time(scale, times):
    X = np.column_stack([scale * U, np.full(40, times)])
    for mode, bound in [("default", 1), ("no_gate", 2)]:
        states = CfCLiquid(N, mode=mode, gain=3.0, elapsed_column=3, random_state=0).fit_transform(X)
        assert np.abs(states).max() <= bound
    if times:
        liquid = CfCLiquid(N, mode="pure", elapsed_column=3, random_state=0)
        states = liquid.fit_transform(X)
        (cell,) = liquid.weights_
        # The largest f exp(-t f) is 1 / (e t).
        reach = np.abs(cell.amplitude) * np.exp(-times * cell.w_tau) / (np.e * times)
        assert np.all(np.abs(states - cell.amplitude) <= reach * (1 + 1e-12) + 1e-15)


def test_pure_mode_settles_at_its_amplitude():
    liquid = CfCLiquid(N, mode="pure", elapsed_column=3, random_state=0)
    states = liquid.fit_transform(np.column_stack([U, np.full(40, 1e4)]))
    assert_allclose(states, np.tile(liquid.weights_[0].amplitude, (40, 1)), atol=1e-12)


def test_the_gate_moves_with_time_from_one_head_to_the_other():
    heads = [(np.zeros((1, 2)), bias) for bias in (-0.5, 0.8, 1.5, -0.3)]
    liquid = CfCLiquid(weights=CfCWeights(heads), elapsed_column=1).fit([[0.0, 1.0]])
    for time in (0.0, 0.2, 1.0, 5.0, 100.0):
        g = 1 / (1 + np.exp(-(1.5 * time - 0.3)))
        expected = (1 - g) * np.tanh(-0.5) + g * np.tanh(0.8)
        assert_allclose(liquid.transform([[3.0, time]]), [[expected]], rtol=1e-14)


@pytest.mark.parametrize("mode", ["default", "no_gate"])
def test_two_heads_of_timing_are_one_while_rows_last_one(mode):
    settings = {"mode": mode, "gain": 0.5, "random_state": 0}
    merged = CfCLiquid(N, **settings).fit(U)
    timed = CfCLiquid(N, elapsed_column=3, **settings).fit(np.column_stack([U, np.ones(40)]))
    assert merged.program_.cells.shapes.tolist() == [[N + 3, 3 * N]]
    assert timed.program_.cells.shapes.tolist() == [[N + 3, 4 * N]]
    states = timed.transform(np.column_stack([U, np.ones(40)]))
    assert_allclose(states, merged.transform(U), rtol=0, atol=1e-12)


@EVERY_MODE
def test_a_wiring_makes_a_chain_of_its_layers(mode):
    wiring = NCP(8, 6, 3, sensory_fanout=3, inter_fanout=2, recurrent_command_synapses=5, motor_fanin=2).build(3)
    liquid = CfCLiquid(topology=wiring, mode=mode, random_state=0).fit(U)
    assert [(cell.n_inputs, cell.n_units) for cell in liquid.weights_] == [(3, 8), (8, 6), (6, 3)]
    inter, command, motor = (list(layer) for layer in wiring.layers)
    recurrent, sensory = wiring.recurrent.toarray(), wiring.sensory.toarray()
    blocks = [sensory[inter], recurrent[np.ix_(command, inter)], recurrent[np.ix_(motor, command)]]
    for cell, block in zip(liquid.weights_, blocks, strict=True):
        for number, (weights, _) in enumerate(cell.heads):
            own, received = weights[:, cell.n_inputs :], weights[:, : cell.n_inputs]
            assert own.all() and np.array_equal(received != 0, block != 0 if number < 2 else np.ones_like(block, bool))


def test_states_of_a_chain_come_layer_by_layer():
    liquid = CfCLiquid(topology=AutoNCP(N, 4), random_state=0).fit(U)
    states, received = liquid.transform(U), U
    parts = np.split(states, np.cumsum([cell.n_units for cell in liquid.weights_])[:-1], axis=1)
    for cell, part in zip(liquid.weights_, parts, strict=True):
        alone = CfCLiquid(weights=cell).fit(received)
        assert_allclose(alone.transform(received), part, rtol=0, atol=1e-13)
        received = part


def test_one_layer_is_a_dense_cell():
    wired = CfCLiquid(topology=FullyConnected(N), random_state=0).fit(U)
    dense = CfCLiquid(N, random_state=0).fit(U)
    assert_array_equal(wired.transform(U), dense.transform(U))


def test_input_scaling_stops_at_the_first_layer():
    one, three = (CfCLiquid(topology=AutoNCP(N, 4), input_scaling=s, random_state=0).fit(U) for s in (1.0, 3.0))
    for number, (a, b) in enumerate(zip(one.weights_, three.weights_, strict=True)):
        for (plain, _), (scaled, _) in zip(a.heads, b.heads, strict=True):
            factor = np.where(np.arange(plain.shape[1]) < a.n_inputs, 3.0 if number == 0 else 1.0, 1.0)
            assert_allclose(scaled, plain * factor, rtol=1e-14)


@EVERY_MODE
@pytest.mark.parametrize("settings", [{}, {"backbone_layers": 2, "backbone_units": 7}, {"topology": AutoNCP(N, 4)}])
def test_drawn_weights_given_back_give_the_same_states(mode, settings):
    drawn = CfCLiquid(N, mode=mode, random_state=0, **settings).fit(U)
    for weights in (drawn.weights_, list(drawn.weights_)):
        given = CfCLiquid(mode=mode, weights=weights).fit(U)
        assert given.n_units_ == N and all(a is b for a, b in zip(given.weights_, drawn.weights_, strict=True))
        assert_array_equal(given.transform(U), drawn.transform(U), strict=True)


def test_a_chain_of_deep_cells_may_be_given():
    def cell(n_inputs, n_units, seed):
        liquid = CfCLiquid(n_units, backbone_layers=1, backbone_units=11, random_state=seed)
        return liquid.fit(np.zeros((1, n_inputs))).weights_[0]

    chain = (cell(3, 5, 0), cell(5, 9, 1), cell(9, 2, 2))
    liquid = CfCLiquid(weights=chain, backbone_activation="silu").fit(U)
    assert liquid.n_units_ == 16
    expected = naive.run_cfc(chain, "default", "silu", U, np.ones(40), np.zeros(16))
    assert_allclose(liquid.transform(U), expected, rtol=0, atol=1e-12)


CELL = CfCWeights([(np.ones((4, 7)), 0.0)] * 4)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"weights": CfCWeights([(np.ones((4, 6)), 0.0)] * 4)}, "'weights' must take 3 inputs in this place; got 2"),
        ({"weights": (CELL, CELL)}, "'weights' must take 4 inputs in this place; got 3"),
        ({"weights": CELL, "mode": "pure"}, "'weights' must have 1 head in mode 'pure', else 4; got 4"),
        ({"weights": ()}, r"'weights' must be CfCWeights or a sequence of them; got \(\)"),
        ({"weights": [CELL, "cell"]}, "'weights' must be CfCWeights or a sequence of them; got"),
        ({"weights": np.ones((4, 7))}, "'weights' must be CfCWeights or a sequence of them; got"),
        ({"topology": AutoNCP(N, 4), "backbone_layers": 1}, "'backbone_layers' must be 0 with a wiring; got 1"),
        (
            {"topology": AutoNCP(N, 4).build(2)},
            "'topology' must be a wiring of n_inputs=3 inputs, one per feature; got",
        ),
        ({"topology": "shift"}, "'topology' must be None or a wiring of .* for CfCLiquid; got 'shift'"),
        ({"topology": AutoNCP}, "'topology' must be None or a wiring of .* for CfCLiquid; got <class"),
        ({"backbone_layers": 2**40, "backbone_units": 3}, "'backbone_layers' must be small enough"),
        ({"backbone_layers": 10**400, "backbone_units": 3}, "'backbone_layers' must be small enough"),
        ({"mode": "gate"}, "'mode' must be one of 'default', 'pure', 'no_gate'; got 'gate'"),
    ],
)
def test_settings_that_do_not_fit_are_refused(parameters, message):
    with pytest.raises((ValueError, TypeError), match=message):
        CfCLiquid(N, **parameters).fit(U)


def test_a_single_head_needs_pure_mode():
    single = CfCWeights([(np.ones((4, 7)), 0.0)], w_tau=0.5, amplitude=1.0)
    with pytest.raises(ValueError, match="'weights' must have 1 head in mode 'pure', else 4; got 1"):
        CfCLiquid(weights=single).fit(U)
    assert CfCLiquid(weights=single, mode="pure").fit_transform(U).shape == (40, 4)


def test_what_a_wiring_has_beside_its_chain_is_left_out():
    # Synapses within a layer, backwards, over a layer, and inputs to later layers, as in ncps.
    recurrent, sensory = np.zeros((3, 3)), np.array([[1.0], [0.0], [0.0]])
    recurrent[1, 0] = recurrent[2, 1] = 1
    plain = Wiring(recurrent, sensory, 1, [[0], [1], [2]])
    recurrent[0, 2] = recurrent[2, 0] = recurrent[1, 1] = -1
    more = Wiring(recurrent, np.ones((3, 1)), 1, [[0], [1], [2]])
    first, second = (CfCLiquid(topology=wiring, random_state=0).fit_transform(U[:, :1]) for wiring in (plain, more))
    assert_array_equal(first, second)
