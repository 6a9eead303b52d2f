import naive
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CTRNNLiquid, EchoStateReservoir, StateOverflowError
from reservoir.topology import Shift, SmallWorld

U = np.random.RandomState(0).standard_normal((60, 3))
GAPS = np.random.RandomState(1).exponential(2.0, 60)
GAPS[[5, 6]] = 0, 100  # duplicates and long silences
N = 31
RULES = [
    ("normalized", "exponential"), ("normalized", "euler"), ("additive", "exponential"), ("additive", "euler"),
    ("antisymmetric", "euler"),
]  # fmt: skip


def twin_of(liquid, inputs, times, start):
    weights = [liquid.recurrent_weights_.toarray(), liquid.input_weights_, liquid.bias_, liquid.tau_]
    weights = [part.astype(float) for part in weights]
    return naive.run_ctrnn(liquid.form, liquid.method, *weights, liquid.activation, inputs, times, start)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("form", "method"), RULES)
@pytest.mark.parametrize(
    ("topology", "activation"),
    [("shift", "tanh"), ("random", "sigmoid"), ("small_world", "tanh"), ("orthogonal", "relu")],
)
def test_kernel_agrees_with_its_plain_twin(topology, activation, form, method, dtype):
    if form == "antisymmetric":
        activation = "tanh"  # the others have no bound here, nor has the difference of two precisions
    settings = {"topology": topology, "activation": activation, "form": form, "method": method, "dtype": dtype}
    start = np.random.RandomState(1).uniform(-0.5, 0.5, N)
    regular = CTRNNLiquid(N, **settings, random_state=3).fit(U)
    irregular = CTRNNLiquid(N, **settings, elapsed_column=0, random_state=3).fit(np.column_stack([GAPS, U]))
    for liquid, X, times in [(regular, U, np.ones(60)), (irregular, np.column_stack([GAPS, U]), GAPS)]:
        states, _ = liquid.run(X, start)
        expected = twin_of(liquid, U, times, start)
        assert states.dtype == dtype
        # Additive states are as large as tau, up to 10; without a leak, rounding adds up over the rows.
        loose = 1e-5 if form == "normalized" else 1e-4
        assert_allclose(states, expected, rtol=0, atol=1e-12 if dtype == "float64" else loose)


def alone(**parameters):
    return CTRNNLiquid(
        **({"recurrent_weights": np.zeros((4, 4)), "tau_range": np.array([0.1, 1, 7, 300])} | parameters)
    )


