import copy
import pickle
from math import comb

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from readouts import RidgeReadout
from reservoir import (
    BaseReservoir,
    EchoStateReservoir,
    LIFLiquid,
    LiquidHealthWarning,
    LTCLiquid,
    SequenceEncoder,
    StackedReservoir,
    StateOverflowError,
)
from reservoir.series.elapsed import find_elapsed, split_elapsed


class Relaxation(BaseReservoir):
    """Units that relax exactly towards the sum of their inputs, with time constant 1; no random weights."""

    def __init__(self, n_units=2, elapsed_column=None):
        self.n_units = n_units
        self.elapsed_column = elapsed_column

    def _draw(self, n_features, random_state):
        self.n_units_ = self.n_units
        self._elapsed = find_elapsed(self.elapsed_column, self)

    def _rest(self):
        return np.zeros(self.n_units_)

    def _drive(self, X, state):
        inputs, elapsed = split_elapsed(X, self._elapsed)
        states = np.empty((len(X), self.n_units_))
        for t, row in enumerate(inputs):
            keep = np.exp(-(1.0 if self._elapsed is None else elapsed[t]))
            state = states[t] = keep * state + (1 - keep) * row.sum()
        return states, states[-1].copy()


def series(n_steps=30, n_features=3, seed=0):
    return np.random.RandomState(seed).standard_normal((n_steps, n_features))


def sampled(n_steps=30):
    """Return two inputs and, as a third column, irregular times."""
    return np.hstack([series(n_steps, 2), np.random.RandomState(1).uniform(0.1, 3.0, (n_steps, 1))])


def echo(n_units=6, seed=0, **parameters):
    return EchoStateReservoir(n_units, random_state=seed, **parameters)


def leaky(leak_rate):
    return EchoStateReservoir(
        leak_rate=leak_rate, activation="identity", input_weights=[[1.0]], recurrent_weights=[[0.0]], bias=0.0
    )


def parts(state):
    if isinstance(state, tuple):
        return [leaf for part in state for leaf in parts(part)]
    return [state]


def assert_same(first, second):
    for a, b in zip(parts(first), parts(second), strict=True):
        assert_array_equal(a, b, strict=True)


KINDS = {
    "echo over echo": [echo(6, 0), echo(5, 1)],
    "echo over LTC": [LTCLiquid(6, random_state=0), echo(5)],
    "echo over LIF": [LIFLiquid(6, random_state=0), echo(5)],
    "LIF over echo": [echo(6), LIFLiquid(5, random_state=0)],
    "float32 below": [echo(6, dtype="float32"), LTCLiquid(5, random_state=1)],
    "float32 above": [LIFLiquid(6, random_state=0), echo(5, dtype="float32")],
    "float32": [echo(6, dtype="float32"), LIFLiquid(5, dtype="float32", random_state=0)],
    "one layer": [echo(6)],
    "nested": [echo(4), StackedReservoir([echo(3), LIFLiquid(5, random_state=0)], output="last"), echo(2)],
}


@pytest.fixture(params=KINDS)
def layers(request):
    return KINDS[request.param]


# What it computes


@pytest.mark.parametrize("input_to_all", [False, True])
def test_a_stack_is_its_layers_driven_by_hand(layers, input_to_all):
    x, below, expected, ends = series(), None, [], []
    for layer in layers:
        heard = x if below is None else np.hstack([below, x]) if input_to_all else below
        below, end = clone(layer).fit(heard).run(heard)
        expected.append(below)
        ends.append(end)
    stack = StackedReservoir(layers, input_to_all=input_to_all).fit(x)
    states, state = stack.run(x)
    assert_array_equal(states, np.hstack(expected), strict=True)
    assert_array_equal(stack.transform(x), states, strict=True)
    assert type(state) is tuple
    assert_same(state, tuple(ends))
    last = StackedReservoir(layers, output="last", input_to_all=input_to_all).fit(x).transform(x)
    assert_array_equal(last, expected[-1].astype(stack.dtype), strict=True)


