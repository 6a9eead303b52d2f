import pickle

import numpy as np
import pytest
from naive_units import ConductanceUnits
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from spiking_circuits import RICH, U, twin_of

from readouts import RidgeReadout
from reservoir import ConductanceSynapses, LIFLiquid, PerfectIntegrateAndFire, SequenceEncoder, SpikingLiquid

SYNAPSES = ConductanceSynapses(reversal_excitatory=70.0, reversal_inhibitory=(-10.0, -12.0))


def test_a_held_conductance_takes_the_voltage_to_where_its_current_and_the_leak_cancel():
    # One input spike opens 0.5 uS for ever: V approaches (0 + 0.5 * 30) / 1.5 = 10 mV with 20 ms / 1.5.
    unit = LIFLiquid(
        recurrent_weights=[[0.0]], input_weights=[[0.5]], input="spikes", synapses=ConductanceSynapses(30.0, -30.0),
        tau_excitatory=1e15, inhibitory=0.0, background_current=0.0, dt=0.1, input_period=1.0, output="voltages",
    ).fit([[0.0]])  # fmt: skip
    X = np.zeros((60, 1))
    X[0] = 1
    expected = 10 * (1 - np.exp(-(np.arange(1, 61) - 0.1) / (20 / 1.5)))
    np.testing.assert_allclose(unit.transform(X)[:, 0], expected, atol=1e-10)


def test_reversal_potentials_are_those_of_the_unit():
    liquid = LIFLiquid(20, synapses=SYNAPSES, random_state=0).fit(U)
    np.testing.assert_array_equal(liquid.reversal_excitatory_, 70.0)
    np.testing.assert_array_equal(liquid.synapses_.reversal_inhibitory, np.where(liquid.inhibitory_, -12.0, -10.0))
    assert LIFLiquid(20, random_state=0).fit(U).synapses_ is None
    assert not hasattr(LIFLiquid(20, synapses=SYNAPSES), "synapses_")


def test_drawn_conductances_are_the_currents_they_stand_for_halfway_to_threshold():
    currents = LIFLiquid(200, random_state=0).fit(U)
    conductances = LIFLiquid(200, synapses=ConductanceSynapses(70.0, -10.0), random_state=0).fit(U)
    forces = np.where(currents.inhibitory_, 7.5 + 10.0, 70.0 - 7.5)
    expected = currents.recurrent_weights_.toarray() / forces
    np.testing.assert_allclose(conductances.recurrent_weights_.toarray(), expected, rtol=1e-12)


def test_the_sign_of_a_weight_says_the_population_and_its_size_the_conductance():
    settings = {"synapses": SYNAPSES, "random_state": 0, "input": "spikes"}
    liquid = LIFLiquid(40, **settings).fit(np.abs(np.rint(U)))
    assert (liquid.recurrent_weights_.data < 0).any()
    assert (liquid.program_.circuit.weights >= 0).all()


@pytest.mark.parametrize(
    ("liquid", "message"),
    [
        (LIFLiquid(5, synapses=3.0), "'synapses' must be None or ConductanceSynapses"),
        (LIFLiquid(5, synapses=ConductanceSynapses(7.0, -9.0)), "'reversal_excitatory' must lie above 7.5 mV"),
        (LIFLiquid(5, synapses=ConductanceSynapses(70.0, 8.0)), "'reversal_inhibitory' must lie below 7.5 mV"),
        (LIFLiquid(5, synapses=ConductanceSynapses(np.nan, 8.0)), "'reversal_excitatory' must be a finite number"),
        (SpikingLiquid(5, neuron=PerfectIntegrateAndFire(), synapses=SYNAPSES), "PerfectIntegrateAndFire units"),
    ],
)
def test_what_is_no_set_of_conductances_is_refused(liquid, message):
    with pytest.raises(ValueError, match=message):
        liquid.fit(U)


def test_given_weights_need_no_room_between_the_reversal_potentials():
    given = {"recurrent_weights": [[0.0, 0.1], [0.2, 0.0]], "input_weights": np.ones((2, 3))}
    LIFLiquid(synapses=ConductanceSynapses(5.0, -9.0), background_current=20.0, **given).fit(U)


