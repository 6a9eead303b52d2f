"""Twins of the reservoirs whose state is the past of their input: along a delay line, or in Legendre coefficients."""

import numpy as np
from scipy.linalg import expm


def legendre_equations(order, window):
    """Voelker, Kajic and Eliasmith 2019, equation 2: A and B of theta dm/dt = A m + B u, divided by theta."""
    A, B = np.empty((order, order)), np.empty((order, 1))
    for i in range(order):
        B[i] = (2 * i + 1) * (-1) ** i
        for j in range(order):
            A[i, j] = (2 * i + 1) * (-1 if i < j else (-1) ** (i - j + 1))
    return A / window, B / window


def run_legendre(order, window, inputs, times, state):
    """Every channel with its input held: the exponential of the joint system of m and u (Van Loan 1978)."""
    A, B = legendre_equations(order, window)
    joint = np.block([[A, B], [np.zeros((1, order + 1))]])
    m, states = state.reshape(inputs.shape[1], order), []
    for u, time in zip(inputs, times, strict=True):
        advance = expm(time * joint)
        m = m @ advance[:order, :order].T + np.outer(u, advance[:order, order])
        states.append(m.ravel())
    return np.array(states)


def delay_node(name, exponent, phase):
    """What a node with delayed feedback makes of z."""
    if name == "identity":
        return lambda z: z
    if name == "sine_squared":
        return lambda z: np.sin(z + phase) ** 2
    return lambda z: z / (1 + (z**exponent if exponent == int(exponent) else np.abs(z) ** exponent))


def run_delay_node(function, separation, feedback, input_weights, bias, inputs, line):
    """Virtual nodes one after the other; ``line`` holds the past of the node, the oldest value first."""
    past, states, n_delayed = list(line), [], len(line)
    for u in inputs:
        for drive in input_weights @ u + bias:
            response = feedback * function(past[-n_delayed] + drive)
            past.append(response + (past[-1] - response) * np.exp(-separation))
        states.append(past[-len(bias) :])
    return np.array(states), np.array(past[-n_delayed:])
