"""What a classifier of series is compared with: convolutions, dynamic time warping, pooled values and plain reservoirs.

A method is a function ``(data, seed)``, of a `ClassificationSet` and an integer, that returns an unfitted classifier of
lists of arrays (n_steps, n_channels). It looks at the sizes of the data alone, and raises `TooLarge` where a fit would
take more time or memory than a comparison is worth. Those that are no scikit-learn classifiers of ragged lists are made
into such here.
"""

import numpy as np
from aeon.classification.convolution_based import MiniRocketClassifier, RocketClassifier
from aeon.classification.distance_based import KNeighborsTimeSeriesClassifier
from reservoir_computing.modules import RC_model
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from benchmarks.classification_sets import ClassificationSet
from reservoir import EchoStateReservoir, PerSequence, SequenceEncoder

PENALTIES = np.logspace(-3, 3, 10)  # those of aeon's convolutions; scikit-learn chooses one by leaving one out
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
WINDOW = 0.1  # of dynamic time warping, as a part of the length, where the distances of all pairs would take long
LONG, TOO_LONG = 60, 300  # seconds
MOST_BYTES = 2e9  # of the states of the training series, which reservoir-computing holds about four times
# Those of the example of classification that comes with reservoir-computing, but for the principal components: its
# "tenpca" is refused by scikit-learn on short series, since eigenvectors of a symmetric matrix come out complex there.
MODEL_SPACE = {
    "n_internal_units": 450,
    "spectral_radius": 0.59,
    "leak": 0.6,
    "connectivity": 0.25,
    "input_scaling": 0.1,
    "noise_level": 0.01,
    "n_drop": 5,
    "bidir": True,
    "dimred_method": "pca",
    "n_dim": 75,
    "mts_rep": "reservoir",
    "w_ridge_embedding": 10.0,
    "readout_type": "lin",
    "w_ridge": 5.0,
}


class TooLarge(Exception):
    """A method is not run on a set, for the reason given."""


class Padded(TransformerMixin, BaseEstimator):
    """Series of one length, that of the longest in fit: zeros are added to the end of others, or their end is cut off.

    This is what the Padder and the Truncator of aeon do. Its Padder alone, fitted to the training series, refuses the
    test series that are longer.
    """

    def fit(self, X, y=None):
        """Take the length of the longest series."""
        self.n_steps_ = max(map(len, X))
        return self

    def transform(self, X):
        """Return an array (n_cases, n_steps, n_channels)."""
        padded = np.zeros((len(X), self.n_steps_, X[0].shape[1]))
        for row, one in zip(padded, X, strict=True):
            row[: len(one)] = one[: self.n_steps_]
        return padded


class ModelSpace(ClassifierMixin, BaseEstimator):
    """The classifier of the package reservoir-computing, for series of one length and labels of any kind.

    The package draws from NumPy's global generator, the noise of test series, too.
    """

    def __init__(self, seed=0):
        self.seed = seed

    def fit(self, X, y):
        """Draw a reservoir and fit everything behind it."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        np.random.seed(self.seed)
        self.model_ = RC_model(**MODEL_SPACE)
        self.model_.fit(X, np.eye(len(self.classes_))[codes], verbose=False)
        return self

    def predict(self, X):
        """Predict 50 cases at a time, since the package holds the states of all that it is given."""
        codes = [self.model_.predict(X[start : start + 50]) for start in range(0, len(X), 50)]
        return self.classes_[np.concatenate(codes)]


def to_channels_first(X):
    """Return what aeon takes, an array if all series have one length."""
    first = [np.ascontiguousarray(one.T) for one in X]
    return np.stack(first) if len({one.shape for one in first}) == 1 else first


def minirocket(data: ClassificationSet, seed: int):
    return make_pipeline(Padded(), FunctionTransformer(to_channels_first), MiniRocketClassifier(random_state=seed))


def rocket(data: ClassificationSet, seed: int):
    return make_pipeline(Padded(), FunctionTransformer(to_channels_first), RocketClassifier(random_state=seed))


def nearest_neighbour(data: ClassificationSet, seed: int):
    """Find the nearest neighbour by dynamic time warping, over series as long as they are.

    The seconds are estimated from those of a cell of the matrix of distances, which were measured on one core of a
    server. A window of a tenth leaves a fifth of the cells.
    """
    n_cells = sum(map(len, data.X_train)) * sum(map(len, data.X_test))
    seconds, window = n_cells * (3 + 0.75 * data.X_train[0].shape[1]) * 1e-9, None
    if seconds > LONG:
        seconds, window = seconds * 2 * WINDOW, WINDOW
    if seconds > TOO_LONG:
        raise TooLarge(f"even with a window of {WINDOW:.0%} it would take about {seconds / 60:.0f} minutes")
    nearest = KNeighborsTimeSeriesClassifier(distance_params={"window": window})
    return make_pipeline(FunctionTransformer(to_channels_first), nearest)


def pooled_values(data: ClassificationSet, seed: int):
    """Classify by statistics of the values and of their first differences, without any reservoir."""
    return make_pipeline(FunctionTransformer(pool), StandardScaler(), RidgeClassifierCV(PENALTIES))


def pool(X):
    return np.array([np.concatenate([statistics(one), statistics(np.diff(one, axis=0))]) for one in X])


def statistics(rows):
    """Return mean, deviation, extremes and quantiles over time, channel by channel."""
    ends = [rows.mean(axis=0), rows.std(axis=0), rows.min(axis=0), rows.max(axis=0)]
    return np.concatenate([*ends, *np.quantile(rows, QUANTILES, axis=0)])


def model_space(data: ClassificationSet, seed: int):
    """Classify by the weights of a ridge that predicts the next state: Bianchi's package, set as in its example."""
    n_steps = max(map(len, data.X_train))
    n_bytes = len(data.X_train) * n_steps * 2 * MODEL_SPACE["n_internal_units"] * 8
    if n_bytes > MOST_BYTES:
        raise TooLarge(f"the package would hold states of {n_bytes / 1e9:.1f} GB, several times")
    return make_pipeline(PerSequence(StandardScaler()), Padded(), ModelSpace(seed))


def model_space_here(data: ClassificationSet, seed: int):
    """Classify by the same representation of this library: 75 units, no principal components, series of any length."""
    encoder = SequenceEncoder(EchoStateReservoir(75, random_state=seed), "model")
    return make_pipeline(PerSequence(StandardScaler()), encoder, StandardScaler(), RidgeClassifierCV(PENALTIES))


def pooled_states(data: ClassificationSet, seed: int):
    """Classify by the pooled states of one liquid and a ridge, on standardised channels."""
    reservoir = EchoStateReservoir(300, input_scaling=0.3, random_state=seed)
    encoder = SequenceEncoder(reservoir, ("mean", "last", "segments"))
    ridge = RidgeClassifierCV([0.1, 1, 10, 100])
    return make_pipeline(PerSequence(StandardScaler()), encoder, StandardScaler(), ridge)
