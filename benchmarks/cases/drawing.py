"""Draw a reservoir: ``fit`` of a new echo state network of degree 10, its spectral radius included.

reservoirpy and rclib draw a matrix of as many synapses and scale it likewise, reservoirpy by one wanted eigenvalue.
"""

import numpy as np

from benchmarks.comparison import Comparison

DEGREE, RADIUS = 10, 0.9


def comparisons(quick):
    for n_units in (50,) if quick else (1000, 5000, 10_000, 20_000, 100_000):
        peers = {
            "reservoirpy, NumPy": lambda n_units=n_units: _reservoirpy(n_units),
            "rclib, C++: a power iteration": lambda n_units=n_units: _rclib(n_units),
        }
        yield Comparison(
            f"{n_units:,} units",
            "s",
            1,
            ours={
                "this library: general graph": lambda n_units=n_units: _here(n_units, "random"),
                "this library: default topology": lambda n_units=n_units: _here(n_units, "shift"),
            },
            peers={} if n_units > 20_000 else peers,
            long=n_units > 5000,
        )


def _here(n_units, topology):
    from reservoir import EchoStateReservoir

    def draw(n_units=n_units):
        reservoir = EchoStateReservoir(
            n_units, topology=topology, degree=DEGREE, spectral_radius=RADIUS, random_state=1
        )
        reservoir.fit(np.zeros((1, 1)))

    draw(min(n_units, 10_000))  # compiles what large graphs need, too
    return draw


def _reservoirpy(n_units):
    from reservoirpy.nodes import Reservoir

    def draw(n_units=n_units):
        Reservoir(n_units, sr=RADIUS, rc_connectivity=DEGREE / n_units, seed=1).run(np.zeros((1, 1)))

    draw(100)
    return draw


def _rclib(n_units):
    from rclib import ESN, reservoirs

    def draw():
        share = -np.log1p(-DEGREE / n_units)
        ESN().add_reservoir(reservoirs.RandomSparse(n_units, RADIUS, share, seed=1))

    return draw
