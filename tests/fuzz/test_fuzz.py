"""Every public callable refuses bad values by name, unchanged and in time: two kinds of fifty for each parameter."""

import pytest

from fuzz.allowed import OPEN, reason
from fuzz.calls import CALLS, RESULTS
from fuzz.cases import every_case, room_of, some_cases
from fuzz.judge import FINE, PUBLIC, names
from fuzz.run import describe
from fuzz.values import KINDS
from fuzz.workers import judge_all

N_KINDS = 2


def test_everything_public_has_a_call():
    assert set(PUBLIC) == set(CALLS) | RESULTS


def test_there_are_fifty_kinds_of_value():
    assert len(KINDS) == 50


def test_every_callable_and_every_kind_is_tried():
    cases = list(some_cases(N_KINDS))
    assert {case.name for case in cases} == set(CALLS)
    assert {case.kind for case in cases} == {None, *KINDS}
    assert set(cases) <= set(every_case())


def test_a_message_names_a_parameter_in_quotes_or_as_scikit_learn_does():
    for message in (
        "'step' must be",
        "Input step contains NaN.",
        "Sparse data was passed for step[3].",
        "step[1] is 1-D",
    ):
        assert names("step", message)
    for message in ("in one step", "Input X contains NaN.", "'n_steps' must be at least 1"):
        assert not names("step", message)


@pytest.fixture(scope="module")
def wrong():
    """The cases that did not end as they may, in words."""
    cases = [case for case in some_cases(N_KINDS) if room_of(case.name) not in OPEN]
    return [
        (room_of(case.name), describe(case, *verdict))
        for case, verdict in judge_all(cases)
        if verdict[0] not in FINE and not reason(case, verdict[0])
    ]


@pytest.mark.parametrize("room", sorted({room_of(name) for name in CALLS} - OPEN))
def test_bad_values_are_refused_by_name(room, wrong):
    assert [line for place, line in wrong if place == room] == []
