"""A readout whose outputs have something added to them, in every step of a closed loop something else."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from readouts.types import Array
from reservoir.kernels.closed_loop import COMPILED, AffineReadout, SquaringReadout


class NoisyReadout(NamedTuple):
    """What a closed loop follows row by row: the outputs of ``readout``, and row t of ``noise`` added in step t."""

    readout: Callable
    noise: Array

    def at(self, t):
        """Return the readout of step t."""
        return partial(_add, self.readout, self.noise[t])


def with_noise(loop: Callable, noise: Array) -> AffineReadout | SquaringReadout | NoisyReadout:
    """Return a readout, as closed loops take it, with rows of noise (n_steps, n_outputs) added to its outputs.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.forecaster.noisy_readout import with_noise
    >>> from reservoir.kernels.closed_loop import AffineReadout
    >>> noise = np.array([[0.5], [0.25]])
    >>> with_noise(AffineReadout(np.eye(1), np.ones(1)), noise).intercept.tolist()
    [[1.5], [1.25]]
    >>> with_noise(np.cos, noise).at(1)(np.zeros((1, 1))).tolist()
    [[1.25]]
    """
    if isinstance(loop, COMPILED):
        return loop._replace(intercept=loop.intercept + noise)
    return NoisyReadout(loop, noise)


def _add(readout, noise, features):
    return np.asarray(readout(features)) + noise
