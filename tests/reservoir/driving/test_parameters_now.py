import pickle
import threading

import numpy as np
import pytest
from builders import VARIANTS, assert_same, build, series
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from reservoir import AdaptiveReservoir, EchoStateReservoir, StackedReservoir
from reservoir.driving.parameters_now import parameters_now, shared_with
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


class Handed(EchoStateReservoir):
    """A user's class that hands its parameters on, as scikit-learn tolerates."""

    def __init__(self, n_units=20, *rest, **others):
        super().__init__(n_units, random_state=0, **others)


class Sized(EchoStateReservoir):
    def __init__(self, size=20, lock=None):
        super().__init__(size, random_state=0)
        self.lock = lock


@pytest.mark.parametrize("make", [Handed, Sized, lambda: Sized(20, threading.Lock())])
def test_constructors_that_do_not_store_all_they_take_can_be_fitted(make):
    assert_array_equal(make().fit(X).transform(X), EchoStateReservoir(20, random_state=0).fit(X).transform(X))


def test_arrays_that_are_fitted_as_they_are_given_are_kept_once():
    given = {"recurrent_weights": 0.1 * series(60, 60), "input_weights": series(60, 5), "bias": series(60, 1)[:, 0]}
    drawn = EchoStateReservoir(60, degree=60, random_state=0).fit(X)
    fitted = EchoStateReservoir(**given).fit(X)
    own = sum(array.nbytes for array in given.values())  # the parameters themselves
    assert len(pickle.dumps(fitted)) < len(pickle.dumps(drawn)) + 1.1 * own
    assert_array_equal(fitted.unfitted().fit(X).transform(X), fitted.transform(X))


def test_other_types_and_values_are_not_shared():
    weights = np.eye(3)
    parameters = {"weights": weights, "single": weights, "other": weights, "name": "weights"}
    fitted = {"weights_": weights.copy(), "single_": weights.astype(np.float32), "other_": 2 * weights, "name_": 1}
    shared = shared_with(fitted, parameters)
    assert shared["weights"] is fitted["weights_"] and shared["name"] == "weights"
    assert shared["single"] is shared["other"] is weights
    sparse = shared_with({"weights_": csr_array(weights)}, {"weights": weights})["weights"]
    assert isinstance(sparse, csr_array)
    assert shared_with({"weights_": csr_array(weights)}, {"weights": weights + 1})["weights"] is not sparse
