import numpy as np
import pytest

from reservoir import EchoStateReservoir
from reservoir.testing import check_reservoir


@pytest.mark.parametrize("wrong", [EchoStateReservoir, None, "EchoStateReservoir", object()])
def test_what_is_no_reservoir_is_refused(wrong):
    with pytest.raises(TypeError, match="'reservoir' must be an instance of a subclass of BaseReservoir"):
        check_reservoir(wrong)


@pytest.mark.parametrize("X", [np.ones(5), np.ones((2, 2)), [["a"]] * 5, np.full((5, 2), np.nan)])
def test_a_series_that_cannot_be_driven_is_refused(X):
    with pytest.raises(ValueError, match="X|array|could not convert"):
        check_reservoir(EchoStateReservoir(5), X)
