"""What is noted beside a graph is read again, and nothing that others note."""

from types import SimpleNamespace

import numpy as np
import pytest

from reservoir.interop.nir_graph.metadata import graph_notes, read_graph_notes, read_initial_voltage, unit_notes


def test_notes_are_read_in_ms():
    graph = SimpleNamespace(metadata=graph_notes(0.0001, "euler", 0.01))
    assert read_graph_notes(graph) == {"dt": 0.1, "integrator": "euler", "input_period": 10.0}


@pytest.mark.parametrize(
    "metadata", [{}, None, {"dt": 0.001}, {"writer": "another", "dt": 1.0}, {"writer": "liquid-reservoir"}]
)
def test_notes_of_others_do_not_count(metadata):
    assert read_graph_notes(SimpleNamespace(metadata=metadata)) == {}


def test_voltages_are_0_where_nothing_is_noted():
    np.testing.assert_array_equal(
        read_initial_voltage(SimpleNamespace(metadata=unit_notes(np.arange(3.0))), 3), [0, 1, 2]
    )
    for metadata in ({}, None, unit_notes(np.arange(2.0))):
        np.testing.assert_array_equal(read_initial_voltage(SimpleNamespace(metadata=metadata), 3), [0, 0, 0])
