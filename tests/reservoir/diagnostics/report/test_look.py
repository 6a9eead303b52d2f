"""What is seen on each series, and which of several is the worst."""

from types import SimpleNamespace

import numpy as np
import pytest
from builders import build, series

from reservoir import EchoStateReservoir
from reservoir.diagnostics.report.look import look, look_at_each, worst_of
from reservoir.diagnostics.report.verdict import CONDITIONS

U = [series(80, 1), series(50, 1, seed=1)]
RESERVOIR = build(EchoStateReservoir).fit(U)


def seeds():
    return [np.random.RandomState(0), np.random.RandomState(1)]


def test_every_series_is_looked_at_by_itself_whatever_the_threads(capsys):
    alone = [look(RESERVOIR, x, seed, memory=False) for x, seed in zip(U, seeds(), strict=True)]
    for n_jobs in (None, 2):
        together = look_at_each(RESERVOIR, U, seeds(), False, n_jobs=n_jobs, verbose=True)
        assert [one.facts for one in together] == [one.facts for one in alone]
    assert sorted(capsys.readouterr().out.splitlines()) == sorted(
        2 * ["[diagnose] series 1 of 2 is ordered", "[diagnose] series 2 of 2 is ordered"]
    )
    assert [one.page.n_rows for one in alone] == [80, 50] and alone[0].page.series == ()


def seen(verdict, exponent, healthy=None):
    condition = next(
        one for one in CONDITIONS if one.verdict == verdict and (healthy is None or one.healthy == healthy)
    )
    return SimpleNamespace(condition=condition, facts=SimpleNamespace(exponent=exponent))


@pytest.mark.parametrize(
    ("looks", "worst"),
    [
        ([seen("ordered", -0.3), seen("chaotic", 0.1), seen("silent", -9.0)], 2),
        ([seen("ordered", -0.3), seen("ordered", -0.1)], 1),
        ([seen("edge", 0.3, healthy=True), seen("multistable", -0.3)], 1),
        ([seen("edge", 0.3, healthy=True), seen("ordered", -0.3)], 0),
        ([seen("chaotic", 0.2), seen("chaotic", 0.2)], 0),
    ],
)
def test_the_worst_comes_first_in_the_table_and_of_its_like_grows_most(looks, worst):
    assert worst_of(looks) == worst