@pytest.mark.parametrize("settings", [{}, RICH | {"noise": 0.0}, {"dt": 0.1, "input_period": 2.0}])
def test_spikes_are_those_of_the_plain_twin(settings):
    liquid = LIFLiquid(
        50, synapses=SYNAPSES, tau_membrane=(20.0, 15.0), output="voltages", random_state=0, **settings
    ).fit(U)  # fmt: skip
    _, _, voltages, spikes = twin_of(liquid, U, motion=ConductanceUnits)
    assert len(spikes) > 30
    np.testing.assert_array_equal(np.transpose(liquid.spikes(U)), spikes)
    np.testing.assert_allclose(liquid.transform(U), voltages, rtol=1e-10, atol=1e-10)


def lone_unit(**parameters):
    given = {
        "recurrent_weights": [[0.0]], "input_weights": [[0.0]], "inhibitory": 0.0, "background_current": 0.0,
        "synapses": ConductanceSynapses(70.0, -10.0), "tau_excitatory": 1e15, "tau_inhibitory": 1e15, "dt": 0.1,
    }  # fmt: skip
    return LIFLiquid(**(given | parameters)).fit([[0.0]])


def with_conductances(liquid, excitatory, inhibitory):
    return liquid.rest()._replace(current=np.array([[excitatory], [inhibitory]]))


@pytest.mark.parametrize(("excitatory", "inhibitory", "current"), [(0.1, 0.0, 0.0), (0.2, 0.3, 4.0), (0.0, 2.0, -3.0)])
def test_constant_conductances_take_the_voltage_to_their_mean_weighted_by_them(excitatory, inhibitory, current):
    unit = lone_unit(background_current=current, input_period=1.0, output="voltages", threshold=100.0, resting=2.0)
    voltages, _ = unit.run(np.zeros((80, 1)), with_conductances(unit, excitatory, inhibitory))
    total = 1 + excitatory + inhibitory
    goal = (2.0 + current + 70 * excitatory - 10 * inhibitory) / total
    expected = goal + (2.0 - goal) * np.exp(-np.arange(1, 81) * total / 20)
    np.testing.assert_allclose(voltages[:, 0], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("excitatory", "inhibitory"), [(0.3, 0.0), (0.5, 0.3), (1.0, 0.2), (4.0, 1.0)])
def test_interval_between_spikes_is_that_of_the_shorter_time_constant(excitatory, inhibitory):
    unit = lone_unit(input_period=500.0, refractory=2.0)
    steps = unit.events(np.zeros((1, 1)), with_conductances(unit, excitatory, inhibitory))[0]
    total = 1 + excitatory + inhibitory
    goal = (70 * excitatory - 10 * inhibitory) / total
    interval = 20 / total * np.log(goal / (goal - 15))
    # The crossing waits for the grid; the first step after a spike is already one of the refractory time.
    assert set(np.diff(steps)) == {20 - 1 + np.ceil(interval / 0.1 - 1e-9)}


def test_inhibition_that_shunts_divides_and_does_not_subtract():
    # With its reversal at rest, inhibition leaves the course of V as it is, but for a total conductance that is larger:
    # the rate is that of (70 g_exc) / total, and a unit fires from g_exc = 15 (1 + g_inh) / (70 - 15) on.
    shunted = {"synapses": ConductanceSynapses(70.0, 0.0), "input_period": 2000.0, "refractory": 0.0, "dt": 0.05}
    for inhibitory in (0.0, 1.0, 3.0):
        unit, rheobase = lone_unit(**shunted), 15 * (1 + inhibitory) / 55
        for factor in (0.99, 1.01, 1.5, 3.0):
            excitatory, total = factor * rheobase, 1 + factor * rheobase + inhibitory
            steps = unit.events(np.zeros((1, 1)), with_conductances(unit, excitatory, inhibitory))[0]
            if factor < 1:
                assert len(steps) == 0
                continue
            goal = 70 * excitatory / total
            interval = 20 / total * np.log(goal / (goal - 15))
            assert np.diff(steps).mean() * 0.05 == pytest.approx(interval, abs=0.05)


