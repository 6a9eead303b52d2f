"""Find labelled anomalies: area under ROC and precision-recall curves, this library and simple rivals in one run.

Needs the extra ``anomaly``: ``pip install -e ".[anomaly]"``, then ``python -m benchmarks.anomaly``. Two recordings come
with other libraries. sktime ships ``mitdb.csv``, an excerpt of an electrocardiogram of the MIT-BIH arrhythmia database
with one labelled stretch, but no function that loads it. aeon ships series 135 of the KDD 2021 competition, arterial
pressure with 12 labelled rows; its test series begins with the rows of its training series, which are left out here.

Everything is fitted to the first rows, which have no label, and goes on from there; the electrocardiogram is fitted
whole, too, labelled stretch and all. All but the isolation forest score by the same equation, the mean over ten rows of
the squared residual over its variance. The row is predicted by the reservoir; by the reservoir without synapses between
units, whose state keeps nothing of the row before; by a linear function of the last 20 rows; or it is the last row. The
forest is given the last 20 rows or 100. No parameter was chosen on these series; the window was chosen on series like
those of ``anomaly_window.py``. What other windows would have given comes last.
"""

from pathlib import Path

import numpy as np
import sktime.datasets
from aeon.benchmarking.metrics.anomaly_detection import range_pr_auc_score
from aeon.datasets import load_kdd_tsad_135
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score

from reservoir import NVAR, AnomalyDetector, EchoStateReservoir

SEEDS, WINDOW, WINDOWS = range(5), 10, (1, 10, 30, 100, 300)


def load_series():
    """Yield the name of a task, its training series, the series to be scored, the labels, and whether it goes on."""
    path = Path(sktime.datasets.__file__).parent / "data" / "mitdb" / "mitdb.csv"
    values, labels = np.loadtxt(path, delimiter=",", skiprows=1, unpack=True)
    yield "mitdb, first 2500 rows", values[:2500], values[2500:], labels[2500:], True
    yield "mitdb, all rows", values, values, labels, False
    (train, _), (test, labels) = (load_kdd_tsad_135(split=split) for split in ("train", "test"))
    assert np.array_equal(test[: len(train)], train)
    yield "KDD-TSAD 135, 1200 rows", train, test[len(train) :], labels[len(train) :], True


def detect(reservoir):
    """Return the function that scores by the residuals of a reservoir."""

    def score(train, test, goes_on, window):
        detector = AnomalyDetector(reservoir, window=window).fit(train)
        return -detector.score_samples(test, state=detector.state_ if goes_on else None)

    return score


def differ(train, test, goes_on, window):
    """Score by the difference from the row before."""
    before = train[-1] if goes_on else test[0]
    squares = np.diff(test, prepend=before) ** 2
    return np.convolve(squares, np.full(window, 1 / window))[: len(test)]


def isolate(n_rows, seed):
    """Return the function that scores the last rows by an isolation forest."""

    def windows(series):
        padded = np.concatenate([np.full(n_rows - 1, series[0]), series])
        return np.lib.stride_tricks.sliding_window_view(padded, n_rows)

    def score(train, test, goes_on, window):
        forest = IsolationForest(random_state=seed).fit(windows(train)[n_rows - 1 :])
        whole = np.concatenate([train, test]) if goes_on else test
        return -forest.score_samples(windows(whole)[len(whole) - len(test) :])

    return score


def without_memory(seed):
    """Return a reservoir whose units see the present row alone."""
    return EchoStateReservoir(recurrent_weights=np.zeros((100, 100)), leak_rate=1.0, random_state=seed)


METHODS = {
    "reservoir, 100 units": [detect(EchoStateReservoir(random_state=seed)) for seed in SEEDS],
    "reservoir, 300 units": [detect(EchoStateReservoir(300, random_state=seed)) for seed in SEEDS],
    "no recurrence, 100 units": [detect(without_memory(seed)) for seed in SEEDS],
    "AR(20)": [detect(NVAR(delay=20, order=1))],
    "differences": [differ],
    "isolation forest, 20 rows": [isolate(20, seed) for seed in SEEDS],
    "isolation forest, 100 rows": [isolate(100, seed) for seed in SEEDS],
}


def measure(labels, scores):
    """Return areas under the ROC and the precision-recall curve, and under aeon's for ranges, and the first hit."""
    highest = np.argmax(scores)
    return (
        roc_auc_score(labels, scores),
        average_precision_score(labels, scores),
        range_pr_auc_score(labels.astype(int), scores),
        float(labels[max(highest - WINDOW + 1, 0) : highest + 1].any()),
    )


def compare_methods(train, test, labels, goes_on):
    """Print a line for every method, with the window of the default."""
    print(f"{'':28s}{'ROC':>15s}{'PR':>15s}{'range PR':>15s}{'top':>6s}")
    for method, seeds in METHODS.items():
        found = np.array([measure(labels, score(train, test, goes_on, WINDOW)) for score in seeds])
        means, deviations = found.mean(axis=0), found.std(axis=0)
        areas = "".join(f"  {m:.3f} +- {d:.3f}" for m, d in zip(means[:3], deviations, strict=False))
        print(f"{method:28s}{areas}{means[3]:6.1f}")


def compare_windows(train, test, labels, goes_on):
    """Print a line for every method with residuals, with areas under both curves for every window."""
    print(f"{'ROC / PR, by window':28s}" + "".join(f"{window:>16d}" for window in WINDOWS))
    for method in ("reservoir, 100 units", "no recurrence, 100 units", "AR(20)", "differences"):
        cells = []
        for window in WINDOWS:
            found = [measure(labels, score(train, test, goes_on, window))[:2] for score in METHODS[method]]
            cells.append("{:.3f} / {:.3f}".format(*np.mean(found, axis=0)))
        print(f"{method:28s}" + "".join(f"{cell:>16s}" for cell in cells))


def main():
    print("area under curve, mean +- deviation over seeds; top: the highest score is within ten rows of a label")
    for name, *task in load_series():
        labels = task[2]
        print(f"\n{name}: {int(labels.sum())} of {len(labels)} rows are labelled")
        compare_methods(*task)
        compare_windows(*task)


if __name__ == "__main__":
    main()
