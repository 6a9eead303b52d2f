import numpy as np
import pytest

from reservoir import CTRNNLiquid, EchoStateReservoir
from reservoir.diagnostics.stability.tangent import driven_flow, linearize, recurrent_matrix

U = np.column_stack([np.random.RandomState(0).standard_normal((12, 2)), np.linspace(3, 0, 12)])
LEAKY = {
    "echo state": lambda **own: EchoStateReservoir(7, degree=3, leak_rate=(0.1, 1.0), random_state=0, **own),
    "dense echo state": lambda **own: EchoStateReservoir(7, degree=7, leak_rate=0.5, random_state=0, **own),
    **{
        f"{form} {method} {elapsed}": lambda form=form, method=method, elapsed=elapsed, **own: CTRNNLiquid(
            7, degree=3, form=form, method=method, elapsed_column=elapsed, tau_range=(0.5, 4.0), random_state=0, **own
        )
        for form in ("normalized", "additive", "antisymmetric")
        for method in ("exponential", "euler")
        for elapsed in (None, 2)
    },
}


def naive_product(reservoir, state, change, input_change):
    """Central differences through run, along all rows."""
    elapsed = reservoir.elapsed_column_
    inputs = U.copy()
    ends = []
    for sign in (1, -1):
        rows = inputs.copy()
        inputs_at = [column for column in range(3) if column != elapsed]
        rows[:, inputs_at] += sign * 1e-6 * input_change
        ends.append(reservoir.run(rows, state + sign * 1e-6 * change)[1])
    return (ends[0] - ends[1]) / 2e-6


@pytest.mark.parametrize("name", LEAKY)
@pytest.mark.parametrize("activation", ["tanh", "identity", "sigmoid", "relu"])
def test_differences_of_state_and_input_are_carried_as_run_carries_them(name, activation):
    reservoir = LEAKY[name](activation=activation).fit(U)
    rng = np.random.RandomState(1)
    change, input_change = rng.standard_normal(7), rng.standard_normal(reservoir.input_weights_.shape[1])
    linear, end = linearize(reservoir, U, np.full(7, 0.1))
    if activation != "identity":
        np.testing.assert_array_equal(end, reservoir.run(U, np.full(7, 0.1))[1])
    d = change
    for keep, gain in zip(linear.keep, linear.gain, strict=True):
        d = keep * d + gain * (reservoir.recurrent_weights_ @ d + reservoir.input_weights_ @ input_change)
    expected = naive_product(reservoir, np.full(7, 0.1), change, input_change)
    np.testing.assert_allclose(d, expected, rtol=1e-6, atol=1e-7 * np.abs(expected).max())


@pytest.mark.parametrize("name", ["echo state", "dense echo state", "additive exponential 2"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_flow_goes_on_where_it_stopped_and_agrees_with_plain_products(name, dtype):
    reservoir = LEAKY[name](dtype=dtype).fit(U)
    X = U.astype(dtype)
    flow = driven_flow(reservoir, X)
    vectors = np.random.RandomState(0).standard_normal((7, 3))
    middle, place = flow.push(flow.start, vectors, 5)
    ends, (row, state) = flow.push(place, middle, 7)
    assert row == 12
    np.testing.assert_array_equal(state, reservoir.run(X)[1])
    whole, _ = flow.push(flow.start, vectors, 12)
    np.testing.assert_allclose(ends, whole, rtol=1e-12 if dtype == "float64" else 1e-5)
    linear, _ = linearize(reservoir, X, reservoir.rest())
    for keep, gain in zip(linear.keep, linear.gain, strict=True):
        vectors = keep[:, None] * vectors + gain[:, None] * (reservoir.recurrent_weights_.toarray() @ vectors)
    np.testing.assert_allclose(whole, vectors, rtol=1e-10)


@pytest.mark.parametrize(("activation", "sharpness"), [("tanh", 2.0), ("sigmoid", 1.0)])
def test_slopes_of_saturated_units_keep_their_digits(activation, sharpness):
    unit = EchoStateReservoir(recurrent_weights=[[1.0]], activation=activation, leak_rate=1.0, bias=30.0).fit([[0.0]])
    linear, _ = linearize(unit, np.zeros((1, 1)), np.zeros(1))
    expected = sharpness**2 * np.exp(-30 * sharpness)
    assert linear.gain[0, 0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("bias", [355.0, 360.0, 1e5, -1e300])
def test_slopes_sink_to_nothing_gradually_and_are_never_nan(bias):
    unit = EchoStateReservoir(recurrent_weights=[[1.0]], leak_rate=1.0, bias=bias).fit([[0.0]])
    linear, _ = linearize(unit, np.zeros((1, 1)), np.zeros(1))
    assert linear.gain[0, 0] == pytest.approx(4 * np.exp(-2 * abs(bias)), rel=1e-9, abs=5e-324)


def test_matrix_is_dense_where_that_is_faster():
    assert isinstance(recurrent_matrix(LEAKY["dense echo state"]().fit(U)), np.ndarray)
    assert not isinstance(recurrent_matrix(EchoStateReservoir(100).fit(U)), np.ndarray)
