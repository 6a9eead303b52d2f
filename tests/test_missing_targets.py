"""A masked target is a missing one, as NaN is: its step is driven, but not learnt and not scored."""

import numpy as np
import pytest
from builders import masked
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier
from reservoir import EchoStateReservoir, PerSequence, ReservoirRegressor, from_lengths, split_by_group
from reservoir.metrics import nmse
from reservoir.model_selection import WashoutSplit, sequence_scorer

N_STEPS = 60
X = np.random.RandomState(0).standard_normal((N_STEPS, 2))
Y = np.column_stack([X[:, 0] * np.roll(X[:, 1], 1), np.roll(X[:, 0], 2)])
LABELS = (X[:, 0] > 0).astype(int)
WHERE = np.zeros(N_STEPS, dtype=bool)
WHERE[::7] = True
READOUTS = [None, RidgeReadout(solver="qr"), RLSReadout(1e-3), Ridge(1e-3), LinearRegression()]


def missing(values, where):
    values = np.array(values, dtype=float)
    values[where] = np.nan
    return values


def reservoir():
    return EchoStateReservoir(10, random_state=0)


def small(readout=None, **parameters):
    return ReservoirRegressor(reservoir(), readout, **parameters)


def same(one, other):
    """Two fitted models predict the same numbers, to the last bit."""
    assert np.isfinite(one.predict(X)).all()
    assert_array_equal(one.predict(X), other.predict(X))


@pytest.mark.parametrize("passthrough", [True, False])
def test_a_masked_target_teaches_nothing(passthrough):
    model = small(LinearRegression(), passthrough=passthrough).fit(X, masked(Y, WHERE))
    states = reservoir().fit(X).transform(X)
    rows = np.hstack([states, X]) if passthrough else states
    expected = LinearRegression().fit(rows[~WHERE], Y[~WHERE]).predict(rows)
    assert_allclose(model.predict(X), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "bool"])
@pytest.mark.parametrize("readout", READOUTS, ids=str)
def test_it_counts_as_nan_does(readout, dtype):
    values = np.rint(3 * Y).astype(dtype)
    for y, where in ((values[:, 0], WHERE), (values, WHERE), (values, np.unravel_index([3, 50, 99], Y.shape))):
        given = masked(y, where)
        model, expected = (small(readout, washout=2).fit(X, one) for one in (given, missing(y, where)))
        same(model, expected)
        assert model.score(X, given) == expected.score(X, missing(y, where))
        assert np.ma.getmaskarray(given)[where].all(), "the argument stays what it was"


def test_it_may_be_the_constant_in_a_list():
    target = [np.ma.masked if hidden else value for value, hidden in zip(Y[:, 0].tolist(), WHERE, strict=True)]
    same(small().fit(X, target), small().fit(X, missing(Y[:, 0], WHERE)))


@pytest.mark.parametrize("readout", READOUTS, ids=str)
def test_it_may_be_in_one_of_several_series(readout):
    many, targets = X.reshape(3, 20, 2), [masked(Y[:20, 0], WHERE[:20]), Y[20:40, 0], masked(Y[40:, 0], WHERE[40:])]
    boxed = np.fromiter(targets, dtype=object, count=3)
    expected = small(readout).fit(many, [np.ma.filled(one, np.nan) for one in targets])
    for y in (targets, tuple(targets), boxed, np.ma.stack(targets)):
        model = small(readout).fit(many, y)
        same(model, expected)
        assert model.score(many, y) == expected.score(many, [np.ma.filled(one, np.nan) for one in targets])
    lengths = (15, 25, 20)
    cuts = np.cumsum(lengths)[:-1]
    ragged = from_lengths(X, lengths)
    y = masked(Y, WHERE)
    model = small(readout).fit(ragged, [y[:15], y[15:40], y[40:]])
    same(model, small(readout).fit(ragged, np.split(missing(Y, WHERE), cuts)))


@pytest.mark.parametrize("feedback", [False, True])
@pytest.mark.parametrize("pairs", [False, True])
def test_it_is_driven_in_a_stream(pairs, feedback):
    def learn(y):
        model = small(RLSReadout(1e-2), feedback=feedback)  # which closes the loop
        chunks = [(X[:30], y[:30]), (X[30:], y[30:])]
        if pairs:
            return model.partial_fit(iter(chunks))
        for chunk in chunks:
            model.partial_fit(*chunk)
        return model.partial_fit(X[:1], np.ma.masked_all(1) if np.ma.isMaskedArray(y) else np.full(1, np.nan))

    same(learn(masked(Y[:, 0], WHERE)), learn(missing(Y[:, 0], WHERE)))


