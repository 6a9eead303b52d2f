from functools import partial

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from readouts import RidgeReadout
from reservoir import EchoStateReservoir
from reservoir.forecaster.next_rows import NextRows
from reservoir.local_forecaster.fields import cut
from reservoir.local_forecaster.group_tasks import (
    PatchTask,
    end_states,
    fit_each,
    fit_shared,
    measure_group,
    predict_group,
    windows_of,
)
from reservoir.local_forecaster.patches import Patches
from reservoir.local_forecaster.space_scale import no_scale, scale_of

FIELD = np.random.RandomState(0).standard_normal((120, 24))
PATCHES = Patches((24,), (3,), (2,), True, 1)
GROUP = np.array([1, 2, 3, 4])
POINTS = PATCHES.points(GROUP)
PLACES = PATCHES.within(GROUP, POINTS)


def reservoir(seed=0):
    return EchoStateReservoir(10, random_state=seed)


def task(**changes):
    return PatchTask(NextRows(10, 3, 1, True, False), no_scale(1), np.dtype(float), 20)._replace(**changes)


def slabs(*fields):
    return [cut(field, POINTS) for field in fields]


def features_of(fitted, number, field=FIELD):
    window = np.ascontiguousarray(field[:, PATCHES.seen([number])[0]])
    return np.hstack([fitted.transform(window), window])[20:-1], window[21:, :3]


def test_windows_are_scaled_and_hold_the_own_values_first():
    moments = measure_group(slabs(FIELD), 1)
    scaled = task(scale=scale_of(moments))
    windows = windows_of(scaled, slabs(FIELD, FIELD[:50]), PLACES)
    assert [len(rows) for rows in windows.of_patch(1)] == [120, 50]
    assert [len(rows) for rows in windows.before_the_last().of_patch(1)] == [119, 49]
    expected = (FIELD[:, PATCHES.seen([2])[0]] - scaled.scale.mean) / scaled.scale.scale
    assert_allclose(windows.of_patch(1)[0][:], expected, atol=1e-14)


def test_a_large_mean_is_taken_off_before_digits_are_lost():
    far = FIELD + 1e8
    single = task(scale=scale_of(measure_group(slabs(far), 1)), dtype=np.dtype("float32"))
    windows = windows_of(single, slabs(far), PLACES).of_patch(1)[0][:]
    assert windows.dtype == np.float32
    expected = (far[:, PATCHES.seen([2])[0]] - single.scale.mean) / single.scale.scale
    assert_allclose(windows, expected, atol=1e-6)  # of values up to 4, rounded to single precision


def test_a_shared_readout_is_fitted_to_the_rows_of_all_patches():
    fitted = reservoir().fit(FIELD[:, :7])
    rows = [features_of(fitted, number) for number in GROUP]
    returned = fit_shared(task(), fitted, None, slabs(FIELD), PLACES, [])
    for (features, targets), (expected, ahead) in zip(returned.rows, rows, strict=True):
        assert_allclose(features, expected, atol=1e-14)
        assert_array_equal(targets, ahead)
    streamed = fit_shared(task(), fitted, RidgeReadout(1e-3), slabs(FIELD), PLACES, [])
    whole = RidgeReadout(1e-3).fit(*map(np.concatenate, zip(*rows, strict=True)))
    assert not streamed.rows
    assert_allclose(streamed.readouts[0].coef_, whole.coef_, atol=1e-10)
    for number, state in zip(GROUP, streamed.states, strict=True):
        window = np.ascontiguousarray(FIELD[:, PATCHES.seen([number])[0]])
        assert_array_equal(state, fitted.transform(window)[-2])


def test_each_patch_has_what_it_is_fitted_to_alone():
    reservoirs, readouts = [reservoir(seed) for seed in range(4)], [RidgeReadout(1e-3) for _ in range(4)]
    for holds in (True, False):
        fit = fit_each(task(), reservoirs, readouts, holds, slabs(FIELD), PLACES, [])
        for number, one, readout in zip(GROUP, fit.reservoirs, fit.readouts, strict=True):
            assert_allclose(readout.coef_, RidgeReadout(1e-3).fit(*features_of(one, number)).coef_, atol=1e-10)
        assert_array_equal(end_states(task(), fit.reservoirs, slabs(FIELD), PLACES), fit.states)
        readouts = [RidgeReadout(1e-3) for _ in range(4)]


def test_noise_is_on_features_and_not_on_targets_nor_states_at_the_end():
    fitted = reservoir().fit(FIELD[:, :7])
    run = partial(fit_shared, task(noise=0.1), fitted, None, slabs(FIELD, FIELD), PLACES)
    noisy, clean = run([1, 2, 3, 4]), fit_shared(task(), fitted, None, slabs(FIELD, FIELD), PLACES, [])
    deviations = [one[0][:, 10:] - other[0][:, 10:] for one, other in zip(noisy.rows, clean.rows, strict=True)]
    assert_allclose(np.std(deviations), 0.1, rtol=0.05)
    assert all(np.abs(deviations[0] - other).max() > 0.1 for other in deviations[1:])
    assert_array_equal(noisy.rows[0][1], clean.rows[0][1])
    assert noisy.states == clean.states == []
    alone = fit_shared(task(noise=0.1), fitted, None, slabs(FIELD), PLACES, [1, 2, 3, 4])
    assert_array_equal(alone.states, end_states(task(), [fitted], slabs(FIELD), PLACES))


def test_predictions_come_field_by_field():
    fitted = reservoir().fit(FIELD[:, :7])
    readout = RidgeReadout(1e-3).fit(*features_of(fitted, 1))
    together = predict_group(task(), [fitted], [readout], slabs(FIELD, FIELD[:50]), PLACES)
    each = predict_group(task(), 4 * [fitted], 4 * [readout], slabs(FIELD, FIELD[:50]), PLACES)
    assert [len(rows) for rows in together] == 4 * [119] + 4 * [49]
    for one, other in zip(together, each, strict=True):
        assert_allclose(one, other, atol=1e-14)
    assert_allclose(together[0][20:], readout.predict(features_of(fitted, 1)[0]), atol=1e-12)
