import numpy as np
import pytest
from spiking_circuits import RICH, U

from reservoir import LIFLiquid, Markram


def test_populations_take_their_own_values():
    liquid = LIFLiquid(100, random_state=0, refractory=(3.0, 2.0), threshold=(15.0, 14.0)).fit(U)
    assert liquid.inhibitory_.sum() == 20
    assert np.all(liquid.recurrent_weights_.toarray()[:, liquid.inhibitory_] <= 0)
    assert np.all(liquid.recurrent_weights_.toarray()[:, ~liquid.inhibitory_] >= 0)
    with pytest.raises(ValueError, match="'refractory' must be a number at least 0; got -1"):
        LIFLiquid(100, refractory=(3.0, -1)).fit(U)


def test_default_liquid_fires_at_a_cortical_rate():
    u = np.random.RandomState(1).standard_normal((300, 12))
    for n_units in (100, 1000):
        liquid = LIFLiquid(n_units, random_state=0).fit(u)
        steps, units = liquid.spikes(u)
        rate = len(steps) / n_units / 3.0
        assert 5 < rate < 40
        assert len(set(units)) > 0.9 * n_units


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"reset": 15.0}, "'reset' must lie below 'threshold'"),
        ({"resting": 20.0}, "'resting' must lie below 'threshold'"),
        ({"input_period": 10.5}, "'input_period' must be a whole number of dt=1 ms; got 10.5 ms"),
        ({"delays": (1.0, 2.0)}, "'delays' must be one number, four"),
        ({"delays": -1.0}, "'delays' must be a number at least 0; got -1"),
        ({"inhibitory": np.ones(3, bool)}, "'inhibitory' must be a fraction or a boolean array"),
        ({"output": "rates"}, "'output' must be one of 'traces', 'counts', 'voltages'; got 'rates'"),
        ({"tau_trace": 0}, "'tau_trace' must be a number above 0; got 0"),
        ({"dt": 1e-9}, "'input_period' must be at most 10000000 dt=1e-09 ms; got 10 ms"),
        ({"dt": 1e-320}, "'input_period' must be at most 10000000 dt="),
        ({"delays": 1e300}, "'delays' must be at most"),
        ({"input_delays": -1.0}, "'input_delays' must be a number at least 0; got -1"),
        ({"tau_membrane": 1e-50, "dtype": "float32"}, "'tau_membrane'.* must not be that far below dt=1 ms"),
        ({"threshold": 1e39, "dtype": "float32"}, "'threshold' must be finite in float32"),
        ({"initial_voltage": -1e39, "dtype": "float32"}, "'initial_voltage' must be finite in float32"),
        ({"input_scaling": 1e39, "dtype": "float32"}, "'input_weights' must be finite in float32"),
        ({"recurrent_scaling": 1e39, "dtype": "float32"}, "'recurrent_weights' must be finite in float32"),
        ({"input_scaling": 1e308}, "'input_weights' must be finite .* follow from 'input_scaling'"),
        ({"recurrent_scaling": 1e308}, "'recurrent_weights' must be finite .* follow from 'recurrent_scaling'"),
        ({"tau_membrane": 1e308}, "'recurrent_weights' must be finite .* follow from .*'tau_membrane'"),
        ({"dt": 1e-320}, "Use a larger 'dt'"),
        ({"output": None}, "'output' must be one of"),
        ({"random_state": "abc"}, "'random_state' must be None, an integer"),
    ],
)
def test_bad_parameters_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        LIFLiquid(10, **{"random_state": 0} | parameters).fit(U)


def test_a_long_silence_leaves_nothing_behind():
    silence = np.zeros((3000, 3))
    silence[0] = 50.0
    liquid = LIFLiquid(50, background_current=5.0, random_state=0).fit(silence)
    _, state = liquid.run(silence)
    assert len(liquid.spikes(silence)[0]) > 10
    assert not state.current.any()
    assert not state.trace.any()


def test_populations_of_given_weights_follow_their_signs():
    drawn = LIFLiquid(40, random_state=0).fit(U)
    given = LIFLiquid(recurrent_weights=drawn.recurrent_weights_, input_weights=drawn.input_weights_, random_state=0)
    given.set_params(background_current=drawn.background_current_).fit(U)
    silent = np.asarray(drawn.recurrent_weights_.astype(bool).sum(axis=0)).ravel() == 0
    np.testing.assert_array_equal(given.inhibitory_, drawn.inhibitory_ & ~silent)
    np.testing.assert_array_equal(given.transform(U), drawn.transform(U))
    mixed = LIFLiquid(recurrent_weights=[[0, 1, -1], [-1, 0, -1], [-1, -1, 0]]).fit(U)
    assert mixed.inhibitory_.tolist() == [True, False, True]


CIRCUIT = [
    *("recurrent_weights", "delays", "input_weights", "inhibitory", "short_term_plasticity", "noise", "refractory"),
    *("tau_membrane", "tau_excitatory", "tau_inhibitory", "threshold", "reset", "resting"),
    *("background_current", "initial_voltage"),
]


@pytest.mark.parametrize("static", [True, False])
def test_a_fitted_circuit_can_be_read_back(static):
    markram = Markram(0.5, 200.0, (50.0, 100.0, 20.0, 60.0), spread=0.3, rate=5.0, static=static)
    settings = RICH | {"short_term_plasticity": markram, "noise": 0.0, "input_scaling": 60.0}
    settings |= {"tau_membrane": (30.0, 20.0)}
    drawn = LIFLiquid(40, random_state=0, **settings).fit(U)
    rebuilt = LIFLiquid(dt=0.5, input_period=4.0, **{name: getattr(drawn, f"{name}_") for name in CIRCUIT}).fit(U)
    assert len(drawn.spikes(U)[0]) > 100
    np.testing.assert_array_equal(np.transpose(rebuilt.spikes(U)), np.transpose(drawn.spikes(U)))
    for name in ("recurrent_weights_", "delays_"):
        assert (getattr(drawn, name) != getattr(rebuilt, name)).nnz == 0
    assert drawn.delays_.has_sorted_indices
    np.testing.assert_array_equal(drawn.delays_.indices, drawn.recurrent_weights_.indices)


def test_two_units_take_a_tuple_as_the_pair():
    mask = np.array([True, False])
    liquid = LIFLiquid(2, inhibitory=mask, refractory=(3.0, 2.0), threshold=np.array([10.0, 11.0]), random_state=0)
    liquid.fit(U)
    assert liquid.refractory_.tolist() == [2.0, 3.0]
    assert liquid.threshold_.tolist() == [10.0, 11.0]
