"""The line that a warning is about: that of the caller of the library, however deep in the library it is raised."""

import sys

LIBRARIES = ("joblib", "readouts", "reservoir", "sklearn")


def stack_level() -> int:
    """Return the ``stacklevel`` of a warning that is about the line which called the library.

    The call may pass through a pipeline, an encoder or a search.
    """
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in LIBRARIES:
        frame, level = frame.f_back, level + 1
    return level
