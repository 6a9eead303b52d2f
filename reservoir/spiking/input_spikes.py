"""Input spikes: whole numbers of them, of each channel in each row."""

import numpy as np

MOST_SPIKES = 2.0**53  # per channel and row; floats do not represent every larger whole number


def check_spikes(X):
    """Raise ValueError unless X holds whole numbers of spikes."""
    if np.any(X < 0) or np.any(X > MOST_SPIKES) or np.any(np.rint(X) != X):
        wrong = X[(X < 0) | (X > MOST_SPIKES) | (np.rint(X) != X)][0]
        raise ValueError(
            f"X must hold whole numbers of spikes, 0 to 2**53, where input='spikes'; got {wrong}. "
            "Encode values as spikes, or use input='current'."
        )
