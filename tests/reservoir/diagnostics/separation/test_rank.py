import numpy as np
import pytest
from builders import build
from joblib import parallel_backend
from sklearn.exceptions import NotFittedError

from reservoir import (
    NVAR,
    BaseReservoir,
    CfCLiquid,
    CTRNNLiquid,
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    StackedReservoir,
)
from reservoir.diagnostics import effective_dimension, generalization_rank, kernel_rank, separation
from reservoir.diagnostics.separation.rank import _moved

U = np.random.RandomState(0).standard_normal((60, 2))
SMALL = {"n_series": 15, "n_steps": 20, "random_state": 0}


class LeakyTanh(BaseReservoir):
    """A user's own reservoir; its state is a list of one array."""

    def __init__(self, n_units=13, *, random_state=None):
        self.n_units = n_units
        self.random_state = random_state

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units
        self.W_ = random_state.standard_normal((self.n_units, self.n_units)) / np.sqrt(self.n_units)
        self.W_in_ = random_state.uniform(-1, 1, (self.n_units, n_features))

    def _rest(self):
        return [np.zeros(self.n_units_)]

    def _check_state(self, state):
        return [np.array(state[0])]

    def _check_finite(self, states, state):
        super()._check_finite(states, state[0])

    def _drive(self, X, state):
        x, states = state[0], np.empty((len(X), self.n_units_))
        for t, u in enumerate(X):
            x = 0.5 * x + 0.5 * np.tanh(self.W_ @ x + self.W_in_ @ u)
            states[t] = x
        return states, [x]


EVERY = {
    "EchoState": build(EchoStateReservoir),
    "EchoState float32": build(EchoStateReservoir, dtype="float32"),
    "CTRNN": build(CTRNNLiquid),
    "CTRNN elapsed": build(CTRNNLiquid, elapsed_column=1),
    "LTC memory": build(LTCLiquid, mixed_memory=True),
    "CfC memory": build(CfCLiquid, mixed_memory=True),
    "LIF": build(LIFLiquid),
    "LIF spikes": build(LIFLiquid, input="spikes"),
    "NVAR": NVAR(),
    "stack": StackedReservoir([build(EchoStateReservoir), build(LTCLiquid)]),
    "own": LeakyTanh(random_state=0),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_function_takes_every_reservoir(name):
    X = np.rint(np.abs(U)) if "spikes" in name else np.abs(U)
    reservoir = EVERY[name].fit(0 * X)
    n_columns = reservoir.n_features_out_
    rank, noisy = kernel_rank(reservoir, X, **SMALL), generalization_rank(reservoir, X, **SMALL)
    assert isinstance(rank, int)
    assert 1 <= rank <= min(15, n_columns)
    assert 1 <= noisy <= min(15, n_columns)
    assert 1 <= effective_dimension(reservoir, X) <= n_columns
    apart = separation(reservoir, X, X[::-1], n_starts=2, random_state=0)
    assert np.all(np.isfinite([*apart.distance, *apart.floor]))
    assert apart.above_floor > 0


def delay_line(n, X):
    """The state is the last n values of a single input."""
    return EchoStateReservoir(
        recurrent_weights=np.eye(n, k=-1), input_weights=np.eye(n)[:, :1], leak_rate=1.0, activation="identity",
        bias=0.0,
    ).fit(X)  # fmt: skip


@pytest.mark.parametrize(
    ("n", "n_steps", "m", "rank"), [(8, 20, 30, 8), (8, 5, 30, 5), (8, 20, 3, 3), (8, 20, None, 8), (1, 1, 1, 1)]
)
def test_linear_reservoir_has_the_rank_of_the_smallest_of_its_size_the_length_and_the_number(n, n_steps, m, rank):
    u = U[:, :1]
    line = delay_line(n, u)
    assert kernel_rank(line, u, n_series=m, n_steps=n_steps, tolerance=1e-6, random_state=0) == rank
    assert generalization_rank(line, u, n_series=m, n_steps=n_steps, tolerance=1e-6, random_state=0) == rank


def test_rank_of_given_series_is_that_of_their_last_states():
    reservoir = EchoStateReservoir(20, random_state=0).fit(U)
    series = [U[:30], U[:17], U[40:], U[:30]]
    strengths = np.linalg.svd([reservoir.transform(one)[-1] for one in series], compute_uv=False)
    for tolerance in (1e-12, 0.01, 0.05, 0.2):
        rank = int(np.sum(strengths > tolerance * strengths[0]))
        for given in (kernel_rank, generalization_rank):
            assert given(reservoir, series, tolerance=tolerance, n_jobs=2) == rank
    assert kernel_rank(reservoir, series, tolerance=1e-12) == 3  # two of the four are the same
    assert kernel_rank(reservoir, np.stack([U, -U])) == 2


def test_no_noise_leaves_one_direction_and_silence_none():
    reservoir = EchoStateReservoir(20, random_state=0).fit(U)
    assert generalization_rank(reservoir, U, noise=0) == 1
    spiking = LIFLiquid(20, input="spikes", random_state=0).fit(0 * U)
    assert generalization_rank(spiking, np.rint(np.abs(U)), jitter=0) == 1
    assert kernel_rank(LIFLiquid(20, random_state=0).fit(0 * U), 0 * U) == 0


def test_noise_and_chaos_raise_the_generalization_rank():
    settings = {"leak_rate": 1.0, "bias_scaling": 0.0, "input_scaling": 0.5, "random_state": 0}
    ranks = {}
    for radius in (0.5, 1.2, 4.0):
        reservoir = EchoStateReservoir(40, spectral_radius=radius, **settings).fit(U)
        ranks[radius] = [rank(reservoir, U, random_state=0) for rank in (kernel_rank, generalization_rank)]
    assert ranks[0.5][0] < ranks[1.2][0] <= 40
    assert ranks[0.5][1] < ranks[1.2][1] < ranks[4.0][1] <= 40
    # What is separated for a reason is most at the edge.
    difference = {radius: kernel - noisy for radius, (kernel, noisy) in ranks.items()}
    assert difference[1.2] > difference[0.5] > difference[4.0] - 3
    assert difference[1.2] > difference[4.0]


def test_times_get_no_noise():
    X = np.column_stack([np.zeros(60), np.ones(60)])
    X[::2, 1] = 0.0  # a negative time would be refused
    liquid = CTRNNLiquid(10, elapsed_column=1, random_state=0).fit(X)
    assert generalization_rank(liquid, X, noise=5.0, random_state=0) == 1


def test_jitter_moves_spikes_and_loses_none():
    spikes = np.random.RandomState(0).poisson(1.0, (50, 3)).astype(np.float32)
    moved = _moved(spikes, 3.0, np.random.RandomState(0))
    assert moved.dtype == np.float32
    assert np.any(moved != spikes)
    np.testing.assert_array_equal(moved.sum(axis=0), spikes.sum(axis=0))
    np.testing.assert_array_equal(_moved(spikes, 0.0, np.random.RandomState(0)), spikes)
    alone = np.zeros((2001, 1))
    alone[1000] = 10000
    shift = np.repeat(np.arange(-1000, 1001), _moved(alone, 40.0, np.random.RandomState(0))[:, 0].astype(int))
    assert shift.mean() == pytest.approx(0, abs=2)
    assert shift.std() == pytest.approx(40, rel=0.03)


@pytest.mark.parametrize("rank", [kernel_rank, generalization_rank])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_series": 0}, "'n_series' must be an integer of at least 1; got 0"),
        ({"n_steps": 0}, "'n_steps' must be an integer of at least 1; got 0"),
        ({"tolerance": 0}, "'tolerance' must be a number above 0 and below 1; got 0"),
        ({"tolerance": 1.0}, "'tolerance' must be a number above 0 and below 1; got 1.0"),
        ({"X": np.zeros((3, 5))}, "X has 5 features"),
    ],
)
def test_bad_arguments_are_refused(rank, arguments, message):
    with pytest.raises(ValueError, match=message):
        rank(EchoStateReservoir(5, degree=2).fit(U), **({"X": U} | arguments))


