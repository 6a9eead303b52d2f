"""Recursive least squares beside reservoirpy, in microseconds a row; with ``--long``, a million rows of states.

The first needs the extra ``bench``: ``pip install -e ".[bench]"``, then ``python benchmarks/rls.py``. The second,
``python benchmarks/rls.py --long``, needs nothing but some ten minutes; see ``--help``.
"""

import argparse
import time

import numpy as np

from readouts import RLSReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_mackey_glass

REPEATS, NOISE, CHUNK, N_UNITS = 5, 1e-2, 50_000, 100


def measure(*runs):
    """Best time of each run, taken in turns so that all see the same machine."""
    best = np.full(len(runs), np.inf)
    for run in runs:
        run()
    for _ in range(REPEATS):
        for number, run in enumerate(runs):
            start = time.perf_counter()
            run()
            best[number] = min(best[number], time.perf_counter() - start)
    return best


def compare_speed():
    print("us a row   n   forgetting   reservoirpy   one call   ratio   row by row   ratio")
    for n_units, n_steps in [(100, 2_000), (500, 300)]:
        u = make_mackey_glass(n_steps, random_state=0).reshape(-1, 1)
        states = EchoStateReservoir(n_units, leak_rate=0.3, random_state=0).fit_transform(u)
        # With some white noise the peer does not diverge: its arithmetic on NaN would not be worth timing.
        states += 0.1 * np.random.default_rng(0).standard_normal(states.shape)
        for forgetting in (1.0, 0.999, 0.98):
            compare(states, np.roll(u, -1, axis=0), forgetting)


def compare(states, target, forgetting):
    """Print one line: reservoirpy, ours in one call, ours row by row."""
    from reservoirpy.nodes import RLS

    peer = RLS(alpha=1e-2, forgetting=forgetting)
    ours = RLSReadout(alpha=1e-2, forgetting=forgetting).fit(states, target)
    n_steps, n_units = states.shape

    def row_by_row():
        for t in range(n_steps):
            ours.partial_fit(states[t : t + 1], target[t : t + 1])

    runs = (lambda: peer.partial_fit(states, target), lambda: ours.partial_fit(states, target), row_by_row)
    theirs, chunk, rows = measure(*runs) / n_steps * 1e6
    print(
        f"{n_units:12d} {forgetting:12} {theirs:13.1f} {chunk:10.1f} {theirs / chunk:7.1f} "
        f"{rows:12.1f} {theirs / rows:7.1f}"
    )


def make_input(drive, n_steps, seed):
    """Return a chaotic series, or a sine of 25 steps a period whose phase the seed chooses."""
    if drive == "mackey_glass":
        return make_mackey_glass(n_steps, random_state=seed).reshape(-1, 1)
    return np.sin(2 * np.pi * np.arange(n_steps) / 25 + seed)[:, None]


def follow(u, forgetting, dtype, seed, alpha):
    """Return the a-priori error of the last tenth over the noise, and the seconds spent learning."""
    reservoir = EchoStateReservoir(N_UNITS, leak_rate=0.3, dtype=dtype, random_state=seed).fit(u)
    random_state = np.random.RandomState(seed)
    teacher = random_state.standard_normal(N_UNITS)
    readout, state, squares, seconds = RLSReadout(alpha, forgetting), None, [], 0.0
    for start in range(0, len(u), CHUNK):
        states, state = reservoir.run(u[start : start + CHUNK], state)
        target = states.astype(np.float64) @ teacher + NOISE * random_state.standard_normal(len(states))
        before = time.perf_counter()
        predicted = readout.partial_fit_predict(states, target)
        seconds += time.perf_counter() - before
        squares.append((target - predicted) ** 2)
    squares = np.concatenate(squares)
    return np.sqrt(squares[-len(u) // 10 :].mean()) / NOISE, np.sqrt(squares[len(u) // 100 :].max()) / NOISE, seconds


def follow_long(n_steps, n_seeds, alpha):
    """Print the error over the noise floor for every drive, forgetting, precision and seed."""
    print(f"{N_UNITS} units, {n_steps} steps, alpha {alpha:g}: a-priori RMS error of the last tenth over the noise")
    print("drive          forgetting  input     worst of the seeds (each)                     largest error   us a row")
    for drive in ("mackey_glass", "sine"):
        inputs = [make_input(drive, n_steps, seed) for seed in range(n_seeds)]
        for forgetting in (0.98, 0.999):
            for dtype in ("float32", "float64"):
                runs = [follow(u, forgetting, dtype, seed, alpha) for seed, u in enumerate(inputs)]
                ratios, largest, seconds = np.transpose(runs)
                each = " ".join(f"{ratio:.4f}" for ratio in ratios)
                print(
                    f"{drive:14s} {forgetting:10} {dtype:>8s} {ratios.max():11.4f} ({each}) "
                    f"{largest.max():14.1f} {seconds.mean() / n_steps * 1e6:10.1f}",
                    flush=True,
                )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--alpha", type=float, default=1e-6)
    arguments = parser.parse_args()
    if arguments.long:
        follow_long(arguments.steps, arguments.seeds, arguments.alpha)
    else:
        compare_speed()


if __name__ == "__main__":
    main()
