"""How well linear readouts of the states recall given functions: R^2, its bias and its error, by a block jackknife."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from readouts.single_thread import single_threaded

N_BLOCKS = 20
# Directions of the states that are weaker than this, relative to the strongest, hold little but rounding errors.
_PRECISION = 1000
_SQUARED = 1e100  # numbers above it, and those below its inverse, may have no square
_RIDGE = 1e-14  # keeps the Gram matrix regular if a direction varies in one block of rows only


@dataclass(frozen=True, eq=False)
class StateBasis:
    """Orthonormal combinations of centred states, in blocks of rows.

    Parameters
    ----------
    blocks : list of arrays (n_rows, 1 + rank)
        A column of ones, then the combinations, of unit variance over all blocks, so that entries are about 1.
    edges : array (n_blocks + 1,)
        Block k holds the rows from ``edges[k]`` to ``edges[k + 1]``.
    factors : list of arrays (1 + rank, 1 + rank)
        Cholesky factors of the blocks' Gram matrix: of all of them, then of all but each.
    """

    blocks: list
    edges: np.ndarray
    factors: list

    @property
    def rank(self):
        """Number of combinations."""
        return self.blocks[0].shape[1] - 1


@dataclass(frozen=True, eq=False)
class Recall:
    """R^2 of linear readouts, one per target.

    Parameters
    ----------
    raw : array (n_targets,)
        From all rows; too large by about rank / n_steps where nothing is recalled.
    left_out : array (n_blocks, n_targets)
        Without one block of rows.
    """

    raw: np.ndarray
    left_out: np.ndarray

    @property
    def bias(self):
        """Jackknife estimate of the bias of ``raw``."""
        return (len(self.left_out) - 1) * (self.left_out.mean(axis=0) - self.raw)

    @property
    def corrected(self):
        """R^2 without its bias; around 0, not above it, where nothing is recalled."""
        return self.raw - self.bias

    @property
    def standard_error(self):
        """Jackknife estimate of the standard error of ``corrected``; too large where nothing is recalled."""
        return jackknife_error(self.left_out)


def jackknife_error(left_out):
    """Return the standard error of an estimate from what it is without each of the blocks along the first axis."""
    spread = left_out - left_out.mean(axis=0)
    return np.sqrt((1 - 1 / len(left_out)) * (spread**2).sum(axis=0))


def state_basis(states, dtype=np.float64):
    """Make an orthonormal basis of what the columns of ``states`` (n_steps, n_columns) span around their mean.

    Columns are centred and scaled to unit variance, and combined by the singular vectors of the result. Singular
    values below 1000 times the precision of the states, relative to the largest, are left out: their directions
    hold little but rounding errors, which no readout could use.

    Parameters
    ----------
    states : array (n_steps, n_columns)
    dtype : NumPy float type
        That of the blocks.

    Returns
    -------
    StateBasis

    Raises
    ------
    ValueError
        If no column varies.
    """
    states = _within_squares(states)
    mean, edges = states.mean(axis=0, dtype=np.float64), np.linspace(0, len(states), N_BLOCKS + 1).astype(int)
    parts = [states[a:b] for a, b in zip(edges[:-1], edges[1:], strict=True)]
    spread = np.sqrt(sum(((part - mean) ** 2).sum(axis=0) for part in parts) / len(states))
    eps = np.finfo(states.dtype).eps
    varies = spread > _PRECISION * eps * np.abs(mean)
    if not varies.any():
        raise ValueError(
            "The states must vary with the input to remember it; got none that does. Use a wider 'input_range' or a "
            "larger 'input_scaling' of the reservoir."
        )
    parts = [part[:, varies] for part in parts]
    mean, scale = mean[varies], spread[varies]
    with single_threaded():
        triangles = [np.linalg.qr((part - mean) / scale, mode="r") for part in parts]
        combine = _combinations(np.linalg.qr(np.vstack(triangles), mode="r"), eps)
        combine = combine * np.sqrt(len(states)) / scale[:, None]
        blocks = [np.column_stack([np.ones(len(part)), (part - mean) @ combine]).astype(dtype) for part in parts]
        return StateBasis(blocks, edges, _factors(blocks))


def _within_squares(states):
    """Return the states, whose columns are scaled by powers of two where their squares would leave the numbers."""
    sizes = np.abs(states).max(axis=0).astype(np.float64)
    extreme = (sizes > _SQUARED) | (sizes > 0) & (sizes < 1 / _SQUARED)
    if not extreme.any():
        return states
    return np.ldexp(states.astype(np.float64), np.where(extreme, -np.frexp(sizes)[1], 0))


def precise_directions(singular_values, eps):
    """Return how many of the singular values, largest first, stand out from rounding errors."""
    return int(np.sum(singular_values > _PRECISION * eps * singular_values[0]))


def recall_of(basis, targets):
    """Return how well the states recall every target.

    With p the sums of products of basis and target and G = L L' the Gram matrix of the basis, v = L^-1 p holds the
    target's parts, the first of which is its mean: R^2 = (v' v - v_0^2) / (sum y^2 - v_0^2). Everything is a sum over
    blocks, so that one pass serves all targets, and the R^2 without each block too.

    Parameters
    ----------
    basis : StateBasis
    targets : callable
        ``targets(start, stop)`` returns these rows of all targets, an array (stop - start, n_targets).

    Returns
    -------
    Recall
    """
    products, powers = [], []
    for block, start, stop in zip(basis.blocks, basis.edges[:-1], basis.edges[1:], strict=True):
        rows = targets(start, stop)
        products.append((block.T @ rows).astype(np.float64))
        powers.append(np.einsum("ij,ij->j", rows, rows).astype(np.float64))
    total, power = np.sum(products, axis=0), np.sum(powers, axis=0)
    whole, *partial = basis.factors
    with single_threaded():
        raw = _explained(whole, total, power)
        without = [
            _explained(factor, total - part, power - own)
            for factor, part, own in zip(partial, products, powers, strict=True)
        ]
    return Recall(raw, np.array(without))


def _combinations(triangle, eps):
    _, singular_values, directions = np.linalg.svd(triangle)
    rank = precise_directions(singular_values, eps)
    return directions[:rank].T / singular_values[:rank]


def _factors(blocks):
    grams = [block.astype(np.float64).T @ block.astype(np.float64) for block in blocks]
    whole = np.sum(grams, axis=0)
    ridge = _RIDGE * np.trace(whole) / len(whole) * np.eye(len(whole))
    return [cholesky(matrix + ridge, lower=True) for matrix in [whole, *(whole - gram for gram in grams)]]


def _explained(factor, products, power):
    parts = solve_triangular(factor, products, lower=True) ** 2
    return parts[1:].sum(axis=0) / (power - parts[0])
