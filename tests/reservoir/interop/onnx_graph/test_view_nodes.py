import numpy as np
import pytest
from numpy.testing import assert_allclose
from onnx_runs import computed

from reservoir.encoder.views import VIEWS, fit_view
from reservoir.interop.onnx_graph.view_nodes import add_mean, add_steps_before, add_view

SOURCE = np.random.RandomState(0)
SERIES = [SOURCE.standard_normal((length, 3)) * [1, 50, 1e-3] + [0, 1e3, 5] for length in (1, 2, 7, 12)]
SERIES[2][:, 1] = 7.1  # a column that does not vary


def filled_up(series):
    """One array with what nobody may read behind every sequence, and the lengths."""
    lengths = np.array([len(x) for x in series])
    rows = np.full((len(series), lengths.max() + 2, series[0].shape[1]), np.nan)
    for row, x in zip(rows, series, strict=True):
        row[: len(x)] = x
    return rows, lengths


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_of_every_length(name):
    view = fit_view(name, SERIES)
    rows, lengths = filled_up(SERIES)
    seen, ends = computed(lambda g, x, n: add_view(g, view, x, n), x=rows, n=lengths)
    for x, one, end in zip(SERIES, seen, ends, strict=True):
        expected = view.of(x, np.dtype(np.float64))[:]
        assert end == len(expected)
        scale = np.maximum(np.abs(expected).max(axis=0), 1)
        assert_allclose(one[:end] / scale, expected / scale, rtol=0, atol=1e-11)


def test_steps_before_the_lengths_and_means_over_them():
    rows, lengths = filled_up(SERIES)
    (within,) = computed(lambda g, x, n: add_steps_before(g, x, n), x=rows, n=lengths)
    assert within[..., 0].sum(axis=1).tolist() == lengths.tolist()
    (mean,) = computed(lambda g, x, n: add_mean(g, x, add_steps_before(g, x, n), n), x=rows, n=lengths)
    assert_allclose(mean[:, 0], [x.mean(axis=0) for x in SERIES], rtol=1e-13)
