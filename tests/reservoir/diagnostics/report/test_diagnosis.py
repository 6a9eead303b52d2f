"""The page: what it prints for numbers that are there, missing and infinite."""

import numpy as np
import pytest

from reservoir.diagnostics import Diagnosis, FiringRates


def page(**changed):
    numbers = {
        "still": 0.0,
        "saturated": 0.25,
        "lyapunov_exponent": -np.log(2),
        "spectral_radius": 0.5,
        "consistency": 1.0,
        "transient_length": 7,
        "memory_capacity": 3.0,
        "effective_dimension": 2.5,
    }
    return Diagnosis("Some<Reservoir>", 10, 100, "ordered", "Leave it as it is.", **(numbers | changed))


def test_a_rate_is_told_as_a_half_life():
    assert "a difference falls to a half in 1 rows" in str(page())
    assert "a difference doubles in 2 rows" in str(page(lyapunov_exponent=np.log(2) / 2))
    assert "a difference vanishes at once" in str(page(lyapunov_exponent=-np.inf))
    assert "a difference stays" in str(page(lyapunov_exponent=0.0))


def test_what_is_missing_is_left_out():
    names = {row[0] for row in page().rows}
    absent = {"memory_capacity": None, "consistency": None, "spectral_radius": None, "effective_dimension": None}
    left = {row[0] for row in page(saturated=None, **absent).rows}
    assert names - left == {
        "memory capacity", "consistency", "effective spectral radius", "effective dimension", "units at a bound"
    }  # fmt: skip
    assert "None" not in str(page(saturated=None, **absent))


def test_an_endless_transient_is_told_from_a_long_one():
    assert "over 100 rows" in str(page(transient_length=np.inf))
    assert "7 rows" in str(page())


def test_rates_stand_in_their_unit():
    rates = FiringRates(np.array([4.0, 8.0]), 6.0, 4.0, 8.0, 0.1, 0.25)
    text = str(page(rates=rates))
    assert "6 Hz" in text and "4 excitatory, 8 inhibitory" in text
    assert "silent units" in text and "units at a bound" not in text


def test_html_is_escaped_and_says_the_same():
    html = page()._repr_html_()
    assert "Some&lt;Reservoir&gt;" in html
    assert html.count("<tr>") == len(page().rows)
    assert repr(page()) == str(page())


def test_it_cannot_be_changed():
    with pytest.raises(AttributeError):
        page().verdict = "edge"
