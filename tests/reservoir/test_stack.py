import copy
import pickle
from math import comb

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from stacks import KINDS, Relaxation, assert_same, echo, leaky, parts, sampled, series

from reservoir import (
    EchoStateReservoir,
    LIFLiquid,
    LiquidHealthWarning,
    SequenceEncoder,
    StackedReservoir,
    StateOverflowError,
)


@pytest.fixture(params=KINDS)
def layers(request):
    return KINDS[request.param]


# What it computes


@pytest.mark.parametrize("input_to_all", [False, True])
def test_a_stack_is_its_layers_driven_by_hand(layers, input_to_all):
    x, below, expected, ends = series(), None, [], []
    for layer in layers:
        received = x if below is None else np.hstack([below, x]) if input_to_all else below
        below, end = clone(layer).fit(received).run(received)
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
