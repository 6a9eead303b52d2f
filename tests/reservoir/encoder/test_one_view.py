import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import EchoStateReservoir
from reservoir.encoder import one_view
from reservoir.encoder.one_view import OneView
from reservoir.encoder.views import fit_view

SUMMARIES = [("ppv", None), ("last", None), ("mean", None), ("std", None), ("max", None), ("min", None),
             ("segments", 3)]  # fmt: skip
QUANTILES = np.array([0.25, 0.75])


def series(dtype="float64"):
    random = np.random.RandomState(0)
    return [random.standard_normal((n_steps, 2)).astype(dtype) for n_steps in (40, 1, 25, 7)]


def view_of(name, dtype="float64"):
    reservoir = EchoStateReservoir(6, dtype=dtype, random_state=0).fit(series())
    view = OneView(None if name is None else fit_view(name, series(dtype)), reservoir)
    return view.with_thresholds(series(dtype), QUANTILES, np.random.RandomState(0), None)


def features_of(states, thresholds):
    states = np.asarray(states, np.float64)
    cuts = [part * len(states) // 3 for part in range(4)]
    parts = [states[start : max(stop, start + 1)].mean(axis=0) for start, stop in zip(cuts[:-1], cuts[1:], strict=True)]
    shares = [(states > level).mean(axis=0) for level in thresholds]
    of_all = (states.mean(axis=0), states.std(axis=0), states.max(axis=0), states.min(axis=0))
    return np.concatenate([*shares, states[-1], *of_all, *parts])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", [None, "series", "standardized", "reversed_scaled_differences"])
def test_features_are_those_of_the_states_of_the_view(name, dtype):
    one, given = view_of(name, dtype), series(dtype)
    states = [one.reservoir.run(x[:])[0] for x in one.seen(given)]
    assert_array_equal(one.thresholds, np.quantile(np.concatenate(states), QUANTILES, axis=0, method="inverted_cdf"))
    for features, own in zip(one.encode(given, SUMMARIES), states, strict=True):
        assert features.dtype == dtype
        assert_allclose(
            features, features_of(own, one.thresholds), rtol=1e-6, atol=1e-7 if dtype == "float32" else 1e-14
        )


@pytest.mark.parametrize("name", [None, "reversed_standardized_differences"])
def test_pieces_and_threads(name, monkeypatch):
    one = view_of(name)
    expected = one.encode(series(), SUMMARIES)
    for n_jobs in (2, None):
        for features, own in zip(one.encode(series(), SUMMARIES, n_jobs), expected, strict=True):
            assert_array_equal(features, own, strict=True)
    for size in (2, 9, 39):
        monkeypatch.setattr(one_view, "ROWS_AT_ONCE", size)
        for features, own in zip(one.encode(series(), SUMMARIES), expected, strict=True):
            assert_array_equal(features[:18], own[:18])  # shares and the last state
            assert_allclose(features, own, rtol=1e-12, atol=1e-15)
