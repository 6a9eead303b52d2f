"""Lets pages in Markdown hold figures of matplotlib's ``plot`` directive, which knows only reStructuredText."""

import re
import textwrap

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
        source[0] = PLOT.sub(as_restructured_text, source[0])


def as_restructured_text(block):
    """Return a block with the directive in the other language."""
    options, program = (
        textwrap.indent(block[part], "   ") for part in ("options", "program")
    )
    return f"```{{eval-rst}}\n.. plot:: {block['file']}\n{options}\n{program}```"
