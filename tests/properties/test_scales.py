"""Laws of scale and of time: what only counts in relation to something else, and what a row of no time does.

Factors are powers of 2, which rounding does not notice, so that the two sides of most laws agree bit for bit.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import comb

from properties.strategies import arrays, logarithmic, matrices, seeds, series, sizes
from reservoir import NVAR, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, Markram

TIMES = {"dt": 1.0, "input_period": 10.0, "tau_membrane": 20.0, "tau_excitatory": 3.0, "tau_inhibitory": 6.0}
TIMES |= {"tau_trace": 30.0, "refractory": 2.0, "delays": 3.0}
VOLTAGES = {"threshold": 15.0, "reset": 2.0, "resting": 1.0, "input_scaling": 15.0}

shares = st.sampled_from([0.0, 0.3, 1.0, -2.0])
factors = st.sampled_from([2.0**-10, 0.5, 1.0, 2.0, 2.0**10])


@given(X=series(), n=sizes, seed=seeds, factor=factors, activation=st.sampled_from(["relu", "identity"]))
def test_activations_without_a_scale_leave_none(X, n, seed, factor, activation):
    settings = {"activation": activation, "random_state": seed}
    plain = EchoStateReservoir(n, **settings).fit_transform(X)
    scaled = EchoStateReservoir(n, bias_scaling=0.8 * factor, **settings).fit_transform(factor * X)
    assert_array_equal(scaled, factor * plain)


@given(X=series(), n=sizes, seed=seeds, activation=st.sampled_from(["tanh", "identity"]))
def test_odd_activations_keep_the_sign(X, n, seed, activation):
    settings = {"bias": 0.0, "activation": activation, "random_state": seed}
    for cls in (EchoStateReservoir, CTRNNLiquid):
        reservoir = cls(n, **settings).fit(X)
        states, mirrored = reservoir.transform(X), reservoir.transform(-X)
        # To rounding: the compiled tanh sums up its two sides differently.
        assert_allclose(mirrored, -states, rtol=0, atol=1e-13 * max(1.0, np.abs(states).max()))


@given(X=series(longest=30), other=series(longest=30), n=sizes, seed=seeds, share=shares)
def test_a_linear_reservoir_superposes(X, other, n, seed, share):
    n_steps = min(len(X), len(other))
    X, other = X[:n_steps], other[:n_steps]
    reservoir = EchoStateReservoir(n, activation="identity", bias=0.0, random_state=seed).fit(X)
    both, first, second = (reservoir.transform(x) for x in (X + share * other, X, other))
    size = max(1.0, *(np.abs(states).max() for states in (both, first, second)))
    assert_allclose(both, first + share * second, rtol=0, atol=1e-12 * size)


@given(X=series(), delay=st.integers(1, 4), order=st.integers(1, 4), factor=factors, bias=st.booleans())
def test_monomials_scale_by_their_degree(X, delay, order, factor, bias):
    nvar = NVAR(delay=delay, order=order, include_bias=bias).fit(X)
    degrees = np.arange(not bias, order + 1)
    degrees = np.repeat(degrees, comb(3 * delay + degrees - 1, degrees).astype(int))
    assert_array_equal(nvar.transform(factor * X), nvar.transform(X) * factor**degrees)


@pytest.mark.parametrize("form", ["normalized", "additive", "antisymmetric"])
@given(data=st.data(), X=series(4), n=sizes, factor=factors, method=st.sampled_from(["exponential", "euler"]))
def test_only_times_in_relation_to_time_constants_count(form, data, X, n, factor, method):
    tau, X[:, 3] = data.draw(logarithmic(0.1, 100.0, n)), np.abs(X[:, 3])
    grown = factor if form == "additive" else 1.0  # there, states are in units of tau
    weights, inputs = 0.1 * data.draw(matrices(n, n)), data.draw(matrices(n, 3))
    settings = {"form": form, "method": method, "elapsed_column": 3, "input_weights": inputs, "bias": 0.1}
    states = CTRNNLiquid(recurrent_weights=weights, tau_range=tau, **settings).fit_transform(X)
    slower = CTRNNLiquid(recurrent_weights=weights / grown, tau_range=factor * tau, **settings)
    assert_array_equal(slower.fit_transform(X * [1, 1, 1, factor]), grown * states)


@given(data=st.data(), X=series(), n=sizes, seed=seeds)
def test_an_uncoupled_unit_needs_no_samples_in_between(data, X, n, seed):
    # The exponential method solves a unit exactly while its input is held, and so may take many rows for one.
    tau, times = data.draw(logarithmic(0.01, 100.0, n)), data.draw(logarithmic(1e-3, 10.0, len(X)))
    share = data.draw(arrays(len(X), low=0.0))
    liquid = CTRNNLiquid(recurrent_weights=np.zeros((n, n)), tau_range=tau, elapsed_column=3, random_state=seed)
    whole = liquid.fit_transform(np.column_stack([X, times]))
    halves = np.column_stack([np.repeat(X, 2, axis=0), np.column_stack([share * times, times - share * times]).ravel()])
    assert_allclose(liquid.transform(halves)[1::2], whole, rtol=0, atol=1e-13)


@pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
@pytest.mark.parametrize("synapse", ["conductance", "gate"])
@given(data=st.data(), X=series(4), n=sizes, factor=factors, seed=seeds)
def test_capacitance_conductance_and_time_meet_as_one_number(synapse, solver, data, X, n, factor, seed):
    capacitance, X[:, 3] = data.draw(logarithmic(1.0, 100.0, n)), np.minimum(np.abs(X[:, 3]), 10)
    settings = {"synapse": synapse, "solver": solver, "elapsed_column": 3, "leak_potential": 0.0, "random_state": seed}
    states = LTCLiquid(n, capacitance=capacitance, **settings).fit_transform(X)
    slower = LTCLiquid(n, capacitance=factor * capacitance, **settings).fit_transform(X * [1, 1, 1, factor])
    assert_array_equal(slower, states)


@pytest.mark.parametrize(
    ("cls", "settings"),
    [
        *((CTRNNLiquid, {"form": form}) for form in ("normalized", "additive", "antisymmetric")),
        (CTRNNLiquid, {"method": "euler", "activation": "relu"}),
        *((LTCLiquid, {"solver": solver}) for solver in ("fused", "euler", "rk4")),
        *((LTCLiquid, {"synapse": "gate", "solver": solver}) for solver in ("fused", "euler", "rk4")),
    ],
)
@given(data=st.data(), X=series(4), n=sizes, seed=seeds, topology=st.sampled_from(["shift", "random"]))
def test_a_row_of_no_time_changes_nothing(cls, settings, data, X, n, seed, topology):
    X[:, 3] = np.minimum(np.abs(X[:, 3]), 10) * (data.draw(arrays(len(X))) > 0)
    liquid = cls(n, topology=topology, elapsed_column=3, random_state=seed, **settings).fit(X)
    start = liquid.run(X[:1] * [1, 1, 1, 0] + [0, 0, 0, 1])[1]
    states = np.vstack([start, liquid.run(X, start)[0]])
    still = X[:, 3] == 0
    assert_array_equal(states[1:][still], states[:-1][still], strict=True)


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # so few units may be silent
@pytest.mark.parametrize("law", ["time", "voltage"])
@given(
    X=series(longest=20), n=sizes, seed=seeds, factor=factors, dynamic=st.booleans(),
    output=st.sampled_from(["traces", "counts", "voltages"]),
)  # fmt: skip
def test_a_spiking_liquid_has_no_scale_of_its_own(law, X, n, seed, factor, dynamic, output):
    in_time, in_voltage = (factor if law == scaled else 1.0 for scaled in ("time", "voltage"))
    times = {name: in_time * value for name, value in TIMES.items()}
    voltages = {name: in_voltage * value for name, value in VOLTAGES.items()}
    synapses = [Markram(0.5, 100.0 * scale, 30.0 * scale) if dynamic else None for scale in (1.0, in_time)]
    settings = {"inhibitory": 0.2 if n > 2 else 0.0, "output": output, "random_state": seed}
    plain = LIFLiquid(n, short_term_plasticity=synapses[0], **TIMES, **VOLTAGES, **settings).fit(X)
    other = LIFLiquid(n, short_term_plasticity=synapses[1], **times, **voltages, **settings).fit(X)
    assert_array_equal(other.spikes(X), plain.spikes(X))
    assert_array_equal(other.transform(X), plain.transform(X) * (in_voltage if output == "voltages" else 1.0))
