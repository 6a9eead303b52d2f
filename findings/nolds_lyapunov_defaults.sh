#!/usr/bin/env bash
# Lyapunov exponents from a series with nolds 0.6.2: `lyap_r` and `lyap_e` with their defaults.
#
# The logistic map at r = 4 is chaotic with an exponent of ln 2 = .693, known in closed form, and one would expect two
# estimators to find it in a few thousand noise-free values, or to come nearer with more of them. `lyap_r` calls the
# map regular: it fits a line over 20 steps, and neighbours of this map are as far apart as they can be after a few;
# besides, its fit draws at random without a seed. The first exponent of `lyap_e` grows with the length of the series:
# .62, 1.00 and 1.59 for 1000, 2000 and 5000 values. There is no warning about either. With `emb_dim=2, lag=1,
# min_tsep=10, trajectory_len=5` the first gives .69 each time.
#
# Whoever judges a reservoir's autonomous output by such an exponent calls chaos order, and compares series of
# different lengths in vain. Look at the curve of divergence (`debug_plot=True`) and fit only where it is straight,
# and try the estimator on a map whose exponent is known, of the same length.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq nolds==0.6.2 numpy==2.3.5 scikit-learn==1.7.2 scipy==1.16.3 setuptools==80.9.0

cat >expected <<'END'
values   lyap_r below 0.1   with a short fit   lyap_e   true
1000                 True               0.69     0.62   0.69
2000                 True               0.69     1.00   0.69
5000                 True               0.69     1.59   0.69
END
venv/bin/python -W ignore - >seen <<'END'
import nolds
import numpy as np


def logistic_map(n_values, value=0.1):
    series = np.empty(n_values)
    for i in range(n_values):
        series[i] = value
        value = 4 * value * (1 - value)
    return series


print("values   lyap_r below 0.1   with a short fit   lyap_e   true")
for n_values in (1000, 2000, 5000):
    series = logistic_map(n_values)
    regular = nolds.lyap_r(series) < 0.1
    short = nolds.lyap_r(series, emb_dim=2, lag=1, min_tsep=10, trajectory_len=5, fit="poly")
    first = nolds.lyap_e(series)[0]
    print(f"{n_values}{regular!s:>21}{short:19.2f}{first:9.2f}{np.log(2):7.2f}")
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: by default nolds 0.6.2 finds no chaos in the logistic map, or more of it the longer the series is."
