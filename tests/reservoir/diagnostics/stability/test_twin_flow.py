import numpy as np
import pytest

from reservoir import CfCLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.diagnostics.stability import twin_flow
from reservoir.diagnostics.stability.tangent import driven_flow as exact_flow
from reservoir.diagnostics.state_vector import to_vector, with_vector

U = np.random.RandomState(0).uniform(-1, 1, (30, 2))


@pytest.mark.parametrize(("dtype", "exactness"), [("float64", 1e-6), ("float32", 1e-2)])
def test_close_twins_are_carried_as_jacobians_carry(dtype, exactness):
    reservoir = EchoStateReservoir(20, dtype=dtype, random_state=0).fit(U)
    X = U.astype(dtype)
    vectors, _ = np.linalg.qr(np.random.RandomState(0).standard_normal((20, 3)))
    flow, exact = twin_flow.driven_flow(reservoir, X), exact_flow(reservoir, X)
    got, (row, state) = flow.push(flow.start, vectors, 10)
    expected, _ = exact.push(exact.start, vectors, 10)
    np.testing.assert_allclose(got, expected, atol=exactness * np.abs(expected).max())
    assert row == 10
    np.testing.assert_array_equal(state, reservoir.run(X[:10])[1])
    assert flow.size == 20
    assert flow.resolution == pytest.approx({"float64": 1.2e-7, "float32": 2.8e-3}[dtype], rel=0.02)


@pytest.mark.parametrize(
    "liquid", [LTCLiquid(9, random_state=0), CfCLiquid(9, mixed_memory=True, random_state=0)], ids=["LTC", "CfC memory"]
)
def test_close_twins_of_liquids_are_carried_as_central_differences(liquid):
    liquid.fit(U)
    flow = twin_flow.driven_flow(liquid, U)
    state, vector = flow.start[1], np.random.RandomState(0).standard_normal((flow.size, 1))
    got, _ = flow.push(flow.start, vector / np.linalg.norm(vector), 4)
    ends = [
        to_vector(liquid.run(U[:4], with_vector(state, to_vector(state) + sign * 1e-5 * vector[:, 0]))[1])
        for sign in (1, -1)
    ]
    expected = (ends[0] - ends[1]) / 2e-5 / np.linalg.norm(vector)
    np.testing.assert_allclose(got[:, 0], expected, atol=1e-5 * np.abs(expected).max())


def test_single_precision_of_any_part_counts():
    mixed = StackedReservoir([EchoStateReservoir(5, degree=2, dtype="float32"), EchoStateReservoir(5, degree=2)]).fit(U)
    assert twin_flow.driven_flow(mixed, U).resolution > 1e-3


def test_states_at_zero_that_leave_it_are_as_exact():
    # Differences are measured against where the step leads, not only against the zeros it starts from.
    liquid = LIFLiquid(8, background_current=10.0, dtype="float32", random_state=0).fit(U)
    moving, _ = twin_flow.twins_of(liquid)
    system = twin_flow.System(
        lambda state, n_rows: liquid.run(np.zeros((1, 2)), state)[1],
        lambda state: to_vector(state)[moving],
        lambda state, vector: with_vector(state, np.concatenate([vector, np.zeros(8)])),
    )
    pushed, _ = twin_flow.close_flow(system, liquid.rest()).push(liquid.rest(), np.eye(24)[:, :8], 1)
    np.testing.assert_allclose(pushed[:8], np.exp(-10 / 20) * np.eye(8), atol=1e-3)


def test_spiking_twins_are_apart_by_a_twentieth_of_the_threshold_and_leave_traces_out():
    liquid = LIFLiquid(25, threshold=20.0, reset=5.0, random_state=0).fit(U)
    moving, distance = twin_flow.twins_of(liquid)
    assert distance == pytest.approx(0.05 * 15 * 5)
    np.testing.assert_array_equal(np.flatnonzero(moving), np.arange(75))
    flow = twin_flow.driven_flow(liquid, U)
    assert (flow.size, flow.most_rows, flow.resolution) == (75, 1, 0)


def test_twin_that_merges_is_a_thousand_times_closer_and_starts_again():
    # All units spike in the first row, which forgets their voltages for good, and nothing else differs.
    liquid = LIFLiquid(6, recurrent_scaling=0.0, background_current=100.0, random_state=0).fit(U[:5])
    flow = twin_flow.driven_flow(liquid, U)
    vectors = np.zeros((18, 2))
    vectors[0, 0], vectors[3, 1] = 1e-6, 1e-6
    pushed, _ = flow.push(flow.start, vectors, 1)
    np.testing.assert_allclose(np.linalg.norm(pushed, axis=0), 1e-3)
    assert np.count_nonzero(pushed) == pushed.size
    again, _ = flow.push(flow.start, vectors, 1)
    assert np.all(np.linalg.norm(again, axis=0) > 0)


def test_class_of_ones_own_can_be_registered():
    class Quiet(EchoStateReservoir):
        pass

    twin_flow.twins_of.register(Quiet, lambda quiet: (slice(0, 2), 0.5))
    flow = twin_flow.driven_flow(Quiet(5, degree=2, random_state=0).fit(U), U)
    assert (flow.size, flow.most_rows) == (2, 1)
