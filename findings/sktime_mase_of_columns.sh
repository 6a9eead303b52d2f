#!/usr/bin/env bash
# The mean absolute scaled error (MASE) of several columns, by `mean_absolute_scaled_error` of sktime 1.2.0.
#
# The error of each column is divided by that column's own naive error, so that it has no unit: `raw_values` do not
# change where a column is measured in thousandths of its unit. One would expect their mean, which the documentation
# calls the uniform average, not to change either. The default average does: it divides the mean error of all columns
# by the mean naive error of all columns, so that the column of the largest numbers decides.
#
# A model that forecasts a temperature and a pressure in pascal is thus judged by the pressure alone, and a search over
# settings takes what suits it. Ask for `multioutput="raw_values"` and take the mean yourself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq sktime==1.2.0 numpy==2.3.5 pandas==2.3.3 scikit-learn==1.7.2

cat >expected <<'END'
unit of the second column  raw values      their mean  default average
1                          [1.531, 1.296]  1.414       1.423
0.001                      [1.531, 1.296]  1.414       1.296
END
venv/bin/python - >seen <<'END'
import numpy as np
from sktime.performance_metrics.forecasting import mean_absolute_scaled_error

rng = np.random.RandomState(0)
train, true, predicted = rng.standard_normal((40, 2)).cumsum(axis=0), rng.standard_normal((6, 2)), rng.standard_normal((6, 2))
print("unit of the second column  raw values      their mean  default average")
for unit, scale in (("1", 1.0), ("0.001", 1000.0)):
    scales = np.array([1.0, scale])
    given = {"y_true": scales * true, "y_pred": scales * predicted, "y_train": scales * train}
    raw = mean_absolute_scaled_error(**given, multioutput="raw_values")
    average = mean_absolute_scaled_error(**given)
    print(f"{unit:27}{np.round(raw, 3).tolist()!s:16}{raw.mean():<12.3f}{average:.3f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: the default MASE of several columns depends on their units in sktime 1.2.0, though each column's does not."
