import numpy as np
import pandas as pd
import pytest

from reservoir import (
    CTRNNLiquid,
    EchoStateReservoir,
    LeakyIntegrateAndFire,
    LIFLiquid,
    LTCLiquid,
    PerfectIntegrateAndFire,
    SpikingLiquid,
    StackedReservoir,
    Synapses,
)
from reservoir.diagnostics import TimeConstants, time_constants
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity
from reservoir.topology import AutoNCP

U = np.random.RandomState(0).standard_normal((30, 2))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def dense(synapses):
    shape = synapses.conductance.shape
    parts = np.zeros((3, *shape))
    rows = np.repeat(np.arange(shape[0]), np.diff(synapses.conductance.indptr))
    parts[:, rows, synapses.conductance.indices] = synapses.properties(float)[:3]
    return parts


def plain_circuit(liquid, states, inputs):
    """tau_i(t) = C_i / (g_i + sum_j a_ij + sum_k s_ik), synapse by synapse."""
    w, slope, midpoint = dense(liquid.recurrent_synapses_)
    w_in, slope_in, midpoint_in = dense(liquid.input_synapses_)
    total = [
        (w * sigmoid(slope * (v - midpoint))).sum(1) + (w_in * sigmoid(slope_in * (u - midpoint_in))).sum(1)
        for v, u in zip(states, inputs, strict=True)
    ]
    return liquid.capacitance_ / (liquid.leak_conductance_ + np.array(total))


@pytest.mark.parametrize("settings", [{}, {"topology": AutoNCP(25, 4)}, {"init": "ncps"}, {"mixed_memory": True}])
def test_conductance_form_agrees_with_a_plain_sum_over_synapses(settings):
    liquid = LTCLiquid(25, random_state=1, **settings).fit(U)
    tau = time_constants(liquid, U)
    np.testing.assert_allclose(tau.values, plain_circuit(liquid, liquid.transform(U), U), rtol=1e-12)
    most = liquid.recurrent_synapses_.conductance.sum(axis=1) + liquid.input_synapses_.conductance.sum(axis=1)
    np.testing.assert_allclose(tau.lower, liquid.capacitance_ / (liquid.leak_conductance_ + most), rtol=1e-12)
    np.testing.assert_allclose(tau.upper, liquid.capacitance_ / liquid.leak_conductance_, rtol=1e-12)


def test_gate_form_agrees_with_its_equation():
    liquid = LTCLiquid(25, synapse="gate", coupling=3.0, leak_conductance=0.5, random_state=1).fit(U)
    states, tau = liquid.transform(U), time_constants(liquid, U)
    drive = states @ liquid.recurrent_weights_.toarray().T + U @ liquid.input_weights_.T + liquid.bias_
    np.testing.assert_allclose(tau.values, liquid.capacitance_ / (0.5 + 1.5 * sigmoid(drive)), rtol=1e-12)
    np.testing.assert_allclose(tau.lower, liquid.capacitance_ / 2)
    np.testing.assert_allclose(tau.upper, liquid.capacitance_ / 0.5)


def test_unit_without_synapses_has_the_time_constant_of_its_leak():
    alone = LTCLiquid(
        recurrent_weights=np.zeros((2, 2)), input_weights=np.zeros((2, 2)), capacitance=3.0, leak_conductance=2.0
    ).fit(U)
    tau = time_constants(alone, U)
    assert tau.values.shape == (30, 2)
    assert np.all(tau.values == 1.5)
    assert np.all(tau.lower == tau.upper)


def test_time_constant_is_that_of_the_relaxation():
    # The synapses from the input are closed or open whatever v; a hundred sub-steps come close to the exponential.
    synapses = Synapses([[3.0]], slope=50.0, midpoint=0.0, reversal=1.0)
    liquid = LTCLiquid(
        recurrent_weights=np.zeros((1, 1)), input_weights=synapses, capacitance=8.0, leak_potential=0.0, n_substeps=100
    )
    for u, conductance in ((-1.0, 1.0), (1.0, 4.0)):
        states, _ = liquid.fit([[0.0]]).run([[u]], [-1.0])
        tau = time_constants(liquid, [[u]]).values[0, 0]
        target = 0.75 if u > 0 else 0.0
        assert tau == pytest.approx(8.0 / conductance, rel=1e-9)
        assert (states[0, 0] - target) / (-1 - target) == pytest.approx(np.exp(-1 / tau), rel=2e-3)


