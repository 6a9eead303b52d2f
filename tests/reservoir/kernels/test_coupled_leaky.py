import naive_fields
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reservoir import CTRNNLiquid, EchoStateReservoir, ResidualReservoir, StackedReservoir
from reservoir.kernels import coupled_leaky
from reservoir.kernels.closed_loop import AffineReadout, SquaringReadout
from reservoir.kernels.coupled_leaky import coupled_programs, follow_together, mean, middle

ONES = np.ones((3, 3))
N_STEPS, N_UNITS = 25, 11


def reservoirs(cls=EchoStateReservoir, n_members=3, **parameters):
    settings = {"n_units": N_UNITS, "input_scaling": 0.5} | parameters
    return [cls(random_state=seed, **settings).fit(ONES) for seed in range(n_members)]


def followed(many, readouts, median=False, n_steps=N_STEPS):
    """What each says and the average, of a loop over two outputs beside one known column."""
    random, dtype = np.random.RandomState(0), many[0].dtype_
    inputs = random.standard_normal((n_steps, 3)).astype(dtype)
    state = random.uniform(-1, 1, (len(many), N_UNITS)).astype(dtype)
    given = inputs.copy(), state.copy()
    each, rows = np.empty((n_steps, len(many), 2)), np.empty((n_steps, 2))
    follow_together(coupled_programs(many), readouts, median, inputs, state, each, rows)
    assert_array_equal(inputs[1:, :2], rows[:-1].astype(dtype))
    assert_array_equal(inputs[:, 2], given[0][:, 2])
    return rows, each, given


def random_readouts(n_members, squares=False):
    random = np.random.RandomState(1)
    weights = random.uniform(-0.3, 0.3, (n_members, 2, N_UNITS + 3))
    if squares:
        return [SquaringReadout(one, one[:, 0], one[:, 1 : N_UNITS + 1]) for one in weights]
    return [AffineReadout(one, one[:, 0]) for one in weights]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "parameters",
    [
        {"activation": "tanh", "topology": "shift", "degree": 4},
        {"activation": "identity", "topology": "random", "leak_rate": (0.2, 0.9), "spectral_radius": 0.5},
        {"activation": "relu", "topology": "small_world", "spectral_radius": 0.5},
        {"activation": "sigmoid", "degree": N_UNITS},
    ],
    ids=str,
)
def test_members_of_their_own_weights_are_those_of_the_twin(dtype, parameters):
    for n_members, median, squares in ((3, False, False), (4, True, True), (3, True, False), (1, False, True)):
        many, readouts = reservoirs(n_members=n_members, dtype=dtype, **parameters), random_readouts(n_members, squares)
        rows, each, given = followed(many, readouts, median)
        expected = naive_fields.coupled_closed(many, readouts, np.median if median else np.mean, *given, 2)
        tolerance = 1e-10 if dtype == "float64" else 1e-4
        assert_allclose(rows, expected[0], rtol=0, atol=tolerance)
        assert_allclose(each, expected[1], rtol=0, atol=tolerance)


def test_a_long_loop_goes_on_from_slice_to_slice(monkeypatch):
    many, readouts = reservoirs(), random_readouts(3)
    expected = followed(many, readouts)[0]
    monkeypatch.setattr(coupled_leaky, "slices", lambda n, width: [slice(t, min(t + 4, n)) for t in range(0, n, 4)])
    assert_array_equal(followed(many, readouts)[0], expected)


def test_averages():
    random, ordered = np.random.RandomState(0), np.empty(9)
    for n in range(1, 10):
        numbers = random.standard_normal((2, n)).T[:, 0]
        assert mean(numbers) == np.mean(numbers[:, None], axis=0)[0] and middle(numbers, ordered) == np.median(numbers)
    assert np.isnan(middle(np.array([1.0, np.nan, 2.0]), ordered))


def test_reservoirs_that_do_not_fit_together_have_no_common_program():
    assert coupled_programs(reservoirs(CTRNNLiquid)) is not None
    assert coupled_programs(reservoirs() + reservoirs(n_units=8)) is None
    assert coupled_programs(reservoirs() + reservoirs(activation="relu")) is None
    assert coupled_programs(reservoirs(degree=3) + reservoirs(degree=4)) is None
    assert coupled_programs(reservoirs(dtype="float32") + reservoirs()) is None
    assert coupled_programs(reservoirs() + [EchoStateReservoir(N_UNITS).fit(np.ones((3, 2)))]) is None
    assert coupled_programs([CTRNNLiquid(5, elapsed_column=2).fit(ONES)]) is None
    assert coupled_programs(reservoirs(ResidualReservoir)) is None
    assert coupled_programs([StackedReservoir([EchoStateReservoir(3)] * 2).fit(ONES)]) is None
