"""One echo state network in every library: the same weights where they can be given, the same sizes where they cannot.

All have 3 inputs, a leak rate of 0.3 and no bias. Weights are drawn here, so that all libraries, and all checkouts of
this one, have the same: Gaussian ones, divided by the root of the degree, whose spectral radius is close to 0.9.
"""

from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

N_FEATURES, LEAK_RATE, RADIUS = 3, 0.3, 0.9


def uniform_series(*shape, dtype="float64"):
    """Return series of noise, of the shape (..., n_steps)."""
    return np.random.default_rng(0).uniform(-1, 1, (*shape, N_FEATURES)).astype(dtype)


class Network:
    """Units that receive input from as many others each, chosen at random."""

    def __init__(self, n_units: int, degree: int = 10, dtype: str = "float64"):
        self.n_units, self.degree, self.dtype = n_units, degree, dtype

    @cached_property
    def weights(self) -> csr_array:
        """Return the recurrent weights; row i holds those of what unit i receives."""
        rng = np.random.default_rng(1)
        sources = np.argsort(rng.random((self.n_units, self.n_units)), axis=1)[:, : self.degree]
        values = rng.standard_normal(sources.size) * RADIUS / np.sqrt(self.degree)
        starts = np.arange(0, sources.size + 1, self.degree)
        W = csr_array((values, sources.ravel(), starts), shape=(self.n_units, self.n_units))
        W.sort_indices()
        return W.astype(self.dtype)

    @cached_property
    def input_weights(self) -> np.ndarray:
        """Return the weights of the inputs, dense."""
        return np.random.default_rng(2).uniform(-1, 1, (self.n_units, N_FEATURES)).astype(self.dtype)

    def here(self, **settings):
        """Return a reservoir of this library with these weights."""
        from reservoir import EchoStateReservoir

        return EchoStateReservoir(
            recurrent_weights=self.weights,
            input_weights=self.input_weights,
            bias=0.0,
            leak_rate=LEAK_RATE,
            dtype=self.dtype,
            **settings,
        )

    def here_by_default(self, **settings):
        """Return a reservoir of this library that draws its own weights, of the default topology."""
        from reservoir import EchoStateReservoir

        return EchoStateReservoir(
            self.n_units, degree=self.degree, leak_rate=LEAK_RATE, dtype=self.dtype, random_state=1, **settings
        )

    def in_reservoirpy(self):
        """Return the node of reservoirpy, on NumPy."""
        from reservoirpy.nodes import Reservoir

        return Reservoir(W=self.weights, Win=csr_array(self.input_weights), bias=0.0, lr=LEAK_RATE, dtype=self.dtype)

    def states_in_reservoirpy(self, X):
        """Return a run of that node from rest, for one series or many."""
        node = self.in_reservoirpy()
        node.run(X[:1])

        def run():
            node.reset()  # or the state of the call before would go on
            return node.run(X)

        return run

    def in_reservoirpy_jax(self):
        """Return the node of reservoirpy, on JAX, with sparse weights, which are faster there than dense ones."""
        import jax
        from jax.experimental.sparse import BCOO
        from reservoirpy.jax.nodes import Reservoir

        jax.config.update("jax_enable_x64", True)
        W = BCOO.from_scipy_sparse(self.weights)
        return Reservoir(units=self.n_units, W=W, Win=jax.numpy.asarray(self.input_weights), bias=0.0, lr=LEAK_RATE)

    def in_rclib(self):
        """Return a model of rclib, which draws its own weights: of a sparsity s, a share of 1 - exp(-s) is there."""
        from rclib import ESN, readouts, reservoirs

        model = ESN()
        share = -np.log1p(-self.degree / self.n_units)
        model.add_reservoir(reservoirs.RandomSparse(self.n_units, RADIUS, share, LEAK_RATE, 1.0, seed=1))
        model.set_readout(readouts.Ridge(1e-6, include_bias=True))
        return model

    def in_resdag(self, sparse=False):
        """Return the layer of ResDAG, on torch."""
        import torch
        from resdag.layers import ESNLayer

        return ESNLayer(
            self.n_units,
            N_FEATURES,
            leak_rate=LEAK_RATE,
            bias=False,
            topology=lambda n_units: self.weights.toarray(),
            feedback_initializer=lambda n_units, n_features: self.input_weights,
            dtype=getattr(torch, self.dtype),
            sparse=sparse,
        ).eval()
