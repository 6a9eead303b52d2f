"""Equations as MathML, which browsers draw by themselves: no script is loaded, nor anything from another host."""

import re

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)


def setup(app):
    """Add the renderer ``mathml``."""
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(visit_inline, None),
        block_renderers=(visit_block, None),
    )
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def visit_inline(translator, node):
    """Write an equation within a line."""
    translator.body.append(to_mathml(node, as_block=False))
    raise nodes.SkipNode


def visit_block(translator, node):
    """Write an equation on lines of its own, which scrolls by itself where the screen is too narrow."""
    translator.body.append(translator.starttag(node, "div", CLASS="math equation"))
    translator.body.append(to_mathml(node, as_block=True))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def to_mathml(node, as_block):
    """Return an equation in LaTeX as MathML; what has no equivalent is a warning, and so ends the build."""
    try:
        converted = tex2mathml(node.astext(), as_block=as_block)
    except MathError as error:
        LOGGER.warning("no MathML for %r: %s", node.astext(), error, location=node)
        return ""
    return re.sub(r"\n\s*", "", converted)
