import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from readouts import RidgeReadout, RidgeReadoutClassifier
from reservoir import EchoStateReservoir, ReservoirClassifier, SequenceEncoder, SequenceRegressor, split_by_group
from reservoir.sequence_models.sequence_model import default_liquid

MODELS = [ReservoirClassifier, SequenceRegressor]


def waves():
    """Ragged series of two features, of one of two frequencies, and noise."""
    random = np.random.RandomState(0)
    labels = np.arange(20) % 2
    series = []
    for label in labels:
        t = np.arange(random.randint(20, 40))
        wave = np.sin((0.3 + 0.5 * label) * t)
        series.append(np.stack([wave, np.roll(wave, 3)], axis=1) + 0.1 * random.standard_normal((len(t), 2)))
    return series, labels


def small(cls, **parameters):
    return cls(n_units=12, **({"random_state": 0} | parameters))


@pytest.mark.parametrize("cls", MODELS)
def test_a_model_is_an_encoder_a_scaler_and_a_readout(cls):
    X, y = waves()
    model = small(cls).fit(X, y)
    features = StandardScaler().fit_transform(model.encoder_.transform(X))
    expected = clone(model.readout_).fit(features, y).predict(features)
    assert features.shape == (20, 4 * (3 + 4) * 12)
    assert_allclose(model.predict(X), expected, rtol=1e-9)
    again = SequenceEncoder(**model.encoder_.get_params(deep=False)).fit_transform(X)
    assert_array_equal(again, model.encoder_.transform(X))


@pytest.mark.parametrize("cls", MODELS)
def test_parameters_reach_the_encoder(cls):
    X, y = waves()
    reservoir = EchoStateReservoir(7, random_state=3)
    model = small(cls, reservoir=reservoir, views=("series",), representation="ppv", quantiles=(0.5,)).fit(X, y)
    assert model.encoder_.get_feature_names_out().tolist() == [f"series_ppv_0.5_{unit}" for unit in range(7)]
    assert_array_equal(model.encoder_.reservoir_.recurrent_weights_.data, reservoir.fit(X).recurrent_weights_.data)


@pytest.mark.parametrize(
    ("cls", "readout"), [(ReservoirClassifier, RidgeReadoutClassifier(0.1)), (SequenceRegressor, RidgeReadout(0.1))]
)
@pytest.mark.parametrize("lags", [2, (1, 5)])
def test_lags_are_those_of_an_encoder_below_a_readout(cls, readout, lags):
    X, y = waves()
    reservoir, settings = (
        EchoStateReservoir(7, random_state=3),
        {"representation": ("last", "ppv"), "quantiles": (0.5,)},
    )
    model = cls(reservoir, readout, views=None, lags=lags, **settings).fit(X[:15], y[:15])
    encoder = SequenceEncoder(reservoir, lags=lags, **settings)
    scaler = StandardScaler().fit(encoder.fit_transform(X[:15]))
    features, unseen = (scaler.transform(encoder.transform(part)) for part in (X[:15], X[15:]))
    assert features.shape == (15, 2 * 3 * (7 + 2))
    assert_array_equal(model.predict(X[15:]), readout.fit(features, y[:15]).predict(unseen))
    assert model.encoder_.get_feature_names_out().tolist() == encoder.get_feature_names_out().tolist()


@pytest.mark.parametrize("cls", MODELS)
def test_lags_must_fit_into_the_shortest_sequence(cls):
    X, y = waves()
    shortest = min(map(len, X))
    with pytest.raises(ValueError, match=f"'lags' must be smaller .* a lag of {shortest} with a series of {shortest} "):
        small(cls, lags=(1, shortest)).fit(X, y)


@pytest.mark.parametrize("cls", MODELS)
def test_the_seed_decides_everything_and_threads_nothing(cls):
    X, y = waves()
    expected = small(cls).fit(X, y).encoder_.transform(X)
    assert_array_equal(small(cls, n_jobs=2).fit(X, y).encoder_.transform(X), expected)
    seeded = small(cls, random_state=np.random.RandomState(0)).fit(X, y)
    assert_array_equal(seeded.encoder_.transform(X), expected)
    assert not np.array_equal(small(cls, random_state=1).fit(X, y).encoder_.transform(X), expected)


@pytest.mark.parametrize("cls", MODELS)
@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_an_offset_of_the_series_changes_nothing(cls, offset):
    X, y = waves()
    X = [np.round(x * 2**20) / 2**20 for x in X]  # the offset takes no digits
    model = small(cls, views=("scaled", "standardized", "standardized_differences"))
    features = clone(model).fit([x + offset for x in X], y).encoder_.transform([x + offset for x in X])
    expected = clone(model).fit(X, y).encoder_.transform(X)
    assert_allclose(features, expected, atol=8 * np.finfo(np.float32).eps)  # states are rounded to single precision


