"""The reservoirs that a composite is made of, each with its own input."""

from typing import Any, NamedTuple

import numpy as np


class Part(NamedTuple):
    """One of the reservoirs that a composite is made of, and what drives it.

    Parameters
    ----------
    name : str
        Prefix of its parameters in those of the composite, such as ``"layer2__"``; ``""`` for a reservoir by itself.
    reservoir : fitted reservoir
    X : array (n_steps, n_features_in_) or None
        Its input along the series of the composite, None if no series was given.
    state : its state before the first row of X, or None
    """

    name: str
    reservoir: Any
    X: np.ndarray | None
    state: Any
