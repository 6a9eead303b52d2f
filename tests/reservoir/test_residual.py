from pathlib import Path

import naive
import numpy as np
import pytest
from builders import series
from numpy.lib.stride_tricks import sliding_window_view
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.linear_model import Ridge

from reservoir import EchoStateReservoir, Forecaster, ResidualReservoir, StateOverflowError
from reservoir.diagnostics import effective_spectral_radius, memory_capacity, spectral_radius, state_bounds
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity

FIXTURES = Path(__file__).parents[1] / "fixtures"
SKIPS = ["orthogonal", "cyclic", "identity"]


def twin(reservoir, X):
    parts = [reservoir.recurrent_weights_.toarray(), reservoir.skip_.toarray(), reservoir.input_weights_]
    parts += [reservoir.bias_, reservoir.skip_gain_, reservoir.proximity_]
    parts = [part.astype(float) for part in parts]
    return naive.run_residual(*parts, reservoir.activation_, X.astype(float), np.zeros(reservoir.n_units_))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", ["tanh", "identity", "relu", "sigmoid"])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"skip": "cyclic", "skip_gain": 0.8, "topology": "random"},
        {"skip": "identity", "proximity": (0.05, 1.0)},
        {"skip": np.diag([0.5, 0.0, -0.5] * 6 + [0.1, 0.2]), "skip_gain": np.linspace(0, 1, 20)},
        {"skip": csr_array(np.eye(20)[::-1]), "topology": "orthogonal"},
    ],
    ids=["orthogonal", "cyclic", "identity", "diagonal", "mirror"],
)
def test_states_equal_the_plain_twin(parameters, activation, dtype):
    X = series(30, 3).astype(dtype)
    reservoir = ResidualReservoir(20, activation=activation, dtype=dtype, random_state=0, **parameters).fit(X)
    assert_allclose(reservoir.transform(X), twin(reservoir, X), rtol=0, atol=1e-10 if dtype == "float64" else 1e-4)


