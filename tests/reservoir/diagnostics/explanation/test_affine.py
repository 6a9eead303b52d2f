import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from reservoir.diagnostics.explanation.affine import affine_form

ROWS = np.random.RandomState(0).standard_normal((30, 5)) * [1, 1e-6, 1e6, 1, 0] + [0, 0, 0, 1e3, 4]
Y = np.random.RandomState(1).standard_normal((30, 2))
CENTRE = ROWS.mean(axis=0)


@pytest.mark.parametrize("held", [2**20, 3])
@pytest.mark.parametrize("scaler", [None, StandardScaler(), MinMaxScaler(), make_pipeline(StandardScaler(), PCA(3))])
def test_weights_are_found_behind_any_scaler(scaler, held, monkeypatch):
    monkeypatch.setattr("reservoir.diagnostics.explanation.affine.HELD", held)
    model = make_pipeline(scaler or "passthrough", LinearRegression()).fit(ROWS, Y)
    base, weights, outputs, size = affine_form(model.predict, ROWS, CENTRE)
    np.testing.assert_allclose(base, model.predict(CENTRE[None])[0])
    np.testing.assert_array_equal(outputs, model.predict(ROWS))
    np.testing.assert_allclose(base + (ROWS - CENTRE) @ weights, outputs, rtol=1e-10, atol=1e-12)
    assert (size >= np.abs(outputs).max(axis=0)).all()
    if scaler is None:
        reach = np.abs(ROWS - CENTRE).max(axis=0)[:, None]
        np.testing.assert_allclose(weights * reach, model[-1].coef_.T * reach, rtol=1e-7, atol=1e-12)


def test_what_is_not_affine_is_refused():
    for model in (DecisionTreeRegressor(), make_pipeline(PolynomialFeatures(), LinearRegression())):
        predict = model.fit(ROWS, Y).predict
        with pytest.raises(ValueError, match="must be affine, such as a scaler and a linear readout; it misses .*by='"):
            affine_form(predict, ROWS, CENTRE)


def test_one_row_at_the_centre_does_not_hide_what_is_not_affine():
    with pytest.raises(ValueError, match="must be affine"):
        affine_form(lambda rows: np.prod(rows, axis=1, keepdims=True), np.ones((1, 2)), np.ones(2))
    form = affine_form(lambda rows: rows @ np.ones((2, 1)), np.ones((1, 2)), np.ones(2))
    assert form.base[0] == 2
    np.testing.assert_array_equal(form.weights, np.ones((2, 1)))
