#!/usr/bin/env bash
# The daily S&P 500 that ships with arch 8.0.0, `arch.data.sp500`: its column of opening prices.
#
# The table holds open, high, low and close of 1999 to 2018, "used in the examples". One would expect the first price of
# a day to differ from the last of the day before. Until 2005 it is the same to the last digit on 95 to 98 % of the days,
# on 43 % in 2006 and on 16 % in 2007; from 2014 on it never is. The Nasdaq in the same package has no such days.
#
# So the return over night is zero where there is no opening price: its volatility from 1999 to 2005 comes out as .4 % a
# year, that of the Nasdaq as 15 %. Estimators of volatility that read the opening price (Garman-Klass, Rogers-Satchell,
# overnight and daytime returns apart) change what they measure between 2005 and 2008, which a model takes for a change
# of regime in the market. Use close, high and low.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -qq arch==8.0.0 pandas==3.0.6 numpy==2.4.6

cat >expected <<'END'
share of days whose opening price is the last close
years        sp500  nasdaq
1999-2005     0.96    0.00
2006          0.43    0.01
2007          0.16    0.00
2008-2010     0.01    0.00
2014-2018     0.00    0.00
volatility over night a year, 1999-2005: sp500 0.004, nasdaq 0.150
END
venv/bin/python - >seen <<'END'
import numpy as np
from arch.data import nasdaq, sp500

tables = sp500.load(), nasdaq.load()
same = [table.Open == table.Close.shift() for table in tables]
print("share of days whose opening price is the last close")
print("years        sp500  nasdaq")
for first, last in [(1999, 2005), (2006, 2006), (2007, 2007), (2008, 2010), (2014, 2018)]:
    years = f"{first}-{last}" if last > first else str(first)
    shares = [days[str(first) : str(last)].mean() for days in same]
    print(f"{years:<9}{shares[0]:9.2f}{shares[1]:8.2f}")
nights = [np.log(table.Open / table.Close.shift())["1999":"2005"].std() * 252**0.5 for table in tables]
print("volatility over night a year, 1999-2005: sp500 {:.3f}, nasdaq {:.3f}".format(*nights))
END
cat seen
diff expected seen || { echo "The behaviour changed: '<' was expected, '>' was seen." >&2; exit 1; }
echo "Confirmed: until 2005 the S&P 500 of arch 8.0.0 opens where it closed the day before."
