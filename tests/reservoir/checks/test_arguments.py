from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from reservoir.checks.arguments import (
    as_array,
    check_array,
    check_choice,
    check_dtype,
    check_flag,
    check_integer,
    check_jobs,
    check_matrix,
    check_memory,
    check_names,
    check_number,
    check_numbers,
    check_per_unit,
    check_random_state,
    check_text,
    check_washout,
    draw_per_unit,
    in_precision,
    shape_of,
)


@pytest.mark.parametrize("value", [1, 7, np.int8(3), np.uint64(2)])
def test_integers(value):
    checked = check_integer("size", value)
    assert type(checked) is int and checked == value


@pytest.mark.parametrize("value", [0, -1, 1.0, "1", None, True, np.True_, np.array(1), [1], np.nan])
def test_no_integers(value):
    with pytest.raises(ValueError, match="'size' must be an integer of at least 1; got"):
        check_integer("size", value)


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_])
def test_flags(value):
    assert check_flag("quiet", value) is bool(value)


@pytest.mark.parametrize("value", [0, 1, 2, "no", "", None, [], [True], np.array(True), np.nan, 1.0, object])
def test_what_is_true_or_false_in_a_condition_only_is_no_flag(value):
    with pytest.raises(ValueError, match="'quiet' must be True or False; got"):
        check_flag("quiet", value)


@pytest.mark.parametrize("value", [None, 1, 2, -1, np.int64(2), np.int8(-2), 10**400])
def test_jobs(value):
    jobs = check_jobs("n_jobs", value)
    assert jobs == value and (jobs is None or type(jobs) is int)


@pytest.mark.parametrize(
    "value", [0, np.int32(0), "abc", "2", 2.0, np.nan, True, False, np.True_, [2], (), np.array(2)]
)
def test_no_jobs(value):
    with pytest.raises(ValueError, match="'n_jobs' must be None or an integer other than 0.*got"):
        check_jobs("n_jobs", value)


@pytest.mark.parametrize("value", [0.5, 1, np.float32(0.5), np.int64(1), Fraction(1, 2)])
def test_numbers(value):
    checked = check_number("rate", value, above=0, at_most=1)
    assert type(checked) is float and checked == value


@pytest.mark.parametrize(
    "value", [0, 1.01, np.nan, np.inf, -np.inf, "1", None, True, 1j, [0.5], np.ones(1), Fraction(10**400)]
)
def test_numbers_out_of_range(value):
    with pytest.raises(ValueError, match="'rate' must be a number above 0 and at most 1; got"):
        check_number("rate", value, above=0, at_most=1)


def test_each_bound_is_open_or_closed_as_it_says():
    for bound in ({"at_least": 2}, {"at_most": 2}):
        assert check_number("rate", 2, **bound) == 2
    for bound in ({"above": 2}, {"below": 2}):
        with pytest.raises(ValueError, match="above 2|below 2"):
            check_number("rate", 2, **bound)


@pytest.mark.parametrize("value", [np.nan, np.inf, "1"])
def test_a_number_without_bounds_is_asked_for_in_english(value):
    with pytest.raises(ValueError, match="'rate' must be a finite number; got"):
        check_number("rate", value)
    if not isinstance(value, str):
        with pytest.raises(ValueError, match=f"'rate' must be finite numbers; got {value} for unit 1"):
            check_per_unit("rate", [0.0, value], 2)


@pytest.mark.parametrize("value", ["c", None, 1, ["a"], np.str_("d"), np.array(["a"])])
def test_choices(value):
    assert check_choice("rule", "a", ["a", "b"]) == "a"
    with pytest.raises(ValueError, match="'rule' must be one of 'a', 'b'; got"):
        check_choice("rule", value, ["a", "b"])


def test_an_error_about_memory_states_the_bytes():
    check_memory("n_steps", 1000, 8000)
    with pytest.raises(
        ValueError, match=r"'n_steps' must be .* of memory here; got 1125899906842624, which takes 9e\+15"
    ):
        check_memory("n_steps", 2**50, 8 * 2**50)
    with pytest.raises(ValueError, match="'n_steps' must be .* which takes more than"):
        check_memory("n_steps", 10**400, 8 * 10**400)


@pytest.mark.parametrize("value", [None, 1, b"step", ["step"], str, np.array("step")])
def test_only_strings_are_text(value):
    assert check_text("time_unit", "step") == "step"
    with pytest.raises(TypeError, match="'time_unit' must be a string; got"):
        check_text("time_unit", value)


