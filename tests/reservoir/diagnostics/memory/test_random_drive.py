import numpy as np
import pandas as pd
import pytest
from remembering import EVERY, Leaky, static
from sklearn.exceptions import NotFittedError

from reservoir import NVAR, CTRNNLiquid, LTCLiquid, StackedReservoir
from reservoir.diagnostics.memory.random_drive import default_delay, input_direction, random_drive

SETTINGS = {
    "max_delay": 3, "n_steps": 200, "washout": 10, "input_range": (-1, 1), "column": None, "random_state": 0
}  # fmt: skip


def driven(reservoir, **changes):
    return random_drive(reservoir, **(SETTINGS | changes))


@pytest.mark.parametrize("name", EVERY)
def test_every_reservoir_is_driven(name):
    drive = driven(EVERY[name])
    assert drive.states.shape == (200, EVERY[name].n_features_out_)
    assert np.isfinite(drive.states).all()
    assert drive.max_delay == 3


def test_rows_of_states_belong_to_the_signal_after_the_longest_delay():
    drive = driven(NVAR(delay=4, order=1).fit([[0.0]]))
    for delay in range(4):
        np.testing.assert_allclose(drive.states[:, delay], drive.signal[3 - delay : 203 - delay], rtol=1e-14)


def test_signal_is_uniform_and_independent_and_the_input_fills_its_range():
    drive = driven(static(lambda u: u), n_steps=100_000, input_range=(2.0, 5.0))
    inputs = drive.states[:, 0]
    np.testing.assert_allclose(inputs, 3.5 + 1.5 * drive.signal[3:], rtol=1e-12)
    assert 2 <= inputs.min() < 2.001 < 4.999 < inputs.max() < 5
    assert inputs.var() == pytest.approx(9 / 12, rel=0.02)
    assert abs(np.corrcoef(inputs[1:], inputs[:-1])[0, 1]) < 0.02


def test_washout_is_dropped():
    slow = Leaky().fit([[0.0]])
    whole, later = driven(slow, washout=0), driven(slow, washout=10, n_steps=190)
    np.testing.assert_array_equal(whole.states[10:], later.states)
    np.testing.assert_array_equal(whole.signal[10:], later.signal)


def test_column_and_elapsed_column():
    nvar = NVAR(delay=1, order=1).fit(np.zeros((1, 3)))
    np.testing.assert_array_equal(input_direction(nvar, 1), [0, 1, 0])
    alone = driven(nvar, column=1).states
    assert np.all(alone[:, [0, 2]] == 0) and np.ptp(alone[:, 1]) > 1
    alike = driven(nvar).states
    np.testing.assert_array_equal(alike[:, 0], alike[:, 2])
    X = np.abs(np.random.RandomState(0).standard_normal((5, 2)))
    for kind in (LTCLiquid(5, elapsed_column=1), StackedReservoir([CTRNNLiquid(5)], elapsed_column=1)):
        irregular = kind.set_params(random_state=0).fit(X)
        np.testing.assert_allclose(
            driven(irregular).states,
            irregular.transform(np.column_stack([np.random.RandomState(0).uniform(-1, 1, 213), np.ones(213)]))[13:],
        )
    with pytest.raises(ValueError, match="'column' .* 2 columns .*; got 1, which holds elapsed times"):
        driven(irregular, column=1)


def test_named_columns_pass_without_a_warning():
    named = Leaky().fit(pd.DataFrame({"a": [0.0], "b": [1.0]}))
    np.testing.assert_array_equal(driven(named).states, driven(Leaky().fit([[0.0, 1.0]])).states)


def test_defaults_follow_the_number_of_units():
    wide = static(np.tanh, np.ones(600))
    assert default_delay(wide) == 1000
    assert default_delay(static(np.tanh, np.ones(80))) == 160
    assert default_delay(Leaky().fit([[0.0]])) == 100
    assert random_drive(Leaky().fit([[0.0]]), **(SETTINGS | {"max_delay": None, "n_steps": None})).states.shape == (
        10_000,
        6,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_steps": 123}, "'n_steps' must be at least 124 for states of 6 columns, .* got 123"),
        ({"n_steps": 1.5}, "'n_steps' must be an integer"),
        ({"max_delay": -1}, "'max_delay' must be an integer of at least 0; got -1"),
        ({"washout": None}, "'washout' must be an integer of at least 0; got None"),
        ({"input_range": 1.0}, "'input_range' must be a pair"),
        ({"input_range": (1, 1)}, "'input_range' must rise"),
        ({"input_range": (0, np.inf)}, "'input_range' must be a finite number"),
        ({"column": 1}, "'column' must be None or the position of an input among the 1 columns"),
        ({"column": "a"}, "'column' must be an integer of at least 0; got 'a'"),
    ],
)
def test_bad_arguments_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        driven(Leaky().fit([[0.0]]), **change)


def test_reservoir_must_be_fitted():
    with pytest.raises(NotFittedError):
        driven(Leaky())
