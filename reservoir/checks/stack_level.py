"""Whose line a warning is about: that of the caller of the library, however many of its own lines lie between."""

import sys

LIBRARIES = ("joblib", "readouts", "reservoir", "sklearn")


def stack_level():
    """Return the ``stacklevel`` of a warning that is about the line which called the library.

    That line may have done so through a pipeline, an encoder or a search.
    """
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame, level = frame.f_back, level + 1
    return level
