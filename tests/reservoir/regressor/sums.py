"""A plain readout that keeps sums of products: least squares in closed form, for the tests of what fits readouts."""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin


class Sums(RegressorMixin, BaseEstimator):
    """Ridge with a penalised intercept, solved when it is asked."""

    def __init__(self, alpha=1e-3):
        self.alpha = alpha

    def fit(self, X, y):
        raise AssertionError("not in one piece")

    def partial_fit(self, X, y):
        X = np.hstack([X, np.ones((len(X), 1))])
        self.gram_ = getattr(self, "gram_", 0) + X.T @ X
        self.product_ = getattr(self, "product_", 0) + X.T @ y
        self.sizes_ = [*getattr(self, "sizes_", []), len(X)]
        return self

    def merge(self, other):
        merged = Sums(self.alpha)
        merged.gram_, merged.product_ = self.gram_ + other.gram_, self.product_ + other.product_
        merged.sizes_ = self.sizes_ + other.sizes_
        return merged

    def predict(self, X):
        weights = np.linalg.solve(self.gram_ + self.alpha * np.eye(len(self.gram_)), self.product_)
        return np.hstack([X, np.ones((len(X), 1))]) @ weights
