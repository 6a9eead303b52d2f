import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning

from reservoir import EchoStateReservoir, LIFLiquid, PerfectIntegrateAndFire, SpikingLiquid
from reservoir.plasticity import Homeostasis

U = np.random.RandomState(0).standard_normal((500, 3))
SILENT = {"input_scaling": 2.0, "background_current": 5.0}
SATURATED = {"background_current": 40.0}
RUNAWAY = {"recurrent_scaling": 5.0, "inhibitory": 0.05, "input_scaling": 60.0}


def rates_of(liquid, X, seconds):
    spikes = liquid.spikes(X)
    pairs = spikes if isinstance(spikes, list) else [spikes]
    return sum(np.bincount(units, minlength=liquid.n_units_) for _, units in pairs) / seconds


def build(**parameters):
    return LIFLiquid(**({"n_units": 30, "random_state": 0} | parameters)).fit(U[:1])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("on", ["threshold", "background"])
@pytest.mark.parametrize("case", [SILENT, SATURATED], ids=["silent", "saturated"])
def test_every_unit_reaches_the_target(case, on, dtype):
    liquid = build(dtype=dtype, **case)
    before = rates_of(liquid, U, 5.0)
    assert before.max() == 0 if case is SILENT else before.min() > 30
    adapted, history = Homeostasis(target_rate=8.0, on=on).adapt(liquid, U)
    rates = rates_of(adapted, U, 5.0)
    assert np.abs(rates - 8.0).max() <= 1.0
    assert_allclose([history[0], history[-1]], [np.abs(before - 8.0).mean(), np.abs(rates - 8.0).mean()])
    fixed, free = ("background_current_", "threshold_") if on == "threshold" else ("threshold_", "background_current_")
    assert_array_equal(getattr(adapted, fixed), getattr(liquid, fixed))
    assert np.any(getattr(adapted, free) != getattr(liquid, free))


def test_a_liquid_that_drives_itself_is_calmed():
    liquid = build(**RUNAWAY)
    assert rates_of(liquid, U, 5.0).mean() > 300
    adapted, _ = Homeostasis().adapt(liquid, U)
    assert np.abs(rates_of(adapted, U, 5.0) - 8.0).max() <= 1.0


def test_threshold_of_a_lone_unit_is_the_closed_form():
    # Without input: rate = 1 / (refractory + tau log(drive / (drive - threshold))), on a fine grid.
    unit = LIFLiquid(recurrent_weights=[[0.0]], background_current=20.0, refractory=2.0, dt=0.1, random_state=0).fit(
        [[0.0]]
    )
    adapted, _ = Homeostasis(target_rate=25.0, tolerance=0.1).adapt(unit, np.zeros((1000, 1)))
    # 250 spikes in 10 s, give or take one, in periods of 0.1 ms each
    assert_allclose(adapted.threshold_[0], 20.0 * -np.expm1(-38.0 / 20.0), rtol=0.003)


def test_background_of_a_lone_unit_is_the_closed_form():
    unit = LIFLiquid(recurrent_weights=[[0.0]], background_current=20.0, refractory=2.0, dt=0.1, random_state=0).fit(
        [[0.0]]
    )
    adapted, _ = Homeostasis(target_rate=25.0, tolerance=0.1, on="background").adapt(unit, np.zeros((1000, 1)))
    assert_allclose(adapted.background_current_[0], 15.0 / -np.expm1(-38.0 / 20.0), rtol=0.003)


def test_each_unit_may_have_its_own_target():
    target = np.linspace(5.0, 20.0, 30)
    adapted, _ = Homeostasis(target_rate=target).adapt(build(), U)
    assert np.abs(rates_of(adapted, U, 5.0) - target).max() <= 1.0


def test_rates_are_counted_over_all_series():
    series = [U[:200], U[200:350], U[350:]]
    adapted, _ = Homeostasis().adapt(build(), series)
    assert np.abs(rates_of(adapted, series, 5.0) - 8.0).max() <= 1.0


def test_the_output_of_the_liquid_stays():
    for output in ("traces", "voltages"):
        adapted, _ = Homeostasis(tolerance=5.0).adapt(build(output=output), U)
        assert adapted.output == output


