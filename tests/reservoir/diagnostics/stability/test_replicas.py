import math

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid
from reservoir.base import BaseReservoir
from reservoir.diagnostics import consistency, transient_length

U = np.random.RandomState(0).uniform(-1, 1, (600, 2))
SEED = {"random_state": 0}


class Mixture(BaseReservoir):
    """Its first unit repeats the input; the others follow the input and noise that the start decides on."""

    def __init__(self, noise=0.0, n_units=3):
        self.noise = noise
        self.n_units = n_units

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units

    def _rest(self):
        return np.zeros(1)

    def _drive(self, X, state):
        rng = np.random.RandomState(int(abs(state[0]) * 1e6))
        states = np.repeat(X[:, :1], self.n_units_, axis=1)
        states[:, 1:] += self.noise * rng.standard_normal((len(X), self.n_units_ - 1))
        return states, state


def test_consistency_of_signal_and_noise_in_closed_form():
    # Correlation s^2 / (s^2 + n^2) of two sums of one signal and independent noises.
    X = np.random.RandomState(1).standard_normal((4000, 1))
    got = consistency(Mixture(noise=0.5).fit(X), X, washout=0, **SEED)
    assert got == pytest.approx((1 + 2 * (1 / 1.25) ** 2) / 3, abs=0.01)
    assert consistency(Mixture().fit(X), X, **SEED) == pytest.approx(1, abs=1e-12)


def test_tame_is_consistent_and_chaos_is_not():
    tame, wild = (EchoStateReservoir(60, spectral_radius=radius, **SEED).fit(U) for radius in (0.9, 8))
    assert consistency(tame, U, n_replicas=2, **SEED) == pytest.approx(1, abs=1e-9)
    assert 0 <= consistency(wild, U, n_replicas=3, **SEED) < 0.3


def test_units_that_stand_still_do_not_count_and_latched_ones_count_nothing():
    X = U[:, :1]
    still = EchoStateReservoir(
        recurrent_weights=np.zeros((2, 2)), input_weights=[[1.0], [0.0]], bias=0.3, leak_rate=1.0
    ).fit(X)
    assert consistency(still, X, washout=0, **SEED) == pytest.approx(1)

    class Gate(Mixture):
        def _drive(self, X, state):
            states = np.repeat(X[:, :1], 2, axis=1)
            states[:, 1] *= state[0] > 0
            return states, state

    # Unit 0 always agrees. Starts 1 to 4 of seed 0 are above 0, so that the fifth alone does not open its gate.
    starts = np.random.RandomState(3).uniform(-1, 1, 5) > 0
    pairs = [(a, b) for a in range(5) for b in range(a)]
    agree = sum(starts[a] and starts[b] for a, b in pairs)
    counted = sum(starts[a] or starts[b] for a, b in pairs)
    got = consistency(Gate(n_units=2).fit(X), X, washout=0, random_state=3)
    assert got == pytest.approx((len(pairs) + agree) / (len(pairs) + counted))


def test_nothing_to_correlate_is_an_error():
    deaf = EchoStateReservoir(5, degree=2, recurrent_weights=np.zeros((5, 5)), input_scaling=0, leak_rate=1.0).fit(U)
    with pytest.raises(ValueError, match="No unit changes in the 300 rows after the washout.* stronger input"):
        consistency(deaf, U, **SEED)
    with pytest.raises(ValueError, match="'washout' must leave at least 2 rows to correlate; got 599 with a series of"):
        consistency(deaf, U, washout=599)


def test_noise_of_a_spiking_liquid_is_the_same_in_all_replicas():
    liquid = LIFLiquid(20, noise=3.0, recurrent_scaling=0.0, **SEED).fit(U[:3])
    assert consistency(liquid, U[:60], n_replicas=2, **SEED) > 0.95


