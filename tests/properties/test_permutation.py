"""Units have no order: a network whose units are numbered otherwise has the same states, in the other order.

The numbering decides which kernel multiplies the recurrent weights and in which order sums are formed. So states agree
to rounding; spikes, with thresholds that no voltage meets by chance, are the same.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array

from properties.strategies import arrays, generators, logarithmic, matrices, orders, seeds, series, sizes
from reservoir import CfCLiquid, CfCWeights, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, Markram, Synapses
from reservoir.topology import Shift

activations = st.sampled_from(["tanh", "identity", "relu", "sigmoid"])


@st.composite
def recurrent_weights(draw, n_units):
    """Weights between units of infinity norm 1 at most: any graph, or the one that has a kernel of its own."""
    if draw(st.booleans()):
        weights = Shift().draw(n_units, None, draw(generators())).toarray()
    else:
        weights = draw(matrices(n_units, n_units))
    return weights / max(1.0, np.abs(weights).sum(axis=1).max())


def assert_same_states(states, renumbered, order):
    assert_allclose(renumbered, states[:, order], rtol=0, atol=1e-12 * max(1.0, np.abs(states).max()))


def renumber(value, order, sources=slice(None)):
    """Return arrays, matrices and synapses with their units, and their presynaptic units, in another order."""
    if not isinstance(value, Synapses):
        return value[order] if value.ndim == 1 else csr_array(value)[order][:, sources]
    matrix = value.conductance
    numbers = csr_array((np.arange(1, matrix.nnz + 1), matrix.indices, matrix.indptr), shape=matrix.shape)
    numbers = numbers[order][:, sources]
    numbers.sort_indices()
    data, slope, midpoint, reversal = value.properties(float)[:, numbers.data - 1]
    return Synapses(csr_array((data, numbers.indices, numbers.indptr), shape=matrix.shape), slope, midpoint, reversal)


@given(data=st.data(), n=sizes, X=series(), activation=activations)
def test_echo_state(data, n, X, activation):
    order, weights = data.draw(orders(n)), data.draw(recurrent_weights(n))
    inputs, bias = data.draw(matrices(n, 3)), data.draw(arrays(n))
    leak = data.draw(logarithmic(0.01, 1.0, n))
    given = {"recurrent_weights": weights, "input_weights": inputs, "bias": bias, "leak_rate": leak}
    other = {name: value[order] for name, value in given.items()} | {"recurrent_weights": weights[order][:, order]}
    states, renumbered = (
        EchoStateReservoir(activation=activation, **arguments).fit_transform(X) for arguments in (given, other)
    )
    assert_same_states(states, renumbered, order)


@pytest.mark.parametrize("form", ["normalized", "additive", "antisymmetric"])
@given(data=st.data(), n=sizes, X=series(4), method=st.sampled_from(["exponential", "euler"]))
def test_ctrnn(form, data, n, X, method):
    order, weights = data.draw(orders(n)), data.draw(recurrent_weights(n))
    inputs, bias = data.draw(matrices(n, 3)), data.draw(arrays(n))
    tau = data.draw(logarithmic(0.1, 100.0, n))
    X[:, 3] = np.abs(X[:, 3])
    settings = {"form": form, "method": method, "elapsed_column": 3}
    if form == "additive":
        weights = weights / tau  # else it grows, and rounding with it
    given = {"recurrent_weights": weights, "input_weights": inputs, "bias": bias, "tau_range": tau}
    other = {name: value[order] for name, value in given.items()} | {"recurrent_weights": weights[order][:, order]}
    states, renumbered = (CTRNNLiquid(**settings, **arguments).fit_transform(X) for arguments in (given, other))
    assert_same_states(states, renumbered, order)


@pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
@pytest.mark.parametrize("synapse", ["conductance", "gate"])
@given(data=st.data(), n=sizes, X=series(), seed=seeds, topology=st.sampled_from(["shift", "random"]))
def test_ltc(synapse, solver, data, n, X, seed, topology):
    order, settings = data.draw(orders(n)), {"synapse": synapse, "solver": solver}
    liquid = LTCLiquid(n, topology=topology, capacitance=(1.0, 10.0), random_state=seed, **settings).fit(X)
    between = getattr(liquid, "recurrent_synapses_", liquid.recurrent_weights_)
    sensory = getattr(liquid, "input_synapses_", liquid.input_weights_)
    weights = {"recurrent_weights": renumber(between, order, order)}
    weights["input_weights"] = renumber(sensory, order) if synapse == "conductance" else sensory[order]
    names = ["capacitance", "leak_conductance", "leak_potential"] + ["bias", "reversal"] * (synapse == "gate")
    units = {name: getattr(liquid, f"{name}_")[order] for name in names}
    assert_same_states(liquid.transform(X), LTCLiquid(**settings, **weights, **units).fit_transform(X), order)


@pytest.mark.parametrize("mode", ["default", "pure", "no_gate"])
@given(data=st.data(), n=sizes, X=series(), seed=seeds)
def test_cfc(mode, data, n, X, seed):
    order = data.draw(orders(n))
    liquid = CfCLiquid(n, mode=mode, gain=0.5, random_state=seed).fit(X)
    (cell,), sources = liquid.weights_, np.concatenate([np.arange(3), 3 + order])
    heads = [(weights[order][:, sources], bias[order]) for weights, bias in cell.heads]
    pure = {name: getattr(cell, name)[order] for name in ("w_tau", "amplitude") if mode == "pure"}
    other = CfCLiquid(mode=mode, weights=CfCWeights(heads, **pure))
    assert_same_states(liquid.transform(X), other.fit_transform(X), order)


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # so few units may be silent or saturated
@pytest.mark.parametrize("dynamic", [False, True])
@given(
    data=st.data(), n=sizes, X=series(longest=20), seed=seeds, topology=st.sampled_from(["shift", "random"]),
    tau=st.sampled_from([20.0, (30.0, 10.0)]), refractory=st.sampled_from([0.0, 2.0, (3.0, 12.0)]),
    delays=st.sampled_from([0.0, 1.0, (1.0, 8.0, 3.0, 20.0)]), scaling=st.sampled_from([0.0, 0.5, 3.0]),
)  # fmt: skip
def test_lif(dynamic, data, n, X, seed, topology, tau, refractory, delays, scaling):
    order = data.draw(orders(n))
    markram = Markram(0.5, (100.0, 30.0, 200.0, 20.0), 50.0, spread=0.3, rate=5.0) if dynamic else None
    liquid = LIFLiquid(
        n, topology=topology, tau_membrane=tau, refractory=refractory, delays=delays, recurrent_scaling=scaling,
        inhibitory=0.2 if n > 2 else 0.0, short_term_plasticity=markram, random_state=seed,
    ).fit(X)  # fmt: skip
    units = ("tau_membrane", "tau_excitatory", "tau_inhibitory", "threshold", "reset", "resting", "refractory")
    units += ("background_current", "initial_voltage", "inhibitory", "input_weights")
    arguments = {name: getattr(liquid, f"{name}_")[order] for name in units}
    for name in ("recurrent_weights", "delays"):
        arguments[name] = renumber(getattr(liquid, f"{name}_"), order, order)
    if dynamic:
        fitted = liquid.short_term_plasticity_
        parts = [
            renumber(part, order, order)
            for part in (fitted.utilization, fitted.tau_depression, fitted.tau_facilitation)
        ]
        arguments["short_term_plasticity"] = Markram(*parts, rate=fitted.rate)
    other = LIFLiquid(**arguments).fit(X)
    (steps, numbers), (other_steps, other_numbers) = liquid.spikes(X), other.spikes(X)
    assert_array_equal(as_set(other_steps, order[other_numbers]), as_set(steps, numbers))
    assert_same_states(liquid.transform(X), other.transform(X), order)


def as_set(steps, units):
    """Spikes in order of time and then of units, one per row."""
    return np.unique(np.column_stack([steps, units]), axis=0)
