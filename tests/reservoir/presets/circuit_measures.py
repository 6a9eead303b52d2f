"""What the tests of the presets measure: synapse counts to expect, values by projection, rates by population."""

import warnings
from itertools import product

import numpy as np
from scipy.stats import truncnorm

from reservoir.spiking.health import LiquidHealthWarning


def expected_synapses(shape, inhibitory, constants, length_scale):
    """Mean and standard deviation of the number of synapses, from the probability of every pair."""
    places = np.array(list(product(*map(range, shape))))
    distance = np.sqrt(sum((places[:, None, axis] - places[None, :, axis]) ** 2 for axis in range(3)))
    source, target = inhibitory[:, None].astype(int), inhibitory[None, :].astype(int)
    p = np.reshape(constants, (2, 2))[source, target] * np.exp(-((distance / length_scale) ** 2))
    np.fill_diagonal(p, 0)
    return p.sum(), np.sqrt((p * (1 - p)).sum())


def by_projection(matrices, masks):
    """Return the values of the synapses EE, EI, IE, II of all circuits together; row = postsynaptic unit."""
    values = [[], [], [], []]
    for matrix, inhibitory in zip(matrices, masks, strict=True):
        entries = matrix.tocoo()
        for target, source, value in zip(entries.row, entries.col, entries.data, strict=True):
            values[2 * inhibitory[source] + inhibitory[target]].append(value)
    return [np.array(part) for part in values]


def normal_moments(cut=np.inf):
    """Mean and deviation of a normal law (1, 1/2), values outside (0, cut] being replaced by uniform ones in (0, 2)."""
    law = truncnorm(-2, 2 * (cut - 1), 1, 0.5)
    kept = np.diff(truncnorm(-10, 10).cdf([-2, 2 * (cut - 1)]))[0]
    mean = kept * law.mean() + (1 - kept)
    square = kept * (law.var() + law.mean() ** 2) + (1 - kept) * 4 / 3
    return mean, np.sqrt(square - mean**2)


def assert_moments(values, mean, deviation):
    """Check both moments to 5 standard errors, the one of the deviation being generous for a heavy tail."""
    error = deviation / np.sqrt(len(values))
    assert abs(values.mean() - mean) < 5 * error
    assert abs(values.std() - deviation) < 8 * error


def rates(liquid, X):
    """Return the rates of the excitatory and of the inhibitory units in Hz; a liquid may be silent or raging here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LiquidHealthWarning)
        liquid.fit(X)
    _, units = liquid.spikes(X)
    counts = np.bincount(units, minlength=liquid.n_units_) / (len(X) * liquid.input_period / 1000)
    return counts[~liquid.inhibitory_].mean(), counts[liquid.inhibitory_].mean()


def poisson(rate, n_inputs, seed, n_steps=1000):
    """Spikes of a rate in Hz in rows of 1 ms."""
    return np.random.RandomState(seed).poisson(rate / 1000, (n_steps, n_inputs))
