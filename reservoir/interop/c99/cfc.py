"""The closed-form continuous-time reservoir in C."""

import numpy as np

from reservoir.cfc.arrangement import layers_of
from reservoir.cfc.kernel import BACKBONE_ACTIVATIONS, DEFAULT, PURE
from reservoir.cfc.liquid import CfCLiquid
from reservoir.interop.c99.activations import SIGMOID, SIGMOID_OPERATIONS, gelu
from reservoir.interop.c99.mixed_memory import memory_cell
from reservoir.interop.c99.piece import Piece, each, joined, liquid_rule
from reservoir.interop.c99.rule import c_rule
from reservoir.interop.c99.weighted_sums import Product, weighted_sums

HEADS = ("first", "second", "timing", "constant")
PURE_STEP = """\
const real decay = EXP(-({rate}[i] + FABS(first[i])){times});
{own}[i] = {amplitude}[i] - {amplitude}[i] * decay * first[i];"""
GATED_STEP = """\
const real gate = sigmoid({timing});
{own}[i] = (R(1.0) - gate) * TANH(first[i]) + gate * TANH(second[i]);"""
UNGATED_STEP = "{own}[i] = TANH(first[i]) + sigmoid({timing}) * TANH(second[i]);"
# Of the backbone: the expression, and its operations.
ACTIVATIONS = {
    "lecun_tanh": ("R(1.7159) * TANH(R(0.666) * {0})", 3),
    "tanh": ("TANH({0})", 1),
    "relu": ("{0} < R(0.0) ? R(0.0) : {0}", 1),
    "silu": ("{0} * sigmoid({0})", 1 + SIGMOID_OPERATIONS),
    "gelu": ("gelu({0})", 5),
}


@c_rule.register(CfCLiquid)
def _of_cfc(reservoir, dtype):
    program, column = reservoir.program_, reservoir.elapsed_column_
    time = None if column is None else f"u[{column}]"
    sizes = program.cells.plan[:, 0].tolist()
    cells, start, source = [], 0, "u"
    for number, (layers, size) in enumerate(zip(layers_of(program.cells), sizes, strict=True)):
        prefix = f"cell{number + 1}_" if len(sizes) > 1 else ""
        own = f"(h + {start})" if start else "h"
        sources = [(source, layers[0][0].shape[1] - size, None if number else column), (own, size, None)]
        hidden, sources = _backbone(prefix, layers[:-1], sources, program.activation, dtype)
        comment = f"/* Cell {number + 1} of {len(sizes)} */" if len(sizes) > 1 else ""
        cells += [Piece(comment), hidden, _heads(prefix, layers[-1], sources, size)]
        cells.append(_step(prefix, program.mode, program.cells.pure[:, start : start + size], own, time))
        start, source = start + size, own
    return liquid_rule(reservoir, "h", joined(memory_cell(program.memory, "h", column), *cells))


def _layer(prefix, name, target, weights, bias, sources):
    """Return the `Piece` of a layer of a network: it writes ``weights @ sources + bias`` into ``target``.

    ``sources`` lie side by side; each is a tuple of its array in C, its size, and a place to skip or None.
    """
    name, products, start = prefix + name, [], 0
    labels = ["weights"] if len(sources) == 1 else ["input_weights", "weights"]
    for label, (source, size, skip) in zip(labels, sources, strict=True):
        products.append(Product(f"{name}_{label}", weights[:, start : start + size], source, skip))
        start += size
    bias_of = f"{name}_bias"
    return joined(
        Piece(constants={bias_of: bias}, scratch={target: len(bias)}),
        weighted_sums(target, f"{bias_of}[i]", products),
    )


def _backbone(prefix, layers, sources, activation, dtype):
    """Return the `Piece` of the layers before the heads, and what the heads are fed, as in `_layer`."""
    (name,) = (name for name, code in BACKBONE_ACTIVATIONS.items() if code == activation)
    expression, operations = ACTIVATIONS[name]
    helpers = {"silu": SIGMOID, "gelu": gelu(dtype)}.get(name, {})
    pieces = []
    for number, (weights, bias) in enumerate(layers):
        target, size = f"hidden{number % 2 + 1}", len(bias)
        apply = each(size, f"{target}[i] = {expression.format(target + '[i]')};")
        pieces.append(_layer(prefix, f"backbone{number + 1}", target, weights, bias, sources))
        pieces.append(Piece(apply, helpers=helpers, operations=size * operations))
        sources = [(target, size, None)]
    return joined(*pieces), sources


def _heads(prefix, joined_heads, sources, size):
    """Return the `Piece` of the heads, each in an array of its own; those of `HEADS` that there are."""
    weights, bias = joined_heads
    heads = zip(HEADS, np.split(weights, len(bias) // size), np.split(bias, len(bias) // size), strict=False)
    return joined(*(_layer(prefix, name, name, *head, sources) for name, *head in heads))


def _step(prefix, mode, pure, own, time):
    """Return the `Piece` that makes the next state of a cell from the heads."""
    size = pure.shape[1]
    if mode == PURE:
        names = {"rate": f"{prefix}rate", "amplitude": f"{prefix}amplitude"}
        body = PURE_STEP.format(own=own, times="" if time is None else f" * {time}", **names)
        constants = dict(zip(names.values(), (abs(pure[0]), pure[1]), strict=True))
        return Piece(each(size, body), constants, operations=size * (8 + (time is not None)))
    text, operations = (GATED_STEP, 6) if mode == DEFAULT else (UNGATED_STEP, 4)
    timing = "timing[i]" if time is None else f"timing[i] * {time} + constant[i]"
    operations += SIGMOID_OPERATIONS + (0 if time is None else 2)
    body = text.format(own=own, timing=timing)
    return Piece(each(size, body), helpers=SIGMOID, operations=size * operations)
