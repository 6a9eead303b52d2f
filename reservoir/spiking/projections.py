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
    n_dimensions = dimensions(name, value)
    if n_dimensions == 2:
        values = _look_up(name, value, recurrent_weights)
        return check_per_unit(name, values, len(values), what="synapse", **bounds)
    if n_dimensions == 0:
        return check_per_unit(name, value, len(sources), what="synapse", **bounds)
    if np.shape(value) != (4,):
        raise ValueError(
            f"'{name}' must be one number, four (EE, EI, IE, II), or a matrix {(n_units, n_units)}; got {value!r}."
        )
    four = np.array([check_number(name, one, **bounds) for one in value])
    return four[2 * inhibitory[sources] + np.repeat(inhibitory, np.diff(recurrent_weights.indptr))]


def _look_up(name, matrix, recurrent_weights):
    n_units, sources = recurrent_weights.shape[0], recurrent_weights.indices
    checked = as_csr(matrix, (n_units, n_units), name)
    # Most often the two have one structure, and of ten million synapses there is none to look up.
    if all(np.array_equal(getattr(checked, part), getattr(recurrent_weights, part)) for part in ("indptr", "indices")):
        return checked.data
    targets = _rows(recurrent_weights)
    if not issparse(matrix):
        return np.asarray(matrix, dtype=float)[targets, sources]  # a sparse one would have lost its zeros
    stored, wanted = _rows(checked) * n_units + checked.indices, targets * n_units + sources
    place = np.searchsorted(stored, wanted)
    lost = np.flatnonzero(np.append(stored, -1)[place] != wanted)
    if len(lost):
        raise ValueError(
            f"'{name}' must have an entry for every synapse of 'recurrent_weights'; it has none from unit "
            f"{sources[lost[0]]} to unit {targets[lost[0]]}. A stored 0 counts as an entry."
        )
    return checked.data[place]


def _rows(matrix):
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
