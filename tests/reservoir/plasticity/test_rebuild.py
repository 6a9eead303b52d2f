import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from reservoir import CTRNNLiquid, EchoStateReservoir, LIFLiquid, Markram, StackedReservoir
from reservoir.plasticity.rebuild import fit_to_width, rebuild

U = np.random.RandomState(0).standard_normal((60, 3))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "reservoir",
    [
        EchoStateReservoir(20, leak_rate=(0.1, 1.0)),
        CTRNNLiquid(20),
        CTRNNLiquid(20, form="additive", elapsed_column=1),
        LIFLiquid(20),
        LIFLiquid(20, short_term_plasticity=Markram(0.5, 1100.0, 50.0, spread=0.5)),
        LIFLiquid(20, short_term_plasticity=Markram((0.5, 0.1, 0.2, 0.3), 100.0, 50.0, rate=10.0, static=True)),
        LIFLiquid(20, input="spikes", input_delays=(1.0, 2.0), noise=1.0, random_state=3),
        LIFLiquid(20, threshold=(14.0, 16.0), delays=(1.0, 2.0, 3.0, 4.0), background_current=np.full(20, 14.0)),
    ],
    ids=repr,
)
def test_a_copy_runs_as_the_original_does(reservoir, dtype):
    u = np.abs(np.round(U))
    original = reservoir.set_params(dtype=dtype).fit(u)
    copy = rebuild(original)
    assert type(copy) is type(original) and copy is not original
    assert_array_equal(copy.transform(u), original.transform(u), strict=True)
    assert_array_equal(clone(copy).fit(u).transform(u), original.transform(u), strict=True)


def test_changes_are_made_and_the_original_stays():
    original = EchoStateReservoir(20, random_state=0).fit(U)
    states = original.transform(U)
    copy = rebuild(original, bias=0.0)
    assert_array_equal(copy.bias_, 0)
    assert_array_equal(original.transform(U), states)


@pytest.mark.parametrize(
    ("reservoir", "later"),
    [
        (EchoStateReservoir(20, random_state=0), {"activation": "relu", "dtype": "float32"}),
        (CTRNNLiquid(20, tau_range=(2.0, 9.0), random_state=0), {"method": "euler", "form": "additive"}),
        (LIFLiquid(20, input_period=5.0, random_state=0), {"input_period": 50.0, "dt": 0.1, "output": "counts"}),
        (
            StackedReservoir([EchoStateReservoir(20), CTRNNLiquid(10)], random_state=0),
            {"layer1__activation": "relu", "layer2__form": "additive", "output": "last"},
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_set_after_fit_does_not_reach_the_copy(reservoir, later):
    original = clone(reservoir).fit(U)
    expected = rebuild(original).transform(U)
    copy = rebuild(original.set_params(**later))
    assert_array_equal(copy.transform(U), expected, strict=True)


def test_names_of_columns_are_kept():
    frame = pd.DataFrame(np.abs(U), columns=["a", "time", "c"])
    original = CTRNNLiquid(20, elapsed_column="time").fit(frame)
    copy = rebuild(original)
    assert_array_equal(copy.transform(frame), original.transform(frame))
    assert list(copy.feature_names_in_) == ["a", "time", "c"]


def test_a_row_of_zeros_is_no_reason_to_warn():
    saturated = LIFLiquid(20, background_current=200.0, input_period=500.0)
    assert fit_to_width(saturated, 4).n_features_in_ == 4
