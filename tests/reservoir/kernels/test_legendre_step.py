"""Steps of any duration, from binary digits and a rest; the rule itself is compared with its twin beside the class."""

import naive_delays
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.linalg import expm

from reservoir import LegendreMemory
from reservoir.kernels.legendre_step import (
    LegendreProgram,
    advance,
    after_one,
    generator_of,
    irregular_program,
    regular_program,
)


@pytest.mark.parametrize("settings", [(1, 3.0), (6, 10.0), (40, 55.5)])
def test_the_generator_is_that_of_the_paper(settings):
    A, B = naive_delays.legendre_equations(*settings)
    assert_array_equal(generator_of(*settings), A)
    assert_allclose(A[:, :1], -B)  # so that a window of a constant input rests


@pytest.mark.parametrize("settings", [(1, 3.0), (6, 10.0), (40, 55.5), (9, 0.01)])
@pytest.mark.parametrize("time", [0.0, 1e-12, 0.3, 1.0, 3.0, 17.77, 1000.0, 1e12])
def test_any_duration_is_the_exponential_of_the_generator(settings, time):
    order, window = settings
    generator = generator_of(order, window)
    program = irregular_program(generator, window, np.dtype("float64"))
    rooms = np.zeros((3, 2, order))
    rooms[0] = np.random.RandomState(0).standard_normal((2, order))
    # After 1024 windows nothing is left that a float can hold.
    expected = np.zeros((2, order)) if time > 1024 * window else rooms[0] @ expm(time * generator).T
    advance(*program, time, np.zeros(order), rooms)
    assert_allclose(rooms[0], expected, rtol=0, atol=2e-12)


def test_a_row_of_duration_one_is_a_power_of_the_grain():
    generator = generator_of(8, 20.0)
    program = irregular_program(generator, 20.0, np.dtype("float64"))
    number = int(np.log2(program.finest))
    assert_array_equal(program.powers[number].T, after_one(generator, 20.0))


@pytest.mark.parametrize("settings", [(1, 3.0), (6, 10.0), (20, 55.5)])
@pytest.mark.parametrize("time", [1e-6, 0.3, 17.77, 1000.0])
def test_in_single_precision_powers_are_less_the_identity(settings, time):
    generator, zero = generator_of(*settings), np.zeros(settings[0], "float32")
    program = irregular_program(generator, settings[1], np.dtype("float32"))
    assert program.changes and regular_program(np.eye(2), np.dtype("float32")).powers.max() == 0
    rooms = np.zeros((3, 1, len(zero)), "float32")
    rooms[0] = np.random.RandomState(0).standard_normal(len(zero))
    expected = rooms[0] @ expm(time * generator).T
    advance(*program, np.float32(time), zero, rooms)
    assert_allclose(rooms[0], expected, rtol=0, atol=1e-5)


def test_a_program_of_an_earlier_version_is_one_of_whole_powers():
    memory = LegendreMemory(6, 10.0, dtype="float32").fit([[0.0]])
    whole = memory.recurrent_weights_.toarray().T[None].copy()
    earlier = memory.with_program(LegendreProgram(whole, *memory.program_[1:4]))
    state = np.random.RandomState(0).standard_normal(6).astype("float32")
    after = earlier.run([[0.0]], state)[0][0]
    assert_allclose(after, memory.recurrent_weights_ @ state, rtol=0, atol=1e-6)


@pytest.mark.parametrize("order", [1, 3, 8, 20, 33])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_lanes_have_the_bits_of_each_series_alone(order, dtype):
    lengths = (5, 30, 1, 17, 17, 2, 26, 9, 30, 13, 22, 4, 8, 11, 19, 28, 3)
    X = [np.random.RandomState(n).standard_normal((length, 3)).astype(dtype) for n, length in enumerate(lengths)]
    memory = LegendreMemory(order, 7.0, dtype=dtype).fit(X)
    assert memory.lanes() is not None
    for together, x in zip(memory.transform(X), X, strict=True):
        assert_array_equal(together, memory.run(x)[0], strict=True)


def test_the_last_bits_do_not_depend_on_where_arrays_lie():
    X = np.abs(np.random.RandomState(0).standard_normal((40, 3)))
    memory = LegendreMemory(7, 9.0, elapsed_column=2).fit(X)
    expected = memory.run(X)[0]
    for shift in range(1, 9):
        room = np.zeros(X.size + shift)
        moved = room[shift:].reshape(X.shape)
        moved[...] = X
        assert_array_equal(memory.run(moved)[0], expected)
