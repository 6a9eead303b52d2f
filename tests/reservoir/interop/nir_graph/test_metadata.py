"""What is noted beside a graph is read again, and nothing that others note."""

from types import SimpleNamespace

import numpy as np
import pytest

from reservoir.interop.nir_graph.metadata import graph_notes, read_graph_notes, read_unit_notes, unit_notes


def test_notes_are_read_in_ms():
    graph = SimpleNamespace(metadata=graph_notes(0.0001, "euler", 0.01))
    assert read_graph_notes(graph) == {"dt": 0.1, "integrator": "euler", "input_period": 10.0}


@pytest.mark.parametrize(
    "metadata", [{}, None, {"dt": 0.001}, {"writer": "another", "dt": 1.0}, {"writer": "liquid-reservoir"}]
)
def test_notes_of_others_do_not_count(metadata):
    assert read_graph_notes(SimpleNamespace(metadata=metadata)) == {}


def test_units_begin_at_0_and_are_never_refractory_where_nothing_is_noted():
    for metadata in ({}, None, {"initial_voltage": np.arange(3.0)}, unit_notes(np.arange(2.0), np.ones(2))):
        voltages, refractory = read_unit_notes(SimpleNamespace(metadata=metadata), 3)
        np.testing.assert_array_equal(voltages, [0, 0, 0])
        np.testing.assert_array_equal(refractory, [0, 0, 0])


def test_notes_of_units_are_read_in_ms():
    metadata = unit_notes(np.arange(3.0), np.array([2.0, 1.25, 0.1]))
    np.testing.assert_array_equal(metadata["refractory"], [0.002, 0.00125, 0.0001])
    voltages, refractory = read_unit_notes(SimpleNamespace(metadata=metadata), 3)
    np.testing.assert_array_equal(voltages, [0, 1, 2])
    np.testing.assert_array_equal(refractory, [2.0, 1.25, 0.1])
