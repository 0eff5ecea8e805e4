"""How Sphinx builds the documentation: `nox -s docs`."""

from __future__ import annotations

from importlib.metadata import version as version_of
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

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


def _by_keyboard_and_by_ear(
    _app: Sphinx, _page: str, _template: str, context: dict[str, object], _tree: object
) -> None:
    """What WCAG 2.2 asks for and the theme leaves out.

    Code and tables that scroll can be reached by keyboard; captions of the navigation have a level.
    """
    changes = [
        ("body", "<pre>", '<pre tabindex="0">'),
        ("body", '<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),
        ("furo_navigation_tree", 'role="heading"', 'role="heading" aria-level="2"'),
    ]
    for name, old, new in changes:
        context[name] = str(context.get(name, "")).replace(old, new)


def setup(app: Sphinx) -> None:
    """After the theme has made its navigation."""
    app.connect("html-page-context", _by_keyboard_and_by_ear, priority=900)
