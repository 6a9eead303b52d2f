import numpy as np
import pytest

from reservoir.datasets import trajectory
from reservoir.datasets.trajectory import check_state, sample_trajectory


def rotation(time, state):
    return [-state[1], state[0]]


def test_rotation_is_followed_for_a_hundred_time_units():
    X = sample_trajectory(rotation, [1.0, 0.0], 1001, step=0.1, transient=0.0)
    times = 0.1 * np.arange(1001)
    np.testing.assert_allclose(X, np.column_stack([np.cos(times), np.sin(times)]), atol=1e-10)


def test_transient_shifts_the_first_row():
    X = sample_trajectory(rotation, [1.0, 0.0], 2, step=0.25, transient=3.0)
    np.testing.assert_allclose(X[:, 0], np.cos([3.0, 3.25]), atol=1e-11)


def test_a_long_step_is_as_exact_as_a_short_one():
    X = sample_trajectory(rotation, [1.0, 0.0], 2, step=50.0, transient=0.0)
    np.testing.assert_allclose(X[1], [np.cos(50.0), np.sin(50.0)], atol=1e-10)


@pytest.mark.filterwarnings("ignore:dop853")
@pytest.mark.parametrize("growth", [lambda x: x**2, lambda x: 300 * x])
def test_divergence_is_an_error(growth):
    with pytest.raises(ValueError, match="must give a bounded, smooth solution; got one that diverges .* time [23]"):
        sample_trajectory(lambda time, state: [growth(state[0])], [1.0], 10, step=1.0, transient=0.0)


@pytest.mark.filterwarnings("ignore:dop853")
def test_a_stiff_system_is_given_up(monkeypatch):
    monkeypatch.setattr(trajectory, "MAX_INTERNAL_STEPS", 500)
    with pytest.raises(ValueError, match="turns too stiff before time 1"):
        sample_trajectory(lambda time, state: [-1e5 * state[0]], [1.0], 3, step=1.0, transient=0.0)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"n_steps": 0, "step": 0.1, "transient": 0.0}, "n_steps"),
        ({"n_steps": 5, "step": 0.0, "transient": 0.0}, "step"),
        ({"n_steps": 5, "step": 0.1, "transient": -1.0}, "transient"),
    ],
)
def test_arguments_out_of_range_are_named(arguments, name):
    with pytest.raises(ValueError, match=f"'{name}' must be"):
        sample_trajectory(rotation, [1.0, 0.0], **arguments)


@pytest.mark.parametrize("initial", [(1, 2), 1.0, (1, 2, float("nan")), ("a", "b", "c"), [[1], [2, 3], 4], (1, 2, 3j)])
def test_bad_states_are_refused(initial):
    with pytest.raises(ValueError, match="'initial' must hold 3 finite real numbers; got .* Pass for instance"):
        check_state(initial, 3)


def test_more_rows_than_memory_are_refused_at_once():
    with pytest.raises(ValueError, match="'n_steps' must be small enough"):
        sample_trajectory(lambda time, state: [0.0], [1.0], 2**63, step=1.0, transient=0.0)


def test_rows_closer_than_rounding_are_equal():
    X = sample_trajectory(lambda time, state: [-state[0]], [1.0], 4, step=1e-320, transient=1.0)
    assert X[0, 0] == pytest.approx(np.exp(-1), rel=1e-11)
    assert np.ptp(X) == 0.0


def test_times_beyond_floats_are_refused():
    with pytest.raises(ValueError, match="'a', 'initial', 'step' and 'transient' must give a bounded"):
        sample_trajectory(lambda time, state: [0.0], [1.0], 9, step=1e308, transient=0.0, constants=("a",))
