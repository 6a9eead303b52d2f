import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal

from reservoir import NVAR, CfCLiquid, EchoStateReservoir, LIFLiquid, LTCLiquid, StackedReservoir
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity
from reservoir.plots.wires import find_layers, find_positions, recurrent_of, wiring_of
from reservoir.presets import maass2002
from reservoir.topology import AutoNCP, Column

U = series(5, 2)


def test_stack_holds_what_every_layer_hears_of_the_one_before():
    layers = [EchoStateReservoir(4), EchoStateReservoir(3, topology="random")]
    for to_all in (False, True):
        stack = StackedReservoir(layers, input_to_all=to_all, random_state=0).fit(U)
        first, second = stack.layers_
        matrix = recurrent_of(stack).toarray()
        assert_array_equal(matrix[:4, :4], first.recurrent_weights_.toarray())
        assert_array_equal(matrix[4:, 4:], second.recurrent_weights_.toarray())
        assert_array_equal(matrix[4:, :4], second.input_weights_[:, :4])
        assert not matrix[:4, 4:].any()


def test_wirings_are_found_again():
    wiring = AutoNCP(10, 2, seed=3)
    for liquid in (
        LTCLiquid(topology=wiring),
        CfCLiquid(topology=wiring),
        LTCLiquid(topology=wiring, elapsed_column=1),
    ):
        X = np.abs(U)
        n_inputs = 1 if getattr(liquid, "elapsed_column", None) is not None else 2
        liquid = liquid.fit(X)
        assert wiring_of(liquid) == wiring.build(n_inputs)
        assert find_layers(liquid)[1] == wiring.build(n_inputs).layers
    assert wiring_of(EchoStateReservoir(5).fit(U)) is None and find_layers(EchoStateReservoir(5).fit(U)) == (None, None)


def test_columns_know_where_units_stand():
    by_name = EchoStateReservoir(12, topology="column", random_state=0).fit(U)
    assert_array_equal(find_positions(by_name), Column().positions(12))
    shaped = LIFLiquid(12, topology=Column(shape=(3, 2, 2)), random_state=0).fit(0 * U)
    assert_array_equal(find_positions(shaped), Column(shape=(3, 2, 2)).positions(12))
    assert find_positions(maass2002(random_state=0).fit(0 * U[:, :1])) is None


def test_adapted_reservoirs_are_looked_into():
    adapting = AdaptiveReservoir(EchoStateReservoir(6, random_state=0), IntrinsicPlasticity())
    fitted = adapting.fit(U)
    assert_array_equal(recurrent_of(fitted).toarray(), fitted.reservoir_.recurrent_weights_.toarray())
    assert wiring_of(fitted) is None


def test_no_synapses_are_known():
    with pytest.raises(TypeError, match="needs 'recurrent_weights_' or a wiring; got NVAR"):
        recurrent_of(NVAR().fit(U))
    with pytest.raises(TypeError, match="needs 'input_weights_' of layer 2"):
        recurrent_of(StackedReservoir([EchoStateReservoir(3), CfCLiquid(topology=AutoNCP(8, 2))]).fit(U))
