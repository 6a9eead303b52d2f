"""How much of its past a liquid holds: what a ridge readout recalls from its states, on data it was not fitted on."""

import numpy as np


def capacities(liquids, n_steps=1500, washout=100, n_lags=60, alpha=1e-8):
    """Mean linear and quadratic memory capacity of liquids, each driven by numbers uniform in (-1, 1) of its own.

    The sum over all lags k of the squared correlation with u(t - k), and with its second Legendre polynomial, on the
    last third, for readouts fitted on the first two (Dambre et al. 2012).
    """
    found = []
    for seed, liquid in enumerate(liquids):
        u = np.random.RandomState(100 + seed).uniform(-1, 1, (washout + n_lags + n_steps, 1))
        states = liquid.fit_transform(u)[washout + n_lags :]
        past = np.column_stack([u[washout + n_lags - k : len(u) - k, 0] for k in range(n_lags)])
        found.append([_recall(states, target, alpha) for target in (past, (3 * past**2 - 1) / 2)])
    return np.mean(found, axis=0)


def _recall(states, targets, alpha):
    basis, n_train = np.column_stack([states, np.ones(len(states))]), 2 * len(states) // 3
    train, test = basis[:n_train], basis[n_train:]
    gram = train.T @ train + alpha * n_train * np.eye(basis.shape[1])
    recalled = test @ np.linalg.solve(gram, train.T @ targets[:n_train])
    pairs = zip(recalled.T, targets[n_train:].T, strict=True)
    return sum(np.corrcoef(ours, true)[0, 1] ** 2 for ours, true in pairs)
