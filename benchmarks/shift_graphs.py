"""Compare shift, random and dense graphs by seven measures, paired by seed.

It needs nothing but this library, and takes about ten minutes on one core::

    python -m benchmarks.shift_graphs --output docs/results/shift_graphs.json    # 20 seeds, and the table
    python -m benchmarks.shift_graphs --table docs/results/shift_graphs.json     # the table of an earlier run alone
    python -m benchmarks.shift_graphs --first-seed 100 --seeds 40 --measures memory,narma --cases 300:30

For one seed the three reservoirs have the same input weights, biases, spectral radius and data; only the recurrent
weights differ. What is compared is therefore the mean over seeds of the difference between two graphs, of logarithms
where the measure is an error, with its 95 % interval by Student's t. Settings are those of the examples on the same
tasks and the same for all graphs.
"""

import argparse
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from benchmarks.environment import environment
from readouts import RidgeReadout
from reservoir import EchoStateReservoir, Forecaster, SequenceEncoder
from reservoir.datasets import load_japanese_vowels, make_lorenz, make_mackey_glass, make_narma
from reservoir.diagnostics import information_processing_capacity, memory_function
from reservoir.metrics import nmse, nrmse, valid_prediction_time

CASES = ((20, 10), (100, 10), (300, 10), (300, 2))  # units and degree
GRAPHS = ("shift", "random", "dense")
N_STARTS, N_CONTEXT = 20, 500
LORENZ_STEP, LYAPUNOV_TIME = 0.03, 1.104
WHERE = ("this library", "Python", "processor", "BLAS", "numpy", "scipy", "scikit-learn", "numba")


class Draw(NamedTuple):
    """One reservoir before its other settings: a graph, its size and a seed."""

    graph: str
    n_units: int
    degree: int
    seed: int

    def reservoir(self, **settings) -> EchoStateReservoir:
        """Return the reservoir, not fitted."""
        topology, degree = ("random", self.n_units) if self.graph == "dense" else (self.graph, self.degree)
        return EchoStateReservoir(self.n_units, topology=topology, degree=degree, random_state=self.seed, **settings)


def linear_memory(draw: Draw) -> float:
    """Return the memory capacity of the linear network, exact."""
    return memory_function(draw.reservoir(leak_rate=1.0, activation="identity").fit([[0.0]])).total


def memory(draw: Draw) -> float:
    """Return the linear memory capacity of the tanh network."""
    return memory_function(draw.reservoir(leak_rate=1.0).fit([[0.0]]), random_state=draw.seed).total


def nonlinear_capacity(draw: Draw) -> float:
    """Return the information processing capacity of degrees 2 and 3."""
    reservoir = draw.reservoir(leak_rate=1.0).fit([[0.0]])
    capacity = information_processing_capacity(reservoir, max_degree=3, n_steps=20_000, random_state=draw.seed)
    return float(capacity.by_degree[1:].sum())


def narma(draw: Draw) -> float:
    """Return the test NMSE of NARMA10."""
    n_train, washout = 4000, 200
    u, y = make_narma(n_train + 2000, order=10, random_state=draw.seed)
    X = StandardScaler().fit(u[:n_train]).transform(u)
    states = draw.reservoir(leak_rate=1.0).fit_transform(X)
    readout = RidgeReadout(alpha=1e-6).fit(states[washout:n_train], y[washout:n_train])
    return nmse(y[n_train:], readout.predict(states[n_train:]))


def mackey_glass(draw: Draw) -> float:
    """Return the NRMSE of 84 steps in a closed loop, the median of 20 starts."""
    series = make_mackey_glass(3000, random_state=draw.seed)
    settings = {"leak_rate": 0.4, "spectral_radius": 0.85, "input_scaling": 0.5, "bias_scaling": 0.1}
    pairs = continuations(draw.reservoir(**settings), series, mackey_glass_test(), 84)
    return float(np.median([nrmse(truth, forecast) for truth, forecast in pairs]))


def lorenz(draw: Draw) -> float:
    """Return the valid prediction time in Lyapunov times in a closed loop, the median of 20 starts."""
    training = make_lorenz(9000, step=LORENZ_STEP, initial=(3.0, -4.0, 20.0 + draw.seed / 100))
    settings = {"leak_rate": 0.6, "spectral_radius": 0.5, "input_scaling": 0.5, "bias_scaling": 0.6}
    pairs = continuations(draw.reservoir(**settings), training, lorenz_test(), 500, target="increment")
    scale = {"step": LORENZ_STEP, "lyapunov_time": LYAPUNOV_TIME}
    return float(np.median([valid_prediction_time(truth, forecast, **scale) for truth, forecast in pairs]))


def vowels(draw: Draw) -> float:
    """Return the test accuracy on Japanese Vowels, in percent."""
    (X_train, y_train), (X_test, y_test) = vowel_series()
    encoder = SequenceEncoder(draw.reservoir(), ("mean", "last", "segments"))
    model = make_pipeline(encoder, StandardScaler(), RidgeClassifierCV(np.logspace(-2, 4, 13)))
    return 100 * model.fit(X_train, y_train).score(X_test, y_test)


class Measure(NamedTuple):
    """What is measured of a draw, and how differences of it are shown."""

    of: Callable[[Draw], float]
    title: str
    is_error: bool = False  # compared by ratios, of geometric means