@pytest.mark.parametrize("form", ["normalized", "additive"])
def test_an_uncoupled_unit_relaxes_exactly_exponentially(form):
    gaps, u = GAPS[:20], 0.8
    liquid = alone(form=form, input_weights=np.ones((4, 1)), bias=0.1, elapsed_column=1, random_state=0)
    X = np.column_stack([np.full(20, u), gaps])
    start = np.array([1.0, -1, 0.5, 0])
    states, _ = liquid.fit(X).run(X, start)
    target = np.tanh(0.9) * (liquid.tau_ if form == "additive" else 1)
    expected = target + (start - target) * np.exp(-np.cumsum(gaps)[:, None] / liquid.tau_)
    assert_allclose(states, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("form", ["normalized", "additive"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_two_rows_of_one_input_are_one_of_both_times(form, dtype):
    liquid = alone(form=form, dtype=dtype, elapsed_column=1, random_state=0).fit([[0, 1]])
    for first, second in [(0.3, 1.9), (1e-3, 40), (2, 0)]:
        split, _ = liquid.run([[0.7, first], [0.7, second]], np.ones(4))
        whole, _ = liquid.run([[0.7, first + second]], np.ones(4))
        assert_allclose(split[-1], whole[0], rtol=1e-13 if dtype == "float64" else 2e-6, atol=1e-15)


@pytest.mark.parametrize(("form", "method"), RULES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_row_of_no_time_changes_no_bit(form, method, dtype):
    liquid = CTRNNLiquid(N, form=form, method=method, dtype=dtype, elapsed_column=0, random_state=0)
    start = np.random.RandomState(2).uniform(-0.9, 0.9, N).astype(dtype)
    X = np.column_stack([np.zeros(60), U])
    for loud in (X, 1e3 * X):
        states, end = liquid.fit(loud).run(loud, start)
        assert_array_equal(states, np.tile(start, (60, 1)), strict=True)
        assert_array_equal(end, start, strict=True)


@pytest.mark.parametrize(("form", "method"), RULES)
@pytest.mark.parametrize("gap", [1e6, 1e300])
def test_any_gap_keeps_the_states_in_their_bounds(form, method, gap):
    liquid = CTRNNLiquid(N, form=form, method=method, elapsed_column=0, random_state=0)
    X = np.column_stack([np.where(np.arange(60) % 3, 1.0, gap), 100 * U])
    states = liquid.fit_transform(X)
    bound = {"normalized": 1, "additive": liquid.tau_, "antisymmetric": 60}[form]  # one per row, without a leak
    assert np.all(np.abs(states) <= bound * (1 + 1e-12))


@pytest.mark.parametrize("method", ["exponential", "euler"])
def test_additive_states_are_those_of_the_normalized_form_times_tau(method):
    normalized = CTRNNLiquid(N, method=method, elapsed_column=0, random_state=5)
    additive = CTRNNLiquid(N, method=method, form="additive", elapsed_column=0, random_state=5)
    X = np.column_stack([GAPS, U])
    assert_allclose(additive.fit_transform(X), normalized.fit_transform(X) * normalized.tau_, rtol=0, atol=1e-12)


@pytest.mark.parametrize("form", ["normalized", "additive"])
def test_given_weights_are_not_divided_by_tau(form):
    weights = np.array([[0, 0.1], [-0.2, 0]])
    liquid = CTRNNLiquid(recurrent_weights=weights, form=form, random_state=0).fit(U)
    assert_array_equal(liquid.recurrent_weights_.toarray(), weights)


@pytest.mark.parametrize("topology", ["shift", "random"])
def test_euler_steps_are_an_echo_state_network(topology):
    leak = np.linspace(0.05, 1, N)
    liquid = CTRNNLiquid(N, topology=topology, method="euler", tau_range=1 / leak, random_state=0).fit(U)
    echo = EchoStateReservoir(
        recurrent_weights=liquid.recurrent_weights_, input_weights=liquid.input_weights_, bias=liquid.bias_,
        leak_rate=leak,
    )  # fmt: skip
    assert_allclose(liquid.transform(U), echo.fit_transform(U), rtol=0, atol=1e-13)


@pytest.mark.parametrize("topology", ["shift", "random", "orthogonal"])
@pytest.mark.parametrize("diffusion", [0.0, 0.3])
def test_the_antisymmetric_form_neither_damps_nor_amplifies(topology, diffusion):
    liquid = CTRNNLiquid(40, topology=topology, form="antisymmetric", diffusion=diffusion, random_state=1).fit(U)
    eigenvalues = np.linalg.eigvals(liquid.recurrent_weights_.toarray())
    assert_allclose(eigenvalues.real, -diffusion, atol=1e-12)
    assert np.abs(eigenvalues.imag).max() > 0.1


def test_the_antisymmetric_matrix_is_made_of_the_given_one():
    given = np.random.RandomState(0).standard_normal((6, 6))
    liquid = CTRNNLiquid(recurrent_weights=given, form="antisymmetric", diffusion=0.25, random_state=0).fit(U)
    assert_allclose(liquid.recurrent_weights_.toarray(), given - given.T - 0.25 * np.eye(6), atol=1e-15)
    assert liquid.recurrent_weights_.has_canonical_format


def test_radius_of_drawn_weights_is_met():
    normalized = CTRNNLiquid(50, spectral_radius=0.7, random_state=0).fit(U)
    assert abs(np.abs(np.linalg.eigvals(normalized.recurrent_weights_.toarray())).max() - 0.7) < 1e-8
    additive = CTRNNLiquid(50, spectral_radius=0.7, form="additive", random_state=0).fit(U)
    undone = additive.recurrent_weights_.toarray() * additive.tau_
    assert_allclose(undone, normalized.recurrent_weights_.toarray(), atol=1e-15)


def test_two_starts_converge_when_the_norm_is_below_one():
    weights = np.random.RandomState(0).standard_normal((50, 50))
    weights *= 0.5 / np.linalg.norm(weights, np.inf)
    liquid = CTRNNLiquid(recurrent_weights=weights, tau_range=3.0, random_state=0).fit(U)
    first, second = np.random.RandomState(0).uniform(-1, 1, (2, 50))
    distance = np.abs(liquid.run(U, first)[0] - liquid.run(U, second)[0]).max(axis=1)
    factor = np.exp(-1 / 3) + (1 - np.exp(-1 / 3)) * 0.5
    assert np.all(distance <= np.abs(first - second).max() * factor ** np.arange(1, 61) + 1e-15)


def test_draws_follow_their_scales():
    liquid = CTRNNLiquid(2000, spectral_radius=None, input_scaling=0.3, bias_scaling=0.7, random_state=0).fit(U)
    for values, scale in [(liquid.input_weights_, 0.3), (liquid.bias_, 0.7)]:
        assert np.abs(values).max() <= scale
        assert abs(values.std() - scale / np.sqrt(3)) < 0.02 * scale
    assert 1 <= liquid.tau_.min() < 1.02 and 9.8 < liquid.tau_.max() <= 10
    assert abs(np.median(liquid.tau_) - np.sqrt(10)) < 0.2
    assert liquid.recurrent_weights_.nnz == 20_000
    assert np.all(CTRNNLiquid(7, form="antisymmetric").fit(U).tau_ == 5)


def test_topologies_bring_their_own_parameters():
    lattice = CTRNNLiquid(40, topology=SmallWorld(rewiring=0.0), degree=4, random_state=0).fit(U)
    assert set(np.diff(lattice.recurrent_weights_.indptr)) == {4}


def test_a_given_weight_leaves_the_other_draws_alone():
    free = CTRNNLiquid(N, random_state=4).fit(U)
    for given in ({"input_weights": np.ones((N, 3))}, {"bias": 0.0}, {"tau_range": 2.0}, {"form": "antisymmetric"}):
        other = CTRNNLiquid(N, random_state=4, **given).fit(U)
        for name in {"input_weights", "bias", "tau_range"} - set(given) - ({"tau_range"} if "form" in given else set()):
            name = {"tau_range": "tau"}.get(name, name) + "_"
            assert_array_equal(getattr(other, name), getattr(free, name))


@pytest.mark.parametrize("form", ["normalized", "additive", "antisymmetric"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_an_unstable_liquid_raises(form, dtype):
    liquid = CTRNNLiquid(
        N, topology=Shift(weights="constant"), form=form, activation="identity", spectral_radius=50.0, dtype=dtype,
        random_state=0,
    ).fit(U)  # fmt: skip
    with pytest.raises(StateOverflowError, match="Lower spectral_radius"):
        liquid.transform(np.random.RandomState(0).standard_normal((20_000, 3)))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_slow_units_of_the_additive_form_keep_their_precision(dtype):
    tau = {"float64": 1e12, "float32": 1e4}[dtype]
    liquid = CTRNNLiquid(
        form="additive", recurrent_weights=[[0.0]], input_weights=[[0.0]], bias=1.0, activation="identity",
        tau_range=tau, dtype=dtype,
    ).fit([[0.0]])  # fmt: skip
    gained = liquid.transform([[0.0]])[0, 0]
    assert_allclose(gained, -tau * np.expm1(-1 / tau), rtol=10 * np.finfo(dtype).eps)
