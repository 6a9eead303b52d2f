"""Several reservoirs of the same parameters, each with random weights of its own."""

import numpy as np
from sklearn.base import clone

from reservoir.base import BaseReservoir
from reservoir.checks.arguments import check_random_state


def reseeded(reservoir: BaseReservoir, n_copies: int) -> list[BaseReservoir]:
    """Return unfitted clones with different seeds: the first has that of ``reservoir``, the others follow from it.

    The seeds of reservoirs inside of a composite are changed as well, and may be all that is given. Weights that were
    given are the same in all.

    Examples
    --------
    >>> from reservoir import EchoStateReservoir
    >>> from reservoir.encoder.reseeded import reseeded
    >>> [one.random_state for one in reseeded(EchoStateReservoir(random_state=0), 3)]
    [0, 209652396, 398764591]
    """
    parameters = clone(reservoir).get_params()
    names = [name for name in parameters if name.split("__")[-1] == "random_state"]
    names.sort(key=lambda name: (name.count("__"), name))
    # A composite need not have a seed if its parts have.
    given = [parameters[name] for name in names if parameters[name] is not None]
    random_state = check_random_state(given[0] if given else None)
    copies = [clone(reservoir) for _ in range(n_copies)]
    for copy in copies[1:]:
        copy.set_params(**{name: int(random_state.randint(np.iinfo(np.int32).max)) for name in names})
    return copies
