"""Compare untrained gated cells with the liquids of this library: memory, capacity, two tasks, and irregular times.

It needs nothing but this library, and takes about ten minutes on one core::

    python -m benchmarks.gated_cells --output docs/results/gated_cells.json    # the table, too
    python -m benchmarks.gated_cells --table docs/results/gated_cells.json     # the table of an earlier run alone

Every kind has 100 features to read and a grid of 54 settings, written down beforehand. The setting that is best over
two seeds, on data that is not used again, is measured over ten others. The cells are the GRU and LSTM of PyTorch, the
dense recurrent weights scaled so that the gain at rest, ``sigmoid(gates) * radius``, is the spectral radius of the
grid.
"""

import argparse
import json
import re
from collections.abc import Callable
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.linear_model import RidgeClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from benchmarks.environment import environment
from readouts import RidgeReadout
from readouts.compiling import njit
from reservoir import CfCLiquid, CTRNNLiquid, EchoStateReservoir, LTCLiquid, SequenceEncoder
from reservoir.base import BaseReservoir
from reservoir.datasets import load_japanese_vowels, make_narma
from reservoir.diagnostics import information_processing_capacity, memory_function
from reservoir.metrics import nmse

N_FEATURES = 100
TUNING_SEEDS, SEEDS = (1000, 1001), tuple(range(10))
LONGEST = 30  # rows, of the time constants that chronological gates are drawn for
WHERE = ("this library", "Python", "processor", "BLAS", "numpy", "scipy", "scikit-learn", "numba")


@njit
def run_gru(inputs, decay, input_weights, recurrent_weights, bias, h, states):
    """Drive a GRU in the order of PyTorch: gates r and z, then the candidate; r multiplies what its matrix gives."""
    n = h.size
    for t in range(inputs.shape[0]):
        for i in range(n):
            h[i] *= decay[t]
        fed, own = np.dot(input_weights, inputs[t]) + bias, np.dot(recurrent_weights, h)
        for i in range(n):
            reset = 1 / (1 + np.exp(-fed[i] - own[i]))
            keep = 1 / (1 + np.exp(-fed[n + i] - own[n + i]))
            h[i] = (1 - keep) * np.tanh(fed[2 * n + i] + reset * own[2 * n + i]) + keep * h[i]
        states[t] = h


@njit
def run_lstm(inputs, decay, input_weights, recurrent_weights, bias, h, c, shows_cell, states):
    """Drive an LSTM in the order of PyTorch: gates i and f, the candidate, and gate o."""
    n = h.size
    for t in range(inputs.shape[0]):
        for i in range(n):
            h[i] *= decay[t]
        drive = np.dot(input_weights, inputs[t]) + bias + np.dot(recurrent_weights, h)
        for i in range(n):
            enter, keep = 1 / (1 + np.exp(-drive[i])), 1 / (1 + np.exp(-drive[n + i]))
            c[i] = keep * c[i] + enter * np.tanh(drive[2 * n + i])
            h[i] = np.tanh(c[i]) / (1 + np.exp(-drive[3 * n + i]))
        states[t, :n] = h
        if shows_cell:
            states[t, n:] = c