@pytest.mark.parametrize("value", ["float32", "f4", np.float32, np.dtype("float32")])
def test_dtypes(value):
    assert check_dtype(value) == np.float32


@pytest.mark.parametrize(
    "value",
    ["float16", int, ">f8", complex, "nonsense", [1], {}, 8, None, object(), "f8,f4"],
    ids=lambda value: type(value).__name__,
)
def test_other_dtypes(value):
    with pytest.raises(ValueError, match="'dtype' must be float64 or float32; got"):
        check_dtype(value)


def test_one_number_or_one_per_unit():
    assert_array_equal(check_per_unit("rate", 1, 3), np.ones(3), strict=True)
    given = np.array([1, 2, 3])
    checked = check_per_unit("rate", given, 3, above=0)
    assert_array_equal(checked, given.astype(float), strict=True)
    assert not np.shares_memory(check_per_unit("rate", checked, 3), checked)


@pytest.mark.parametrize(
    "value", [[1, 2], [[1], [2], [3]], [], ["a"] * 3, [None] * 3, [1j] * 3, [[1], [2, 3], [4]], {1: 2}]
)
def test_per_unit_arrays_that_do_not_fit(value):
    with pytest.raises(ValueError, match="'rate' must"):
        check_per_unit("rate", value, 3)


def test_an_error_names_the_unit_that_is_out_of_range():
    with pytest.raises(ValueError, match=r"'rate' must be numbers above 0; got -2.0 for unit 1\."):
        check_per_unit("rate", [1, -2, -3], 3, above=0)


@pytest.mark.parametrize("form", [np.asarray, np.ndarray.tolist, csr_array, np.asfortranarray])
def test_matrices(form):
    matrix = np.arange(6).reshape(2, 3)
    checked = check_matrix("weights", form(matrix), (2, 3))
    assert_array_equal(checked, matrix.astype(float), strict=True)
    assert not np.shares_memory(checked, matrix)


@pytest.mark.parametrize(
    "value", [np.ones((3, 2)), np.ones(3), 1.0, [[1, np.nan, 1]] * 2, [["a"] * 3] * 2, [[1], [2, 3]], None]
)
def test_matrices_that_do_not_fit(value):
    with pytest.raises(ValueError, match="'weights' must"):
        check_matrix("weights", value, (2, 3))


def test_a_tuple_draws_evenly_on_a_logarithmic_scale():
    drawn = draw_per_unit("tau", (0.1, 10.0), 4000, np.random.RandomState(0))
    assert drawn.min() > 0.1 and drawn.max() < 10
    assert np.median(drawn) == pytest.approx(1.0, rel=0.1)
    assert np.mean(drawn < 0.1**0.5) == pytest.approx(0.25, abs=0.03)
    assert_array_equal(draw_per_unit("tau", (2, 2), 3, np.random.RandomState(0)), np.exp(np.log([2.0] * 3)))
    assert_array_equal(draw_per_unit("tau", [2, 3], 2, None), [2.0, 3.0])


@pytest.mark.parametrize(
    "value", [(1.0,), (1, 2, 3), (), (2, 1), (0, 1), (-1, 1), (1, np.inf), (1, np.nan), ("a", 1), (1, 20)]
)
def test_ranges_that_cannot_be_drawn_from(value):
    with pytest.raises(ValueError, match="'tau'.*must be"):
        draw_per_unit("tau", value, 3, np.random.RandomState(0), at_most=10)


def test_a_washout_leaves_something():
    assert [check_washout(*given) for given in [(None, 5), (None, 5, 2), (0, 1), (4, 5)]] == [0, 2, 0, 4]
    with pytest.raises(
        ValueError, match="'washout' must be smaller than the number of steps; got 5 with a series of 5"
    ):
        check_washout(5, 5)
    with pytest.raises(ValueError, match="'washout' must be an integer of at least 0; got -1"):
        check_washout(-1, 5)


@pytest.mark.parametrize("value", [np.arange(6).reshape(2, 3), [[1, 2, 3]], np.ones((1, 3), dtype="float32")])
def test_arrays(value):
    checked = check_array("states", value, ("n_steps", 3))
    assert_array_equal(checked, np.asarray(value, dtype=np.float64), strict=True)
    assert not np.shares_memory(checked, value)


