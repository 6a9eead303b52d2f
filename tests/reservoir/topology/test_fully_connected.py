import numpy as np
import pytest

from reservoir.topology import FullyConnected


def test_equals_the_stored_wirings_of_ncps(stored_wirings):
    cases = stored_wirings("FullyConnected")
    assert len(cases) == 4
    for arguments, n_inputs, recurrent, sensory in cases:
        wiring = FullyConnected(*arguments).build(n_inputs)
        np.testing.assert_array_equal(wiring.recurrent.toarray(), recurrent)
        np.testing.assert_array_equal(wiring.sensory.toarray(), sensory)


def test_equals_ncps_for_many_settings(assert_equals_ncps):
    rng = np.random.RandomState(0)
    for _ in range(60):
        units = rng.randint(1, 16)
        output_dim = [None, rng.randint(1, units + 1)][rng.randint(2)]
        arguments = units, output_dim, rng.randint(2**31), bool(rng.randint(2))
        assert_equals_ncps("FullyConnected", FullyConnected, arguments, rng.randint(1, 8))


@pytest.mark.parametrize("seed", range(20))
def test_many_signs_at_once_are_the_signs_drawn_one_by_one(seed):
    one_by_one, at_once = np.random.default_rng(seed), np.random.default_rng(seed)
    signs = [one_by_one.choice([-1, 1, 1]) for _ in range(101)]
    np.testing.assert_array_equal(at_once.choice([-1, 1, 1], size=101), signs)
    assert at_once.integers(2**60) == one_by_one.integers(2**60)


@pytest.mark.parametrize("self_connections", [True, False])
def test_all_pairs_are_connected_and_two_thirds_excite(self_connections):
    wiring = FullyConnected(256, 3, self_connections=self_connections).build(20)
    recurrent = wiring.recurrent.toarray()
    expected = np.ones((256, 256)) if self_connections else 1 - np.eye(256)
    np.testing.assert_array_equal(np.abs(recurrent), expected)
    assert wiring.sensory.nnz == 256 * 20
    # Four standard deviations of the share of excitatory synapses.
    assert abs((recurrent > 0).sum() / wiring.recurrent.nnz - 2 / 3) < 4 * np.sqrt(2 / 9) / 255
    assert wiring.n_outputs == 3
    assert FullyConnected(256).build(1).n_outputs == 256


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"units": 0}, "'units' must be an integer of at least 1; got 0"),
        ({"units": 5.0}, "'units' must be an integer of at least 1; got 5.0"),
        ({"units": 5, "output_dim": 0}, "'output_dim' must be an integer of at least 1; got 0"),
        ({"units": 5, "output_dim": 6}, "'output_dim' must be None or at most units=5; got 6"),
        ({"units": 5, "erev_init_seed": -1}, "'erev_init_seed' must be an integer of at least 0; got -1"),
        ({"units": 5, "erev_init_seed": None}, "'erev_init_seed' must be an integer of at least 0; got None"),
        ({"units": 5, "self_connections": 1}, "'self_connections' must be True or False; got 1"),
    ],
)
def test_bad_parameters_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        FullyConnected(**parameters)
