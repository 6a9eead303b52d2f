"""The members of an ensemble: forecasters of the same parameters, whose seeds differ."""

import numpy as np
from sklearn.base import clone

from readouts.types import RandomState
from reservoir.checks.arguments import check_random_state
from reservoir.components import clone_reservoir
from reservoir.forecaster import Forecaster

LARGEST_SEED = np.iinfo(np.int32).max


def draw_members(forecaster: Forecaster | None, n_members: int, random_state: RandomState) -> list[Forecaster]:
    """Return unfitted clones with other seeds of all that is random: reservoir, noise and readout.

    Without a ``random_state``, the first is the forecaster itself, and the seeds of the others follow from its own.
    What prepares rows stays the same, so that the prepared rows of all are.

    Examples
    --------
    >>> from reservoir.ensemble.members import draw_members
    >>> [one.reservoir.random_state for one in draw_members(None, 3, None)]
    [0, 209652396, 924231285]
    """
    if forecaster is not None and not isinstance(forecaster, Forecaster):
        raise ValueError(f"'forecaster' must be a Forecaster, such as Forecaster(), or None; got {forecaster!r}.")
    first = Forecaster() if forecaster is None else clone(forecaster)
    first.set_params(reservoir=clone_reservoir(first.reservoir))
    parameters = first.get_params()
    names = [name for name in parameters if name.split("__")[-1] == "random_state"]
    names = [name for name in names if not name.startswith("transformer")]
    # A reservoir's own seed, and not that of the noise, says what the others follow from.
    names.sort(key=lambda name: (not name.startswith("reservoir"), name.count("__"), name))
    given = [parameters[name] for name in names if parameters[name] is not None]
    source = check_random_state(random_state if random_state is not None else given[0] if given else None)
    members = [clone(first) for _ in range(n_members)]
    for member in members if random_state is not None else members[1:]:
        member.set_params(**{name: int(source.randint(LARGEST_SEED)) for name in names})
    return members


def are_alike(first: Forecaster, second: Forecaster) -> bool:
    """Whether two fitted forecasters learnt the same coefficients, other than zeros: nothing in them was random.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir import NVAR, Forecaster
    >>> from reservoir.ensemble.members import are_alike, draw_members
    >>> wave = np.sin(0.2 * np.arange(300))
    >>> are_alike(*(member.fit(wave) for member in draw_members(Forecaster(NVAR()), 2, 0)))
    True
    """
    if not hasattr(first.readout_, "coef_"):
        return False
    one, other = (np.asarray(forecaster.readout_.coef_) for forecaster in (first, second))
    return bool(np.any(one)) and np.array_equal(one, other)
