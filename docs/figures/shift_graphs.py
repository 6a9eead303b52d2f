"""The shift graph over a random and a dense one, from the file that ``python -m benchmarks.shift_graphs`` writes."""

import json
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

ROOT = Path.cwd().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.shift_graphs import MEASURES, paired  # noqa: E402 - a folder of the checkout, which is not installed

results = json.loads((ROOT / "docs" / "results" / "shift_graphs.json").read_text())[
    "results"
]
STYLES = {
    "20 units, degree 10": ("o", "tab:cyan"),
    "100 units, degree 10": ("s", "tab:blue"),
    "300 units, degree 10": ("D", "navy"),
    "300 units, degree 2": ("^", "tab:orange"),
}


def advantage(values, others, is_error):
    """Return how many times better the first are, and the ends of the interval."""
    compared = paired(values, others, is_error)
    return 1 / compared[[0, 2, 1]] if is_error else 1 + compared / np.mean(others)


figure, axes = plt.subplots(1, 2, figsize=(8, 5.2), sharey=True, layout="constrained")
for axis, other in zip(axes, ("random", "dense"), strict=True):
    for row, (name, cases) in enumerate(results.items()):
        for number, (case, values) in enumerate(cases.items()):
            mean, low, high = advantage(
                values["shift"], values[other], MEASURES[name].is_error
            )
            marker, color = STYLES[case]
            place = row + 0.18 * (number - 1.5)
            axis.plot([low, high], [place, place], color=color, linewidth=1.5)
            axis.plot(
                mean,
                place,
                marker,
                color=color,
                markersize=5,
                label=case if row == 0 else None,
            )
    axis.axvline(1, color="black", linewidth=0.8)
    axis.set_xscale("log")
    axis.set_xlim(0.4, 6)
    axis.set_xticks([0.5, 1, 2, 4], ["0.5", "1", "2", "4"])
    axis.minorticks_off()
    axis.grid(axis="x", alpha=0.3)
    axis.set_title(
        f"against {'a random graph' if other == 'random' else 'a dense matrix'}",
        fontsize=10,
    )
    axis.set_xlabel("times as good (1: equal)")
axes[0].set_yticks(
    range(len(results)),
    [MEASURES[name].title.replace(", ", ",\n", 1) for name in results],
    fontsize=9,
)
axes[0].set_ylim(len(results) - 0.5, -0.5)
figure.suptitle(
    "The shift graph over 20 seeds: means and 95 % intervals of paired differences",
    fontsize=11,
)
figure.legend(
    *axes[0].get_legend_handles_labels(),
    loc="outside lower center",
    ncols=4,
    fontsize=9,
    frameon=False,
)
