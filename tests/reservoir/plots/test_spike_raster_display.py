import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from reservoir import LIFLiquid
from reservoir.diagnostics import SpikeTrains, spike_trains
from reservoir.plots import SpikeRasterDisplay


def test_rates_of_a_raster_by_hand():
    # 2 excitatory units, 1 inhibitory: 2 spikes of the first two in 10 ms are 100 Hz each on average.
    inhibitory = np.array([False, True, False])
    display = SpikeRasterDisplay(
        np.array([1.0, 2.0, 12.0, 24.0]), np.array([0, 2, 1, 1]), inhibitory=inhibitory, duration=25.0, bin_width=10.0
    ).plot()
    assert_allclose(display.rates_, [[100, 0, 0], [0, 100, 200]])  # the last bin is of 5 ms
    assert_array_equal(display.points_["excitatory"].get_offsets(), [[1, 0], [2, 1]])
    assert_array_equal(display.points_["inhibitory"].get_offsets(), [[12, 2], [24, 2]])
    assert_array_equal(display.steps_["inhibitory"].get_data().edges, [0, 10, 20, 25])
    raster, rates = display.axes_
    assert rates.get_xlabel() == "time in ms" and rates.get_ylabel() == "rate in Hz"
    assert raster.get_xlim() == (0, 25)
    legend = raster.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["2 excitatory", "1 inhibitory"]
    assert [line.is_dashed() for line in legend.get_lines()] == [False, True]  # as the rates, which cross each other


def test_all_spikes_of_a_liquid_are_drawn():
    u = np.random.RandomState(0).standard_normal((9, 3))
    liquid = LIFLiquid(30, input_scaling=60.0, dt=0.5, random_state=0).fit(u)
    display = SpikeRasterDisplay.from_estimator(liquid, u, bin_width=30.0)
    steps, _ = liquid.spikes(u)
    drawn = np.concatenate([points.get_offsets()[:, 0] for points in display.points_.values()])
    assert len(steps) > 20
    assert_array_equal(np.sort(drawn), np.sort(steps) * 0.5)
    sizes = np.array([(~liquid.inhibitory_).sum(), liquid.inhibitory_.sum()])
    assert_allclose((display.rates_ * 0.03).sum(axis=1) @ sizes, len(steps))


def test_one_population_and_silence():
    display = SpikeRasterDisplay.from_trains(SpikeTrains([], [], n_steps=10, n_units=4))
    assert [*display.points_] == ["excitatory"] and not display.rates_.any()


def test_every_reservoir(every, X):
    fitted = clone(every).fit(X)
    spiking = isinstance(fitted, LIFLiquid) or any(
        isinstance(layer, LIFLiquid) for layer in vars(fitted).get("layers_", ())
    )
    if spiking:
        display = SpikeRasterDisplay.from_estimator(fitted, X, washout=2)
        assert len(display.times) == len(spike_trains(fitted, X, washout=2).steps)
    else:
        with pytest.raises(TypeError, match="equations spike_trains knows"):
            SpikeRasterDisplay.from_estimator(fitted, X)


def test_bad_bins_are_named():
    with pytest.raises(ValueError, match="'bin_width' must be a number above 0; got 0"):
        SpikeRasterDisplay.from_trains(SpikeTrains([1], [0], n_steps=10, n_units=1), bin_width=0)
