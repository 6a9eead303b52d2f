import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import EchoStateReservoir, ReservoirClassifier, SequenceEncoder, SequenceRegressor
from reservoir.diagnostics import readout_attribution
from reservoir.encoder.cases import holds_cases, read_after_fit

ROWS = np.random.RandomState(0).standard_normal((12, 20))
TARGETS = np.arange(12) % 2
FORMS = {
    "rows": ROWS,
    "table": pd.DataFrame(ROWS).add_prefix("step"),
    "stack": ROWS[:, :, None],
    "list": list(ROWS[:, :, None]),
    "flat": list(ROWS),
    "frames": [pd.DataFrame({"pulse": row}) for row in ROWS],
}
ESTIMATORS = {
    "encoder": SequenceEncoder(EchoStateReservoir(5, random_state=0), ("mean", "ppv"), views=("scaled", "series")),
    "classifier": ReservoirClassifier(n_units=5, random_state=0),
    "regressor": SequenceRegressor(n_units=5, random_state=0),
}


def result(estimator, X):
    return estimator.transform(X) if isinstance(estimator, SequenceEncoder) else estimator.predict(X)


@pytest.mark.parametrize("given", FORMS)
@pytest.mark.parametrize("kind", ESTIMATORS)
def test_sequences_of_a_single_feature_are_the_same_in_every_form(kind, given):
    fitted = ESTIMATORS[kind].fit(FORMS[given], TARGETS)
    n_columns = 20 if given in ("rows", "table") else 1
    assert fitted.n_features_in_ == n_columns
    expected = result(fitted, FORMS[given])
    for form, X in FORMS.items():
        if {form, given} == {"rows", "table"}:
            continue  # of which scikit-learn warns, as one has names and the other has none
        assert_allclose(result(fitted, X), expected, rtol=1e-12)
    assert fitted.n_features_in_ == n_columns  # what is read later changes nothing


@pytest.mark.parametrize("given", ["rows", "table"])
def test_series_of_other_lengths_are_taken_after_rows(given):
    fitted = ESTIMATORS["classifier"].fit(FORMS[given], TARGETS)
    series = [ROWS[0, :15], np.tile(ROWS[1], 2)]
    every = ESTIMATORS["classifier"].fit(FORMS["list"], TARGETS).decision_function(series)
    fitted = ESTIMATORS["classifier"].fit(FORMS[given], TARGETS)
    assert_array_equal(fitted.decision_function(series), every)
    added = readout_attribution(fitted, series, by="time", background=FORMS[given]).times
    assert [len(steps) for steps in added] == [15, 40]


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_other_widths_are_refused(kind):
    rows = ESTIMATORS[kind].fit(ROWS, TARGETS)
    with pytest.raises(ValueError, match="X has 21 features, but .* is expecting 20 features"):
        result(rows, np.ones((3, 21)))
    for wrong in (np.ones((3, 20, 2)), [np.ones((20, 2))]):
        with pytest.raises(ValueError, match="X has 2 features, but .* is expecting 1 features.*of a single feature"):
            result(rows, wrong)
    several = ESTIMATORS[kind].fit(np.stack([ROWS, ROWS], axis=2), TARGETS)
    with pytest.raises(ValueError, match=r"fit saw sequences of 2 features. Wrap a single sequence as \[X\]"):
        result(several, ROWS)
    with pytest.raises(ValueError, match="X has 1 features, but .* is expecting 2 features"):
        result(several, ROWS[:, :, None])


def test_only_two_dimensions_and_frames_hold_cases():
    assert [holds_cases(X) for X in FORMS.values()] == [True, True, False, False, False, False]


def test_missing_values_are_refused_in_every_form():
    fitted = ESTIMATORS["encoder"].fit(ROWS)
    for X in ([np.array([0.0, np.nan])], np.full((2, 20), np.nan)):
        with pytest.raises(ValueError, match="NaN"):
            read_after_fit(fitted, 1, X, np.float64)
