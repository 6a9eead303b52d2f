"""`add_model` with the rules of all classes, which are registered where they are imported."""

from reservoir.interop.onnx_graph import (
    cfc_nodes,
    forecaster_nodes,
    lagged_nodes,
    leaky_nodes,
    legendre_nodes,
    ltc_nodes,
    nvar_nodes,
    regressor_nodes,
    residual_nodes,
    sequence_nodes,
    stacked_nodes,
)
from reservoir.interop.onnx_graph.model_nodes import add_model as add_model

RULES = (
    cfc_nodes,
    forecaster_nodes,
    lagged_nodes,
    leaky_nodes,
    legendre_nodes,
    ltc_nodes,
    nvar_nodes,
    regressor_nodes,
    residual_nodes,
    sequence_nodes,
    stacked_nodes,
)
