import tracemalloc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import EchoStateReservoir, SequenceEncoder
from reservoir.encoder.views import VIEWS

N_UNITS = 6


def numbers(*shape, seed=0):
    return np.random.RandomState(seed).standard_normal(shape)


def ragged():
    return [numbers(n_steps, 3, seed=n_steps) for n_steps in (9, 2, 30, 4, 17, 1)]


def small(**parameters):
    return EchoStateReservoir(N_UNITS, random_state=0, **parameters)


def copying(**parameters):
    """A reservoir whose single unit is its input."""
    linear = {"recurrent_weights": [[0.0]], "input_weights": [[1.0]], "bias": 0.0, "leak_rate": 1.0}
    return EchoStateReservoir(**linear, activation="identity", **parameters)


SERIES = np.array([[1.0], [4.0], [2.0], [-1.0], [4.0]])  # mean 2, deviation sqrt(3.6)
ADDED = {
    "mean": [0.2, 0.8, 0.4, -0.2, 0.8],
    "last": [0, 0, 0, 0, 4],
    "max": [0, 4, 0, 0, 0],
    "min": [0, 0, 0, -1, 0],
    "ppv": [0, 0.2, 0, 0, 0.2],  # the median is 2
    "std": np.array([1, 4, 0, 9, 4]) / 5 / np.sqrt(3.6),
    "segments": [0.5, 2, 2 / 3, -1 / 3, 4 / 3],
}


@pytest.mark.parametrize("name", ADDED)
def test_what_a_step_adds_in_closed_form(name):
    encoder = SequenceEncoder(copying(), name, quantiles=(0.5,), n_segments=2).fit([SERIES])
    weights = np.ones((encoder.transform([SERIES]).shape[1], 1))
    (added,) = encoder.split_over_steps([SERIES], weights, np.zeros(len(weights)))
    assert_allclose(added[:, 0], ADDED[name], rtol=1e-12, atol=1e-15)


# What the last step of a view and its largest value, each weighted by 1, add to the steps of the series; the
# differences are 3, -2, -3 and 5.
OF_VIEWS = {
    "series": ([0, 0, 0, 0, 4], [0, 4, 0, 0, 0]),
    "reversed_series": ([1, 0, 0, 0, 0], [0, 0, 0, 0, 4]),
    "differences": ([0, 0, 0, 0, 5], [0, 0, 0, 0, 5]),
    "reversed_differences": ([0, 3, 0, 0, 0], [0, 0, 0, 0, 5]),
}


@pytest.mark.parametrize("view", OF_VIEWS)
def test_views_are_mapped_back_to_the_steps_of_the_series(view):
    encoder = SequenceEncoder(copying(), ("last", "max"), views=view).fit([SERIES])
    (added,) = encoder.split_over_steps([SERIES], np.eye(2), np.zeros(2))
    assert_allclose(added.T, OF_VIEWS[view], rtol=1e-12)


def test_a_step_adds_the_distance_from_the_centre():
    encoder = SequenceEncoder(copying(), ("mean", "last")).fit([SERIES])
    (added,) = encoder.split_over_steps([SERIES], [[10.0], [1.0]], [2.0, 3.0])
    assert_allclose(added[:, 0], [-2, 4, 0, -6, 4 + 1], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("view", [*VIEWS, tuple(VIEWS)], ids=str)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_steps_add_sums_to_the_weighted_features(view, dtype):
    X = ragged()
    names = ("ppv", "std", "segments", "min", "last", "mean", "max")
    encoder = SequenceEncoder(small(dtype=dtype), names, views=view, n_jobs=2).fit(X)
    features = encoder.transform(X)
    weights, centre = numbers(features.shape[1], 3), features.mean(axis=0)
    added = encoder.split_over_steps(X, weights, centre)
    assert [part.shape for part in added] == [(len(x), 3) for x in X]
    tolerance = 1e-11 if dtype == "float64" else 1e-4
    assert_allclose([part.sum(axis=0) for part in added], (features - centre) @ weights, atol=tolerance)


def test_the_states_of_all_sequences_are_never_held_at_once():
    X = numbers(40, 5000, 1)
    encoder = SequenceEncoder(EchoStateReservoir(100, random_state=0), ("mean", "max", "std")).fit(X)
    weights, centre = np.ones((300, 1)), np.zeros(300)
    encoder.split_over_steps(X[:1], weights, centre)
    tracemalloc.start()
    encoder.split_over_steps(X, weights, centre)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 5000 * 100 * 40 / 4  # a quarter of all states; those of one sequence are a fortieth


def test_features_know_their_view_and_unit():
    encoder = SequenceEncoder(small(), ("mean", "segments"), views=("scaled", "differences"), n_segments=2).fit(
        ragged()
    )
    views, units = encoder.feature_units_.T
    assert_array_equal(views, np.repeat([0, 1], 3 * N_UNITS))
    assert_array_equal(units, np.tile(np.arange(N_UNITS), 6))
    for name, view, unit in zip(encoder.get_feature_names_out(), views, units, strict=True):
        assert name.startswith(("scaled_", "differences_")[view]) and name.endswith(f"_{unit}")


def test_what_steps_add_is_refused_by_name():
    encoder = SequenceEncoder(small(), ("mean", "model")).fit(ragged())
    with pytest.raises(ValueError, match="'representation' must not have 'model' to be split over steps"):
        encoder.split_over_steps(ragged(), np.ones((N_UNITS, 1)), np.zeros(N_UNITS))
    encoder = SequenceEncoder(small()).fit(ragged())
    with pytest.raises(ValueError, match=r"'weights' must have shape \(\d+, n_outputs\); got \(3, 1\)"):
        encoder.split_over_steps(ragged(), np.ones((3, 1)), np.zeros(N_UNITS))
    with pytest.raises(ValueError, match="'centre' must have shape"):
        encoder.split_over_steps(ragged(), np.ones((N_UNITS, 1)), np.zeros(3))
