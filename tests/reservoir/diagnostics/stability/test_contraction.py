import numpy as np
import pytest
from scipy.sparse import csr_array, random_array
from scipy.sparse.linalg import eigs, eigsh

from reservoir import NVAR, CfCLiquid, CTRNNLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir, Synapses
from reservoir.base import BaseReservoir
from reservoir.diagnostics import contraction_bound, state_bounds
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity

U = np.random.RandomState(0).standard_normal((30, 2))
# Central differences over 2e-6 of states of size 1 are right to about 1e-9.
INEXACT = 1 + 1e-7


def jacobian(reservoir, row, state):
    """The derivative of the next state by every state, from central differences."""
    columns = []
    for change in 1e-6 * np.eye(len(state)):
        ahead, behind = reservoir.run(row, state + change)[0][0], reservoir.run(row, state - change)[0][0]
        columns.append((ahead - behind) / 2e-6)
    return np.array(columns).T


def jacobians(reservoir, X):
    """Those along a driven trajectory, and at random states inside the bounds."""
    lower, upper = (np.clip(bound, -2, 2) for bound in state_bounds(reservoir))
    rng, state = np.random.RandomState(0), reservoir.rest()
    for row in X[:, None]:
        yield jacobian(reservoir, row, state)
        yield jacobian(reservoir, row, rng.uniform(lower + 1e-5, upper - 1e-5))
        _, state = reservoir.run(row, state)


def perron(matrix):
    """Root and vector of a positive matrix, from all eigenvalues."""
    values, vectors = np.linalg.eig(matrix + 1e-9)
    return values.real.max(), np.abs(vectors[:, values.real.argmax()].real)


def row_norm(matrix, weights):
    return (np.abs(matrix) @ weights / weights).max()


def positive(n, scale, seed=0):
    """Positive weights with the given spectral radius: only their weighted maximum norm is as small."""
    matrix = np.random.RandomState(seed).lognormal(0, 1.5, (n, n))
    return matrix * scale / np.abs(np.linalg.eigvals(matrix)).max()


def orthogonal(n, scale):
    return scale * np.linalg.qr(np.random.RandomState(0).standard_normal((n, n)))[0]


def circuit(liquid):
    """M_ij = w_ij |slope_ij| max |E_ij - v_i| / (4 g_i), synapse by synapse."""
    lower, upper = state_bounds(liquid)
    synapses, loop = liquid.recurrent_synapses_, np.zeros((liquid.n_units_,) * 2)
    start = synapses.conductance.indptr
    for i, g in enumerate(liquid.leak_conductance_):
        for k in range(start[i], start[i + 1]):
            reach = max(abs(synapses.reversal[k] - lower[i]), abs(synapses.reversal[k] - upper[i]))
            strength = synapses.conductance.data[k] * abs(synapses.slope[k]) * reach / 4 / g
            loop[i, synapses.conductance.indices[k]] += strength
    return loop


def weak_liquid(seed=0, scale=0.02, **settings):
    """A liquid of eight units whose synapses are too weak to keep anything."""
    rng = np.random.RandomState(seed)
    synapses = Synapses(scale * rng.lognormal(0, 1, (8, 8)), rng.uniform(-4, 4, 64), 0.0, rng.choice([-1.0, 1.0], 64))
    return LTCLiquid(recurrent_weights=synapses, leak_potential=0.1, random_state=0, **settings)


@pytest.mark.parametrize("activation", ["tanh", "identity", "relu", "sigmoid"])
@pytest.mark.parametrize("leak_rate", [1.0, 0.3, (0.1, 1.0)])
def test_echo_states_contract_in_the_weighted_maximum_norm(leak_rate, activation):
    weights = positive(6, 0.8 if activation != "sigmoid" else 3.2)
    reservoir = EchoStateReservoir(
        recurrent_weights=weights, leak_rate=leak_rate, activation=activation, random_state=0
    ).fit(U)
    a, slope = reservoir.leak_rate_, 0.25 if activation == "sigmoid" else 1
    bound, p = perron(np.diag(1 - a) + slope * a[:, None] * weights)
    assert contraction_bound(reservoir) == pytest.approx(bound, rel=1e-6)
    assert bound < 1
    assert max(row_norm(one, p) for one in jacobians(reservoir, U[:8])) <= bound * INEXACT


@pytest.mark.parametrize("leak_rate", [1.0, 0.3])
def test_echo_states_contract_in_the_euclidean_norm(leak_rate):
    reservoir = EchoStateReservoir(recurrent_weights=orthogonal(6, 0.9), leak_rate=leak_rate, random_state=0).fit(U)
    bound = contraction_bound(reservoir)
    assert bound == pytest.approx(1 - leak_rate + leak_rate * 0.9)
    assert max(np.linalg.norm(one, 2) for one in jacobians(reservoir, U[:8])) <= bound * INEXACT


