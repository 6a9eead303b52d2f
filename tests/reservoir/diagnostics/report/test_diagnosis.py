"""The page: what it prints for numbers that are there, missing and infinite."""

import numpy as np
import pytest

from reservoir import EchoStateReservoir
from reservoir.diagnostics import Diagnosis, FiringRates
from reservoir.diagnostics.report.change import Change


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


def test_a_rate_is_shown_as_a_half_life():
    assert "a difference falls to a half in 1 rows" in str(page())
    assert "a difference doubles in 2 rows" in str(page(lyapunov_exponent=np.log(2) / 2))
    assert "a difference vanishes at once" in str(page(lyapunov_exponent=-np.inf))
    assert "a difference stays" in str(page(lyapunov_exponent=0.0))


def test_what_is_healthy_grows_at_first_only():
    assert "doubles in 1 rows, at first" in str(page(lyapunov_exponent=np.log(2)))
    assert "at first" not in str(page(lyapunov_exponent=np.log(2), healthy=False))


def test_it_is_followed_as_it_says():
    reservoir = EchoStateReservoir(5, leak_rate=0.01, random_state=0).fit([[1.0]])
    changes = (Change("leak_rate", "raise", 30.0, 0.3), Change("X", "lower", 0.5))
    followed, X = page(changes=changes).follow(reservoir, [[1.0]])
    assert (followed.leak_rate, reservoir.leak_rate, X.tolist()) == (0.3, 0.01, [[0.5]])


def test_what_is_missing_is_left_out():
    names = {row[0] for row in page().headline.rows}
    absent = {"memory_capacity": None, "consistency": None, "spectral_radius": None, "effective_dimension": None}
    left = {row[0] for row in page(saturated=None, **absent).headline.rows}
    assert names - left == {
        "memory capacity", "consistency", "effective spectral radius", "effective dimension", "units at a bound"
    }  # fmt: skip
    assert "None" not in str(page(saturated=None, **absent))


def test_an_endless_transient_is_distinguished_from_a_long_one():
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
    assert html.count("<tr>") == len(page().headline.rows)
    assert repr(page()) == str(page())


def test_it_cannot_be_changed():
    with pytest.raises(AttributeError):
        page().verdict = "edge"
