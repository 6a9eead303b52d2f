import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from reservoir import (
    AdaptiveReservoir,
    CTRNNLiquid,
    EchoStateReservoir,
    Forecaster,
    LTCLiquid,
    ReservoirRegressor,
    StackedReservoir,
)
from reservoir.plasticity import IntrinsicPlasticity
from reservoir.series.named_columns import by_position

X = np.abs(np.random.RandomState(0).standard_normal((40, 3)))
FRAME = pd.DataFrame(X, columns=["a", "dt", "b"])


def liquid(column):
    return CTRNNLiquid(5, elapsed_column=column, random_state=0)


def test_columns_are_found_in_every_part():
    names = [None, "a", "dt"]
    adapted = by_position(AdaptiveReservoir(liquid("dt"), IntrinsicPlasticity()), names)
    assert adapted.reservoir.elapsed_column == 2
    stack = by_position(StackedReservoir([LTCLiquid(5, elapsed_column="a"), EchoStateReservoir(5)]), names)
    assert stack.layers[0].elapsed_column == 1
    assert by_position(StackedReservoir([liquid(None)], elapsed_column="dt"), names).elapsed_column == 2


def test_positions_and_reservoirs_without_times_stay():
    for reservoir in (EchoStateReservoir(5), liquid(None), liquid(1), liquid(-1)):
        before = reservoir.get_params()
        assert by_position(reservoir, ["a", "dt"]).get_params() == before
    assert by_position(liquid("dt"), [None, None]).elapsed_column == "dt"  # which fit will say of


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match=r"'elapsed_column' .* those with a name are \['a'\]; got 'dt'"):
        by_position(liquid("dt"), [None, "a"])


@pytest.mark.parametrize("many", [False, True])
def test_a_forecaster_knows_its_columns_by_name(many):
    frames, arrays = ([FRAME, FRAME[:30]], [X, X[:30]]) if many else (FRAME, X)
    by_name = Forecaster(liquid("dt"), washout=2).fit(frames)
    by_place = Forecaster(liquid(1), washout=2).fit(arrays)
    assert_array_equal(by_name.forecast(4, context=FRAME), by_place.forecast(4, context=X))


def test_a_forecaster_knows_columns_that_are_known_in_advance_by_name():
    by_name = Forecaster(liquid("dt"), washout=2).fit(FRAME[["a"]], exogenous=FRAME[["b", "dt"]])
    by_place = Forecaster(liquid(2), washout=2).fit(X[:, :1], exogenous=X[:, [2, 1]])
    assert_array_equal(
        by_name.forecast(4, exogenous=FRAME[["b", "dt"]][:4]), by_place.forecast(4, exogenous=X[:4, [2, 1]])
    )
    unnamed = Forecaster(liquid("dt"), washout=2).fit(X[:, :1], exogenous=FRAME[["b", "dt"]])
    assert unnamed.reservoir_.elapsed_column == 2


@pytest.mark.parametrize("y", [X[:, 0], X[:, :2]])
def test_feedback_comes_before_the_columns_with_names(y):
    n_targets = y[:1].size
    by_name = ReservoirRegressor(liquid("dt"), feedback=True).fit(FRAME, y)
    by_place = ReservoirRegressor(liquid(n_targets + 1), feedback=True).fit(X, y)
    assert_array_equal(by_name.predict(FRAME), by_place.predict(X))
    with pytest.raises(ValueError, match=r"those with a name are \['a', 'dt', 'b'\]; got 'time'"):
        ReservoirRegressor(liquid("time"), feedback=True).fit(FRAME, y)
