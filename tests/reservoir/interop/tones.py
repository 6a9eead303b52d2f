"""Series of two channels, a tone and noise, of equal and of several lengths, with labels of text and numbers."""

import numpy as np

N_SERIES = 24
CHANNELS = ["tone", "noise"]
FREQUENCY = np.where(np.arange(N_SERIES) % 2, 0.3, 0.8) + 0.005 * np.arange(N_SERIES)
LABELS = np.array(["quick", "slow"])[np.arange(N_SERIES) % 2]
SETTINGS = {"n_units": 10, "random_state": 0}
# Those of the clones that aeon fits to folds, whose seed it draws from the given one, as ensembles of scikit-learn do.
OF_A_FOLD = SETTINGS | {"random_state": np.random.RandomState(0).randint(np.iinfo(np.int32).max)}


def channels_first():
    """A 3-D array (n_series, n_channels, n_steps)."""
    random = np.random.RandomState(0)
    tones = np.sin(FREQUENCY[:, None] * np.arange(40) + random.uniform(0, 6, (N_SERIES, 1)))
    return np.stack([tones, random.standard_normal(tones.shape)], axis=1)


def ragged_channels_first():
    """A list of 2-D arrays (n_channels, n_steps)."""
    return [x[:, : 40 - 2 * (number % 9)] for number, x in enumerate(channels_first())]
