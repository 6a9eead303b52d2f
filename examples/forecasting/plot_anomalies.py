"""
Which beat is odd?
==================

A noisy train of pulses, each of five bumps as in an electrocardiogram, no two of the same length and height. Some of
the later pulses are broad and lack the first bump, but no value leaves the usual range. A detector is fitted to 3,000
rows of usual pulses and scores the others row by row, while they come. The score of a pulse is that of its worst row;
of the k pulses with the worst scores, how many are the k odd ones? Three controls have no reservoir: they predict every
row as the row before it, or by a linear function of the last 20 rows, or of the last 100, which is more than a whole
pulse; and score by the same equation.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import roc_auc_score

from reservoir import AnomalyDetector, EchoStateReservoir

N_TRAIN, N_STEPS, WINDOW, SEEDS = 3000, 12_000, 10, range(5)
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
    "no reservoir, linear in 20": lambda series, seed: score_by_lags(series, 20),
    "no reservoir, linear in 100": lambda series, seed: score_by_lags(series, 100),
    "reservoir, 100 units": score_by_reservoir,
}
areas, hits, shown = {name: [] for name in METHODS}, {name: [] for name in METHODS}, {}
for seed in SEEDS:
    series, pulse, odd = make_pulses(seed)
    later = pulse[N_TRAIN:]
    numbers = np.unique(later)
    for name, method in METHODS.items():
        scores = method(series, seed)
        worst = np.array([scores[later == number].max() for number in numbers])
        ranked = odd[numbers][np.argsort(-worst)]
        areas[name].append(roc_auc_score(odd[later], scores))
        hits[name].append(ranked[: ranked.sum()].mean())
        shown[name] = scores

print(
    f"odd pulses, {len(SEEDS)} series, mean +- sd: share of them among the worst, and area under the ROC curve of rows"
)
for name in METHODS:
    print(
        f"{name:28s} {np.mean(hits[name]):.2f} +- {np.std(hits[name]):.2f}   "
        f"{np.mean(areas[name]):.3f} +- {np.std(areas[name]):.3f}"
    )

# %%
first = N_TRAIN + np.flatnonzero(odd[later])[0] - 300
rows = np.arange(first, first + 1200)
figure, (above, below) = plt.subplots(2, 1, figsize=(10, 5), sharex=True, layout="constrained")
above.plot(rows, series[rows], color="black", linewidth=0.9)
above.set(title="A train of pulses, the odd ones shaded", ylabel="value")
for name, colour in zip(list(METHODS)[1:], ("tab:gray", "tab:orange", "tab:blue"), strict=True):
    below.semilogy(rows, shown[name][rows - N_TRAIN], color=colour, label=name)
below.set(title=f"Mean squared residual of the last {WINDOW} rows, over its variance", xlabel="row", ylabel="-score")
below.legend(loc="upper right")
for axes in (above, below):
    axes.fill_between(rows, 0, 1, odd[pulse[rows]], transform=axes.get_xaxis_transform(), color="tab:red", alpha=0.15)
figure.savefig("anomalies.png", dpi=120)
print("figure saved to anomalies.png")
