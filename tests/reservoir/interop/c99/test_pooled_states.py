"""A reservoir that copies its input, so that what is pooled is what NumPy says of the input."""

import numpy as np
import pytest
from c_programs import needs_gcc
from c_sequences import results_in_c
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import EchoStateReservoir, SequenceEncoder
from reservoir.interop import to_c
from reservoir.interop.c99.pooled_states import check_summaries, features_rule, pooling_rule

pytestmark = needs_gcc
COPY = {"recurrent_weights": np.zeros((3, 3)), "input_weights": np.eye(3), "bias": 0.0, "leak_rate": 1.0}
SUMMARIES = {
    "last": lambda x: x[-1],
    "mean": lambda x: x.mean(axis=0),
    "std": lambda x: x.std(axis=0),
    "max": lambda x: x.max(axis=0),
    "min": lambda x: x.min(axis=0),
}


def copying(representation, dtype, X, **parameters):
    reservoir = EchoStateReservoir(**COPY, activation="identity", dtype=dtype)
    return SequenceEncoder(reservoir, representation, **parameters).fit(X)


def far_from_the_first(n_steps, dtype):
    """Three columns whose mean is many deviations away from 0 and from their first numbers."""
    x = np.random.RandomState(0).uniform(-0.05, 0.05, (n_steps, 3)) + [0.8, -3.0, 0.0]
    x[0] = [0.0, 1.0, 0.01]
    return x.astype(dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("n_steps", [1, 2, 30_000])
def test_features_are_those_of_numpy_however_many_rows(tmp_path, n_steps, dtype):
    x = far_from_the_first(n_steps, dtype)
    files = to_c(copying(tuple(SUMMARIES), dtype, [x]), tmp_path / "pool")
    _, _, (features,) = results_in_c(files, [x], dtype=dtype)
    expected = np.concatenate([summary(x.astype("float64")) for summary in SUMMARIES.values()])
    assert_allclose(features, expected, rtol=0, atol={"float64": 1e-14, "float32": 3e-7}[dtype])


@pytest.mark.parametrize("quantiles", [(0.25, 0.5), 3])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_shares_above_thresholds_are_counted_as_in_python_on_what_was_fitted_too(tmp_path, dtype, quantiles):
    X = [np.round(far_from_the_first(n, dtype), 2) for n in (40, 7)]  # with many ties
    encoder = copying(("ppv", "last"), dtype, X, quantiles=quantiles)
    _, _, features = results_in_c(to_c(encoder, tmp_path / "pool"), X, dtype=dtype)
    assert_allclose(features, encoder.transform(X), rtol=0, atol=1e-7)


def test_a_state_that_rounding_puts_above_its_threshold_is_not_above(tmp_path):
    for dtype, off in [("float64", 1e-14), ("float32", 1e-7)]:
        X = [np.full((4, 3), 0.5, dtype)]
        files = to_c(copying("ppv", dtype, X, quantiles=(0.5,)), tmp_path / "pool")
        for shift, share in [(0.0, 0.0), (off, 0.0), (1e-3, 1.0)]:
            assert_array_equal(results_in_c(files, [X[0] + np.asarray(shift, dtype)], dtype=dtype)[2], share)


def test_only_what_is_asked_for_is_kept():
    assert list(pooling_rule([("max", None)], 5, None, np.dtype("float32")).state) == ["n_rows", "largest"]
    both = pooling_rule([("std", None), ("mean", None)], 5, None, np.dtype("float32"))
    assert set(both.state) == {"n_rows", "mean", "mean_lost", "squares", "squares_lost"}
    assert both.operations == 5 * 12 + 1  # one over the number of rows
    counts = pooling_rule([("ppv", 2)], 5, np.zeros((2, 5)), np.dtype("float32"))
    assert counts.state["above"].shape == (2, 5)
    assert counts.operations == 2 * 10


def test_features_come_in_the_order_of_the_summaries():
    rule = features_rule([("last", None), ("ppv", 2), ("mean", None)], 5, 2, "pool1")
    assert (rule.n_outputs, rule.state_of, rule.state) == (20, "pool1", {})
    assert "y[15 + i] = s->mean[i];" in rule.body


@pytest.mark.parametrize(("name", "why"), [("segments", "needs the number of steps"), ("model", "fits a ridge")])
def test_summaries_that_need_the_whole_sequence_are_refused(name, why):
    with pytest.raises(ValueError, match=f"'model' must have a representation of last, max.*got '{name}', which {why}"):
        check_summaries([("mean", None), (name, 3)])
