import pickle

import numpy as np
import pytest
from builders import VARIANTS, assert_same, build, series
from numpy.testing import assert_array_equal

from reservoir import AdaptiveReservoir, EchoStateReservoir, StackedReservoir
from reservoir.driving.parameters_now import parameters_now
from reservoir.kernels.closed_loop import AffineReadout
from reservoir.plasticity import IntrinsicPlasticity

X = series(30, 5)


def plain(n_units=6):
    return EchoStateReservoir(n_units, random_state=0)


def test_what_can_change_is_copied():
    weights = np.eye(3)
    kept = parameters_now(reservoir := EchoStateReservoir(input_weights=weights, leak_rate=[0.1, 0.2]))
    weights[:] = 0
    reservoir.leak_rate.append(0.3)
    assert_array_equal(kept["input_weights"], np.eye(3))
    assert kept["leak_rate"] == [0.1, 0.2] and kept["n_units"] == reservoir.n_units
    stack = StackedReservoir((plain(), plain()))
    copies = parameters_now(stack)["layers"]
    assert type(copies) is tuple and [copy.n_units for copy in copies] == [6, 6]
    assert not any(copy is layer for copy, layer in zip(copies, stack.layers, strict=True))


def change_inside(model):
    """Set parameters of what a composite holds, by every way there is."""
    if isinstance(model, StackedReservoir):
        model.layers[0].n_units = 50
        model.set_params(layer2__n_units=70)
        model.layers.append(plain(3))
    elif isinstance(model, AdaptiveReservoir):
        model.reservoir.n_units = 50
        model.rule = IntrinsicPlasticity(n_epochs=9)
    else:
        model.set_params(n_units=50)


COMPOSITES = {
    "alone": plain,
    "stack": lambda: StackedReservoir([plain(), plain(5)], random_state=0),
    "stack in a stack": lambda: StackedReservoir([StackedReservoir([plain(), plain(5)]), plain(4)]),
    "adaptive": lambda: AdaptiveReservoir(plain(), IntrinsicPlasticity(n_epochs=1)),
}


@pytest.mark.parametrize("name", COMPOSITES)
def test_what_is_unfitted_has_the_parameters_of_fit(name):
    model = COMPOSITES[name]().fit(X)
    states = model.transform(X)
    for inner in [model, *getattr(model, "layers", []), getattr(model, "reservoir", None)]:
        if isinstance(inner, (StackedReservoir, AdaptiveReservoir)):
            change_inside(inner)
    change_inside(model)
    for twin in (model, pickle.loads(pickle.dumps(model))):
        again = twin.unfitted()
        assert not hasattr(again, "n_units_") and str(again) == str(COMPOSITES[name]())
        assert_array_equal(again.fit(X).transform(X), states)
        assert_array_equal(twin.transform(X), states)
    assert len(model.fit(X).transform(X)[0]) != len(states[0])


@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")
@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_but_fit_reads_a_parameter(name):
    def driven(liquid):
        states, state = liquid.run(X[:20])
        loop = AffineReadout(0.1 * series(5, states.shape[1] + 5), np.zeros(5))
        outputs = liquid.close_loop(loop, X.copy(), 5, state)
        parts = [part.X for part in liquid.parts(X)]
        return [states, liquid.run(X[20:], state)[0], *liquid.transform([X, X[:7]]), outputs, *parts]

    cls, settings = VARIANTS[name]
    liquid = build(cls, **settings).fit(X)
    expected = driven(liquid)
    for parameter in liquid.get_params(deep=False):
        if parameter != "n_jobs":  # which is no part of what was fitted
            setattr(liquid, parameter, object())
    assert_same(driven(liquid), expected)