def test_two_leaky_integrators_are_two_filters_in_a_row():
    impulse, t = np.zeros((50, 1)), np.arange(50)
    impulse[0] = 1
    states = StackedReservoir([leaky(0.3), leaky(0.1)]).fit_transform(impulse)
    assert_allclose(states[:, 0], 0.3 * 0.7**t, rtol=1e-12)
    assert_allclose(states[:, 1], 0.3 * 0.1 * (0.9 ** (t + 1) - 0.7 ** (t + 1)) / (0.9 - 0.7), rtol=1e-12)


@pytest.mark.parametrize("n_layers", [1, 2, 5])
def test_equal_leaky_integrators_answer_as_a_gamma_filter(n_layers):
    impulse = np.eye(50)[:, :1]
    states = StackedReservoir([leaky(0.2)] * n_layers, output="last").fit_transform(impulse)
    expected = [0.2**n_layers * comb(t + n_layers - 1, n_layers - 1) * 0.8**t for t in range(50)]
    assert_allclose(states[:, 0], expected, rtol=1e-12)


def test_units_are_counted_over_all_layers_and_columns_in_the_output():
    layers = [echo(6), StackedReservoir([echo(4), echo(3)], output="last")]
    for output, width in (("all", 9), ("last", 3)):
        stack = StackedReservoir(layers, output=output).fit(series())
        assert stack.n_units_ == 13 and stack.transform(series()).shape == (30, width)
        assert [layer.n_features_in_ for layer in stack.layers_] == [3, 6]


def test_several_series_and_threads(layers):
    X = [series(n_steps, seed=n_steps) for n_steps in (20, 1, 7, 13)]
    stack = StackedReservoir(layers).fit(X)
    states = stack.transform(X)
    assert_same(tuple(states), tuple(stack.run(x)[0] for x in X))
    assert_same(tuple(StackedReservoir(layers, n_jobs=2).fit(X).transform(X)), tuple(states))
    cube = np.stack([series(), series(seed=1)])
    assert_same(tuple(stack.transform(cube)), tuple(map(stack.transform, cube)))


# State


@pytest.mark.parametrize("k", [1, 13, 29])
@pytest.mark.parametrize("output", ["all", "last"])
def test_a_prefix_and_its_continuation(layers, output, k):
    x, stack = series(), StackedReservoir(layers, output=output, input_to_all=True).fit(series())
    states, end = stack.run(x)
    head, state = stack.run(x[:k])
    kept = copy.deepcopy(state)
    tail, after = stack.run(x[k:], state)
    assert_array_equal(np.vstack([head, tail]), states, strict=True)
    assert_same(after, end)
    assert_same(state, kept)
    assert not any(np.shares_memory(one, other) for one in parts(after) for other in [tail, *parts(state)])


def test_row_by_row_is_the_whole(layers):
    x, stack, rows, state = series(), StackedReservoir(layers).fit(series()), [], None
    for row in x:
        states, state = stack.run(row[None], state)
        rows.append(states)
    assert_same((np.vstack(rows), state), stack.run(x))


def test_a_wrong_state_is_refused_with_its_layer():
    stack = StackedReservoir([echo(6), LIFLiquid(5, random_state=0)]).fit(series())
    states, (first, second) = stack.run(series())
    for state in (first, [first, second], (first,), (first, second, second), "state", second):
        with pytest.raises(ValueError, match="^'state' must be a tuple of 2 states, as returned by run; got "):
            stack.run(series(), state)
    for number, state in [(1, (second, second)), (2, (first, first)), (1, (first[:5], second)), (1, (states, None))]:
        with pytest.raises(ValueError, match=f"^Layer {number}: 'state' must be"):
            stack.run(series(), state)
    with pytest.raises(ValueError, match="^Layer 1: 'state'.*NaN or infinity"):
        stack.run(series(), (first * np.nan, second))


def test_an_overflow_is_reported_with_its_layer():
    unstable = echo(4, spectral_radius=3.0, leak_rate=1.0, activation="identity")
    inner = StackedReservoir([unstable])
    x = series(3000)
    for layers, where in [([unstable, echo()], "Layer 1: "), ([echo(), inner], "Layer 2: Layer 1: ")]:
        stack = StackedReservoir(layers).fit(x)
        with pytest.raises(
            StateOverflowError, match=f"^{where}The state of Echo.* overflowed at step .*spectral_radius"
        ):
            stack.transform(x)


