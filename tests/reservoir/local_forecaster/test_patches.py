import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir.local_forecaster.patches import GROUP, Patches, check_patches


def windows_point_by_point(patches, number):
    """What a patch of a grid of two dimensions sees, by loops: its own values first."""
    rows, columns = patches.grid
    first = [place * width for place, width in zip(divmod(number, patches.counts[1]), patches.patch, strict=True)]
    own, around = [], []
    for down in range(-patches.halo[0], patches.patch[0] + patches.halo[0]):
        for along in range(-patches.halo[1], patches.patch[1] + patches.halo[1]):
            row, column = first[0] + down, first[1] + along
            if patches.periodic:
                row, column = row % rows, column % columns
            else:
                row, column = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
            inside = 0 <= down < patches.patch[0] and 0 <= along < patches.patch[1]
            values = [(row * columns + column) * patches.n_variables + one for one in range(patches.n_variables)]
            (own if inside else around).extend(values)
    return own + around


@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("n_variables", [1, 2])
def test_windows_are_those_found_point_by_point(periodic, n_variables):
    patches = Patches((6, 8), (2, 4), (2, 1), periodic, n_variables)
    numbers = np.arange(patches.n_patches)
    assert patches.n_patches == 6
    seen = patches.seen(numbers)
    assert seen.tolist() == [windows_point_by_point(patches, number) for number in numbers]
    assert seen.shape == (6, patches.n_seen) and patches.own(numbers).shape == (6, patches.n_own)
    assert_array_equal(np.sort(patches.own(numbers).ravel()), np.arange(patches.n_values))


@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("shape", [((48,), (4,), (3,)), ((9, 40), (3, 4), (2, 3)), ((40, 3), (2, 3), (1, 0))])
def test_groups_see_in_their_part_of_the_grid_what_they_see_in_all_of_it(shape, periodic):
    patches = Patches(*shape, periodic, 2)
    values = np.random.RandomState(0).standard_normal((*patches.grid, 2))
    groups = patches.groups()
    assert sorted(np.concatenate(groups)) == list(range(patches.n_patches))
    assert max(map(len, groups)) <= GROUP
    for group in groups:
        points = patches.points(group)
        part = values[np.ix_(*points)]
        assert_array_equal(part.ravel()[patches.within(group, points)], values.ravel()[patches.seen(group)])
        own = patches.points(group, own=True)
        assert np.prod([len(along) for along in own]) * 2 == patches.own(group).size


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"patch": 5}, "'patch' must divide the grid, 6 x 8 points; got 5"),
        ({"patch": (2, 2, 2)}, r"'patch' must hold an integer for each axis of space, 2; got \(2, 2, 2\)"),
        ({"patch": 0}, "'patch' must be an integer of at least 1; got 0"),
        ({"patch": 2.0}, "'patch' must be an integer of at least 1, or one for each axis; got 2.0"),
        ({"halo": (0, 4)}, r"'halo' must be at most 3 beside patches of 2 on an axis of 8 points, .* got \(0, 4\)"),
        ({"halo": 7, "periodic": False}, "'halo' must be at most 4 beside patches of 2 on an axis of 6 points; got 7"),
        ({"halo": -1}, "'halo' must be an integer of at least 0; got -1"),
    ],
)
def test_patches_that_do_not_fit_are_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        check_patches((6, 8), **({"patch": 2, "halo": 1, "periodic": True, "several": False} | changed))


def test_the_last_axis_may_be_variables():
    assert check_patches((6, 8), 2, 1, True, True) == Patches((6,), (2,), (1,), True, 8)