class GatedCells(BaseReservoir):
    """An untrained GRU or LSTM whose h decays between rows, as in the ODE-RNN without hidden layers.

    ``gates`` says how the gates are at rest: "half" open, all 0; "chrono", with time constants of 2 to 30 rows (Tallec
    and Ollivier 2018); or "open", such that little more than a tanh network remains. ``gate_gain`` scales all weights
    onto them, which are as large as the candidate's otherwise.
    """

    def __init__(
        self, n_units=100, *, cell="gru", spectral_radius=0.95, input_scaling=0.3, gates="half", gate_gain=1.0,
        bias_scaling=0.2, shows_cell=False, tau=10.0, elapsed_column=None, random_state=None,
    ):  # fmt: skip
        self.n_units = n_units
        self.cell = cell
        self.spectral_radius = spectral_radius
        self.input_scaling = input_scaling
        self.gates = gates
        self.gate_gain = gate_gain
        self.bias_scaling = bias_scaling
        self.shows_cell = shows_cell
        self.tau = tau
        self.elapsed_column = elapsed_column
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        n, n_blocks = self.n_units, 3 if self.cell == "gru" else 4
        self.n_units_ = n * (1 + self.shows_cell)
        self.cell_, self.shows_cell_, self.tau_, self.elapsed_column_ = (
            self.cell, self.shows_cell, self.tau, self.elapsed_column,
        )  # fmt: skip
        matrices = random_state.standard_normal((n_blocks, n, n))
        matrices /= np.array([np.abs(np.linalg.eigvals(one)).max() for one in matrices])[:, np.newaxis, np.newaxis]
        inputs = random_state.uniform(-1, 1, (n_blocks, n, n_features)) * self.input_scaling
        bias = np.zeros((n_blocks, n))
        bias[2] = random_state.uniform(-self.bias_scaling, self.bias_scaling, n)
        slow = np.log(random_state.uniform(1, LONGEST - 1, n))
        own = [0, 1] if self.cell == "gru" else [0, 1, 3]
        if self.cell == "gru":
            bias[0], bias[1] = {"half": (0, 0), "chrono": (3, slow), "open": (3, -3)}[self.gates]
            gain = expit(bias[0])
        else:
            rest = {"half": (0, 0, 0), "chrono": (-slow, slow, 3), "open": (3, -3, 3)}[self.gates]
            bias[0], bias[1], bias[3] = rest
            gain = expit(bias[0]) / (1 - expit(bias[1])) * expit(bias[3])
        matrices[2] *= self.spectral_radius / np.mean(gain)
        matrices[own] *= self.gate_gain
        inputs[own] *= self.gate_gain
        self.weights_ = inputs.reshape(-1, n_features), matrices.reshape(-1, n), bias.reshape(-1)

    def _rest(self):
        return np.zeros((2, self.n_units_ // (1 + self.shows_cell_)))

    def _drive(self, X, state):
        h, c = state[0].copy(), state[1].copy()
        states = np.empty((len(X), self.n_units_))
        decay = np.ones(len(X)) if self.elapsed_column_ is None else np.exp(-X[:, self.elapsed_column_] / self.tau_)
        X = np.ascontiguousarray(X)
        if self.cell_ == "gru":
            run_gru(X, decay, *self.weights_, h, states)
        else:
            run_lstm(X, decay, *self.weights_, h, c, self.shows_cell_, states)
        return states, np.stack([h, c])


class Kind(NamedTuple):
    """A kind of reservoir: how it is made, and the values of its grid."""

    make: Callable[..., Any]
    grid: dict[str, tuple]
    title: str
    timed: dict[str, tuple] = {}  # values of the grid that are others where times are irregular

    def settings(self, irregular: bool) -> list[dict[str, Any]]:
        """Return every setting of the grid."""
        grid = self.grid | (self.timed if irregular else {})
        return [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]


def gated(cell, n_units=N_FEATURES, shows_cell=False):
    def make(**settings):
        return GatedCells(n_units, cell=cell, shows_cell=shows_cell, **settings)

    return make


RADII, SCALINGS = (0.8, 0.95, 1.1), (0.1, 0.3, 1.0)
LEAKY = {"spectral_radius": RADII, "input_scaling": SCALINGS, "bias_scaling": (0.2, 0.8)}
GATED = {
    "spectral_radius": RADII, "input_scaling": SCALINGS, "gates": ("half", "chrono", "open"), "gate_gain": (0.1, 1.0),
}  # fmt: skip
GATED_IN_TIME = {"gate_gain": (1.0,), "tau": (2.0, 20.0)}
KINDS = {
    "default": Kind(EchoStateReservoir, {}, "echo state, defaults"),
    "echo_state": Kind(EchoStateReservoir, LEAKY | {"leak_rate": (1.0, 0.5, 0.2)}, "echo state"),
    "ctrnn": Kind(CTRNNLiquid, LEAKY | {"tau_range": (0.5, 3.0, (1.0, 10.0))}, "CTRNN"),
    "ltc": Kind(
        LTCLiquid,
        {
            "gain": (0.7, 0.9, 1.1),
            "coupling": (1.0, 4.0, 16.0),
            "input_scaling": (0.3, 1.0),
            "capacitance": (0.3, 1, 3),
        },
        "LTC",
    ),
    "cfc": Kind(
        CfCLiquid,
        {"gain": (0.7, 1.0, 1.4), "input_scaling": (0.1, 0.3, 1.0), "gate_gain": (0.3, 1.0), "time_bias": (-2, 0, 2)},
        "CfC",
    ),
    "gru": Kind(gated("gru"), GATED, "GRU", GATED_IN_TIME),
    "lstm": Kind(gated("lstm"), GATED, "LSTM, h read", GATED_IN_TIME),
    "lstm_both": Kind(gated("lstm", N_FEATURES // 2, True), GATED, "LSTM of 50 units, h and c read", GATED_IN_TIME),
}


def memory(make, seed, tuning):
    """Return the linear memory capacity."""
    reservoir = make(random_state=seed).fit([[0.0]])
    return memory_function(reservoir, n_steps=3000 if tuning else None, random_state=seed).total


def nonlinear(make, seed, tuning):
    """Return the information processing capacity of degrees 2 and 3."""
    reservoir = make(random_state=seed).fit([[0.0]])
    effort = {"n_steps": 2000, "max_products": 300} if tuning else {"n_steps": 5000, "max_products": 2000}
    capacity = information_processing_capacity(reservoir, max_degree=3, **effort, random_state=seed)
    return float(capacity.by_degree[1:].sum())


def narma(make, seed, tuning):
    """Return the test NMSE of NARMA10."""
    n_train, washout = 4000, 200
    u, y = make_narma(n_train + 2000, order=10, random_state=seed)
    X = StandardScaler().fit(u[:n_train]).transform(u)
    states = make(random_state=seed).fit_transform(X)
    readout = RidgeReadout(alpha=1e-6).fit(states[washout:n_train], y[washout:n_train])
    return nmse(y[n_train:], readout.predict(states[n_train:]))


def vowels(make, seed, tuning):
    """Return the accuracy on Japanese Vowels, in percent; tuned on one half of the training series for the other."""
    (X_train, y_train), (X_test, y_test) = vowel_series()
    if tuning:
        X_train, y_train, X_test, y_test = X_train[::2], y_train[::2], X_train[1::2], y_train[1::2]
    encoder = SequenceEncoder(make(random_state=seed), ("mean", "last", "segments"))
    model = make_pipeline(encoder, StandardScaler(), RidgeClassifierCV(np.logspace(-2, 4, 13)))
    return 100 * model.fit(X_train, y_train).score(X_test, y_test)


def irregular(make, seed, tuning):
    """Return the test NMSE of the value that a smooth signal had a time of 2 before, from samples at random times."""
    random = np.random.default_rng(seed)
    gaps = random.exponential(1.0, 6000)
    times, n_train = np.cumsum(gaps), 4000
    rates, phases = random.uniform(0.0, 2.0, 30), random.uniform(0, 2 * np.pi, 30)
    signal, past = (np.cos(np.outer(when, rates) + phases).sum(axis=1) / np.sqrt(15) for when in (times, times - 2.0))
    X = np.column_stack([signal, gaps])
    states = make(random_state=seed).fit_transform(X)
    features = np.column_stack([states, X])
    readout = RidgeReadout(alpha=1e-6).fit(features[200:n_train], past[200:n_train])
    return nmse(past[n_train:], readout.predict(features[n_train:]))


class Measure(NamedTuple):
    """What is measured of a kind, and whether less is better."""

    of: Callable[..., float]
    title: str
    is_error: bool = False


MEASURES = {
    "memory": Measure(memory, "memory capacity"),
    "nonlinear": Measure(nonlinear, "capacity of degrees 2 and 3"),
    "narma": Measure(narma, "NARMA10, NMSE", is_error=True),
    "vowels": Measure(vowels, "Japanese Vowels, accuracy (%)"),
    "irregular": Measure(irregular, "irregular times, NMSE", is_error=True),
}


@cache
def vowel_series():
    frames = {split: load_japanese_vowels(split) for split in ("train", "test")}
    scaler = StandardScaler().fit(np.vstack(frames["train"][0]))
    return [([scaler.transform(x) for x in X], y) for X, y in frames.values()]


def maker(kind, settings, name):
    """Return what makes a reservoir of a kind; where times are irregular, the echo state has gaps as inputs only."""
    if name == "irregular" and kind.make is not EchoStateReservoir:
        settings = settings | {"elapsed_column": 1}
    return partial(kind.make, **settings)


def scored(of, make, seed, tuning):
    """Return a measure, or None where a state overflows or does not forget its start."""
    try:
        with np.errstate(all="ignore"):
            value = float(of(make, seed, tuning))
    except (ValueError, FloatingPointError):
        return None
    return value if np.isfinite(value) else None


def tuned(kind, name):
    """Return the setting of the grid that is best over the seeds for tuning."""
    of, _, is_error = MEASURES[name]
    best, chosen = -np.inf, {}
    for settings in kind.settings(name == "irregular"):
        make = maker(kind, settings, name)
        values = [scored(of, make, seed, True) for seed in TUNING_SEEDS]
        score = -np.inf if None in values else (-1 if is_error else 1) * np.mean(values)
        if score > best:
            best, chosen = score, settings
    return chosen


def measure(measures, kinds):
    """Return for every measure and kind the chosen setting and a value for each seed."""
    results = {}
    for name in measures:
        for key in kinds:
            chosen = tuned(KINDS[key], name) if KINDS[key].grid else {}
            make = maker(KINDS[key], chosen, name)
            values = [scored(MEASURES[name].of, make, seed, False) for seed in SEEDS]
            values = [None if value is None else float(f"{value:.6g}") for value in values]
            results.setdefault(name, {})[key] = {"settings": chosen, "values": values}
            print(name, key, chosen, values, flush=True)
    return results


def table(results):
    """Return the lines of a Markdown table: means and standard deviations over the seeds."""
    names = [name for name in MEASURES if name in results]
    lines = ["| | " + " | ".join(MEASURES[name].title for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    for key, kind in KINDS.items():
        cells = []
        for name in names:
            values = results[name].get(key, {}).get("values", [None])
            shown = "{:.3f} ± {:.3f}" if MEASURES[name].is_error else "{:.1f} ± {:.1f}"
            cells.append("–" if None in values else shown.format(np.mean(values), np.std(values, ddof=1)))
        lines.append(f"| {kind.title} | " + " | ".join(cells) + " |")
    return lines


def write(path, results):
    """Write the results, each list on a line of its own, and where they come from."""
    facts = environment()
    if path.exists():
        results = json.loads(path.read_text())["results"] | results
    kept = {"seeds": list(SEEDS), "environment": {name: facts[name] for name in WHERE}, "results": results}
    text = json.dumps(kept, indent=1)
    path.write_text(re.sub(r"\[[^\[\]]*\]", lambda one: re.sub(r"\s+", " ", one[0]), text) + "\n")


def main():
    parser = argparse.ArgumentParser(description="Compare untrained gated cells with liquids.")
    parser.add_argument("--measures", default=",".join(MEASURES), help="names with commas between, of %(default)s")
    parser.add_argument("--kinds", default=",".join(KINDS), help="names with commas between, of %(default)s")
    parser.add_argument("--output", type=Path, help="a file that results are written to, beside those it has")
    parser.add_argument("--table", type=Path, help="show the results of this file, and measure nothing")
    arguments = parser.parse_args()
    if arguments.table:
        results = json.loads(arguments.table.read_text())["results"]
    else:
        with threadpool_limits(1):
            results = measure(arguments.measures.split(","), arguments.kinds.split(","))
        if arguments.output:
            write(arguments.output, results)
    print("\n".join(table(results)))


if __name__ == "__main__":
    main()
