import typing

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import sparray, spmatrix

from readouts import types


def test_the_names_stand_for_types():
    assert typing.get_origin(types.Array) in (np.ndarray, NDArray)  # with NumPy 2.4 an alias of its own
    assert {sparray, spmatrix} <= set(typing.get_args(types.Matrix))
    assert set(typing.get_args(typing.get_args(types.Precision)[0])) == {"float64", "float32"}
    assert set(typing.get_args(types.RandomState)) == {int, np.random.RandomState, type(None)}
