"""A fixed linear map from states to the outputs of a liquid, such as the motor units of a neural circuit policy."""

import numpy as np

from readouts.compiling import dot, njit
from reservoir.checks.arguments import check_matrix, check_per_unit, in_precision, shape_of


def check_output_map(weights, bias, n_units, dtype):
    """Return ``(weights, bias)``, arrays ``(n_outputs, n_units)`` and ``(n_outputs,)``, or None for no map."""
    if weights is None:
        if bias is not None:
            raise ValueError(f"'output_bias' needs 'output_weights', which is None; got {bias!r}.")
        return None
    shape = shape_of("output_weights", weights)
    n_outputs = shape[0] if len(shape) == 2 else 1
    weights = check_matrix("output_weights", weights, (n_outputs, n_units))
    if n_outputs == 0:
        raise ValueError(f"'output_weights' must have at least one row; got shape {shape}.")
    bias = check_per_unit("output_bias", 0.0 if bias is None else bias, n_outputs, "output")
    return in_precision("output_weights", weights, dtype), in_precision("output_bias", bias, dtype)


def map_outputs(output_map, states):
    """Return ``states @ weights.T + bias``, or the states themselves if there is no map."""
    if output_map is None:
        return states
    outputs = np.empty((len(states), len(output_map[0])), states.dtype)
    run_output_map(*output_map, states, outputs)
    return outputs


@njit
def run_output_map(weights, bias, states, outputs):
    """Write the outputs row by row: a matrix product's sums would depend on how many rows it is given."""
    for t in range(states.shape[0]):
        for k in range(bias.size):
            outputs[t, k] = bias[k] + dot(weights[k], states[t])
