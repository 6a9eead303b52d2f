"""One setting of a reservoir: a clone of it, set and fitted, whose errors say where they arose."""

import numpy as np
import pytest
from builders import series

from reservoir import NVAR, EchoStateReservoir
from reservoir.base import StateOverflowError
from reservoir.diagnostics import lyapunov_exponents
from reservoir.diagnostics.stability.at_point import check_template, largest_exponent, measure_at

U = series(40, 2)


def units(reservoir, X):
    return reservoir.n_units_


def test_a_reservoir_is_cloned_and_seeded_once():
    reservoir = EchoStateReservoir(9)
    template = check_template(reservoir)
    assert reservoir.random_state is None and isinstance(template.random_state, int)
    assert check_template(EchoStateReservoir(random_state=3)).random_state == 3
    assert check_template(NVAR()).get_params() == NVAR().get_params() and check_template(units) is units


def test_a_point_is_set_and_fitted():
    reservoir = EchoStateReservoir(9, random_state=0)
    assert measure_at(reservoir, U, {"n_units": 5}, units, "points") == [5]
    assert not hasattr(reservoir, "n_units_") and reservoir.n_units == 9
    expected = lyapunov_exponents(EchoStateReservoir(9, leak_rate=0.5, random_state=0).fit(U), U, random_state=0)
    assert measure_at(reservoir, U, {"leak_rate": 0.5}, largest_exponent, "points") == expected[0]
    assert measure_at(lambda k: EchoStateReservoir(2 * k), U, {"k": 4}, units, "points") == [8]
    assert measure_at(reservoir, U, {}, lambda reservoir, X: None, "points") is None


@pytest.mark.parametrize("reservoir", [3, "ring", EchoStateReservoir, np.array(1)])
def test_what_makes_no_reservoir_is_refused(reservoir):
    with pytest.raises((TypeError, ValueError), match="reservoir"):
        measure_at(check_template(reservoir), U, {"spectral": 1.0}, units, "points")


def test_errors_name_the_point_and_overflows_are_handed_on():
    reservoir = EchoStateReservoir(9, activation="relu", leak_rate=1.0, random_state=0)
    with pytest.raises(ValueError, match="At leak_rate=2 in 'points': 'leak_rate' must be"):
        measure_at(reservoir, U, {"leak_rate": 2}, units, "points")
    with pytest.raises(ValueError, match="'points' must name parameters of EchoStateReservoir; got 'leak'"):
        measure_at(reservoir, U, {"leak": 1}, units, "points")
    with pytest.raises(TypeError, match="At k=1 in 'points': 'reservoir' must return a reservoir"):
        measure_at(lambda k: k, U, {"k": 1}, units, "points")
    with pytest.raises(StateOverflowError):
        measure_at(reservoir, np.ones((900, 2)), {"spectral_radius": 1e30}, largest_exponent, "points")
