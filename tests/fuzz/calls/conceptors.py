"""Calls of conceptors: as transformers, joined, mixed, in a closed loop, and as a classifier."""

import numpy as np
from builders import series

from fuzz.calls.call import Call, estimator
from readouts import RidgeReadout
from reservoir import Conceptor, ConceptorClassifier, EchoStateReservoir, Forecaster

N_FEATURES = 3


def states():
    return series(30, N_FEATURES)


def weighed():
    return {"X": states(), "sample_weight": np.ones(30)}


def fitted():
    return Conceptor(2.0).fit(states())


def classifier():
    return {"reservoir": EchoStateReservoir(5, random_state=0), "n_units": 5, "n_points": 3, "degree": 2,
            "aperture": 5.0, "evidence": "combined", "include_query": True, "n_jobs": 1, "random_state": 0}  # fmt: skip


def cases():
    return [series(n_steps, N_FEATURES) for n_steps in range(8, 17)]


def several():
    """A forecaster that has seen two series."""
    reservoir = EchoStateReservoir(5, random_state=0)
    settings = {"washout": 2, "passthrough": False, "range_factor": None}
    return Forecaster(reservoir, RidgeReadout(alpha=1.0), **settings).fit([states(), states()[:20]])


CALLS = {
    **estimator("reservoir.Conceptor", Conceptor, lambda: {"aperture": 2.0}, weighed, partial_fit=weighed,
                transform=lambda: {"X": states()}, evidence=lambda: {"X": states()},
                scale_aperture=lambda: {"factor": 2.0}, similarity=lambda: {"other": fitted()},),
    "reservoir.Conceptor.from_matrix": Call(lambda: {"matrix": np.eye(3) / 2}),
    "conceptors.Morph": Call(lambda: {"first": fitted(), "second": np.eye(3), "mix": np.array([0.0, 0.5])}),
    "conceptors.steepest_aperture": Call(lambda: {"correlation": np.eye(3)}),
    **estimator("reservoir.ConceptorClassifier", ConceptorClassifier, classifier,
                lambda: {"X": cases(), "y": np.arange(9) % 3},
                predict=lambda: {"X": cases()}, decision_function=lambda: {"X": cases()},
                score=lambda: {"X": cases(), "y": np.arange(9) % 3, "sample_weight": np.ones(9)}),
    "reservoir.Forecaster.states_of": Call(lambda: {"X": states()}, several),
}  # fmt: skip
