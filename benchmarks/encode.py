"""Encode 200 series of 427 steps by four views of 500 units each: seconds, and multiples of driving alone, in one run.

``OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python benchmarks/encode.py`` takes one core. NumPy's pooling is of the
states of one series at a time, as this library's is.
"""

import time

import numpy as np

from reservoir import EchoStateReservoir, SequenceEncoder
from reservoir.encoder.views import fit_view

N_SERIES, N_STEPS, N_UNITS = 200, 427, 500
VIEWS = ("scaled", "scaled_differences", "standardized", "standardized_differences")
SUMMARIES = ("ppv", "mean", "std", "max", "min")


def pool(states, thresholds):
    """Return the same features as the encoder by NumPy, with sums in double precision."""
    shares = [(states > level).mean(axis=0) for level in thresholds]
    moments = states.mean(axis=0, dtype=np.float64), states.std(axis=0, dtype=np.float64)
    return np.concatenate([*shares, *moments, states.max(axis=0), states.min(axis=0)]).astype(states.dtype)


def drive_all(encoder, X, make):
    """Return what ``make`` does with the states of each series, for every view, side by side."""
    features = []
    for name, reservoir, thresholds in zip(VIEWS, encoder.reservoirs_, encoder.thresholds_, strict=True):
        view = fit_view(name, X)
        seen = [view.of(x, reservoir.dtype_) for x in X]

        def fold(_, before, piece, thresholds=thresholds):
            return make(piece.states, thresholds)

        features.append(reservoir.drive_many(seen, fold))
    return np.hstack([np.stack(rows) for rows in features])


def best_of(work, n_repeats=5):
    """Return the least seconds of several rounds for each kind of work, all of which take their turns."""
    least = dict.fromkeys(work, np.inf)
    for _ in range(n_repeats):
        for name, run in work.items():
            start = time.perf_counter()
            run()
            least[name] = min(least[name], time.perf_counter() - start)
    return least


def main():
    X = list(np.random.RandomState(0).standard_normal((N_SERIES, N_STEPS, 1)).cumsum(axis=1))
    reservoir = EchoStateReservoir(
        N_UNITS, topology="random", degree=5, spectral_radius=1.2, leak_rate=(0.05, 1.0), bias_scaling=0.0,
        dtype="float32", random_state=0,
    )  # fmt: skip
    encoder = SequenceEncoder(reservoir, SUMMARIES, views=VIEWS, n_jobs=1).fit(X)
    difference = np.abs(encoder.transform(X) - drive_all(encoder, X, pool)).max()
    work = {
        "drive alone": lambda: drive_all(encoder, X, lambda states, _: states[-1].copy()),
        "transform": lambda: encoder.transform(X),
        "drive, pool by NumPy": lambda: drive_all(encoder, X, pool),
        "fit": lambda: encoder.fit(X),
    }
    seconds = best_of(work)
    print(f"largest difference from NumPy {difference:.1e}")
    for name, least in seconds.items():
        print(f"{name:>22s} {least:7.2f} s, {least / seconds['drive alone']:.2f} times driving")


if __name__ == "__main__":
    main()
