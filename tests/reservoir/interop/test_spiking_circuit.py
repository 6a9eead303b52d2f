import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError
from spiking_liquids import DT, N_UNITS, random_liquid, random_perfect_liquid, with_conductances

from reservoir import EchoStateReservoir, LIFLiquid, Markram, PerfectIntegrateAndFire, StackedReservoir
from reservoir.interop.spiking_circuit import check_duration, in_order, read_circuit
from reservoir.plasticity import STDP, AdaptiveReservoir


def read(liquid, X=None):
    return read_circuit(liquid, X, "to_elsewhere")


def as_matrix(synapses, values, shape):
    return csr_array((values, (synapses.targets, synapses.sources)), shape=shape)


@pytest.mark.parametrize("synapses", ["static", "by projection", "by synapse, started"])
def test_recurrent_synapses_are_those_of_the_liquid(synapses):
    liquid, X = random_liquid(0, synapses, least_delay=0)
    circuit, _ = read(liquid, X)
    shape = (N_UNITS, N_UNITS)
    found = as_matrix(circuit.recurrent, circuit.recurrent.weights, shape)
    np.testing.assert_array_equal(found.toarray(), liquid.recurrent_weights_.toarray())
    steps = as_matrix(circuit.recurrent, circuit.recurrent.delays, shape).toarray()
    np.testing.assert_array_equal(steps, np.rint(liquid.delays_.toarray() / DT))
    np.testing.assert_array_equal(circuit.recurrent.currents, liquid.inhibitory_[circuit.recurrent.sources])


def test_constants_of_dynamic_synapses_are_those_of_the_liquid():
    for synapses in ("by projection", "by synapse, started"):
        circuit, _ = read(random_liquid(0, synapses)[0])
        markram, plastic = circuit.markram, random_liquid(0, synapses)[0].short_term_plasticity_
        for name in ("utilization", "tau_depression", "tau_facilitation"):
            found = as_matrix(circuit.recurrent, getattr(markram, name), (N_UNITS, N_UNITS))
            np.testing.assert_allclose(found.toarray(), getattr(plastic, name).toarray(), rtol=1e-15)
        start = plastic.stationary(markram.utilization, markram.tau_depression, markram.tau_facilitation)
        np.testing.assert_allclose([markram.use, markram.resource], start, rtol=1e-13)


def test_times_of_0_recover_within_a_step():
    liquid, _ = random_liquid(0, short_term_plasticity=Markram(0.5, 0.0, 1e-300))
    markram = read(liquid)[0].markram
    for tau in (markram.tau_depression, markram.tau_facilitation):
        assert np.all(tau > 0) and np.all(np.exp(-DT / tau) == 0)


def test_input_spikes_have_synapses_with_delays_and_signs():
    liquid, X = random_liquid(0, input="spikes")
    circuit, _ = read(liquid, X)
    inputs = circuit.inputs
    found = as_matrix(inputs, inputs.weights, liquid.input_weights_.shape).toarray()
    np.testing.assert_array_equal(found, liquid.input_weights_)
    np.testing.assert_array_equal(inputs.currents, inputs.weights < 0)
    expected = np.rint(liquid.get_params()["input_delays"] / DT)[inputs.targets, inputs.sources]
    np.testing.assert_array_equal(inputs.delays, expected)


def test_units_without_synapses_are_a_circuit():
    liquid = LIFLiquid(recurrent_weights=csr_array((4, 4)), input_weights=np.zeros((4, 1)), background_current=0.0)
    circuit, X = read(liquid.fit([[0.0]]))
    assert len(circuit.recurrent.sources) == len(circuit.inputs.sources) == 0 and X is None


def test_a_refractory_time_below_a_step_is_a_step():
    circuit, _ = read(random_liquid(0, refractory=(0.0, 1.25))[0])
    assert set(circuit.refractory_steps) == {1, 12}


def test_single_precision_is_read_as_it_is():
    liquid, X = random_liquid(0, dtype="float32")
    circuit, rows = read(liquid, X)
    assert rows.dtype == float and np.array_equal(rows, X.astype("float32"))
    np.testing.assert_array_equal(circuit.units["threshold"], liquid.threshold_)
    assert circuit.units["threshold"].dtype == circuit.recurrent.weights.dtype == float


def test_perfect_units_keep_their_constants():
    liquid, _ = random_perfect_liquid(0)
    circuit, _ = read(liquid)
    assert isinstance(circuit.neuron, PerfectIntegrateAndFire)
    np.testing.assert_array_equal(circuit.units["capacitance"], liquid.capacitance_)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda X: EchoStateReservoir(5).fit(X), TypeError, "'liquid' must be a fitted LIFLiquid .* EchoState"),
        (lambda X: LIFLiquid(5), NotFittedError, "not fitted"),
        (lambda X: LIFLiquid, TypeError, "'liquid' .* got the class LIFLiquid"),
        (lambda X: None, TypeError, "'liquid' .* got NoneType"),
        (lambda X: StackedReservoir([LIFLiquid(5)]).fit(X), TypeError, "'liquid' .* got StackedReservoir"),
        (lambda X: AdaptiveReservoir(LIFLiquid(5), STDP(n_epochs=1)).fit(X), TypeError, "Adapt.*'reservoir_'"),
        (lambda X: random_liquid(0, noise=(1.0, 2.0))[0], ValueError, "'liquid' must have no noise .* up to 2 nA"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
def test_what_is_no_circuit_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        read(make(np.ones((20, 2))))


def test_conductances_have_sizes_populations_and_reversal_potentials():
    liquid, X = random_liquid(0, input="spikes")
    assert read(liquid)[0].reversals == {}
    circuit, _ = read(with_conductances(liquid, X))
    assert np.all(circuit.recurrent.weights > 0) and np.all(circuit.inputs.weights > 0)
    np.testing.assert_array_equal(circuit.recurrent.currents, liquid.inhibitory_[circuit.recurrent.sources])
    for name in ("reversal_excitatory", "reversal_inhibitory"):
        np.testing.assert_array_equal(circuit.reversals[name], getattr(liquid, f"{name}_"))


@pytest.mark.parametrize(
    "X", [np.ones((2, 3, 5)), [np.ones((3, 5))] * 2, np.ones((3, 4)), np.full((3, 5), np.nan), "X"]
)
def test_anything_but_one_series_is_refused(X):
    with pytest.raises(ValueError, match="X"):
        read(random_liquid(0)[0], X)


def test_fractions_of_spikes_are_refused():
    with pytest.raises(ValueError, match="X must hold whole numbers of spikes"):
        read(random_liquid(0, input="spikes")[0], np.full((3, 5), 0.5))


def test_spikes_are_put_in_order():
    steps, units = in_order([3.0000001, 0.9999999, 3, 3], [2, 7, 0, 1])
    assert steps.tolist() == [1, 3, 3, 3] and units.tolist() == [7, 0, 1, 2] and steps.dtype == units.dtype == np.int64


def test_a_duration_is_that_of_the_series_or_whole_steps():
    assert check_duration(None, 60, 0.1) == 6.0
    assert check_duration(0.3, None, 0.1) == 3 * 0.1
    for duration, n_steps, message in [
        (None, None, "must be given"),
        (0.25, 60, "whole number"),
        (-1, 60, "at least 0"),
    ]:
        with pytest.raises(ValueError, match=f"'duration' .*{message}"):
            check_duration(duration, n_steps, 0.1)
