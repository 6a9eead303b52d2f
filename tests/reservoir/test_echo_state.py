from pathlib import Path

import naive
import numpy as np
import pytest
from scipy.sparse.linalg import eigs

from reservoir import EchoStateReservoir
from reservoir.topology import DelayLine, Ring, SmallWorld

FIXTURES = Path(__file__).parent.parent / "fixtures"
U = np.random.RandomState(0).standard_normal((60, 3))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", ["tanh", "identity", "relu", "sigmoid"])
@pytest.mark.parametrize("topology", ["shift", "random", "orthogonal", "ring", "small_world", "erdos_renyi"])
def test_kernel_agrees_with_its_plain_twin(topology, activation, dtype):
    reservoir = EchoStateReservoir(
        37, topology=topology, activation=activation, leak_rate=(0.1, 1.0), dtype=dtype, random_state=3
    ).fit(U)
    start = np.random.RandomState(1).uniform(-0.5, 0.5, 37)
    states, _ = reservoir.run(U, start)
    weights = [reservoir.recurrent_weights_.toarray(), reservoir.input_weights_, reservoir.bias_, reservoir.leak_rate_]
    weights = [part.astype(float) for part in weights]
    expected = naive.run_echo_state(*weights, activation, U, start)
    assert states.dtype == dtype
    np.testing.assert_allclose(states, expected, rtol=0, atol=1e-13 if dtype == "float64" else 1e-5)


def test_states_equal_reservoirpy():
    peer = np.load(FIXTURES / "reservoirpy_states.npz")
    reservoir = EchoStateReservoir(
        60, recurrent_weights=peer["W"], input_weights=peer["Win"], bias=peer["bias"], leak_rate=float(peer["lr"])
    )
    np.testing.assert_allclose(reservoir.fit_transform(peer["inputs"]), peer["states"], rtol=0, atol=1e-12)


def test_delay_line_holds_the_past_of_its_input():
    first_unit_hears = np.eye(5)[:, :1]
    line = EchoStateReservoir(
        5, topology=DelayLine(weight=1.0), spectral_radius=None, leak_rate=1.0, activation="identity",
        input_weights=first_unit_hears, bias=0.0,
    )  # fmt: skip
    u = np.arange(1.0, 9.0)[:, None]
    expected = [[max(t - k, 0) for k in range(5)] for t in range(1, 9)]
    np.testing.assert_array_equal(line.fit_transform(u), expected)


def test_linear_reservoir_is_the_sum_of_its_impulse_responses():
    reservoir = EchoStateReservoir(20, activation="identity", bias_scaling=0.0, leak_rate=0.4, random_state=5)
    states = reservoir.fit_transform(U)
    effective = 0.6 * np.eye(20) + 0.4 * reservoir.recurrent_weights_.toarray()
    kicks = 0.4 * U @ reservoir.input_weights_.T
    last = sum(np.linalg.matrix_power(effective, len(U) - 1 - t) @ kick for t, kick in enumerate(kicks))
    np.testing.assert_allclose(states[-1], last, atol=1e-12)


def test_ring_carries_a_kick_round_and_back():
    ring = EchoStateReservoir(
        6, topology=Ring(), spectral_radius=0.5, leak_rate=1.0, activation="identity",
        input_weights=np.eye(6)[:, :1], bias=0.0,
    )  # fmt: skip
    kick = np.zeros((7, 1))
    kick[0] = 1
    last = ring.fit_transform(kick)[-1]
    np.testing.assert_allclose(last, np.eye(6)[0] * 0.5**6, atol=1e-15)


@pytest.mark.parametrize("topology", ["shift", "random", "scale_free", "column"])
@pytest.mark.parametrize("n_units", [50, 300, 1000])
def test_spectral_radius_is_met(n_units, topology):
    reservoir = EchoStateReservoir(n_units, topology=topology, spectral_radius=0.83, random_state=1).fit(U)
    radius = np.abs(np.linalg.eigvals(reservoir.recurrent_weights_.toarray())).max()
    assert abs(radius - 0.83) < 1e-8


def test_two_starts_converge_when_the_norm_is_below_one():
    weights = np.random.RandomState(0).standard_normal((50, 50))
    weights *= 0.9 / np.linalg.norm(weights, 2)
    reservoir = EchoStateReservoir(50, recurrent_weights=weights, leak_rate=1.0, random_state=0).fit(U)
    first, second = np.random.RandomState(0).uniform(-1, 1, (2, 50))
    distance = np.linalg.norm(reservoir.run(U, first)[0] - reservoir.run(U, second)[0], axis=1)
    bound = np.linalg.norm(first - second) * 0.9 ** np.arange(1, len(U) + 1)
    assert np.all(distance <= bound + 1e-15)


def test_draws_follow_their_scales():
    reservoir = EchoStateReservoir(
        2000, input_scaling=0.3, bias_scaling=0.7, leak_rate=(0.01, 1.0), spectral_radius=None, random_state=0
    ).fit(U)
    for values, scale in [(reservoir.input_weights_, 0.3), (reservoir.bias_, 0.7)]:
        assert np.abs(values).max() <= scale
        assert abs(values.std() - scale / np.sqrt(3)) < 0.02 * scale
    assert np.all(reservoir.input_weights_ != 0)
    assert abs(np.median(reservoir.leak_rate_) - 0.1) < 0.02
    assert reservoir.recurrent_weights_.nnz == 20_000


def test_one_explicit_weight_leaves_the_other_draws_alone():
    free = EchoStateReservoir(30, random_state=4).fit(U)
    given = EchoStateReservoir(30, random_state=4, input_weights=np.ones((30, 3))).fit(U)
    np.testing.assert_array_equal(free.bias_, given.bias_)
    np.testing.assert_array_equal(free.recurrent_weights_.data, given.recurrent_weights_.data)


def test_size_of_explicit_weights_counts():
    for reservoir in (EchoStateReservoir(recurrent_weights=np.eye(7)), EchoStateReservoir(topology=0.5 * np.eye(7))):
        assert reservoir.fit_transform(U).shape == (60, 7)
    np.testing.assert_array_equal(reservoir.recurrent_weights_.toarray(), 0.5 * np.eye(7))


def test_nilpotent_topology_is_refused_when_a_radius_is_asked():
    with pytest.raises(ValueError, match="spectral_radius=None"):
        EchoStateReservoir(20, topology="delay_line").fit(U)
    EchoStateReservoir(20, topology="delay_line", spectral_radius=None).fit(U)


def test_topology_objects_bring_their_own_parameters():
    lattice = EchoStateReservoir(40, topology=SmallWorld(rewiring=0.0), degree=4, random_state=0).fit(U)
    rewired = EchoStateReservoir(40, topology=SmallWorld(rewiring=1.0), degree=4, random_state=0).fit(U)
    assert set(np.diff(lattice.recurrent_weights_.indptr)) == {4}
    assert (lattice.recurrent_weights_ != rewired.recurrent_weights_).nnz > 0


def test_spectral_radius_is_met_for_5000_units():
    weights = EchoStateReservoir(5000, spectral_radius=0.9, random_state=0).fit(U).recurrent_weights_
    # Far more eigenvalues, in a larger space, from another start than the library uses.
    start = np.random.RandomState(9).standard_normal(5000)
    found = eigs(weights, k=20, ncv=200, v0=start, return_eigenvectors=False)
    assert abs(np.abs(found).max() - 0.9) < 1e-8