@pytest.mark.parametrize("scale", [0.8, 0.99])
def test_echo_states_of_spread_leak_rates_contract_in_the_norm_weighted_by_them(scale):
    reservoir = EchoStateReservoir(
        recurrent_weights=orthogonal(6, scale), leak_rate=(0.1, 1.0), random_state=0
    ).fit(U)  # fmt: skip
    a, bound = reservoir.leak_rate_, contraction_bound(reservoir)
    assert bound == pytest.approx(np.sqrt(1 - a.min() * (1 - scale**2)))
    stretch = [np.linalg.norm(one * np.sqrt(a) / np.sqrt(a)[:, None], 2) for one in jacobians(reservoir, U[:8])]
    assert max(stretch) <= bound * INEXACT
    assert bound < 1 < (1 - a).max() + np.linalg.norm(a[:, None] * reservoir.recurrent_weights_.toarray(), 2)


@pytest.mark.parametrize("leak_rate", [1.0, 0.3, (0.1, 1.0)])
def test_bound_is_tight_for_linear_units_that_only_excite(leak_rate):
    weights = positive(6, 0.9)
    reservoir = EchoStateReservoir(
        recurrent_weights=weights, leak_rate=leak_rate, activation="identity", random_state=0
    ).fit(U)
    a = reservoir.leak_rate_
    effective = np.abs(np.linalg.eigvals(np.diag(1 - a) + a[:, None] * weights)).max()
    assert contraction_bound(reservoir) == pytest.approx(effective, rel=1e-9)


@pytest.mark.parametrize(("weight", "leak_rate"), [(0.5, 1.0), (-0.5, 0.4), (3.0, 0.2), (0.0, 0.7)])
def test_single_unit_by_hand(weight, leak_rate):
    reservoir = EchoStateReservoir(recurrent_weights=[[weight]], leak_rate=leak_rate).fit(U)
    weighted = np.sqrt(1 - leak_rate * (1 - weight**2))
    assert contraction_bound(reservoir) == pytest.approx(min(1 - leak_rate + leak_rate * abs(weight), weighted))


@pytest.mark.parametrize("method", ["exponential", "euler"])
@pytest.mark.parametrize("form", ["normalized", "additive"])
def test_continuous_time_networks_contract_row_by_row(form, method):
    weights = positive(6, 0.8)
    tau = np.array([0.5, 1.0, 2.0, 3.0, 5.0, 9.0])
    given = weights / tau if form == "additive" else weights
    liquid = CTRNNLiquid(recurrent_weights=given, form=form, method=method, tau_range=tau, random_state=0).fit(U)
    k = np.exp(-1 / tau) if method == "exponential" else 1 - np.minimum(1 / tau, 1)
    bound, p = perron(np.diag(k) + (1 - k)[:, None] * weights)
    assert contraction_bound(liquid) == pytest.approx(bound, rel=1e-6)
    p = p * tau if form == "additive" else p
    assert max(row_norm(one, p) for one in jacobians(liquid, U[:8])) <= bound * INEXACT


def test_additive_form_is_the_normalized_one_of_scaled_states():
    tau = np.array([0.5, 1.0, 2.0, 3.0, 5.0, 9.0])
    bounds = [
        contraction_bound(CTRNNLiquid(recurrent_weights=orthogonal(6, 0.9) / scale, form=form, tau_range=tau).fit(U))
        for form, scale in (("normalized", 1.0), ("additive", tau))
    ]
    assert bounds[0] == pytest.approx(bounds[1])
    assert bounds[0] < 1


