"""Features of unit variance, but for those that vary by rounding only."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.preprocessing import StandardScaler

from reservoir import EchoStateReservoir, ReservoirClassifier, SequenceEncoder
from reservoir.sequence_models.feature_scale import fit_scaler

X = [np.random.RandomState(seed).standard_normal((8 + seed, 2)) for seed in range(12)]
SUMMARIES = ("mean", "std", "last", "max")


def encoder(dtype="float64", **parameters):
    return SequenceEncoder(EchoStateReservoir(3, dtype=dtype, random_state=0), SUMMARIES, **parameters)


@pytest.mark.parametrize("parameters", [{}, {"views": ("standardized", "series")}, {"lags": 2}])
def test_what_varies_has_unit_variance(parameters):
    fitted = encoder(**parameters).fit(X)
    features = fitted.transform(X)
    assert_array_equal(fit_scaler(features, fitted).scale_, StandardScaler().fit(features).scale_)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("view", ["standardized", "reversed_standardized_differences"])
def test_means_and_deviations_of_standardised_inputs_are_left_as_they_are(view, dtype):
    fitted = encoder(dtype, views=("series", view), lags=(1, 2)).fit(X)
    features = fitted.transform(X)
    scaled = fit_scaler(features, fitted).transform(features)
    constant = {f"{view}_{summary}_x{column}(t)" for summary in ("mean", "std") for column in (0, 1)}
    rounding = np.isin(fitted.get_feature_names_out(), list(constant))
    assert rounding.sum() == 4
    assert_allclose(scaled[:, rounding], 0, atol=1e-5)
    assert_array_equal(scaled[:, ~rounding], StandardScaler().fit_transform(features)[:, ~rounding])


def test_rounding_decides_nothing():
    rounded = [np.round(x * 2**20) / 2**20 for x in X]  # the offset takes no digits
    labels = np.arange(12) % 2
    classifier = ReservoirClassifier(
        EchoStateReservoir(5, random_state=0), representation="mean", views="standardized", lags=1
    )
    expected = classifier.fit(rounded, labels).decision_function(rounded)
    far = [x + 1e8 for x in rounded]
    assert_allclose(classifier.fit(far, labels).decision_function(far), expected, rtol=0, atol=1e-6)
