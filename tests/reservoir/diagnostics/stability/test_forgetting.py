import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from reservoir import CfCLiquid, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.base import BaseReservoir, StateOverflowError
from reservoir.diagnostics import echo_state_index

U = np.random.RandomState(0).uniform(-1, 1, (600, 2))
DRAWN = {"random_state": 0}


class Tally(BaseReservoir):
    """Its state is a dictionary: how many rows it was given, which is never forgotten, and their sum."""

    def _draw(self, n_features, random_state):
        self.n_units_ = 2

    def _rest(self):
        return {"rows": 0, "sum": 0.0}

    def _check_state(self, state):
        return dict(state)

    def _drive(self, X, state):
        rows = state["rows"] + np.arange(1, len(X) + 1)
        sums = state["sum"] + np.cumsum(X.sum(axis=1))
        return np.column_stack([rows, sums]).astype(float), {"rows": int(rows[-1]), "sum": float(sums[-1])}

    def _check_finite(self, states, state):
        pass


@pytest.mark.parametrize(
    "reservoir",
    [
        EchoStateReservoir(30, **DRAWN),
        EchoStateReservoir(30, dtype="float32", **DRAWN),
        CTRNNLiquid(30, **DRAWN),
        LTCLiquid(30, **DRAWN),
        LTCLiquid(30, mixed_memory=True, output_weights=np.ones((2, 30)), **DRAWN),
        CfCLiquid(30, **DRAWN),
        StackedReservoir([EchoStateReservoir(20), LTCLiquid(20)], **DRAWN),
    ],
    ids=lambda one: f"{type(one).__name__}-{one.dtype}",
)
def test_usual_reservoirs_forget(reservoir):
    assert 0 <= echo_state_index(reservoir.fit(U), U, n_starts=3, washout=500, random_state=0) < 1e-5


def test_spiking_liquid_starts_where_shuffled_input_leads():
    index = echo_state_index(LIFLiquid(50, **DRAWN).fit(U), 5 * U, n_starts=3, random_state=0)
    assert np.isfinite(index)
    assert index >= 0


@pytest.mark.parametrize("width", [1, 400])
def test_distance_by_hand_does_not_grow_with_the_number_of_units(width):
    # Units that halve their state and have no input: start d leaves sqrt(mean d^2) / 2^t after t steps.
    halving = EchoStateReservoir(
        recurrent_weights=np.eye(width) / 2, leak_rate=1.0, activation="identity", input_scaling=0, bias=0.0
    ).fit(U)
    index = echo_state_index(halving, U[:4], n_starts=500, washout=1, random_state=0)
    starts = np.random.RandomState(0).uniform(-1, 1, (500, width))
    assert index == pytest.approx(np.sqrt((starts**2).mean(axis=1)).mean() * (1 / 4 + 1 / 8 + 1 / 16) / 3, rel=1e-9)
    assert index == pytest.approx({1: 1 / 2, 400: 1 / np.sqrt(3)}[width] * 7 / 48, rel=0.05)


def test_starts_are_as_far_from_rest_as_the_input_drives():
    keep = CTRNNLiquid(
        recurrent_weights=[[0.0]], form="antisymmetric", diffusion=0, activation="identity", tau_range=1.0,
        input_weights=[[1.0]], bias=0.0,
    ).fit([[0.0]])  # fmt: skip
    # It adds up its input, 30 in all, and keeps its start for good: |d| of d uniform in (-30, 30) is 15 on average.
    index = echo_state_index(keep, np.full((30, 1), 1.0), n_starts=2000, random_state=0)
    assert index == pytest.approx(15, rel=0.05)


def test_bistable_and_chaotic_reservoirs_do_not_forget():
    latch = EchoStateReservoir(recurrent_weights=[[3.0]], leak_rate=1.0, input_scaling=0.01, bias=0.1).fit(U)
    settled = np.tanh(3 * 0.995)
    index = echo_state_index(latch, U, n_starts=200, random_state=0)
    assert index == pytest.approx(2 * settled * 0.5, rel=0.15)  # about half of the starts end up in the other well
    chaotic = EchoStateReservoir(100, spectral_radius=5, leak_rate=1.0, **DRAWN).fit(U)
    assert echo_state_index(chaotic, U, n_starts=2, random_state=0) > 0.1


def test_strong_input_makes_a_reservoir_forget():
    reservoir = EchoStateReservoir(100, spectral_radius=1.5, leak_rate=1.0, bias_scaling=0, **DRAWN).fit(U)
    weak, strong = (echo_state_index(reservoir, scale * U, n_starts=3, random_state=0) for scale in (0.01, 100))
    assert weak > 1e-2 > 1e-6 > strong


def test_state_of_any_kind_will_do():
    tally = Tally().fit(U)
    # Shuffled rows add up to the same: the starts differ from rest by 600 rows and a part of the sum of X.
    most = np.sqrt((600**2 + U.sum() ** 2) / 2)
    assert 600 / np.sqrt(2) < echo_state_index(tally, U, n_starts=2, random_state=0) < most


def test_starts_of_a_stack_differ_though_its_input_does_not_change():
    latch = EchoStateReservoir(recurrent_weights=[[3.0]], leak_rate=1.0, input_scaling=0.0, bias=0.0)
    stack = StackedReservoir([latch, latch]).fit(np.zeros((1, 1)))
    assert echo_state_index(stack, np.zeros((50, 1)), n_starts=4, random_state=0) > 0.5


def test_elapsed_column_and_named_columns():
    X = pd.DataFrame(np.column_stack([U, np.full(600, 2.0)]), columns=["a", "b", "hours"])
    liquid = LTCLiquid(20, elapsed_column="hours", **DRAWN).fit(X)
    assert echo_state_index(liquid, X, n_starts=2, washout=400, random_state=0) < 1e-5
    stack = StackedReservoir([LTCLiquid(10), LTCLiquid(10)], elapsed_column="hours", **DRAWN).fit(X)
    assert echo_state_index(stack, X, n_starts=2, washout=400, random_state=0) < 1e-5


def test_seed_reproduces_and_the_default_washout_is_half():
    reservoir = EchoStateReservoir(20, spectral_radius=3, **DRAWN).fit(U)
    index = echo_state_index(reservoir, U, random_state=3)
    assert index == echo_state_index(reservoir, U, n_starts=10, washout=300, random_state=3)
    assert index != echo_state_index(reservoir, U, random_state=4)
    one_step = echo_state_index(reservoir, U[:1], random_state=0)
    assert one_step > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_starts": 0}, "'n_starts' must be an integer of at least 1; got 0"),
        ({"washout": -1}, "'washout' must be an integer of at least 0; got -1"),
        ({"washout": 600}, "'washout' must be smaller than the number of steps; got 600 with a series of 600 steps"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        echo_state_index(EchoStateReservoir(5, degree=2).fit(U), U, **arguments)


def test_reservoir_must_be_fitted_and_stable():
    with pytest.raises(NotFittedError):
        echo_state_index(EchoStateReservoir(5, degree=2), U)
    explosive = EchoStateReservoir(recurrent_weights=[[9.0]], activation="identity", bias=0.0, input_scaling=0).fit(U)
    with pytest.raises(StateOverflowError):
        echo_state_index(explosive, U)
