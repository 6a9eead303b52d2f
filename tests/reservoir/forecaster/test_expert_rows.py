import numpy as np
import pytest
from experts import CHAOS, WHEEL, logistic, turn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.ensemble import RandomForestRegressor
from sklearn.preprocessing import FunctionTransformer

from reservoir import EchoStateReservoir, Forecaster, StateOverflowError
from reservoir.forecaster.differences import Differences
from reservoir.forecaster.expert_rows import ExpertRows, check_expert, check_takes
from reservoir.forecaster.preparation import fit_preparation

NONE = fit_preparation([np.empty((9, 0))], None, Differences(), np.zeros(0, dtype=bool))


def prepared_by(transformer, rows):
    return fit_preparation([rows], transformer, Differences(), np.zeros(rows.shape[1], dtype=bool))


@pytest.mark.parametrize("transformer", ["standardize", None, FunctionTransformer(np.log, np.exp)], ids=str)
def test_rows_are_restored_and_prepared(transformer):
    preparation = prepared_by(transformer, CHAOS)
    expert = ExpertRows(logistic, preparation, NONE)
    inputs = preparation.prepare(CHAOS)[:]
    assert_allclose(expert.after(inputs), preparation.prepare(logistic(CHAOS))[:], rtol=1e-9, atol=1e-12)
    assert expert.after(inputs.astype(np.float32)).dtype == np.float32


def test_exogenous_rows_come_in_the_unit_of_the_data():
    known, given = 5 + 3 * CHAOS, []
    expert = ExpertRows(
        lambda rows, exogenous: given.append(exogenous) or rows,
        prepared_by("standardize", WHEEL),
        prepared_by("standardize", known),
    )
    inputs = np.hstack([expert.preparation.prepare(WHEEL)[:], expert.known_preparation.prepare(known)[:]])
    assert_allclose(expert.after(inputs), inputs[:, :2], atol=1e-12)
    assert_allclose(given[0], known, rtol=1e-12)


def test_an_expert_that_writes_into_its_rows_changes_nobody_elses():
    def write(rows):
        rows[:] = 7.0
        return rows

    inputs = CHAOS[:5].copy()
    assert_array_equal(ExpertRows(write, prepared_by(None, CHAOS), NONE).after(inputs), np.full((5, 1), 7.0))
    assert_array_equal(inputs, CHAOS[:5])


def test_a_regressor_of_one_target_may_return_a_number_for_every_row():
    expert = ExpertRows(lambda rows: logistic(rows)[:, 0], prepared_by(None, CHAOS), NONE)
    assert_array_equal(expert.after(CHAOS), logistic(CHAOS))


@pytest.mark.parametrize(
    ("step", "error", "message"),
    [
        (lambda rows: rows[:1], ValueError, r"'expert' must return a row .* shape \(3, 2\); got shape \(1, 2\)"),
        (lambda rows: rows[:, 0], ValueError, r"shape \(3, 2\); got shape \(3,\)"),
        (lambda rows: None, ValueError, "'expert' must return an array of numbers, .* got None"),
        (lambda rows: 1.0, ValueError, r"got shape \(\)"),
        (lambda rows: [[1, 2], [3]], ValueError, "'expert' must return an array of numbers"),
        (lambda rows: np.ma.masked_less(rows, 0), ValueError, "'expert' must return an array of numbers"),
        (lambda rows: "rows", ValueError, "'expert' must return an array of numbers, .* got 'rows'"),
        (lambda rows: rows + 1j, ValueError, "'expert' must return an array of numbers"),
        (lambda rows: np.where(rows < 0, np.nan, rows), StateOverflowError, r"for row 2, \[-1.0, 4.0\] it returned"),
        (lambda rows: rows * 1e308 * 10, StateOverflowError, "'expert' must return finite numbers; for row 0,"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_what_an_expert_may_not_return(step, error, message):
    rows = np.array([[1.0, 2.0], [2.0, 3.0], [-1.0, 4.0]])
    with pytest.raises(error, match=message):
        ExpertRows(step, prepared_by(None, rows), NONE).after(rows, lambda number: f"row {number},")


def test_what_cannot_be_restored_or_transformed_is_named():
    expert = ExpertRows(lambda rows: -rows, prepared_by(FunctionTransformer(np.log, np.exp), CHAOS), NONE)
    with pytest.raises(StateOverflowError, match="'expert' must return rows that can be transformed"):
        expert.after(np.zeros((1, 1)))
    with pytest.raises(StateOverflowError, match="'expert' cannot be given the row .inf., which is not finite"):
        expert.after(np.full((1, 1), 1e9))


def test_what_a_precision_cannot_hold_is_of_the_expert():
    expert = ExpertRows(lambda rows: rows * 1e40, prepared_by(None, CHAOS), NONE)
    assert np.isfinite(expert.after(CHAOS)).all()
    with pytest.raises(StateOverflowError, match="'expert' must return finite numbers, prepared and in float32 too"):
        expert.after(CHAOS.astype(np.float32))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"expert": 3}, "'expert' must be None or a function of rows .* got 3"),
        ({"expert": EchoStateReservoir}, "'expert' must be None or a function"),
        ({"expert": RandomForestRegressor()}, r"Did you mean expert=RandomForestRegressor\(...\).predict"),
        ({"expert": RandomForestRegressor}, r"Did you mean expert=RandomForestRegressor\(...\).predict"),
        ({"expert": turn, "period": 12}, "'period' must be None with an 'expert'"),
        ({"expert": turn, "difference": 1}, "'difference' must be None or 0 with an 'expert'.* got 1"),
        ({"expert": turn, "difference": "damped"}, "'difference' must be None or 0 with an 'expert'"),
    ],
)
def test_what_is_no_expert_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Forecaster(**settings).fit(WHEEL)


def test_what_an_expert_takes_is_what_it_will_be_given():
    def informed(rows, exogenous):
        return rows

    with pytest.raises(ValueError, match=r"'expert' must be called as expert\(rows\), as there are no exogenous"):
        Forecaster(expert=informed).fit(WHEEL)
    with pytest.raises(ValueError, match=r"called as expert\(rows, exogenous\), as there are .* takes \(rows\)"):
        Forecaster(expert=logistic).fit(CHAOS, exogenous=CHAOS)
    Forecaster(expert=informed).fit(CHAOS, exogenous=CHAOS)
    check_takes(np.tanh, 0)  # whatever Python knows of its signature


def test_with_an_expert_nothing_is_differenced():
    assert check_expert(turn, None, 0) == 0
    assert Forecaster(expert=turn, horizon=3).fit(WHEEL).preparation_.n_lost == 0