def test_states_too_large_for_single_precision_are_refused():
    layers = [leaky(1.0), echo(4, dtype="float32")]
    stack = StackedReservoir(layers).fit(np.ones((5, 1)))
    with pytest.raises(StateOverflowError, match="Layer 2: Its input is too large for float32"):
        stack.transform(np.full((5, 1), 1e300))


# Random state


def weights(stack):
    return [layer.input_weights_ for layer in stack.layers_]


def test_the_seed_of_the_stack_reaches_every_layer_without_one():
    def build(seed):
        inner = StackedReservoir([EchoStateReservoir(6), EchoStateReservoir(6)])
        return StackedReservoir([EchoStateReservoir(6), EchoStateReservoir(6), inner], random_state=seed).fit(
            series(30, 6)
        )

    first, again, other = build(0), build(0), build(1)
    assert_array_equal(first.transform(series(30, 6)), again.transform(series(30, 6)))
    assert_array_equal(first.transform(series(30, 6)), build(np.random.RandomState(0)).transform(series(30, 6)))
    *outer, inner = first.layers_
    drawn = [layer.input_weights_ for layer in (*outer, *inner.layers_)]
    assert len({matrix[:, :6].tobytes() for matrix in drawn}) == 4
    assert np.any(other.layers_[0].input_weights_ != drawn[0])


def test_a_layer_keeps_its_own_seed_and_leaves_those_of_the_others_alone():
    free = StackedReservoir([EchoStateReservoir(6), EchoStateReservoir(6)], random_state=0).fit(series())
    fixed = StackedReservoir([echo(6, seed=7), EchoStateReservoir(6)], random_state=0).fit(series())
    assert_array_equal(weights(fixed)[0], echo(6, seed=7).fit(series()).input_weights_)
    assert_array_equal(weights(fixed)[1], weights(free)[1])


def test_without_a_seed_layers_draw_anew():
    layer = EchoStateReservoir(6)
    stack = StackedReservoir([layer, layer]).fit(series(30, 6))
    first, second = weights(stack)
    assert np.any(first != second) and layer.random_state is None and not hasattr(layer, "n_units_")
    assert np.any(weights(stack.fit(series(30, 6)))[0] != first)


def test_a_layer_without_a_seed_to_set_is_no_obstacle():
    assert StackedReservoir([Relaxation(), echo()], random_state=0).fit_transform(series()).shape == (30, 8)


# Elapsed time


def by_hand(x, n_units=2):
    return Relaxation(n_units, elapsed_column=-1).fit(x).transform(x)


@pytest.mark.parametrize("input_to_all", [False, True])
def test_elapsed_times_are_handed_on_to_the_layers_that_know_them(input_to_all):
    x = sampled()
    inputs, times = x[:, :2], x[:, 2:]
    also = [inputs] if input_to_all else []
    first = by_hand(x)
    second = echo().fit_transform(np.hstack([first, *also]))
    third = by_hand(np.hstack([second, *also, times]), 3)
    layers = [Relaxation(), echo(), Relaxation(3)]
    stack = StackedReservoir(layers, input_to_all=input_to_all, elapsed_column=2).fit(x)
    assert_array_equal(stack.transform(x), np.hstack([first, second, third]))
    frame = pd.DataFrame(x, columns=["a", "b", "time"])[["time", "a", "b"]]
    for column, X in ((-1, x), (0, frame.to_numpy()), ("time", frame)):
        own = clone(stack).set_params(elapsed_column=column).fit(X)
        assert_array_equal(own.transform(X), stack.transform(x))
    head, state = stack.run(x[:11])
    assert_array_equal(np.vstack([head, stack.run(x[11:], state)[0]]), stack.transform(x))
    assert [layer.elapsed_column for layer in (layers[0], layers[2])] == [None, None]


def test_elapsed_times_reach_a_stack_inside():
    x = sampled()
    flat = StackedReservoir([echo(), Relaxation(), echo(4), Relaxation()], elapsed_column=-1).fit_transform(x)
    inner = StackedReservoir([Relaxation(), echo(4), Relaxation()])
    assert_array_equal(StackedReservoir([echo(), inner], elapsed_column=-1).fit_transform(x), flat)


