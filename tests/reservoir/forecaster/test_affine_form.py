import numpy as np
from numpy.testing import assert_allclose
from sklearn.linear_model import Ridge
from sklearn.tree import DecisionTreeRegressor
from waves import WAVES, forecaster

from readouts import RidgeReadout
from reservoir.forecaster.affine_form import find_affine_form
from reservoir.forecaster.next_rows import NextRows


def test_a_readout_that_is_fitted_again_is_followed():
    wave = WAVES[:, :1]
    model = forecaster(readout=RidgeReadout(1e-8), washout=20).fit(wave)
    before, rows = model.forecast(5), np.hstack([model.reservoir_.transform(wave), wave])
    model.readout_.fit(rows, np.full(len(rows), 0.25))
    assert not np.allclose(before, 0.25)
    np.testing.assert_allclose(model.forecast(5), 0.25)


ROWS = np.random.RandomState(0).standard_normal((30, 3))
TASK = NextRows(2, 1, 1, True, False)


def test_it_is_looked_for_again_only_if_the_coefficients_change():
    readout = Ridge().fit(ROWS, ROWS[:, 0])
    form = find_affine_form(TASK, readout, ROWS)
    assert form.of_now(TASK, readout) is form.affine
    assert_allclose(form.affine(ROWS)[:, 0], readout.predict(ROWS))
    readout.fit(ROWS, ROWS[:, 1])
    assert_allclose(form.of_now(TASK, readout)(ROWS)[:, 0], readout.predict(ROWS))
    readout.coef_ *= 2  # in place
    assert_allclose(form.of_now(TASK, readout)(ROWS)[:, 0], readout.predict(ROWS))


def test_what_is_not_affine_has_none():
    readout = DecisionTreeRegressor().fit(ROWS, ROWS[:, 0])
    assert find_affine_form(TASK, readout, ROWS).of_now(TASK, readout) is None
