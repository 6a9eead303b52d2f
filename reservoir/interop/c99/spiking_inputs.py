"""The input of a spiking liquid in C: currents that are held for a row, or spikes of channels at its beginning."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from reservoir.interop.c99.piece import Piece, each
from reservoir.interop.c99.spiking_units import shared

# The products of a unit are added in the order of the kernel, to have the same bits; those with a weight of 0 add none.
CURRENT = """\
real total = background[{place}];
for (int k = {first}; k < {last}; k++) {{
    total = FMA(input_weights[k], u[{column}], total);
}}
drive[i] = total;"""
AMOUNT = "const real amount = u[source - {n_units}];"
KEPT_AMOUNT = """\
const int back = (delay - substep) / {n_substeps}, row = (s->row < back ? s->row + {n_rows} : s->row) - back;
const real amount = s->inputs[{n_channels} * row + source - {n_units}];"""


class Drive(NamedTuple):
    """What moves unit i beside its synaptic currents: a C expression, and what comes before it once a row."""

    expression: str
    start: Piece


def drive_of(source):
    """Return the `Drive` of a program's ``source``: the background, and the input where it is a current."""
    constants, places = shared({"background": source.background})
    place = places["background"]
    weights = csr_array(source.input_weights.T)
    if source.as_spikes or weights.nnz == 0:
        return Drive(f"background[{place}]", Piece(constants=constants))
    n_units, n_features = weights.shape
    if weights.nnz == n_units * n_features:
        first, last, column = f"{n_features} * i", f"{n_features} * (i + 1)", f"k - {n_features} * i"
    else:
        first, last, column = "(int)input_starts[i]", "(int)input_starts[i + 1]", "input_columns[k]"
        constants |= {"input_starts": weights.indptr, "input_columns": weights.indices}
    body = each(n_units, CURRENT.format(place=place, first=first, last=last, column=column))
    constants |= {"input_weights": weights.data}
    return Drive("drive[i]", Piece(body, constants, {"drive": n_units}, operations=2 * weights.nnz))


class Channels(NamedTuple):
    """Input channels whose rows of spikes are kept as long as the longest delay of their synapses.

    ``amount`` declares the number of spikes that ``source`` sent in the row in which ``delay`` began; ``start`` and
    ``finish`` come first and last in a row.
    """

    amount: str
    start: Piece
    finish: Piece


def channels_of(liquid):
    """Return the `Channels` of a liquid whose inputs are spikes."""
    circuit, n_units, n_channels = liquid.program_.circuit, liquid.n_units_, liquid.n_features_in_
    per_segment = np.diff(circuit.starts.astype(np.int64)).reshape(n_units + n_channels, -1)
    delays = circuit.delays[per_segment[n_units:].any(axis=0)]
    n_rows = int(delays.max(initial=0)) // liquid.n_substeps_ + 1
    if n_rows == 1:
        return Channels(AMOUNT.format(n_units=n_units), Piece(), Piece())
    sizes = {"n_units": n_units, "n_channels": n_channels, "n_rows": n_rows, "n_substeps": liquid.n_substeps_}
    state = {"inputs": np.zeros(n_rows * n_channels, liquid.dtype_), "row": np.zeros((), np.int32)}
    start = each(n_channels, f"s->inputs[{n_channels} * s->row + i] = u[i];")
    finish = f"s->row++;\nif (s->row == {n_rows}) {{\n    s->row = 0;\n}}"
    return Channels(KEPT_AMOUNT.format(**sizes), Piece(start, state=state), Piece(finish))
