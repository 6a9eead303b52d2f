"""What messages call an argument: the name that the caller of the library knows it by."""

import re
from contextlib import contextmanager

# Where the errors come from that say what is wrong with an array or a table, whatever their class.
_READERS = {"builtins", "numpy", "narwhals", "pandas", "polars"}


@contextmanager
def called(name):
    """Let the errors of the block call X by the name that the caller of the library knows it by.

    What NumPy and scikit-learn say without a name is said of it.
    """
    try:
        yield
    except (ValueError, TypeError, OverflowError) as error:
        said = re.sub(r"\bX\b", name, str(error))
        if not re.search(rf"\b{name}\b", said):
            said = f"'{name}' cannot be read as an array of numbers: {said}"
        if type(error).__module__.split(".")[0] not in _READERS or said == str(error):
            raise  # whoever has an error of their own catches it by its class
        raise (TypeError if isinstance(error, TypeError) else ValueError)(said) from None