@pytest.mark.parametrize(
    "value", [np.ones(3), np.ones((2, 4)), np.ones((0, 3)), np.ones((2, 2, 3)), 1.0, None, {}, "a"]
)
def test_arrays_of_another_shape(value):
    with pytest.raises(ValueError, match=r"'states' must (have shape \(n_steps, 3\); got \(|hold real numbers)"):
        check_array("states", value, ("n_steps", 3))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_arrays_are_finite_unless_they_may_be_infinite(value):
    with pytest.raises(ValueError, match="'states' must be finite"):
        check_array("states", [value], ("n_steps",))
    if np.isnan(value):
        with pytest.raises(ValueError, match="'states' must not hold NaN"):
            check_array("states", [value], ("n_steps",), finite=False)
    else:
        assert_array_equal(check_array("states", [value], ("n_steps",), finite=False), [value])


def test_an_array_may_be_empty_where_it_says_so():
    assert check_array("times", [], ("n_spikes",), at_least=0).shape == (0,)


def test_random_states():
    given = np.random.RandomState(3)
    assert check_random_state(given) is given
    assert check_random_state(3).uniform() == given.uniform()
    assert isinstance(check_random_state(None), np.random.RandomState)


@pytest.mark.parametrize("value", ["3", b"3", 1.0, np.nan, -1, 2**32, 10**400, [], [1], np.ones(2), {}, object(), int])
def test_no_random_states(value):
    with pytest.raises(ValueError, match="'random_state' must be None, an integer from 0 to .* or a RandomState; got"):
        check_random_state(value)


@pytest.mark.parametrize("value", [["a", "b"], ("a", "b"), np.array(["a", "b"]), np.array(["a", "b"], dtype=object)])
def test_names(value):
    assert check_names("columns", value) == ["a", "b"]


@pytest.mark.parametrize("value", ["ab", b"ab", None, 1, {"a": 1}, {"a"}, iter("ab"), [None], ["a", 1], np.array("a")])
def test_no_names(value):
    with pytest.raises(TypeError, match="'columns' must be a sequence of strings; got"):
        check_names("columns", value)


def test_numbers_of_any_shape():
    given = np.arange(4).reshape(2, 2)
    checked = check_numbers("share", given, at_least=0)
    assert_array_equal(checked, given)
    assert checked.dtype == np.float64 and not np.shares_memory(checked, given)
    for one in (2, np.float32(2), np.array(2)):
        assert check_numbers("share", one) == 2.0 and check_numbers("share", one).shape == ()


@pytest.mark.parametrize("value", [None, "1", True, 1j, -1, np.nan, np.inf, 10**400, [[1, 2], [3]], ["a"], len])
def test_what_are_no_numbers_of_any_shape(value):
    with pytest.raises(ValueError, match="'share' must"):
        check_numbers("share", value, at_least=0)


def test_an_error_states_the_place_of_a_number_out_of_range():
    with pytest.raises(ValueError, match=r"'share' must be numbers at most 1; got 2.0 at \[1, 0\]"):
        check_numbers("share", [[0.0, 1.0], [2.0, 3.0]], at_most=1)


def test_an_error_names_the_parameter_to_agree_with():
    with pytest.raises(ValueError, match=r"'slope' must be .* shape \(3,\), to agree with 'weights'; got shape \(2,\)"):
        check_per_unit("slope", [1.0, 2.0], 3, like="weights")


def test_shapes_are_those_of_arrays_dense_or_sparse():
    for matrix in ([[1, 2, 3]], np.ones((1, 3)), csr_array(np.ones((1, 3)))):
        assert shape_of("weights", matrix) == (1, 3)
    for bad in ([[1, 2], [3]], "abc", None, 1j):
        with pytest.raises(ValueError, match="'weights' must"):
            shape_of("weights", bad)


def test_what_is_too_large_for_single_precision_is_refused():
    assert in_precision("reset", np.array([1.5]), np.float32).dtype == np.float32
    for values in (np.array([1e39]), csr_array([[1.0, -1e39]])):
        with pytest.raises(ValueError, match="'reset' must be finite in float32; got a number too large"):
            in_precision("reset", values, np.dtype("float32"))


def test_a_masked_array_is_refused_unless_nothing_is_masked():
    hidden = np.ma.array([1.0, 1e20], mask=[False, True])
    for check in (
        as_array,
        check_numbers,
        shape_of,
        partial(check_array, shape=(2,)),
        partial(check_per_unit, n_units=2),
    ):
        with pytest.raises(ValueError, match="'tau' must have no masked entries"):
            check("tau", hidden)
        assert_array_equal(check("tau", hidden.data), check("tau", np.ma.array(hidden.data)))
    assert not np.ma.isMaskedArray(as_array("tau", np.ma.array([1.0])))
