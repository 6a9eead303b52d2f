"""Time in every reservoir: the future does not reach the past, and it does not matter where a series is cut."""

import numpy as np
import pytest
from builders import assert_same
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from properties.strategies import cuts, series
from properties.zoo import N_FEATURES, ZOO, fitted, suited
from reservoir import EchoStateReservoir, ReservoirRegressor

pytestmark = pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # so few units may be silent
of_every_kind = pytest.mark.parametrize("name", ZOO)
some = settings(max_examples=20)


@of_every_kind
@some
@given(before=series(N_FEATURES, 20), first=series(N_FEATURES, 20), second=series(N_FEATURES, 20))
def test_the_future_does_not_reach_the_past(name, before, first, second):
    reservoir, k = fitted(name), len(before)
    states, other = (reservoir.transform(suited(name, np.vstack([before, after]))) for after in (first, second))
    assert_array_equal(other[:k], states[:k], strict=True)
    assert_array_equal(reservoir.transform(suited(name, before)), states[:k], strict=True)


@of_every_kind
@some
@given(data=st.data(), X=series(N_FEATURES))
def test_any_cuts_give_the_same_bits(name, data, X):
    reservoir, X = fitted(name), suited(name, X)
    states, end = reservoir.run(X)
    pieces, state = [], None
    for piece in np.split(X, data.draw(cuts(len(X)))):
        rows, state = reservoir.run(piece, state)
        pieces.append(rows)
    assert_array_equal(np.vstack(pieces), states, strict=True)
    assert_same([state], [end])


@of_every_kind
@some
@given(X=st.lists(series(N_FEATURES), min_size=1, max_size=5))
def test_a_list_gives_what_each_of_its_series_gives_alone(name, X):
    reservoir, X = fitted(name), [suited(name, x) for x in X]
    assert_same(reservoir.transform(X), [reservoir.transform(x) for x in X])


@pytest.mark.parametrize("feedback", [False, True])
@given(before=series(), first=series(), second=series(), washout=st.integers(0, 30))
def test_no_prediction_knows_the_future(feedback, before, first, second, washout):
    rows = np.random.RandomState(0).standard_normal((60, 3))
    model = ReservoirRegressor(EchoStateReservoir(8, random_state=0), washout=washout, feedback=feedback)
    model.fit(rows, np.tanh(rows[:, 0]))
    predictions, other = (model.predict(np.vstack([before, after])) for after in (first, second))
    # To rounding: how BLAS adds up a product depends on the number of rows.
    assert_allclose(other[: len(before)], predictions[: len(before)], rtol=1e-12, atol=1e-12)
