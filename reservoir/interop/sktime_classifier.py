"""A classifier of sktime that classifies with ours."""

from typing import Any

from reservoir.interop.sequence_parameters import SequenceParameters, steps_first
from reservoir.sequence_models import ReservoirClassifier

try:
    from sktime.classification.base import BaseClassifier
except ImportError:

    class BaseClassifier:  # type: ignore[no-redef]
        """Stands in for sktime's where there is none."""

        def __init__(self) -> None:
            raise ImportError('SktimeClassifier needs sktime: pip install "liquid-reservoir[sktime]".')


class SktimeClassifier(SequenceParameters, BaseClassifier):
    """A `ReservoirClassifier` with the interface of sktime: its panels, pipelines, ensembles and searches.

    Every panel of sktime is taken, with series of any lengths. A 3-D array (``numpy3D``, channels before steps) and a
    list of data frames (``df-list``, steps in rows) are not copied. Needs sktime:
    ``pip install "liquid-reservoir[sktime]"``.

    Parameters
    ----------
    reservoir, readout, n_units, views, representation, quantiles, lags, random_state, verbose
        As in `ReservoirClassifier`.
    n_jobs : int or None, default=1
        Number of threads over sequences; as in sktime, one unless more are asked for.

    Attributes
    ----------
    classifier_ : ReservoirClassifier, fitted
        Takes steps in rows, and is what `reservoir.diagnostics.readout_attribution` explains.

    Notes
    -----
    ``fit`` of sktime takes no groups; to leave out speakers in turn, use `ReservoirClassifier`. If all labels are the
    same, sktime predicts that one and fits nothing; for several columns of labels it fits as many classifiers. With a
    readout that gives no probabilities, ``predict_proba`` is what it is for such classifiers in sktime: 1 for the class
    that is predicted.

    Examples
    --------
    >>> import pandas as pd
    >>> from reservoir.datasets import load_japanese_vowels
    >>> from reservoir.interop import SktimeClassifier
    >>> X, y = load_japanese_vowels()
    >>> X_test, y_test = load_japanese_vowels("test")
    >>> classifier = SktimeClassifier(n_units=50, random_state=0)  # doctest: +SKIP
    >>> classifier = classifier.fit([pd.DataFrame(x) for x in X], y)  # doctest: +SKIP
    >>> classifier.score([pd.DataFrame(x) for x in X_test], y_test) > 0.95  # doctest: +SKIP
    True
    """

    _tags = {
        "authors": "liquid-reservoir developers",
        "maintainers": "liquid-reservoir developers",
        # Whatever is neither of the two becomes the first, which holds series of any lengths.
        "X_inner_mtype": ["df-list", "numpy3D"],
        "capability:multivariate": True,
        "capability:unequal_length": True,
        "capability:missing_values": False,
        "capability:categorical_in_X": False,
        "capability:multithreading": True,
        "capability:predict_proba": True,
        "capability:random_state": True,
        "property:randomness": "derandomized",
    }

    # scikit-learn 1.9 sets it while it searches, and sktime would delete it, were it no name of the class, in ``fit``.
    _parent_callback_ctx = None

    def __sklearn_tags__(self) -> Any:
        # sktime has none, without which scikit-learn 1.7 and later do not cross-validate.
        return ReservoirClassifier().__sklearn_tags__()

    def _fit(self, X, y):
        self.classifier_ = ReservoirClassifier(**self.get_params(deep=False)).fit(steps_first(X), y)
        return self

    def _predict(self, X):
        return self.classifier_.predict(steps_first(X))

    def _predict_proba(self, X):
        if not hasattr(self.classifier_, "predict_proba"):
            return super()._predict_proba(X)
        return self.classifier_.predict_proba(steps_first(X))

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return parameters with which sktime tests this class."""
        return [{"n_units": 5, "views": "standardized"}, {"n_units": 3, "views": None, "representation": "mean"}]
