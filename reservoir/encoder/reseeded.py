"""Several reservoirs of the same parameters, each with random weights of its own."""

import numpy as np
from sklearn.base import clone

from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_random_state


def reseeded(reservoir: BaseReservoir, n_copies: int) -> list[BaseReservoir]:
    """Return unfitted clones with different seeds: the first has that of ``reservoir``, the others follow from it.

    The seeds of reservoirs inside of a composite are changed as well. Weights that were given are the same in all.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.encoder.reseeded import reseeded
    >>> [one.random_state for one in reseeded(EchoStateReservoir(random_state=0), 3)]
    [0, 209652396, 398764591]
    """
    random_state = check_random_state(clone(reservoir).random_state)
    copies = [clone(reservoir) for _ in range(n_copies)]
    for copy in copies[1:]:
        seeds = sorted(name for name in copy.get_params() if name.split("__")[-1] == "random_state")
        copy.set_params(**{name: int(random_state.randint(np.iinfo(np.int32).max)) for name in seeds})
    return copies
