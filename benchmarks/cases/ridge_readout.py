"""Fit ridge readouts beside scikit-learn: one penalty, the choice among several, and many more features than rows.

With 16,000 features and one thread of BLAS, the times of scikit-learn over these were, for 104, 200 and 500 rows,
before and since products of rows are used:

==========================  =====================  =====================
16,000 features             by singular values     by products of rows
==========================  =====================  =====================
classifier, rows left out   0.14, 0.13, 0.11       1.8, 1.7, 1.8
regressor, rows left out    0.06, 0.05, 0.04       1.4, 1.2, 1.1
regressor, 5 folds          1.9, 1.6, 1.5          19, 19, 19
regressor, alpha = 1e-6     0.05, 0.05, 0.04       1.0, 0.9, 1.0
==========================  =====================  =====================
"""

import numpy as np

from benchmarks.comparison import Comparison

PEER = "scikit-learn"
ALPHAS = np.logspace(-3, 6, 20)
WIDE_ALPHAS = 10.0 ** np.arange(-3, 6)
WIDE = ("classifier, rows left out", "regressor, rows left out", "regressor, 5 folds", "regressor, alpha = 1e-6")


def comparisons(quick):
    for n_rows, n_features in [(100, 10)] if quick else [(20_000, 300), (100_000, 1000)]:
        shape = n_rows, n_features
        yield Comparison(
            f"one fit, {n_rows:,} rows of {n_features} features",
            "s",
            1,
            ours={
                "this library": lambda shape=shape: _fit(shape),
                "this library: in chunks": lambda shape=shape: _in_chunks(shape, "auto"),
                "this library: in chunks, by QR": lambda shape=shape: _in_chunks(shape, "qr"),
            },
            peers={PEER: lambda shape=shape: _sklearn(shape)},
            equal={PEER: 1e-6},
        )
    shape = (100, 10) if quick else (20_000, 300)
    yield Comparison(
        f"20 penalties on 10 folds, {shape[0]:,} rows of {shape[1]} features",
        "s",
        1,
        ours={"this library": lambda: _folds(shape), "this library: each row left out": lambda: _rows_left_out(shape)},
        peers={f"{PEER}: refit for each": lambda: _brute_force(shape)},
        equal={f"{PEER}: refit for each": 1e-6},
    )
    for n_rows, n_features in [(20, 50)] if quick else [(n_rows, 16_000) for n_rows in (104, 200, 500)]:
        for name in WIDE:
            yield Comparison(
                f"{name}, {n_rows} rows of {n_features:,} features, fit and predict",
                "s",
                1,
                ours={"this library": lambda name=name, shape=(n_rows, n_features): _wide(name, shape, 1)},
                peers={PEER: lambda name=name, shape=(n_rows, n_features): _wide(name, shape, 0)},
            )


def _rows(shape):
    """Return rows of noise about a mean of 1, and a noisy linear target."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal(shape) + 1
    return X, X @ rng.standard_normal(shape[1]) + rng.standard_normal(shape[0])


def _fit(shape):
    from readouts import RidgeReadout

    X, y = _rows(shape)
    return lambda: RidgeReadout(1e-3).fit(X, y).coef_.ravel()


def _in_chunks(shape, solver):
    from readouts import RidgeReadout

    X, y = _rows(shape)

    def run():
        readout = RidgeReadout(1e-3, solver=solver)
        for k in range(0, len(X), 2000):
            readout.partial_fit(X[k : k + 2000], y[k : k + 2000])
        return readout.coef_.ravel()

    return run


def _sklearn(shape):
    from sklearn.linear_model import Ridge

    X, y = _rows(shape)
    return lambda: Ridge(1e-3, solver="cholesky").fit(X, y).coef_.ravel()


def _folds(shape):
    from readouts import RidgeReadout

    X, y = _rows(shape)
    return lambda: RidgeReadout(alphas=ALPHAS, cv=10).fit(X, y).cv_results_["mean_squared_error"][:, 0]


def _rows_left_out(shape):
    from readouts import RidgeReadout

    X, y = _rows(shape)
    return lambda: RidgeReadout(alphas=ALPHAS).fit(X, y)


def _brute_force(shape, n_folds=10):
    """Return the mean squared error of every penalty, by a fit for every fold and penalty."""
    from sklearn.linear_model import Ridge

    X, y = _rows(shape)

    def run():
        errors = np.zeros(len(ALPHAS))
        for block in np.array_split(np.arange(len(X)), n_folds):
            rest = np.setdiff1d(np.arange(len(X)), block)
            X_rest, y_rest = X[rest], y[rest]
            for k, alpha in enumerate(ALPHAS):
                guess = Ridge(alpha, solver="cholesky").fit(X_rest, y_rest).predict(X[block])
                errors[k] += ((y[block] - guess) ** 2).sum() / len(X)
        return errors

    return run


def _wide(name, shape, which):
    from sklearn.linear_model import Ridge, RidgeClassifierCV, RidgeCV
    from sklearn.model_selection import GridSearchCV, KFold

    from readouts import RidgeReadout, RidgeReadoutClassifier

    folds = GridSearchCV(Ridge(), {"alpha": WIDE_ALPHAS}, cv=KFold(5), scoring="neg_mean_squared_error")
    pairs = (
        (RidgeClassifierCV(WIDE_ALPHAS), RidgeReadoutClassifier(alphas=WIDE_ALPHAS)),
        (RidgeCV(WIDE_ALPHAS), RidgeReadout(alphas=WIDE_ALPHAS)),
        (folds, RidgeReadout(alphas=WIDE_ALPHAS, cv=5)),
        (Ridge(1e-6), RidgeReadout(1e-6)),
    )
    estimator = pairs[WIDE.index(name)][which]
    X, y = np.random.default_rng(0).standard_normal(shape), np.arange(shape[0]) % 10
    return lambda: estimator.fit(X, y).predict(X)
