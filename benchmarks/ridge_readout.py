"""Fit ridge readouts: seconds, this library and scikit-learn, in one run.

``python benchmarks/ridge_readout.py`` compares one fit, the choice among 20 penalties on 10 folds, and, with many more
features than rows, fits and the choice among 9 penalties, prediction included. With one thread of BLAS, the ratios of
scikit-learn's seconds to these were, for 104, 200 and 500 rows, before and since products of rows are used:

==========================  =====================  =====================
16,000 features             by singular values     by products of rows
==========================  =====================  =====================
classifier, rows left out   0.14, 0.13, 0.11       1.8, 1.7, 1.8
regressor, rows left out    0.06, 0.05, 0.04       1.4, 1.2, 1.1
regressor, 5 folds          1.9, 1.6, 1.5          19, 19, 19
regressor, alpha = 1e-6     0.05, 0.05, 0.04       1.0, 0.9, 1.0
==========================  =====================  =====================
"""

import time

import numpy as np
from sklearn.linear_model import Ridge, RidgeClassifierCV, RidgeCV
from sklearn.model_selection import GridSearchCV, KFold

from readouts import RidgeReadout, RidgeReadoutClassifier


def seconds(run, repeats=3):
    """Return the shortest time of some runs, after one that does not count."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def rows(n_rows, n_features):
    """Return rows of noise about a mean of 1, and a noisy linear target."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_rows, n_features)) + 1
    return X, X @ rng.standard_normal(n_features) + rng.standard_normal(n_rows)


def in_chunks(X, y, solver):
    """Return a readout that has been given the rows in chunks of 2000."""
    readout = RidgeReadout(1e-3, solver=solver)
    for k in range(0, len(X), 2000):
        readout.partial_fit(X[k : k + 2000], y[k : k + 2000])
    return readout.coef_


def brute_force(X, y, alphas, n_folds):
    """Return the mean squared error of every alpha by refitting scikit-learn's Ridge for every fold and alpha."""
    blocks = np.array_split(np.arange(len(X)), n_folds)
    errors = np.zeros(len(alphas))
    for block in blocks:
        rest = np.setdiff1d(np.arange(len(X)), block)
        X_rest, y_rest = X[rest], y[rest]
        for k, alpha in enumerate(alphas):
            guess = Ridge(alpha, solver="cholesky").fit(X_rest, y_rest).predict(X[block])
            errors[k] += ((y[block] - guess) ** 2).sum() / len(X)
    return errors


def wide_fits(alphas):
    """Return pairs of scikit-learn's estimators and these, by what they do."""
    folds = GridSearchCV(Ridge(), {"alpha": alphas}, cv=KFold(5), scoring="neg_mean_squared_error")
    return {
        "classifier, rows left out": (RidgeClassifierCV(alphas), RidgeReadoutClassifier(alphas=alphas)),
        "regressor, rows left out": (RidgeCV(alphas), RidgeReadout(alphas=alphas)),
        "regressor, 5 folds": (folds, RidgeReadout(alphas=alphas, cv=5)),
        "regressor, alpha = 1e-6": (Ridge(1e-6), RidgeReadout(1e-6)),
    }


def compare_wide_fits():
    print("\n16,000 features, float64, fit and prediction, seconds")
    print("                             rows   sklearn     ours   ratio")
    for n_rows in (104, 200, 500):
        X, y = np.random.default_rng(0).standard_normal((n_rows, 16_000)), np.arange(n_rows) % 10
        for name, pair in wide_fits(10.0 ** np.arange(-3, 6)).items():
            theirs, ours = (seconds(lambda X=X, y=y, e=e: e.fit(X, y).predict(X)) for e in pair)
            print(f"{name:28s} {n_rows:4d} {theirs:9.3f} {ours:8.3f} {theirs / ours:7.2f}")


def main():
    print("one fit, float64, seconds")
    print("   rows  features   sklearn      fit   ratio   chunks   with QR")
    for n_rows, n_features in ((20_000, 300), (100_000, 1000)):
        X, y = rows(n_rows, n_features)
        theirs = seconds(lambda X=X, y=y: Ridge(1e-3, solver="cholesky").fit(X, y), 2)
        ours = seconds(lambda X=X, y=y: RidgeReadout(1e-3).fit(X, y), 2)
        chunks, factor = (seconds(lambda X=X, y=y, s=s: in_chunks(X, y, s), 1) for s in ("auto", "qr"))
        print(f"{n_rows:7d} {n_features:9d} {theirs:9.3f} {ours:8.3f} {theirs / ours:7.2f} {chunks:8.3f} {factor:9.3f}")

    X, y = rows(20_000, 300)
    alphas = np.logspace(-3, 6, 20)
    start = time.perf_counter()
    expected = brute_force(X, y, alphas, 10)
    theirs = time.perf_counter() - start
    ours = seconds(lambda: RidgeReadout(alphas=alphas, cv=10).fit(X, y))
    rows_left_out = seconds(lambda: RidgeReadout(alphas=alphas).fit(X, y))
    found = RidgeReadout(alphas=alphas, cv=10).fit(X, y).cv_results_["mean_squared_error"][:, 0]
    print("\n20 penalties, 20,000 rows of 300 features, seconds")
    print(f"10 folds: refitting sklearn {theirs:.2f}, ours {ours:.3f}, ratio {theirs / ours:.0f}")
    print(f"largest relative difference of errors {np.abs(found / expected - 1).max():.1e}")
    print(f"all rows left out one by one: ours {rows_left_out:.3f}")
    compare_wide_fits()


if __name__ == "__main__":
    main()
