"""The largest modulus among the eigenvalues of a large sparse matrix, by Arnoldi iteration on its powers."""

import numpy as np
from scipy.sparse import csr_array

from reservoir.topology.krylov_space import KrylovSpace, RitzPairs
from reservoir.topology.power_product import power_product

# First power, in sqrt(n), and its later growth. The eigenvalues of a random matrix fill a disc, and those on its edge
# come apart after 5 to 30 sqrt(n) products.
_FIRST_POWER = 0.4
_GROWTH = 3
# Largest dimension of a Krylov space, and by which fraction it grows between two looks at its eigenvalues. In large
# graphs a look costs less than a dimension.
_CAPACITY = 96
_FIRST_LOOK = 8
_STRIDE, _LARGE = 0.2, 2000
# Relative error allowed of the modulus: from both sides, and from residuals alone.
_TOLERANCE = 1e-10
_TOLERANCE_OF_RESIDUALS = 1e-11
# Relative residual from which a vector of W is worth comparing with one of its transpose.
_COMPARABLE = 1e-5
_ROUNDING = 1e-13


def krylov_modulus(block: csr_array, rng: np.random.RandomState, passes: int = 4) -> tuple[float, bool]:
    """Return the largest modulus among the eigenvalues, and whether it is certain that none is larger.

    On a crowded circle of eigenvalues a Krylov space of W alone is slow, and an iteration with restarts may settle on
    the wrong one: a direction that a restart drops does not come back. Here a space of ``W^p`` grows without restarts:
    powers of W are what separates a disc of eigenvalues, and a larger p takes the place of a larger space.

    The same is done with the transpose of W, from a start vector of its own. Its spectrum is that of W, so the two
    check each other: an eigenvalue that one space has missed shows in the other. The result is certain if both give
    the same eigenvalue, and no other Ritz value, moved outwards by its residual, reaches it. From the right vector x
    and the left vector y it is ``y^T W^p x / y^T x``, whose error is the product of both residuals, divided by the
    distance to the next eigenvalue and by ``|y^T x|``. This bound is held below 1e-10 of the modulus; true errors are a
    hundred times smaller, but up to 4e-7 for nearly parallel eigenvectors whose eigenvalues differ by less than 1e-9,
    which are no further apart than their residuals. Two spaces of low accuracy thus cost no more than a single one of
    full accuracy.

    Eigenvalues of equal modulus are certain if both spaces have all of them to 1e-11. Otherwise the start vector
    becomes ``W^(p dimension)`` times itself and p grows about threefold. Of the powers around that, p becomes the one
    that leads the start vector back closest to its own direction: it gathers eigenvalues that are spread along a ring,
    hundreds of them with a modulus equal to six or more digits in graphs of two shifts, into a single point that a
    small space can resolve.

    Parameters
    ----------
    block : csr_array of shape (n, n)
        Entries of order one.
    rng : RandomState
        Start vectors.
    passes : int, default=4
        How many powers are tried, each about three times the last.

    Returns
    -------
    modulus : float
    certain : bool
        If not, many eigenvalues are nearly as large, and the relative error may reach 1e-4.

    References
    ----------
    Saad (2011), Numerical Methods for Large Eigenvalue Problems, SIAM, chapters 6 and 7. Two-sided quotient:
    Ostrowski (1959), Archive for Rational Mechanics and Analysis 3:325.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from reservoir.topology.arnoldi import krylov_modulus
    >>> modulus, certain = krylov_modulus(csr_array(np.array([[1.0, 1.0], [1.0, 0.0]])), np.random.RandomState(0))
    >>> round(modulus, 12), certain
    (1.61803398875, True)
    """
    n_units = block.shape[0]
    vector, opposite = (draw / np.linalg.norm(draw) for draw in rng.standard_normal((2, n_units)))
    transpose, capacity = csr_array(block.T), min(_CAPACITY, n_units)
    shortest = longest = max(8, int(_FIRST_POWER * np.sqrt(n_units)))
    for _ in range(passes):
        vector, growth, power = _walk(power_product(block), vector, shortest, longest)
        if growth == 0.0:
            return 0.0, True
        opposite = _walk(power_product(transpose), opposite, power, power)[0]
        right = KrylovSpace(power_product(block / growth), power, vector, capacity)
        left = KrylovSpace(power_product(transpose / growth), power, opposite, capacity)
        modulus, certain = _agreed(right, left, power)
        if certain:
            break
        vector, opposite = right.iterated_start(), left.iterated_start()
        shortest, longest = (_GROWTH - 1) * power, (_GROWTH + 1) * power
    return float(growth * modulus ** (1.0 / power)), certain


