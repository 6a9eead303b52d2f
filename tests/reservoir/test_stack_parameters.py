import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from stacks import KINDS, Relaxation, echo, series

from readouts import RidgeReadout
from reservoir import (
    EchoStateReservoir,
    LIFLiquid,
    LTCLiquid,
    StackedReservoir,
)


@pytest.fixture(params=KINDS)
def layers(request):
    return KINDS[request.param]


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
