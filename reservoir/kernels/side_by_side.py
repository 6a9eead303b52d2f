"""Products of one matrix with several vectors side by side, of which up to three share each reading of the matrix.

A matrix that is larger than the nearest cache is read more slowly than it is multiplied by. Every product has the bits
that it has alone, as each number of it is the same chain of fused products.
"""

from readouts.compiling import fma, njit
from reservoir.kernels.products import project_input


@njit
def project_side_by_side(matrix, nothing, x, products):
    """Write ``matrix.T @ x`` for each row of ``x`` (n_vectors, n_features) into ``products`` (n_vectors, n_units).

    ``matrix`` is (n_features, n_units), and ``nothing`` holds as many zeros as there are units.
    """
    first, n_vectors = 0, x.shape[0]
    while first < n_vectors:
        left = n_vectors - first
        if left == 1:
            project_input(matrix, nothing, x[first], products[first])
            first += 1
        elif left == 2 or left == 4:
            _project_two(matrix, x[first : first + 2], products[first : first + 2])
            first += 2
        else:
            _project_three(matrix, x[first : first + 3], products[first : first + 3])
            first += 3


@njit
def _project_two(matrix, x, products):
    done = x.shape[1] % 4
    _start(matrix[:done], x, products)
    for feature in range(done, x.shape[1], 4):
        _add_four_to_two(matrix[feature : feature + 4], x[:, feature : feature + 4], products)


@njit
def _project_three(matrix, x, products):
    done = x.shape[1] % 4
    _start(matrix[:done], x, products)
    for feature in range(done, x.shape[1], 4):
        _add_four_to_three(matrix[feature : feature + 4], x[:, feature : feature + 4], products)


@njit
def _start(matrix, x, products):
    """Write the products with the first features, which may be none."""
    for vector in range(products.shape[0]):
        for i in range(products.shape[1]):
            products[vector, i] = 0
        for feature in range(matrix.shape[0]):
            for i in range(products.shape[1]):
                products[vector, i] = fma(matrix[feature, i], x[vector, feature], products[vector, i])


@njit
def _add_four_to_two(w, x, products):
    a0, a1, a2, a3 = x[0, 0], x[0, 1], x[0, 2], x[0, 3]
    b0, b1, b2, b3 = x[1, 0], x[1, 1], x[1, 2], x[1, 3]
    for i in range(products.shape[1]):
        w0, w1, w2, w3 = w[0, i], w[1, i], w[2, i], w[3, i]
        a = fma(w3, a3, fma(w2, a2, fma(w1, a1, fma(w0, a0, products[0, i]))))
        b = fma(w3, b3, fma(w2, b2, fma(w1, b1, fma(w0, b0, products[1, i]))))
        products[0, i], products[1, i] = a, b


@njit
def _add_four_to_three(w, x, products):
    a0, a1, a2, a3 = x[0, 0], x[0, 1], x[0, 2], x[0, 3]
    b0, b1, b2, b3 = x[1, 0], x[1, 1], x[1, 2], x[1, 3]
    c0, c1, c2, c3 = x[2, 0], x[2, 1], x[2, 2], x[2, 3]
    for i in range(products.shape[1]):
        w0, w1, w2, w3 = w[0, i], w[1, i], w[2, i], w[3, i]
        a = fma(w3, a3, fma(w2, a2, fma(w1, a1, fma(w0, a0, products[0, i]))))
        b = fma(w3, b3, fma(w2, b2, fma(w1, b1, fma(w0, b0, products[1, i]))))
        c = fma(w3, c3, fma(w2, c2, fma(w1, c1, fma(w0, c0, products[2, i]))))
        products[0, i], products[1, i], products[2, i] = a, b, c
