import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.local_forecaster.fields import check_shape, cut, read_fields


def test_slabs_hold_their_points_and_are_read_box_by_box():
    field = np.arange(2 * 6 * 7, dtype=np.float32).reshape(2, 6, 7)
    points = [np.array([0, 1, 5]), np.array([2, 3, 6])]
    slab = cut(field, points)
    assert [len(row) for row in slab.blocks] == [2, 2]
    read = slab.read(np.dtype(float))
    assert read.dtype == float and read.flags.c_contiguous
    assert_array_equal(read, field[np.ix_([0, 1], *points)].reshape(2, -1))


def test_where_a_field_lies_in_memory_changes_no_bit_of_its_sums():
    values = np.random.RandomState(0).standard_normal((300, 40))
    at_any_byte = np.frombuffer(b"x" + values.tobytes(), offset=1).reshape(values.shape)  # as clusters send it
    read = cut(at_any_byte, [np.arange(40)]).read(np.dtype(float))
    assert not at_any_byte.flags.aligned and read.flags.aligned
    assert read.reshape(-1, 1).mean(axis=0) == values.reshape(-1, 1).mean(axis=0)


def test_variables_stay_beside_their_point():
    field = np.arange(2 * 4 * 3).reshape(2, 4, 3)
    assert_array_equal(cut(field, [np.array([0, 3])]).read(float), field[:, [0, 3]].reshape(2, -1))


def test_arrays_on_disk_and_on_clusters_are_fields(tmp_path):
    values = np.random.RandomState(0).standard_normal((5, 8))
    np.save(tmp_path / "field.npy", values)
    on_disk = np.load(tmp_path / "field.npy", mmap_mode="r")
    assert read_fields(on_disk)[0][0] is on_disk
    dask_array = pytest.importorskip("dask.array", reason="the extra 'dask' is not installed")
    lazy = dask_array.from_array(values, chunks=(5, 2))
    slab = cut(read_fields(lazy)[0][0], [np.array([0, 1, 7])])
    assert hasattr(slab.blocks[0][0], "dask")
    assert_array_equal(slab.read(np.dtype(float)), values[:, [0, 1, 7]])


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([], "'X' must hold at least one field; got an empty list"),
        (np.zeros(5), "'X' must be a field, .* got shape"),
        (np.zeros((0, 5)), r"'X' must have at least one step and one point; got 0 sample\(s\)"),
        (
            np.zeros((5, 4), dtype=complex),
            "'X' must be .* Complex data not supported; got complex128",
        ),
        (np.array([["a", "b"]]), "'X' must be a field of real numbers"),
        ([np.zeros((5, 4)), np.zeros((5, 6))], r"'X' must hold fields of the same grid; X\[0\] has \(4,\), X\[1\]"),
        ([np.zeros((5, 4)), np.zeros(5)], r"'X\[1\]' must be a field"),
        ([[1.0, 2.0], [3.0]], "'X' must be a field, an array of numbers; got rows of unequal length"),
        (np.ma.masked_equal(np.ones((5, 4)), 1), "'X'"),
    ],
)
def test_what_is_no_field_is_refused(X, message):
    with pytest.raises(ValueError, match=message):
        read_fields(X)


def test_axes_are_counted():
    check_shape(np.zeros((5, 4)), 1, False)
    with pytest.raises(ValueError, match=r"'context' must be \(n_steps, n_points\); got shape \(5, 4, 3\)"):
        check_shape(np.zeros((5, 4, 3)), 1, False, "context")
