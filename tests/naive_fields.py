"""Plain NumPy twins of what is computed for patches of fields, and for coupled members of an ensemble."""

import numpy as np
from naive import ACTIVATIONS


def read_out_lanes(weights, intercept, features):
    """The outputs of a readout for every lane, (n_outputs, n_lanes), one number after the other."""
    outputs = np.empty((len(intercept), features.shape[1]))
    for output in range(len(intercept)):
        for lane in range(features.shape[1]):
            outputs[output, lane] = intercept[output] + sum(weights[:, output] * features[:, lane])
    return outputs


def local_forecast(field, weights, coefficients, intercept, n_steps, patch, halo, squares):
    """A field of one dimension on a ring, driven and then continued patch by patch with tanh units that do not leak.

    ``weights`` are W, W_in and b of the only reservoir, whose inputs are the patch's own values, those on its left and
    those on its right; ``coefficients`` and ``intercept`` those of the only readout.
    """
    recurrent, input_weights, bias = weights
    n_points = field.shape[1]
    states = [np.zeros(len(bias)) for _ in range(n_points // patch)]
    rows = []
    for t in range(len(field) + n_steps - 1):
        row = field[t] if t < len(field) else rows[-1]
        following = np.empty(n_points)
        for number in range(n_points // patch):
            first = number * patch
            order = [*range(first, first + patch), *range(first - halo, first)]
            order += range(first + patch, first + patch + halo)
            seen = np.array([row[place % n_points] for place in order])
            states[number] = np.tanh(recurrent @ states[number] + input_weights @ seen + bias)
            features = states[number].copy()
            if squares:
                features[1::2] = features[1::2] ** 2
            following[first : first + patch] = coefficients @ np.append(features, seen) + intercept
        if t >= len(field) - 1:
            rows.append(following)
    return np.array(rows)


def local_closed(reservoirs, readouts, intercepts, squares, own, seen, row, state, n_steps):
    """Patches with echo states and readouts of their own, driven by what all of them have written; the last states."""
    row, state, rows = row.astype(float), state.astype(float), []
    for _ in range(n_steps):
        following = np.empty(len(row))
        for p, reservoir in enumerate(reservoirs):
            u, leak = row[seen[p]], reservoir.leak_rate_
            drive = reservoir.recurrent_weights_ @ state[p] + reservoir.input_weights_ @ u + reservoir.bias_
            state[p] = (1 - leak) * state[p] + leak * ACTIVATIONS[reservoir.activation_](drive)
            features = state[p].copy()
            if squares:
                features[1::2] **= 2
            following[own[p]] = readouts[p] @ np.append(features, u) + intercepts[p]
        row = following
        rows.append(row)
    return np.array(rows), state


def coupled_closed(reservoirs, readouts, average, inputs, states, n_outputs):
    """Echo states that are all driven by what their readouts say on average: those averages, and what each says."""
    inputs, states, each = inputs.astype(float), states.astype(float), []
    for t, u in enumerate(inputs):
        said = []
        for m, (reservoir, readout) in enumerate(zip(reservoirs, readouts, strict=True)):
            leak = reservoir.leak_rate_
            drive = reservoir.recurrent_weights_ @ states[m] + reservoir.input_weights_ @ u + reservoir.bias_
            states[m] = (1 - leak) * states[m] + leak * ACTIVATIONS[reservoir.activation_](drive)
            output = readout.weights @ np.append(states[m], u) + readout.intercept
            said.append(output + readout.squares @ states[m] ** 2 if hasattr(readout, "squares") else output)
        each.append(said)
        inputs[t + 1 : t + 2, :n_outputs] = average(said, axis=0)
    return average(each, axis=1), np.array(each)
