import copy
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CfCWeights
from reservoir.cfc.weights import draw_cell

PAIR = (np.eye(3, 5), np.zeros(3))


def draw(
    mode="default", n_inputs=40, n_units=200, backbone=(), gain=1.0, input_scaling=1.0, gate_gain=1.0, time_bias=0.0,
    density=1.0,
):  # fmt: skip
    gains = (gain, input_scaling, gate_gain, time_bias)
    return draw_cell(mode, n_inputs, n_units, backbone, gains, np.random.RandomState(0), density)


def test_sizes_follow_from_the_weights():
    cell = CfCWeights([PAIR] * 4)
    assert (cell.n_units, cell.n_inputs) == (3, 2)
    deep = CfCWeights([(np.ones((3, 7)), 0.5)] * 4, [(np.ones((9, 5)), 0.0), (np.ones((7, 9)), np.zeros(7))])
    assert (deep.n_units, deep.n_inputs) == (3, 2)
    assert_array_equal(deep.heads[0][1], [0.5, 0.5, 0.5])
    pure = CfCWeights([PAIR], w_tau=0.5, amplitude=[1, 2, 3])
    assert_array_equal(pure.w_tau, [0.5, 0.5, 0.5])
    assert pure.amplitude.dtype == np.float64


def test_arrays_are_copies_and_read_only():
    given = [(np.ones((3, 7)), np.ones(3)) for _ in range(4)], [(np.ones((7, 5)), np.ones(7))]
    cell = CfCWeights(*given)
    for pair in (*given[0], *given[1]):
        for array in pair:
            array[:] = 9
    pure = CfCWeights([PAIR], w_tau=np.ones(3), amplitude=np.ones(3))
    for original in (cell, pure):
        for own in (original, pickle.loads(pickle.dumps(original)), copy.deepcopy(original)):
            arrays = [array for pair in (*own.heads, *own.backbone) for array in pair]
            arrays += [array for array in (own.w_tau, own.amplitude) if array is not None]
            assert not any(array.flags.writeable for array in arrays)
            assert all(array.max() == 1 or array is own.heads[0][1] for array in arrays)


@pytest.mark.parametrize("mode", ["default", "no_gate", "pure"])
@pytest.mark.parametrize("backbone", [(), (150,), (150, 60)])
def test_weights_are_glorot_uniform(mode, backbone):
    cell = draw(mode, backbone=backbone)
    assert len(cell.heads) == (1 if mode == "pure" else 4) and len(cell.backbone) == len(backbone)
    assert (cell.n_units, cell.n_inputs) == (200, 40)
    for weights, bias in (*cell.backbone, *cell.heads):
        bound = np.sqrt(6 / sum(weights.shape))
        assert 0.99 * bound < np.abs(weights).max() <= bound
        assert abs(weights.std() - bound / np.sqrt(3)) < 0.02 * bound
        assert 0.9 < np.abs(bias).max() * np.sqrt(weights.shape[1]) <= 1


def test_pure_mode_draws_a_rate_and_an_amplitude():
    cell = draw("pure", n_units=2000, n_inputs=1, backbone=(2,))
    assert 0.05 <= cell.w_tau.min() < 0.06 and 0.99 < cell.w_tau.max() <= 1
    assert -1 <= cell.amplitude.min() < -0.99 and 0.99 < cell.amplitude.max() <= 1


@pytest.mark.parametrize("backbone", [(), (150,)])
def test_gains_are_factors_on_what_they_name(backbone):
    plain = draw(backbone=backbone)
    changed = draw(backbone=backbone, gain=2.0, input_scaling=3.0, gate_gain=0.5, time_bias=4.0)
    first = [(w.copy(), b) for w, b in (plain.backbone or plain.heads)]
    for weights, _ in first[: 1 if backbone else None]:
        weights[:, :40] *= 3
    heads = plain.heads if backbone else first
    for (w, b), (w0, b0), factor in zip(changed.heads, heads, (2, 2, 0.5, 0.5), strict=True):
        assert_allclose(w, factor * w0, rtol=1e-14)
        assert_allclose(b, b0 + (4.0 if b is changed.heads[3][1] else 0.0), rtol=1e-14)
    for (w, b), (w0, b0) in zip(changed.backbone, first if backbone else (), strict=True):
        assert_allclose(w, w0, rtol=1e-14)
        assert_array_equal(b, b0)
    assert not draw(gain=0.0).heads[1][0].any() and draw(gain=0.0).heads[2][0].any()


