import pytest
from sklearn.base import is_classifier, is_regressor
from sklearn.linear_model import LogisticRegression, Ridge, SGDRegressor
from sklearn.utils import get_tags
from tasks import small, task

from readouts import RidgeReadout
from reservoir import ReservoirRegressor


@pytest.mark.parametrize("readout", [None, Ridge(), SGDRegressor(), RidgeReadout(), LogisticRegression()], ids=str)
def test_it_is_what_its_readout_is(readout):
    model = ReservoirRegressor(readout=readout)
    assert is_classifier(model) == isinstance(readout, LogisticRegression)
    assert is_regressor(model) != is_classifier(model)
    tags, inner = get_tags(model), get_tags(RidgeReadout() if readout is None else readout)
    assert tags.target_tags.required and tags.input_tags.three_d_array
    assert tags.target_tags.multi_output == (inner.target_tags.multi_output and not is_classifier(model))
    assert tags.non_deterministic == inner.non_deterministic


def test_a_readout_without_tags_is_taken_for_a_regressor():
    class Plain:
        def fit(self, X, y):
            """Do nothing."""

        def predict(self, X):
            """Return nothing."""

    assert is_regressor(ReservoirRegressor(readout=Plain()))


def test_a_fitted_model_stays_what_its_fitted_readout_is():
    model = small().fit(*task(20))
    model.set_params(readout=LogisticRegression())
    assert is_regressor(model) and model.passthrough_ is True
