"""The calls that make up a step in C, and where the rows lie that they hand on to each other."""

from typing import NamedTuple

from reservoir.interop.c99.rule import CRule


class Span(NamedTuple):
    """A row of numbers: ``size`` of a C array from ``start`` on."""

    array: str
    start: int
    size: int

    @property
    def text(self):
        """What points to it."""
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


class Check(NamedTuple):
    """A condition without which a row is refused."""

    condition: str


class Circuit:
    """A step that is written call after call; rows between them lie one after the other in the local array ``v``.

    Attributes
    ----------
    rules : dict of str to CRule
        By the name of its function.
    steps : list of Call, Copy and Check
    length : int
        Of ``v``.
    kept : dict of str to array
        Fields of the state beside those of the rules.
    """

    def __init__(self, n_inputs):
        self.n_inputs = n_inputs
        self.rules: dict[str, CRule] = {}
        self.steps: list = []
        self.length = 0
        self.kept: dict = {}

    @property
    def row(self):
        """The row of input."""
        return Span("u", 0, self.n_inputs)

    def call(self, name, rule, spans):
        """Call a rule with some rows, side by side, and return the row that it writes."""
        source = self.together(spans)
        if source.size != rule.n_inputs:
            raise ValueError(f"'{name}' takes {rule.n_inputs} numbers; got {source.size}.")
        number = sum(key.rstrip("0123456789") == name for key in self.rules) + 1
        name = f"{name}{number}"
        self.rules[name] = rule
        target = self._new(rule.n_outputs)
        self.steps.append(Call(name, source, target))
        return target

    def check(self, span, column, condition):
        """Refuse rows unless a condition holds for one of their numbers, written ``{}``."""
        self.steps.append(Check(condition.format(f"{span.array}[{span.start + column}]")))

    def together(self, spans):
        """Return some rows side by side as one, copied if they do not lie there already."""
        spans = [span for span in spans if span.size]
        joined = spans[:1]
        for span in spans[1:]:
            last = joined[-1]
            if span.array == last.array and span.start == last.start + last.size:
                joined[-1] = Span(last.array, last.start, last.size + span.size)
            else:
                joined.append(span)
        if len(joined) == 1:
            return joined[0]
        targets = [self._into_new(span) for span in joined]
        return Span("v", targets[0].start, sum(span.size for span in joined))

    def _into_new(self, span):
        target = self._new(span.size)
        self.steps.append(Copy(span, target))
        return target

    def _new(self, size):
        self.length += size
        return Span("v", self.length - size, size)

    def finish(self, spans):
        """Write the rows side by side to the output ``y``."""
        row = self.together(spans)
        last = self.steps[-1] if self.steps else None
        if isinstance(last, Call) and last.target == row:
            self.steps[-1] = last._replace(target=Span("y", 0, row.size))
            self.length -= row.size
        else:
            self.steps.append(Copy(row, Span("y", 0, row.size)))
        return row.size
