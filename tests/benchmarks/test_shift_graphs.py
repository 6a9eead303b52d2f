"""The comparison of graphs: what is paired, how it is summed up, and that its page shows the stored results."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import ttest_rel

from benchmarks.shift_graphs import CASES, GRAPHS, MEASURES, Draw, memory, paired, table, verdict, write

DOCS = Path(__file__).parents[2] / "docs"
RESULTS = [DOCS / "results" / f"{name}.json" for name in ("shift_graphs", "shift_graphs_again")]


def test_reservoirs_of_one_seed_differ_in_their_recurrent_weights_alone():
    one, *others = (Draw(graph, 20, 5, seed=3).reservoir().fit([[0.0]]) for graph in GRAPHS)
    assert [reservoir.recurrent_weights_.nnz for reservoir in (one, *others)] == [100, 100, 400]
    for other in others:
        assert_array_equal(other.input_weights_, one.input_weights_)
        assert_array_equal(other.bias_, one.bias_)
        assert (other.recurrent_weights_ != one.recurrent_weights_).nnz > 0
        assert max(abs(np.linalg.eigvals(other.recurrent_weights_.toarray()))) == pytest.approx(0.9)


def test_intervals_are_those_of_students_paired_test():
    values, others = np.random.RandomState(0).uniform(1, 2, (2, 20))
    expected = ttest_rel(values, others).confidence_interval(0.95)
    assert_allclose(paired(values, others, is_error=False), [np.mean(values - others), *expected])
    expected = ttest_rel(np.log(values), np.log(others)).confidence_interval(0.95)
    assert_allclose(paired(values, others, is_error=True)[1:], np.exp(expected))


def test_a_larger_error_is_worse_and_a_larger_capacity_better():
    large, small = np.linspace(2, 3, 20), np.linspace(1, 1.9, 20)
    assert [verdict(large, small, is_error) for is_error in (False, True)] == [1, -1]
    assert [verdict(small, large, is_error) for is_error in (False, True)] == [-1, 1]
    assert verdict(large, large, is_error=True) == 0


def test_a_measure_depends_on_the_draw_alone():
    assert memory(Draw("shift", 10, 3, seed=1)) == memory(Draw("shift", 10, 3, seed=1))
    assert 0 < memory(Draw("random", 10, 3, seed=1)) < 10


def test_results_are_written_with_their_seeds_and_read_back(tmp_path):
    results = {"memory": {"20 units, degree 10": {graph: [1.0, 2.5] for graph in GRAPHS}}}
    write(tmp_path / "results.json", results, range(5, 7))
    kept = json.loads((tmp_path / "results.json").read_text())
    assert kept["results"] == results
    assert kept["seeds"] == [5, 6]
    assert "[ 1.0, 2.5 ]" in (tmp_path / "results.json").read_text()


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_the_page_shows_the_stored_results(path):
    page = (DOCS / "science" / "shift_graphs.md").read_text().splitlines()
    for line in table(json.loads(path.read_text())["results"]):
        assert line in page


def test_all_measures_and_cases_are_stored_for_20_seeds():
    results = json.loads(RESULTS[0].read_text())["results"]
    assert list(results) == list(MEASURES)
    for cases in results.values():
        assert list(cases) == [f"{n_units} units, degree {degree}" for n_units, degree in CASES]
        assert all(len(values) == 20 for case in cases.values() for values in case.values())
