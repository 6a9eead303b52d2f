"""How many rows to average anomaly scores over: areas under the ROC curve on synthetic series with anomalies put in.

``python -m benchmarks.anomaly_window``. The default of ``AnomalyDetector``, 10, was chosen on series of these kinds. No
anomaly but the spikes leaves the usual range of values. The detector is fitted to the first 3000 rows and goes on.
"""

import numpy as np
from sklearn.metrics import roc_auc_score

from reservoir import NVAR, AnomalyDetector, EchoStateReservoir
from reservoir.datasets import make_lorenz, make_mackey_glass

WINDOWS, SEEDS, N_TRAIN, N_STEPS = (1, 3, 5, 10, 20, 40), range(3), 3000, 8000


def marked(stretches):
    """Return labels of stretches (start, length)."""
    labels = np.zeros(N_STEPS, bool)
    for start, length in stretches:
        labels[start : start + length] = True
    return labels


def make_beats(random):
    """Return a train of pulses of five bumps each, some of which are broad and without the first bump."""
    usual = [(0.15, 0.12, 0.03), (-0.1, 0.3, 0.012), (1.2, 0.34, 0.015), (-0.25, 0.38, 0.015), (0.35, 0.62, 0.06)]
    broad = [(-0.1, 0.3, 0.02), (1.0, 0.36, 0.05), (-0.5, 0.45, 0.05), (-0.2, 0.65, 0.07)]
    parts, stretches, n_rows = [], [], 0
    while n_rows < N_STEPS:
        length = int(random.normal(70, 4))
        odd = n_rows > N_TRAIN and random.random() < 0.08
        phase = np.arange(length) / 70
        pulse = sum(
            height * np.exp(-(((phase - at) / width) ** 2) / 2) for height, at, width in (broad if odd else usual)
        )
        parts.append(pulse * random.normal(1, 0.05))
        stretches += [(n_rows, length)] if odd else []
        n_rows += length
    noise = 0.02 * random.standard_normal(N_STEPS)
    return np.concatenate(parts)[:N_STEPS, None] + noise[:, None], marked(stretches)


def make_reversed(random):
    """Return the Mackey-Glass series with stretches of 60 rows that run backwards."""
    series = make_mackey_glass(N_STEPS, random_state=random.integers(1000)).reshape(-1, 1)
    series = series + 0.02 * random.standard_normal(series.shape)
    starts = random.choice(np.arange(N_TRAIN, N_STEPS, 100), 5, replace=False)
    for start in starts:
        series[start : start + 60] = series[start : start + 60][::-1].copy()
    return series, marked((start, 60) for start in starts)


def make_stuck(random):
    """Return the Lorenz system, in which a column stays where it is for 40 rows, up to its noise."""
    series = make_lorenz(N_STEPS, initial=random.uniform(1, 10, 3)) / 10
    series = series + 0.05 * random.standard_normal(series.shape)
    starts = random.choice(np.arange(N_TRAIN, N_STEPS, 100), 5, replace=False)
    for start in starts:
        column = random.integers(3)
        series[start : start + 40, column] = series[start, column] + 0.05 * random.standard_normal(40)
    return series, marked((start, 40) for start in starts)


def make_jitter(random):
    """Return a noisy wave whose phase is early, then late, for 120 rows."""
    phase = 2 * np.pi * np.arange(N_STEPS) / 40
    starts = random.choice(np.arange(N_TRAIN, N_STEPS - 120, 200), 5, replace=False)
    for start in starts:
        phase[start : start + 120] += 0.4 * np.sin(2 * np.pi * np.arange(120) / 60)
    wave = np.sin(phase) + 0.5 * np.sin(3 * phase) + 0.1 * random.standard_normal(N_STEPS)
    return wave[:, None], marked((start, 120) for start in starts)


def make_spikes(random):
    """Return two correlated autoregressions of order two, the first with spikes of three rows."""
    series = random.standard_normal((N_STEPS, 2)) @ [[1.0, 0.8], [0.0, 0.6]]
    for t in range(2, N_STEPS):
        series[t] += 1.5 * series[t - 1] - 0.8 * series[t - 2]
    starts = random.choice(np.arange(N_TRAIN, N_STEPS, 50), 12, replace=False)
    for start in starts:
        series[start : start + 3, 0] += random.choice([-4, 4])
    return series, marked((start, 3) for start in starts)


SERIES = {
    "beats": make_beats,
    "reversed": make_reversed,
    "stuck": make_stuck,
    "jitter": make_jitter,
    "spikes": make_spikes,
}
RESERVOIRS = {
    "reservoir": lambda seed: EchoStateReservoir(random_state=seed),
    "no recurrence": lambda seed: EchoStateReservoir(
        recurrent_weights=np.zeros((100, 100)), leak_rate=1.0, random_state=seed
    ),
    "AR(20)": lambda seed: NVAR(delay=20, order=1),
}


def area(reservoir, window, series, labels):
    detector = AnomalyDetector(reservoir, window=window).fit(series[:N_TRAIN])
    return roc_auc_score(labels[N_TRAIN:], -detector.score_samples(series[N_TRAIN:], state=detector.state_))


def main():
    tasks = {name: [make(np.random.default_rng(seed)) for seed in SEEDS] for name, make in SERIES.items()}
    print(f"area under the ROC curve, mean of {len(SEEDS)} seeds")
    print(f"{'':15s}{'window':>8s}" + "".join(f"{name:>10s}" for name in [*SERIES, "mean"]))
    for method, make in RESERVOIRS.items():
        for window in WINDOWS:
            areas = [np.mean([area(make(s), window, *tasks[name][s]) for s in SEEDS]) for name in SERIES]
            print(f"{method:15s}{window:8d}" + "".join(f"{value:10.3f}" for value in [*areas, np.mean(areas)]))


if __name__ == "__main__":
    main()