@pytest.mark.parametrize("method", ["exponential", "euler"])
@pytest.mark.parametrize("form", ["normalized", "additive"])
def test_one_bound_holds_for_every_gap(form, method):
    weights, tau = positive(6, 0.8), np.array([0.5, 1.0, 2.0, 3.0, 5.0, 9.0])
    given = weights / tau if form == "additive" else weights
    X = np.column_stack([U[:12], 10 ** np.linspace(-3, 3, 12)])
    liquid = CTRNNLiquid(
        recurrent_weights=given, form=form, method=method, tau_range=tau, elapsed_column=2, random_state=0
    ).fit(X)
    bound, p = perron(weights)
    assert contraction_bound(liquid) == pytest.approx(bound, rel=1e-6)
    p = p * tau if form == "additive" else p
    for number, one in enumerate(jacobians(liquid, X)):
        h = X[number // 2, 2]
        k = np.exp(-h / tau) if method == "exponential" else 1 - np.minimum(h / tau, 1)
        assert row_norm(one, p) <= (k + (1 - k) * bound).max() * INEXACT


@pytest.mark.parametrize("elapsed", [None, 1])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_antisymmetric_form_never_certifies(activation, elapsed):
    X = np.abs(U)
    liquid = CTRNNLiquid(6, form="antisymmetric", activation=activation, elapsed_column=elapsed, random_state=0).fit(X)
    bound = contraction_bound(liquid)
    assert bound >= 1
    weights = liquid.recurrent_weights_.toarray()
    a = 1.0 if elapsed else 0.2
    both = 1 + a * np.linalg.norm(weights, 2), perron(np.eye(6) + a * np.abs(weights))[0]
    assert bound == pytest.approx(min(both), rel=1e-6)


@pytest.mark.parametrize("solver", ["fused", "euler"])
@pytest.mark.parametrize("scale", [0.02, 0.2])
def test_circuit_contracts_as_derived(scale, solver):
    X = np.column_stack([U[:12], 10 ** np.linspace(-2, 1, 12)])
    liquid = weak_liquid(scale=scale, solver=solver, elapsed_column=2).fit(X)
    bound, p = perron(circuit(liquid))
    assert contraction_bound(liquid) == pytest.approx(bound, rel=1e-6)
    assert (bound < 1) == (scale == 0.02)
    c, g = liquid.capacitance_, liquid.leak_conductance_
    synapses = (liquid.recurrent_synapses_, liquid.input_synapses_)
    stiffness = ((g + sum(part.conductance.sum(axis=1) for part in synapses)) / c).max()
    for number, one in enumerate(jacobians(liquid, X)):
        duration, n_substeps = X[number // 2, 2], 3
        if solver == "euler":
            n_substeps = max(3, int(np.ceil(duration * stiffness)))
            factor = 1 - (1 - bound) * duration / n_substeps * g / c
        else:
            charge = n_substeps * c / duration
            factor = (charge + bound * g) / (charge + g)
        assert row_norm(one, p) <= factor.max() ** n_substeps * INEXACT + 1e-9


def test_gate_contracts_as_derived():
    liquid = LTCLiquid(
        synapse="gate", recurrent_weights=np.random.RandomState(0).standard_normal((8, 8)) * 0.5, coupling=0.7,
        reversal=np.linspace(-1, 1, 8), leak_potential=0.1, leak_conductance=2.0, n_substeps=1, random_state=0,
    ).fit(U)  # fmt: skip
    lower, upper = state_bounds(liquid)
    reach = np.maximum(liquid.reversal_ - lower, upper - liquid.reversal_)
    bound, p = perron(0.7 * reach[:, None] / 4 * np.abs(liquid.recurrent_weights_.toarray()))
    assert contraction_bound(liquid) == pytest.approx(bound, rel=1e-6)
    assert bound < 1
    charge = liquid.capacitance_
    for one in jacobians(liquid, U[:8]):
        assert row_norm(one, p) <= ((charge + bound * 2) / (charge + 2)).max() * INEXACT


def test_circuit_of_one_unit_by_hand():
    # From -1 to 3, its hull with the leak potential, the state is at most 4 from the reversal potential.
    own = Synapses([[0.2]], slope=-1.5, midpoint=0.3, reversal=3.0)
    liquid = LTCLiquid(recurrent_weights=own, input_weights=[[0.0]], leak_potential=-1.0, leak_conductance=0.5)
    assert contraction_bound(liquid.fit([[0.0]])) == pytest.approx(0.2 * 1.5 * 4 / 4 / 0.5)


def test_bound_on_a_circuit_knows_neither_time_nor_capacitance():
    variants = [{}, {"capacitance": 0.01}, {"n_substeps": 50}, {"solver": "euler"}, {"elapsed_column": 0}]
    bounds = [
        contraction_bound(weak_liquid(input_weights=np.zeros((8, 1 + ("elapsed_column" not in one))), **one).fit(U))
        for one in variants
    ]
    np.testing.assert_allclose(bounds, bounds[0])


@pytest.mark.parametrize("settings", [{}, {"solver": "euler"}, {"elapsed_column": 0}])
def test_certified_liquid_forgets_its_start(settings):
    X = np.abs(np.random.RandomState(1).standard_normal((200, 2)))
    liquid = weak_liquid(capacitance=2.0, **settings).fit(X)
    assert contraction_bound(liquid) < 1
    lower, upper = state_bounds(liquid)
    np.testing.assert_allclose(liquid.run(X, lower)[1], liquid.run(X, upper)[1], rtol=0, atol=1e-12)


@pytest.mark.parametrize("weights", [positive(5, 0.7), orthogonal(5, 0.7)], ids=["weighted maximum", "euclidean"])
def test_far_starts_come_together_at_least_at_the_certified_rate(weights):
    reservoir = EchoStateReservoir(recurrent_weights=weights, leak_rate=0.6, random_state=0).fit(U)
    bound = contraction_bound(reservoir)
    p = perron(weights)[1] if weights.min() > 0 else None
    far = np.array([50.0, -30.0, 9.0, -70.0, 20.0])
    gap = np.vstack([2 * far, reservoir.run(U, far)[0] - reservoir.run(U, -far)[0]])
    distance = np.linalg.norm(gap, axis=1) if p is None else np.abs(gap / p).max(axis=1)
    assert bound < 1
    assert np.all(distance[1:] <= bound * distance[:-1] * (1 + 1e-6))
    assert distance[-1] < 1e-3 * distance[0]


def test_what_has_no_certificate_is_infinite():
    negative = Synapses([[0.0, -0.1], [0.1, 0.0]], slope=1, midpoint=0, reversal=1, allow_negative=True)
    for liquid in (
        weak_liquid(mixed_memory=True),
        weak_liquid(solver="rk4"),
        LTCLiquid(recurrent_weights=negative),
        LTCLiquid(5, synapse="gate", mixed_memory=True),
    ):
        assert contraction_bound(liquid.fit(U)) == np.inf


def test_other_classes_have_no_certificate_and_delays_the_best():
    for liquid in (CfCLiquid(5), LIFLiquid(5), StackedReservoir([weak_liquid(), LIFLiquid(5)])):
        assert contraction_bound(liquid.fit(U[:5])) == np.inf
    assert contraction_bound(NVAR(delay=3).fit(U)) == 0
    adapted = AdaptiveReservoir(EchoStateReservoir(5, degree=2, random_state=0), IntrinsicPlasticity()).fit(U)
    assert contraction_bound(adapted) == contraction_bound(adapted.reservoir_)


def test_stack_is_as_good_as_its_worst_layer():
    tame = EchoStateReservoir(recurrent_weights=orthogonal(6, 0.5))
    slow = EchoStateReservoir(recurrent_weights=orthogonal(6, 0.9), leak_rate=0.1)
    stack = StackedReservoir([tame, weak_liquid(), slow], output="last").fit(U)
    assert contraction_bound(stack) == max(map(contraction_bound, stack.layers_))
    assert contraction_bound(stack) == pytest.approx(0.99)
    starts = [tuple(np.full(layer.n_units_, value) for layer in stack.layers_) for value in (-1.0, 1.0)]
    X = np.random.RandomState(1).standard_normal((1500, 2))
    ends = [stack.run(X, start)[0][-1] for start in starts]
    np.testing.assert_allclose(*ends, atol=1e-5)


def test_only_what_was_fitted_counts():
    reservoir = EchoStateReservoir(20, random_state=0).fit(U)
    bound = contraction_bound(reservoir)
    assert contraction_bound(reservoir.set_params(activation="sigmoid", leak_rate=1.0)) == bound
    assert isinstance(bound, float)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_thousands_of_units(dtype):
    weights = csr_array(random_array((5000, 5000), density=0.002, random_state=np.random.default_rng(0)))
    signs = csr_array((np.random.RandomState(0).choice([-0.2, 0.2], weights.nnz), weights.indices, weights.indptr))
    for given in (0.19 * weights, signs):
        reservoir = EchoStateReservoir(recurrent_weights=given, leak_rate=0.5, dtype=dtype, random_state=0).fit(U)
        root = eigs(abs(given), k=1, v0=np.ones(5000), return_eigenvectors=False).real[0]
        norm = np.sqrt(eigsh(given.T @ given, k=1, v0=np.ones(5000), return_eigenvectors=False)[0])
        assert contraction_bound(reservoir) == pytest.approx(0.5 + 0.5 * min(root, norm), rel=1e-5)


def test_class_of_ones_own_can_be_registered():
    class Halver(BaseReservoir):
        def _draw(self, n_features, random_state):
            self.n_units_ = 1

        def _rest(self):
            return np.zeros(1)

        def _drive(self, X, state):
            states = np.empty((len(X), 1))
            for t, u in enumerate(X):
                states[t] = state = state / 2 + u.mean()
            return states, state

    contraction_bound.register(Halver, lambda halver: 0.5)
    assert contraction_bound(StackedReservoir([Halver()]).fit(U)) == 0.5
