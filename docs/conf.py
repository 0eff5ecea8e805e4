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

myst_heading_anchors = 3

autodoc_member_order = "bysource"
# The signature has the types; their links would lead to documentation that is not here.
autodoc_typehints = "none"
# Single back-ticks in docstrings are code.
default_role = "code"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = ["Source", "Class attributes that a subclass may set"]