def test_states_equal_those_of_the_edge_of_stability_node_of_reservoirpy():
    peer = np.load(FIXTURES / "reservoirpy_es2n.npz")
    reservoir = ResidualReservoir(
        recurrent_weights=peer["W"], skip=peer["O"], input_weights=peer["Win"], bias=float(peer["bias"]),
        proximity=float(peer["proximity"]),
    )  # fmt: skip
    assert_allclose(reservoir.fit_transform(peer["inputs"]), peer["states"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rate", [0.3, (0.05, 1.0), np.linspace(0.1, 1, 15)], ids=["one", "drawn", "given"])
def test_an_identity_skip_is_a_leaky_echo_state_network(rate, dtype):
    settings = {"n_units": 15, "dtype": dtype, "random_state": 3}
    leaky = EchoStateReservoir(leak_rate=rate, **settings).fit_transform(series())
    residual = ResidualReservoir(proximity=rate, skip="identity", **settings).fit_transform(series())
    assert_array_equal(residual, leaky)


@pytest.mark.parametrize("skip", SKIPS)
def test_a_proximity_of_one_leaves_an_echo_state_network(skip):
    plain = EchoStateReservoir(15, leak_rate=1.0, random_state=3).fit_transform(series())
    residual = ResidualReservoir(15, proximity=1.0, skip=skip, random_state=3).fit_transform(series())
    assert_array_equal(residual, plain)


@pytest.mark.parametrize("skip", SKIPS)
def test_the_skip_path_by_itself_keeps_the_length_of_a_state(skip):
    settings = {"skip": skip, "skip_gain": 1.0, "proximity": 1e-9, "activation": "identity", "random_state": 0}
    reservoir = ResidualReservoir(40, spectral_radius=0.0, bias=0.0, **settings).fit(np.zeros((1, 1)))
    start = np.random.RandomState(1).standard_normal(40)
    states, _ = reservoir.run(np.zeros((500, 1)), start)
    assert_allclose(np.linalg.norm(states, axis=1), np.linalg.norm(start), rtol=1e-12)


def test_a_cyclic_skip_passes_the_state_of_each_unit_to_the_next():
    settings = {"recurrent_weights": np.zeros((4, 4)), "bias": 0.0, "input_weights": np.eye(4)[:, :1]}
    line = ResidualReservoir(skip="cyclic", skip_gain=0.5, proximity=1.0, activation="identity", **settings)
    states = line.fit_transform([[1.0], [0.0], [0.0], [0.0], [0.0]])
    assert_array_equal(states[:4], np.diag([1, 0.5, 0.25, 0.125]))
    assert_array_equal(states[4], [0.0625, 0, 0, 0])


@pytest.mark.parametrize("proximity", [0.02, 0.2])
def test_eigenvalues_lie_in_an_annulus_around_a_circle(proximity):
    # Ceni and Gallicchio 2025: those of (1 - beta) O + beta D W are within beta |D W| of that circle.
    reservoir = ResidualReservoir(60, proximity=proximity, random_state=0).fit(series())
    norm = np.linalg.norm(reservoir.recurrent_weights_.toarray(), 2)
    radius = effective_spectral_radius(reservoir, series())
    assert abs(radius - (1 - proximity)) <= proximity * norm
    assert spectral_radius(reservoir) == pytest.approx(0.9)


def recalled(reservoir, random_state, n_delays=200, penalty=1e-7):
    """The protocol of reservoirpy's notebook on this network: a ridge on 1640 rows, its correlations on 360 others."""
    u = random_state.uniform(-0.8, 0.8, (10 * n_delays, 1))
    delayed = sliding_window_view(u[:, 0], n_delays + 1)[:, ::-1]
    states, last = reservoir.fit_transform(delayed[:, :1]), len(delayed) - len(u) // 5
    train, test = slice(n_delays, last), slice(last, None)
    readout = Ridge(penalty).fit(states[train], delayed[train, 1:])
    pairs = zip(readout.predict(states[test]).T, delayed[test, 1:].T, strict=True)
    return sum(np.corrcoef(*pair)[0, 1] ** 2 for pair in pairs)


def test_the_memory_capacity_of_the_published_setting():
    # The notebook has 97.4 for this network, and 31.9 for the same without the skip path, of one seed each.
    capacities = {"residual": [], "plain": [], "without a penalty": []}
    for seed in range(4):
        random_state = np.random.RandomState(seed)
        W = random_state.standard_normal((100, 100))
        W *= 0.9 / np.abs(np.linalg.eigvals(W)).max()
        settings = {"recurrent_weights": W, "input_scaling": 0.1, "bias": 0.0, "random_state": seed}
        residual = ResidualReservoir(proximity=0.05, **settings)
        capacities["residual"].append(recalled(residual, random_state))
        capacities["plain"].append(recalled(EchoStateReservoir(leak_rate=1.0, **settings), random_state))
    spread = np.std(capacities["residual"], ddof=1)
    assert abs(np.mean(capacities["residual"]) - 97.4) < 2 * spread < 8
    assert abs(np.mean(capacities["plain"]) - 31.9) < 4
    # The penalty is what is missing: "the theoretical maximum" of the paper is the number of units.
    measured = memory_capacity(residual, input_range=(-0.8, 0.8), max_delay=200, n_steps=5000, random_state=0)
    assert 97 < measured <= 100


def test_states_stay_inside_their_bounds():
    for settings in ({"skip": "cyclic"}, {"skip": "orthogonal"}, {"skip": "identity", "activation": "sigmoid"}):
        reservoir = ResidualReservoir(12, input_scaling=50.0, random_state=0, **settings).fit(series())
        lower, upper = state_bounds(reservoir)
        states = reservoir.transform(100 * series(300))
        assert np.all(lower <= states) and np.all(states <= upper) and np.isfinite(upper).all()
    assert_allclose(state_bounds(ResidualReservoir(12, skip="cyclic").fit(series()))[1], 1)
    assert np.isinf(state_bounds(ResidualReservoir(12, skip_gain=1.0).fit(series()))[1]).all()


def test_a_forecast_follows_its_own_outputs_by_the_compiled_loop():
    X = np.sin(0.3 * np.arange(400.0))[:, None]
    model = Forecaster(ResidualReservoir(60, random_state=0), washout=100).fit(X)
    assert_allclose(model.forecast(50)[:, 0], np.sin(0.3 * np.arange(400.0, 450)), atol=0.01)


def test_a_skip_that_amplifies_is_named_and_what_helps_is_advised():
    for settings, better in (({"skip_gain": 3.0}, {"skip_gain": 1.0}), ({"skip": 3 * np.eye(5)}, {"skip": np.eye(5)})):
        reservoir = ResidualReservoir(5, **settings, random_state=0).fit(series())
        with pytest.raises(StateOverflowError, match=r"\. Lower skip_gain, or scale skip down: no eigenvalue"):
            reservoir.transform(series(1000))
        reservoir.set_params(**better).fit(series()).transform(series(1000))
    # Bounded values do not help where the skip path amplifies, too.
    with pytest.raises(StateOverflowError, match=r"Lower spectral_radius .*, lower skip_gain, .* with them, too"):
        ResidualReservoir(5, skip_gain=3.0, activation="relu", random_state=0).fit_transform(series(1000))


@pytest.mark.parametrize(
    "parameters",
    [
        {"proximity": 0.0}, {"proximity": 1.1}, {"proximity": np.nan}, {"skip_gain": -0.1}, {"skip_gain": np.ones(3)},
        {"skip": "orthonormal"}, {"skip": None}, {"skip": np.eye(4)}, {"skip": 1.0},
        {"skip": np.full((5, 5), np.nan)},
    ],
)  # fmt: skip
def test_bad_values_are_refused_by_name(parameters):
    with pytest.raises(ValueError, match=f"'{next(iter(parameters))}'"):
        ResidualReservoir(5, **parameters).fit(series())


def test_intrinsic_plasticity_names_what_it_can_adapt():
    model = AdaptiveReservoir(ResidualReservoir(5), IntrinsicPlasticity())
    with pytest.raises((TypeError, ValueError), match="EchoStateReservoir"):
        model.fit(series())


def test_a_skip_may_be_a_data_frame():
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: pip install pandas")
    mirror = np.eye(5)[::-1]
    framed, plain = (ResidualReservoir(5, skip=skip, random_state=0) for skip in (pandas.DataFrame(mirror), mirror))
    assert_array_equal(framed.fit_transform(series()), plain.fit_transform(series()))


def test_an_orthogonal_skip_that_no_memory_holds_is_refused_before_anything_is_drawn():
    with pytest.raises(ValueError, match="'n_units' must be small enough for the .* here; got 10000000"):
        ResidualReservoir(10**7).fit(series())
    ResidualReservoir(10**7, recurrent_weights=np.eye(5), random_state=0).fit(series())
