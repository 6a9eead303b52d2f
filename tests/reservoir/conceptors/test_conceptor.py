"""A conceptor as a transformer: states in any container, streamed, weighted, kept in their precision and in files."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from reservoir import Conceptor, EchoStateReservoir, load, save


def states(n_rows=50, n_units=4, seed=0):
    return np.random.RandomState(seed).standard_normal((n_rows, n_units)) * [2.0, 1.0, 0.5, 0.1][:n_units]


def test_closed_form():
    X = states()
    conceptor = Conceptor(3.0).fit(X)
    correlation = X.T @ X / len(X)
    np.testing.assert_allclose(conceptor.correlation_, correlation, rtol=1e-12)
    expected = correlation @ np.linalg.inv(correlation + np.eye(4) / 9)
    np.testing.assert_allclose(conceptor.matrix_, expected, atol=1e-12)
    np.testing.assert_allclose(conceptor.transform(X), X @ expected.T, atol=1e-12)
    assert conceptor.aperture_ == 3 and conceptor.weight_seen_ == 50 and conceptor.n_features_in_ == 4


def test_containers_agree():
    X = states(60)
    expected = Conceptor().fit(X)
    for container in (X.reshape(3, 20, 4), [X[:7], X[7:]], pd.DataFrame(X), np.asfortranarray(X)):
        conceptor = Conceptor().fit(container)
        np.testing.assert_allclose(conceptor.matrix_, expected.matrix_, atol=1e-13)
    assert [len(rows) for rows in expected.transform([X[:7], X[7:]])] == [7, 53]
    assert expected.transform(X.reshape(3, 20, 4)).shape == (3, 20, 4)


def test_streaming_is_fitting_at_once():
    X = states(60)
    stream = Conceptor("steepest").partial_fit(X[:10]).partial_fit([X[10:11], X[11:30]]).partial_fit(X[30:])
    whole = Conceptor("steepest").fit(X)
    np.testing.assert_allclose(stream.matrix_, whole.matrix_, atol=1e-9)
    assert stream.weight_seen_ == whole.weight_seen_ == 60
    again = stream.fit(X[:10])
    np.testing.assert_array_equal(again.matrix_, Conceptor("steepest").fit(X[:10]).matrix_)


def test_weights_are_repetitions():
    X, weights = states(12), np.array([0, 1, 2, 3] * 3)
    weighted, repeated = Conceptor().fit(X, sample_weight=weights), Conceptor().fit(np.repeat(X, weights, axis=0))
    np.testing.assert_allclose(weighted.matrix_, repeated.matrix_, atol=1e-13)
    assert weighted.weight_seen_ == weights.sum()
    split = Conceptor().fit([X[:5], X[5:]], sample_weight=weights)
    np.testing.assert_allclose(split.matrix_, weighted.matrix_, atol=1e-13)
    streamed = Conceptor().partial_fit(X[:6], sample_weight=weights[:6]).partial_fit(X[6:], sample_weight=weights[6:])
    np.testing.assert_allclose(streamed.matrix_, weighted.matrix_, atol=1e-13)


def test_single_precision_is_kept():
    X = states().astype(np.float32)
    conceptor = Conceptor().fit(X)
    assert conceptor.matrix_.dtype == np.float64 and conceptor.transform(X).dtype == np.float32
    np.testing.assert_allclose(conceptor.transform(X), X @ conceptor.matrix_, atol=1e-6)


def test_names_of_units_are_kept():
    frame = pd.DataFrame(states(), columns=list("abcd"))
    conceptor = Conceptor().set_output(transform="pandas").fit(frame)
    assert list(conceptor.transform(frame)) == list("abcd")
    assert list((~conceptor).feature_names_in_) == list("abcd")


def test_evidence():
    X = states()
    conceptor = Conceptor(2.0).fit(X)
    matrix = conceptor.matrix_
    expected = [x @ matrix @ x / (x @ x) for x in X]
    np.testing.assert_allclose(conceptor.evidence(X), expected, atol=1e-13)
    assert conceptor.evidence(np.zeros((2, 4))).tolist() == [0.0, 0.0]
    np.testing.assert_allclose(conceptor.evidence(1e200 * X), expected, atol=1e-13)
    np.testing.assert_allclose(conceptor.evidence(X) + (~conceptor).evidence(X), 1, atol=1e-13)
    with pytest.raises(ValueError, match="'X' must be one 2-D series"):
        conceptor.evidence([X, X])


def test_states_of_a_pattern_pass_and_others_do_not():
    t = np.arange(500)
    slow, fast = np.sin(0.1 * t)[:, None], np.sin(1.1 * t)[:, None]
    reservoir = EchoStateReservoir(80, input_scaling=1.0, leak_rate=1.0, random_state=0).fit(slow)
    visited = [reservoir.transform(pattern)[100:] for pattern in (slow, fast)]
    own, other = (Conceptor("steepest").fit(rows) for rows in visited)
    for rows, right, wrong in ((visited[0], own, other), (visited[1], other, own)):
        assert right.evidence(rows).min() > wrong.evidence(rows).max()


def test_files_and_clones(tmp_path):
    X = states()
    conceptor = Conceptor(2.0).fit(X)
    assert clone(conceptor).get_params() == {"aperture": 2.0} and not hasattr(clone(conceptor), "matrix_")
    save(conceptor, tmp_path / "conceptor.skops")
    for other in (pickle.loads(pickle.dumps(conceptor)), load(tmp_path / "conceptor.skops")):
        np.testing.assert_array_equal(other.transform(X), conceptor.transform(X))
        assert not other.matrix_.flags.writeable
        other.partial_fit(X)


@pytest.mark.parametrize("aperture", [0.0, -1.0, np.inf, np.nan, "wide", None, True])
def test_bad_apertures(aperture):
    with pytest.raises(ValueError, match="'aperture' must be"):
        Conceptor(aperture).fit(states())


def test_bad_states():
    with pytest.raises(ValueError, match="'sample_weight' must not be zero"):
        Conceptor().fit(states(), sample_weight=0.0)
    with pytest.raises(ValueError, match="'sample_weight' must be one number or one per row"):
        Conceptor().fit(states(), sample_weight=[1.0, 2.0])
    with pytest.raises(ValueError, match="sums of squares are finite"):
        Conceptor().fit(1e200 * states())
    with pytest.raises(ValueError, match="'X' must hold states that are not all 0 for aperture='steepest'"):
        Conceptor("steepest").fit(np.zeros((5, 3)))
    assert Conceptor().fit(np.zeros((5, 3))).quota_ == 0
    fitted = Conceptor().fit(states())
    with pytest.raises(ValueError, match="4 features"):
        fitted.partial_fit(states(n_units=3))
    with pytest.raises(ValueError, match="cannot be added"):
        (~fitted).partial_fit(states())
    assert fitted.weight_seen_ == 50


def test_bad_matrices():
    with pytest.raises(ValueError, match="'matrix' must have eigenvalues from 0 to 1; got 0.5 to 2"):
        Conceptor.from_matrix(np.diag([2.0, 0.5]))
    with pytest.raises(ValueError, match="'matrix' must be symmetric"):
        Conceptor.from_matrix([[0.5, 0.1], [0.0, 0.5]])
    with pytest.raises(ValueError, match="'matrix' must have shape"):
        Conceptor.from_matrix(np.ones((2, 3)) / 9)
