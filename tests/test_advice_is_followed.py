"""Advice works when followed: what is refused, what the message says to do, and that being done.

A case is what is tried, what is said, as a pattern, and what is tried then, once for every piece of the advice.
"""

import pytest
from advice import around, parts, series, sizes

CASES = series.CASES | sizes.CASES | parts.CASES | around.CASES


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("case", CASES)
def test_advice_is_given_and_works(case):
    refused, advice, mends = CASES[case]
    with pytest.raises((ValueError, TypeError, AttributeError, Warning), match=f"(?s){advice}"):
        refused()
    for mend in mends:
        mend()
