"""Calls of readouts."""

import numpy as np
from builders import series

from fuzz.calls.call import estimator
from readouts import RidgeReadout, RidgeReadoutClassifier, RLSReadout, RLSReadoutClassifier

CLASSES = np.arange(24) % 3


def weights():
    return np.linspace(0.5, 2.0, 24)


def regression():
    return {"X": series(24, 3), "y": series(24, 2, seed=1), "sample_weight": weights()}


def classification():
    return {"X": series(24, 3), "y": CLASSES.copy(), "sample_weight": weights()}


def grouped(task):
    return lambda: task() | {"groups": np.arange(24) // 6}


def ridge(**parameters):
    return lambda: {"alphas": [0.1, 1.0], "cv": 4} | parameters


def see():
    return {"X": series(24, 3)}


REGRESSOR = {"predict": see, "score": regression}
CLASSIFIER = {"decision_function": see, "predict": see, "score": classification}
CALLS = {
    **estimator("readouts.RidgeReadout", RidgeReadout, ridge(), grouped(regression),
                **REGRESSOR, partial_fit=grouped(regression),
                merge=lambda: {"other": RidgeReadout(**ridge()()).fit(**grouped(regression)())}),
    **estimator("readouts.RidgeReadoutClassifier", RidgeReadoutClassifier, ridge(class_weight={0: 2.0}),
                grouped(classification), **CLASSIFIER, partial_fit=grouped(classification),
                merge=lambda: {"other": RidgeReadoutClassifier(**ridge(class_weight={0: 2.0})()).fit(
                    **grouped(classification)())}),
    **estimator("readouts.RLSReadout", RLSReadout, lambda: {"alpha": 0.1}, regression, **REGRESSOR,
                partial_fit=regression, partial_fit_predict=regression),
    **estimator("readouts.RLSReadoutClassifier", RLSReadoutClassifier, lambda: {"alpha": 0.1}, classification,
                **CLASSIFIER, partial_fit=classification, partial_fit_predict=classification),
}  # fmt: skip
