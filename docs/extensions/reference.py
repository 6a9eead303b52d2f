"""Makes pages of the reference from docstrings: leaves out what other libraries define, and reads shapes as text."""

import re


def setup(app):
    """Follow autodoc at its work; before numpydoc takes docstrings apart."""
    app.connect("autodoc-skip-member", skip_generated)
    app.connect("autodoc-process-docstring", escape_fitted_names, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def skip_generated(app, kind, name, member, skip, options):
    """Leave out methods that other libraries define, such as ``set_params``; None leaves all others to autodoc."""
    # These are made by scikit-learn, for each class.
    made = re.fullmatch(r"set_\w+_request|get_metadata_routing", name)
    home = getattr(member, "__module__", None) or "reservoir"
    return (
        True
        if made or home.partition(".")[0] not in ("reservoir", "readouts")
        else None
    )


def escape_fitted_names(app, kind, name, member, options, lines):
    """Write a name such as ``n_features_in_`` in a shape as it is; in reStructuredText it would be a link."""
    for number, line in enumerate(lines):
        parts = re.split(r"(`+[^`]*`+)", line)
        escaped = (
            part
            if part.startswith("`")
            else re.sub(r"(?<=\w)_(?=[,)\s])", r"\\_", part)
            for part in parts
        )
        lines[number] = (
            line if line.lstrip().startswith((">>>", "...")) else "".join(escaped)
        )