MEASURES = {
    "linear_memory": Measure(linear_memory, "memory capacity, linear network"),
    "memory": Measure(memory, "memory capacity, tanh network"),
    "nonlinear_capacity": Measure(nonlinear_capacity, "capacity of degrees 2 and 3"),
    "narma": Measure(narma, "NARMA10, NMSE", is_error=True),
    "mackey_glass": Measure(mackey_glass, "Mackey-Glass, NRMSE of 84 steps", is_error=True),
    "lorenz": Measure(lorenz, "Lorenz, valid time (Lyapunov times)"),
    "vowels": Measure(vowels, "Japanese Vowels, accuracy (%)"),
}


def continuations(reservoir, training, test, n_steps, **settings):
    """Return pairs of truth and forecast; without passthrough, as outputs that drive themselves may overflow."""
    forecaster = Forecaster(reservoir, washout=200, passthrough=False, range_factor=None, **settings).fit(training)
    starts = np.linspace(N_CONTEXT, len(test) - n_steps, N_STARTS).astype(int)
    return [
        (test[start : start + n_steps], forecaster.forecast(n_steps, test[start - N_CONTEXT : start]))
        for start in starts
    ]


@cache
def mackey_glass_test():
    return make_mackey_glass(6000, random_state=12345)


@cache
def lorenz_test():
    return make_lorenz(9000, step=LORENZ_STEP, initial=(-6.0, 2.0, 15.0))


@cache
def vowel_series():
    frames = {split: load_japanese_vowels(split) for split in ("train", "test")}
    scaler = StandardScaler().fit(np.vstack(frames["train"][0]))
    return [([scaler.transform(x) for x in X], y) for X, y in frames.values()]


def measure(measures, cases, seeds):
    """Return for every measure and case the values of all graphs, one for each seed."""
    results = {}
    for name in measures:
        for n_units, degree in cases:
            draws = {graph: [Draw(graph, n_units, degree, seed) for seed in seeds] for graph in GRAPHS}
            values = {graph: [float(f"{MEASURES[name].of(one):.6g}") for one in draws[graph]] for graph in GRAPHS}
            results.setdefault(name, {})[f"{n_units} units, degree {degree}"] = values
            print(f"{name}, {n_units} units, degree {degree}", flush=True)
    return results


def paired(values, others, is_error):
    """Return the mean difference, or ratio of geometric means, and the ends of its 95 % interval."""
    values, others = (np.log(one) if is_error else np.asarray(one) for one in (values, others))
    differences = values - others
    mean = differences.mean()
    half = student.ppf(0.975, len(differences) - 1) * differences.std(ddof=1) / np.sqrt(len(differences))
    interval = np.array([mean, mean - half, mean + half])
    return np.exp(interval) if is_error else interval


def verdict(values, others, is_error):
    """Return -1, 0 or 1: whether the first are worse than the others, better, or neither by the interval."""
    _, low, high = paired(values, others, is_error)
    neutral = 1.0 if is_error else 0.0
    return (-1 if is_error else 1) * (int(low > neutral) - int(high < neutral))


def table(results):
    """Return the lines of Markdown tables, one for a measure: means of each graph, and shift against the other two."""
    lines = []
    for name, cases in results.items():
        _, title, is_error = MEASURES[name]
        lines += [f"**{title[0].upper()}{title[1:]}**", ""]
        lines += [
            "| units, degree | shift | random | dense | against random | against dense |",
            "|---|---|---|---|---|---|",
        ]
        for case, values in cases.items():
            means = [f"{_centre(values[graph], is_error):.3g}" for graph in GRAPHS]
            against = [_compared(values["shift"], values[other], is_error) for other in GRAPHS[1:]]
            lines.append("| " + " | ".join([case.replace(" units, degree ", ", "), *means, *against]) + " |")
        lines.append("")
    return lines


def _centre(values, is_error):
    return np.exp(np.mean(np.log(values))) if is_error else np.mean(values)


def _compared(values, others, is_error):
    mean, low, high = paired(values, others, is_error)
    mark = {-1: ", worse", 0: "", 1: ", better"}[verdict(values, others, is_error)]
    shown = "× {:.2f} [{:.2f}, {:.2f}]" if is_error else "{:+.2f} [{:+.2f}, {:+.2f}]"
    return shown.format(mean, low, high) + mark


def write(path, results, seeds):
    """Write the results, each list on a line of its own, and where they come from."""
    facts = environment()
    kept = {"seeds": [seeds[0], seeds[-1]], "environment": {name: facts[name] for name in WHERE}, "results": results}
    text = json.dumps(kept, indent=1)
    path.write_text(re.sub(r"\[[^\[\]]*\]", lambda one: re.sub(r"\s+", " ", one[0]), text) + "\n")


def read_cases(text):
    """Return pairs of numbers of units and degree from text such as 100:10,300:2."""
    return [tuple(int(number) for number in case.split(":")) for case in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description="Compare shift, random and dense graphs.")
    parser.add_argument("--seeds", type=int, default=20, help="how many, %(default)s")
    parser.add_argument("--first-seed", type=int, default=0, help="%(default)s")
    parser.add_argument("--measures", default=",".join(MEASURES), help="names with commas between, of %(default)s")
    parser.add_argument("--cases", type=read_cases, default=CASES, help="units:degree with commas between")
    parser.add_argument("--output", type=Path, help="a file that results are written to")
    parser.add_argument("--table", type=Path, help="show the results of this file, and measure nothing")
    arguments = parser.parse_args()
    if arguments.table:
        results = json.loads(arguments.table.read_text())["results"]
    else:
        seeds = range(arguments.first_seed, arguments.first_seed + arguments.seeds)
        with threadpool_limits(1):
            results = measure(arguments.measures.split(","), arguments.cases, seeds)
        if arguments.output:
            write(arguments.output, results, seeds)
    print("\n".join(table(results)))


if __name__ == "__main__":
    main()
