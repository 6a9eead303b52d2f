from dataclasses import dataclass

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reservoir import CTRNNLiquid, EchoStateReservoir
from reservoir.topology import Random, Shift, Topology, graph_from_pairs, known_draw
from reservoir.topology.known_draw import draw_once


@dataclass(frozen=True, kw_only=True)
class Star(Topology):
    """All units receive from one, and count how often they are drawn."""

    hub: int | list[int] = 0
    drawn = []

    def connect(self, n_units, degree, random_state, inhibitory=None):
        self.drawn.append(self.hub)
        return graph_from_pairs(np.arange(n_units), np.full(n_units, self.hub), n_units)


class Moved(Star):
    """Equal to any other of its class, as the base compares them, but not the same graph."""

    def __init__(self, hub):
        super().__init__()
        object.__setattr__(self, "place", hub)

    def connect(self, n_units, degree, random_state, inhibitory=None):
        self.drawn.append(self.place)
        return graph_from_pairs(np.arange(n_units), np.full(n_units, self.place), n_units)


@pytest.fixture(autouse=True)
def nothing_known():
    known_draw._place.cache_clear()
    Star.drawn.clear()


@pytest.mark.parametrize("topology", [Shift(), Random(inhibitory=0.2)])
def test_what_is_known_is_what_would_be_drawn(topology):
    for seed in (0, 1, 0, 2**31 - 2):
        drawn, expected = draw_once(topology, 20, 3, seed), topology.draw(20, 3, seed)
        for name in ("data", "indices", "indptr"):
            assert_array_equal(getattr(drawn, name), getattr(expected, name), strict=True)
            assert not getattr(drawn, name).flags.writeable


@pytest.mark.parametrize("form", [EchoStateReservoir, CTRNNLiquid])
@pytest.mark.parametrize("radius", [None, 0.9])
def test_a_grid_draws_each_seed_once(form, radius):
    for seed in (0, 1):
        for scaling in (0.1, 1.0, 2.0):
            liquid = form(5, topology=Star(), spectral_radius=radius, bias_scaling=scaling, random_state=seed)
            weights = liquid.fit([[0.0]]).recurrent_weights_
            assert_array_equal(weights.indices, np.zeros(5))
    assert len(Star.drawn) == 2


def test_any_argument_that_differs_draws_anew():
    for arguments in [(Star(), 5, None, 0), (Star(hub=1), 5, None, 0), (Star(), 6, None, 0), (Star(), 5, None, 1)]:
        draw_once(*arguments)
    assert Star.drawn == [0, 1, 0, 0]
    draw_once(Shift(), 5, 3, 0)
    for degree in (3.0, [3]):  # the first equals a degree that is known
        with pytest.raises(ValueError, match="'degree' must be an integer"):
            draw_once(Shift(), 5, degree, 0)


def test_topologies_that_cannot_be_told_apart_are_drawn_anew():
    assert Moved(1) == Moved(2)
    for hub in (1, 2):
        assert_array_equal(draw_once(Moved(hub), 5, None, 0).indices, np.full(5, hub))
    draw_once(Star(hub=[3]), 5, None, 0)
    draw_once(Star(hub=[3]), 5, None, 0)
    assert Star.drawn == [1, 2, [3], [3]]


def test_large_draws_are_not_kept_and_no_more_than_a_few(monkeypatch):
    monkeypatch.setattr(known_draw, "_MOST_BYTES", 200)
    for n_units in (5, 50, 50, 5):
        draw_once(Star(), n_units, None, 0)
    assert len(Star.drawn) == 3
    assert known_draw._place.cache_info().maxsize <= 16
