import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from reservoir import EchoStateReservoir, LIFLiquid, StackedReservoir
from reservoir.base import StateOverflowError
from reservoir.diagnostics import Separation, separation

U, V = np.random.RandomState(0).uniform(-1, 1, (2, 200, 2))


def unit(recurrent, n=1, **settings):
    """Units that keep a part of their state and add the sum of the input."""
    return EchoStateReservoir(
        recurrent_weights=recurrent * np.eye(n), input_weights=np.ones((n, 2)), leak_rate=1.0, activation="identity",
        bias=0.0, **settings,
    ).fit(U)  # fmt: skip


@pytest.mark.parametrize("n", [1, 30])
def test_distance_of_constant_inputs_by_hand_whatever_the_number_of_units(n):
    # Both settle at sum(u) / (1 - 1/2), so 1 and 0 twice end up 4 apart; the starts are 2^-t apart after t steps.
    ones, zeros = np.ones((60, 2)), np.zeros((60, 2))
    apart = separation(unit(0.5, n), ones, zeros, random_state=0)
    assert apart.distance.shape == apart.floor.shape == (60,)
    assert apart.mean_distance == pytest.approx(4)
    assert apart.input_distance == 1
    assert apart.washout == 30
    np.testing.assert_allclose(apart.floor[1:30], apart.floor[0] / 2.0 ** np.arange(1, 30), rtol=1e-6)


def test_distance_is_that_of_driving_from_shuffled_inputs():
    reservoir = EchoStateReservoir(20, spectral_radius=1.5, random_state=0).fit(U)
    random_state, distance, floor = np.random.RandomState(3), [], []
    both = np.concatenate([U, V])
    for _ in range(2):
        a, b = (reservoir.run(both[random_state.permutation(400)[:200]])[1] for _ in range(2))
        x, again, y = reservoir.run(U, a)[0], reservoir.run(U, b)[0], reservoir.run(V, b)[0]
        distance.append(np.linalg.norm(x - y, axis=1) / np.sqrt(20))
        floor.append(np.linalg.norm(x - again, axis=1) / np.sqrt(20))
    apart = separation(reservoir, U, V, n_starts=2, random_state=3)
    np.testing.assert_allclose(apart.distance, np.mean(distance, axis=0), rtol=1e-12)
    np.testing.assert_allclose(apart.floor, np.mean(floor, axis=0), rtol=1e-9, atol=1e-16)


def test_equal_inputs_are_as_far_apart_as_the_floor():
    apart = separation(EchoStateReservoir(20, random_state=0).fit(U), U, U, random_state=0)
    np.testing.assert_array_equal(apart.distance, apart.floor)
    assert apart.input_distance == apart.above_floor == 0
    assert apart.ratio == 1


def test_distance_grows_with_that_of_the_inputs_and_chaos_drowns_it():
    tame = EchoStateReservoir(50, random_state=0).fit(U)
    near, far = (separation(tame, U, U + d * (V - U), random_state=0) for d in (0.1, 0.4))
    assert far.mean_distance == pytest.approx(4 * near.mean_distance, rel=0.05)
    assert near.mean_floor < 1e-3 * near.mean_distance
    wild = EchoStateReservoir(50, spectral_radius=8, random_state=0).fit(U)
    assert separation(wild, U, V, random_state=0).ratio < 1.5


def test_spiking_liquid_stands_above_the_noise_of_its_start():
    liquid = LIFLiquid(40, random_state=0).fit(np.zeros((1, 2)))
    apart = separation(liquid, 3 * np.abs(U), 3 * np.abs(V), n_starts=3, random_state=0)
    assert apart.above_floor > 0
    assert apart.floor[0] > 0


def test_pairs_are_averaged():
    reservoir = EchoStateReservoir(20, random_state=0).fit(U)
    pairs = np.stack([U, V]), np.stack([V, -U])
    together = separation(reservoir, *pairs, n_starts=2, random_state=0)
    as_lists = separation(reservoir, *map(list, pairs), n_starts=2, n_jobs=2, random_state=0)
    np.testing.assert_array_equal(together.distance, as_lists.distance)
    alone = [separation(reservoir, x, y, random_state=0) for x, y in zip(*pairs, strict=True)]
    assert together.mean_distance == pytest.approx(np.mean([one.mean_distance for one in alone]), rel=1e-2)
    squares = [one.input_distance**2 for one in alone]
    assert together.input_distance == pytest.approx(np.sqrt(np.mean(squares)))


def test_seed_reproduces_and_names_of_columns_are_kept():
    frames = [pd.DataFrame(one, columns=["a", "b"]) for one in (U, V)]
    reservoir = EchoStateReservoir(20, spectral_radius=4, random_state=0).fit(frames[0])
    first, again, other = (separation(reservoir, *frames, random_state=seed).mean_floor for seed in (0, 0, 1))
    assert first == again != other


def test_ratio_is_never_nan():
    zeros, ones = np.zeros(2), np.ones(2)
    assert Separation(zeros, zeros, 0.0, 0).ratio == 1
    assert Separation(ones, zeros, 1.0, 0).ratio == np.inf
    assert Separation(zeros, ones, 1.0, 0).ratio == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_starts": 0}, "'n_starts' must be an integer of at least 1; got 0"),
        ({"washout": 200}, "'washout' must be smaller than the number of steps; got 200 with a series of 200 steps"),
        ({"Y": V[:-1]}, r"'Y' must have the shape of 'X', \(200, 2\); got \(199, 2\)"),
        ({"Y": [V, V]}, r"'Y' must have the shape of 'X', \(200, 2\); got 2 series"),
        ({"X": [U, U[:9]], "Y": [V, V[:9]]}, "'X' must hold series of the same number of steps; got 200, 9"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    reservoir = EchoStateReservoir(5, degree=2).fit(U)
    with pytest.raises(ValueError, match=message):
        separation(reservoir, **({"X": U, "Y": V} | arguments))


def test_reservoir_must_be_fitted_and_stable():
    with pytest.raises(NotFittedError):
        separation(StackedReservoir([EchoStateReservoir(5, degree=2)]), U, V)
    with pytest.raises(StateOverflowError):
        separation(unit(99.0), U, V)
