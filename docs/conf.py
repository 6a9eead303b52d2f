"""How the site is built: ``python -m sphinx -W docs docs/_build``."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))
# Small matrices take longer in several threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import reservoir  # noqa: E402 - after what it reads

project = "liquid-reservoir"
author = "The liquid-reservoir developers"
copyright = "The liquid-reservoir developers, BSD 3-Clause licence"
version = release = reservoir.__version__

extensions = [
    "benchmark_tables",
    "findings",
    "markdown_plots",
    "mathml",
    "matplotlib.sphinxext.plot_directive",
    "myst_parser",
    "numpydoc",
    "reference",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["_build", "_generated", "api/backreferences", "results"]
templates_path = ["templates"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
default_role = "py:obj"
python_use_unqualified_type_names = True
toc_object_entries = False

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

autosummary_generate = True
autodoc_default_options = {
    "members": True,
    "inherited-members": "object, tuple, ndarray, Warning, Exception, ArithmeticError, ValueError, RuntimeError",
}
autodoc_typehints = "none"  # the docstrings say what is taken, in words
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

plot_include_source = False
plot_html_show_source_link = False
plot_html_show_formats = False
plot_formats = [("png", 160)]
plot_rcparams = {"figure.constrained_layout.use": True}

# The first that are said here come first in the gallery.
TOPICS = (
    "classification",
    "forecasting",
    "online",
    "conceptors",
    "liquids",
    "spiking",
    "diagnostics",
    "hyperparameters",
    "applications",
)
sphinx_gallery_conf = {
    "examples_dirs": str(HERE.parent / "examples"),
    "gallery_dirs": "examples",
    "subsection_order": [f"../examples/{topic}" for topic in TOPICS],
    "within_subsection_order": "gallery_order.place",
    "backreferences_dir": "api/backreferences",
    "doc_module": ("reservoir", "readouts"),
    "abort_on_example_error": True,
    "capture_repr": (),
    "download_all_examples": False,
    "image_srcset": ["2x"],
    "thumbnail_size": (560, 420),
    "min_reported_time": 1e9,
    "parallel": os.cpu_count(),
    "remove_config_comments": True,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
}

html_theme = "pydata_sphinx_theme"
html_title = "liquid-reservoir"
html_context = {"default_mode": "auto"}
html_favicon = html_logo = "static/icon.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "liquid-reservoir"},
    "footer_end": [],
    "footer_start": ["copyright"],
    "header_links_before_dropdown": 7,
    "navbar_align": "left",
    "navigation_with_keys": False,
    "pygments_light_style": "friendly",
    "pygments_dark_style": "monokai",
    "secondary_sidebar_items": {
        "**": ["page-toc"],
        "index": [],
        "examples/index": [],
    },
    "show_nav_level": 1,
    "use_edit_page_button": False,
}
html_sidebars = {"index": [], "benchmarks": [], "traps": []}