def test_all_units_count_where_the_liquid_shows_a_map_of_them():
    shown = LTCLiquid(20, output_weights=np.ones((1, 20)), random_state=0).fit(U)
    every = LTCLiquid(20, random_state=0).fit(U)
    np.testing.assert_array_equal(time_constants(shown, U).values, time_constants(every, U).values)
    assert shown.transform(U).shape == (30, 1)


def test_elapsed_times_are_not_input_and_bounds_are_in_their_unit():
    X = np.column_stack([U[:, 0], np.full(30, 0.5), U[:, 1]])
    irregular = LTCLiquid(20, elapsed_column=1, random_state=0).fit(X)
    tau = time_constants(irregular, X)
    np.testing.assert_allclose(tau.values, plain_circuit(irregular, irregular.transform(X), U), rtol=1e-12)
    assert np.all((tau.lower < tau.values) & (tau.values < tau.upper))


def test_long_series_are_looked_at_in_parts(monkeypatch):
    liquid = LTCLiquid(20, random_state=0).fit(U)
    whole = time_constants(liquid, U)
    monkeypatch.setattr("reservoir.diagnostics.stability.speed._AT_ONCE", 500)
    np.testing.assert_array_equal(time_constants(liquid, U).values, whole.values)


@pytest.mark.parametrize("synapse", ["conductance", "gate"])
@pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
@pytest.mark.parametrize("seed", range(3))
def test_no_input_and_no_gap_drives_them_beyond_their_bounds(seed, solver, synapse):
    rng = np.random.RandomState(seed)
    X = np.column_stack([100 * rng.standard_normal((60, 3)), 10 ** rng.uniform(-3, 3, 60)])
    liquid = LTCLiquid(8, synapse=synapse, solver=solver, elapsed_column=-1, random_state=seed).fit(X)
    tau = time_constants(liquid, X)
    # Sums over synapses are rounded in another order than the bounds'.
    assert np.all(tau.values >= tau.lower * (1 - 1e-12))
    assert np.all(tau.values <= tau.upper * (1 + 1e-12))


def test_negative_conductances_that_outweigh_the_leak_leave_no_bounds():
    negative = Synapses([[0.0, -3.0], [-0.5, 0.0]], slope=1.0, midpoint=0.0, reversal=1.0, allow_negative=True)
    liquid = LTCLiquid(recurrent_weights=negative, input_weights=np.zeros((2, 2)), leak_conductance=1.0, capacitance=1)
    tau = time_constants(liquid.fit(U), U[:3])
    assert (tau.lower[0], tau.upper[0]) == (-np.inf, np.inf)
    np.testing.assert_allclose((tau.lower[1], tau.upper[1]), (1, 2))


def test_echo_state_counts_rows():
    rate = np.array([1.0, 0.5, 1 - np.exp(-1 / 7)])
    tau = time_constants(EchoStateReservoir(3, degree=2, leak_rate=rate, random_state=0).fit(U), U)
    np.testing.assert_allclose(tau.values, np.tile([0, 1 / np.log(2), 7], (30, 1)))
    np.testing.assert_array_equal(tau.lower, tau.upper)


@pytest.mark.parametrize("form", ["normalized", "additive", "antisymmetric"])
def test_continuous_time_network_has_constant_time_constants(form):
    liquid = CTRNNLiquid(10, form=form, tau_range=(2.0, 9.0), elapsed_column=1, random_state=0).fit(np.abs(U))
    tau = time_constants(liquid, np.abs(U))
    for part in (tau.values[0], tau.values[-1], tau.lower, tau.upper):
        np.testing.assert_array_equal(part, liquid.tau_)


