"""Every public callable refuses bad values by name, unchanged and in time: a few of the kinds for each parameter."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from fuzz.allowed import reason
from fuzz.calls import CALLS, RESULTS
from fuzz.cases import every_case, room_of, some_cases
from fuzz.judge import FINE, PUBLIC, names
from fuzz.run import describe
from fuzz.snapshot import is_finite, snapshot
from fuzz.values import KINDS
from fuzz.workers import judge_all
from reservoir import EchoStateReservoir
from reservoir.diagnostics import Separation

N_KINDS = 2


def test_everything_public_has_a_call():
    assert set(PUBLIC) == set(CALLS) | RESULTS


def test_there_are_fifty_three_kinds_of_value():
    assert len(KINDS) == 53


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


def test_a_change_deep_inside_a_value_is_seen():
    reservoir = EchoStateReservoir(5, random_state=0).fit(np.ones((3, 2)))
    before = snapshot({"reservoir": [reservoir]})
    assert snapshot({"reservoir": [reservoir]}) == before
    reservoir.recurrent_weights_.data.setflags(write=True)
    reservoir.recurrent_weights_.data[-1] += 1e-9
    assert snapshot({"reservoir": [reservoir]}) != before


def test_a_mask_that_moves_is_seen():
    given = np.ma.array([1.0, 2.0], mask=[False, True])
    before = snapshot(given)
    given[0], given[1] = np.ma.masked, given.data[1]
    assert snapshot(given) != before and snapshot(np.ma.masked) == snapshot(np.ma.masked)


def test_a_number_that_is_none_is_found_deep_inside_a_value():
    separated = Separation(np.array([1.0, np.nan]), np.ones(2), 1.0, 0)
    assert not is_finite([{"result": separated}]) and not is_finite((1.0, np.float32("inf")))
    assert is_finite([separated.floor, "nan", 2**70, csr_array(np.eye(2)), None])


@pytest.fixture(scope="module")
def wrong():
    """The cases that did not end as they may, in words."""
    cases = some_cases(N_KINDS)
    return [
        (room_of(case.name), describe(case, *verdict))
        for case, verdict in judge_all(cases)
        if verdict[0] not in FINE and not reason(case, verdict[0])
    ]


@pytest.mark.parametrize("room", sorted({room_of(name) for name in CALLS}))
def test_bad_values_are_refused_by_name(room, wrong):
    assert [line for place, line in wrong if place == room] == []
