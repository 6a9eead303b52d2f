import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.ensemble import RandomForestRegressor
from sklearn.preprocessing import QuantileTransformer

from reservoir import EchoStateReservoir, Forecaster, StackedReservoir
from reservoir.ensemble.members import draw_members


def seeds(member):
    return {name: value for name, value in member.get_params().items() if name.endswith("random_state")}


def test_everything_random_has_another_seed_but_what_prepares_rows():
    forecaster = Forecaster(
        StackedReservoir([EchoStateReservoir(5), EchoStateReservoir(6)], random_state=3),
        RandomForestRegressor(5, random_state=4),
        noise=0.1,
        transformer=QuantileTransformer(random_state=5),
        random_state=6,
    )
    members = draw_members(forecaster, 4, None)
    assert seeds(members[0]) == seeds(forecaster)
    for name in seeds(forecaster):
        values = [seeds(member)[name] for member in members[1:]]
        assert len(set(values)) == (1 if name.startswith("transformer") else 3)


def test_one_seed_makes_all_others():
    first, second, other = (draw_members(None, 3, seed) for seed in (1, 1, 2))
    assert [seeds(one) for one in first] == [seeds(one) for one in second]
    assert len({one.reservoir.random_state for one in first + other}) == 6


def test_without_any_seed_members_differ():
    members = draw_members(Forecaster(EchoStateReservoir(5)), 3, None)
    weights = [one.reservoir.fit(np.zeros((1, 1))).bias_ for one in members]
    assert len({tuple(one) for one in weights}) == 3


def test_the_forecaster_is_not_changed():
    forecaster = Forecaster(EchoStateReservoir(5, random_state=0))
    before = forecaster.get_params(deep=False)
    draw_members(forecaster, 3, 0)
    assert all(value is before[name] for name, value in forecaster.get_params(deep=False).items())
    assert_array_equal(forecaster.reservoir.random_state, 0)


@pytest.mark.parametrize("forecaster", [3, Forecaster, EchoStateReservoir()])
def test_what_is_no_forecaster_is_refused(forecaster):
    with pytest.raises(ValueError, match="'forecaster' must be a Forecaster"):
        draw_members(forecaster, 2, None)
