"""Reservoirs in C, and stacks of them: each layer is a function, driven by rows that lie side by side."""

from reservoir.dispatch import refuse
from reservoir.interop.c99 import cfc as cfc  # registers its rule, as do the next two
from reservoir.interop.c99 import leaky_units as leaky_units
from reservoir.interop.c99 import ltc as ltc
from reservoir.interop.c99.affine_map import affine_rule
from reservoir.interop.c99.calls import element
from reservoir.interop.c99.rule import c_rule
from reservoir.stack import StackedReservoir


def add_reservoir(function, reservoir, spans):
    """Add a reservoir that is driven by rows side by side, and return the rows of its states."""
    row = function.together(spans)
    if reservoir.elapsed_column_ is not None:
        function.check(f"{element(row, reservoir.elapsed_column_)} >= R(0.0)")
    return _add_layer(function, reservoir, row)


def _add_layer(function, reservoir, row):
    if type(reservoir) is StackedReservoir:
        return _add_stack(function, reservoir, row)
    if type(reservoir) not in c_rule.registry:  # not a subclass either, whose step may be another
        refuse(c_rule, reservoir, "Its step is known to Python alone.")
    states = function.call("layer", c_rule(reservoir, function.program.dtype), [row])
    if reservoir.output_map_ is None:
        return [states]
    return [function.call("output_map", affine_rule(*reservoir.output_map_), [states])]


def _add_stack(function, stack, row):
    inputs, elapsed = _apart(stack, row)
    below, outputs = [], []
    for number, layer in enumerate(stack.layers_):
        parts = [*below, *inputs] if number == 0 or stack.input_to_all_ else below
        n_missing = layer.n_features_in_ - sum(span.size for span in parts)
        below = _add_layer(function, layer, function.together([*parts, *elapsed[:n_missing]]))
        outputs += below
    return outputs if stack.output_ == "all" else below


def _apart(stack, row):
    """Return the inputs of a stack, and the elapsed times that its layers are given in the end, where they can use them.

    A first layer with an elapsed column of its own finds it among the inputs.
    """
    column, last = stack.elapsed_column_, row.size - 1
    if column is None or column == stack.layers_[0].elapsed_column_ != last:
        return [row], []
    before, after = row._replace(size=column), row._replace(start=row.start + column + 1, size=last - column)
    return [before, after], [row._replace(start=row.start + column, size=1)]
