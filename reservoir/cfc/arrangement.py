"""Weights of closed-form cells, arranged as their kernels read them."""

import numpy as np

from reservoir.cfc.kernel import Cells
from reservoir.cfc.panels import pack
from reservoir.checks.arguments import in_precision
from reservoir.kernels.alignment import aligned


def arrange(chain, timed, dtype, scales=()):
    """Return the `Cells` of a chain.

    Parameters
    ----------
    chain : sequence of CfCWeights
    timed : bool
        Whether rows have elapsed times; if not, all last 1.
    dtype : dtype
    scales : sequence of str, default=()
        Parameters that the weights follow from, for the message if they are not finite.

    Raises
    ------
    ValueError
        If weights are not finite in this precision.
    """
    plan, shapes, packed = [], [], []
    for cell in chain:
        layers = [*cell.backbone, join_heads(cell.heads, timed)]
        plan.append((cell.n_units, len(layers)))
        for layer in layers:
            shapes.append(layer[0].shape[::-1])
            packed.append(pack(*(in_precision("weights", values, dtype, scales) for values in layer)))
    pure = np.zeros((2, sum(cell.n_units for cell in chain)), dtype)
    if chain[0].w_tau is not None:
        pure[0] = np.concatenate([cell.w_tau for cell in chain])
        pure[1] = np.concatenate([cell.amplitude for cell in chain])
    weights, biases = (np.concatenate(values) for values in zip(*packed, strict=True))
    return Cells(np.array(plan), np.array(shapes), weights, biases, pure)


def join_heads(heads, timed):
    """Return weights and bias of all heads, one below the other; those of timing as one if every row lasts 1."""
    if len(heads) == 4 and not timed:
        # The gate depends on the sum of its two heads only.
        heads = (*heads[:2], tuple(a + b for a, b in zip(heads[2], heads[3], strict=True)))
    return np.vstack([weights for weights, _ in heads]), np.concatenate([bias for _, bias in heads])


def on_cache_lines(program):
    """Return a `CfCProgram` whose weights start on a cache line, which a pickle does not keep."""
    cells = program.cells
    return program._replace(cells=cells._replace(weights=aligned(cells.weights)))
