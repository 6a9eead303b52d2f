"""
Find odd beats: anomaly detection in a pulse train
==================================================

A train of pulses, each of five bumps as in an electrocardiogram, no two of the same length and height. Some of the
later pulses are broad and lack the first bump, but no value leaves the usual range. Can a detector that was fitted to
usual pulses find the odd ones, row by row, while they come?

A reservoir of 100 units gives all odd pulses higher scores than any usual one, in each of five series. A linear model
of the last 100 rows, which is more than a whole pulse, misses one in six.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import roc_auc_score

from reservoir import AnomalyDetector, EchoStateReservoir

N_TRAIN, N_STEPS, WINDOW, SEEDS = 3000, 12_000, 10, range(5)

# %%
# The pulses
# ----------
# Lengths, heights and noise are drawn. The first 3,000 rows hold usual pulses only; of the later pulses 8 % are odd.

# Height, place and width of every bump.
USUAL = [(0.15, 0.12, 0.03), (-0.1, 0.3, 0.012), (1.2, 0.34, 0.015), (-0.25, 0.38, 0.015), (0.35, 0.62, 0.06)]
ODD = [(-0.1, 0.3, 0.02), (1.0, 0.36, 0.05), (-0.5, 0.45, 0.05), (-0.2, 0.65, 0.07)]


def make_pulses(seed):
    """Return the series, the number of the pulse that each row belongs to, and whether each pulse is odd."""
    random = np.random.default_rng(seed)
    parts, odd, n_rows = [], [], 0
    while n_rows < N_STEPS:
        length = int(random.normal(70, 4))
        odd.append(n_rows > N_TRAIN + 70 and random.random() < 0.08)
        phase = np.arange(length) / 70
        bumps = [
            height * np.exp(-(((phase - at) / width) ** 2) / 2) for height, at, width in (ODD if odd[-1] else USUAL)
        ]
        parts.append(sum(bumps) * random.normal(1, 0.05))
        n_rows += length
    pulse = np.repeat(np.arange(len(parts)), list(map(len, parts)))
    return np.concatenate(parts)[:N_STEPS] + 0.02 * random.standard_normal(N_STEPS), pulse[:N_STEPS], np.array(odd)


# %%
# The detectors
# -------------
# ``AnomalyDetector`` predicts every row from the rows before it. The anomaly score is the mean square of the last ten
# residuals, over its value in training. ``score_samples`` returns it with a minus sign, as detectors of scikit-learn
# do: the lower, the more abnormal. Three controls have no reservoir. They predict every row as the row before it, or by
# a linear function of the last 20 or 100 rows, and score by the same equation.


def score_by_reservoir(series, seed):
    detector = AnomalyDetector(EchoStateReservoir(random_state=seed), window=WINDOW).fit(series[:N_TRAIN])
    return -detector.score_samples(series[N_TRAIN:], state=detector.state_)


def score_by(residuals):
    """Return the mean square of the last residuals, over their variance in training."""
    squares = residuals**2 / np.mean(residuals[:N_TRAIN] ** 2)
    return np.convolve(squares, np.full(WINDOW, 1 / WINDOW))[N_TRAIN:N_STEPS]


def score_by_lags(series, n_lags):
    lags = np.lib.stride_tricks.sliding_window_view(np.r_[np.zeros(n_lags), series[:-1]], n_lags)
    linear = LinearRegression().fit(lags[n_lags:N_TRAIN], series[n_lags:N_TRAIN])
    return score_by(series - linear.predict(lags))


METHODS = {
    "no reservoir, difference": lambda series, seed: score_by(np.diff(series, prepend=series[0])),
    "no reservoir, linear in 20 rows": lambda series, seed: score_by_lags(series, 20),
    "no reservoir, linear in 100 rows": lambda series, seed: score_by_lags(series, 100),
    "reservoir, 100 units": score_by_reservoir,
}

# %%
# How many are found?
# -------------------
# The score of a pulse is that of its worst row. Of the k pulses with the worst scores, how many are the k odd ones? The
# area under the ROC curve judges single rows instead: it can hardly be 1, for the rows before the first odd bump of a
# pulse look as usual.
areas, hits = {name: [] for name in METHODS}, {name: [] for name in METHODS}
for seed in SEEDS:
    series, pulse, odd = make_pulses(seed)
    later = pulse[N_TRAIN:]
    numbers = np.unique(later)
    scores = {name: method(series, seed) for name, method in METHODS.items()}
    for name, score in scores.items():
        worst = np.array([score[later == number].max() for number in numbers])
        ranked = odd[numbers][np.argsort(-worst)]
        areas[name].append(roc_auc_score(odd[later], score))
        hits[name].append(ranked[: ranked.sum()].mean())

print(
    f"odd pulses, {len(SEEDS)} series, mean +- sd: share of them among the worst, and area under the ROC curve of rows"
)
for name in METHODS:
    print(
        f"{name:32s} {np.mean(hits[name]):.2f} +- {np.std(hits[name]):.2f}   "
        f"{np.mean(areas[name]):.3f} +- {np.std(areas[name]):.3f}"
    )

# %%
# The stretch of the last series with most odd pulses, two of the scores, and the share found in each series. A score
# tells odd from usual pulses where it rises above the dotted line.
first = int(np.convolve(odd[later], np.ones(1200), "valid").argmax())
stretch = slice(first, first + 1200)
rows = N_TRAIN + np.arange(first, first + 1200)
figure, (above, *panels, below) = plt.subplots(4, figsize=(8, 8), height_ratios=(1, 1, 1, 1.25), layout="constrained")
above.plot(rows, series[rows], color="black", linewidth=1)
above.set(ylabel="value")
above.set_title("Series, the odd pulses shaded", loc="left", fontsize="medium")
for panel, name, colour in zip(panels, list(METHODS)[:1:-1], ("tab:blue", "tab:orange"), strict=True):
    highest = scores[name][~odd[later]].max()
    panel.semilogy(rows, scores[name][stretch], color=colour)
    panel.axhline(highest, color="black", linestyle=":", linewidth=1, label="highest score of a usual pulse")
    panel.set(ylabel="anomaly score", ylim=(0.05, 5000))
    panel.set_title(name, loc="left", fontsize="medium")
    panel.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False, borderaxespad=0.1)
panels[-1].set_xlabel("row")
for axes in (above, *panels):
    axes.fill_between(rows, 0, 1, odd[later][stretch], transform=axes.get_xaxis_transform(), color="0.85")
    axes.set_xlim(rows[0], rows[-1])
    axes.tick_params(labelbottom=axes is panels[-1])
for place, shares in enumerate(hits.values()):
    below.plot(shares, np.full(len(shares), place), "o", color="tab:blue", markersize=5, alpha=0.5)
    below.plot(np.mean(shares), place, "|", color="black", markersize=14, markeredgewidth=2)
below.set_yticks(range(len(hits)), [name.replace(", ", ",\n") for name in hits])
below.set(xlabel="share of the odd pulses found", xlim=(-0.03, 1.03), ylim=(-0.6, 3.6))
below.set_title(f"{len(SEEDS)} series (dots) and their mean (bar)", loc="left", fontsize="medium")
figure.align_ylabels([above, *panels])
figure.savefig("anomalies.png", dpi=120)
print("figure saved to anomalies.png")
