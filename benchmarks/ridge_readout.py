"""Fit ridge readouts: seconds, this library and scikit-learn, in one run.

``python benchmarks/ridge_readout.py`` compares one fit, and the choice among 20 penalties on 10 folds.
"""

import time

import numpy as np
from sklearn.linear_model import Ridge

from readouts import RidgeReadout


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


if __name__ == "__main__":
    main()