def test_units_out_of_reach_are_named_and_the_best_pass_is_kept():
    # A refractory time of 200 ms caps the rate of all units at 5 Hz.
    liquid = build(refractory=200.0)
    with pytest.warns(ConvergenceWarning, match=r"30 of 30 units did not come within 1 Hz of the target rate: 0 \("):
        adapted, history = Homeostasis(target_rate=20.0, n_epochs=6).adapt(liquid, U)
    assert len(history) == 6
    assert_allclose(np.abs(rates_of(adapted, U, 5.0) - 20.0).mean(), history.min())
    assert np.all(adapted.threshold_ > adapted.reset_) and np.isfinite(adapted.transform(U)).all()


def test_thresholds_stay_above_reset_and_rest():
    # Inhibited by its input, a unit cannot be woken by its threshold, only by its background.
    held = LIFLiquid(recurrent_weights=[[0.0]], input_weights=[[-30.0]], reset=13.0, background_current=0.0)
    u = np.ones((200, 1))
    with pytest.warns(ConvergenceWarning, match=r"1 of 1 units .*: 0 \(0.0 Hz\)"):
        adapted, _ = Homeostasis(n_epochs=40).adapt(held.fit(u[:1]), u)
    assert adapted.threshold_[0] > 13.0
    adapted, _ = Homeostasis(on="background").adapt(held.fit(u[:1]), u)
    assert abs(rates_of(adapted, u, 2.0)[0] - 8.0) <= 1.0


@pytest.mark.parametrize("on", ["threshold", "background"])
def test_units_of_another_model_are_brought_to_their_rate(on):
    neuron = PerfectIntegrateAndFire(reset=(1.0, 0.0))
    liquid = SpikingLiquid(20, neuron=neuron, background_current=10.0, recurrent_scaling=0.1, random_state=0).fit(U)
    adapted, _ = Homeostasis(on=on, tolerance=2.0).adapt(liquid, U)
    assert np.all(np.abs(rates_of(adapted, U, 5.0) - 8.0) <= 2.0)
    assert np.any(np.abs(rates_of(liquid, U, 5.0) - 8.0) > 10.0)
    assert np.any(adapted.threshold_ != liquid.threshold_) == (on == "threshold")
    assert liquid.neuron is neuron and neuron.threshold == 15.0


def test_what_is_within_tolerance_does_not_move():
    liquid = build()
    adapted, history = Homeostasis(tolerance=1e3).adapt(liquid, U)
    assert len(history) == 1
    assert_array_equal(adapted.transform(U), liquid.transform(U))


def test_other_reservoirs_are_refused():
    with pytest.raises(TypeError, match="SpikingLiquid for Homeostasis.*IntrinsicPlasticity"):
        Homeostasis().adapt(EchoStateReservoir(5).fit(U), U)


@pytest.mark.parametrize(
    "parameter",
    [
        {"target_rate": 0.0},
        {"target_rate": [1.0, 2.0]},
        {"on": "gain"},
        {"tolerance": -1},
        {"step": 0},
        {"n_epochs": 0},
    ],
)
def test_parameters_are_refused_by_name(parameter):
    with pytest.raises(ValueError, match=f"'{next(iter(parameter))}' must"):
        Homeostasis(**parameter).adapt(build(), U)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_spikes_are_counted_by_the_liquid_itself_which_may_drive_many_series_at_once():
    class Batched(LIFLiquid):
        n_driven = 0

        def drive_many(self, series, fold, **settings):
            type(self).n_driven += len(series)
            return super().drive_many(series, fold, **settings)

    series = [U[:50], U[50:90], U[90:100]]
    plain, batched = (cls(30, random_state=0).fit(U) for cls in (LIFLiquid, Batched))
    _, expected = Homeostasis(n_epochs=3, tolerance=0.0).adapt(plain, series)
    _, found = Homeostasis(n_epochs=3, tolerance=0.0).adapt(batched, series)
    np.testing.assert_array_equal(found, expected)
    assert Batched.n_driven == 3 * 3
