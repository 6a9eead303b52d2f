import numpy as np
import pytest
from builders import series
from onnx_runs import assert_same_states

from reservoir import NVAR, CfCLiquid, CTRNNLiquid, EchoStateReservoir, LTCLiquid, StackedReservoir
from reservoir.interop import to_onnx


def echo(**parameters):
    return EchoStateReservoir(10, random_state=0, **parameters)


def ctrnn(**parameters):
    return CTRNNLiquid(8, random_state=1, **parameters)


STACKS = {
    "two": StackedReservoir([echo(), ctrnn()]),
    "last": StackedReservoir([echo(), ctrnn()], output="last"),
    "input to all": StackedReservoir([echo(), ctrnn(), echo()], input_to_all=True),
    "times for one": StackedReservoir([echo(), ctrnn()], elapsed_column=1),
    "times for all": StackedReservoir([ctrnn(), LTCLiquid(5, random_state=0)], elapsed_column=0, input_to_all=True),
    "times last": StackedReservoir([ctrnn(), echo()], elapsed_column=-1, input_to_all=True),
    "times of the first alone": StackedReservoir([ctrnn(elapsed_column=1), echo()], input_to_all=True),
    "memory": StackedReservoir([CfCLiquid(6, mixed_memory=True, random_state=0), NVAR(2)]),
    "nested": StackedReservoir([StackedReservoir([ctrnn(), echo()], output="last"), echo()], elapsed_column=2),
    "single": StackedReservoir([echo(dtype="float32"), ctrnn(dtype="float32")]),
}


@pytest.mark.parametrize("name", STACKS)
def test_every_kind_of_stack(name):
    X = np.abs(series())
    assert_same_states(STACKS[name].fit(X), X)


def test_layers_keep_their_own_precision():
    stack = StackedReservoir([echo(dtype="float32"), ctrnn()]).fit(series())
    graph = to_onnx(stack)
    kinds = {value.name: value.type.tensor_type.elem_type for value in (*graph.graph.input, *graph.graph.output)}
    assert kinds["layer1__state"] == kinds["next_layer1__state"] == 1
    assert kinds["layer2__state"] == kinds["X"] == kinds["states"] == 11
    assert_same_states(stack, series(), tolerance=5e-6)
