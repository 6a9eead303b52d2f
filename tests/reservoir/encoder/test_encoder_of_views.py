"""The encoder with views and shares above quantiles, as its callers see it."""

import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, SequenceEncoder, StackedReservoir
from reservoir.base import BaseReservoir
from reservoir.encoder.views import VIEWS, fit_view
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity

TWO = ("series", "reversed_standardized_differences")
ALL = ("ppv", "last", "mean", "std", "max", "min", "segments", "model")


def ragged(n_features=3, dtype=np.float64):
    random = np.random.RandomState(0)
    return [random.standard_normal((n_steps, n_features)).astype(dtype) for n_steps in (9, 2, 30, 4, 17)]


def small(**parameters):
    return EchoStateReservoir(6, **({"random_state": 0} | parameters))


def shown(name, x, dtype="float64"):
    """What a reservoir is given, to the last bit, for a threshold is the state of some step."""
    return fit_view(name, [x]).of(x, np.dtype(dtype))[:]


@pytest.mark.parametrize(
    "reservoir",
    [
        small(),
        small(dtype="float32"),
        LTCLiquid(5, random_state=0),
        LIFLiquid(5, background_current=16.0, random_state=0),
        StackedReservoir([small(), LTCLiquid(4, random_state=0)]),
        AdaptiveReservoir(small(), IntrinsicPlasticity(n_epochs=1)),
    ],
    ids=lambda one: type(one).__name__,
)
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_shares_above_quantiles_by_transform_and_numpy(reservoir):
    quantiles = (0.1, 0.5, 0.8)
    encoder = SequenceEncoder(reservoir, "ppv", views=TWO, quantiles=quantiles)
    found = np.split(encoder.fit_transform(ragged()), 2, axis=1)
    for name, own, thresholds, features in zip(TWO, encoder.reservoirs_, encoder.thresholds_, found, strict=True):
        states = own.transform([shown(name, x, own.dtype_) for x in ragged()])
        expected = np.quantile(np.concatenate(states), quantiles, axis=0, method="inverted_cdf")
        assert_array_equal(thresholds, expected, strict=True)
        shares = [np.concatenate([(x > level).mean(axis=0) for level in thresholds]) for x in states]
        assert_array_equal(features, np.array(shares, features.dtype))
    assert not np.array_equal(*(own.transform(ragged())[0] for own in encoder.reservoirs_))


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_threads_change_no_bit(dtype, n_jobs):
    encoder = SequenceEncoder(small(dtype=dtype), ALL[:-2], views=tuple(VIEWS))
    expected = encoder.fit_transform(ragged())
    found = clone(encoder).set_params(n_jobs=n_jobs).fit(ragged()).transform(ragged())
    assert expected.shape == (5, 12 * 8 * 6)
    assert_array_equal(found, expected, strict=True)


def test_a_series_longer_than_a_piece_and_a_map_of_it(tmp_path):
    x = np.random.RandomState(0).standard_normal((9000, 2)).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    encoder = SequenceEncoder(small(), ("ppv", "mean", "std", "max", "min"), views=TWO)
    expected = encoder.fit_transform([x, x[:50]])
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert_array_equal(clone(encoder).fit_transform([mapped, mapped[:50]]), expected)
    for name, reservoir, thresholds, features in zip(
        TWO, encoder.reservoirs_, encoder.thresholds_, np.split(expected[0], 2), strict=True
    ):
        states = reservoir.transform(shown(name, x))
        shares = [(states > level).mean(axis=0) for level in thresholds]
        own = (*shares, states.mean(axis=0), states.std(axis=0), states.max(axis=0), states.min(axis=0))
        assert_allclose(features, np.concatenate(own), rtol=1e-12, atol=1e-14)


def peak_of(call):
    call()
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_series():
    encoder = SequenceEncoder(EchoStateReservoir(40, random_state=0), ("ppv", "std", "min"), views=TWO)
    few, many = (list(np.random.RandomState(0).standard_normal((n, 400, 1))) for n in (20, 200))
    encoder.fit(few)
    states = 200 * 400 * 40 * 8
    # What is returned grows; it is held three times over when its parts are put together.
    assert 4 * encoder.transform(many).nbytes < states / 8
    assert peak_of(lambda: encoder.transform(many)) < peak_of(lambda: encoder.transform(few)) + states / 8
    # The sampled states are 4096 for each of the units, and are sorted.
    assert peak_of(lambda: clone(encoder).fit(many)) < states / 5 + 3 * 4096 * 40 * 8


