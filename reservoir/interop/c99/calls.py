"""The calls that make up a function in C, and where the rows lie that they hand on to each other."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from reservoir.interop.c99.rule import CRule


class Span(NamedTuple):
    """A row of numbers: ``size`` of a C array from ``start`` on."""

    array: str
    start: int
    size: int

    @property
    def text(self):
        """What points to it, nothing if it has no numbers."""
        if not self.size:
            return "0"
        return f"{self.array} + {self.start}" if self.start else self.array


class Call(NamedTuple):
    """The call of a function of a rule: its name, its input and its output."""

    name: str
    source: Span
    target: Span


class Copy(NamedTuple):
    """A row that is copied."""

    source: Span
    target: Span


class Mark(NamedTuple):
    """A flag of the state that is set."""

    key: str


class Check(NamedTuple):
    """A condition in C without which a function returns a number; if ``times`` is not 0, for that many places i."""

    condition: str
    returns: int
    times: int = 0


@dataclass
class Program:
    """A model in C.

    Parameters
    ----------
    dtype : dtype
        Precision of ``real``.
    rules : dict of str to CRule
        By the names of their functions.
    kept : dict of str to array
        Fields of the state beside those of the rules.
    functions : list of Function
        Its public functions.
    classes : array or None
        What the outputs are scores of.
    """

    dtype: np.dtype
    rules: dict[str, CRule] = field(default_factory=dict)
    kept: dict[str, np.ndarray] = field(default_factory=dict)
    functions: list["Function"] = field(default_factory=list)
    classes: Any = None

    @property
    def answering(self):
        """The first function that writes an output."""
        return next(function for function in self.functions if function.output.size)

    def owner(self, name):
        """Return the name of the rule whose state a rule works on, or "" if there is none."""
        rule = self.rules[name]
        return rule.state_of or (name if rule.state else "")


class Function:
    """A public function, written call after call; rows between them lie one after the other in its local array ``v``.

    Parameters
    ----------
    program : Program
        To which it is added.
    name : str
        What follows the name of the model in that of the function.
    comment : str
        What it does.
    inputs : dict of str to int
        Its arguments beside the state and the output, and how many numbers each has.
    """

    def __init__(self, program, name, comment, inputs):
        self.program, self.name, self.comment = program, name, comment
        self.inputs = {key: Span(key, 0, size) for key, size in inputs.items()}
        self.output = Span("output", 0, 0)
        self.steps: list = []
        self.length = 0
        self._counts: dict[str, int] = {}
        program.functions.append(self)

    def call(self, kind, rule, spans):
        """Call a rule with some rows side by side, and return the row that it writes.

        The first rule of a kind is that of every other function, too.
        """
        source = self.together(spans)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        name = f"{kind}{self._counts[kind]}"
        self.program.rules[name] = rule
        target = self._new(rule.n_outputs)
        self.steps.append(Call(name, source, target))
        return target

    @property
    def has_changed_state(self):
        """Whether one of the calls so far changes the state."""
        return any(isinstance(step, Call) and self.program.rules[step.name].state for step in self.steps)

    def check(self, condition, returns=1):
        """Return from the function unless a condition holds."""
        self.steps.append(Check(condition, returns))

    def check_each(self, span, condition):
        """Return 1 from the function unless a condition holds for every number of a row, written ``{}``."""
        number = f"{span.array}[{f'{span.start} + ' if span.start else ''}i]"
        self.steps.append(Check(condition.format(number), 1, span.size))

    def kept_row(self, key, size):
        """Return the row that is a field of the state, 0 at first."""
        self.program.kept[key] = np.zeros(size, self.program.dtype)
        return Span(f"state->{key}", 0, size)

    def keep(self, key, span):
        """Copy a row into a field of the state."""
        self.steps.append(Copy(span, self.kept_row(key, span.size)))

    def mark(self, key):
        """Set a flag of the state, 0 at first."""
        self.program.kept[key] = np.array(0, np.uint8)
        self.steps.append(Mark(key))

    def together(self, spans):
        """Return rows side by side as one, copied if they do not lie there already."""
        joined: list[Span] = []
        for span in spans:
            last = joined[-1] if joined else Span("", 0, 0)
            if span.array == last.array and span.start == last.start + last.size:
                joined[-1] = last._replace(size=last.size + span.size)
            elif span.size:
                joined.append(span)
        if len(joined) < 2:
            return joined[0] if joined else Span("v", 0, 0)
        first, start = joined[0], self.length
        if first.array == "v" and first.start + first.size == start:  # the others can be put behind it
            joined, start = joined[1:], first.start
        for span in joined:
            self.steps.append(Copy(span, self._new(span.size)))
        return Span("v", start, self.length - start)

    def finish(self, spans):
        """Write rows side by side to the output."""
        row = self.together(spans)
        self.output = Span("output", 0, row.size)
        last = self.steps[-1] if self.steps else None
        if isinstance(last, Call) and last.target == row:
            self.steps[-1] = last._replace(target=self.output)
            self.length -= row.size
        else:
            self.steps.append(Copy(row, self.output))

    def _new(self, size):
        self.length += size
        return Span("v", self.length - size, size)


def element(span, column):
    """Return the C expression for one number of a row.

    Examples
    --------
    >>> from reservoir.interop.c99.calls import Span, element
    >>> element(Span("v", 3, 5), 1)
    'v[4]'
    """
    return f"{span.array}[{span.start + column}]"
