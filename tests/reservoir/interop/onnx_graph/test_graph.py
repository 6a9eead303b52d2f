import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from onnx_runs import computed

from reservoir.interop.onnx_graph.graph import MOST_UNROLLED, Graph, described


def test_a_constant_is_written_once_and_one_of_another_type_or_shape_beside_it():
    graph = Graph()
    same = graph.constant(np.zeros(2)), graph.constant(np.zeros(2))
    others = graph.constant(np.zeros(2, np.float32)), graph.constant(np.zeros((2, 1))), graph.constant(np.zeros(3))
    assert same[0] == same[1]
    assert len({same[0], *others}) == 4 == len(graph.constants)


def test_constants_of_a_loop_belong_to_the_graph_around_and_names_are_unique():
    graph = Graph(prefix="mine_")
    inner = Graph(graph)
    name = inner.constant(1.0)
    assert graph.constants and not inner.constants
    assert name.startswith("mine_") and graph.name("constant") != inner.name("constant") != name


@pytest.mark.parametrize("times", [0, 1, MOST_UNROLLED, MOST_UNROLLED + 1, 40])
def test_repetitions_unrolled_or_in_a_loop_give_the_same(times):
    (doubled,) = computed(lambda g, x: g.repeat(times, lambda h, v: h.add("Add", v, v), x, np.float64), x=np.ones(2))
    assert_array_equal(doubled, [2.0**times] * 2)


def test_every_series_is_repeated_as_often_as_it_needs():
    def build(graph, x, times):
        return graph.repeat(times, lambda inner, value: inner.add("Mul", value, 2.0), x, np.float64)

    (doubled,) = computed(build, x=np.ones((3, 2)), times=np.array([[0], [5], [2]]))
    assert_array_equal(doubled, [[1, 1], [32, 32], [4, 4]])


@pytest.mark.parametrize("axis", [0, 1])
def test_a_scan_returns_the_sums_up_to_every_step_and_the_last_one(axis):
    def build(graph, x, start):
        def step(inner, states, scanned):
            total = inner.add("Add", states["total"], *scanned)
            return {"total": total}, inner.add("Neg", total)

        rest = {"total": np.zeros(2)}
        after, rows = graph.scan(step, rest, {"total": start}, [x], axis, (np.float64, np.float64))
        return after["total"], rows

    x = np.random.RandomState(0).standard_normal((3, 4, 2) if axis else (4, 2))
    start = np.ones((3, 2) if axis else 2)
    last, rows = computed(build, x=x, start=start)
    assert_allclose(rows, -(1 + x.cumsum(axis=axis)), atol=1e-15)
    assert_allclose(last, -rows.take(-1, axis=axis), atol=0)


def test_a_loop_returns_states_and_outputs_of_every_round():
    def one_round(inner, states, number):
        return [inner.add("Mul", *states, 0.5)], [states[0], number]

    def build(graph, x, times):
        return graph.loop(times, one_round, [x], [np.float64], [np.float64, np.int64])

    end, values, numbers = computed(build, x=np.array([8.0]), times=np.array(3))
    assert_array_equal(end, [1.0])
    assert_array_equal(values, [[8.0], [4.0], [2.0]])
    assert_array_equal(numbers, [0, 1, 2])


def test_columns_are_taken_in_order_and_all_of_them_as_they_are():
    graph = Graph()
    assert graph.columns("x", [0, 1, 2], 3) == "x" and not graph.nodes
    (taken,) = computed(lambda g, x: g.columns(x, [2, 0], 3), x=np.arange(6.0).reshape(2, 3))
    assert_array_equal(taken, [[2, 0], [5, 3]])


def test_a_cast_to_the_same_type_is_no_node():
    graph = Graph()
    assert graph.cast("x", "float32", np.float32) == "x" and not graph.nodes


def test_text_and_sizes_are_described():
    info = described("labels", np.dtype("<U3"), ["n_steps", 2])
    sizes = info.type.tensor_type.shape.dim
    assert info.type.tensor_type.elem_type == 8
    assert (sizes[0].dim_param, sizes[1].dim_value) == ("n_steps", 2)
