"""What became of one case: a call with one argument replaced by a value of some kind."""

import re
import warnings
from typing import NamedTuple

import numpy as np

from fuzz.calls import CALLS
from fuzz.public import callables, default
from fuzz.snapshot import is_finite, snapshot
from fuzz.values import KINDS

FINE = ("refused", "accepted")
PUBLIC = callables()
# Said by scikit-learn of the data of an estimator without their name, in sentences that everybody knows.
WELL_KNOWN = re.compile(
    "Complex data not supported|Found array with|Expected 2D array|could not convert string to float"
    "|must be a string or a (real )?number|setting an array element with a sequence|Found input variables with"
)
# Of these, nothing but what the parameter takes by right is accepted where the valid value is a number or a flag.
NO_NUMBERS = {"text", "empty text", "digit", "bytes", "object", "type", "function", "namespace", "dict", "set",
              "iterator", "list of None", "ragged", "text among numbers", "complex"}  # fmt: skip
MASKED = {"masked inside", "list with a mask"}  # of these, nothing is accepted, unless missing values may be
NO_VALUES = {"object", "function", "iterator", "ragged", "namespace", "bytes", "text among numbers", "list of None"}


class Case(NamedTuple):
    """One argument of one public callable, replaced; or the valid call, whose parameter is None."""

    name: str
    parameter: str | None
    kind: str | None


class Verdict(NamedTuple):
    """The class of an outcome, and what was said."""

    outcome: str
    said: str = ""


def judge(case):
    """Make the call and say what became of it."""
    call = CALLS[case.name]
    arguments = call.arguments()
    valid = None
    if case.parameter is not None:
        valid = arguments.get(case.parameter, default(PUBLIC[case.name], case.parameter))
        arguments[case.parameter] = KINDS[case.kind](valid)
    trial = Trial(case.name, call, arguments)
    before = snapshot(arguments)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = trial.run()
        except call.expected:
            result = None  # what was accepted by mistake may end so as well
        except Exception as error:
            if case.kind == "nothing masked" and isinstance(valid, np.ndarray):
                return Verdict("suspicious", f"refused as if it was not just its data: {error}"[:200])
            return _of_error(case, error, trial.unchanged() and snapshot(arguments) == before)
    if snapshot(arguments) != before:
        return Verdict("changed", "an argument, by a call that succeeded")
    warned = any(issubclass(one.category, UserWarning) for one in caught)
    return _of_result(case, valid, result, warned)


class Trial:
    """A call step by step; what stands before a step must not be changed by its failure."""

    def __init__(self, name, call, arguments):
        target = PUBLIC[name] if call.receiver is None else getattr(call.receiver(), name.split(".")[-1])
        self._steps = (lambda _: target(**arguments), *call.steps)
        self._current, self._before = getattr(target, "__self__", None), None

    def run(self):
        """Return what the last step returns."""
        for step in self._steps:
            self._before = snapshot(self._current)
            self._current = step(self._current)
        return self._current

    def unchanged(self):
        """Whether the object of the step that failed is what it was."""
        return snapshot(self._current) == self._before


def names(parameter, message):
    """Whether an error message names the parameter: in quotes, or as scikit-learn names data."""
    name = re.escape(parameter)
    data = rf"(Input|for|of|in) {name}\b|\b{name}(\[\d+\])? (has|have|must|contains|should|is)\b|\b{name}\[\d+\]"
    plain = parameter in ("X", "y", "sample_weight", "input_features") and WELL_KNOWN.search(message)
    return bool(re.search(rf"['\"`]{name}\b", message) or re.search(data, message) or plain)


def _of_error(case, error, unchanged):
    said = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    if isinstance(error, MemoryError):
        return Verdict("memory", said)
    if case.parameter is None or not isinstance(error, (ValueError, TypeError)):
        return Verdict("other exception", said)
    if not unchanged:
        return Verdict("changed", said)
    # A liquid that overflows says what to do about its state, whichever parameter is to blame.
    named = names(case.parameter, str(error)) or type(error).__name__ == "StateOverflowError"
    return Verdict("refused" if named else "unnamed", said)


def _of_result(case, valid, result, warned):
    if case.parameter is None:
        suspicious = False
    elif case.kind in MASKED:
        suspicious = True
    elif isinstance(valid, (bool, np.bool_)):
        suspicious = case.kind not in ("True", "False")
    elif isinstance(valid, (int, float, np.number)):
        suspicious = case.kind in NO_NUMBERS
    else:
        suspicious = case.kind in NO_VALUES
    if suspicious:
        return Verdict("suspicious", f"accepted in place of {valid!r}"[:120])
    return Verdict("accepted" if warned or is_finite(result) else "non-finite")
