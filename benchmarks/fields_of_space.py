"""Forecast the Kuramoto-Sivashinsky equation as Pathak et al. (2018) did: one reservoir at length 22, 64 at length 200.

It needs nothing but this library, and for the run of a peer OpenReservoirComputing::

    python -m benchmarks.fields_of_space --output docs/results/fields_of_space.json   # all runs; some hours
    python -m benchmarks.fields_of_space --runs "one reservoir, 1024 units"           # some of them
    python -m benchmarks.fields_of_space --table docs/results/fields_of_space.json    # the table of an earlier run

Settings are those of the programs that the authors published (github.com/jdppthk/parallelized-reservoir-computing):
unscaled fields every 0.25 time units, a leak rate of 1 and no biases, each unit driven by one point with a weight from
U(-0.5, 0.5), 3 random recurrent weights a unit from U(0, 1), scaled to a spectral radius of 0.6, states of which every
second one is squared as the only features, and ridge regression with 1e-4. A forecast is valid until its error, the
root mean square over the points divided by the standard deviation of the truth, exceeds 0.4. All starts are after the
training data, evenly spaced. The rows before each of them that bring the states up to date are the context.
"""

import argparse
import json
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import random_array
from scipy.sparse.linalg import eigs
from threadpoolctl import threadpool_limits

from benchmarks.environment import environment
from readouts import RidgeReadout
from reservoir import EchoStateReservoir, LocalForecaster
from reservoir.base import StateOverflowError
from reservoir.datasets import make_kuramoto_sivashinsky
from reservoir.metrics import valid_prediction_time

STEP, CONTEXT, ALPHA = 0.25, 200, 1e-4
RADIUS, SCALING, DEGREE = 0.6, 0.5, 3
# Largest exponents, as `make_kuramoto_sivashinsky` states them.
LYAPUNOV_TIMES = {22: 1 / 0.050, 100: 1 / 0.089, 200: 1 / 0.098}
WHERE = ("this library", "Python", "processor", "BLAS", "numpy", "scipy", "scikit-learn", "numba")


class Run(NamedTuple):
    """One field, cut into patches, and how it is learnt.

    Parameters
    ----------
    length, n_points, forcing : of the field
    patch, halo : int
    n_units : int
        Of every patch.
    n_train : int
        Rows.
    shared : bool
        Whether all patches have one readout, fitted to the rows of all.
    horizon : float
        Of a forecast, in Lyapunov times.
    settings : dict
        Of the reservoir and forecaster, where they are not those of the programs.
    """

    length: int
    n_points: int
    patch: int
    halo: int
    n_units: int
    n_train: int
    shared: bool = True
    forcing: float = 0.0
    horizon: float = 16.0
    settings: dict = {}

    @property
    def n_seen(self) -> int:
        """Number of points that a reservoir sees."""
        return self.patch + 2 * self.halo


ONE = {"length": 22, "n_points": 64, "patch": 64, "halo": 0, "n_train": 70_000}
MANY = {"length": 200, "n_points": 512, "patch": 8, "halo": 6}
HALF = {"length": 100, "n_points": 256, "patch": 8, "halo": 6}
RUNS = {
    "one reservoir, 1024 units": Run(n_units=1024, **ONE),
    "one reservoir, 2944 units": Run(n_units=2944, **ONE),  # as the program has it
    "one reservoir, 4992 units": Run(n_units=4992, **ONE),  # as the paper has it
    "one reservoir for the whole ring of 200, 1024 units": Run(200, 512, 512, 0, 1024, 10_000),
    "64 patches, shared, 500 units": Run(n_units=500, n_train=4000, **MANY),
    "64 patches, shared, 1000 units": Run(n_units=1000, n_train=4000, **MANY),
    "64 patches, shared, 2000 units": Run(n_units=2000, n_train=4000, **MANY),
    "64 patches, shared, 5000 units": Run(n_units=5000, n_train=4000, **MANY),
    "64 patches, each its own, 500 units": Run(n_units=500, n_train=10_000, shared=False, forcing=0.01, **MANY),
    "64 patches, each its own, 1000 units": Run(n_units=1000, n_train=20_000, shared=False, forcing=0.01, **MANY),
    "64 patches, shared, 1000 units, no halo": Run(200, 512, 8, 0, 1000, 4000),
    "32 patches, each its own, 500 units": Run(n_units=500, n_train=4000, shared=False, **HALF),
    "32 patches in OpenReservoirComputing, 500 units": Run(
        n_units=500, n_train=4000, shared=False, settings={"peer": True}, **HALF
    ),
    "64 patches, shared, no units": Run(n_units=1, n_train=4000, settings={"linear": True}, **MANY),
}


@cache
def field(length: int, n_points: int, forcing: float, n_steps: int) -> np.ndarray:
    """Return a field that all runs of these sizes share."""
    return make_kuramoto_sivashinsky(
        n_steps, length=float(length), n_points=n_points, step=STEP, forcing=forcing, random_state=0
    )


