"""Documents as pages: one HTML file that needs nothing else, to be read, sent and printed."""

from npolicing.pages.drawn import Draw, Picture
from npolicing.pages.page import html, write_html

__all__ = ["Draw", "Picture", "html", "write_html"]
