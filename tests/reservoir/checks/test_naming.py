import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from reservoir import StateOverflowError
from reservoir.checks.naming import called


@pytest.mark.parametrize("read", [lambda: np.zeros(3).reshape(2, 2), lambda: pd.DataFrame([1], columns=list("ab"))])
def test_what_a_library_says_without_a_name_is_said_of_it(read):
    with pytest.raises(ValueError, match="^'context' cannot be read as an array of numbers: "), called("context"):
        read()


def test_other_columns_are_called_so():
    fitted = StandardScaler().fit(pd.DataFrame({"a": [1.0, 2.0]}))
    with (
        pytest.raises(
            ValueError, match="^'context' must have the columns that fit saw: The feature names should match"
        ),
        called("context"),
    ):
        fitted.transform(pd.DataFrame({"b": [1.0, 2.0]}))


def test_what_is_said_of_x_is_said_of_it():
    with pytest.raises(TypeError, match="^'context' must be 2-D; got eXtra.$"), called("context"):
        raise TypeError("'X' must be 2-D; got eXtra.")


def test_errors_of_a_kind_of_their_own_stay_what_they_are():
    with pytest.raises(StateOverflowError, match="^overflow$"), called("context"):
        raise StateOverflowError("overflow")
