"""Classify whole series: this library, ROCKET, MiniRocket, DTW, pooled values and Bianchi's reservoir, in one run.

The peers pin versions of their own, so give them an environment: Python 3.11 and the extra ``classify``,
``pip install -e ".[classify]"``. The spoken digits are fetched once by ``reservoir.datasets.fetch_spoken_digits()``,
or left out. Then::

    python -m benchmarks.classify                            # all methods on all sets, up to 5 seeds; 20 minutes
    python -m benchmarks.classify --sets chosen_on           # the six sets that defaults were chosen on
    python -m benchmarks.classify --methods ours,rocket --sets five,OSULeaf
    python -m benchmarks.classify --results results.json     # adds to those of earlier runs, and shows them all
    python -m benchmarks.classify --results results.json --sets none

A method is fitted to the official training series and tested on the others; its seconds hold all that it does with the
lists of series. Everything runs on one core, after a fit to a few short series that compiles the kernels, and seconds
are those of the processor, which other programs do not prolong much. They are comparable within one run only. A method
that draws at random is run with several seeds, without those that would take it beyond a limit of seconds.
"""

import argparse
import json
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.classification_peers import (
    TooLarge,
    minirocket,
    model_space,
    model_space_here,
    nearest_neighbour,
    pooled_states,
    pooled_values,
    rocket,
)
from benchmarks.classification_sets import CHOSEN_ON, FIVE, KEPT_BACK, SETS, ClassificationSet, load
from reservoir import ReservoirClassifier
from reservoir.sequence_models.sequence_model import default_liquid


class Run(NamedTuple):
    """What one classifier, drawn from one seed, reached on one set."""

    set: str
    method: str
    seed: int
    accuracy: float
    fit_seconds: float
    predict_seconds: float


def ours(data: ClassificationSet, seed: int):
    """Classify by this library, with its defaults."""
    return ReservoirClassifier(random_state=seed)


def ours_without_recurrence(data: ClassificationSet, seed: int):
    """Classify likewise without synapses between units, which shows what the recurrence is good for."""
    n_units = ReservoirClassifier().n_units
    liquid = default_liquid(n_units, data.X_train[0].shape[1], seed)
    return ReservoirClassifier(liquid.set_params(spectral_radius=0.0), random_state=seed)


METHODS = {
    "ours": ours,
    "ours_without_recurrence": ours_without_recurrence,
    "minirocket": minirocket,
    "rocket": rocket,
    "nearest_neighbour": nearest_neighbour,
    "pooled_values": pooled_values,
    "model_space": model_space,
    "model_space_here": model_space_here,
    "pooled_states": pooled_states,
}
DRAW_NOTHING = ("nearest_neighbour", "pooled_values")
GROUPS = {"all": tuple(SETS), "none": (), "five": FIVE, "chosen_on": CHOSEN_ON, "kept_back": KEPT_BACK}


def evaluate(name, data, method, seeds, limit):
    """Yield a run for every seed that is likely to end within the limit of seconds, for the first in any case."""
    spent = longest = 0.0
    for seed in seeds[:1] if method in DRAW_NOTHING else seeds:
        if spent + longest > limit:
            return
        run = Run(name, method, seed, *score(METHODS[method](data, seed), data))
        spent, longest = spent + run.fit_seconds + run.predict_seconds, run.fit_seconds + run.predict_seconds
        yield run


