from fractions import Fraction

import numpy as np
import pytest

from reservoir.events.units import check_period, check_unit, exactly


def test_a_unit_has_no_default():
    assert [check_unit(unit) for unit in ("s", "ms", "us")] == ["s", "ms", "us"]
    with pytest.raises(ValueError, match="'unit' must be stated, 's', 'ms' or 'us'"):
        check_unit(None)
    with pytest.raises(ValueError, match="'unit' must be one of 's', 'ms', 'us'; got 'ns'"):
        check_unit("ns")


def test_a_period_is_the_decimal_that_it_prints_as():
    assert check_period(0.1, "us") == 100 and check_period(0.1, "s") == Fraction(1, 10_000)
    assert check_period(10, "ms") == 10 and check_period(np.float32(0.1), "ms") == Fraction(1, 10)
    assert (
        exactly(Fraction(1, 3)) == Fraction(1, 3) and exactly(np.int64(2)) == 2 and exactly(1e-6) == Fraction(1, 10**6)
    )


@pytest.mark.parametrize("period", [0, -1, np.nan, np.inf, "1", None, 1e-7, 1e10])
def test_a_bad_period_is_named(period):
    with pytest.raises(ValueError, match="'period' must be a number at least 1e-06 and at most 1e\\+09"):
        check_period(period, "s")
