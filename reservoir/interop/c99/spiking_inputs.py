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
KEEP = "s->inputs[{n_channels} * s->row + i] = u[i];"
NEXT_ROW = "s->row++;\nif (s->row == {n_rows}) {{\n    s->row = 0;\n}}"
WHOLE = "{0} >= R(0.0) && {0} <= R(9007199254740992.0) && {0} == (real)(int64_t){0}"


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
    """Input channels whose rows of spikes are kept for as long as the longest delay of their synapses.

    ``amount`` declares the number of spikes that ``source`` sent in the row that began ``delay`` steps ago; ``start``
    and ``finish`` come first and last in a row. ``accepts`` is that of `CRule`. All is empty where inputs are currents.
    """

    amount: str = ""
    start: Piece = Piece()
    finish: Piece = Piece()
    accepts: str = ""


def channels_of(liquid):
    """Return the `Channels` of a liquid."""
    circuit, n_units, n_channels = liquid.program_.circuit, liquid.n_units_, liquid.n_features_in_
    if not liquid.program_.source.as_spikes:
        return Channels()
    filled = np.diff(circuit.starts.astype(np.int64)).reshape(n_units + n_channels, -1)[n_units:] > 0
    longest_delay = int(circuit.delays[filled.any(axis=0)].max(initial=0))
    sizes = {
        "n_units": n_units, "n_channels": n_channels, "n_substeps": liquid.n_substeps_,
        "n_rows": longest_delay // liquid.n_substeps_ + 1,
    }  # fmt: skip
    if sizes["n_rows"] == 1:
        return Channels(AMOUNT.format(**sizes), accepts=WHOLE)
    state = {"inputs": np.zeros(sizes["n_rows"] * n_channels, liquid.dtype_), "row": np.zeros((), np.int32)}
    start = Piece(each(n_channels, KEEP.format(**sizes)), state=state)
    return Channels(KEPT_AMOUNT.format(**sizes), start, Piece(NEXT_ROW.format(**sizes)), WHOLE)
