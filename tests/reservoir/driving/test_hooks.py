import numpy as np
import pytest

from reservoir import BaseReservoir, EchoStateReservoir, StateOverflowError
from reservoir.driving.hooks import ReservoirHooks, drive_into_new


class Counter(ReservoirHooks):
    """Counts rows: the least that a subclass writes."""

    n_units_, dtype_ = 1, np.dtype(np.float64)

    def _draw(self, n_features, random_state):
        pass

    def _rest(self):
        return np.zeros(1)

    def _drive(self, X, state):
        states = state + np.arange(1.0, len(X) + 1)[:, None]
        return states, states[-1].copy()


class Writer(Counter):
    """The same rule, for an array that is there already."""

    _drive = drive_into_new

    def _write_states(self, X, state, states):
        states[...] = state + np.arange(1.0, len(X) + 1)[:, None]
        return states[-1].copy()


X = np.zeros((3, 2))


def test_what_must_be_defined_is_said():
    with pytest.raises(TypeError, match="_draw.*_drive.*_rest"):
        ReservoirHooks()


@pytest.mark.parametrize("cls", [Counter, Writer])
def test_states_are_returned_or_written_whichever_is_defined(cls):
    states, after = cls()._drive(X, np.ones(1))
    written = np.empty((3, 1))
    assert cls()._write_states(X, np.ones(1), written) == after == 4
    np.testing.assert_array_equal(written, states)


def test_the_defaults_do_nothing_and_refuse_nothing():
    counter = Counter()
    assert counter._prepare() is counter._inspect([X]) is counter._check_rows(X) is None
    assert counter._n_features_out == 1 and "smaller weights" in counter._remedy()
    (part,) = counter._parts(X, None)
    assert part.reservoir is counter and part.name == "" and part.X is X
    counter.output_map_ = np.ones((4, 1)), np.zeros(4)
    assert counter._n_features_out == 4


@pytest.mark.parametrize("state", [np.array([np.inf]), (np.ones(1), np.array([np.nan]))])
def test_a_state_that_is_not_finite_is_an_overflow_at_the_first_row_of_states_that_are_not(state):
    with pytest.raises(StateOverflowError, match=r"overflowed at step 2 of 3. Use smaller"):
        Counter()._check_finite(np.zeros((3, 1)), state)
    with pytest.raises(StateOverflowError, match=r"overflowed at step 1 of 3"):
        Counter()._check_finite(np.array([[0.0], [np.nan], [0.0]]), np.zeros(1))
    Counter()._check_finite(np.zeros((3, 1)), np.zeros(1))


def test_every_hook_stands_in_the_table_of_all():
    hooks = {name for name in vars(ReservoirHooks) if name.startswith("_") and not name.startswith(("__", "_abc"))}
    listed = {word.split("(")[0] for word in ReservoirHooks.__doc__.split("``")[1::2] if word.startswith("_")}
    assert hooks - {"_never_recovers"} <= listed
    assert "ReservoirHooks" in BaseReservoir.__doc__


def test_a_rule_that_says_when_it_is_of_no_use_inspects():
    assert not EchoStateReservoir(3).inspects
    assert type("Warning", (EchoStateReservoir,), {"_inspect": lambda self, series: None})(3).inspects


def test_who_drives_by_writing_has_to_say_how():
    class Nothing(Counter):
        _drive = drive_into_new

    with pytest.raises(TypeError, match="Nothing must define '_write_states'"):
        Nothing()._drive(X, np.ones(1))


@pytest.mark.parametrize("name", ["drive", "_drive", "_write_states"])
def test_who_drives_one_series_in_another_way_has_no_lanes_of_the_class_above(name):
    reservoir = EchoStateReservoir(3).fit([[0.0]])
    own = {name: getattr(EchoStateReservoir, name)}
    assert reservoir.lanes() is not None
    assert type("Same", (EchoStateReservoir,), {"_rest": EchoStateReservoir._rest})(3).fit([[0.0]]).lanes() is not None
    for bases in ((EchoStateReservoir,), (type("First", (), own), EchoStateReservoir)):
        other = type("Other", bases, own if len(bases) == 1 else {})
        assert other(3).fit([[0.0]]).lanes() is None
        again = type("Again", (other,), {"_lanes": lambda self, pieces: "lanes"})
        assert again(3).fit([[0.0]]).lanes() == "lanes"


def test_a_changed_rule_is_kept_for_many_series():
    class Doubled(EchoStateReservoir):
        def _drive(self, X, state):
            states, state = super()._drive(X, state)
            return 2 * states, state

    X = [np.random.RandomState(n).standard_normal((5, 1)) for n in range(9)]
    plain, doubled = EchoStateReservoir(3, random_state=0).fit(X), Doubled(3, random_state=0).fit(X)
    for once, twice in zip(plain.transform(X), doubled.transform(X), strict=True):
        np.testing.assert_array_equal(2 * once, twice)
