import numpy as np
import pytest
from builders import series
from sklearn.exceptions import NotFittedError

from reservoir import CfCLiquid, EchoStateReservoir, LIFLiquid, StackedReservoir
from reservoir.base import BaseReservoir
from reservoir.interop.onnx_graph import leaky_nodes, stacked_nodes
from reservoir.interop.onnx_graph.graph import Graph
from reservoir.interop.onnx_graph.step_rule import as_it_is, output_mapped, rule_of
from reservoir.plasticity import AdaptiveReservoir, IntrinsicPlasticity

REGISTERED = leaky_nodes, stacked_nodes


class Derived(EchoStateReservoir):
    """May compute anything."""


class Own(BaseReservoir):
    def _draw(self, n_features, random_state):
        self.n_units_ = n_features

    def _rest(self):
        return np.zeros(0)

    def _drive(self, X, state):
        return X, state


@pytest.mark.parametrize(
    "reservoir",
    [
        Derived(5, random_state=0),
        Own(),
        LIFLiquid(20, random_state=0),
        AdaptiveReservoir(EchoStateReservoir(5, random_state=0), IntrinsicPlasticity()),
        StackedReservoir([EchoStateReservoir(5, random_state=0), Derived(5, random_state=0)]),
    ],
    ids=lambda reservoir: type(reservoir).__name__,
)
@pytest.mark.filterwarnings("ignore::reservoir.LiquidHealthWarning")  # the liquid is silent, and nobody drives it
def test_a_class_that_is_not_the_librarys_own_or_has_no_form_is_refused_by_name(reservoir):
    reservoir.fit(series(50, 2))
    refused = "Derived" if isinstance(reservoir, StackedReservoir) else type(reservoir).__name__
    with pytest.raises(TypeError, match=f"'model' must be made of reservoirs.*got {refused}"):
        rule_of(reservoir)


def test_a_reservoir_that_is_not_fitted_and_what_is_none_are_refused():
    with pytest.raises(NotFittedError):
        rule_of(EchoStateReservoir())
    with pytest.raises(TypeError, match="'reservoir' must be a fitted reservoir"):
        rule_of(np.eye(2))


def test_without_an_output_map_states_are_handed_on_as_they_are():
    plain = CfCLiquid(3, random_state=0).fit([[0.0]])
    mapped = CfCLiquid(3, output_weights=np.ones((2, 3)), random_state=0).fit([[0.0]])
    assert output_mapped(plain) is as_it_is
    graph = Graph()
    assert output_mapped(mapped)(graph, "x") != "x"
    assert [node.op_type for node in graph.nodes] == ["MatMul", "Add"]
