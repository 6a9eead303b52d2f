"""What a result says of itself: a title and its numbers, as a few lines of text and as a table in a notebook."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from html import escape
from numbers import Integral
from textwrap import fill
from typing import Any, NamedTuple, Protocol

import numpy as np

WIDEST_LINE, WIDEST_CELL, WIDEST_TEXT = 120, 70, 100  # letters
MOST_ROWS = 7


class Headline(NamedTuple):
    """The title of a result, and a table of what is worth knowing of it first.

    Parameters
    ----------
    title : str
        What it is, and what it was measured with.
    rows : sequence of sequences of str
        All of one length: a name, a value, and what more is to be said. Few: all that is printed has to be read.
    text : str, default=""
        A paragraph between title and table.
    head : sequence of str, default=()
        Names of the columns, where the cells below them are numbers: those columns are then aligned at the right.
    """

    title: str
    rows: Sequence[Sequence[str]]
    text: str = ""
    head: Sequence[str] = ()


class Headed(Protocol):
    """A result: a dataclass or a named tuple with a property ``headline``."""

    @property
    def headline(self) -> Headline:
        """What it says of itself."""


def text_of(result: Headed) -> str:
    """Return a result in a few lines; a class uses it by ``__repr__ = text_of``.

    Numbers come first, and last the fields that are arrays, by name and shape only.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from reservoir.checks.headline import Headline, number, text_of
    >>> @dataclass
    ... class Curve:
    ...     values: np.ndarray
    ...     mean: float
    ...     __repr__ = text_of
    ...
    ...     @property
    ...     def headline(self):
    ...         return Headline("Curve", [("mean", number(self.mean, " Hz"), "over all values")])
    >>> Curve(np.arange(1000.0), 499.5)
    Curve
    mean   499.5 Hz   over all values
    fields: values (1000,)
    """
    title, rows, text, head = _read(result)
    lines = [_short(title, WIDEST_LINE)]
    lines += [fill(text, WIDEST_TEXT), ""] if text else []
    lines += aligned(rows, head)
    lines += [fill(f"fields: {arrays}", WIDEST_TEXT)] if (arrays := _arrays(result)) else []
    return "\n".join(lines)


def html_of(result: Headed) -> str:
    """Return the same as a table; a class uses it by ``_repr_html_ = html_of``, the name that notebooks know.

    There are no colours in it, so that it looks right in light and in dark.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from reservoir.checks.headline import Headline, html_of
    >>> html_of(SimpleNamespace(headline=Headline("a < b", [("a", "1", "")]), _fields=()))
    '<div><b>a &lt; b</b><table><tr><td style="text-align:left">a</td>...
    """
    title, rows, text, head = _read(result)
    side, arrays = "right" if head else "left", _arrays(result)
    table = _html_row(head, "th", side) if head else ""
    table += "".join(_html_row(row, "td", side) for row in rows)
    parts = [
        f"<b>{escape(_short(title, WIDEST_LINE))}</b>",
        f"<p>{escape(text)}</p>" if text else "",
        f"<table>{table}</table>" if table else "",
        f"<small>fields: {escape(arrays)}</small>" if arrays else "",
    ]
    return f"<div>{''.join(parts)}</div>"


def number(value: Any, unit: str = "") -> str:
    """Return a number in four digits and its unit; nothing for None.

    Examples
    --------
    >>> from reservoir.checks.headline import number
    >>> number(1 / 3, " Hz"), number(123456), number(float("nan")), number(None)
    ('0.3333 Hz', '123456', 'nan', '')
    """
    if value is None:
        return ""
    return f"{value}{unit}" if isinstance(value, Integral) else f"{value:.4g}{unit}"


def share(value: float | None) -> str:
    """Return a fraction as a percentage; nothing for None.

    Examples
    --------
    >>> from reservoir.checks.headline import share
    >>> share(0.25)
    '25 %'
    """
    return "" if value is None else f"{100 * value:.3g} %"


def give_or_take(value: float, error: float) -> str:
    """Return a number and its standard error, where there is one.

    Examples
    --------
    >>> from reservoir.checks.headline import give_or_take
    >>> give_or_take(21.48, 0.213), give_or_take(50.0, 0.0)
    ('21.48 ± 0.21', '50')
    """
    return f"{number(value)} ± {error:.2g}" if error else number(value)


def of(function: Callable[[Any], Any], values: Any) -> float:
    """Return a mean, maximum or the like of an array, NaN of an empty one.

    Examples
    --------
    >>> import numpy as np
    >>> from reservoir.checks.headline import of
    >>> of(np.mean, [1, 2]), of(np.max, [])
    (1.5, nan)
    """
    return float(function(values)) if np.size(values) else np.nan


def aligned(rows: Sequence[Sequence[str]], head: Sequence[str] = ()) -> list[str]:
    """Return the lines of a table, at the left; with names of columns, at the right.

    Examples
    --------
    >>> from reservoir.checks.headline import aligned
    >>> aligned([("1", "0.25"), ("10", "3")], ("step", "error"))
    ['step   error', '   1    0.25', '  10       3']
    """
    side = ">" if head else "<"
    cells = [[_short(cell) for cell in row] for row in ([head] if head else []) + list(rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    pairs = (zip(row, widths, strict=True) for row in cells)
    lines = ("   ".join(f"{cell:{side}{width}}" for cell, width in pair).rstrip() for pair in pairs)
    return [_cut(line, WIDEST_LINE) for line in lines]


def shortened(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return the first rows of a table, and what tells that there are more.

    Examples
    --------
    >>> from reservoir.checks.headline import shortened
    >>> shortened([(str(row), "") for row in range(100)])[-2:]
    [('5', ''), ('...', '94 more')]
    """
    if len(rows) <= MOST_ROWS:
        return list(rows)
    rest = f"{len(rows) - MOST_ROWS + 1} more"
    return [*rows[: MOST_ROWS - 1], ("...", rest, *[""] * (len(rows[0]) - 2))]


def _read(result):
    with np.errstate(all="ignore"):  # infinite and huge numbers are shown as they are
        return result.headline


def _short(text, most=WIDEST_CELL):
    """Return text in one line, cut where it is too long: names of features may be anything."""
    return _cut(" ".join(str(text).split()), most)


def _cut(line, most):
    return line if len(line) <= most else f"{line[: most - 3]}..."


def _html_row(row, tag, side):
    cells = [f'<{tag} style="text-align:{side}">{escape(_short(cell))}</{tag}>' for cell in row]
    return f"<tr>{''.join(cells)}</tr>"


def _arrays(result):
    """Return the names of all arrays and lists of a result, those of one shape together."""
    names = getattr(result, "_fields", None)
    names = [field.name for field in fields(result)] if names is None else names
    of_shape = {}
    for name in names:
        value = getattr(result, name)
        shape = getattr(value, "shape", (len(value),) if isinstance(value, list) else ())
        if shape:
            of_shape.setdefault(shape, []).append(name)
    return ", ".join(f"{', '.join(names)} {shape}" for shape, names in of_shape.items())
