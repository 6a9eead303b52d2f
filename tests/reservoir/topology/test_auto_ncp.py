import numpy as np
import pytest

from reservoir.topology import NCP, AutoNCP


def test_equals_the_stored_wirings_of_ncps(stored_wirings):
    cases = stored_wirings("AutoNCP")
    assert len(cases) == 5
    for arguments, n_inputs, recurrent, sensory in cases:
        wiring = AutoNCP(*arguments).build(n_inputs)
        np.testing.assert_array_equal(wiring.recurrent.toarray(), recurrent)
        np.testing.assert_array_equal(wiring.sensory.toarray(), sensory)


def test_equals_ncps_for_many_settings(assert_equals_ncps):
    rng = np.random.RandomState(0)
    for _ in range(100):
        units = int(rng.randint(4, 50))
        arguments = units, int(rng.randint(1, units - 2)), rng.uniform(0.1, 1.0), int(rng.randint(2**31))
        assert_equals_ncps("AutoNCP", AutoNCP, arguments, int(rng.randint(1, 10)))


def test_numbers_of_the_circuit_by_hand():
    # 24 units are left; 0.4 * 24 = 9.6 of them command, the other 15 inter; half of 15, of 9, of 9 and twice half of 9.
    automatic = AutoNCP(28, 4, seed=3)
    assert automatic.ncp == NCP(15, 9, 4, 7, 4, 9, 4, seed=3)
    assert automatic.build(2) == automatic.ncp.build(2)


def test_every_valid_setting_gives_a_circuit_of_all_its_units():
    for units in (4, 5, 6, 9, 16):
        for output_size in range(1, units - 2):
            for sparsity in (0.1, 0.5, 1.0):
                wiring = AutoNCP(units, output_size, sparsity).build(1)
                assert (wiring.n_units, wiring.n_outputs) == (units, output_size)


def test_sparser_means_fewer_synapses():
    counts = [AutoNCP(60, 5, sparsity).build(4).recurrent.nnz for sparsity in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert (np.diff(counts) < 0).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((2.0, 1), "'units' must be an integer of at least 1; got 2.0"),
        ((5, 0), "'output_size' must be an integer of at least 1; got 0"),
        ((5, 3), "'output_size' must be below units - 2 = 3, .*; got 3. Raise 'units' to at least 6"),
        ((9, 1, 0.0), "'sparsity_level' must be a number at least 0.1 and at most 1; got 0.0"),
        ((9, 1, 1.1), "'sparsity_level' must be a number at least 0.1 and at most 1; got 1.1"),
        ((9, 1, 0.5, -1), "'seed' must be an integer of at least 0; got -1"),
    ],
)
def test_bad_parameters_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        AutoNCP(*arguments)
