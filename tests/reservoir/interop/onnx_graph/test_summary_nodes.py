import numpy as np
import pytest
from numpy.testing import assert_allclose
from onnx_runs import computed

from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.network import Value
from reservoir.interop.onnx_graph.summary_nodes import add_summaries

STATES = np.random.RandomState(0).uniform(-1, 1, (4, 9, 3))
LENGTHS = np.array([1, 2, 6, 9])
THRESHOLDS = np.array([[-0.5, 0.0, 0.5], [0.1, 0.2, 0.3]])


def features(summaries, states=STATES):
    def build(graph, x, lengths):
        value = Value(x, states.dtype, ("n_sequences", "n_steps", 3))
        return add_summaries(graph, value, lengths, summaries, THRESHOLDS).name

    behind = np.arange(9)[None, :, None] >= LENGTHS[:, None, None]
    return computed(build, x=np.where(behind, states.dtype.type(np.nan), states), lengths=LENGTHS)[0]


def each(function):
    return np.array([function(x[:n].astype(float)) for x, n in zip(STATES, LENGTHS, strict=True)])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("last", lambda x: x[-1]),
        ("max", lambda x: x.max(axis=0)),
        ("min", lambda x: x.min(axis=0)),
        ("mean", lambda x: x.mean(axis=0)),
        ("std", lambda x: x.std(axis=0)),
        ("ppv", lambda x: (x > THRESHOLDS[:, None]).mean(axis=1).ravel()),
    ],
)
def test_a_summary_is_over_the_steps_of_its_sequence(name, function, dtype):
    made = features([(name, None)], STATES.astype(dtype))
    assert made.dtype == dtype
    assert_allclose(made, each(function), rtol=0, atol=1e-14 if dtype == np.float64 else 2e-7)


@pytest.mark.parametrize("n_parts", [1, 3, 7])
def test_segments_share_a_step_in_a_sequence_of_fewer(n_parts):
    def means(x):
        starts = [part * len(x) // n_parts for part in range(n_parts + 1)]
        pairs = zip(starts[:-1], starts[1:], strict=True)
        return np.concatenate([x[start : max(stop, start + 1)].mean(axis=0) for start, stop in pairs])

    assert_allclose(features([("segments", n_parts)]), each(means), rtol=0, atol=1e-14)


def test_summaries_stand_side_by_side_in_their_order():
    made = features([("last", None), ("segments", 2), ("ppv", None)])
    assert made.shape == (4, 3 + 6 + 6)
    assert_allclose(made[:, :3], features([("last", None)]))
    assert_allclose(made[:, 9:], features([("ppv", None)]))


def test_a_state_that_is_a_threshold_but_for_rounding_is_not_above_it():
    states = np.broadcast_to(THRESHOLDS[0] * (1 + 2e-16), STATES.shape).copy()
    assert features([("ppv", None)], states)[:, :3].max() == 0


def test_a_model_of_the_states_is_refused_by_name():
    value = Value("x", np.dtype(np.float64), ("n_sequences", "n_steps", 3))
    with pytest.raises(ValueError, match="'representation' must not have 'model' in ONNX"):
        add_summaries(Graph(), value, "lengths", [("mean", None), ("model", 1.0)], None)
