"""What each example of the folder forecasting must reach, by what it prints."""

import re


def floor_of_narma(printed):
    assert float(re.search(r"^reservoir +([.\d]+)", printed, re.M)[1]) <= 0.06
    assert float(re.search(r"lowers the error ([.\d]+) times", printed)[1]) >= 3


def floor_of_nvar_lorenz(printed):
    def times(name):
        return [float(time) for time in re.search(rf"^{name} +([.\d]+) \(.*?\) +([.\d]+)", printed, re.M).groups()]

    published, cubic = times("products of 2"), times("products of 3")
    assert published[0] >= 4 and published[1] >= 5
    assert cubic[0] >= 7
    assert max(times("no reservoir, linear") + times("last row for ever")) <= 0.5
    assert max(times("products of 2, not scaled")) <= 1


def floor_of_mackey_glass(printed):
    def error(name):
        return float(re.search(rf"^{name} +([.\d]+)$", printed, re.M)[1])

    assert error("400 units, median of 7 networks") <= 4e-4
    assert min(error("no reservoir, last value"), error("no reservoir, linear in 100 values")) >= 0.3


def floor_of_lorenz_forecast(printed):
    def median(name):
        return float(re.search(rf"^{name} +([.\d]+)", printed, re.M)[1])

    assert median("1000 units") >= 10
    assert max(median("no reservoir, last row"), median("no reservoir, linear in 10 rows")) <= 0.5
    first, second, third = map(
        float, re.search(r"^exponents of the loops, mean +(\S+) +(\S+) +(\S+)$", printed, re.M).groups()
    )
    assert abs(first - 0.906) <= 0.03
    assert abs(second) <= 0.02
    assert third < -10  # of -14.57: the loop has to learn how fast it falls back to the attractor


def floor_of_anomalies(printed):
    def figures(name):
        return [
            float(number) for number in re.search(rf"^{name} +([.\d]+) \+- [.\d]+ +([.\d]+)", printed, re.M).groups()
        ]

    share, area = figures("reservoir, 100 units")
    assert share >= 0.98 and area >= 0.84
    share, area = figures("no reservoir, linear in 100 rows")
    assert share <= 0.9 and area <= 0.8
    assert max(figures("no reservoir, linear in 20 rows")) <= 0.7
    assert max(figures("no reservoir, difference")) <= 0.5


def floor_of_exogenous(printed):
    errors = {name: float(error) for name, error in re.findall(r"^(\w[\w ,]+?) {2,}([.\d]+) \+-", printed, re.M)}
    assert errors["seasonal naive"] == 1
    assert errors["reservoir, known columns"] <= 0.35
    assert min(errors["reservoir, demand alone"], errors["no reservoir, demand alone"]) >= 0.7
    assert errors["no reservoir, known columns"] >= errors["reservoir, known columns"]


def floor_of_hybrid_lorenz(printed):
    def median(name):
        return float(re.search(rf"^{name} +([.\d]+)", printed, re.M)[1])

    for n_units in (50, 100, 200, 400):
        alone = median(f"reservoir alone, {n_units} units")
        assert median(f"hybrid, {n_units} units") >= 1.15 * alone
    assert median("hybrid, 50 units") >= 3
    assert median("no reservoir, expert alone") <= 1.5
    assert median("no reservoir, last row for ever") <= 0.2


def floor_of_local_reservoirs(printed):
    times = {name: float(mean) for name, mean in re.findall(r"^(\w[\w ,]+?) {2,}([.\d]+) \+-", printed, re.M)}
    assert times["local reservoirs, 500 units"] >= 4.2
    assert times["local reservoirs, 500 units"] > times["no reservoir, products of 2"] >= 2.5
    assert times["no reservoir, linear"] <= 0.5
    assert times["no reservoir, last row"] <= 0.2 and times["no reservoir, mean"] <= 0.2


def floor_of_tipping_point(printed):
    def shares(name):
        row = re.search(rf"^{name} +(.*)$", printed, re.M)[1]
        return [float(share) for share in re.sub(r"\([.\d]+\)", "", row).split()]

    died = shares("reservoir, K as a column")
    assert max(died[:4]) == 0 and min(died[4:6]) >= 0.6
    assert max(shares("reservoir, no such column")) == 0
    assert shares("truth") == [0.0] * 4 + [1.0] * 5
