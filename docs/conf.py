"""How Sphinx builds the documentation: `nox -s docs`."""

from __future__ import annotations

from importlib.metadata import version as version_of

project = "npolicing"
author = "npolicing contributors"
copyright = "2026, npolicing contributors"
release = version = version_of("npolicing")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"npolicing {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]

myst_heading_anchors = 3

autodoc_member_order = "bysource"
# Types are named and not linked: most are documented elsewhere, and a build reads no network.
nitpick_ignore_regex = [("py:.*", ".*")]
# Single back-ticks in docstrings are code.
default_role = "code"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False  # a colon in what is returned is no type before it
napoleon_custom_sections = ["Source", "Class attributes that a subclass may set"]