def published_reservoir(n_units: int, n_seen: int, seed: int) -> EchoStateReservoir:
    """Return the reservoir of the authors' program: units in turn for each of the points seen."""
    rng = np.random.default_rng(seed)
    recurrent = random_array((n_units, n_units), density=DEGREE / n_units, rng=rng, format="csr")
    largest = abs(eigs(recurrent, k=1, which="LM", return_eigenvectors=False, v0=np.ones(n_units))[0])
    inputs = np.zeros((n_units, n_seen))
    inputs[np.arange(n_units), np.arange(n_units) * n_seen // n_units] = rng.uniform(-SCALING, SCALING, n_units)
    return EchoStateReservoir(
        n_units,
        recurrent_weights=recurrent * (RADIUS / largest),
        input_weights=inputs,
        bias=0.0,
        leak_rate=1.0,
    )


def forecaster_of(run: Run, seed: int) -> LocalForecaster:
    """Return the forecaster of a run, not fitted."""
    if run.settings.get("peer"):
        return InOpenReservoirComputing(run, seed)
    linear = run.settings.get("linear", False)
    if linear:  # what is seen is the only feature
        reservoir = EchoStateReservoir(1, input_scaling=0.0, bias_scaling=0.0, random_state=seed)
    else:
        reservoir = published_reservoir(run.n_units, run.n_seen, seed)
    return LocalForecaster(
        reservoir,
        RidgeReadout(ALPHA),
        patch=run.patch,
        halo=run.halo,
        shared=run.shared,
        passthrough=linear,
        squares=not linear,
        transformer=None,
    )


class InOpenReservoirComputing:
    """The same in OpenReservoirComputing, with weights that it draws: all units see all points, and so more weakly.

    Parameters
    ----------
    run : Run
    seed : int
    """

    def __init__(self, run: Run, seed: int):
        import jax

        jax.config.update("jax_enable_x64", True)
        from orc.forecaster import ESNForecaster

        self.model = ESNForecaster(
            data_dim=run.n_points,
            res_dim=run.n_units,
            chunks=run.n_points // run.patch,
            locality=run.halo,
            leak_rate=1.0,
            bias=0.0,
            embedding_scaling=SCALING / np.sqrt(run.n_seen),
            Wr_density=DEGREE / run.n_units,
            Wr_spectral_radius=RADIUS,
            quadratic=True,
            seed=seed,
        )

    def fit(self, X):
        """Train on a field; returns itself."""
        from orc.forecaster import train_ESNForecaster

        self.model, _ = train_ESNForecaster(self.model, X, spinup=100, beta=ALPHA)
        return self

    def forecast(self, n_steps, context):
        """Return what follows another stretch."""
        return np.asarray(self.model.forecast_from_IC(n_steps, context))


def measure(run: Run, n_starts: int, seed: int) -> dict:
    """Return valid times in Lyapunov times, and how long fit and forecast took."""
    lyapunov_time = LYAPUNOV_TIMES[run.length]
    n_steps = round(run.horizon * lyapunov_time / STEP)
    between = 2 * round(lyapunov_time / STEP)
    n_rows = run.n_train + CONTEXT + between * n_starts + n_steps
    X = field(run.length, run.n_points, run.forcing, n_rows)
    before = time.perf_counter()
    forecaster = forecaster_of(run, seed).fit(X[: run.n_train])
    fitted = time.perf_counter()
    times, persistence = [], []
    for start in range(n_starts):
        origin = run.n_train + CONTEXT + between * start
        truth = X[origin : origin + n_steps]
        forecast = _as_far_as_it_goes(forecaster, n_steps, X[origin - CONTEXT : origin])
        scale = {"step": STEP, "lyapunov_time": lyapunov_time}
        times.append(valid_prediction_time(truth, forecast, **scale))
        persistence.append(valid_prediction_time(truth, np.repeat(X[origin - 1 : origin], n_steps, 0), **scale))
    ended = time.perf_counter()
    return {
        "valid times": [round(one, 2) for one in times],
        "mean": round(float(np.mean(times)), 2),
        "of persistence": round(float(np.mean(persistence)), 2),
        "seed": seed,
        "seconds to fit": round(fitted - before, 1),
        "seconds of forecasts": round(ended - fitted, 1),
        "settings": run._asdict(),
    }


def _as_far_as_it_goes(forecaster, n_steps, context):
    """Return a forecast, filled up with zeros, the mean of the field, where it grows past every number."""
    for share in (1, 2, 4, 8, 16):
        try:
            forecast = forecaster.forecast(n_steps // share, context=context)
        except StateOverflowError:
            continue
        return np.concatenate([forecast, np.zeros((n_steps - len(forecast), forecast.shape[1]))])
    return np.zeros((n_steps, context.shape[1]))


def line(name: str, result: dict) -> str:
    """Return one line of the table."""
    times = np.array(result["valid times"])
    spread = f"{times.min():.1f} to {times.max():.1f}, median {np.median(times):.1f}"
    return (
        f"{name:52} {times.mean():5.1f} Lyapunov times ({spread}; {len(times)} starts), persistence "
        f"{result['of persistence']:.2f}; fitted in {result['seconds to fit']:.0f} s"
    )


def main(arguments=None):
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser("python -m benchmarks.fields_of_space", description=__doc__.split("\n")[0])
    parser.add_argument("--output", type=Path, help="where results are written, and added to those that are there")
    parser.add_argument("--runs", nargs="*", default=list(RUNS), help="some of the runs, by name")
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of the reservoir")
    parser.add_argument("--table", type=Path, help="print the table of an earlier run")
    asked = parser.parse_args(arguments)
    if asked.table:
        for name, result in json.loads(asked.table.read_text())["results"].items():
            print(line(name, result))
        return
    if unknown := set(asked.runs) - set(RUNS):
        parser.error(f"unknown run {sorted(unknown)[0]!r}; there are {list(RUNS)}")
    for name in asked.runs:
        with threadpool_limits(1):
            result = measure(RUNS[name], asked.starts, asked.seed)
        print(line(name, result), flush=True)
        if asked.output:
            _add(asked.output, name, result)


def _add(path, name, result):
    known = json.loads(path.read_text()) if path.exists() else {"results": {}}
    facts = environment()
    known["environment"] = {fact: facts[fact] for fact in WHERE}
    known["results"][name] = result
    path.write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    main()
