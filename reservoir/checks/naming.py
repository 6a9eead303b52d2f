"""What messages call an argument: the name that the caller of the library knows it by."""

import re
from contextlib import contextmanager

from readouts.entries import numbers_expected
from reservoir.checks.missing_values import advise_on_nan

# Where the errors come from that say what is wrong with an array or a table, whatever their class.
_READERS = {"builtins", "numpy", "narwhals", "pandas", "polars"}


@contextmanager
def called(name, X=None):
    """Let the errors of the block call X by the name that the caller of the library knows it by.

    What NumPy and scikit-learn say without a name is said of it, and what to do about NaN, or about entries of ``X``
    that are no numbers, is what a series allows.
    """
    try:
        with numbers_expected("X", X):
            yield
    except (ValueError, TypeError, OverflowError) as error:
        said = re.sub(r"\bX\b", name, advise_on_nan(str(error), X))
        if not re.search(rf"\b{name}\b", said):
            said = f"'{name}' cannot be read as an array of numbers: {said}"
        if type(error).__module__.split(".")[0] not in _READERS or said == str(error):
            raise  # whoever has an error of their own catches it by its class
        raise (TypeError if isinstance(error, TypeError) else ValueError)(said) from None