@pytest.mark.parametrize("column", [-1, 2, "time"])
def test_the_first_layer_may_name_a_column_of_its_own(column):
    x = sampled()
    first = by_hand(x)
    expected = np.hstack([first, Relaxation().fit_transform(first)])
    own = Relaxation(elapsed_column=column)
    X = pd.DataFrame(x, columns=["a", "b", "time"])
    for layers in ([own, Relaxation()], [StackedReservoir([own]), Relaxation()]):
        assert_array_equal(StackedReservoir(layers).fit(X).transform(X), expected)
    assert own.elapsed_column == column


def test_times_that_no_layer_can_use_are_refused():
    for layers in ([echo(), echo(4)], [echo(), StackedReservoir([echo()])]):
        with pytest.raises(ValueError, match="'elapsed_column' must be None here, for no layer has such a parameter"):
            StackedReservoir(layers, elapsed_column=-1).fit(sampled())
    inner = StackedReservoir([echo(), echo(4)])
    assert StackedReservoir([Relaxation(), inner], elapsed_column=-1).fit(sampled()).layers_[1].n_features_in_ == 2


def test_two_elapsed_columns_are_refused():
    own = Relaxation(elapsed_column=-1)
    for layers, number in [([own], 1), ([echo(), own], 2), ([StackedReservoir([own])], 1)]:
        with pytest.raises(
            ValueError, match=f"Layer {number}: 'elapsed_column' must be None.*the stack has.*Set it on"
        ):
            StackedReservoir(layers, elapsed_column=-1).fit(sampled())


def test_an_upper_layer_has_no_column_of_its_own():
    own = Relaxation(elapsed_column=-1)
    for upper in (own, StackedReservoir([own]), StackedReservoir([echo()], elapsed_column=0)):
        with pytest.raises(ValueError, match="Layer 2: 'elapsed_column' must be None.*states.*Set it on the stack"):
            StackedReservoir([echo(), upper]).fit(sampled())


@pytest.mark.parametrize("column", [3, -4, "time", 1.0, True])
def test_an_elapsed_column_that_is_not_there_is_refused(column):
    with pytest.raises(ValueError, match="'elapsed_column'"):
        StackedReservoir([Relaxation()], elapsed_column=column).fit(sampled())


def test_negative_times_are_refused():
    with pytest.raises(ValueError, match="'elapsed_column' must hold times"):
        StackedReservoir([Relaxation()], elapsed_column=-1).fit_transform(-sampled())


# Precision


@pytest.mark.parametrize("kinds", [("float32", "float32"), ("float64", "float32"), ("float32", "float64")])
@pytest.mark.parametrize("output", ["all", "last"])
def test_the_states_are_single_only_where_every_layer_is(kinds, output):
    stack = StackedReservoir([echo(dtype=kind) for kind in kinds], output=output)
    expected = "float32" if set(kinds) == {"float32"} else "float64"
    assert stack.dtype == expected and stack.fit_transform(series()).dtype == expected
    assert stack.__sklearn_tags__().transformer_tags.preserves_dtype == [expected]
    assert [part.dtype for part in stack.run(series())[1]] == list(kinds)


def test_the_precision_is_read_from_the_layers():
    assert StackedReservoir([echo(dtype=np.float32), echo(dtype="f4")]).dtype == "float32"
    for bad in (None, [], [EchoStateReservoir], [echo(dtype="nonsense")], 3, [RidgeReadout()]):
        stack = StackedReservoir(bad)
        assert stack.dtype == "float64" and stack.__sklearn_tags__() and repr(stack) and stack.get_params()
    with pytest.raises(AttributeError):
        stack.dtype = "float32"


# Parameters


def test_nested_parameters_have_the_number_of_their_layer():
    inner = StackedReservoir([echo(3), echo(4)])
    first = echo(6)
    parameters = StackedReservoir([first, inner]).get_params()
    assert parameters["layer1"] is first and parameters["layer2__layer2__n_units"] == 4
    assert set(StackedReservoir([first, inner]).get_params(deep=False)) < set(parameters)
    assert {f"layer1__{name}" for name in first.get_params()} < set(parameters)


