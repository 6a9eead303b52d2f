"""Encode 200 series of 427 steps by four views of 500 units each, and how much of it is more than driving them."""

import numpy as np

from benchmarks.comparison import Comparison

VIEWS = ("scaled", "scaled_differences", "standardized", "standardized_differences")
SUMMARIES = ("ppv", "mean", "std", "max", "min")


def comparisons(quick):
    n_series, n_steps, n_units = (4, 20, 20) if quick else (200, 427, 500)
    X = list(np.random.RandomState(0).standard_normal((n_series, n_steps, 1)).cumsum(axis=1))
    yield Comparison(
        f"{n_series} series of {n_steps} steps, {len(VIEWS)} views, {n_units} units, float32",
        "us a step",
        n_series * n_steps * len(VIEWS),
        ours={
            "this library: transform": lambda: _transform(X, n_units, SUMMARIES),
            "this library: transform, last states only": lambda: _transform(X, n_units, "last"),
            "this library: fit": lambda: _fit(X, n_units),
        },
    )


def _encoder(n_units, representation):
    from reservoir import EchoStateReservoir, SequenceEncoder

    reservoir = EchoStateReservoir(
        n_units, topology="random", degree=5, spectral_radius=1.2, leak_rate=(0.05, 1.0), bias_scaling=0.0,
        dtype="float32", random_state=0,
    )  # fmt: skip
    return SequenceEncoder(reservoir, representation, views=VIEWS, n_jobs=1)


def _transform(X, n_units, representation):
    encoder = _encoder(n_units, representation).fit(X)
    return lambda: encoder.transform(X)


def _fit(X, n_units):
    encoder = _encoder(n_units, SUMMARIES)
    return lambda: encoder.fit(X)