def test_spiking_liquid_counts_rows_of_its_input_period():
    liquid = LIFLiquid(4, tau_membrane=np.array([5.0, 10, 20, 40]), input_period=20.0, random_state=0).fit(U[:2])
    tau = time_constants(liquid, U)
    np.testing.assert_allclose(tau.values, np.tile([0.25, 0.5, 1, 2], (30, 1)))
    np.testing.assert_array_equal(tau.lower, tau.upper)


def test_a_voltage_that_does_not_fade_has_no_time_constant():
    leaky, perfect = LeakyIntegrateAndFire(tau_membrane=40.0), PerfectIntegrateAndFire()
    assert np.all(time_constants(SpikingLiquid(4, neuron=leaky, random_state=0).fit(U[:2]), U).values == 4.0)
    with pytest.raises(TypeError, match="'tau_membrane'; those of PerfectIntegrateAndFire have none"):
        time_constants(SpikingLiquid(4, neuron=perfect, random_state=0).fit(U[:2]), U)


def test_stack_has_those_of_its_layers_along_their_own_input():
    X = np.abs(U)
    stack = StackedReservoir(
        [LTCLiquid(6), EchoStateReservoir(5, degree=2), LTCLiquid(4)], elapsed_column=1, output="last", random_state=0
    ).fit(X)
    tau = time_constants(stack, X)
    assert tau.values.shape == (30, 15)
    first, second, third = stack.layers_
    parts = [time_constants(first, X)]
    states = first.transform(X)
    parts.append(time_constants(second, states))
    parts.append(time_constants(third, np.column_stack([second.transform(states), X[:, 1]])))
    np.testing.assert_allclose(tau.values, np.hstack([part.values for part in parts]))
    np.testing.assert_array_equal(tau.lower, np.concatenate([part.lower for part in parts]))
    np.testing.assert_array_equal(tau.upper, np.concatenate([part.upper for part in parts]))


def test_reservoir_that_has_adapted_has_its_own():
    frame = pd.DataFrame(U, columns=["a", "b"])
    adapted = AdaptiveReservoir(EchoStateReservoir(5, degree=2, random_state=0), IntrinsicPlasticity()).fit(frame)
    np.testing.assert_array_equal(time_constants(adapted, frame).lower, time_constants(adapted.reservoir_, U).lower)


def test_named_columns_pass_without_a_warning():
    X = pd.DataFrame(np.abs(U), columns=["u", "hours"])
    tau = time_constants(LTCLiquid(10, elapsed_column="hours", random_state=0).fit(X), X)
    assert tau.values.shape == (30, 10)


def test_single_precision_stays_within_its_bounds():
    liquid = LTCLiquid(20, dtype="float32", random_state=0).fit(U)
    tau = time_constants(liquid, U)
    assert np.all((tau.lower < tau.values) & (tau.values < tau.upper))
    np.testing.assert_allclose(tau.values, time_constants(LTCLiquid(20, random_state=0).fit(U), U).values, rtol=1e-4)


def test_extreme_input_opens_synapses_entirely():
    liquid = LTCLiquid(10, random_state=0).fit(U)
    assert np.all(np.isfinite(time_constants(liquid, np.full((2, 2), 1e308)).values))


def test_result_is_frozen_and_the_liquid_stays_as_it_was():
    liquid = LTCLiquid(10, output_weights=np.ones((1, 10)), random_state=0).fit(U)
    before = liquid.transform(U)
    tau = time_constants(liquid, U)
    assert isinstance(tau, TimeConstants)
    with pytest.raises(AttributeError):
        tau.values = None
    np.testing.assert_array_equal(liquid.transform(U), before)


@pytest.mark.parametrize("bad", [U[:, :1], np.full((3, 2), np.nan), [U, U]], ids=["features", "nan", "two series"])
@pytest.mark.parametrize("kind", [LTCLiquid, EchoStateReservoir])
def test_series_is_checked(kind, bad):
    with pytest.raises(ValueError, match="X|NaN"):
        time_constants(kind(5, degree=2).fit(U), bad)
