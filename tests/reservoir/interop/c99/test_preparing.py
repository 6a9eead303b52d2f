"""What prepares the rows of a forecaster in C, as far as it is not seen in whole forecasters."""

import numpy as np
import pytest
from builders import series

from reservoir import CTRNNLiquid, EchoStateReservoir, Forecaster
from reservoir.interop.c99.preparing import check_times_are_known, scaling_of, transforms_of

U = np.abs(series(100, 2))


def test_rows_side_by_side_are_each_standardised():
    preparation = Forecaster(EchoStateReservoir(5), horizon=3).fit(U).preparation_
    scaling = scaling_of(preparation, 3)
    assert np.array_equal(scaling.center.reshape(3, 2), np.tile(preparation.scaler.mean_, (3, 1)))
    assert np.array_equal(scaling.factor.reshape(3, 2), np.tile(1 / preparation.scaler.scale_, (3, 1)))


def test_without_a_transformer_rows_are_not_transformed():
    assert transforms_of(Forecaster(EchoStateReservoir(5)).fit(U)) == []


def test_times_that_are_to_be_predicted_are_refused():
    model = Forecaster(CTRNNLiquid(5, elapsed_column=1)).fit(U)
    with pytest.raises(ValueError, match="'model' must be given elapsed times in advance.*column 1 of X"):
        check_times_are_known(model)
