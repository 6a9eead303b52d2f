"""Recursive least squares on the states of a reservoir, in one call and row by row.

With some white noise in the states reservoirpy does not diverge; its arithmetic on NaN would not be worth timing. The
time of rclib holds a step of its reservoir, which it drives with the states' input, row by row.
"""

import numpy as np

from benchmarks.comparison import Comparison
from benchmarks.networks import LEAK_RATE, RADIUS

ALPHA = 1e-2


def comparisons(quick):
    for n_units, n_steps in [(10, 20)] if quick else [(100, 2000), (500, 300)]:
        for forgetting in (1.0,) if quick else (1.0, 0.999, 0.98):
            make = {"n_units": n_units, "n_steps": n_steps, "forgetting": forgetting}
            yield Comparison(
                f"{n_units} features, forgetting {forgetting}",
                "us a row",
                n_steps,
                ours={
                    "this library: one call": lambda make=make: _one_call(**make),
                    "this library: row by row": lambda make=make: _row_by_row(**make),
                },
                peers={
                    "reservoirpy, NumPy": lambda make=make: _reservoirpy(**make),
                    "rclib, C++: reservoir included": lambda make=make: _rclib(**make),
                },
            )


def _task(n_units, n_steps):
    from reservoir import EchoStateReservoir
    from reservoir.datasets import make_mackey_glass

    u = make_mackey_glass(n_steps, random_state=0).reshape(-1, 1)
    states = EchoStateReservoir(n_units, leak_rate=LEAK_RATE, random_state=0).fit_transform(u)
    states += 0.1 * np.random.default_rng(0).standard_normal(states.shape)
    return u, states, np.roll(u, -1, axis=0)


def _one_call(n_units, n_steps, forgetting):
    from readouts import RLSReadout

    _, states, target = _task(n_units, n_steps)
    readout = RLSReadout(alpha=ALPHA, forgetting=forgetting).fit(states, target)
    return lambda: readout.partial_fit(states, target)


def _row_by_row(n_units, n_steps, forgetting):
    from readouts import RLSReadout

    _, states, target = _task(n_units, n_steps)
    readout = RLSReadout(alpha=ALPHA, forgetting=forgetting).fit(states, target)

    def run():
        for t in range(n_steps):
            readout.partial_fit(states[t : t + 1], target[t : t + 1])

    return run


def _reservoirpy(n_units, n_steps, forgetting):
    from reservoirpy.nodes import RLS

    _, states, target = _task(n_units, n_steps)
    readout = RLS(alpha=ALPHA, forgetting=forgetting)
    return lambda: readout.partial_fit(states, target)


def _rclib(n_units, n_steps, forgetting):
    from rclib import ESN, readouts, reservoirs

    u, _, target = _task(n_units, n_steps)
    model = ESN()
    model.add_reservoir(reservoirs.RandomSparse(n_units, RADIUS, 10 / n_units, LEAK_RATE, seed=1))
    model.set_readout(readouts.Rls(lambda_=forgetting, delta=1 / ALPHA, include_bias=True))

    def run():
        for t in range(n_steps):
            model.partial_fit(u[t : t + 1], target[t : t + 1])

    return run
