import numpy as np
import pytest

from reservoir.topology import RandomWiring


def test_equals_the_stored_wirings_of_ncps(stored_wirings):
    cases = stored_wirings("Random")
    assert len(cases) == 4
    for arguments, n_inputs, recurrent, sensory in cases:
        wiring = RandomWiring(*arguments).build(n_inputs)
        np.testing.assert_array_equal(wiring.recurrent.toarray(), recurrent)
        np.testing.assert_array_equal(wiring.sensory.toarray(), sensory)


def test_equals_ncps_for_many_settings(assert_equals_ncps):
    rng = np.random.RandomState(0)
    for _ in range(60):
        units = rng.randint(1, 16)
        output_dim = [None, rng.randint(1, units + 1)][rng.randint(2)]
        sparsity = [0.0, 0.5, rng.random_sample()][rng.randint(3)]
        arguments = units, output_dim, sparsity, rng.randint(2**31)
        assert_equals_ncps("Random", RandomWiring, arguments, rng.randint(1, 8))


@pytest.mark.parametrize(("units", "sparsity"), [(200, 0.98), (150, 0.1)])
def test_equals_ncps_however_numpy_draws_distinct_pairs(assert_equals_ncps, units, sparsity):
    assert_equals_ncps("Random", RandomWiring, (units, None, sparsity, 5), 70)


@pytest.mark.parametrize("sparsity", [0.0, 0.3, 0.5, 0.99, 0.999])
def test_number_of_synapses(sparsity):
    wiring = RandomWiring(9, sparsity_level=sparsity).build(3)
    assert wiring.recurrent.nnz == round(81 * (1 - sparsity))
    assert wiring.sensory.nnz == round(27 * (1 - sparsity))


def test_every_pair_is_equally_likely():
    counts = sum(abs(RandomWiring(5, 1, 0.6, seed).build(1).recurrent.toarray()) for seed in range(1000))
    # Each pair is binomial(1000, 2/5): six standard deviations are 93.
    assert np.abs(counts - 400).max() < 93


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"units": 0}, "'units' must be an integer of at least 1; got 0"),
        ({"units": 5, "output_dim": 6}, "'output_dim' must be None or at most units=5; got 6"),
        ({"units": 5, "sparsity_level": 1.0}, "'sparsity_level' must be a number at least 0 and below 1; got 1.0"),
        ({"units": 5, "sparsity_level": -0.1}, "'sparsity_level' must be a number at least 0 and below 1; got -0.1"),
        ({"units": 5, "random_seed": 1.5}, "'random_seed' must be an integer of at least 0; got 1.5"),
    ],
)
def test_bad_parameters_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        RandomWiring(**parameters)
