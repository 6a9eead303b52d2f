import numpy as np
import pytest

from reservoir.topology import NCP

VALID = (6, 4, 2, 3, 2, 5, 2)
NAMES = (
    "inter_neurons", "command_neurons", "motor_neurons",
    "sensory_fanout", "inter_fanout", "recurrent_command_synapses", "motor_fanin",
)  # fmt: skip


def random_settings(n_settings):
    rng = np.random.RandomState(0)
    for _ in range(n_settings):
        inter, command, motor = (int(size) for size in rng.randint(1, 13, 3))
        fans = rng.randint(1, inter + 1), rng.randint(1, command + 1), rng.randint(20), rng.randint(1, command + 1)
        yield (inter, command, motor, *map(int, fans), int(rng.randint(2**31))), int(rng.randint(1, 10))


def test_equals_the_stored_wirings_of_ncps(stored_wirings):
    cases = stored_wirings("NCP")
    assert len(cases) == 5
    for arguments, n_inputs, recurrent, sensory in cases:
        wiring = NCP(*arguments).build(n_inputs)
        np.testing.assert_array_equal(wiring.recurrent.toarray(), recurrent)
        np.testing.assert_array_equal(wiring.sensory.toarray(), sensory)


def test_equals_ncps_for_many_settings(assert_equals_ncps):
    for arguments, n_inputs in random_settings(150):
        assert_equals_ncps("NCP", NCP, arguments, n_inputs)


@pytest.mark.parametrize("seed", range(20))
def test_many_signs_at_once_are_the_signs_drawn_one_by_one(seed):
    one_by_one, at_once = np.random.RandomState(seed), np.random.RandomState(seed)
    signs = [one_by_one.choice([-1, 1]) for _ in range(101)]
    np.testing.assert_array_equal(at_once.choice([-1, 1], size=101), signs)
    assert at_once.randint(2**31) == one_by_one.randint(2**31)


def test_layers_feed_each_other_in_order_and_no_unit_is_isolated():
    for arguments, n_inputs in random_settings(150):
        n_inter, n_command, n_motor, sensory_fanout, inter_fanout, n_recurrent, motor_fanin, _ = arguments
        wiring = NCP(*arguments).build(n_inputs)
        inter, command, motor = (list(layer) for layer in wiring.layers)
        assert (len(inter), len(command), motor) == (n_inter, n_command, list(range(n_motor)))
        assert wiring.n_outputs == n_motor
        recurrent, sensory = wiring.recurrent.toarray() != 0, wiring.sensory.toarray() != 0
        forward, back, out = recurrent[np.ix_(command, inter)], recurrent[np.ix_(command, command)], recurrent[:n_motor]
        assert recurrent.sum() == forward.sum() + back.sum() + out[:, command].sum()
        assert sensory.sum() == sensory[inter].sum()
        assert (sensory.sum(axis=0) >= sensory_fanout).all() and sensory[inter].any(axis=1).all()
        assert (forward.sum(axis=0) >= inter_fanout).all() and forward.any(axis=1).all()
        assert (out.sum(axis=1) >= motor_fanin).all() and out[:, command].any(axis=0).all()
        assert min(n_recurrent, 1) <= back.sum() <= n_recurrent


def test_fans_are_exact_where_every_unit_has_a_partner():
    wiring = NCP(5, 4, 3, sensory_fanout=5, inter_fanout=4, recurrent_command_synapses=0, motor_fanin=4).build(2)
    assert wiring.sensory.nnz == 2 * 5
    assert wiring.recurrent.nnz == 5 * 4 + 4 * 3


def test_forgotten_command_unit_gets_no_more_sources_than_there_are_command_units():
    # All six inter units chose the same command unit; the mean number of sources is 3, the limit 2.
    wiring = NCP(6, 2, 2, 2, 1, 1, 1, seed=24).build(1)
    sources = np.abs(wiring.recurrent.toarray())[np.ix_(*wiring.layers[1::-1])].sum(axis=1)
    assert sorted(sources) == [2, 6]


def test_signs_are_balanced():
    signs = np.concatenate([NCP(*VALID, seed=seed).build(3).recurrent.data for seed in range(200)])
    assert abs(signs.mean()) < 4 / np.sqrt(signs.size)


@pytest.mark.parametrize(
    ("position", "value", "message"),
    [
        *((k, 0, f"'{NAMES[k]}' must be an integer of at least 1; got 0") for k in (0, 1, 2, 3, 4, 6)),
        (5, -1, "'recurrent_command_synapses' must be an integer of at least 0; got -1"),
        (3, 7, "'sensory_fanout' must be at most inter_neurons=6, .*; got 7. Lower it, or raise 'inter_neurons'"),
        (4, 5, "'inter_fanout' must be at most command_neurons=4, .*; got 5"),
        (6, 5, "'motor_fanin' must be at most command_neurons=4, .*; got 5"),
        (7, -1, "'seed' must be an integer of at least 0; got -1"),
        (7, 2**32, r"'seed' must be at most 2\*\*32 - 1; got 4294967296"),
    ],
)
def test_bad_parameters_are_refused(position, value, message):
    arguments = [*VALID, 22222]
    arguments[position] = value
    with pytest.raises(ValueError, match=message):
        NCP(*arguments)
