"""Weight laws and Dale's law: how strong each synapse is, and which sign it has."""

from collections.abc import Callable
from typing import Literal, TypeAlias, cast, get_args

import numpy as np
from scipy.sparse import csr_array

from readouts.types import Array, Matrix, RandomState
from reservoir.checks.arguments import check_choice, check_integer, check_memory, check_random_state, is_number
from reservoir.checks.unit_selection import check_mask
from reservoir.topology.csr import read_matrix

WeightLaw: TypeAlias = Literal["bernoulli", "constant", "gamma", "lognormal", "normal", "uniform"]

# Laws of a magnitude, each of mean 1, so that another law does not change the mean strength.
_POSITIVE_LAWS: dict[str, Callable[[int, np.random.RandomState], Array]] = {
    "lognormal": lambda size, rng: rng.lognormal(-0.5, 1.0, size),
    "gamma": lambda size, rng: rng.standard_exponential(size),
}
_SIGNED_LAWS: dict[str, Callable[[int, np.random.RandomState], Array]] = {
    "normal": lambda size, rng: rng.standard_normal(size),
    "uniform": lambda size, rng: rng.uniform(-1.0, 1.0, size),
    "bernoulli": lambda size, rng: _random_signs(size, rng),
    "constant": lambda size, rng: np.ones(size),
}
WEIGHT_LAWS = get_args(WeightLaw)


def draw_weights(law: WeightLaw, size: int, random_state: RandomState = None) -> Array:
    """Draw independent synaptic weights from a named law.

    ============= =======================================================================
    law           weight
    ============= =======================================================================
    "normal"      standard normal
    "uniform"     uniform on [-1, 1)
    "bernoulli"   -1 or +1, equally likely
    "lognormal"   exp(z - 1/2), z standard normal (mean 1), with a random sign
    "gamma"       gamma of shape 1 (mean 1, standard deviation 1), with a random sign
    "constant"    1
    ============= =======================================================================

    Parameters
    ----------
    law : str
        One of the names above.
    size : int
        How many weights.
    random_state : int, RandomState or None, default=None
        Source of randomness.

    Returns
    -------
    ndarray of shape (size,), float64

    Raises
    ------
    ValueError
        If the law is unknown, or the size no number of weights.

    References
    ----------
    "lognormal": Song, Sjostrom, Reigl, Nelson & Chklovskii (2005), PLoS Biology 3:e68.
    "gamma": Maass, Natschlager & Markram (2002), Neural Computation 14:2531, section 3.

    Examples
    --------
    >>> from reservoir.topology import draw_weights
    >>> draw_weights("bernoulli", 6, random_state=0)
    array([-1., -1., -1., -1.,  1., -1.])
    """
    check_choice("law", law, WEIGHT_LAWS)
    size, rng = check_integer("size", size, at_least=0), check_random_state(random_state)
    check_memory("size", size, 8 * size)
    if law in _SIGNED_LAWS:
        return _SIGNED_LAWS[law](size, rng)
    magnitudes = _POSITIVE_LAWS[law](size, rng)
    return magnitudes * _random_signs(size, rng)


def draw_inhibitory(n_units: int, fraction: float, random_state: RandomState = None) -> Array:
    """Choose which units are inhibitory: exactly ``round(fraction * n_units)`` of them, at random.

    Parameters
    ----------
    n_units : int
        Number of units, at least 1.
    fraction : float
        Fraction of inhibitory units, strictly between 0 and 1.
    random_state : int, RandomState or None, default=None
        Source of randomness.

    Returns
    -------
    ndarray of shape (n_units,), bool
        True where the unit is inhibitory.

    Raises
    ------
    ValueError
        If the fraction is not strictly between 0 and 1.

    Examples
    --------
    >>> from reservoir.topology import draw_inhibitory
    >>> int(draw_inhibitory(135, 0.2, random_state=0).sum())
    27
    """
    fraction = check_inhibitory_fraction(fraction, "fraction")
    n_units, rng = check_integer("n_units", n_units), check_random_state(random_state)
    check_memory("n_units", n_units, 8 * n_units)
    mask = np.zeros(n_units, dtype=bool)
    mask[rng.permutation(n_units)[: round(fraction * n_units)]] = True
    return mask


def apply_dale(matrix: Matrix, inhibitory_mask: Array) -> csr_array:
    """Give every weight the sign of its source, and balance excitation against inhibition.

    Excitatory units (columns) have weights ``|w|``, inhibitory units ``-|w| (1 - f) / f``, where f is the fraction
    of inhibitory units. With equal out-degrees the expected input to a unit is then zero. A population without
    both kinds cannot be balanced and keeps its magnitudes.

    Parameters
    ----------
    matrix : csr_array of shape (n_units, n_units), or array-like
        Weights; row = target, column = source. Left as it was.
    inhibitory_mask : ndarray of shape (n_units,), bool
        True where the unit is inhibitory.

    Returns
    -------
    csr_array

    Raises
    ------
    ValueError
        If the matrix is not 2-D and finite, or the mask does not have one boolean for each unit.
    TypeError
        If the entries of the matrix are not real numbers.

    References
    ----------
    Rajan & Abbott (2006), Physical Review Letters 97:188104.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from reservoir.topology import apply_dale
    >>> weights = csr_array(np.array([[1.0, -2.0], [-3.0, 4.0]]))
    >>> apply_dale(weights, np.array([False, True])).toarray()
    array([[ 1., -2.],
           [ 3., -4.]])
    """
    matrix = read_matrix("matrix", matrix)
    mask = check_mask("inhibitory_mask", inhibitory_mask, matrix.shape[1], like="matrix")
    fraction = mask.mean()
    strength = (1.0 - fraction) / fraction if 0.0 < fraction < 1.0 else 1.0
    factors = np.where(mask, -strength, 1.0)
    data = np.abs(matrix.data) * factors[matrix.indices]
    return csr_array((data, matrix.indices.copy(), matrix.indptr.copy()), shape=matrix.shape)


def check_weight_law(law: str) -> WeightLaw:
    """Return `law`, or raise ValueError unless it is the name of a weight law."""
    check_choice("weights", law, WEIGHT_LAWS)
    return cast(WeightLaw, law)


def check_inhibitory_fraction(fraction: float, name: str = "inhibitory") -> float:
    """Return `fraction` as a float, or raise ValueError unless it is a real number strictly between 0 and 1."""
    if not is_number(fraction) or not 0.0 < fraction < 1.0:
        advice = " Pass inhibitory=None for weights of either sign." if name == "inhibitory" else ""
        raise ValueError(f"'{name}' must be a fraction strictly between 0 and 1; got {fraction!r}.{advice}")
    return float(fraction)


def _random_signs(size, rng):
    return np.where(rng.random_sample(size) < 0.5, 1.0, -1.0)
