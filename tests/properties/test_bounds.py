"""No input and no time between samples drives a state out of the interval that its equation allows."""

import numpy as np
import pytest
from builders import dense
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from properties.strategies import arrays, few, logarithmic, matrices, seeds, series, sizes
from reservoir import CfCLiquid, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, Synapses
from reservoir.diagnostics import state_bounds

wild = series(4, scales=(1.0, 0.0, 1e3, 1e150))
durations = st.sampled_from([1e-300, 1e-3, 1.0, 1e3, 1e300, 0.0])
ROUNDING = 1e-13


def assert_within(states, low, high):
    slack = ROUNDING * max(np.abs(low).max(), np.abs(high).max())
    assert np.all(states >= low - slack) and np.all(states <= high + slack)


def timed(data, X):
    """The series with times of very different length in its last column."""
    return np.column_stack([X[:, :-1], [data.draw(durations) for _ in X]])


@st.composite
def synapses(draw, n_units, n_sources):
    """Synapses of any strength and slope, some towards potentials far away."""
    conductance = draw(matrices(n_units, n_sources, 0.0, draw(st.sampled_from([1.0, 1e6]))))
    n = np.count_nonzero(conductance)
    reversal = draw(arrays(n, low=-draw(st.sampled_from([1.0, 80.0])), high=2.0))
    return Synapses(csr_array(conductance), draw(arrays(n, low=-50.0, high=50.0)), draw(arrays(n)), reversal)


@given(data=st.data(), n=few, X=wild, n_substeps=st.integers(1, 4))
def test_ltc_stays_between_its_potentials(data, n, X, n_substeps):
    X, leak = timed(data, X), data.draw(arrays(n, low=-70.0, high=1.0))
    recurrent, sensory = data.draw(synapses(n, n)), data.draw(synapses(n, 3))
    liquid = LTCLiquid(
        recurrent_weights=recurrent, input_weights=sensory, n_substeps=n_substeps, elapsed_column=3,
        capacitance=data.draw(logarithmic(1e-6, 1e6, n)), leak_conductance=data.draw(logarithmic(1e-3, 1e3, n)),
        leak_potential=leak,
    ).fit(X)  # fmt: skip
    # Of every unit its own: rest, the leak and the reversal potentials of the synapses that end on it.
    potentials = np.hstack([dense(part)[3] for part in (recurrent, sensory)])
    potentials = np.column_stack([potentials, leak, np.zeros(n)])
    states = liquid.transform(X)
    assert_within(states, potentials.min(axis=1), potentials.max(axis=1))
    assert_within(states, *state_bounds(liquid))


@pytest.mark.parametrize("solver", ["fused", "euler", "rk4"])
@given(data=st.data(), n=sizes, X=wild, coupling=st.sampled_from([1e-3, 1.0, 1e3]))
def test_ltc_with_gates_stays_between_its_potentials(solver, data, n, X, coupling):
    leak, reversal = data.draw(arrays(n, high=3.0)), data.draw(arrays(n, low=-2.0))
    # The explicit solvers take as many steps as they need; a few thousand are enough here.
    capacitance = data.draw(logarithmic(0.1 * max(1.0, coupling), 1e4, n))
    liquid = LTCLiquid(
        n, synapse="gate", solver=solver, coupling=coupling, reversal=reversal, leak_potential=leak,
        capacitance=capacitance, random_state=0,
    )  # fmt: skip
    low, high = np.minimum(np.minimum(leak, reversal), 0), np.maximum(np.maximum(leak, reversal), 0)
    assert_within(liquid.fit_transform(X), low, high)


@given(
    data=st.data(), n=sizes, X=wild, method=st.sampled_from(["exponential", "euler"]),
    form=st.sampled_from(["normalized", "additive"]), activation=st.sampled_from(["tanh", "sigmoid"]),
)  # fmt: skip
def test_ctrnn_stays_within_the_range_of_its_activation(data, n, X, method, form, activation):
    X, tau = timed(data, X), data.draw(logarithmic(1e-3, 1e3, n))
    liquid = CTRNNLiquid(
        recurrent_weights=data.draw(matrices(n, n, -10, 10)), tau_range=tau, method=method, form=form,
        activation=activation, elapsed_column=-1, random_state=0,
    )  # fmt: skip
    highest = tau if form == "additive" else np.ones(n)
    assert_within(liquid.fit_transform(X), np.zeros(n) if activation == "sigmoid" else -highest, highest)


@given(data=st.data(), n=sizes, X=wild, activation=st.sampled_from(["tanh", "sigmoid"]))
def test_echo_state_stays_within_the_range_of_its_activation(data, n, X, activation):
    leak, weights = data.draw(logarithmic(1e-6, 1.0, n)), data.draw(matrices(n, n, -100, 100))
    reservoir = EchoStateReservoir(recurrent_weights=weights, leak_rate=leak, activation=activation, random_state=0)
    assert_within(reservoir.fit_transform(X), np.full(n, -1.0 if activation == "tanh" else 0.0), np.ones(n))


@pytest.mark.parametrize(("mode", "bound"), [("default", 1.0), ("no_gate", 2.0)])
@given(data=st.data(), n=sizes, X=wild, seed=seeds, gain=st.sampled_from([0.0, 1.0, 100.0]))
def test_cfc_stays_within_one_or_two(mode, bound, data, n, X, seed, gain):
    X = timed(data, X)
    liquid = CfCLiquid(n, mode=mode, gain=gain, gate_gain=gain, elapsed_column=-1, random_state=seed)
    assert_within(liquid.fit_transform(X), np.full(n, -bound), np.full(n, bound))


@given(data=st.data(), n=sizes, X=wild, seed=seeds)
def test_pure_cfc_stays_as_close_to_its_amplitude_as_the_time_allows(data, n, X, seed):
    # |f| exp(-t |f|) is at most 1 / (e t).
    X[:, -1] = times = data.draw(logarithmic(1e-3, 1e3, len(X)))
    liquid = CfCLiquid(n, mode="pure", gain=1.0, elapsed_column=-1, random_state=seed).fit(X)
    (cell,) = liquid.weights_
    reach = np.abs(cell.amplitude) * np.exp(-np.outer(times, np.abs(cell.w_tau)) - 1) / times[:, None]
    assert_within(liquid.transform(X), cell.amplitude - reach, cell.amplitude + reach)


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # driven as far as it goes
@given(
    X=series(longest=20, scales=(1.0, 30.0, 1e6)), n=sizes, seed=seeds, output=st.sampled_from(["traces", "counts"]),
    refractory=st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.0, 25.0]), tau_trace=st.sampled_from([0.1, 30.0, 1e3]),
)  # fmt: skip
def test_lif_shows_no_more_than_its_refractory_time_allows(X, n, seed, output, refractory, tau_trace):
    liquid = LIFLiquid(
        n, inhibitory=0.0, refractory=refractory, output=output, tau_trace=tau_trace, random_state=seed
    ).fit(X)  # fmt: skip
    hold = max(refractory // 1, 1)  # steps of 1 ms
    highest = np.ceil(10 / hold) if output == "counts" else 1 / -np.expm1(-hold / tau_trace)
    assert_within(liquid.transform(X), np.zeros(n), np.full(n, highest))
