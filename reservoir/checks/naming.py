"""Names of arguments in messages: those that the caller of the library uses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from readouts.entries import numbers_expected
from reservoir.checks.missing_values import with_advice

# The packages whose errors about arrays and tables are reworded, whatever their class.
_READERS = {"builtins", "numpy", "narwhals", "pandas", "polars"}


@contextmanager
def called(name: str, X: Any = None) -> Iterator[None]:
    """Let the errors of the block call X by the name that the caller of the library uses.

    Messages of NumPy and scikit-learn without a name get it in front, and advice about NaN, infinity, or entries of
    ``X`` that are no numbers, is replaced by advice for series.
    """
    try:
        # scikit-learn adds infinities of both signs and rounds too large numbers, of which NumPy would warn beside.
        with np.errstate(over="ignore", invalid="ignore"), numbers_expected("X", X):
            yield
    except (ValueError, TypeError, OverflowError) as error:
        message = re.sub(r"\bX\b", name, with_advice(str(error), X, target=name == "y"))
        if not re.search(rf"\b{name}\b", message):
            other_columns = message.startswith("The feature names")
            reason = "must have the columns that fit saw" if other_columns else "cannot be read as an array of numbers"
            message = f"'{name}' {reason}: {message}"
        if type(error).__module__.split(".")[0] not in _READERS or message == str(error):
            raise  # errors of other packages are caught by their class
        raise (TypeError if isinstance(error, TypeError) else ValueError)(message) from None
