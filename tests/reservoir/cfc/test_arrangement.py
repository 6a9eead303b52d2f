import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir import CfCWeights
from reservoir.cfc.arrangement import arrange, join_heads, layers_of, on_cache_lines
from reservoir.cfc.kernel import CfCProgram
from reservoir.cfc.panels import pack


def draw_layer(n_units, n_sources, seed):
    random = np.random.RandomState(seed)
    return random.standard_normal((n_units, n_sources)), random.standard_normal(n_units)


HEADS = tuple(draw_layer(3, 5, seed) for seed in range(4))


def test_heads_of_timing_are_added_up_where_rows_last_one():
    weights, bias = join_heads(HEADS, timed=True)
    assert_array_equal(weights.reshape(4, 3, 5), [weights for weights, _ in HEADS])
    assert_array_equal(bias.reshape(4, 3), [bias for _, bias in HEADS])
    merged, total = join_heads(HEADS, timed=False)
    assert_array_equal(merged, np.vstack([weights[:6], weights[6:9] + weights[9:]]))
    assert_array_equal(total, np.concatenate([bias[:6], bias[6:9] + bias[9:]]))


def test_matrices_of_a_chain_lie_end_to_end():
    backbone = [draw_layer(5, 6, 4)]
    first = CfCWeights(HEADS, backbone)  # three inputs
    second = CfCWeights([draw_layer(2, 5, seed) for seed in range(5, 9)])  # whose inputs are the units of the first
    cells = arrange((first, second), True, np.dtype("float64"))
    assert cells.plan.tolist() == [[3, 2], [2, 1]]
    assert cells.shapes.tolist() == [[6, 5], [5, 12], [5, 8]]
    layers = [backbone[0], join_heads(first.heads, True), join_heads(second.heads, True)]
    for position, joined in enumerate((cells.weights, cells.biases)):
        assert_array_equal(joined, np.concatenate([pack(*layer)[position] for layer in layers]))
    assert_array_equal(cells.pure, np.zeros((2, 5)))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_matrices_of_a_chain_are_read_back(dtype):
    first = CfCWeights(HEADS, [draw_layer(21, 6, 4), draw_layer(5, 21, 9)])
    second = CfCWeights([draw_layer(2, 5, seed) for seed in range(5, 9)])
    cells = layers_of(arrange((first, second), False, np.dtype(dtype)))
    expected = [[*first.backbone, join_heads(first.heads, False)], [join_heads(second.heads, False)]]
    assert [len(layers) for layers in cells] == [3, 1]
    for layers, others in zip(cells, expected, strict=True):
        for (weights, bias), (other, other_bias) in zip(layers, others, strict=True):
            assert_array_equal(weights, other.astype(dtype))
            assert_array_equal(bias, other_bias.astype(dtype))


def test_rate_and_amplitude_are_those_of_all_units():
    chain = [CfCWeights([draw_layer(2, 3, 0)], (), [1.0, 2], [3.0, 4]), CfCWeights([draw_layer(1, 3, 1)], (), 5.0, 6.0)]
    assert_array_equal(arrange(chain, True, np.dtype("float32")).pure, np.array([[1, 2, 5], [3, 4, 6]], "float32"))


def test_weights_too_large_for_a_precision_are_refused():
    cell = CfCWeights([(np.full((1, 2), 1e300), 0.0)], (), 1.0, 1.0)
    with pytest.raises(ValueError, match="'weights' must be finite in float32"):
        arrange((cell,), True, np.dtype("float32"))


def test_a_program_on_cache_lines_has_the_same_weights():
    cells = arrange((CfCWeights(HEADS, [draw_layer(5, 6, 4)]),), True, np.dtype("float64"))
    apart = cells._replace(weights=np.append(0.0, cells.weights)[1:])
    program = on_cache_lines(CfCProgram(apart, 0, 0, (np.empty((0, 0)), np.empty(0))))
    assert program.cells.weights.ctypes.data % 64 == 0
    assert_array_equal(program.cells.weights, cells.weights)
