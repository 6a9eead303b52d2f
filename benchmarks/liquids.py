"""Drive cells of ncps: microseconds a step of one sequence, in ncps on torch and taken over by this library.

Needs the extra ``peers``: ``pip install -e ".[peers]"``, then ``python benchmarks/liquids.py``. The same parameters in
the same precision, torch's default float32; one thread each.
"""

import time

import numpy as np
import torch
from ncps.torch import LTC, CfC
from ncps.wirings import Random

from reservoir import CfCLiquid, LTCLiquid

N_FEATURES, REPEATS = 3, 5


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


def compare(name, module, liquid, batch, n_steps):
    """Print one line: the module, the liquid that took it over, and how far their outputs are apart."""
    inputs = np.random.default_rng(0).uniform(-1, 1, (batch, n_steps, N_FEATURES)).astype(np.float32)
    tensor = torch.from_numpy(inputs)
    single, double = (liquid.from_ncps(module, dtype=dtype) for dtype in ("float32", "float64"))
    runs = (lambda: module(tensor), lambda: single.transform(inputs), lambda: double.transform(inputs))
    with torch.no_grad():
        theirs, ours, precise = measure(*runs) / (batch * n_steps) * 1e6
        error = np.abs(module(tensor)[0].numpy() - single.transform(inputs)).max()
    print(
        f"{name:34s} {batch:5d} {theirs:9.1f} {ours:9.2f} {theirs / ours:7.1f}"
        f" {precise:12.2f} {theirs / precise:7.1f} {error:12.1e}"
    )


def main():
    torch.set_num_threads(1)
    print("us a step of a sequence              batch      ncps   float32   ratio      float64   ratio   difference")
    for n_units, batch, n_steps in [(64, 1, 300), (64, 32, 60), (256, 1, 60), (256, 16, 30)]:
        module = LTC(N_FEATURES, Random(n_units, sparsity_level=0.9))
        compare(f"LTC {n_units} units, 10 % dense", module, LTCLiquid, batch, n_steps)
    for layers in (0, 1):
        module = CfC(N_FEATURES, 64, backbone_layers=layers)
        name = f"CfC 64 units, {layers} backbone layers"
        compare(name, module, CfCLiquid, 1, 500)
        compare(name, module, CfCLiquid, 32, 100)


if __name__ == "__main__":
    main()