@pytest.mark.parametrize("name", ["noise", "jitter"])
def test_noise_is_not_negative(name):
    with pytest.raises(ValueError, match=f"'{name}' must be a number at least 0; got -1"):
        generalization_rank(EchoStateReservoir(5, degree=2).fit(U), U, **{name: -1})


def test_reservoir_must_be_fitted():
    for rank in (kernel_rank, generalization_rank):
        with pytest.raises(NotFittedError):
            rank(EchoStateReservoir(5), U)


class Batched(EchoStateReservoir):
    """Drives many series in a way of its own, and counts them."""

    n_driven = 0

    def drive_many(self, series, fold, **settings):
        self.n_driven += len(series)
        return super().drive_many(series, fold, **settings)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_many_series_are_driven_by_the_reservoir_and_in_threads(backend):
    batched, plain = (build(cls).fit(U) for cls in (Batched, EchoStateReservoir))
    with parallel_backend(backend, n_jobs=2):
        assert kernel_rank(batched, U, **SMALL) == kernel_rank(plain, U, **SMALL)
        assert generalization_rank(batched, U, **SMALL) == generalization_rank(plain, U, **SMALL)
        assert batched.n_driven == 30
        found, expected = (
            separation(one, [U, U], [U[::-1], 2 * U], n_starts=9, random_state=0) for one in (batched, plain)
        )
    assert batched.n_driven == 30 + 18 * (2 + 3)  # of each trial: to two starts; X from either, and Y from the second
    np.testing.assert_array_equal(found.distance, expected.distance)
    np.testing.assert_array_equal(found.floor, expected.floor)
