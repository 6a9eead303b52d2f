"""Input weights: how strongly every channel drives the units, and which units it reaches."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from readouts.types import Array
from reservoir.checks.arguments import check_integer, check_number, check_per_unit


def check_input_scaling(value: float | ArrayLike, n_inputs: int) -> Array:
    """Return the scaling of each input channel, (n_inputs,), at least 0, from one number or one for each.

    The column of elapsed times is no channel.

    Examples
    --------
    >>> from reservoir.topology.input_weights import check_input_scaling
    >>> check_input_scaling(0.5, 3), check_input_scaling([0.5, 0.0, 2.0], 3)
    (array([0.5, 0.5, 0.5]), array([0.5, 0. , 2. ]))
    """
    return check_per_unit("input_scaling", value, n_inputs, "input channel", at_least=0)


def check_input_density(value: float) -> float:
    """Return the share of the pairs of a unit and an input channel that are connected, above 0 and at most 1.

    Examples
    --------
    >>> from reservoir.topology.input_weights import check_input_density
    >>> check_input_density(0.1)
    0.1
    """
    return check_number("input_density", value, above=0, at_most=1)


def check_input_reach(degree: int | None, density: float | None, usual: int) -> tuple[int | None, float | None]:
    """Return how many input channels each unit receives, or else the share that is connected, the other being None.

    ``usual`` is the number of channels where neither is given.

    Raises
    ------
    ValueError
        If one is out of range, or both are given.

    Examples
    --------
    >>> from reservoir.topology.input_weights import check_input_reach
    >>> check_input_reach(None, None, 8), check_input_reach(3, None, 8), check_input_reach(None, 0.1, 8)
    ((8, None), (3, None), (None, 0.1))
    """
    fan_in = check_integer("input_degree", usual if degree is None else degree)
    if density is None:
        return fan_in, None
    if degree is not None:
        raise ValueError(
            f"'input_density' must be None where 'input_degree' is given; got {density!r} with "
            f"input_degree={degree!r}. Leave one of them None."
        )
    return None, check_input_density(density)


def refuse_density(density: float | None, usual: float | None, wiring: Any) -> None:
    """Raise ValueError if there is a wiring and a density that is not the usual one.

    Examples
    --------
    >>> from reservoir.topology.input_weights import refuse_density
    >>> refuse_density(0.1, 1.0, None)
    """
    if wiring is not None and density != usual:
        raise ValueError(
            f"'input_density' must be {usual} with a wiring, which says which inputs each unit receives; got "
            f"{density!r}. Choose these synapses in the wiring, or a topology that is no wiring."
        )


def draw_reached(density: float, n_units: int, n_inputs: int, random_state: np.random.RandomState) -> Array:
    """Return which units each input channel reaches, a mask (n_units, n_inputs).

    Of all pairs of a unit and a channel, the share ``density`` is chosen, and as many pairs as channels at least. Units
    listen to equally many channels, up to one, and channels reach equally many units, up to one. So with a density of
    ``1 / n_inputs`` each unit listens to a single channel, as in J. Pathak, B. Hunt, M. Girvan, Z. Lu and E. Ott,
    "Model-free prediction of large spatiotemporally chaotic systems from data: a reservoir computing approach",
    Physical Review Letters 120:024102, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.topology.input_weights import draw_reached
    >>> reached = draw_reached(0.5, 4, 2, np.random.RandomState(0))
    >>> reached.sum(axis=0).tolist(), reached.sum(axis=1).tolist()
    ([2, 2], [1, 1, 1, 1])
    """
    reached = np.zeros((n_units, n_inputs), bool)
    if density == 1 or not n_inputs:
        return ~reached
    n_heard, n_left = divmod(max(round(density * reached.size), n_inputs), n_units)
    n_reached = np.zeros(n_inputs)
    for number, unit in enumerate(random_state.permutation(n_units)):
        # The channels that have reached fewest units, and random ones among these.
        chosen = np.lexsort((random_state.uniform(size=n_inputs), n_reached))[: n_heard + (number < n_left)]
        reached[unit, chosen] = True
        n_reached[chosen] += 1
    return reached


def scale_inputs(weights: Array, scaling: float | ArrayLike, density: float, random_state: Any) -> Array:
    """Return drawn weights (n_units, n_inputs) times the scaling of each channel, 0 where it does not reach a unit.

    Nothing is drawn where every channel reaches all units.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.topology.input_weights import scale_inputs
    >>> scale_inputs(np.ones((2, 2)), [1.0, 3.0], 1.0, np.random.RandomState(0)).tolist()
    [[1.0, 3.0], [1.0, 3.0]]
    """
    n_units, n_inputs = weights.shape
    weights = check_input_scaling(scaling, n_inputs) * weights
    density = check_input_density(density)
    return weights if density == 1 else weights * draw_reached(density, n_units, n_inputs, random_state)
