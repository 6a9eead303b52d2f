"""Every case is listed, is cheap to look at, and names its libraries as they are registered."""

from pathlib import Path

import pytest

import benchmarks.cases
from benchmarks.cases import CASES, comparisons_of, title_of
from benchmarks.comparison import TIMES_A_SECOND
from benchmarks.peers import PEERS, how_to_install, versions


def test_every_module_of_a_case_is_listed():
    modules = {path.stem for path in Path(benchmarks.cases.__file__).parent.glob("*.py")} - {"__init__"}
    assert modules == set(CASES)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("quick", [False, True])
def test_comparisons_can_be_looked_at_before_anything_is_made(case, quick):
    comparisons = comparisons_of(case, quick)
    assert title_of(case).endswith(".")
    assert len({comparison.work for comparison in comparisons}) == len(comparisons) > 0
    for comparison in comparisons:
        assert comparison.unit.split()[0] in TIMES_A_SECOND
        assert all(name.startswith("this library") for name in comparison.ours)
        assert set(comparison.equal) <= set(comparison.peers)
        assert set(comparison.threads) <= set(comparison.ours)
        for name in comparison.peers:
            assert how_to_install(name).startswith("pip install ")


def test_versions_of_all_peers_are_told():
    assert set(versions()) == {package for peer in PEERS.values() for package in peer.packages}
    assert versions()["numpy"][0].isdigit()
