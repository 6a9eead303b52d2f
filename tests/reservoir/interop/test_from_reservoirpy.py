"""Outputs are those of reservoirpy itself, with the settings of its tutorials and of every graph that is translated."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import Ridge as SklearnRidge

from reservoir import NVAR, EchoStateReservoir, ReservoirRegressor, ResidualReservoir, StackedReservoir
from reservoir.datasets import load_japanese_vowels
from reservoir.interop import from_reservoirpy

rpy = pytest.importorskip("reservoirpy", reason="reservoirpy is not installed: pip install reservoirpy")
from reservoirpy import nodes  # noqa: E402
from reservoirpy.datasets import doublescroll, lorenz, mackey_glass, narma  # noqa: E402

TOLERANCE = {"rtol": 0, "atol": 1e-10}
RANDOM = np.random.RandomState(0)
X = RANDOM.uniform(-1, 1, (300, 2))
Y = np.column_stack([np.roll(X[:, 0], 1), X[:, 1] ** 2, X.sum(axis=1)])


def reservoir(units=40, **settings):
    return nodes.Reservoir(units, **({"lr": 0.3, "sr": 0.9, "seed": 1} | settings))


def ridge(penalty=1e-5, **settings):
    return nodes.Ridge(ridge=penalty, **settings)


def assert_equal_outputs(model, x, n_fitted):
    """Where the model stands, and from rest."""
    here = from_reservoirpy(model)
    assert_allclose(here.predict(x[n_fitted:], state=here.state_), model.run(x[n_fitted:]), **TOLERANCE)
    model.reset()
    assert_allclose(here.predict(x), model.run(x), **TOLERANCE)
    return here


def test_mackey_glass_ten_steps_ahead():
    series = 2 * (mackey_glass(1500, tau=17) - 0.95)
    model = nodes.Reservoir(
        500, input_scaling=1.0, sr=1.25, lr=0.3, rc_connectivity=0.1, input_connectivity=0.2, seed=1234
    ) >> nodes.Ridge(ridge=1e-8)
    model.fit(series[:1000], series[10:1010], warmup=100)
    assert_equal_outputs(model, series, 1000)


def test_mackey_glass_in_a_closed_loop():
    series = 2 * (mackey_glass(800, tau=17) - 0.95)
    model = nodes.Reservoir(100, sr=1.25, lr=0.3, seed=3) >> nodes.Ridge(ridge=1e-6)
    model.fit(series[:700], series[1:701], warmup=100)
    here = from_reservoirpy(model)
    state, mine, theirs = here.state_, series[700:701], series[700]
    for _ in range(100):
        mine, state = here.predict(mine, state=state, return_state=True)
        theirs = model.step(theirs)
        assert_allclose(mine[0], theirs, rtol=0, atol=1e-8)  # what rounds differently grows in a loop


def test_lorenz_by_a_reservoir_that_sees_its_input():
    series = lorenz(1200, h=0.03) / 10
    source = nodes.Input()
    model = [source, source >> reservoir(100, input_scaling=0.5)] >> ridge(1e-6)
    model.fit(series[:900], series[1:901], warmup=50)
    assert assert_equal_outputs(model, series, 900).passthrough_


@pytest.mark.parametrize(
    ("series", "settings", "penalty"),
    [
        (lambda: lorenz(800, h=0.025) / 10, {"delay": 2, "order": 2, "strides": 1}, 2.5e-6),
        (lambda: doublescroll(800, x0=[0.37926545, 0.058339, -0.08167691], h=0.25),
         {"delay": 2, "order": 3, "strides": 1}, 1e-4),
        (lambda: doublescroll(300, h=0.25), {"delay": 3, "order": 2, "strides": 4}, 1e-3),
    ],
    ids=["lorenz", "double scroll", "strides"],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of the solver of double scrolls, of steps that it takes back
def test_next_generation_of_increments(series, settings, penalty):
    series = series()
    model = nodes.NVAR(**settings) >> nodes.Ridge(ridge=penalty)
    model.fit(series[:-101], np.diff(series, axis=0)[:-100], warmup=50)
    here = from_reservoirpy(model)
    ahead = series[-101:]
    assert_allclose(here.predict(ahead, state=here.state_), model.run(ahead), **TOLERANCE)
    assert isinstance(here.reservoir_, NVAR) and not here.passthrough_


def test_narma_with_input_scaled_for_every_feature():
    inputs = RANDOM.uniform(0, 0.5, (530, 1))
    _, target = narma(500, order=30, x0=[0.0], u=inputs)
    model = nodes.Reservoir(100, lr=0.5, sr=0.8, input_scaling=[0.5], bias=0.3, seed=5) >> nodes.Ridge(ridge=1e-7)
    model.fit(inputs[30:][:400], target[:400], warmup=50)
    assert_equal_outputs(model, inputs[30:], 400)


def test_a_scaling_and_a_connectivity_of_every_feature():
    """Both libraries with the weights that the other one draws."""
    scaling = [0.2, 1.5]
    node = reservoir(200, input_scaling=scaling, input_connectivity=0.5)
    there, drawn = node.run(X), node.Win.toarray()
    own = EchoStateReservoir(recurrent_weights=node.W, input_weights=drawn, bias=0.0, leak_rate=0.3).fit(X)
    assert_allclose(own.transform(X), there, **TOLERANCE)
    assert_allclose(np.abs(drawn).max(axis=0), scaling)  # weights of 1 and -1 by default, times the scaling
    here = EchoStateReservoir(
        200, topology="random", bias=0.0, input_scaling=scaling, input_density=0.5, random_state=0
    )
    here.fit(X)
    taken = nodes.Reservoir(W=here.recurrent_weights_, Win=here.input_weights_, bias=0.0, lr=0.3)
    assert_allclose(here.transform(X), taken.run(X), **TOLERANCE)
    # What they scale by the columns of X instead, they compute alike.
    plain = nodes.Reservoir(W=node.W, Win=drawn / scaling, bias=0.0, lr=0.3)
    assert_allclose(plain.run(X * scaling), there, **TOLERANCE)


def test_japanese_vowels_as_a_list_of_series():
    data, labels = load_japanese_vowels()[:2]
    series, one_hot = list(data[:60]), np.eye(9)
    targets = [np.repeat(one_hot[[int(label) % 9]], len(x), axis=0) for x, label in zip(series, labels, strict=False)]
    source = nodes.Input()
    model = [source >> nodes.Reservoir(200, sr=0.9, lr=0.1, seed=0), source] >> nodes.Ridge(ridge=1e-6)
    model.fit(series[:40], targets[:40], warmup=2)
    model.reset()  # or every series starts where the last one has ended
    for mine, theirs in zip(from_reservoirpy(model).predict(series[40:]), model.run(series[40:]), strict=True):
        assert_allclose(mine, theirs, **TOLERANCE)


def graphs():
    source, first, second = nodes.Input(), reservoir(30), reservoir(20, lr=0.8, seed=2)
    yield "one", reservoir() >> ridge()
    yield "an input that is named", nodes.Input() >> reservoir() >> ridge()
    yield "no intercept", reservoir() >> ridge(fit_bias=False)
    yield "biases", reservoir(bias=RANDOM.uniform(-1, 1, 40)) >> ridge()
    yield "drawn biases", reservoir(bias=rpy.mat_gen.uniform) >> ridge()
    yield "leak rates", reservoir(lr=np.linspace(0.1, 1.0, 40)) >> ridge()
    yield "single precision", reservoir(dtype=np.float32) >> ridge()
    yield "dense weights", reservoir(W=RANDOM.uniform(-0.1, 0.1, (40, 40)), Win=np.ones((40, 2))) >> ridge()
    yield "one unit", nodes.Reservoir(1, W=np.array([[0.5]]), Win=np.ones((1, 2))) >> ridge()
    for activation in ("sigmoid", "identity", "relu"):
        yield activation, reservoir(activation=activation, input_scaling=0.1) >> ridge(1e-3)
    yield "ESN", rpy.ESN(units=40, lr=0.3, sr=0.9, ridge=1e-5, seed=0)
    yield "ESN, input to the readout", rpy.ESN(units=40, lr=0.3, sr=0.9, ridge=1e-5, seed=0, input_to_readout=True)
    yield "ESN, feedback", rpy.ESN(units=40, lr=0.3, sr=0.9, ridge=1e-3, seed=0, feedback=True)
    yield "ESN, both", rpy.ESN(units=40, lr=0.3, ridge=1e-3, seed=0, feedback=True, input_to_readout=True)
    yield "two layers", reservoir() >> reservoir(20, seed=2) >> ridge()
    yield "two layers that are both read", [first, first >> second] >> ridge()
    yield "the same, the upper one first", [first >> second, first] >> ridge()
    third, fourth, fifth, readout = reservoir(20), reservoir(15, seed=2), reservoir(10, seed=3), ridge()
    yield "three", third >> fourth >> fifth >> readout
    low, high, readout = reservoir(30), reservoir(20, seed=2), ridge(1e-3, name="readout")
    to_all = (source >> low >> high >> readout) & (source >> high)
    yield "input to all", to_all
    low, high, readout, source = reservoir(30), reservoir(20, seed=2), ridge(1e-2, name="out"), nodes.Input()
    everything = (source >> low >> high >> readout) & (source >> high) & (source >> readout) & (low >> readout)
    yield "everything", everything & (readout >> 1 >> low)


GRAPHS = dict(graphs())


@pytest.mark.parametrize("name", GRAPHS)
def test_every_graph(name):
    model = GRAPHS[name]
    model.fit(X[:200], Y[:200], warmup=20)
    here = assert_equal_outputs(model, X, 200)
    split = here.predict(X[:150], return_state=True)
    rest = here.predict(X[150:], state=split[1])
    assert_allclose(np.vstack([split[0], rest]), here.predict(X), **TOLERANCE)


def test_a_node_is_a_reservoir_and_its_state_goes_on():
    node = reservoir()
    node.run(X[:100])
    here = from_reservoirpy(node)
    assert isinstance(here, EchoStateReservoir)
    assert_allclose(here.run(X[100:], node.state["out"])[0], node.run(X[100:]), **TOLERANCE)
    assert_allclose(here.bias_, 0.0)


@pytest.mark.parametrize("proximity", [0.2, 1.0, np.array([0.3]), np.linspace(0.1, 1.0, 40)])
def test_a_network_at_the_edge_of_stability(proximity):
    node = nodes.ES2N(40, proximity=proximity, sr=0.9, bias=0.3, seed=1)
    node.run(X[:100])
    here = from_reservoirpy(node)
    assert isinstance(here, ResidualReservoir)
    assert_allclose(here.run(X[100:], node.state["out"])[0], node.run(X[100:]), **TOLERANCE)
    model = nodes.Input() >> nodes.ES2N(40, proximity=0.2, seed=1) >> reservoir() >> ridge()
    assert_equal_outputs(model.fit(X[:200], Y[:200]), X, 200)


@pytest.mark.parametrize("settings", [{"lr": np.array([0.3])}, {"bias": np.array([0.2])}])
def test_an_array_of_one_number_is_that_of_all_units(settings):
    node = reservoir(**settings)
    expected = node.run(X)
    assert_allclose(from_reservoirpy(node).transform(X), expected, **TOLERANCE)


def test_a_model_of_fitted_nodes_has_nothing_fed_back_yet():
    nodes_of = rpy.ESN(units=40, lr=0.3, ridge=1e-3, seed=0, feedback=True).fit(X, Y)
    model = rpy.ESN(reservoir=nodes_of.reservoir, readout=nodes_of.readout, feedback=True)
    here = from_reservoirpy(model)
    assert_array_equal(here.state_[1], np.zeros(3))
    model.initialize(X[:1], Y[:1])  # without targets, reservoirpy takes the feedback for a cycle
    assert_allclose(here.predict(X, state=here.state_), model.run(X), **TOLERANCE)


def test_nvar_and_readout_alone():
    node = nodes.NVAR(3, 2, 2)
    states = node.run(X)
    assert_allclose(from_reservoirpy(node).transform(X), states, **TOLERANCE)
    readout = ridge().fit(X, Y)
    here = from_reservoirpy(readout)
    assert isinstance(here, SklearnRidge)
    assert_allclose(here.predict(X), readout.run(X), **TOLERANCE)


def test_reservoirs_without_a_readout_are_a_stack():
    model = reservoir() >> reservoir(20, seed=2)
    states = model.run(X)
    here = from_reservoirpy(model)
    assert isinstance(here, StackedReservoir)
    assert_allclose(here.transform(X), states, **TOLERANCE)


def test_a_readout_that_is_not_fitted_is_fitted_here():
    model = reservoir() >> ridge(1e-4)
    model.initialize(X[:1], Y[:1])
    here = from_reservoirpy(model).set_params(washout=20).fit(X[:200], Y[:200])
    model.fit(X[:200], Y[:200], warmup=20)
    assert_allclose(here.predict(X[200:], state=here.state_), model.run(X[200:]), rtol=0, atol=1e-8)


def test_a_fitted_model_is_fitted_again_by_the_same_penalty():
    model = reservoir() >> ridge(1e-4)
    model.fit(X[:200], Y[:200], warmup=20)
    here = from_reservoirpy(model)
    again = clone(here).set_params(washout=20).fit(X[:200], Y[:200])
    assert isinstance(again, ReservoirRegressor) and again.readout_.alpha == 1e-4
    assert_allclose(again.predict(X), here.predict(X), rtol=0, atol=1e-8)


def test_the_model_is_not_changed_nor_warned_of():
    model = rpy.ESN(units=20, ridge=1e-3, seed=0, feedback=True)
    model.fit(X, Y)
    before = {name: np.copy(getattr(model.readout, name)) for name in ("Wout", "bias")}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        here = from_reservoirpy(model)
    here.readout_.coef_[:] = 0
    for name, value in before.items():
        assert_array_equal(getattr(model.readout, name), value)


REFUSED = {
    "weights that are not drawn": (lambda: reservoir(), ValueError, " have its weights drawn"),
    "a model that has not run": (lambda: reservoir() >> ridge(), ValueError, " have its weights drawn"),
    "a readout that is not fitted": (lambda: ridge(), ValueError, " be fitted"),
    "an activation of one's own": (
        lambda: ran(reservoir(activation=np.sin)),
        ValueError,
        "activation among.*got 'sin'",
    ),
    "a lambda": (lambda: ran(reservoir(activation=lambda x: x)), ValueError, "got '<lambda>'"),
    "softplus": (lambda: ran(reservoir(activation="softplus")), ValueError, "got 'softplus'"),
    "intrinsic plasticity": (lambda: nodes.IPReservoir(20), TypeError, "IPReservoir. Adapt an EchoStateReservoir"),
    "an online readout": (lambda: reservoir() >> nodes.RLS(), TypeError, "nodes.rls.RLS. Fit ReservoirRegressor"),
    "least mean squares": (lambda: reservoir() >> nodes.LMS(), TypeError, "nodes.lms.LMS. Fit ReservoirRegressor"),
    "spiking units": (lambda: nodes.LIF(20), TypeError, "LIFLiquid is another model"),
    "a node between": (lambda: reservoir() >> nodes.Tanh() >> ridge(), TypeError, "Tanh. Translate the nodes around"),
    "an input alone": (lambda: nodes.Input(), TypeError, "got Input alone"),
    "what is no node": (lambda: np.eye(3), TypeError, "got numpy.ndarray"),
    "a skip path alone": (lambda: ran(nodes.ES2N(20, proximity=0.0)), ValueError, "have a proximity above 0"),
    "order 1": (lambda: ran(nodes.NVAR(2, 1)), ValueError, "order 2 or more; got 1, which repeats columns"),
    "side by side": (lambda: ran(nodes.Input() >> [reservoir(), reservoir()] >> ridge()), ValueError, "side by side"),
    "several inputs": (lambda: [reservoir(), reservoir()] >> ridge(), ValueError, "side by side"),
    "two readouts": (lambda: reservoir() >> [ridge(), ridge()], ValueError, "1 reservoirs and 2 readouts"),
    "a delay": (lambda: reservoir() >> 2 >> ridge(), ValueError, "a delay that is not"),
    "slow feedback": (lambda: fed_back(2), ValueError, "a delay that is not the feedback"),
    "feedback from a reservoir": (lambda: fed_back_states(), ValueError, "a delay that is not the feedback"),
}


def ran(node):
    node.initialize(X[:1], Y[:1]) if isinstance(node, rpy.Model) else node.initialize(X[:1])
    return node


def fed_back(delay):
    first, readout = reservoir(), ridge()
    return (first >> readout) & (readout >> delay >> first)


def fed_back_states():
    first, second = reservoir(), reservoir(20)
    return (first >> second >> ridge()) & (second >> 1 >> first)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_said_faithfully_is_refused_by_name(name):
    make, error, message = REFUSED[name]
    with pytest.raises(error, match=f"^'node' must.*{message}"):
        from_reservoirpy(make())