@pytest.mark.parametrize("cls", MODELS)
@pytest.mark.parametrize("exponent", [-700, 700])
def test_the_unit_of_the_series_changes_nothing(cls, exponent):
    X, y = waves()
    scaled = [np.ldexp(x, exponent) for x in X]
    features = small(cls).fit(scaled, y).encoder_.transform(scaled)
    assert_allclose(features, small(cls).fit(X, y).encoder_.transform(X), atol=1e-6)


@pytest.mark.parametrize("cls", MODELS)
@pytest.mark.parametrize(
    "bad, name",
    [
        ({"views": "standardised"}, "views"),
        ({"views": ()}, "views"),
        ({"representation": "median"}, "representation"),
        ({"quantiles": [1.0]}, "quantiles"),
        ({"lags": 0}, "lags"),
        ({"n_units": 0}, "n_units"),
        ({"n_jobs": 0}, "n_jobs"),
        ({"random_state": "x"}, "random_state"),
        ({"verbose": 1}, "verbose"),
        ({"reservoir": "esn"}, "reservoir"),
        ({"readout": "ridge"}, "readout"),
    ],
    ids=str,
)
def test_a_bad_parameter_is_named_and_changes_nothing(cls, bad, name):
    X, y = waves()
    model = small(cls).fit(X, y)
    before = dict(vars(model)) | bad
    with pytest.raises((ValueError, TypeError), match=f"'{name}'"):
        model.set_params(**bad).fit(X, y)
    assert vars(model) == before


@pytest.mark.parametrize("cls", MODELS)
def test_targets_of_another_number_are_refused(cls):
    X, y = waves()
    with pytest.raises(ValueError, match="'y' must have one entry for each of the 20 sequences of 'X'; got 19"):
        small(cls).fit(X, y[1:])


@pytest.mark.parametrize("cls", MODELS)
@pytest.mark.parametrize(
    "parameters, groups, message",
    [
        ({"readout": "ridge"}, None, "'readout' must be"),
        ({}, [0, 1], "'groups' must hold one label for each of the 20 rows"),
        ({}, ["one"] * 20, "'groups' must hold at least 2 groups"),
    ],
    ids=["readout", "number of groups", "one group"],
)
def test_what_the_readout_will_not_take_is_refused_before_anything_is_driven(
    cls, parameters, groups, message, monkeypatch
):
    monkeypatch.delattr(SequenceEncoder, "fit")
    with pytest.raises(ValueError, match=message):
        small(cls, **parameters).fit(*waves(), groups=groups)


@pytest.mark.parametrize(
    "cls, tree", [(ReservoirClassifier, DecisionTreeClassifier()), (SequenceRegressor, DecisionTreeRegressor())]
)
def test_groups_that_the_readout_does_not_take_are_refused_before_anything_is_driven(cls, tree, monkeypatch):
    monkeypatch.delattr(SequenceEncoder, "fit")
    with pytest.raises(ValueError, match="'groups' must be None for a readout whose fit does not"):
        small(cls, readout=tree).fit(*waves(), groups=np.arange(20))


@pytest.mark.parametrize("cls", MODELS)
def test_units_that_no_memory_holds_are_refused_before_they_are_drawn(cls):
    with pytest.raises(ValueError, match="'n_units' must be small enough for the .* bytes of memory here"):
        cls(n_units=10**12).fit(*waves())


def test_units_of_the_default_liquid_are_driven_alike_by_any_number_of_features():
    random, deviations = np.random.RandomState(0), []
    for n_features in (1, 9):
        liquid = default_liquid(400, n_features, random_state=0).fit(np.zeros((2, n_features)))
        deviations.append((random.standard_normal((300, n_features)) @ liquid.input_weights_.T).std())
    assert_allclose(deviations[0], deviations[1], rtol=0.1)


@pytest.mark.parametrize("n_units", [1, 2, 3, 7])
def test_the_default_liquid_may_have_any_number_of_units(n_units):
    assert default_liquid(n_units, 2, random_state=0).fit_transform(np.ones((4, 2))).shape == (4, n_units)


@pytest.mark.parametrize("cls", MODELS)
def test_entries_for_steps_get_advice(cls):
    X, y = waves()
    steps = np.repeat(y, [len(x) for x in X])
    groups = np.repeat(np.arange(len(X)), [len(x) for x in X])
    with pytest.raises(ValueError, match="one entry for each of the 20 sequences.*as many as steps"):
        small(cls).fit(X, steps)
    table = np.concatenate(X)
    with pytest.raises(ValueError, match=r"make a list of sequences by reservoir.split_by_group\(X, groups\)"):
        small(cls).fit(table, y)
    assert_array_equal(small(cls).fit(split_by_group(table, groups), y).predict(X), small(cls).fit(X, y).predict(X))
    with pytest.raises(ValueError, match="20 sequences of 'X'; got 19.$"):
        small(cls).fit(X, y[:-1])
