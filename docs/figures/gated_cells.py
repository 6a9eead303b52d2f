"""Gated cells beside the liquids, from the file that ``python -m benchmarks.gated_cells`` writes."""

import json
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

ROOT = Path.cwd().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.gated_cells import KINDS, MEASURES  # noqa: E402 - a folder of the checkout, which is not installed

results = json.loads((ROOT / "docs" / "results" / "gated_cells.json").read_text())[
    "results"
]
figure, axes = plt.subplots(
    1, len(MEASURES), figsize=(11, 3.6), sharey=True, layout="constrained"
)
for axis, (name, (_, title, is_error)) in zip(axes, MEASURES.items(), strict=True):
    for place, key in enumerate(KINDS):
        values = results[name][key]["values"]
        gated = key.startswith(("gru", "lstm"))
        color = "tab:orange" if gated else "tab:blue"
        axis.plot(values, np.full(len(values), place), ".", color=color, alpha=0.4)
        axis.plot(
            np.mean(values), place, "D" if gated else "o", color=color, markersize=6
        )
    axis.set_title(
        title.replace(", ", ",\n", 1).replace(" of ", "\nof ", 1), fontsize=9
    )
    axis.set_xlabel("less is better" if is_error else "more is better", fontsize=9)
    axis.grid(axis="x", alpha=0.3)
axes[0].set_yticks(range(len(KINDS)), [kind.title for kind in KINDS.values()])
axes[0].set_ylim(len(KINDS) - 0.5, -0.5)
