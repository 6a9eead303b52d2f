"""Changes in words, and made."""

import numpy as np
import pytest
from builders import series

from reservoir import CTRNNLiquid, EchoStateReservoir
from reservoir.diagnostics.report.change import Change, follow

STANDARDIZE = "standardize X (take the mean of each column away and divide by its standard deviation)"


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("lower 'gain' from 6 to 1", Change("gain", "lower", 1 / 6, 1.0, 6)),
        ("raise 'leak_rate' from 0.001 to 0.3", Change("leak_rate", "raise", 300.0, 0.3, 0.001)),
        ("lower 'gain' to 0.5", Change("gain", "lower", 0.5, 0.5)),
        ("lower 'tau_range' from (1e+03, 2e+03) to (1, 2)", Change("tau_range", "lower", None, (1.0, 2.0), (1e3, 2e3))),
        ("lower 'tau_range' from 1e+04 to (1, 9.7)", Change("tau_range", "lower", None, (1.0, 9.7), 1e4)),
        ("multiply 'bias' by 0.12", Change("bias", "lower", 0.125, np.ones(3), 8 * np.ones(3))),
        ("multiply X by 4", Change("X", "raise", 4.0)),
        (STANDARDIZE, Change("X", "standardize", None)),
    ],
)
def test_a_change_in_words(words, change):
    assert str(change) == words


def test_the_reservoir_is_copied_and_the_series_is_handed_on():
    u = series(20, 2)
    reservoir = EchoStateReservoir(5, random_state=0).fit(u)
    changed, X = follow(
        [Change("leak_rate", "raise", 2.0, 0.6), Change("bias_scaling", "lower", 0.5, 0.4)], reservoir, u
    )
    assert X is u
    assert (changed.leak_rate, changed.bias_scaling, reservoir.leak_rate) == (0.6, 0.4, 0.3)
    assert np.array_equal(changed.leak_rate_, np.full(5, 0.6))


def test_a_standardized_series_has_mean_0_and_deviation_1_but_for_times_and_constants():
    X = np.column_stack([series(50, 1) * 7 + 3, np.full(50, 0.5), np.full(50, 2.0)])
    liquid = CTRNNLiquid(5, elapsed_column=1, random_state=0).fit(X)
    _, Z = follow([Change("X", "standardize", None)], liquid, X)
    np.testing.assert_allclose(Z.mean(axis=0), [0, 0.5, 0], atol=1e-12)
    np.testing.assert_allclose(Z.std(axis=0), [1, 0, 0], atol=1e-12)
    _, Z = follow([Change("X", "raise", 4.0)], liquid, X)
    assert np.array_equal(Z, X * [4, 1, 4])


def test_a_frame_stays_a_frame():
    pandas = pytest.importorskip("pandas", reason="data frames need pandas")
    frame = pandas.DataFrame({"a": [1.0, 2.0, 4.0], "b": [0.0, 1.0, 0.0]})
    reservoir, Z = follow([Change("X", "raise", 2.0)], EchoStateReservoir(5, random_state=0).fit(frame), frame)
    assert list(Z.columns) == list(reservoir.feature_names_in_) == ["a", "b"]
    assert Z["a"].tolist() == [2.0, 4.0, 8.0]


@pytest.mark.parametrize("container", [list, np.stack], ids=["list", "array"])
def test_several_series_are_standardized_together(container):
    X = container([3 + series(20, 2), 5 + 2 * series(20, 2, seed=1)])
    reservoir = EchoStateReservoir(5, random_state=0).fit(X)
    _, Z = follow([Change("X", "standardize", None)], reservoir, X)
    assert type(Z) is type(X) and len(Z) == 2
    rows = np.concatenate(list(X))
    np.testing.assert_allclose(np.concatenate(list(Z)), (rows - rows.mean(axis=0)) / rows.std(axis=0))
    _, Z = follow([Change("X", "lower", 0.5)], reservoir, X)
    np.testing.assert_array_equal(Z[1], X[1] * 0.5)
    assert follow([Change("leak_rate", "raise", 2.0, 0.6)], reservoir, X)[1] is X


def test_frames_and_flat_series_among_several():
    pandas = pytest.importorskip("pandas", reason="data frames need pandas")
    frames = [pandas.DataFrame({"a": [1.0, 2.0]}), pandas.DataFrame({"a": [4.0]})]
    _, Z = follow([Change("X", "raise", 2.0)], EchoStateReservoir(5, random_state=0).fit(frames), frames)
    assert [z["a"].tolist() for z in Z] == [[2.0, 4.0], [8.0]]
    flat = [np.array([1.0, 2.0]), np.array([4.0])]
    _, Z = follow([Change("X", "raise", 2.0)], EchoStateReservoir(5, random_state=0).fit(flat), flat)
    assert [z.tolist() for z in Z] == [[[2.0], [4.0]], [[8.0]]]