def test_transient_length_in_closed_form():
    # |difference| of a unit that keeps 0.7 a row: below tolerance times the spread after log / log rows.
    X = U[:, :1]
    unit = EchoStateReservoir(
        recurrent_weights=[[0.7]], input_weights=[[1.0]], bias=0.0, activation="identity", leak_rate=1.0
    ).fit(X)
    _, end = unit.run(X)
    rng = np.random.RandomState(0)
    reach = max(1, np.abs(end).max())
    starts = np.array([rng.uniform(-reach, reach, 1) for _ in range(4)])
    spread = unit.run(X, starts[0])[0].std()
    for tolerance in (1e-2, 1e-3, 1e-9):
        expected = math.ceil(np.log(tolerance * spread / np.abs(starts - starts[0]).max()) / np.log(0.7) - 1)
        got = transient_length(unit, X, tolerance=tolerance, n_replicas=4, **SEED)
        assert got == expected
        assert isinstance(got, int)


def test_finer_tolerance_takes_longer_and_half_the_rows_do_not_do():
    reservoir = EchoStateReservoir(40, **SEED).fit(U)
    length = transient_length(reservoir, U, n_replicas=2, **SEED)
    longer = transient_length(reservoir, U, n_replicas=2, tolerance=1e-6, **SEED)
    assert 0 < length < longer < 600
    assert transient_length(reservoir, U, n_replicas=2, tolerance=1e3, **SEED) == 0
    assert transient_length(reservoir, U[: length // 2], n_replicas=2, **SEED) == math.inf


def test_what_never_forgets_takes_for_ever():
    wild = EchoStateReservoir(60, spectral_radius=8, **SEED).fit(U)
    assert transient_length(wild, U, **SEED) == math.inf
    latch = EchoStateReservoir(recurrent_weights=[[3.0]], leak_rate=1.0, input_scaling=0.0, bias=0.0).fit(U)
    assert transient_length(latch, U, n_replicas=6, **SEED) == math.inf


def test_states_that_do_not_change_are_compared_as_they_are():
    halving = EchoStateReservoir(
        recurrent_weights=[[0.0]], leak_rate=1.0, activation="identity", input_scaling=0, bias=0.5
    ).fit(U)
    assert transient_length(halving, U, **SEED) == 0


def test_seed_reproduces_and_named_columns_pass():
    frame = pd.DataFrame(U, columns=["a", "b"])
    reservoir = EchoStateReservoir(20, spectral_radius=3.0, **SEED).fit(frame)
    assert consistency(reservoir, frame, random_state=1) == consistency(reservoir, frame, random_state=1)
    assert consistency(reservoir, frame, random_state=1) != consistency(reservoir, frame, random_state=2)
    assert transient_length(EchoStateReservoir(20, **SEED).fit(frame), frame) > 0


@pytest.mark.parametrize("ask", [consistency, transient_length])
def test_bad_arguments_are_refused(ask):
    reservoir = EchoStateReservoir(5, degree=2)
    with pytest.raises(NotFittedError):
        ask(reservoir, U)
    with pytest.raises(ValueError, match="'n_replicas' must be an integer of at least 2; got 1"):
        ask(reservoir.fit(U), U, n_replicas=1)
    with pytest.raises(ValueError, match="NaN"):
        ask(reservoir, np.full((5, 2), np.nan))
    with pytest.raises(ValueError, match="'tolerance' must be a number above 0; got 0"):
        transient_length(reservoir, U, tolerance=0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rounding_of_units_at_rest_is_no_response(dtype):
    X = np.full((600, 1), 0.3)
    for reservoir in (
        EchoStateReservoir(50, dtype=dtype, random_state=0),
        CTRNNLiquid(50, tau_range=(1.0, 5.0), dtype=dtype, random_state=0),
    ):
        with pytest.raises(ValueError, match="No unit changes"):
            consistency(reservoir.fit(X), X, random_state=0)


def test_replicas_are_driven_by_the_reservoir_all_at_once():
    class Batched(EchoStateReservoir):
        def drive_many(self, series, fold, **options):
            counts.append((len(series), len(options["starts"])))
            return super().drive_many(series, fold, **options)

    counts, X = [], np.random.RandomState(0).uniform(-1, 1, (60, 1))
    batched, plain = (cls(12, random_state=0).fit(X) for cls in (Batched, EchoStateReservoir))
    for measure in (consistency, transient_length):
        settings = {"n_replicas": 3, "random_state": 0}
        np.testing.assert_array_equal(measure(batched, X, **settings), measure(plain, X, **settings))
    assert counts == [(3, 3), (3, 3)]