def test_a_column_of_elapsed_times_needs_no_views():
    random = np.random.RandomState(0)
    X = [np.column_stack([random.standard_normal(n), random.exponential(size=n)]) for n in (5, 9)]
    timed = CTRNNLiquid(6, elapsed_column=1, random_state=0)
    for reservoir in (timed, StackedReservoir([timed, small()])):
        with pytest.raises(ValueError, match=r"'views' must be None .* elapsed times.*elapsed_column=1"):
            SequenceEncoder(reservoir, views="standardized").fit(X)
        assert SequenceEncoder(reservoir, "ppv").fit_transform(X).shape == (2, 3 * reservoir.fit(X).n_features_out_)


@pytest.mark.parametrize("views", [None, TWO], ids=str)
def test_every_column_has_a_name_of_its_own(views):
    encoder = SequenceEncoder(small(), ALL, views=views, quantiles=[0.1234567, 0.1234568])
    X = [np.vstack([x, x[:1]]) for x in ragged()]  # at least two differences
    frame = encoder.set_output(transform="pandas").fit_transform(X)
    assert frame.columns.is_unique
    assert list(frame.columns) == list(encoder.get_feature_names_out())
    assert frame.shape == (5, (1 if views is None else 2) * 6 * (2 + 5 + 3 + 7))
    for view, name in zip(TWO, ("series_mean_4", "reversed_standardized_differences_mean_4"), strict=True):
        if views is not None:
            alone = SequenceEncoder(encoder.reservoirs_[views.index(view)].unfitted(), "mean", views=view)
            assert_array_equal(frame[name], alone.fit_transform(X)[:, 4])


def test_data_frames_with_named_columns_are_viewed():
    frames = [pd.DataFrame(x, columns=["a", "b", "c"]) for x in ragged()]
    encoder = SequenceEncoder(small(), ("ppv", "mean"), views=TWO)
    expected = clone(encoder).fit_transform(ragged())
    assert_array_equal(encoder.fit_transform(frames), expected)
    with pytest.raises(ValueError, match="^The columns of every series of X must be those of fit"):
        encoder.transform([frame[["b", "a", "c"]] for frame in frames])


def test_a_matrix_holds_cases_of_a_single_feature():
    X = np.random.RandomState(0).standard_normal((4, 12))
    encoder = SequenceEncoder(small(), ("ppv", "std"), views=TWO)
    assert_array_equal(encoder.fit_transform(X), clone(encoder).fit_transform(list(X[:, :, None])))


@pytest.mark.parametrize("seed", [None, np.random.RandomState(0)], ids=["None", "RandomState"])
def test_seeds_that_are_no_numbers(seed):
    encoder = SequenceEncoder(small(random_state=seed), ("ppv", "mean"), views=TWO).fit(ragged())
    assert_array_equal(encoder.transform(ragged()), encoder.transform(ragged()))
    first, again = (own.input_weights_ for own in (encoder.reservoir_, clone(encoder).fit(ragged()).reservoir_))
    assert np.array_equal(first, again) == (seed is not None)


def test_a_view_has_the_reservoir_that_it_would_have_alone():
    features = SequenceEncoder(small(), "mean", views=TWO).fit_transform(ragged())
    alone = SequenceEncoder(small(), "mean", views="series").fit_transform(ragged())
    assert_array_equal(features[:, :6], alone)
    assert_array_equal(alone, SequenceEncoder(small(), "mean").fit_transform(ragged()))


