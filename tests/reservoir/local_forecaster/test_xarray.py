"""Labelled fields in and out: axes, names and coordinates are kept, and the values are those of arrays."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from readouts import RidgeReadout
from reservoir import EchoStateReservoir, LocalForecaster
from reservoir.local_forecaster import readout_rows

xarray = pytest.importorskip("xarray", reason="the extra 'xarray' is not installed")

HOURS = np.datetime64("2024-02-28T00") + 6 * np.arange(200)
LATITUDES, LONGITUDES = np.linspace(60.0, 40.0, 4), np.arange(0.0, 360.0, 30.0)


def forecaster(**parameters):
    options = {"patch": (2, 4), "halo": 1, "washout": 20, "periodic": False} | parameters
    return LocalForecaster(EchoStateReservoir(20, random_state=0), RidgeReadout(1e-4), **options)


@pytest.fixture
def temperature():
    """A wave that runs eastwards around the earth, weaker in the north, on a map with all kinds of coordinates."""
    phase = 2 * np.pi * LONGITUDES / 360 - 0.2 * np.arange(200)[:, None, None]
    values = np.sin(phase) * np.cos(np.deg2rad(LATITUDES))[:, None]
    coords = {
        "time": HOURS.astype("datetime64[ns]"),
        "lat": LATITUDES,
        "lon": LONGITUDES,
        "height": 2.0,
        "is_land": (("lat", "lon"), np.arange(48).reshape(4, 12) % 3 == 0),
        "region": ("lat", list("abcd")),
    }
    return xarray.DataArray(values, coords, dims=("time", "lat", "lon"), name="t2m", attrs={"units": "K"})


def assert_same_place(forecast, field):
    assert isinstance(forecast, xarray.DataArray)
    assert (forecast.dims, forecast.name) == (field.dims, field.name)
    assert set(forecast.coords) == set(field.coords)
    for name in set(field.coords) - {"time"}:
        xarray.testing.assert_identical(forecast.coords[name].drop_vars("time", errors="ignore"), field.coords[name])


def test_a_forecast_goes_on_in_time_at_the_same_places(temperature):
    fitted = forecaster().fit(temperature[:150])
    forecast = fitted.forecast(50)
    assert_same_place(forecast, temperature)
    assert_array_equal(forecast["time"], temperature["time"][150:])
    assert_array_equal(forecast.values, forecaster().fit(temperature.values[:150]).forecast(50))
    # So that the two can be compared by their labels.
    error = (forecast - temperature).sel(lat=60.0, lon=slice(90, 180))
    assert error.shape == (50, 4) and float(abs(error).max()) < 0.05


def test_a_context_gives_its_own_times(temperature):
    fitted = forecaster().fit(temperature[:100])
    forecast = fitted.forecast(10, context=temperature[100:180])
    assert_same_place(forecast, temperature)
    assert_array_equal(forecast["time"], temperature["time"][180:190])
    assert_array_equal(fitted.forecast(10, context=temperature.values[100:180]), forecast.values)


def test_predictions_of_one_step_stand_at_the_times_they_predict(temperature):
    predicted = forecaster().fit(temperature).predict_one_step(temperature)
    assert_same_place(predicted, temperature)
    assert_array_equal(predicted["time"], temperature["time"][1:])


def test_predictions_of_several_fields_are_labelled_each(temperature):
    fields = [temperature[:80], temperature[80:150]]
    fitted = forecaster().fit(fields)
    for predicted, field in zip(fitted.predict_one_step(fields), fields, strict=True):
        assert_array_equal(predicted["time"], field["time"][1:])


def test_axes_in_another_order_are_refused(temperature):
    fitted = forecaster().fit(temperature)
    for turned in (temperature.transpose("lat", "lon", "time"), temperature.transpose("time", "lon", "lat")):
        with pytest.raises(ValueError, match=r"Pass context.transpose\('time'"):
            fitted.forecast(2, turned)


def test_a_data_set_is_refused_by_name(temperature):
    with pytest.raises(TypeError, match="'X' must be a field, an array of numbers; got Dataset"):
        forecaster().fit(temperature.to_dataset())


def test_times_without_a_step_are_left_out(temperature):
    gaps = temperature[np.r_[:50, 60:150]]
    forecast = forecaster().fit(gaps).forecast(3)
    assert "time" not in forecast.coords and forecast.dims == temperature.dims
    assert_array_equal(forecast["lat"], LATITUDES)


def test_years_and_numbers_are_times_too(temperature):
    field = temperature.assign_coords(time=0.25 * np.arange(200))
    assert_allclose(forecaster().fit(field).forecast(4)["time"], [50, 50.25, 50.5, 50.75])


def test_variables_of_a_data_set_are_an_axis(temperature):
    data = xarray.Dataset({"a": temperature, "b": 2 * temperature + 1}).to_dataarray("field")
    field = data.transpose("time", "lat", "lon", "field")
    forecast = forecaster(variables=True).fit(field).forecast(5)
    assert_array_equal(forecast["field"], ["a", "b"])
    assert_allclose(forecast.sel(field="b"), 2 * forecast.sel(field="a") + 1, atol=0.02)


def test_blocks_of_dask_stay_lazy_until_a_group_is_read(temperature, monkeypatch):
    pytest.importorskip("dask.array", reason="the extra 'dask' is not installed")
    lazy = temperature.chunk({"lat": 2, "lon": 4})
    forecast = forecaster().fit(lazy).forecast(5)
    assert_same_place(forecast, temperature)
    monkeypatch.setattr(readout_rows, "MOST_HELD", 0)  # else rows of a field in memory are fitted as a whole
    assert_array_equal(forecast.values, forecaster().fit(temperature).forecast(5).values)
