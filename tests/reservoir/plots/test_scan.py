import warnings
from collections import Counter

import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal
from sklearn.base import clone

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid, LiquidHealthWarning, StackedReservoir
from reservoir.diagnostics.stability.at_point import largest_exponent
from reservoir.plots import LyapunovDisplay, StabilityMapDisplay
from reservoir.plots.scan import scan
from reservoir.topology import Shift, known_draw, known_radius

U = series(40, 2)


def largest_weight(reservoir, X):
    return np.abs(reservoir.recurrent_weights_).max()


def test_points_are_those_of_clones_fitted_by_hand():
    reservoir = EchoStateReservoir(10, random_state=0)
    points = [{"spectral_radius": radius, "input_scaling": 0.2} for radius in (0.5, 1.0, 2.0)]
    values = scan(reservoir, U, points, largest_exponent)
    expected = [largest_exponent(clone(reservoir).set_params(**point).fit(U), U) for point in points]
    assert_array_equal(values[:, 0], expected)
    assert not hasattr(reservoir, "n_units_") and reservoir.spectral_radius == 0.9


@pytest.mark.parametrize(
    "reservoir",
    [
        EchoStateReservoir(40, random_state=0),
        EchoStateReservoir(40, topology="random", dtype="float32", random_state=0),
        EchoStateReservoir(40, leak_rate=(0.1, 1.0), activation="sigmoid", random_state=0),
        CTRNNLiquid(40, random_state=0),
        StackedReservoir([EchoStateReservoir(20), EchoStateReservoir(20)], random_state=0),
    ],
    ids=["default", "random float32", "spread sigmoid", "CTRNN", "stack"],
)
def test_grids_have_the_bits_of_their_points_alone_whatever_was_computed_before(reservoir):
    radius = "layer2__spectral_radius" if isinstance(reservoir, StackedReservoir) else "spectral_radius"
    points = [{radius: r, "random_state": seed} for r in (0.5, 1.5, 6.0) for seed in (0, 1)]
    values = scan(reservoir, U, points, largest_exponent)
    for point, value in zip(points, values[:, 0], strict=True):
        known_radius._place.cache_clear()
        known_draw._place.cache_clear()
        assert largest_exponent(clone(reservoir).set_params(**point).fit(U), U) == value


def test_eigenvalues_are_computed_once_for_every_seed_and_graphs_are_drawn_once(monkeypatch):
    counts = Counter()

    def counted(name, function):
        def count(*arguments, **settings):
            counts[name] += 1
            return function(*arguments, **settings)

        return count

    known_radius._place.cache_clear()
    known_draw._place.cache_clear()
    monkeypatch.setattr(np.linalg, "eigvals", counted("eigenvalues", np.linalg.eigvals))
    monkeypatch.setattr(Shift, "connect", counted("graphs", Shift.connect))
    points = [
        {"spectral_radius": radius, "input_scaling": scaling, "leak_rate": leak, "random_state": seed}
        for radius in (0.5, 1.5)
        for scaling in (0.1, 1.0)
        for leak in (0.3, 1.0)
        for seed in (0, 1)
    ]
    scan(EchoStateReservoir(30), U, points, largest_exponent)
    assert counts == {"eigenvalues": 2, "graphs": 2}


def test_every_point_draws_alike_without_a_random_state():
    values = scan(EchoStateReservoir(10), U, [{"input_scaling": scaling} for scaling in (0.1, 0.2)], largest_weight)
    assert values[0] == values[1]


def test_layers_of_a_stack_and_callables():
    stack = StackedReservoir([EchoStateReservoir(5), EchoStateReservoir(5)], random_state=0)
    radii = scan(
        stack, U, [{"layer2__spectral_radius": r} for r in (0.5, 0.7)], lambda r, X: r.layers_[1].spectral_radius
    )
    assert_array_equal(radii[:, 0], [0.5, 0.7])

    def make(factor):
        return EchoStateReservoir(5, spectral_radius=factor, random_state=0)

    weights = scan(make, U, [{"factor": 0.5}, {"factor": 1.0}], largest_weight)
    assert weights[1] == pytest.approx(2 * weights[0])


def test_overflows_are_masked_and_the_metric_may_return_several_numbers():
    linear = EchoStateReservoir(5, activation="identity", random_state=0)
    points = [{"spectral_radius": 0.5}, {"spectral_radius": 1e200}]
    values = scan(linear, U, points, lambda r, X: r.transform(X)[-1, :3])
    assert_array_equal(values.mask, [[False] * 3, [True] * 3])


def test_errors_begin_with_the_point():
    reservoir = EchoStateReservoir(5, random_state=0)
    with pytest.raises(ValueError, match="At leak_rate=2 in 'points': 'leak_rate' must be"):
        scan(reservoir, U, [{"leak_rate": 2}], largest_exponent)
    with pytest.raises(ValueError, match="At leak_rate=1 in 'points': 'metric' must return real numbers; got array"):
        scan(reservoir, U, [{"leak_rate": 1}], lambda r, X: np.nan)
    with pytest.raises(ValueError, match="'metric' must return real numbers"):
        scan(reservoir, U, [{"leak_rate": 1}], lambda r, X: "chaotic")
    with pytest.raises(ValueError, match="'metric' must return real numbers, none of them masked"):
        scan(reservoir, U, [{"leak_rate": 1}], lambda r, X: np.ma.masked)


def test_progress_is_printed(capsys):
    scan(EchoStateReservoir(5), U, [{"n_units": n} for n in (5, 6, 7)], largest_weight, verbose=True)
    assert [line.partition(" points")[0] for line in capsys.readouterr().out.splitlines()] == [
        "[scan] 1 of 3",
        "[scan] 2 of 3",
        "[scan] 3 of 3",
    ]


def test_progress_begins_with_the_display_that_was_asked(capsys):
    ask = {"reservoir": EchoStateReservoir(5), "X": U, "verbose": True}
    radii = {"spectral_radius": [0.5, 1.0]}
    StabilityMapDisplay.from_estimator(**ask, param_grid=radii | {"leak_rate": [0.5, 1.0]})
    LyapunovDisplay.from_estimator(**ask, param_name="spectral_radius", param_range=[0.5, 1.0])
    said = {line.partition(" ")[0] for line in capsys.readouterr().out.splitlines()}
    assert said == {"[StabilityMapDisplay]", "[LyapunovDisplay]"}


def test_silent_liquids_do_not_warn_at_every_point():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", LiquidHealthWarning)
        scan(LIFLiquid(10, random_state=0), U, [{"input_scaling": 1e-3}, {"input_scaling": 1e3}], largest_weight)
    assert not caught
