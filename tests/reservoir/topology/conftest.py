import json
from pathlib import Path

import numpy as np
import pytest

STORED = Path(__file__).parents[2] / "fixtures" / "ncps_wirings.npz"


@pytest.fixture
def stored_wirings():
    """The wirings of one kind that ncps drew: arguments, number of inputs, both matrices as a `Wiring` has them."""

    def read(name):
        with np.load(STORED) as peer:
            return [
                (arguments, n_inputs, peer[f"recurrent_{number}"].T, peer[f"sensory_{number}"].T)
                for number, (kind, arguments, n_inputs) in enumerate(json.loads(str(peer["cases"])))
                if kind == name
            ]

    return read


@pytest.fixture
def assert_equals_ncps():
    """Compare a specification with the class of ncps that goes by the given name, if ncps is there."""
    wirings = pytest.importorskip(
        "ncps.wirings", reason="ncps is not installed: compared with its stored wirings only, not with live ones"
    )

    def check(name, specification, arguments, n_inputs):
        theirs, ours = getattr(wirings, name)(*arguments), specification(*arguments).build(n_inputs)
        theirs.build(n_inputs)
        np.testing.assert_array_equal(ours.recurrent.toarray(), theirs.adjacency_matrix.T)
        np.testing.assert_array_equal(ours.sensory.toarray(), theirs.sensory_adjacency_matrix.T)
        assert (ours.n_units, ours.n_inputs, ours.n_outputs) == (theirs.units, theirs.input_dim, theirs.output_dim)
        layers = [theirs.get_neurons_of_layer(number) for number in range(theirs.num_layers)]
        assert [list(layer) for layer in ours.layers] == layers

    return check