@pytest.mark.parametrize("mode", ["default", "pure"])
@pytest.mark.parametrize("backbone", [(), (150, 60)])
def test_a_density_takes_synapses_away_from_the_first_layer(mode, backbone):
    full, tenth = draw(mode, backbone=backbone), draw(mode, backbone=backbone, density=0.1)
    first = len(full.backbone[:1]) or len(full.heads)
    pairs = list(zip((*full.backbone, *full.heads), (*tenth.backbone, *tenth.heads), strict=True))
    for (w, b), (w0, b0) in pairs[:first]:
        heard = w0[:, :40] != 0
        assert heard.sum() == 0.1 * heard.size and np.all(heard == (pairs[0][1][0][:, :40] != 0))
        assert_array_equal(w0[:, :40], np.where(heard, w[:, :40], 0))
        assert_array_equal(w0[:, 40:], w[:, 40:])
        assert_array_equal(b0, b)
    for before, after in pairs[first:]:
        assert_array_equal(np.hstack([before[0], before[1][:, None]]), np.hstack([after[0], after[1][:, None]]))
    if mode == "pure":
        assert_array_equal([full.w_tau, full.amplitude], [tenth.w_tau, tenth.amplitude])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([PAIR] * 3,), "'heads' must be ff1, ff2, time_a and time_b, or ff1 alone; got 3 pairs"),
        (([],), "'heads' must be .* got 0 pairs"),
        (([PAIR],), "'w_tau' must be given with one head, for pure mode, and only then; got None"),
        (([PAIR], (), 0.5), "'amplitude' must be given with one head, for pure mode, and only then; got None"),
        (([PAIR] * 4, (), 0.5, 1.0), "'w_tau' must be given with one head, for pure mode, and only then; got 0.5"),
        (([PAIR] * 3 + [(np.eye(4, 5), 0.0)],), r"'heads' must have equal shapes; got \[\(3, 5\)"),
        (([PAIR] * 4, [(np.ones((7, 5)), 0.0)]), r"Layers must fit: one of 7 units feeds weights \(3, 5\)"),
        (([(np.eye(3), 0.0)] * 4,), "must take at least 1 input beside 3 units; got 0"),
        (([(np.eye(3, 5) * np.nan, 0.0)] * 4,), "'heads' must be finite; got NaN or infinity"),
        (([(np.eye(3, 5) * 1j, 0.0)] * 4,), "'heads' must hold real numbers"),
        (([(np.ones(5), 0.0)] * 4,), r"'heads' must hold weights \(n_units, n_sources\); got shape \(5,\)"),
        (([(np.ones((0, 5)), 0.0)] * 4,), r"'heads' must hold weights .* got shape \(0, 5\)"),
        (([(np.eye(3, 5), np.zeros(4))] * 4,), r"'heads' must be one number or one per unit, shape \(3,\)"),
        (([(np.eye(3, 5), np.inf)] * 4,), "'heads' must be a finite number; got inf"),
        ((PAIR,), "'heads' must be a sequence of pairs"),
        (([np.eye(3, 5)] * 4,), "'heads' must be a sequence of pairs"),
        ((None,), "'heads' must be a sequence of pairs .weights, bias.; got NoneType"),
        (([PAIR] * 4, [np.ones((7, 5))]), "'backbone' must be a sequence of pairs"),
        (([PAIR] * 4, [(np.ones((5, 5)), np.zeros(2))]), "'backbone' must be one number or one per unit"),
        (([PAIR], (), np.ones(2), 1.0), r"'w_tau' must be one number or one per unit, shape \(3,\)"),
        (([PAIR], (), 1.0, [1, np.nan, 1]), "'amplitude' must be finite numbers; got nan for unit 1"),
    ],
)
def test_weights_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        CfCWeights(*arguments)
