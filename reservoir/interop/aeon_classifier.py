"""A classifier of aeon that classifies with ours."""

from typing import Any

from reservoir.interop.sequence_parameters import SequenceParameters, steps_first
from reservoir.sequence_models import ReservoirClassifier

try:
    from aeon.classification import BaseClassifier
    from aeon.utils.validation import check_n_jobs
except ImportError:

    class BaseClassifier:  # type: ignore[no-redef]
        """Stands in for aeon's where there is none."""

        def __init__(self) -> None:
            raise ImportError('AeonClassifier needs aeon: pip install "liquid-reservoir[aeon]".')


class AeonClassifier(SequenceParameters, BaseClassifier):
    """A `ReservoirClassifier` with the interface of aeon: its collections, pipelines, ensembles and benchmarks.

    Series have channels along their rows, as everywhere in aeon: a 3-D array, a list of 2-D arrays of any lengths, or
    another of its collections. Arrays are not copied. Needs aeon: ``pip install "liquid-reservoir[aeon]"``.

    Parameters
    ----------
    reservoir, readout, n_units, views, representation, quantiles, lags, random_state, verbose
        As in `ReservoirClassifier`.
    n_jobs : int or None, default=1
        Number of threads over sequences; as in aeon, one unless more are asked for.

    Attributes
    ----------
    classifier_ : ReservoirClassifier, fitted
        Takes steps in rows, and is what `reservoir.diagnostics.readout_attribution` explains.

    Notes
    -----
    ``fit`` of aeon takes no groups; to leave out speakers in turn, use `ReservoirClassifier`. With a readout that gives
    no probabilities, ``predict_proba`` is what it is for such classifiers in aeon: 1 for the class that is predicted.

    Examples
    --------
    >>> from reservoir.datasets import load_japanese_vowels
    >>> from reservoir.interop import AeonClassifier
    >>> X, y = load_japanese_vowels()
    >>> X_test, y_test = load_japanese_vowels("test")
    >>> classifier = AeonClassifier(n_units=50, random_state=0).fit([x.T for x in X], y)  # doctest: +SKIP
    >>> classifier.score([x.T for x in X_test], y_test) > 0.95  # doctest: +SKIP
    True
    """

    _tags = {
        "X_inner_type": ["np-list", "numpy3D"],
        "capability:multivariate": True,
        "capability:unequal_length": True,
        "capability:missing_values": False,
        "capability:multithreading": True,
    }

    def _fit(self, X, y):
        self._n_jobs = check_n_jobs(self.n_jobs)
        self.classifier_ = ReservoirClassifier(**self.get_params(deep=False)).fit(steps_first(X), y)
        return self

    def _predict(self, X):
        return self.classifier_.predict(steps_first(X))

    def _predict_proba(self, X):
        if not hasattr(self.classifier_, "predict_proba"):
            return super()._predict_proba(X)
        return self.classifier_.predict_proba(steps_first(X))

    @classmethod
    def _get_test_params(cls, parameter_set: str = "default") -> dict[str, Any]:
        return {"n_units": 5}
