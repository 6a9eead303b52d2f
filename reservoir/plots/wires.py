"""The synapses, layers and positions of the units of a fitted reservoir."""

from scipy.sparse import block_array, csr_array

from reservoir.topology import Column


def recurrent_of(reservoir):
    """Return the synapses among all units of a fitted reservoir.

    Parameters
    ----------
    reservoir : fitted reservoir

    Returns
    -------
    csr_array (n_units, n_units)
        Of a stack, with the input weights of every layer below the diagonal, from the layer before.

    Raises
    ------
    TypeError
        If it has no ``recurrent_weights_`` and is not wired.
    """
    parts = [part.reservoir for part in reservoir.parts()]
    if len(parts) > 1:
        return _of_stack(parts)
    reservoir = parts[0]
    if hasattr(reservoir, "recurrent_weights_"):
        return csr_array(reservoir.recurrent_weights_)
    wiring = wiring_of(reservoir)
    if wiring is None:
        raise TypeError(
            f"TopologyDisplay needs 'recurrent_weights_' or a wiring; got {type(reservoir).__name__}, all of whose "
            "units, if it has any, are coupled. Give it a topology such as AutoNCP(20, 4) where it takes one."
        )
    return wiring.recurrent


def adapted(reservoir):
    """Return the reservoir inside one that has adapted it, or the reservoir itself."""
    parts = [part.reservoir for part in reservoir.parts()]
    return parts[0] if len(parts) == 1 else reservoir


def wiring_of(reservoir):
    """Return the wiring on which a fitted reservoir stands, or None."""
    return getattr(adapted(reservoir), "wiring_", None)


def find_layers(reservoir):
    """Return synapses from the inputs and units in layers of a wired reservoir, or two times None."""
    wiring = wiring_of(reservoir)
    return (None, None) if wiring is None else (wiring.sensory, wiring.layers)


def find_positions(reservoir):
    """Return where the units of a reservoir stand, ``(n_units, 3)``, if its topology is a column, or None."""
    reservoir = adapted(reservoir)
    fitted_with = reservoir.unfitted()
    topology = getattr(fitted_with, "topology", None)
    column = Column() if isinstance(topology, str) and topology == "column" else topology
    given = getattr(fitted_with, "recurrent_weights", None) is not None
    return column.positions(reservoir.n_units_) if isinstance(column, Column) and not given else None


def _of_stack(layers):
    blocks = [[None] * len(layers) for _ in layers]
    for number, layer in enumerate(layers):
        blocks[number][number] = recurrent_of(layer)
        if number:
            below = layers[number - 1]
            if not hasattr(layer, "input_weights_") or below.n_features_out_ != below.n_units_:
                raise TypeError(
                    f"TopologyDisplay needs 'input_weights_' of layer {number + 1}, for every unit of the layer below. "
                    "Draw each of the stack's layers_ instead."
                )
            blocks[number][number - 1] = csr_array(layer.input_weights_[:, : below.n_units_])
    return csr_array(block_array(blocks))
