"""Scalers in C do what those of scikit-learn do, and nothing else is taken for one of them."""

import numpy as np
import pytest
from c_programs import needs_gcc, outputs_of_rule
from numpy.testing import assert_allclose
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from reservoir import PerSequence
from reservoir.interop.c99.scaling import scaling_rule, scalings_of

ROWS = np.random.RandomState(0).standard_normal((30, 4)) * [1, 100, 1e-3, 5] + [0, 1000, 0, -2]
ROWS[:, 3] = 7.0  # a column that does not vary
SCALERS = {
    "standard": StandardScaler(),
    "without mean": StandardScaler(with_mean=False),
    "without scale": StandardScaler(with_std=False),
    "range": MinMaxScaler((-1, 3)),
    "range, clipped": MinMaxScaler((-1, 3), clip=True),
    "largest": MaxAbsScaler(),
    "robust": RobustScaler(),
    "robust, without center": RobustScaler(with_centering=False),
    "robust, without scale": RobustScaler(with_scaling=False),
    "nothing": FunctionTransformer(),
    "two": make_pipeline(StandardScaler(), "passthrough", MinMaxScaler()),
    "of series": PerSequence(StandardScaler()),
    "of some columns": PerSequence(MinMaxScaler(clip=True), exclude=[0, -2]),
}


@needs_gcc
@pytest.mark.parametrize("name", SCALERS)
def test_rows_are_scaled_as_by_scikit_learn(tmp_path, name):
    scaler = SCALERS[name].fit(ROWS[:15])
    outputs = ROWS
    for scaling in scalings_of(scaler):
        outputs = outputs_of_rule(tmp_path, scaling_rule(scaling), outputs)
    assert_allclose(outputs, scaler.transform(ROWS), rtol=1e-13, atol=1e-13)


@needs_gcc
@pytest.mark.parametrize("name", ["standard", "range", "largest", "robust"])
def test_the_inverse_is_that_of_scikit_learn(tmp_path, name):
    scaler = SCALERS[name].fit(ROWS[:15])
    (scaling,) = scalings_of(scaler)
    outputs = outputs_of_rule(tmp_path, scaling_rule(scaling.inverse()), ROWS)
    assert_allclose(outputs, scaler.inverse_transform(ROWS), rtol=1e-13, atol=1e-13)


class OwnScaler(StandardScaler):
    def transform(self, X):
        return -super().transform(X)


WAY_BACK = FunctionTransformer(inverse_func=np.exp, check_inverse=False)


@pytest.mark.parametrize(
    "transformer", [PCA(), OwnScaler(), FunctionTransformer(np.log1p), WAY_BACK, PerSequence(PCA())]
)
def test_others_are_refused_by_name(transformer):
    inner = getattr(transformer, "transformer", transformer)
    with pytest.raises(TypeError, match=f"'model' must transform rows by .* only; got .*{type(inner).__name__}"):
        scalings_of(transformer.fit(np.abs(ROWS)))