def test_with_feedback_a_target_that_is_seen_may_not_be_masked():
    with pytest.raises(ValueError, match="'y' must be known at every step .* masked"):
        small(feedback=True).fit(X, masked(Y, WHERE))
    with pytest.raises(ValueError, match="'y' must be known at every step .* masked"):
        small(feedback=True).fit(X, Y).prime(X, masked(Y, WHERE))
    with pytest.raises(ValueError, match="'y' must hold a target for at least one step .* masked"):
        small().fit(X, np.ma.masked_all(N_STEPS))


@pytest.mark.parametrize("readout", [RidgeReadoutClassifier(), RLSReadoutClassifier()], ids=str)
@pytest.mark.parametrize("names", [None, np.array(["no", "yes"]), np.array([False, True])], ids=str)
def test_a_masked_label_is_no_class(readout, names):
    labels = LABELS if names is None else names[LABELS]
    given = np.ma.array(labels, mask=WHERE)
    given.data[WHERE] = "other" if labels.dtype.kind == "U" else 1
    listed = [np.ma.masked if hidden else label for label, hidden in zip(labels.tolist(), WHERE, strict=True)]
    states = reservoir().fit(X).transform(X)
    rows = np.hstack([states, X])[~WHERE]
    expected = type(readout)().fit(rows, labels[~WHERE])
    for y in (given, listed):
        model = small(readout).fit(X, y)
        assert model.classes_.tolist() == [0, 1] if names is None else names.tolist()
        assert_array_equal(model.predict(X)[~WHERE] == labels[~WHERE], expected.predict(rows) == labels[~WHERE])
        assert model.score(X, y) == expected.score(rows, labels[~WHERE])
        assert_allclose(model.readout_.coef_, expected.coef_, rtol=1e-6, atol=1e-9)


def test_targets_may_be_cut_by_the_advice_given():
    lengths, given = (15, 25, 20), masked(Y, WHERE)
    groups = np.repeat(np.arange(3), lengths)
    for cut in (lambda y: from_lengths(y, lengths), lambda y: split_by_group(y, groups)):
        with pytest.raises(ValueError, match=r"such as by X\.astype\(float\)\.filled\(np\.nan\) if they are missing"):
            cut(given)
        same(
            small().fit(cut(X), cut(given.astype(float).filled(np.nan))),
            small().fit(cut(X), np.split(given, np.cumsum(lengths)[:-1])),
        )


def test_scikit_learn_hands_the_mask_on():
    given, plain = masked(Y[:, 0], WHERE), missing(Y[:, 0], WHERE)
    assert_array_equal(*(cross_val_score(small(), X, y, cv=WashoutSplit(3, washout=5)) for y in (given, plain)))
    many = [X[start : start + 15] for start in range(0, N_STEPS, 15)]
    several = [[y[start : start + 15] for start in range(0, N_STEPS, 15)] for y in (given, plain)]
    assert_array_equal(*(cross_val_score(small(), many, y, cv=KFold(2)) for y in several))


def test_what_stands_before_a_regressor_hands_the_mask_on():
    class Recorder(BaseEstimator):
        def fit(self, X, y):
            self.seen_ = y
            return self

        def transform(self, X):
            return X

    for model in (StandardScaler(), PerSequence(StandardScaler()), reservoir()):
        one, other = (make_pipeline(model, small()).fit(X, y) for y in (masked(Y, WHERE), missing(Y, WHERE)))
        same(one, other)
    many, where = X.reshape(3, 20, 2), WHERE.reshape(3, 20)
    seen = PerSequence(Recorder()).fit(many, masked(Y[:, 0].reshape(3, 20), where)).transformer_.seen_
    assert_array_equal(seen, missing(Y[:, 0], WHERE))
    seen = PerSequence(Recorder()).fit(many, masked([1, 2, 3], [1])).transformer_.seen_
    assert_array_equal(seen.astype(float), np.repeat([1, np.nan, 3], 20))


def test_a_scorer_hands_missing_targets_to_its_metric():
    model = small().fit(X, Y[:, 0])
    scorer = sequence_scorer(lambda y, p: np.nanmean((y - p) ** 2), greater_is_better=False)
    assert scorer(model, X, masked(Y[:, 0], WHERE)) == scorer(model, X, missing(Y[:, 0], WHERE))
    with pytest.raises(ValueError, match="'y' .*'y_true' must be finite"):
        sequence_scorer(nmse)(model, X, masked(Y[:, 0], WHERE))
    with pytest.raises(TypeError, match="'metric' must return one number; got masked"):
        sequence_scorer(lambda y, p: np.ma.masked, greater_is_better=True)(model, X, Y[:, 0])
