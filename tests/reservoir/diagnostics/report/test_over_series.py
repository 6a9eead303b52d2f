"""Several series on one page: the worst decides, and what mends it has been tried on all."""

import numpy as np
import pytest
from builders import build, series

from reservoir import NVAR, EchoStateReservoir, LIFLiquid
from reservoir.diagnostics import diagnose

U = [series(80, 1), series(120, 1, seed=1), 0.5 * series(60, 1, seed=2)]
SMALL = {"memory": False, "random_state": 0}


def echo(**parameters):
    return build(EchoStateReservoir, n_units=50, **parameters)


def test_numbers_are_means_and_the_transient_is_the_longest():
    found = diagnose(echo().fit(U), U, random_state=0)
    assert (found.verdict, found.healthy, found.changes, found.n_rows) == ("ordered", True, (), 260)
    assert [page.n_rows for page in found.series] == [80, 120, 60]
    for name in ("still", "lyapunov_exponent", "spectral_radius", "consistency", "memory_capacity", "strength"):
        assert getattr(found, name) == pytest.approx(np.mean([getattr(page, name) for page in found.series]))
    assert found.transient_length == max(page.transient_length for page in found.series)
    assert found.worst == np.argmax([page.lyapunov_exponent for page in found.series])
    assert "3 series, 260 rows in all" in str(found) and f"X[{found.worst}] has the largest exponent" in found.advice
    least, most = (f"{end([page.lyapunov_exponent for page in found.series]):.4g}" for end in (min, max))
    assert f"mean over the series, from {least} to {most}" in str(found)


def test_the_exponent_of_each_is_that_of_the_series_alone():
    reservoir = NVAR(delay=3, order=1).fit(U)
    found = diagnose(reservoir, U, **SMALL)
    assert [page.lyapunov_exponent for page in found.series] == [-np.inf] * 3
    linear = EchoStateReservoir(recurrent_weights=np.diag([0.5, -0.2]), activation="identity", leak_rate=1.0)
    assert diagnose(linear.fit(U), U, **SMALL).lyapunov_exponent == pytest.approx(np.log(0.5), abs=1e-6)


def test_one_bad_series_decides_and_is_named():
    still = [U[0], np.zeros((400, 1)), U[2]]
    found = diagnose(echo().fit(still), still, **SMALL)
    assert (found.verdict, found.worst, found.healthy) == ("silent", 1, False)
    assert [page.verdict for page in found.series] == ["ordered", "silent", "ordered"]
    assert "2 of 3 series are healthy (2 ordered, 1 silent); X[1] is the worst." in found.advice


def test_what_mends_the_worst_mends_all_and_can_be_followed():
    wild = echo(spectral_radius=5.0).fit(U)
    found = diagnose(wild, U, **SMALL)
    assert found.verdict == "chaotic" and "That makes 3 of 3 series healthy." in found.advice
    mended, X = found.follow(wild, U)
    assert diagnose(mended, X, **SMALL).healthy and X is U


def test_what_would_harm_more_than_it_mends_is_not_advised():
    loud = [*U, 1e3 * U[1]]  # saturates the units that the others do not
    found = diagnose(echo(leak_rate=1.0).fit(loud), loud, **SMALL)
    assert (found.verdict, found.worst) == ("saturated", 3)
    if found.changes:
        mended, X = found.follow(echo(leak_rate=1.0).fit(loud), loud)
        before, after = (sum(page.healthy for page in one.series) for one in (found, diagnose(mended, X, **SMALL)))
        assert after > before
    else:
        assert "No change was found" in found.advice


@pytest.mark.parametrize("several", [np.stack([U[0], U[0][::-1]]), [U[0], U[0][::-1]]], ids=["stack", "list"])
def test_containers_threads_and_names_change_nothing(several):
    expected = diagnose(echo().fit(several), list(several), **SMALL)
    assert str(diagnose(echo().fit(several), several, n_jobs=2, **SMALL)) == str(expected)
    pandas = pytest.importorskip("pandas", reason="data frames need pandas")
    frames = [pandas.DataFrame(x, columns=["a"]) for x in several]
    assert str(diagnose(echo().fit(frames), frames, **SMALL)) == str(expected)


def test_a_list_of_one_series_is_that_series():
    reservoir = echo().fit(U)
    assert str(diagnose(reservoir, [U[0]], **SMALL)) == str(diagnose(reservoir, U[0], **SMALL))


def test_spikes_have_rates_over_the_series():
    liquid = build(LIFLiquid, n_units=30, background_current=16.0).fit(U)
    found = diagnose(liquid, U, **SMALL)
    assert found.rates.mean == pytest.approx(np.mean([page.rates.mean for page in found.series]))
    assert "Hz" in str(found) and found.spectral_radius is None


def test_short_series_are_named():
    with pytest.raises(ValueError, match=r"at least 20 rows in every series to judge by; got 19 in X\[1\]"):
        diagnose(echo().fit(U), [U[0], U[1][:19]], **SMALL)
