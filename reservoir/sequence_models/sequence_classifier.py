"""A class for every sequence, from pooled states of untrained liquids."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import is_regressor
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from readouts import RidgeReadoutClassifier
from readouts.at_once import all_at_once, of_one_fit
from readouts.scoring import ScoredClassifier
from readouts.types import Array, SeriesLike
from reservoir.components import clone_readout
from reservoir.sequence_models.left_out import by_class, left_out_decisions
from reservoir.sequence_models.penalty import choose_penalty
from reservoir.sequence_models.sequence_model import SequenceModel, read_labels
from reservoir.sequence_models.temperature import fit_temperature, probabilities

# The penalty for n standardised features is chosen among these shares of n, from hardly any to one that outweighs a
# hundred sequences that are all alike; of groups, by squared errors, which are a poor guide to large ones.
PENALTY_SHARES = 10.0 ** (np.arange(-10, 5) / 2)
PENALTY_SHARES_OF_GROUPS = PENALTY_SHARES[:9]


def _has_probabilities(self):
    readout = getattr(self, "readout_", self.readout)
    if readout is None or isinstance(readout, RidgeReadoutClassifier) or hasattr(readout, "predict_proba"):
        return True
    raise AttributeError(
        f"'readout' must have predict_proba to make probabilities; {type(readout).__name__} has none. Take None or a "
        "RidgeReadoutClassifier, whose decisions are calibrated here, or wrap it in CalibratedClassifierCV."
    )


class ReservoirClassifier(ScoredClassifier, SequenceModel):
    """Classifier of whole sequences: views of each drive untrained liquids, and a ridge reads their pooled states.

    A sequence, univariate or multivariate and of any length, is shown to one liquid as it is, scaled by the training
    data, to another standardised by itself, and to two more as its differences, scaled and standardised. Of every
    unit of each, these are features: the share of steps in which it is above each of three quantiles of its training
    states, and its mean, deviation, largest and smallest state. A linear readout of the standardised features learns.
    The reservoirs are never trained, and all sequences count alike: there are no weights of samples.

    ``predict_proba`` is calibrated where the readout is a `readouts.RidgeReadoutClassifier`, as by default. That has no
    probabilities of its own: those of this class are a softmax of its decisions, divided by a temperature that suits
    the decisions on training sequences left out. Take this class for probabilities of sequences; for those of rows or
    steps put the readout into `sklearn.calibration.CalibratedClassifierCV`.

    Parameters
    ----------
    reservoir : reservoir or None, default=None
        Is cloned for every view, not changed. None is an `EchoStateReservoir` for classification, of ``n_units`` units
        with leak rates from .05 to 1, a spectral radius of 1.1 and small biases. After ``fit`` it is
        ``encoder_.reservoir``: a clone of that, with other parameters, varies it.
    readout : scikit-learn classifier or None, default=None
        Is cloned, not changed. None is a `readouts.RidgeReadoutClassifier` that chooses its penalty by leaving out
        every sequence in turn, in closed form, for the least log loss of calibrated probabilities; with groups, for
        the least squared error.
    n_units : int, default=1000
        Units of the reservoir of each view. Not used with ``reservoir``.
    views : default=("scaled", "scaled_differences", "standardized", "standardized_differences")
        As in `SequenceEncoder`.
    representation : default=("ppv", "mean", "std", "max", "min")
        As in `SequenceEncoder`.
    quantiles : default=3
        As in `SequenceEncoder`: thresholds of three shares for every unit, which differ between units.
    lags : int, sequence of int, or None, default=None
        As in `SequenceEncoder`: states and inputs of so many steps before are pooled beside those of the present, each
        less than the steps of every sequence of ``fit``. They add most to a ``representation`` with ``"last"``.
    n_jobs : int or None, default=None
        Number of threads over sequences.
    random_state : int, RandomState or None, default=None
        Seed of the reservoirs, if none is given, and of the steps that are drawn for quantiles.
    verbose : bool, default=False
        Whether to print what is being done.

    Attributes
    ----------
    classes_ : array (n_classes,)
    encoder_ : SequenceEncoder, fitted
    scaler_ : StandardScaler, fitted
    readout_ : the fitted readout
    temperature_ : float or None
        ``predict_proba`` is a softmax of decisions divided by it; None for a ``readout`` that is no
        `readouts.RidgeReadoutClassifier`.
    n_features_in_ : int

    Raises
    ------
    ValueError
        If a parameter or an argument is invalid.

    References
    ----------
    A. Dempster, D. F. Schmidt and G. I. Webb, "MiniRocket", KDD 2021, from whose random convolutions pooling by the
    share of positive values comes; here a random recurrent network takes their place. ``predict_proba``: C. Guo,
    G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017, section 4.2.

    Examples
    --------
    >>> from reservoir import ReservoirClassifier
    >>> from reservoir.datasets import load_japanese_vowels
    >>> X, y = load_japanese_vowels()
    >>> classifier = ReservoirClassifier(n_units=50, random_state=0).fit(X, y)
    >>> X_test, y_test = load_japanese_vowels("test")
    >>> classifier.score(X_test, y_test) > 0.95
    True

    Probabilities, as large on average as the share of right classes:

    >>> most = classifier.predict_proba(X_test).max(axis=1)
    >>> bool(abs(most.mean() - classifier.score(X_test, y_test)) < 0.05)
    True
    """

    @all_at_once
    def fit(self, X: SeriesLike, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Fit the liquids, which find the thresholds of their units, and the readout.

        Sequences have no weights; those of classes are given by a ``readout`` with ``class_weight``.

        Parameters
        ----------
        X : list of 2-D arrays (n_steps, n_features), 3-D array (n_sequences, n_steps, n_features) or 2-D array
            A 2-D array holds one case per row: ``(n_sequences, n_steps)`` of a single feature. Sequences of a single
            feature may later come in any of these shapes; in a 2-D one, as long as here.
        y : array (n_sequences,) of labels, at least two of them different
        groups : array (n_sequences,) or None, default=None
            Labels of groups, such as speakers, to be left out in turn for the choice of the penalty, and for
            probabilities. At least two of them must be different.

        Returns
        -------
        self
        """
        y = read_labels(self, y)
        readout = clone_readout(self.readout, RidgeReadoutClassifier(), "a scikit-learn classifier", is_regressor)
        features = self._fit_features(X, y, groups, readout)
        self.temperature_ = None
        if self.readout is None and groups is None:
            classes, alphas = np.unique(y, return_inverse=True)[1], features.shape[1] * PENALTY_SHARES
            alpha, self.temperature_ = choose_penalty(features, classes, alphas)
            readout.set_params(alpha=alpha)
        elif self.readout is None:
            readout.set_params(alphas=features.shape[1] * PENALTY_SHARES_OF_GROUPS)
        readout.fit(features, y, **({} if groups is None else {"groups": groups}))
        self.readout_ = readout
        self.classes_ = self.readout_.classes_
        if self.temperature_ is None and isinstance(self.readout_, RidgeReadoutClassifier):
            decisions = left_out_decisions(self.readout_, features, y, groups)
            self.temperature_ = fit_temperature(decisions, np.searchsorted(self.classes_, y))
        return self

    @of_one_fit
    def predict(self, X: SeriesLike) -> Array:
        """Return the class of every sequence, (n_sequences,)."""
        check_is_fitted(self)
        return self.readout_.predict(self._features(X))

    @available_if(_has_probabilities)
    @of_one_fit
    def predict_proba(self, X: SeriesLike) -> Array:
        """Return the probability of every class for every sequence, (n_sequences, n_classes).

        They are a softmax of the decisions, of the temperature that suits the decisions on training sequences which
        the readout was fitted without: each of them, or each group. Of another ``readout``, they are its own. With a
        ``class_weight``, decisions lean towards the classes of more weight, and so do probabilities.
        """
        check_is_fitted(self)
        features = self._features(X)
        if self.temperature_ is None:
            return self.readout_.predict_proba(features)
        return probabilities(by_class(self.readout_.decision_function(features)), self.temperature_)

    @of_one_fit
    def decision_function(self, X: SeriesLike) -> Array:
        """Return the decisions: (n_sequences,) for two classes, positive for the second, else one per class."""
        check_is_fitted(self)
        return self.readout_.decision_function(self._features(X))