def test_setting_a_layers_parameter_changes_no_other_estimators_layer():
    layer = echo(6)
    layers = [layer, layer]
    stack, other = StackedReservoir(layers), StackedReservoir(layers)
    stack.set_params(layer2__n_units=4, layer2__leak_rate=0.5, output="last")
    assert [(own.n_units, own.leak_rate) for own in stack.layers] == [(6, 0.3), (4, 0.5)]
    assert stack.layers[0] is layer and layers == [layer, layer] == other.layers
    assert stack.output == "last" and layer.leak_rate == 0.3
    assert stack.fit_transform(series()).shape == (30, 4)


def test_a_layer_is_replaced_and_then_set():
    spiking, stack = LIFLiquid(5), StackedReservoir([echo(6), StackedReservoir([echo(3), echo(4)])])
    stack.set_params(layer1=spiking, layer2__layer1__n_units=2)
    assert stack.layers[0] is spiking and stack.get_params()["layer1"] is spiking
    assert [layer.n_units for layer in stack.layers[1].layers] == [2, 4]
    stack.set_params(layers=[echo(2), echo(3), echo(4)], layer3=echo(9), layer3__leak_rate=1.0)
    assert [layer.n_units for layer in stack.layers] == [2, 3, 9] and stack.layers[2].leak_rate == 1.0


@pytest.mark.parametrize("name", ["layer3", "layer0", "layer3__n_units", "layer1__bogus", "bogus", "layer", "dtype"])
def test_an_unknown_name_is_scikit_learns_error_and_changes_nothing(name):
    layers = [echo(), echo()]
    stack = StackedReservoir(layers)
    with pytest.raises(ValueError, match="Invalid parameter"):
        stack.set_params(**{"layer2__n_units": 3, name: 1})
    assert stack.layers is layers and [layer.n_units for layer in layers] == [6, 6]


def test_grid_search_over_a_layers_parameter():
    x = series(200, 1)
    y = np.convolve(x[:, 0], 0.9 ** np.arange(40))[:200]
    stack = StackedReservoir([EchoStateReservoir(10), EchoStateReservoir(10)], random_state=0)
    grid = {
        "stackedreservoir__layer2__leak_rate": [0.05, 1.0],
        "stackedreservoir__layer1": [EchoStateReservoir(5), LTCLiquid(8)],
    }
    search = GridSearchCV(make_pipeline(stack, Ridge()), grid, cv=2, error_score="raise").fit(x, y)
    assert len(search.cv_results_["params"]) == 4 and [layer.n_units for layer in stack.layers] == [10, 10]
    best = search.best_estimator_[0]
    assert best.layers_[1].leak_rate == search.best_params_["stackedreservoir__layer2__leak_rate"]


@pytest.mark.parametrize(
    "parameters, error, name",
    [
        *(
            ({"layers": value}, TypeError, "layers")
            for value in (None, echo(), EchoStateReservoir, "esn", {"a": echo()})
        ),
        *(({"layers": value}, ValueError, "layers") for value in ([], ())),
        *(({"layers": [echo(), value]}, TypeError, "layers") for value in (EchoStateReservoir, RidgeReadout(), None)),
        *(({"output": value}, ValueError, "output") for value in ("first", None, 1)),
        *(({"input_to_all": value}, ValueError, "input_to_all") for value in (None, 1, "yes")),
        ({"random_state": "x"}, ValueError, "x"),
        ({"layers": [echo(), echo(leak_rate=3)]}, ValueError, "leak_rate"),
        ({"layers": [echo(dtype="int64")]}, ValueError, "dtype"),
        ({"layers": [StackedReservoir([])]}, ValueError, "layers"),
    ],
    ids=str,
)
def test_a_bad_parameter_is_named(parameters, error, name):
    stack = StackedReservoir(**({"layers": [echo(), echo()]} | parameters))
    with pytest.raises(error, match=f"'{name}'"):
        stack.fit(series())


def test_the_layer_of_a_bad_parameter_is_named():
    with pytest.raises(ValueError, match="^Layer 2: Layer 1: 'leak_rate' must be"):
        StackedReservoir([echo(), StackedReservoir([echo(leak_rate=3)])]).fit(series())
    with pytest.raises(TypeError, match="layer 2 is <class"):
        StackedReservoir([echo(), EchoStateReservoir]).fit(series())


