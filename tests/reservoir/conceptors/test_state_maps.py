"""What a parameter 'conceptor' asks for, in all its forms."""

import numpy as np
import pytest

from reservoir import Conceptor
from reservoir.conceptors import Morph
from reservoir.conceptors.state_maps import read_state_maps

DOUBLE = np.dtype("float64")
A, B = Conceptor.from_matrix(np.diag([1.0, 0.5])), Conceptor.from_matrix(np.diag([0.25, 0.0]))
STATE = np.array([8.0, 4.0])


def applied(conceptor, n_steps=3, dtype=DOUBLE):
    maps = read_state_maps(conceptor, n_steps, 2, np.dtype(dtype))
    return np.stack([maps.apply(t, STATE.astype(dtype)) for t in range(n_steps)])


def test_one_for_all_steps():
    for one in (A, A.matrix_, A.matrix_.tolist()):
        np.testing.assert_array_equal(applied(one), 3 * [[8.0, 2.0]])


def test_one_for_each_step():
    expected = [[8.0, 2.0], [2.0, 0.0], [8.0, 2.0]]
    several = [A.matrix_, B.matrix_, A.matrix_]
    for form in ([A, B, A], (A, B.matrix_, A), several, np.stack(several), np.stack(several).tolist()):
        np.testing.assert_array_equal(applied(form), expected)


def test_a_repeated_conceptor_is_kept_once():
    maps = read_state_maps(100 * [A] + 100 * [B], 200, 2, DOUBLE)
    assert maps.matrices.shape == (2, 2, 2) and maps.choice.shape == (200, 1)


def test_morphs():
    np.testing.assert_array_equal(applied(Morph(A, B, 0.5)), 3 * [[5.0, 1.0]])
    np.testing.assert_allclose(applied(Morph(A, B, [0.0, 1.0, 2.0])), [[8, 2], [2, 0], [-4, -2]])
    assert applied(Morph(A, B, 0.5), dtype="float32").dtype == np.float32


def test_morphs_among_others():
    expected = [[8, 2], [5, 1], [2, 0]]
    steps = [A, Morph(A, B, 0.5), B.matrix_]
    np.testing.assert_array_equal(applied(steps), expected)
    np.testing.assert_array_equal(applied(np.array([A, Morph(A, B, 0.5), B], dtype=object)), expected)
    np.testing.assert_array_equal(applied(Morph(Morph(A, B, 0.5), B, [0, 1, 0])), [[5, 1], [2, 0], [5, 1]])


def test_one_mix_is_one_matrix():
    assert read_state_maps(Morph(A, B, 0.5), 200, 2, DOUBLE).matrices.shape == (1, 2, 2)


def test_what_is_refused():
    for wrong, words in (
        (Conceptor(), "must be a fitted Conceptor"),
        (np.eye(3), "one of the 2 units of the reservoir; got one of 3"),
        (Morph(np.eye(3), np.eye(3), 0.5), "one of the 2 units"),
        ([A, Conceptor.from_matrix(np.eye(3)), A], "one of the 2 units"),
        ([A, B], "one for each of the 3 steps; got 2"),
        (np.ones((2, 2, 2)), "one for each of the 3 steps; got 2"),
        (np.ones((3, 2, 3)), "must have shape"),
        (Morph(A, B, [0.0, 1.0]), "one for each of the 3 steps; got 2"),
        ([A, Morph(A, B, [0.0, 1.0]), A], "got a Morph of 2 mixes. Give it one mix"),
        (np.ones((2, 3)), "must be a Conceptor or have shape"),
        (np.full((2, 2), np.nan), "must be finite"),
        ("pattern", "'conceptor'"),
        (3.0, "'conceptor'"),
        ([], "'conceptor'"),
    ):
        with pytest.raises(ValueError, match=words) as caught:
            applied(wrong)
        assert "'conceptor'" in str(caught.value)
