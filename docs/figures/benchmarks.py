"""The time of each peer over that of this library, from the file that the benchmarks write."""

import json
from itertools import groupby
from pathlib import Path

import matplotlib.pyplot as plt

rows = json.loads(Path("../results/benchmarks.json").read_text())["rows"]
peers = [
    row
    for row in rows
    if row["ratio"] is not None and not row["library"].startswith("this library")
]
groups = [
    (f"{case.replace('_', ' ')}: {library}", [row["ratio"] for row in same])
    for (case, library), same in groupby(
        peers, lambda row: (row["case"], row["library"].partition(":")[0])
    )
]
merged = {}
for name, ratios in groups:
    merged.setdefault(name, []).extend(ratios)

figure, axis = plt.subplots(figsize=(8, 0.9 + 0.24 * len(merged)), layout="constrained")
for place, ratios in enumerate(merged.values()):
    axis.plot(
        [min(ratios), max(ratios)],
        [place, place],
        color="tab:blue",
        alpha=0.35,
        linewidth=6,
    )
    axis.plot(ratios, [place] * len(ratios), "o", color="tab:blue", markersize=4)
axis.axvline(1, color="black", linewidth=1)
axis.text(0.95, -0.9, "this library is slower", ha="right", va="center", fontsize=8)
axis.text(1.05, -0.9, "this library is faster", ha="left", va="center", fontsize=8)
axis.set_xscale("log")
ticks = [0.1, 0.3, 1, 3, 10, 30, 100, 300]
axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
axis.minorticks_off()
axis.set_yticks(range(len(merged)), merged, fontsize=8)
axis.set_ylim(len(merged) - 0.5, -1.4)
axis.set(
    xlabel="time of the other library / time of this library; each point is one piece of work"
)
axis.grid(axis="x", alpha=0.3)
axis.spines[["top", "right"]].set_visible(False)
