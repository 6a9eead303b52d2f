import typing

import numpy as np

from readouts import types


def test_the_names_stand_for_types():
    assert np.ndarray in {typing.get_origin(part) for part in (types.Array,)}
    assert set(typing.get_args(typing.get_args(types.Precision)[0])) == {"float64", "float32"}
    assert set(typing.get_args(types.RandomState)) == {int, np.random.RandomState, type(None)}
