"""Lets pages in Markdown hold figures of matplotlib's ``plot`` directive, which knows only reStructuredText."""

import re
import textwrap
from itertools import count

PLOT = re.compile(
    r"^```\{plot\} ?(?P<file>.*)\n(?P<options>(?::.*\n)*)(?P<program>(?:.*\n)*?)```$",
    re.M,
)


def setup(app):
    """Change pages as they are read."""
    app.connect("source-read", embed)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def embed(app, page, source):
    """Hand every block ``{plot}`` of a page, a program or the name of one, to the parser of reStructuredText."""
    if app.env.doc2path(page).suffix == ".md":
        numbers = count(1)
        source[0] = PLOT.sub(
            lambda block: as_restructured_text(block, f"{page}-{next(numbers)}"),
            source[0],
        )


def as_restructured_text(block, name):
    """Return a block with the directive in the other language, and a name for its figure.

    The directive numbers the figures of a document by itself, but to it each block is a document of its own.
    """
    options, program = (
        textwrap.indent(block[part], "   ") for part in ("options", "program")
    )
    prefix = "" if block["file"] else f"   :filename-prefix: {name.replace('/', '-')}\n"
    return (
        f"```{{eval-rst}}\n.. plot:: {block['file']}\n{prefix}{options}\n{program}```"
    )
