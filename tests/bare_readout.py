"""A readout that does no more than it must: fit returns nothing, predict returns lists."""

from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import Ridge


class BareReadout(RegressorMixin, BaseEstimator):
    """Ridge regression, which shows neither coefficients nor a number of features."""

    def fit(self, X, y):
        self.ridge_ = Ridge(1e-3).fit(X, y)

    def predict(self, X):
        return self.ridge_.predict(X).tolist()
