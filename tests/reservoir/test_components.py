import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from readouts import RidgeReadout
from reservoir import (
    EchoStateReservoir,
    Forecaster,
    LTCLiquid,
    ReservoirClassifier,
    ReservoirRegressor,
    SequenceEncoder,
    SequenceRegressor,
)
from reservoir.components import DEFAULT_ALPHAS, clone_readout, clone_reservoir, default_readout, default_reservoir

X = [[0.1 * step] for step in range(200)]
COMPOSITES = [SequenceEncoder(), Forecaster(washout=5), ReservoirRegressor()]


def fit(composite, **parameters):
    composite = type(composite)(**(composite.get_params(deep=False) | parameters))
    if isinstance(composite, SequenceEncoder):
        return composite.fit([X])
    return composite.fit(X, [row[0] for row in X])


@pytest.mark.parametrize("composite", COMPOSITES, ids=str)
def test_every_composite_has_the_same_default_reservoir(composite):
    parameters = fit(composite).reservoir_.get_params()
    assert parameters == EchoStateReservoir(random_state=0).get_params() == default_reservoir().get_params()


def test_the_default_readout_chooses_its_penalty_in_blocks_of_time():
    readout = default_readout()
    np.testing.assert_allclose(readout.alphas, np.logspace(-6, 4, 11), rtol=1e-15)
    assert readout.cv == 5 and readout.alphas == DEFAULT_ALPHAS
    parameters = fit(ReservoirRegressor()).readout_.get_params()
    assert parameters == readout.get_params()


@pytest.mark.parametrize("composite", COMPOSITES, ids=str)
@pytest.mark.parametrize("wrong", [3, "echo state", EchoStateReservoir, Ridge(), [EchoStateReservoir()]], ids=str)
def test_what_is_no_reservoir_is_refused_by_every_composite_in_the_same_words(composite, wrong):
    with pytest.raises(ValueError, match=r"'reservoir' must be a reservoir such as EchoStateReservoir\(\); got"):
        fit(composite, reservoir=wrong)


@pytest.mark.parametrize("wrong", [3, "ridge", Ridge, StandardScaler(), EchoStateReservoir()], ids=str)
def test_what_cannot_read_out_is_refused(wrong):
    with pytest.raises(ValueError, match=r"'readout' must be a regressor such as RidgeReadout\(\); got"):
        fit(Forecaster(washout=5), readout=wrong)
    with pytest.raises(ValueError, match=r"'readout' must be a regressor or classifier such as Ridge\(\); got"):
        fit(ReservoirRegressor(), readout=wrong)


def test_a_readout_of_the_other_kind_is_refused_even_in_a_pipeline():
    labels = np.arange(20) % 2
    series = [np.full((5, 1), float(label)) for label in labels]
    classifiers = LogisticRegression(), make_pipeline(StandardScaler(), LogisticRegression())
    for wrong in classifiers:
        with pytest.raises(ValueError, match=r"'readout' must be a regressor such as RidgeReadout\(\); got"):
            fit(Forecaster(washout=5), readout=wrong)
        with pytest.raises(ValueError, match="'readout' must be a scikit-learn regressor; got"):
            SequenceRegressor(readout=wrong, n_units=5).fit(series, labels)
    for wrong in (Ridge(), make_pipeline(StandardScaler(), Ridge()), RidgeReadout()):
        with pytest.raises(ValueError, match="'readout' must be a scikit-learn classifier; got"):
            ReservoirClassifier(readout=wrong, n_units=5).fit(series, labels)


def test_a_readout_that_does_not_say_its_kind_is_taken():
    class Nearest(BaseEstimator):
        def fit(self, X, y):
            self.classes_, self._X, self._y = np.unique(y), X, np.asarray(y)
            return self

        def predict(self, X):
            return self._y[[int(np.argmin(np.abs(self._X - x).sum(axis=1))) for x in X]]

    labels = np.arange(20) % 2
    series = [np.full((5, 1), float(label)) for label in labels]
    model = ReservoirClassifier(readout=Nearest(), n_units=5, random_state=0).fit(series, labels)
    np.testing.assert_array_equal(model.predict(series), labels)


def test_components_are_copies_without_a_fit():
    for given, copy in [
        (liquid := LTCLiquid(5).fit(X), clone_reservoir(liquid)),
        *((one, clone_readout(one, Ridge(), "")) for one in (Ridge(2.0).fit(X, X), LogisticRegression(C=2.0))),
        (pipe := make_pipeline(StandardScaler(), Ridge()), clone_readout(pipe, Ridge(), "")),
    ]:
        assert copy is not given and str(copy) == str(given)
        assert not any(name.endswith("_") and not name.endswith("__") for name in vars(copy))
    default = RidgeReadout(2.0)
    assert clone_readout(None, default, "") is not default
