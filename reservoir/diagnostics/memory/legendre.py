"""Products of Legendre polynomials of delayed inputs: every function of the past has a series of them."""

from collections import Counter
from itertools import combinations_with_replacement

import numpy as np
from numpy.polynomial.legendre import legvander


def products_reaching(oldest, degree):
    """List the products of a total degree that reach back exactly to a delay.

    Parameters
    ----------
    oldest : int
    degree : int, at least 1

    Returns
    -------
    list of tuples of pairs (delay, degree of its polynomial)
        Delays rise within a product.

    Examples
    --------
    >>> from reservoir.diagnostics.memory.legendre import products_reaching
    >>> products_reaching(1, 3)
    [((0, 2), (1, 1)), ((0, 1), (1, 2)), ((1, 3),)]
    """
    others = combinations_with_replacement(range(oldest + 1), degree - 1)
    return [tuple(sorted(Counter((*delays, oldest)).items())) for delays in others]


def normalised_polynomials(signal, max_degree):
    """Return ``sqrt(2 d + 1) P_d`` of a signal in [-1, 1], which has unit variance if that is uniform, for d from 1.

    Parameters
    ----------
    signal : array (n,)
    max_degree : int

    Returns
    -------
    float32 array (max_degree, n)
        Rounding, at 1e-7, is far below any sampling error.

    Examples
    --------
    >>> from reservoir.diagnostics.memory.legendre import normalised_polynomials
    >>> normalised_polynomials([1.0], 3).round(3).tolist()
    [[1.73...], [2.23...], [2.64...]]
    """
    degrees = np.arange(max_degree + 1)
    return (legvander(signal, max_degree) * np.sqrt(2 * degrees + 1)).T[1:].astype(np.float32)


def evaluate(products, polynomials, start, stop):
    """Return ``polynomials[d - 1, start - delay : stop - delay]``, multiplied over the factors of every product.

    Parameters
    ----------
    products : list from `products_reaching`
    polynomials : array (max_degree, n)
    start, stop : int

    Returns
    -------
    array (stop - start, n_products)
    """
    rows = np.empty((len(products), stop - start), polynomials.dtype)
    for row, (first, *others) in zip(rows, products, strict=True):
        row[:] = _factor(first, polynomials, start, stop)
        for other in others:
            row *= _factor(other, polynomials, start, stop)
    return rows.T


def _factor(factor, polynomials, start, stop):
    delay, degree = factor
    return polynomials[degree - 1, start - delay : stop - delay]
