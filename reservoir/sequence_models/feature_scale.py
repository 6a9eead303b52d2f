"""The scaler of the features of whole sequences."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from readouts.types import Array
from reservoir.encoder import SequenceEncoder
from reservoir.lagged import LaggedReservoir


def fit_scaler(features: Array, encoder: SequenceEncoder) -> StandardScaler:
    """Return a scaler fitted to the features of an encoder, which does not blow up what is constant but for rounding.

    With ``lags``, inputs count as units, and those of a view that is standardised have the mean 0 and the deviation 1
    in every sequence. Scaled to unit variance, the rounding errors of these would be features like all others.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import EchoStateReservoir, SequenceEncoder
    >>> from reservoir.sequence_models.feature_scale import fit_scaler
    >>> X = np.random.RandomState(0).standard_normal((9, 7, 1))
    >>> encoder = SequenceEncoder(EchoStateReservoir(1, random_state=0), views="standardized", lags=1)
    >>> features = encoder.fit_transform(X)
    >>> encoder.get_feature_names_out()[:2]
    array(['standardized_mean_0', 'standardized_mean_x0(t)'], dtype=object)
    >>> fit_scaler(features, encoder).transform(features).std(axis=0)[:2].round(9)
    array([1., 0.])
    """
    scaler = StandardScaler().fit(features)
    lagged = encoder.reservoir_
    if isinstance(lagged, LaggedReservoir):
        view, unit = encoder.feature_units_.T
        n_states = lagged.reservoir_.n_features_out_
        standardised = np.array([one is not None and "standardized" in one.name for one in encoder.views_])[view]
        present_input = (n_states <= unit) & (unit < n_states + lagged.n_features_in_)
        rounding = scaler.scale_ < np.finfo(features.dtype).eps ** 0.5
        scaler.scale_[standardised & present_input & rounding] = 1.0
    return scaler
