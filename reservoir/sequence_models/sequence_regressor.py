"""A number, or several, for every sequence, from pooled states of untrained liquids."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, is_classifier
from sklearn.utils import check_array, get_tags
from sklearn.utils.validation import check_is_fitted

from readouts import RidgeReadout
from readouts.at_once import all_at_once, of_one_fit
from readouts.masked import refuse_masked
from readouts.scoring import ScoredRegressor
from readouts.types import Array, SeriesLike
from readouts.validation import check_is_given, naming
from reservoir.components import clone_readout
from reservoir.sequence_models.sequence_model import SequenceModel

# The penalty for n standardised features is chosen among these shares of n, from hardly any to one that outweighs a
# hundred sequences that are all alike.
PENALTY_SHARES = tuple(10.0 ** (exponent / 2) for exponent in range(-10, 5))


class SequenceRegressor(ScoredRegressor, SequenceModel):
    """Regressor of whole sequences: the twin of `ReservoirClassifier`, whose liquids and features it shares.

    For a target at every step of a series there is `ReservoirRegressor`.

    Parameters
    ----------
    reservoir, n_units, views, representation, quantiles, lags, n_jobs, random_state, verbose
        As in `ReservoirClassifier`.
    readout : scikit-learn regressor or None, default=None
        Is cloned, not changed. None is a `readouts.RidgeReadout` that chooses its penalty by leaving out every sequence
        in turn, in closed form.

    Attributes
    ----------
    encoder_, scaler_, readout_, n_features_in_ : as in `ReservoirClassifier`

    Raises
    ------
    ValueError
        If a parameter or an argument is invalid.

    References
    ----------
    C. W. Tan, C. Bergmeir, F. Petitjean and G. I. Webb, "Time series extrinsic regression", Data Mining and Knowledge
    Discovery 35:1032, 2021.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import SequenceRegressor
    >>> frequency = np.linspace(0.1, 1.0, 60)
    >>> X = [np.sin(f * np.arange(100.0))[:, None] for f in frequency]
    >>> model = SequenceRegressor(n_units=50, random_state=0).fit(X[::2], frequency[::2])
    >>> model.score(X[1::2], frequency[1::2]) > 0.99
    True
    """

    @all_at_once
    def fit(self, X: SeriesLike, y: ArrayLike, groups: ArrayLike | None = None) -> Self:
        """Fit the liquids, which find the thresholds of their units, and the readout.

        Parameters
        ----------
        X, groups : as in `ReservoirClassifier.fit`
        y : array (n_sequences,) or (n_sequences, n_targets)

        Returns
        -------
        self
        """
        check_is_given(self, y)
        refuse_masked("y", y)
        with naming("y"):
            check_array(y, ensure_2d=False, dtype=np.float64, input_name="y")
        readout = clone_readout(self.readout, RidgeReadout(), "a scikit-learn regressor", is_classifier)
        features = self._fit_features(X, y, groups, readout)
        if self.readout is None:
            readout.set_params(alphas=features.shape[1] * np.array(PENALTY_SHARES))
        readout.fit(features, y, **({} if groups is None else {"groups": groups}))
        self.readout_ = readout
        return self

    @of_one_fit
    def predict(self, X: SeriesLike) -> Array:
        """Return what is predicted for every sequence, in the shape of y."""
        check_is_fitted(self)
        return np.asarray(self.readout_.predict(self._features(X)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        one = isinstance(self.readout, BaseEstimator) and not get_tags(self.readout).target_tags.multi_output
        tags.target_tags.multi_output = not one
        # scikit-learn tries rows of columns in no order, which are not the steps of a series.
        tags.regressor_tags.poor_score = True
        return tags
