"""Noise that is a function of time, so that a series cut in two is given the same noise."""

import numpy as np


def draw_noise(scale, seed, first_row, n_rows, n_substeps, dtype):
    """Return Gaussian noise (n_rows * n_substeps, n_units) with the standard deviations ``scale``, empty if all are 0.

    Row t of the input has a stream of its own, keyed by the seed and the number of rows since rest.
    """
    if not scale.any():
        return np.empty((0, len(scale)), dtype)
    rows = [
        np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, row, 0])).standard_normal(
            (n_substeps, len(scale))
        )
        for row in range(first_row, first_row + n_rows)
    ]
    with np.errstate(over="ignore"):  # then the state overflows, which raises an error
        return (np.concatenate(rows) * scale).astype(dtype)
