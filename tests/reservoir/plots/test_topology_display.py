import matplotlib.pyplot as plt
import numpy as np
import pytest
from builders import series
from numpy.testing import assert_array_equal
from sklearn.base import clone

from reservoir import NVAR, EchoStateReservoir, LIFLiquid, LTCLiquid
from reservoir.plots import TopologyDisplay
from reservoir.topology import AutoNCP

U = series(5, 2)


def test_matrix_is_that_of_the_weights_and_hides_zeros():
    fitted = EchoStateReservoir(30, random_state=0).fit(U)
    display = TopologyDisplay.from_estimator(fitted)
    weights = fitted.recurrent_weights_.toarray()
    shown = display.image_.get_array()
    assert_array_equal(shown.mask, weights == 0)
    assert_array_equal(shown.filled(0), weights)
    assert display.image_.get_clim() == (-np.abs(weights).max(), np.abs(weights).max())
    assert display.ax_.get_ylabel() == "postsynaptic unit" and display.ax_.get_xlabel() == "presynaptic unit"


def test_large_matrices_are_dots():
    fitted = EchoStateReservoir(400, random_state=0).fit(U)
    display = TopologyDisplay.from_estimator(fitted)
    entries = fitted.recurrent_weights_.tocoo()
    assert_array_equal(display.image_.get_offsets(), np.column_stack([entries.col, entries.row]))
    assert_array_equal(display.image_.get_array(), entries.data)


def test_wirings_are_drawn_in_layers():
    liquid = LTCLiquid(topology=AutoNCP(10, 2, seed=3), random_state=0).fit(U)
    display = TopologyDisplay.from_estimator(liquid)
    wiring = AutoNCP(10, 2, seed=3).build(2)
    assert len(display.synapses_) == wiring.sensory.nnz + wiring.recurrent.nnz
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["excites", "inhibits"]
    assert TopologyDisplay.from_wiring(wiring, kind="matrix").image_.get_array().count() == wiring.recurrent.nnz


def test_columns_are_drawn_in_space():
    liquid = LIFLiquid(12, topology="column", random_state=0).fit(0 * U)
    display = TopologyDisplay.from_estimator(liquid)
    assert display.ax_.name == "3d" and display.synapses_ is not None
    moved = TopologyDisplay.from_estimator(liquid, positions=np.arange(36).reshape(12, 3), kind="space")
    assert moved.positions[1].tolist() == [3, 4, 5]


def test_every_reservoir(every, X):
    fitted = clone(every).fit(X)
    if isinstance(fitted, NVAR) or type(fitted).__name__ == "OwnReservoir":
        with pytest.raises(TypeError, match="TopologyDisplay needs 'recurrent_weights_' or a wiring"):
            TopologyDisplay.from_estimator(fitted)
    else:
        assert TopologyDisplay.from_estimator(fitted, kind="matrix").image_.get_array().shape == (fitted.n_units_,) * 2
        assert TopologyDisplay.from_estimator(fitted, kind="circle").synapses_ is not None


def test_bad_arguments_are_named():
    fitted = EchoStateReservoir(5, random_state=0).fit(U)
    with pytest.raises(ValueError, match="'kind' must be one of 'matrix', 'circle', 'layers', 'space'; got 'tree'"):
        TopologyDisplay.from_estimator(fitted, kind="tree")
    with pytest.raises(ValueError, match="'kind' must be 'matrix' or 'circle' where layers are not known"):
        TopologyDisplay.from_estimator(fitted, kind="layers")
    with pytest.raises(ValueError, match=r"'positions' must have shape \(5, 3\); got \(5, 2\)"):
        TopologyDisplay.from_estimator(fitted, positions=np.zeros((5, 2)))
    with pytest.raises(ValueError, match="projection='3d'"):
        TopologyDisplay.from_estimator(fitted, positions=np.zeros((5, 3)), ax=plt.subplots()[1])
