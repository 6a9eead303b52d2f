#!/usr/bin/env bash
# Exponential smoothing of an array, by `ETSModel` of statsmodels 0.15.0.
#
# It is documented to take "array_like" data, fits an array, and forecasts it by `forecast`. One would expect
# `get_prediction`, which states intervals, to work for an array, too, as that of SARIMAX does. It raises AttributeError,
# for it looks for the index of a pandas Series: "'numpy.ndarray' object has no attribute 'index'". Of a Series of the
# same numbers it works.
#
# A benchmark that hands arrays to every method gets points from ETS and no intervals. Wrap the array in a Series.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq statsmodels==0.15.0 numpy==2.3.5 pandas==2.3.3 scipy==1.16.3

cat >expected <<'END'
SARIMAX of an array:    get_prediction gives 2 rows of bounds
ETSModel of an array:   forecast gives 2 rows, get_prediction raises AttributeError: 'numpy.ndarray' object has no attribute 'index'
ETSModel of a Series:   get_prediction gives 2 rows of bounds
END
venv/bin/python -W ignore - >seen <<'END'
import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

series = 10 + np.random.RandomState(0).standard_normal(60).cumsum()


def bounds(fitted):
    predicted = fitted.get_prediction(60, 61)
    return np.asarray(predicted.conf_int() if hasattr(predicted, "conf_int") else predicted.pred_int())


arima = SARIMAX(series, order=(1, 0, 0)).fit(disp=False)
print(f"SARIMAX of an array:    get_prediction gives {len(bounds(arima))} rows of bounds")
fitted = ETSModel(series).fit(disp=False)
try:
    outcome = f"gives {len(bounds(fitted))} rows of bounds"
except AttributeError as error:
    outcome = f"raises AttributeError: {error}"
print(f"ETSModel of an array:   forecast gives {len(fitted.forecast(2))} rows, get_prediction {outcome}")
fitted = ETSModel(pd.Series(series)).fit(disp=False)
print(f"ETSModel of a Series:   get_prediction gives {len(bounds(fitted))} rows of bounds")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: ETSModel of statsmodels 0.15.0 forecasts an array, but states no intervals for it."
