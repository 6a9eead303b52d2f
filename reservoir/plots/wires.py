"""What a fitted reservoir tells about its synapses, layers and positions."""

from scipy.sparse import block_array, csr_array

from reservoir.topology import Column, resolve_wiring


def recurrent_of(reservoir):
    """Return who listens to whom among all units of a fitted reservoir.

    Parameters
    ----------
    reservoir : fitted reservoir

    Returns
    -------
    csr_array (n_units, n_units)
        Of a stack, with the input weights of every layer below the diagonal: what it hears of the layer before.

    Raises
    ------
    TypeError
        If it has no ``recurrent_weights_`` and is not wired.
    """
    reservoir = adapted(reservoir)
    if hasattr(reservoir, "recurrent_weights_"):
        return csr_array(reservoir.recurrent_weights_)
    if hasattr(reservoir, "layers_"):
        return _of_stack(reservoir.layers_)
    wiring = wiring_of(reservoir)
    if wiring is None:
        raise TypeError(
            f"TopologyDisplay needs 'recurrent_weights_' or a wiring; got {type(reservoir).__name__}, all of whose "
            "units, if it has any, are coupled. Give it a topology such as AutoNCP(20, 4) where it takes one."
        )
    return wiring.recurrent


def adapted(reservoir):
    """Return the reservoir inside one that has adapted it, or the reservoir itself."""
    return getattr(reservoir, "reservoir_", reservoir)


def wiring_of(reservoir):
    """Return the wiring on which a fitted reservoir stands, or None."""
    reservoir = adapted(reservoir)
    n_elapsed = getattr(reservoir, "_elapsed", None) is not None
    return resolve_wiring(getattr(reservoir, "topology", None), reservoir.n_features_in_ - n_elapsed)


def find_layers(reservoir):
    """Return synapses from the inputs and units in layers of a wired reservoir, or two times None."""
    wiring = wiring_of(reservoir)
    return (None, None) if wiring is None else (wiring.sensory, wiring.layers)


def find_positions(reservoir):
    """Return where the units of a reservoir stand, ``(n_units, 3)``, if its topology is a column, or None."""
    reservoir = adapted(reservoir)
    topology = getattr(reservoir, "topology", None)
    column = Column() if isinstance(topology, str) and topology == "column" else topology
    given = getattr(reservoir, "recurrent_weights", None) is not None
    return column.positions(reservoir.n_units_) if isinstance(column, Column) and not given else None


def _of_stack(layers):
    blocks = [[None] * len(layers) for _ in layers]
    for number, layer in enumerate(layers):
        blocks[number][number] = recurrent_of(layer)
        if number:
            below = layers[number - 1]
            if not hasattr(layer, "input_weights_") or below._n_features_out != below.n_units_:
                raise TypeError(
                    f"TopologyDisplay needs 'input_weights_' of layer {number + 1}, for every unit of the layer below. "
                    "Draw each of the stack's layers_ instead."
                )
            blocks[number][number - 1] = csr_array(layer.input_weights_[:, : below.n_units_])
    return csr_array(block_array(blocks))
