"""Summaries of states and inputs of earlier steps."""

import numpy as np
import pytest
from builders import series
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import EchoStateReservoir, SequenceEncoder
from reservoir.encoder.views import fit_view

SEVERAL = [series(steps, 2, seed=steps) for steps in (20, 33, 12)]
LIVE = EchoStateReservoir(4, random_state=0)


def delayed(rows, lag):
    return np.vstack([np.zeros((lag, rows.shape[1])), rows[:-lag]])


def columns(x, u, lags):
    return np.hstack([x, u, *[np.hstack([delayed(x, lag), delayed(u, lag)]) for lag in lags]])


@pytest.mark.parametrize("summary", ["last", "mean", "std", "max", "min"])
def test_columns_are_summarised_as_units_are(summary):
    encoder = SequenceEncoder(LIVE, summary, lags=(1, 4)).fit(SEVERAL)
    rows = [columns(x, u, (1, 4)) for x, u in zip(LIVE.fit(SEVERAL).transform(SEVERAL), SEVERAL, strict=True)]
    reduce = (lambda z: z[-1]) if summary == "last" else lambda z: getattr(np, summary)(z, axis=0)
    assert_allclose(encoder.transform(SEVERAL), [reduce(z) for z in rows], rtol=1e-10, atol=1e-12)


def test_names_units_and_thresholds():
    encoder = SequenceEncoder(LIVE, ("last", "ppv"), quantiles=(0.5,), lags=(2,)).fit(SEVERAL)
    names = encoder.get_feature_names_out().tolist()
    assert names[:4] == ["last_0", "last_1", "last_2", "last_3"]
    assert names[4:8] == ["last_x0(t)", "last_x1(t)", "last_0(t-2)", "last_1(t-2)"]
    assert names[-1] == "ppv_0.5_x1(t-2)"
    assert len(names) == encoder.transform(SEVERAL).shape[1] == len(encoder.feature_units_)
    assert encoder.feature_units_[:, 1].max() == 11 and encoder.thresholds_[0].shape == (1, 12)


def test_views_are_lagged_as_they_drive():
    encoder = SequenceEncoder(LIVE, "last", views="reversed_series", lags=3).fit(SEVERAL)
    view = fit_view("reversed_series", SEVERAL)
    seen = [view.of(u, np.dtype(np.float64)) for u in SEVERAL]
    expected = [columns(x, u, (1, 2, 3))[-1] for x, u in zip(LIVE.fit(seen).transform(seen), seen, strict=True)]
    assert_allclose(encoder.transform(SEVERAL), expected, rtol=1e-12)
    two = SequenceEncoder(LIVE, "last", views=("series", "differences"), lags=1).fit(SEVERAL)
    assert two.transform(SEVERAL).shape == (3, 24)
    assert not np.array_equal(
        two.reservoirs_[0].reservoir_.input_weights_, two.reservoirs_[1].reservoir_.input_weights_
    )


def test_threads_and_none():
    plain = SequenceEncoder(LIVE).fit_transform(SEVERAL)
    assert_array_equal(SequenceEncoder(LIVE, lags=None).fit_transform(SEVERAL), plain)
    lagged = SequenceEncoder(LIVE, lags=2).fit_transform(SEVERAL)
    assert_array_equal(SequenceEncoder(LIVE, lags=2, n_jobs=2).fit_transform(SEVERAL), lagged)
    assert_array_equal(lagged[:, :4], plain)


def test_lags_must_fit_into_the_shortest_sequence():
    with pytest.raises(ValueError, match="'lags' must be smaller .* got a lag of 12 with a series of 12 steps"):
        SequenceEncoder(LIVE, lags=(1, 12)).fit(SEVERAL)
    with pytest.raises(ValueError, match="'lags' must be an integer of at least 1; got 0"):
        SequenceEncoder(LIVE, lags=0).fit(SEVERAL)
