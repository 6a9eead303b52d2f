"""One series, and the advice to pass one where several are given."""

import numpy as np
import pytest
from builders import build, series

from reservoir import EchoStateReservoir, LIFLiquid
from reservoir.diagnostics import (
    consistency,
    echo_state_index,
    effective_dimension,
    effective_spectral_radius,
    firing_rates,
    lyapunov_exponents,
    time_constants,
    transient_length,
)
from reservoir.diagnostics.one_series import read_one_series, read_several_series, unnamed

U = series(60, 2)
MEASURES = [
    consistency,
    echo_state_index,
    effective_dimension,
    effective_spectral_radius,
    lyapunov_exponents,
    time_constants,
    transient_length,
]


@pytest.mark.parametrize("several", [[U, U[:50]], np.stack([U, U])], ids=["list", "stack"])
@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.__name__)
def test_advice_to_who_passes_several_can_be_followed(measure, several):
    reservoir = build(EchoStateReservoir).fit(several)
    with pytest.raises(ValueError, match=r"of many series pass one, the longest or X\[0\]"):
        measure(reservoir, several)
    measure(reservoir, several[0])
    measure(reservoir, max(several, key=len))


def test_spikes_are_counted_in_one_series_too():
    with pytest.raises(ValueError, match="pass one"):
        firing_rates(build(LIFLiquid).fit(U), [U, U])


def test_a_picture_of_states_is_of_one_series_too():
    pytest.importorskip("matplotlib", reason="pictures need matplotlib")
    from reservoir.plots import StateDisplay

    with pytest.raises(ValueError, match="pass one"):
        StateDisplay.from_estimator(build(EchoStateReservoir).fit(U), [U, U])


def test_the_series_comes_back_checked():
    reservoir = build(EchoStateReservoir, dtype="float32").fit(U)
    rows = read_one_series(reservoir, U.tolist())
    assert rows.dtype == np.float32 and rows.shape == U.shape
    with pytest.raises(ValueError, match="features"):
        read_one_series(reservoir, U[:, :1])


@pytest.mark.parametrize(
    ("given", "container", "lengths"),
    [(U, "series", [60]), ([U, U[:9]], "list", [60, 9]), (np.stack([U, U]), "array", [60, 60])],
)
def test_one_or_several_come_back_checked(given, container, lengths):
    found = read_several_series(build(EchoStateReservoir, dtype="float32").fit(U), given)
    assert found.container == container and [len(x) for x in found.series] == lengths
    assert all(x.dtype == np.float32 for x in found.series)


def test_a_flat_series_is_one_of_a_single_feature():
    reservoir = build(EchoStateReservoir).fit(U[:, :1])
    assert read_several_series(reservoir, U[:, 0]).series[0].shape == (60, 1)
    assert [x.shape for x in read_several_series(reservoir, [U[:, 0], U[:9, 0]]).series] == [(60, 1), (9, 1)]


def test_names_are_taken_off_a_copy():
    pandas = pytest.importorskip("pandas", reason="data frames need pandas")
    reservoir = build(EchoStateReservoir).fit(pandas.DataFrame(U, columns=["a", "b"]))
    bare = unnamed(reservoir)
    assert not hasattr(bare, "feature_names_in_") and list(reservoir.feature_names_in_) == ["a", "b"]
    assert np.array_equal(bare.transform(U), reservoir.transform(pandas.DataFrame(U, columns=["a", "b"])))
    assert unnamed(bare) is bare
