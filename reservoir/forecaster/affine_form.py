"""The affine form of a forecaster's readout, for compiled loops, found again where the readout is fitted further."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import issparse

from reservoir.kernels.closed_loop import AffineReadout


class AffineForm(NamedTuple):
    """The affine form that a readout had when it was tested, and what shows whether it has changed since.

    Parameters
    ----------
    affine : AffineReadout, SquaringReadout or None
        What makes the next row of states and inputs; None if the readout is not affine.
    coefficients : list of array
        Copies of the coefficients that the readout had.
    rows : array (n_rows, n_units + n_inputs)
        States and inputs on which it was tested.
    """

    affine: AffineReadout | None
    coefficients: list
    rows: np.ndarray

    def of_now(self, task, readout):
        """Return the `AffineReadout` of the readout as it is now, or None."""
        now = _coefficients(readout)
        if len(now) == len(self.coefficients) and all(map(np.array_equal, now, self.coefficients)):
            return self.affine
        return task.find_affine(readout, self.rows)


def find_affine_form(task, readout, rows):
    """Return the `AffineForm` of a readout fitted to a task, `NextRows`, tested on rows of states and inputs."""
    return AffineForm(task.find_affine(readout, rows), _coefficients(readout), rows)


def _coefficients(readout):
    """Return copies of what an affine readout is made of; nothing of others."""
    parts = (getattr(readout, name, None) for name in ("coef_", "intercept_"))
    return [np.array(part) for part in parts if part is not None and not issparse(part)]
