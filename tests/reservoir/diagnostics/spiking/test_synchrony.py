import numpy as np
import pytest

from reservoir import LIFLiquid
from reservoir.diagnostics.spiking import SpikeTrains, synchrony, synchrony_of_trains


def of(spikes, **keywords):
    return synchrony_of_trains(SpikeTrains(*np.nonzero(spikes), *spikes.shape), **keywords)


def test_agrees_with_covariances_of_binned_counts():
    random = np.random.RandomState(0)
    spikes = random.rand(403, 9) < 0.2 * random.rand(403, 1) + 0.1
    spikes[:, 4] = False
    found = of(spikes, bin_width=5.0)
    counts = np.delete(spikes[:400], 4, axis=1).reshape(80, 5, 8).sum(axis=1)
    covariance = np.cov(counts.T, bias=True)
    assert found.n_active == 8
    assert found.chi == pytest.approx(np.sqrt(counts.mean(axis=1).var() / np.trace(covariance) * 8))
    pairs = covariance[~np.eye(8, dtype=bool)]
    assert found.correlation == pytest.approx(pairs.mean() / np.diag(covariance).mean())


@pytest.mark.parametrize("n_units", [10, 100])
def test_independent_units_have_one_over_the_root_of_their_number(n_units):
    found = of(np.random.RandomState(0).rand(20000, n_units) < 0.05)
    assert found.chi == pytest.approx(n_units**-0.5, rel=0.05)
    assert abs(found.correlation) < 0.005


def test_clusters_of_units_that_do_the_same():
    train = np.random.RandomState(0).rand(20000, 4) < 0.05
    assert of(train[:, :1].repeat(20, axis=1)).chi == pytest.approx(1)
    assert of(train[:, :1].repeat(20, axis=1)).correlation == pytest.approx(1)
    # Of 4 clusters of 5 units each: as of 4 units.
    assert of(train.repeat(5, axis=1)).chi == pytest.approx(0.5, rel=0.03)


def test_units_in_turns_are_opposite():
    spikes = np.zeros((40, 2), bool)
    spikes[::4, 0] = spikes[2::4, 1] = True
    found = of(spikes, bin_width=2.0)
    assert found.chi == 0 and found.correlation == pytest.approx(-1)


def test_what_has_no_answer_is_refused():
    spikes = np.zeros((40, 3), bool)
    spikes[::4, 0] = True
    with pytest.raises(ValueError, match="At least two units must spike to do so together; got 1. Use more input"):
        of(spikes)
    spikes[:] = True
    with pytest.raises(ValueError, match="'bin_width' must leave bins.*got 5 ms, with 8 bins. Use narrower"):
        of(spikes)
    with pytest.raises(ValueError, match="'bin_width' must be a number above 0; got 0"):
        of(spikes, bin_width=0)
    silent = LIFLiquid(5, background_current=0.0, random_state=0).fit(np.zeros((1, 1)))
    with pytest.raises(ValueError, match="got 0"):
        synchrony(silent, np.zeros((20, 1)))