def _walk(product, vector, shortest, longest):
    # Multiplies by W again and again. Returns the last direction, the mean growth of a late step, and the number of
    # steps in the given range after which the direction was closest to the first.
    start, lengths, returns = vector, np.empty(longest), np.empty(longest)
    for step in range(longest):
        vector = product(vector, 1)
        lengths[step] = np.linalg.norm(vector)
        if lengths[step] == 0.0:
            return vector, 0.0, longest
        vector = vector / lengths[step]
        returns[step] = abs(start @ vector)
    growth = np.exp(np.log(lengths[longest // 2 :]).mean())
    return vector, growth, shortest + int(np.argmax(returns[shortest - 1 :]))


def _agreed(right: KrylovSpace, left: KrylovSpace, power: int) -> tuple[float, bool]:
    # The largest modulus of W^power, and whether the spaces of W and of its transpose agree on it.
    residual = _COMPARABLE
    while True:
        pairs = _converge(right, residual, power)
        if not _settled(pairs, residual, power):
            break
        opposite = _converge(left, residual, power)
        if not _settled(opposite, residual, power):
            break
        modulus, error = _two_sided(right, left, pairs, opposite)
        if error <= power * _TOLERANCE * modulus:
            return modulus, True
        if _all_known(pairs, power) and _all_known(opposite, power):
            modulus, other = np.abs(pairs.values).max(), np.abs(opposite.values).max()
            return modulus, bool(abs(modulus - other) <= 2 * power * _TOLERANCE_OF_RESIDUALS * modulus)
        residual *= 0.1
    return np.abs(pairs.values).max(), False


def _converge(space: KrylovSpace, residual: float, power: int) -> RitzPairs:
    # Grows a space until its largest eigenvalue is that of the matrix to the given relative residual, or it is full.
    stride = _STRIDE * min(1.0, _LARGE / space.basis.shape[1])
    space.grow(_FIRST_LOOK)
    pairs = space.ritz()
    while not space.full and not _settled(pairs, residual, power):
        space.grow(space.dimension + max(1, int(stride * space.dimension)))
        pairs = space.ritz()
    return pairs


def _settled(pairs: RitzPairs, residual: float, power: int) -> bool:
    # Whether the largest Ritz value is accurate, and none but its conjugate reaches it when moved by its residual.
    moduli = np.abs(pairs.values)
    first = int(np.argmax(moduli))
    others = moduli + pairs.residuals
    others[np.isin(pairs.values, (pairs.values[first], pairs.values[first].conj()))] = 0.0
    leads = others.max() < moduli[first] - pairs.residuals[first]
    return bool((leads and pairs.residuals[first] <= residual * moduli[first]) or _all_known(pairs, power))


def _all_known(pairs: RitzPairs, power: int) -> bool:
    # Whether no Ritz value, moved outwards by its residual, goes beyond the largest.
    moduli = np.abs(pairs.values)
    return bool(np.max(moduli + pairs.residuals) <= moduli.max() * (1.0 + power * _TOLERANCE_OF_RESIDUALS))


def _two_sided(right: KrylovSpace, left: KrylovSpace, pairs: RitzPairs, opposite: RitzPairs) -> tuple[float, float]:
    # The modulus of y^T W^p x / y^T x, and a bound of its error; infinite if x and y are not of one eigenvalue.
    first = int(np.argmax(np.abs(pairs.values)))
    value, moduli = pairs.values[first], np.abs(opposite.values)
    same = int(np.argmin(np.abs(opposite.values - value)))
    x, y = pairs.coordinates[:, first], opposite.coordinates[:, same]
    products = y @ (left.basis[:-1] @ right.basis.T)
    overlap, forth, back = products[:-1] @ x, pairs.residuals[first], opposite.residuals[same]
    distance = np.abs(np.delete(pairs.values, first) - value).min(initial=np.abs(value))
    # To first order, each value is off by its residual over the overlap.
    reach = (forth + back) / max(np.abs(overlap), _ROUNDING)
    alike = np.abs(opposite.values[same] - value) <= reach + _ROUNDING * np.abs(value)
    leading = moduli.max() <= moduli[same] + back
    if not (alike and leading and reach <= 0.1 * distance):
        return float(np.abs(value)), np.inf
    quotient = np.abs(products @ (right.hessenberg @ x) / overlap)
    # Eigenvalues of W that differ by a rotation of 1 / p of the circle are one value of W^p, or nearly so, and their
    # vectors a single one: only W itself tells them apart.
    apart = right.power / (2 * np.pi) * min(right.mixture(x) * back, left.mixture(y) * forth)
    return float(quotient), float((forth * back / distance + apart) / np.abs(overlap))
