"""What every public reservoir does with numbers that are too large, and synapses with those that are none."""

import copy

import numpy as np
import pytest
from builders import N_UNITS, assert_same, build, series
from numpy.testing import assert_array_equal
from scipy.sparse import csc_array, csr_array

import reservoir
from reservoir import (
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    StateOverflowError,
    Synapses,
)
from reservoir.topology import Shift

X = series()


# Overflow


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", ["identity", "relu"])
def test_an_unstable_reservoir_raises(activation, dtype):
    # Equal positive weights: otherwise a relu can rest at zero, however large the spectral radius.
    topology = Shift(weights="constant")
    liquid = build(
        EchoStateReservoir, topology=topology, activation=activation, spectral_radius=1.5, leak_rate=1.0, dtype=dtype
    ).fit(X)
    long = np.random.RandomState(0).standard_normal((20_000, 5))
    before = copy.deepcopy(vars(liquid))
    with pytest.raises(reservoir.StateOverflowError, match="spectral_radius"):
        liquid.transform(long)
    with pytest.raises(StateOverflowError, match="step"):
        liquid.set_params(n_jobs=2).transform([long, X])
    assert_same(vars(liquid), before)
    assert np.isfinite(liquid.transform(X)).all()


def test_an_oscillating_overflow_raises_as_well():
    liquid = EchoStateReservoir(recurrent_weights=-3 * np.eye(2), activation="identity", leak_rate=1.0, random_state=0)
    with pytest.raises(StateOverflowError) as caught:
        liquid.fit_transform(np.ones((20_000, 1)))
    assert "spectral_radius" not in str(caught.value), "no remedy: a spectral radius does not touch given weights"


@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce")  # the check for finite X sums it first
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("output", ["traces", "counts", "voltages"])
def test_a_spiking_liquid_with_lost_voltages_raises(output, dtype):
    # Rows of nearly the largest number, of either sign: V becomes infinite, then NaN, and a NaN never spikes again.
    huge = np.sign(X) * 0.9 * float(np.finfo(dtype).max)
    liquid = build(LIFLiquid, output=output, dtype=dtype, input_weights=series(N_UNITS, 5)).fit(X)
    with pytest.raises(StateOverflowError):
        liquid.transform(huge)


@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce")  # the check for finite X sums it first
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("cls", [EchoStateReservoir, CTRNNLiquid, CfCLiquid])
def test_inputs_whose_sum_overflows_saturate_or_raise(cls, dtype):
    # Infinity minus infinity, before any activation could bound it; fused multiplication and addition avoids it.
    huge = np.sign(X) * 0.9 * float(np.finfo(dtype).max)
    liquid = build(cls, dtype=dtype, input_scaling=30.0).fit(X)
    try:
        states = liquid.transform(huge)
    except StateOverflowError:
        return
    assert np.abs(states).max() <= 1


@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce")  # the check for finite X sums it first
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("topology", ["shift", "random"])
def test_a_conductance_keeps_any_input_in_range(topology, dtype):
    huge = np.sign(X) * 0.9 * float(np.finfo(dtype).max)
    liquid = build(LTCLiquid, topology=topology, leak_potential=0.0, dtype=dtype).fit(X)
    assert np.abs(liquid.transform(huge)).max() <= 1


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # 1e6 nA saturate it
@pytest.mark.parametrize("name", ["tau_membrane", "tau_excitatory", "tau_inhibitory", "tau_trace"])
@pytest.mark.parametrize("tau", [1e-3, 1e-6, 1e6])
def test_any_positive_time_constant_gives_spikes(name, tau):
    liquid = build(LIFLiquid, **{name: tau}, background_current=1e6, output="counts").fit(X)
    counts, state = liquid.run(X)
    assert counts.sum() > 0 and all(np.isfinite(part).all() for part in state)


def test_an_endless_refractory_time_ends_after_one_spike():
    counts = build(LIFLiquid, refractory=1e12, background_current=100.0, output="counts").fit(X).transform(X)
    assert_array_equal(counts.sum(axis=0), 1)


# Synapses


def test_synapses_between_units_have_to_be_square():
    synapses = Synapses(csr_array(np.ones((5, 8))), *(np.ones(40) for _ in range(3)))
    with pytest.raises(ValueError, match="recurrent_weights"):
        LTCLiquid(recurrent_weights=synapses).fit(X)


@pytest.mark.parametrize("conductance", [csr_array([[1.0, np.nan]]), csr_array([[np.inf, 1.0]]), "x"])
def test_synapses_need_a_finite_conductance(conductance):
    with pytest.raises((ValueError, TypeError), match="'conductance'"):
        Synapses(conductance, np.ones(2), np.ones(2), np.ones(2))


def test_a_conductance_by_columns_is_not_mistaken_for_rows():
    matrix = np.array([[0, 1.0, 2.0], [0, 0, 0.5], [0, 0, 3.0]])
    by_rows = LTCLiquid(recurrent_weights=Synapses(csr_array(matrix), *np.ones((3, 4))), random_state=0).fit(X)
    try:
        by_columns = LTCLiquid(recurrent_weights=Synapses(csc_array(matrix), *np.ones((3, 4))), random_state=0).fit(X)
    except (ValueError, TypeError) as error:
        assert "'conductance'" in str(error)
    else:
        assert_array_equal(by_columns.transform(X), by_rows.transform(X))
