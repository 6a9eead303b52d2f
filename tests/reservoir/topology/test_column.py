import numpy as np
import pytest

from reservoir.topology import Column
from reservoir.topology import column as module


def exact_probabilities(positions, mask, probability, length_scale):
    named = dict(zip([(0, 0), (0, 1), (1, 0), (1, 1)], probability, strict=True))
    n_units = len(positions)
    table = np.zeros((n_units, n_units))
    for target in range(n_units):
        for source in range(n_units):
            if target != source:
                distance = np.linalg.norm(positions[target] - positions[source])
                constant = named[int(mask[source]), int(mask[target])]
                table[target, source] = constant * np.exp(-((distance / length_scale) ** 2))
    return table


def test_number_of_synapses_of_the_column_of_2002():
    column = Column(shape=(15, 3, 3))
    mask = np.arange(135) % 5 == 0
    table = exact_probabilities(column.positions(135), mask, column.probability, column.length_scale)
    counts = np.array([column.connect(135, None, seed, mask).nnz for seed in range(200)])
    deviation = np.sqrt((table * (1 - table)).sum() / counts.size)
    assert abs(counts.mean() - table.sum()) < 4 * deviation
    drawn = np.array([column.draw(135, random_state=seed).nnz for seed in range(200)])
    assert abs(drawn.mean() - 640) < 10


def test_probability_of_each_pair_and_its_direction():
    column = Column(shape=(3, 1, 1), probability=(0.9, 0.6, 0.3, 0.1))
    mask = np.array([False, True, False])
    table = exact_probabilities(column.positions(3), mask, column.probability, 2.0)
    counts = sum(column.connect(3, None, seed, mask).toarray() for seed in range(2000))
    assert np.abs(counts / 2000 - table).max() < 5 * 0.5 / np.sqrt(2000)


def test_certain_connection_of_infinite_reach_is_everything_but_oneself():
    graph = Column(probability=1, length_scale=np.inf).connect(20, None, 0)
    np.testing.assert_array_equal(graph.toarray(), 1 - np.eye(20))


@pytest.mark.parametrize("n_units", [1, 2, 8, 27, 100, 135, 1000])
def test_free_shape_is_nearly_a_cube(n_units):
    positions = Column().positions(n_units)
    assert len(np.unique(positions, axis=0)) == n_units
    sides = positions.max(axis=0) + 1
    assert sides.max() - sides.min() <= 1 or n_units < 8


def test_large_columns_follow_the_same_law(monkeypatch):
    monkeypatch.setattr(module, "_MOST_UNITS_PAIR_BY_PAIR", 0)
    column, mask = Column(length_scale=1.5), np.arange(22) % 3 == 0  # the box of 27 places is not full
    table = exact_probabilities(column.positions(22), mask, column.probability, column.length_scale)
    graphs = [column.connect(22, None, seed, mask).toarray() for seed in range(400)]
    deviations = np.sqrt(np.maximum(table * (1 - table), 1e-4) / len(graphs))
    assert np.abs((np.mean(graphs, axis=0) - table) / deviations).max() < 6
    # Pairs are independent: the number of synapses varies as it must.
    variance = np.var([graph.sum() for graph in graphs])
    assert abs(variance / (table * (1 - table)).sum() - 1) < 5 * np.sqrt(2 / len(graphs))
    certain = Column(probability=1, length_scale=np.inf).connect(20, None, 0)
    np.testing.assert_array_equal(certain.toarray(), 1 - np.eye(20))


def test_large_columns_take_time_and_memory_of_their_synapses_alone():
    graph = Column().draw(20_000, random_state=0)  # as a table of pairs: 400 million entries
    assert 10 < graph.nnz / 20_000 < 12.5
    assert Column(probability=0).connect(3000, None, 0).nnz == 0


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"shape": (2, 2)}, "'shape' must be None or a tuple of three positive integers"),
        ({"shape": (2, 0, 2)}, "'shape' must be None or a tuple of three positive integers"),
        ({"probability": 1.5}, "'probability' must be a number between 0 and 1, or a tuple of four"),
        ({"probability": (0.1, 0.2)}, "'probability' must be a number between 0 and 1, or a tuple of four"),
        ({"length_scale": 0.0}, "'length_scale' must be a number above 0"),
        ({"length_scale": np.nan}, "'length_scale' must be a number above 0"),
    ],
)
def test_bad_parameters_are_refused(parameters, message):
    with pytest.raises(ValueError, match=message):
        Column(**parameters)


def test_shape_must_hold_all_units():
    with pytest.raises(ValueError, match="'shape' must hold exactly n_units=100 units; got .* which holds 135"):
        Column(shape=(15, 3, 3)).draw(100)
