"""Weights of closed-form cells, arranged as their kernels read them."""

import numpy as np

from reservoir.cfc.kernel import Cells
from reservoir.cfc.panels import pack, unpack
from reservoir.checks.arguments import in_precision
from reservoir.kernels.alignment import aligned
from reservoir.kernels.vectors import width_of


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


def layers_of(cells):
    """Return for every cell of `Cells` a list of its pairs (weights (n_units, n_sources), bias).

    The last pair of a cell holds its heads one below the other, those of timing as one if there are three.

    Examples
    --------
    >>> from reservoir import CfCLiquid
    >>> from reservoir.cfc.arrangement import layers_of
    >>> liquid = CfCLiquid(5, backbone_layers=1, backbone_units=8).fit([[0.0, 0.0]])
    >>> [[weights.shape for weights, _ in layers] for layers in layers_of(liquid.program_.cells)]
    [[(8, 7), (15, 8)]]
    """
    width, layers, at, bias_at = width_of(cells.weights.dtype), [], 0, 0
    for n_sources, n_units in cells.shapes.tolist():
        n_filled = -(-n_units // width) * width
        packed, filled = cells.weights[at : at + n_sources * n_filled], cells.biases[bias_at : bias_at + n_filled]
        layers.append(unpack(packed, filled, (n_units, n_sources)))
        at, bias_at = at + n_sources * n_filled, bias_at + n_filled
    ends = np.cumsum(cells.plan[:, 1])
    return [layers[end - count : end] for end, count in zip(ends, cells.plan[:, 1], strict=True)]


def on_cache_lines(program):
    """Return a `CfCProgram` whose weights start on a cache line, which a pickle does not keep."""
    cells = program.cells
    return program._replace(cells=cells._replace(weights=aligned(cells.weights)))
