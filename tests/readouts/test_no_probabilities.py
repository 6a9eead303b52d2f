"""Classifiers without probabilities lack the method, as scikit-learn wants it, and say what has it."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV

from readouts import RidgeReadoutClassifier, RLSReadoutClassifier

RANDOM = np.random.RandomState(0)
X = RANDOM.standard_normal((400, 3))
Y = (X[:, 0] + 0.8 * RANDOM.standard_normal(400) > 0).astype(int)


@pytest.mark.parametrize("cls", [RidgeReadoutClassifier, RLSReadoutClassifier])
def test_the_method_is_absent_and_the_message_names_the_next_step(cls):
    for classifier in (cls(), cls().fit(X, Y), clone(cls()), pickle.loads(pickle.dumps(cls().fit(X, Y)))):
        assert not hasattr(classifier, "predict_proba") and getattr(classifier, "predict_proba", None) is None
        with pytest.raises(AttributeError, match=rf"CalibratedClassifierCV\({cls.__name__}\(\)\).*ReservoirClassifier"):
            classifier.predict_proba(X)


@pytest.mark.parametrize("cls", [RidgeReadoutClassifier, RLSReadoutClassifier])
def test_the_next_step_gives_calibrated_probabilities(cls):
    calibrated = CalibratedClassifierCV(cls(), cv=5).fit(X[:300], Y[:300])
    found = calibrated.predict_proba(X[300:])
    np.testing.assert_allclose(found.sum(axis=1), 1)
    brier = np.mean((found[:, 1] - Y[300:]) ** 2)
    assert brier < np.mean((Y[:300].mean() - Y[300:]) ** 2)  # better than the base rate
