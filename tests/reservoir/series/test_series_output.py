import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, PerSequence, SequenceEncoder, StackedReservoir
from reservoir.series.series_output import SeriesTransformerMixin, in_frames, names_out, output_container
from reservoir.speech import SendOnDeltaEncoder, UtteranceNormalizer

LENGTHS = (9, 4, 30)
LIBRARIES = ["pandas", "polars"]


def ragged():
    return [np.random.RandomState(n).standard_normal((n, 3)) for n in LENGTHS]


def echo():
    return EchoStateReservoir(5, random_state=0)


TRANSFORMERS = {
    "reservoir": echo(),
    "delays": NVAR(delay=2),
    "stack": StackedReservoir([echo(), echo()], random_state=0),
    "per sequence": PerSequence(StandardScaler()),
    "nested": PerSequence(PerSequence(StandardScaler())),
    "a reservoir per sequence": PerSequence(echo()),
    "normalizer": UtteranceNormalizer(),
    "spikes": SendOnDeltaEncoder(),
}
CONTAINERS = {"list": ragged, "stack": lambda: np.stack([ragged()[2]] * 2), "one": lambda: ragged()[0]}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("kind", TRANSFORMERS)
def test_every_series_becomes_a_data_frame(kind, container, library):
    frame_class = pytest.importorskip(library, reason="is asked for").DataFrame
    transformer, X = TRANSFORMERS[kind], CONTAINERS[container]()
    expected = clone(transformer).fit_transform(X)
    asked = clone(transformer).set_output(transform=library)
    with sklearn.config_context(transform_output=library):
        results = [asked.fit_transform(X), asked.transform(X), clone(transformer).fit_transform(X)]
    for result in [*results, pickle.loads(pickle.dumps(clone(asked).fit(X))).transform(X)]:
        pairs = [(result, expected)] if container == "one" else zip(result, expected, strict=True)
        for frame, rows in pairs:
            assert type(frame) is frame_class
            assert list(frame.columns) == list(asked.get_feature_names_out())
            assert_array_equal(frame.to_numpy(), rows)
    with sklearn.config_context(transform_output=library):
        kept = clone(transformer).set_output(transform="default").fit(X).transform(X)
    assert type(kept) is type(expected)


@pytest.mark.parametrize("library", LIBRARIES)
def test_pipelines_of_lists_are_configured_at_once(library):
    pytest.importorskip(library, reason="is asked for")
    X, y = ragged() * 3, [0, 1, 1] * 3
    plain = make_pipeline(
        PerSequence(StandardScaler()), echo(), PerSequence(StandardScaler()), SequenceEncoder(echo()), StandardScaler(),
        RidgeClassifier(),
    )  # fmt: skip
    expected = plain.fit(X, y).decision_function(X)
    # Of columns by themselves NumPy rounds other sums.
    with sklearn.config_context(transform_output=library):
        assert_allclose(clone(plain).fit(X, y).decision_function(X), expected, rtol=1e-8)
    asked = clone(plain).set_output(transform=library).fit(X, y)
    assert_allclose(asked.decision_function(X), expected, rtol=1e-8)


def test_the_index_of_every_series_is_kept():
    frames = [
        pd.DataFrame(x, pd.date_range("2020", periods=len(x), freq="h"), columns=["dt", "a", "b"]).abs()
        for x in ragged()
    ]
    liquid = CTRNNLiquid(5, elapsed_column="dt", random_state=0).set_output(transform="pandas")
    for states, frame in zip(liquid.fit_transform(frames), frames, strict=True):
        assert states.index.equals(frame.index)
    column = frames[0]["a"]
    assert echo().set_output(transform="pandas").fit_transform(column).index.equals(column.index)


def test_names_of_elapsed_times_pass_through_a_pipeline_that_is_asked_for_frames():
    X = [np.abs(x) for x in ragged()]
    frames = [pd.DataFrame(x, columns=["a", "dt", "b"]) for x in X]
    liquid = CTRNNLiquid(5, elapsed_column="dt", random_state=0)
    for scaler in (PerSequence(StandardScaler(with_mean=False)), UtteranceNormalizer(0.0, variance=False)):
        pipeline = make_pipeline(scaler, liquid).set_output(transform="pandas")
        by_position = make_pipeline(clone(scaler), clone(liquid).set_params(elapsed_column=1))
        for states, expected in zip(pipeline.fit_transform(frames), by_position.fit_transform(X), strict=True):
            assert_array_equal(states.to_numpy(), expected)


def test_columns_without_names_are_left_to_the_library():
    nameless = PerSequence(make_pipeline(FunctionTransformer(np.abs))).set_output(transform="pandas")
    assert names_out(nameless.fit(ragged()), ragged()) is None
    assert [list(x.columns) for x in nameless.transform(ragged())] == [[0, 1, 2]] * 3
    assert list(in_frames("pandas", None, None, np.ones((2, 2))).columns) == [0, 1]


def test_what_scikit_learn_does_not_know_is_refused():
    for bad in ("arrow", "list"):
        with pytest.raises(ValueError, match="output config must be in"):
            echo().set_output(transform=bad).fit_transform(ragged())


class Doubled(SeriesTransformerMixin, BaseEstimator):
    """A transformer of a user's own, which names nothing."""

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return [2 * x for x in X]


class Named(Doubled):
    def get_feature_names_out(self, input_features=None):
        return np.array(["a", "b", "c"], dtype=object)

    def transform(self, X):
        return super().transform(X)


def test_subclasses_are_served_too():
    with sklearn.config_context(transform_output="pandas"):
        assert_array_equal(Doubled().fit_transform(ragged())[0], 2 * ragged()[0])
        frames = Named().fit_transform(ragged())
    assert [list(x.columns) for x in frames] == [["a", "b", "c"]] * 3
    assert_array_equal(frames[1].to_numpy(), 2 * ragged()[1])
    assert not hasattr(Doubled(), "set_output") and output_container(Named().set_output(transform="polars")) == "polars"


class Unwrapped(Named, auto_wrap_output_keys=None):
    def transform(self, X):
        return [2 * x for x in X]


def test_a_subclass_may_opt_out_as_it_may_of_scikit_learns():
    assert not hasattr(Unwrapped(), "set_output")
    with sklearn.config_context(transform_output="pandas"):
        assert type(Unwrapped().fit_transform(ragged())[0]) is np.ndarray
