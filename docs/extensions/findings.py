"""Writes the traps of the field from the programs that show them: what each says at its top, and what it prints."""

import re
from pathlib import Path

FINDINGS = Path(__file__).parents[2] / "findings"


def setup(app):
    """Write ``_generated/findings.md`` before pages are read."""
    app.connect("builder-inited", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def write(app):
    """Write a section for every program."""
    page = Path(app.srcdir) / "_generated" / "findings.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(
        "\n".join(
            section(path.read_text(), path.name)
            for path in sorted(FINDINGS.glob("*.sh"))
        )
    )


def section(program, name):
    """Return what the comment at the top of a program says, and the output that it expects, as Markdown.

    The first paragraph of the comment names the library and its version; it becomes the heading.
    """
    comment = re.match(r"#!.*\n((?:#.*\n)+)", program)[1]
    heading, *paragraphs = (
        re.sub(r"^# ?", "", comment, flags=re.M).strip().split("\n\n")
    )
    heading = " ".join(heading.split()).rstrip(".")
    parts = [f"## {heading}", *(escape(paragraph) for paragraph in paragraphs)]
    if expected := re.search(
        r"^cat >expected <<'END'\n(.*?)^END$", program, re.M | re.S
    ):
        parts.append(f"```text\n{expected[1]}```")
    parts.append(f"Shown by `findings/{name}`.")
    return "\n\n".join(parts) + "\n"


def escape(paragraph):
    """Return text in which only backticks mark anything up."""
    parts = re.split(r"(`[^`]*`)", paragraph)
    return "".join(
        part if part.startswith("`") else re.sub(r"([*_<>$\[\]|#])", r"\\\1", part)
        for part in parts
    )
