"""Mixtures of conceptors: their matrices, and what is refused."""

import numpy as np
import pytest

from reservoir import Conceptor
from reservoir.conceptors import Morph

FIRST, SECOND = Conceptor.from_matrix(np.diag([1.0, 0.5])), np.diag([0.0, 1.0])


def test_matrices():
    np.testing.assert_allclose(Morph(FIRST, SECOND, 0.0).matrices, FIRST.matrix_)
    np.testing.assert_allclose(Morph(FIRST, SECOND, 1).matrices, SECOND)
    beyond = Morph(FIRST, SECOND, [-1.0, 2.0])
    np.testing.assert_allclose(beyond.matrices, [np.diag([2.0, 0.0]), np.diag([-1.0, 1.5])])
    np.testing.assert_allclose(beyond.weights, [[2.0, -1.0], [-1.0, 2.0]])
    assert beyond.ends.shape == (2, 2, 2)


def test_morphs_of_many_mixes_can_be_compared_and_hashed():
    one, other = Morph(FIRST, SECOND, [0.0, 1.0]), Morph(FIRST, SECOND, [0.0, 1.0])
    assert one == one and one != other and len({one, other}) == 2


def test_what_is_refused():
    with pytest.raises(ValueError, match="'second' must have the shape"):
        Morph(FIRST, np.eye(3), 0.5)
    with pytest.raises(ValueError, match="'first' must be a fitted Conceptor"):
        Morph(Conceptor(), SECOND, 0.5)
    with pytest.raises(ValueError, match="'first' must be a Conceptor or have shape"):
        Morph(np.ones((2, 3)), SECOND, 0.5)
    for mix in (np.nan, "half", [[0.5]], []):
        with pytest.raises(ValueError, match="'mix'"):
            Morph(FIRST, SECOND, mix)