@pytest.mark.parametrize(
    "bad, message",
    [
        ({"views": "standardised"}, "'views' must be one of 'series', .*; got 'standardised'"),
        ({"views": ("series", "x")}, "'views' must be one of"),
        ({"views": ()}, "'views' must name at least one view"),
        ({"views": []}, "'views' must name at least one view"),
        ({"views": ("series", "series")}, "'views' must name each view once"),
        ({"views": np.array(["series"])}, "'views' must be one of .*; got array"),
        pytest.param({"views": (name for name in TWO)}, "'views' must be one of .*; got <generator", id="views once"),
        ({"quantiles": 0.5}, "'quantiles' must be an integer of at least 1; got 0.5"),
        ({"quantiles": []}, "'quantiles' must be a sequence of at least one number; got"),
        ({"quantiles": ()}, "'quantiles' must"),
        ({"quantiles": [1.0]}, "'quantiles' must be .*above 0.*below 1.*1.0"),
        ({"quantiles": [0.0, 0.5]}, "'quantiles' must be .*above 0.*below 1.*0.0"),
        ({"quantiles": [np.nan]}, "'quantiles' must"),
        ({"quantiles": [[0.5]]}, "'quantiles' must be a sequence"),
        ({"quantiles": [0.5, 0.5]}, "'quantiles' must differ"),
        ({"quantiles": "0.5"}, "'quantiles' must"),
        pytest.param({"quantiles": (q for q in (0.5,))}, "'quantiles' must", id="quantiles once"),
        ({"random_state": "0"}, "'random_state' must"),
        ({"verbose": 2}, "'verbose' must"),
        ({"n_jobs": 0}, "'n_jobs' must"),
    ],
    ids=str,
)
def test_a_bad_parameter_is_named_and_changes_nothing(bad, message):
    encoder = SequenceEncoder(small(), ("ppv", "mean"), views=TWO).fit(ragged())
    before = dict(vars(encoder)) | bad
    with pytest.raises((ValueError, TypeError), match=message):
        encoder.set_params(**bad).fit(ragged(2))
    assert vars(encoder) == before


def test_a_fitted_encoder_goes_by_the_parameters_of_its_fit():
    encoder = SequenceEncoder(small(), ("ppv", "mean"), views=TWO).fit(ragged())
    expected, names = encoder.transform(ragged()), list(encoder.get_feature_names_out())
    encoder.set_params(views=None, representation="last", quantiles=(0.9,), reservoir=None, random_state=5)
    for one in (encoder, pickle.loads(pickle.dumps(encoder))):
        assert_array_equal(one.transform(ragged()), expected)
        assert list(one.get_feature_names_out()) == names


def test_numbers_too_large_for_the_views_are_refused_by_name():
    encoder = SequenceEncoder(small(dtype="float32"), views=("series", "scaled"))
    with pytest.raises(ValueError, match="'X' must hold numbers whose sums are finite"):
        encoder.fit([[[1e308], [-1e308]]])
    with pytest.raises(ValueError, match="'X' must hold numbers that stay finite in float32"):
        encoder.fit([[[1.0], [2.0]]]).transform([[[1e60], [0.0]]])


def test_what_is_being_driven_is_printed(capsys):
    encoder = SequenceEncoder(small(), "ppv", views=TWO, verbose=True).fit(ragged())
    assert capsys.readouterr().out.splitlines() == [
        "[SequenceEncoder] reservoirs fitted to 5 sequences",
        "[SequenceEncoder] thresholds of view 1 of 2, series",
        "[SequenceEncoder] thresholds of view 2 of 2, reversed_standardized_differences",
    ]
    encoder.transform(ragged())
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "[SequenceEncoder] states of view 1 of 2, series"
    assert lines[-1] == "[SequenceEncoder] 5 sequences encoded"


def test_a_model_of_differences_needs_three_steps():
    encoder = SequenceEncoder(small(), "model", views="differences")
    with pytest.raises(ValueError, match="needs sequences of at least 2 steps; .* differences are one step fewer"):
        encoder.fit([np.ones((2, 1))])


def test_a_reservoir_that_adapts_does_so_to_the_views_of_all_series():
    reservoir = AdaptiveReservoir(small(), IntrinsicPlasticity(n_epochs=2))
    encoder = SequenceEncoder(reservoir, views="standardized").fit(ragged())
    expected = clone(reservoir).fit([shown("standardized", x) for x in ragged()])
    assert_array_equal(encoder.reservoir_.transform(ragged()[0]), expected.transform(ragged()[0]))


class Spiking(BaseReservoir):
    """A reservoir of one's own whose states are whole numbers: which columns are positive."""

    def _draw(self, n_features, random_state):
        self.n_units_ = n_features

    def _rest(self):
        return np.zeros(self.n_units_)

    def _drive(self, X, state):
        return (X > 0).astype(np.int64), state


def test_states_that_are_whole_numbers_have_features_that_are_not():
    found = SequenceEncoder(Spiking(), ("mean", "ppv", "min", "std"), quantiles=[0.1]).fit_transform(ragged())
    positive = [x > 0 for x in ragged()]
    means = np.array([x.mean(axis=0) for x in positive])
    smallest, deviations = [x.min(axis=0) for x in positive], [x.std(axis=0) for x in positive]
    assert found.dtype == np.float64
    assert_allclose(found, np.hstack([means, means, smallest, deviations]), rtol=1e-12)
