#!/usr/bin/env bash
# The hourly temperatures of Seattle and San Francisco that ship with vega_datasets 0.9.0.
#
# They look like the readings of a year: one number for every hour of 2010. One would expect 365 x 24 = 8,760 rows, and
# as much difference from day to day as weather has. There are 8,759: three o'clock in the morning of 14 March is missing
# from both, the night on which clocks are put forward, and no hour is there twice in November. And the temperature of an
# hour differs from that of the day before by .10 degrees in the median: they are smoothed long-term normals, not a year
# of weather.
#
# By rows, a season of 24 is out of step with the day by an hour from March on. A seasonal naive forecast is nearly
# perfect on them, and any model that follows slow drift beats it by a factor, so that results on them say little of
# temperatures that were measured. Interpolate the missing hour, and do not judge forecasts by these series alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq vega_datasets==0.9.0 pandas==2.3.3 numpy==2.3.5

cat >expected <<'END'
seattle_temps: 8759 rows, missing ['2010-03-14 03:00:00'], repeated 0, median change in a day 0.10
sf_temps: 8759 rows, missing ['2010-03-14 03:00:00'], repeated 0, median change in a day 0.10
END
venv/bin/python - >seen <<'END'
import pandas as pd
from vega_datasets import data

for name in ("seattle_temps", "sf_temps"):
    table = getattr(data, name)()
    values, times = table.columns[0], table.columns[1]
    if not pd.api.types.is_numeric_dtype(table[values]):
        values, times = times, values
    stamps = pd.to_datetime(table[times])
    every = pd.date_range("2010-01-01", "2010-12-31 23:00", freq="h")
    missing = [str(one) for one in every.difference(stamps)]
    change = table[values].diff(24).abs().median()
    print(f"{name}: {len(table)} rows, missing {missing}, repeated {int(stamps.duplicated().sum())}, median change in a day {change:.2f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: the hourly temperatures of vega_datasets 0.9.0 are smooth normals without one hour in March."
