"""Reservoirs in C, and stacks of them: each layer is a function, driven by rows that lie side by side."""

import numpy as np

from reservoir.forecaster.expert_reservoir import ExpertReservoir
from reservoir.interop.c99 import cfc as cfc  # registers its rule, as do the others
from reservoir.interop.c99 import leaky_units as leaky_units
from reservoir.interop.c99 import legendre_units as legendre_units
from reservoir.interop.c99 import ltc as ltc
from reservoir.interop.c99 import monomials as monomials
from reservoir.interop.c99 import residual_units as residual_units
from reservoir.interop.c99 import spiking as spiking
from reservoir.interop.c99.affine_map import affine_rule
from reservoir.interop.c99.calls import element
from reservoir.interop.c99.ltc_solver import longest_row
from reservoir.interop.c99.memory import lags_rule
from reservoir.interop.c99.rule import c_rule
from reservoir.lagged import LaggedReservoir
from reservoir.plasticity import AdaptiveReservoir
from reservoir.stack import StackedReservoir


def check_times(function, reservoir, spans):
    """Let a function refuse a row with an elapsed time that is negative or too long, before it changes anything.

    ``spans`` are the rows that the input of the reservoir begins with.
    """
    column = reservoir.elapsed_column_
    if column is None:
        return
    for span in spans:
        if column < span.size:
            longest = longest_row(reservoir)
            function.check(f"{element(span, column)} >= R(0.0)")
            if longest <= np.finfo(function.program.dtype).max:
                function.check(f"{element(span, column)} <= R({longest!r})")
            return
        column -= span.size


def add_reservoir(function, reservoir, row):
    """Add a reservoir that is driven by a row, and return the rows of its states."""
    parts = (part.reservoir for part in reservoir.parts())
    if type(reservoir) is LaggedReservoir:
        return _add_lags(function, reservoir, row, parts)
    return _add_without_lags(function, reservoir, row, parts)


def _add_without_lags(function, reservoir, row, parts):
    if isinstance(reservoir, AdaptiveReservoir):
        raise TypeError(
            "'model' must not have an AdaptiveReservoir, whose weights are fitted; got one. Export its attribute "
            "reservoir_, which is what it has adapted."
        )
    if isinstance(reservoir, ExpertReservoir):
        raise TypeError(
            "'model' must not have an 'expert', a function of Python that has no form in C; got "
            f"{reservoir.expert_.step!r}. Fit it without, or give what it says as exogenous columns."
        )
    return _add(function, reservoir, row, parts)


def _add(function, reservoir, row, parts):
    """Add a reservoir, which is the next of the parts, or a stack of the next ones."""
    if type(reservoir) is StackedReservoir:
        return _add_stack(function, reservoir, row, parts)
    reservoir = next(parts)  # the one that drives: a layer may have been fitted again by itself
    if type(reservoir) not in c_rule.registry:  # nor may it be a subclass, whose step can be another
        known = ", ".join(sorted(one.__name__ for one in c_rule.registry if one is not object))
        raise TypeError(
            f"'model' must be made of reservoirs whose step is known in C, {known}, or stacks of these; got "
            f"{type(reservoir).__name__}."
        )
    rule = c_rule(reservoir, function.program.dtype)
    if rule.accepts and not function.has_changed_state:  # a row is refused before anything changes, or not at all
        function.check_each(row, rule.accepts)
    states = function.call("layer", rule, [row])
    if reservoir.output_map_ is None:
        return [states]
    return [function.call("output_map", affine_rule(*reservoir.output_map_), [states])]


def _add_lags(function, lagged, row, parts):
    """Add a reservoir, and what was so many steps before: its states, and its inputs if these are kept, too."""
    states, dtype = _add_without_lags(function, lagged.reservoir_, row, parts), function.program.dtype
    present = [] if lagged.inputs_ == "none" else [row]
    n_columns = sum(span.size for span in [*states, *present])
    past = function.call("lags", lags_rule(lagged.lags_, n_columns, dtype), [*states, *present])
    return [*states, *(present if lagged.inputs_ == "all" else []), past]


def _add_stack(function, stack, row, reservoirs):
    inputs, elapsed = _apart(stack, row)
    below, outputs = [], []
    for number, layer in enumerate(stack.layers_):
        parts = [*below, *inputs] if number == 0 or stack.input_to_all_ else below
        n_missing = layer.n_features_in_ - sum(span.size for span in parts)
        below = _add(function, layer, function.together([*parts, *elapsed[:n_missing]]), reservoirs)
        outputs += below
    return outputs if stack.output_ == "all" else below


def _apart(stack, row):
    """Return the inputs of a stack, and the elapsed times, which layers that use them are given at the end.

    A first layer with an elapsed column of its own finds it among the inputs.
    """
    column, last = stack.elapsed_column_, row.size - 1
    if column is None or column == stack.layers_[0].elapsed_column_ != last:
        return [row], []
    before, after = row._replace(size=column), row._replace(start=row.start + column + 1, size=last - column)
    return [before, after], [row._replace(start=row.start + column, size=1)]