def test_conductances_in_single_precision_take_the_voltage_the_same_way():
    given = {"input_period": 1.0, "output": "voltages", "threshold": 100.0}
    double, single = lone_unit(**given), lone_unit(**given, dtype="float32")
    assert single.reversal_excitatory_.dtype == single.synapses_.reversal_inhibitory.dtype == np.float32
    (voltages, _), (expected, _) = (
        unit.run(np.zeros((80, 1)), with_conductances(unit, 0.2, 0.3)) for unit in (single, double)
    )
    assert voltages.dtype == np.float32
    np.testing.assert_allclose(voltages, expected, rtol=1e-5)


def test_synapses_that_are_currents_again_leave_nothing_of_the_conductances():
    liquid = LIFLiquid(20, synapses=SYNAPSES, random_state=0).fit(U)
    again = liquid.set_params(synapses=None).fit(U)
    np.testing.assert_array_equal(again.transform(U), LIFLiquid(20, random_state=0).fit_transform(U))
    assert not hasattr(again, "reversal_excitatory_")


def test_synapses_have_parameters_that_are_set_by_double_underscore_and_cloned():
    liquid = LIFLiquid(20, synapses=ConductanceSynapses(70.0, -10.0), random_state=0)
    copy = clone(liquid).set_params(synapses__reversal_excitatory=60.0)
    assert liquid.get_params()["synapses__reversal_excitatory"] == 70.0  # the clone has synapses of its own
    assert copy.synapses.get_params() == {"reversal_excitatory": 60.0, "reversal_inhibitory": -10.0}
    expected = LIFLiquid(20, synapses=ConductanceSynapses(60.0, -10.0), random_state=0).fit_transform(U)
    np.testing.assert_array_equal(copy.fit_transform(U), expected)
    with pytest.raises(ValueError, match="Invalid parameter 'reversal'"):
        copy.set_params(synapses__reversal=1.0)


def test_fitted_synapses_stay_as_they_are_when_the_parameters_change():
    liquid = LIFLiquid(20, synapses=ConductanceSynapses(70.0, -10.0), random_state=0).fit(U)
    before = liquid.transform(U)
    liquid.set_params(synapses__reversal_excitatory=20.0)
    np.testing.assert_array_equal(liquid.synapses_.reversal_excitatory, 70.0)
    np.testing.assert_array_equal(liquid.transform(U), before)


def test_a_grid_search_tries_reversal_potentials():
    X, y = np.random.RandomState(0).standard_normal((12, 8, 2)), np.arange(12.0)
    model = make_pipeline(SequenceEncoder(LIFLiquid(10, synapses=SYNAPSES, random_state=0)), RidgeReadout())
    grid = {"sequenceencoder__reservoir__synapses__reversal_excitatory": [40.0, 70.0, 200.0]}
    search = GridSearchCV(model, grid, cv=2, scoring="neg_mean_squared_error").fit(X, y)
    assert len(set(search.cv_results_["mean_test_score"])) == 3
    best = search.best_estimator_[0].reservoir.synapses
    assert best.reversal_excitatory == next(iter(search.best_params_.values()))
    assert SYNAPSES.reversal_excitatory == 70.0


# What ``pickle.dumps(SYNAPSES, protocol=2)`` gave while the class was a frozen dataclass without parameters.
EARLIER = (
    b"\x80\x02creservoir.spiking.conductance_synapses\nConductanceSynapses\nq\x00)\x81q\x01}q\x02(X\x13\x00\x00\x00"
    b"reversal_excitatoryq\x03G@Q\x80\x00\x00\x00\x00\x00X\x13\x00\x00\x00reversal_inhibitoryq\x04"
    b"G\xc0$\x00\x00\x00\x00\x00\x00G\xc0(\x00\x00\x00\x00\x00\x00\x86q\x05ub."
)


def test_synapses_that_were_pickled_before_they_had_parameters_are_read():
    assert pickle.loads(EARLIER).get_params() == SYNAPSES.get_params()
