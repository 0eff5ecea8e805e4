"""When two texts are one spelling: without what nobody sees, and with case and blanks folded."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["fold", "tidy"]

# Byte-order marks, joiners and the soft hyphen: nobody sees them, and no two texts with them match.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def tidy(text: str) -> str:
    r"""Text without what nobody sees: blanks at its ends, marks of no width, wide and narrow forms.

    >>> tidy("\ufeff \uff30\uff16\u00a0")
    'P6'
    """
    if text.isascii():
        return text.strip()
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).strip()


def fold(text: str) -> str:
    r"""Text without what nobody sees, and without regard to case and to how many blanks there are.

    >>> fold(" Solihull\u00a0\u00a0 town ")
    'solihull town'
    """
    return " ".join(tidy(text).split()).casefold()
