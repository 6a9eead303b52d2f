"""Values of synapses, given by the populations that these connect, or one by one."""

import numpy as np
from scipy.sparse import issparse

from reservoir.checks.arguments import as_array, check_number, check_per_unit
from reservoir.topology import as_csr


def dimensions(name, value):
    """Return how many dimensions a parameter has: 0 for one number, 2 for a matrix, dense or sparse."""
    return 2 if issparse(value) else as_array(name, value, "a number or an array").ndim


def at_synapses(name, value, recurrent_weights, inhibitory, **bounds):
    """Return one value per stored entry of ``recurrent_weights`` (CSR, row = postsynaptic unit), in its order.

    ``value`` is a number, four numbers (EE, EI, IE, II), EI being from excitatory to inhibitory units, or a matrix that
    has an entry for every synapse; its other entries do not count, but are finite.
    """
    n_units, sources = recurrent_weights.shape[0], recurrent_weights.indices
    targets = np.repeat(np.arange(n_units), np.diff(recurrent_weights.indptr))
    n_dimensions = dimensions(name, value)
    if n_dimensions == 2:
        values = _look_up(name, value, targets.astype(np.int64), sources, n_units)
        return check_per_unit(name, values, len(values), what="synapse", **bounds)
    if n_dimensions == 0:
        return check_per_unit(name, value, len(sources), what="synapse", **bounds)
    if np.shape(value) != (4,):
        raise ValueError(
            f"'{name}' must be one number, four (EE, EI, IE, II), or a matrix {(n_units, n_units)}; got {value!r}."
        )
    four = np.array([check_number(name, one, **bounds) for one in value])
    return four[2 * inhibitory[sources] + inhibitory[targets]]


def _look_up(name, matrix, targets, sources, n_units):
    checked = as_csr(matrix, (n_units, n_units), name)
    if not issparse(matrix):
        return np.asarray(matrix, dtype=float)[targets, sources]  # a sparse one would have lost its zeros
    stored = np.repeat(np.arange(n_units), np.diff(checked.indptr)) * n_units + checked.indices
    wanted = targets * n_units + sources
    place = np.searchsorted(stored, wanted)
    lost = np.flatnonzero(np.append(stored, -1)[place] != wanted)
    if len(lost):
        raise ValueError(
            f"'{name}' must have an entry for every synapse of 'recurrent_weights'; it has none from unit "
            f"{sources[lost[0]]} to unit {targets[lost[0]]}. A stored 0 counts as an entry."
        )
    return checked.data[place]
