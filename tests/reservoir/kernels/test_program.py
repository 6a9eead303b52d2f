from typing import NamedTuple

import numpy as np

from reservoir.kernels.program import arguments, as_own, detached


class Inner(NamedTuple):
    weights: np.ndarray
    code: int


class Program(NamedTuple):
    inner: Inner
    pair: tuple
    bias: np.ndarray


PROGRAM = Program(Inner(np.ones(2), 3), (np.zeros(1), 5.0), np.arange(3))


def test_arguments_are_plain_tuples_of_the_same_arrays():
    plain = arguments(PROGRAM)
    assert type(plain) is type(plain[0]) is type(plain[1]) is tuple
    assert plain[0][0] is PROGRAM.inner.weights and plain[2] is PROGRAM.bias
    assert plain[0][1] == 3 and plain[1][1] == 5.0


def test_own_arrays_can_be_written_to_and_keep_their_names():
    PROGRAM.bias.setflags(write=False)
    own = as_own(PROGRAM)
    assert type(own) is Program and type(own.inner) is Inner and own.inner.code == 3
    assert own.bias.flags.writeable and not np.shares_memory(own.bias, PROGRAM.bias)
    np.testing.assert_array_equal(own.pair[0], PROGRAM.pair[0])
    assert as_own(None) is None


def test_arrays_of_others_are_copied_wherever_they_stand():
    weights, matrix = np.arange(4.0), np.ones((2, 3))
    program = Program(Inner(weights, 3), (matrix.T, 5.0), np.arange(3))
    free = detached(program, [weights, matrix])
    assert type(free) is Program and free.bias is program.bias and free.pair[1] == 5.0
    assert not np.shares_memory(free.inner.weights, weights) and not np.shares_memory(free.pair[0], matrix)
    np.testing.assert_array_equal(free.pair[0], matrix.T)
    half = detached((weights[:2],), [weights])
    assert not np.shares_memory(half[0], weights)
