"""Follow a target through a million rows of states by recursive least squares, in each precision; some ten minutes.

``python -m benchmarks.rls_long``; ``--help`` says what can be changed. The case ``rls`` measures speed alone.
"""

import argparse
import time

import numpy as np

from readouts import RLSReadout
from reservoir import EchoStateReservoir
from reservoir.datasets import make_mackey_glass

NOISE, CHUNK, N_UNITS = 1e-2, 50_000, 100


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
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--alpha", type=float, default=1e-6)
    arguments = parser.parse_args()
    follow_long(arguments.steps, arguments.seeds, arguments.alpha)


if __name__ == "__main__":
    main()