def test_a_failed_fit_leaves_the_earlier_one_standing():
    stack = StackedReservoir([echo(), echo(4)]).fit(series())
    states, layers = stack.transform(series()), stack.layers_
    with pytest.raises(ValueError, match="degree"):
        stack.set_params(layer2__degree=99, output="last").fit(series(30, 5))
    assert stack.layers_ is layers and stack.n_features_in_ == 3
    assert_array_equal(stack.transform(series()), states)


def test_a_parameter_set_after_fit_waits_for_the_next_fit():
    stack = StackedReservoir([echo(), echo(4, dtype="float32")]).fit(series())
    states = stack.transform(series())
    stack.set_params(output="last", input_to_all=True, elapsed_column=0, layers=[echo(3, dtype="float32")])
    assert_array_equal(stack.transform(series()), states, strict=True)
    assert len(stack.get_feature_names_out()) == 10


# Manners


@pytest.mark.parametrize(
    "duplicate",
    [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy, copy.copy, lambda x: clone(x).fit(series())],
    ids=["pickle", "deepcopy", "copy", "clone"],
)
def test_a_copy_gives_the_same_bits(layers, duplicate):
    stack = StackedReservoir(layers).fit(series())
    twin = duplicate(stack)
    assert_same(twin.run(series(), stack.run(series())[1]), stack.run(series(), stack.run(series())[1]))
    assert repr(twin) == repr(stack)
    for layer in twin.layers_:
        assert isinstance(layer, StackedReservoir) or not layer.input_weights_.flags.writeable


def test_given_layers_and_a_fitted_stack_are_left_alone(layers):
    before = [repr(layer.get_params()) for layer in layers]
    stack = StackedReservoir(layers, random_state=0).fit(series())
    names, values = list(vars(stack)), list(vars(stack).values())
    stack.run(series(), stack.run(series())[1])
    stack.transform([series(), series(4)])
    assert list(vars(stack)) == names
    assert all(now is then for now, then in zip(vars(stack).values(), values, strict=True))
    assert stack.layers is layers and [repr(layer.get_params()) for layer in layers] == before
    assert not any(hasattr(layer, "n_units_") for layer in layers)


def test_names_of_the_columns():
    stack = StackedReservoir([echo(2, degree=1), StackedReservoir([echo(1, degree=1), echo(2, degree=1)])])
    stack.set_params(layer1=stack.layers[0].set_output(transform="pandas")).set_output(transform="pandas")
    frame = stack.fit_transform(series())
    expected = ["layer1_0", "layer1_1", "layer2_layer1_0", "layer2_layer2_0", "layer2_layer2_1"]
    assert frame.columns.tolist() == expected == stack.get_feature_names_out().tolist()
    last = clone(stack).set_params(output="last").fit(series())
    assert last.get_feature_names_out().tolist() == expected[2:]
    with pytest.raises(NotFittedError):
        clone(stack).get_feature_names_out()


def test_it_serves_an_encoder():
    X = [series(n_steps, seed=n_steps) for n_steps in (9, 5, 12)]
    for output, width in (("all", 11), ("last", 5)):
        stack = StackedReservoir([echo(6), LIFLiquid(5, random_state=0)], output=output)
        encoder = SequenceEncoder(stack, ("last", "mean")).fit(X)
        states = stack.fit(X).transform(X)
        expected = [np.concatenate([x[-1], x.mean(axis=0)]) for x in states]
        assert_allclose(encoder.transform(X), expected, rtol=1e-12)
        assert len(encoder.get_feature_names_out()) == 2 * width
    assert encoder.set_params(reservoir__layer1__n_units=7).fit(X).reservoir_.n_units_ == 12


def test_a_spiking_layer_judges_what_it_hears():
    u = np.random.RandomState(0).standard_normal((60, 3))
    weak = LIFLiquid(20, input_scaling=0.1, background_current=0.0)
    with pytest.warns(LiquidHealthWarning, match="silent.*Multiply 'input_scaling' by about"):
        StackedReservoir([EchoStateReservoir(20), weak], random_state=0).fit(u)


@pytest.mark.parametrize("deep", [None, 0, 1, "no", [], np.ones(2), np.ones((0, 2))])
def test_only_true_or_false_says_how_deep_parameters_are_listed(deep):
    with pytest.raises(ValueError, match="'deep' must be True or False; got"):
        StackedReservoir([echo(6)]).get_params(deep)
