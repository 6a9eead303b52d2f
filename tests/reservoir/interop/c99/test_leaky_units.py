"""Leaky units in C: every way to keep weights and to pass time, over a long run."""

import numpy as np
import pytest
from builders import series
from c_programs import needs_gcc, outputs_of_rule
from numpy.testing import assert_allclose
from scipy.sparse import csr_array

from reservoir import CTRNNLiquid, EchoStateReservoir
from reservoir.interop.c99.leaky_units import leaky_rule

U = np.abs(series(10_000, 3))
LONG = np.abs(series(400, 20))  # more columns than a sum that is written out has terms
SPARSE = np.diag([0.5, 0.0, -0.4, 0.3]) + np.diag([0.2, 0.0, 0.7], 1)
NEARLY_EVEN = np.roll(np.eye(13) + np.diag(np.full(12, 0.5), 1), 3, axis=1) * 0.4
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}


def echo(n_units=20, **parameters):
    return EchoStateReservoir(n_units, random_state=0, **parameters)


def liquid(n_units=12, **parameters):
    return CTRNNLiquid(n_units, random_state=0, **parameters)


RESERVOIRS = {
    "shift": (echo(100), U),
    "shift, many offsets": (echo(50, degree=19), U),
    "shift, leak rates": (echo(leak_rate=(0.1, 0.9)), U),
    "random": (echo(50, topology="random"), U),
    "about as many for all": (echo(4, recurrent_weights=NEARLY_EVEN, spectral_radius=None), U),
    "scale-free": (echo(40, topology="scale_free"), U),
    "dense": (echo(33, topology="random", degree=33), U),
    "nearly dense": (echo(30, topology="erdos_renyi", degree=20), U),
    "ring": (echo(topology="ring"), U),
    "delay line": (echo(topology="delay_line", spectral_radius=None), U),
    "given": (EchoStateReservoir(recurrent_weights=SPARSE, random_state=0), U),
    "none": (EchoStateReservoir(recurrent_weights=np.zeros((3, 3)), random_state=0), U),
    "one unit": (echo(1), U),
    "identity": (echo(activation="identity", spectral_radius=0.5), U),
    "relu": (echo(activation="relu", spectral_radius=0.3), U),
    "sigmoid": (echo(activation="sigmoid"), U),
    "many features": (echo(), LONG),
    "exponential": (liquid(), U),
    "euler": (liquid(method="euler"), U),
    "additive": (liquid(form="additive"), U),
    "antisymmetric": (liquid(form="antisymmetric"), U),
    "exponential, timed": (liquid(elapsed_column=0), U),
    "euler, timed": (liquid(method="euler", elapsed_column=1, tau_range=2.0), U),
    "additive, timed": (liquid(form="additive", elapsed_column=-1, tau_range=(0.5, 3.0)), U),
    "antisymmetric, timed": (liquid(form="antisymmetric", elapsed_column=2), U),
    "many features, timed": (liquid(elapsed_column=7), LONG),
}


@needs_gcc
@pytest.mark.parametrize("name", RESERVOIRS)
def test_states_are_those_of_run(tmp_path, name):
    reservoir, X = RESERVOIRS[name]
    states, _ = reservoir.fit(X).run(X)
    rule = leaky_rule(reservoir, np.dtype("float64"))
    assert_allclose(outputs_of_rule(tmp_path, rule, X), states, rtol=0, atol=TOLERANCE["float64"])


@needs_gcc
@pytest.mark.parametrize("name", ["shift", "random", "nearly dense", "sigmoid", "exponential, timed"])
def test_single_precision_is_that_near(tmp_path, name):
    reservoir, X = RESERVOIRS[name]
    states, _ = reservoir.fit(X).run(X)
    rule = leaky_rule(reservoir, np.dtype("float32"))
    outputs = outputs_of_rule(tmp_path, rule, X, dtype="float32")
    assert_allclose(outputs, states, rtol=0, atol=TOLERANCE["float32"])


@needs_gcc
def test_more_weights_than_two_bytes_count(tmp_path):
    n_units, sizes = 3000, np.random.RandomState(0).randint(15, 45, 3000)  # too uneven to be padded
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    sources = np.concatenate([np.random.RandomState(i).permutation(n_units)[:size] for i, size in enumerate(sizes)])
    weights = csr_array((np.full(indptr[-1], 0.02), sources, indptr), shape=(n_units, n_units))
    reservoir = EchoStateReservoir(recurrent_weights=weights, random_state=0).fit(U)
    rule = leaky_rule(reservoir, np.dtype("float64"))
    assert len(rule.constants["weights"]) > 2**16
    assert_allclose(outputs_of_rule(tmp_path, rule, U[:20]), reservoir.run(U[:20])[0], rtol=0, atol=1e-12)


@needs_gcc
def test_a_single_wrong_weight_would_be_seen(tmp_path):
    reservoir, X = RESERVOIRS["random"]
    states, _ = reservoir.fit(X).run(X)
    rule = leaky_rule(reservoir, np.dtype("float64"))
    weights = rule.constants["weights"].copy()
    weights[3, 17] *= 1 + 1e-9
    outputs = outputs_of_rule(tmp_path, rule._replace(constants=rule.constants | {"weights": weights}), X)
    assert np.abs(outputs - states).max() > 10 * TOLERANCE["float64"]


@needs_gcc
def test_a_silent_state_does_not_sink_into_denormal_numbers(tmp_path):
    reservoir = EchoStateReservoir(5, bias=0.0, spectral_radius=0.5, leak_rate=1.0, random_state=0).fit([[1.0]])
    X = np.zeros((3000, 1))
    X[0] = 1.0
    outputs = outputs_of_rule(tmp_path, leaky_rule(reservoir, np.dtype("float64")), X)
    decayed = np.abs(outputs[outputs != 0]).min()
    assert np.finfo(float).tiny < decayed < 1e-290
    assert not outputs[-1].any()


@pytest.mark.parametrize(
    ("reservoir", "kept"),
    [
        (echo(100), {"weights": 1000}),  # neither offsets nor leak rates
        (echo(100, topology="random"), {"weights": 1000, "sources": 1000}),
        (echo(100, topology="scale_free"), {"weights": 1008, "sources": 1008, "starts": 101}),
        (echo(100, topology="random", degree=80), {"weights": 10000}),
        (liquid(100, tau_range=3.0), {"weights": 1000}),
    ],
    ids=["shift", "as many for all", "sparse", "dense", "one time constant"],
)  # fmt: skip
def test_only_what_is_needed_is_kept(reservoir, kept):
    constants = leaky_rule(reservoir.fit(U[:5]), np.dtype("float64")).constants
    assert {name: array.size for name, array in constants.items()} == {"bias": 100, "input_weights": 300, **kept}


@needs_gcc
def test_more_weights_than_small_integers_count(tmp_path):
    weights = np.triu(np.full((400, 400), 1e-3)) * (np.arange(400) % 7 != 6)  # 69,000, of each unit another number
    reservoir = EchoStateReservoir(recurrent_weights=weights, random_state=0).fit(U)
    rule = leaky_rule(reservoir, np.dtype("float64"))
    assert 2**16 < rule.constants["weights"].size < 0.5 * weights.size
    assert_allclose(outputs_of_rule(tmp_path, rule, U[:50]), reservoir.run(U[:50])[0], rtol=0, atol=1e-12)
