import numpy as np
import pytest

from reservoir import LIFLiquid
from reservoir.spiking import LeakyIntegrateAndFire, draw

INHIBITORY = np.array([False, True, False, True, False])

NO_FORCES = (1.0, 1.0)  # as synapses are currents


def test_one_value_per_unit_from_a_number_a_pair_or_an_array():
    assert draw.per_unit("reset", 3.0, INHIBITORY).tolist() == [3.0] * 5
    assert draw.per_unit("reset", (1.0, 2.0), INHIBITORY).tolist() == [1.0, 2.0, 1.0, 2.0, 1.0]
    assert draw.per_unit("reset", np.arange(5.0), INHIBITORY).tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    # of two units, a list or an array holds one for each, a tuple the pair
    assert draw.per_unit("reset", [1.0, 2.0], np.array([True, False])).tolist() == [1.0, 2.0]
    assert draw.per_unit("reset", np.array([1.0, 2.0]), np.array([True, False])).tolist() == [1.0, 2.0]
    assert draw.per_unit("reset", (1.0, 2.0), np.array([True, False])).tolist() == [2.0, 1.0]
    with pytest.raises(ValueError, match="'reset' must be one number or one per unit"):
        draw.per_unit("reset", np.zeros(4), INHIBITORY)


def test_input_delays_are_those_to_the_postsynaptic_unit():
    assert draw.input_delays((1.0, 2.0), INHIBITORY, 2).tolist() == [
        [1.0] * 2,
        [2.0] * 2,
        [1.0] * 2,
        [2.0] * 2,
        [1.0] * 2,
    ]
    assert draw.input_delays(np.ones((5, 3)), INHIBITORY, 3).shape == (5, 3)
    with pytest.raises(ValueError, match="'input_delays' must have shape"):
        draw.input_delays(np.ones((5, 2)), INHIBITORY, 3)
    with pytest.raises(ValueError, match="'input_delays' must be a number at least 0; got -1"):
        draw.input_delays(-np.ones((5, 3)), INHIBITORY, 3)


def test_mean_weights_balance_charge_and_follow_a_gamma_law():
    inhibitory = np.arange(400) >= 320
    taus = np.full(400, 3.0), np.full(400, 6.0)
    neuron = LeakyIntegrateAndFire(tau_membrane=20.0, threshold=15.0)
    weights = draw.draw_recurrent(
        "random", 50, 1.0, neuron, taus, NO_FORCES, inhibitory, np.random.RandomState(0)
    ).tocsc()
    excitatory, inhibited = weights[:, :320].data, weights[:, 320:].data
    assert excitatory.min() > 0 > inhibited.max()
    for part in (excitatory, inhibited):
        assert part.std() / abs(part.mean()) == pytest.approx(np.sqrt(0.5), rel=0.05)  # a gamma law of shape 2
    assert excitatory.mean() * 320 * 3.0 == pytest.approx(-inhibited.mean() * 80 * 6.0, rel=0.05)


def test_input_spikes_excite():
    liquid = LIFLiquid(input="spikes", input_degree=2)
    weights = draw.draw_input(liquid, 1.0, (500, 6), np.random.RandomState(0))
    assert np.all((weights > 0).sum(axis=1) == 2)
    assert weights[weights > 0].mean() == pytest.approx(15.0, rel=0.05)
    assert weights.min() == 0


def test_an_unusual_input_delay_is_named():
    with pytest.raises(ValueError, match="'input_delays' must be a number or an array; got rows of unequal length"):
        draw.input_delays([[1.0], [1.0, 2.0]], INHIBITORY, 2)


def test_inhibition_has_nothing_to_balance_without_excitation():
    taus, random_state = (np.full(9, 3.0), np.full(9, 6.0)), np.random.RandomState(0)
    with pytest.raises(ValueError, match="'inhibitory' must leave an excitatory unit.*Pass recurrent_weights"):
        draw.draw_recurrent(
            "random", None, 0.5, LeakyIntegrateAndFire(), taus, NO_FORCES, np.ones(9, bool), random_state
        )


@pytest.mark.parametrize("mask", [[[1], [1, 2]], np.arange(5)])
def test_what_is_no_mask_is_refused(mask):
    with pytest.raises(ValueError, match="'inhibitory' must be a"):
        draw.draw_populations(mask, 5, None, np.random.RandomState(0))