def score(classifier, data):
    """Return the accuracy, and the seconds of fit and of predict."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Peers warn of their own use of NumPy and scikit-learn.
        start = time.process_time()
        classifier.fit(data.X_train, data.y_train)
        fitted = time.process_time()
        predicted = classifier.predict(data.X_test)
        end = time.process_time()
    return float(np.mean(predicted == data.y_test)), fitted - start, end - fitted


def short_series_like(data):
    """Return a few short series, of as many channels and as ragged, to compile what a method needs."""
    generator, ragged = np.random.default_rng(0), len({len(one) for one in data.X_train}) > 1
    X = [generator.normal(size=(30 + ragged * (case % 7), data.X_train[0].shape[1])) for case in range(20)]
    y = np.array(["a", "b"] * 10)
    return ClassificationSet(X, y, X, y)


def run_all(sets, methods, seeds, limit):
    """Yield the runs of all methods on all sets, and print what each reached, or why it was not run."""
    compiled = set()
    for name in sets:
        try:
            data = load(name)
        except FileNotFoundError as error:
            print(f"{name} is left out: {error}", flush=True)
            continue
        small = short_series_like(data)
        for method in methods:
            kind = method, small.X_train[0].shape
            try:
                if kind not in compiled:
                    score(METHODS[method](small, 0), small)
                    compiled.add(kind)
                runs = list(evaluate(name, data, method, seeds, limit))
            except (TooLarge, ImportError) as reason:
                print(f"{name:22s}{method:25s}not run: {reason}", flush=True)
                continue
            print(f"{name:22s}{row_of(method, runs)}", flush=True)
            yield from runs


def row_of(method, runs):
    """Return a line of mean accuracy, its standard deviation over seeds, their number, and mean seconds."""
    accuracies, fit, predict = (np.array([run[part] for run in runs]) for part in (3, 4, 5))
    spread = f"{accuracies.std(ddof=1):.4f}" if len(runs) > 1 else "-"
    return f"{method:25s}{accuracies.mean():.4f}{spread:>9s}{len(runs):6d}{fit.mean():10.2f}{predict.mean():10.2f}"


def print_tables(runs):
    """Print a table for each set, and what the methods reach on average over the groups of sets."""
    sets = [name for name in SETS if any(run.set == name for run in runs)]
    methods = [method for method in METHODS if any(run.method == method for run in runs)]
    cells = {
        (name, method): [run for run in runs if (run.set, run.method) == (name, method)]
        for name in sets
        for method in methods
    }
    for name in sets:
        print(f"\n{name:25s}accuracy   spread seeds   fit (s)   predict (s)")
        for method in methods:
            if cells[name, method]:
                print(row_of(method, cells[name, method]))
    for group in ("five", "chosen_on", "kept_back"):
        if done := [name for name in GROUPS[group] if name in sets]:
            print_summary(group, done, methods, cells)


def print_summary(group, sets, methods, cells):
    """Print the mean over sets of the accuracies, and the total of seconds of one fit and predict on each.

    A method that was not run on all of them is compared with no other.
    """
    print(f"\nmean over {group} ({', '.join(sets)})\n{'':25s}accuracy   fit and predict (s)")
    for method in methods:
        done = [cells[name, method] for name in sets if cells[name, method]]
        if len(done) < len(sets):
            print(f"{method:25s}run on {len(done)} of {len(sets)}")
            continue
        accuracy = np.mean([np.mean([run.accuracy for run in runs]) for runs in done])
        seconds = sum(np.mean([run.fit_seconds + run.predict_seconds for run in runs]) for runs in done)
        print(f"{method:25s}{accuracy:.4f}{seconds:15.1f}")


def read_results(path):
    return [Run(**one) for one in json.loads(path.read_text())] if path and path.exists() else []


def write_results(path, runs):
    """Write the runs, of which a later one takes the place of an earlier one of the same set, method and seed."""
    kept = list({run[:3]: run for run in runs}.values())
    if path:
        path.write_text(json.dumps([run._asdict() for run in kept], indent=1) + "\n")
    return kept


def names_of(text, known, groups):
    """Return the names that a text with commas lists, where a group stands for its members."""
    names = [name for part in text.split(",") for name in groups.get(part, (part,))]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"Unknown: {', '.join(unknown)}. Known: {', '.join([*known, *groups])}.")
    return list(dict.fromkeys(names))


def main():
    parser = argparse.ArgumentParser(description="Classify whole series, and compare.")
    parser.add_argument("--sets", default="all", help=f"names with commas between: {', '.join([*GROUPS, *SETS])}")
    parser.add_argument("--methods", default="all", help=f"names with commas between, of {', '.join(METHODS)}")
    parser.add_argument("--seeds", type=int, default=5, help="how many, %(default)s")
    parser.add_argument("--limit", type=float, default=40, help="seconds for the seeds of a method, %(default)s")
    parser.add_argument("--results", type=Path, help="a JSON file of runs to add to")
    arguments = parser.parse_args()
    sets = names_of(arguments.sets, SETS, GROUPS)
    methods = names_of(arguments.methods, METHODS, {"all": tuple(METHODS)})
    runs = read_results(arguments.results)
    numba.set_num_threads(1)
    with threadpool_limits(1):
        for run in run_all(sets, methods, range(arguments.seeds), arguments.limit):
            runs = write_results(arguments.results, [*runs, run])
    print_tables(runs)


if __name__ == "__main__":
    main()
