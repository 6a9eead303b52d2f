"""The penalty of least log loss, against scikit-learn's classifier, fitted without each row, and its log loss."""

import numpy as np
import pytest
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import log_loss
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from reservoir import ReservoirClassifier
from reservoir.sequence_models.left_out import by_class
from reservoir.sequence_models.penalty import choose_penalty
from reservoir.sequence_models.temperature import probabilities

ALPHAS = 10.0 ** np.arange(-2, 5)


def rows(n_classes, distance, n_features=40):
    random = np.random.RandomState(0)
    classes = np.arange(36) % n_classes
    noise, means = random.standard_normal((36, n_features)), random.standard_normal((12, n_features))
    return noise + distance * means[classes], classes


@pytest.mark.parametrize("n_features", [5, 40], ids=["narrow", "wide"])
@pytest.mark.parametrize("n_classes", [2, 3, 12])
def test_left_out_probabilities_have_the_least_loss(n_classes, n_features):
    X, classes = rows(n_classes, 0.4, n_features)
    alpha, temperature = choose_penalty(X, classes, ALPHAS)
    losses = []
    for one in ALPHAS:
        theirs = RidgeClassifier(one, solver="cholesky")
        decisions = by_class(cross_val_predict(theirs, X, classes, cv=LeaveOneOut(), method="decision_function"))
        grid = temperature * np.append(np.geomspace(0.01, 100, 41), 1)
        losses.append(min(log_loss(classes, probabilities(decisions, each)) for each in grid))
    # One case in 38 counts as labelled wrongly, which may decide between penalties that are as good.
    assert losses[list(ALPHAS).index(alpha)] < min(losses) + 0.02


@pytest.mark.parametrize("n_cases", [40, 150])
def test_noise_asks_for_a_large_penalty_and_gets_it(n_cases):
    random = np.random.RandomState(1)

    def draw(n):
        level = random.standard_normal(n)
        X = level[:, None, None] + 0.5 * random.standard_normal((n, 40, 1))
        return X, (random.uniform(size=n) < 1 / (1 + np.exp(-2 * level))).astype(int), level

    X, y, _ = draw(n_cases)
    model = ReservoirClassifier(n_units=100, random_state=0).fit(X, y)
    X_test, _, level = draw(1000)
    best = (level > 0).astype(int)  # the most that can be known
    assert np.mean(model.predict(X_test) == best) > 0.88


def test_many_classes_of_few_members_do_not():
    random = np.random.RandomState(0)
    shapes = np.cumsum(random.standard_normal((30, 60, 1)), axis=1)
    shapes = (shapes - shapes.mean(axis=1, keepdims=True)) / shapes.std(axis=1, keepdims=True)
    y = np.repeat(np.arange(30), 2)
    X, X_test = (shapes[y] + 0.3 * random.standard_normal((60, 60, 1)) for _ in range(2))
    model = ReservoirClassifier(n_units=100, random_state=0).fit(X, y)
    assert model.score(X_test, y) > 0.9
