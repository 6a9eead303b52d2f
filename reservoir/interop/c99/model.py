"""What a model does in a step: the rules of its parts, called one after the other."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from reservoir.base import BaseReservoir
from reservoir.interop.c99 import cfc as cfc
from reservoir.interop.c99 import leaky_units as leaky_units  # registers its rule
from reservoir.interop.c99 import ltc as ltc
from reservoir.interop.c99.circuit import Circuit
from reservoir.interop.c99.rule import c_rule
from reservoir.stack import StackedReservoir


def precision_of(model):
    """Return the precision that a fitted model computes in."""
    check_is_fitted(model)
    return model.dtype_


def circuit_of(model, dtype):
    """Return the `Circuit` of a fitted model, and the number of its outputs."""
    circuit = Circuit(model.n_features_in_)
    spans = add_reservoir(circuit, model, [circuit.row], dtype)
    return circuit, circuit.finish(spans)


def add_reservoir(circuit, reservoir, spans, dtype):
    """Add a reservoir that is driven by rows side by side, and return the rows of its states."""
    rule = c_rule(reservoir, dtype)
    return [circuit.call("layer", rule, spans)]
