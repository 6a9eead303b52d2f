"""A check of every promise, and a word about those that recordings cannot be checked for."""

import numpy as np
import pytest

from reservoir import EchoStateReservoir, MeasuredReservoir, StackedReservoir
from reservoir.testing import check_reservoir


@pytest.mark.parametrize("wrong", [EchoStateReservoir, None, "EchoStateReservoir", object()])
def test_what_is_no_reservoir_is_refused(wrong):
    with pytest.raises(TypeError, match="'reservoir' must be an instance of a subclass of BaseReservoir"):
        check_reservoir(wrong)


@pytest.mark.parametrize("X", [np.ones(5), np.ones((2, 2)), [["a"]] * 5, np.full((5, 2), np.nan)])
def test_a_series_that_cannot_be_driven_is_refused(X):
    with pytest.raises(ValueError, match="X|array|could not convert"):
        check_reservoir(EchoStateReservoir(5), X)


LIVE = EchoStateReservoir(5, random_state=0)
U = np.random.RandomState(0).standard_normal((24, 3))


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: StackedReservoir([one])])
def test_a_recording_is_checked_as_far_as_it_goes(wrap):
    recorded = wrap(MeasuredReservoir(U, LIVE.fit_transform(U)))
    with pytest.warns(UserWarning, match=r"Reservoir keeps 8 of 16 promises\. .*\n- .*") as caught:
        check_reservoir(recorded, U)
    (warning,) = caught
    assert str(warning.message).count("\n- ") == 8 and warning.filename == __file__


def test_with_all_recorded_that_it_is_driven_by_only_a_closed_loop_is_not_checked():
    turned, rolled = U[::-1].copy(), [np.roll(U, -number, axis=0) for number in range(19)]
    after = [np.vstack([start, rest]) for start in (U, U[:3], U[:2], turned[:2]) for rest in (U, turned, U[:3])]
    inputs = [turned, *rolled, *after, *[np.vstack([one[:2], one]) for one in rolled]]
    with pytest.warns(UserWarning, match="keeps 15 of 16 promises") as caught:
        check_reservoir(MeasuredReservoir(inputs, LIVE.fit(U).transform(inputs)), U)
    assert str(caught[0].message).splitlines()[1:] == ["- `close_loop` feeds the outputs back."]


def test_a_broken_promise_of_a_recording_is_told():
    with pytest.raises(AssertionError, match="breaks .* of 16 promises"):
        check_reservoir(MeasuredReservoir(U, LIVE.fit_transform(U)), U[:, :2])
