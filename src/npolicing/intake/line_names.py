"""What a row is called that has no identifier: by its file, its line, and what it says.

Without the last, two exports of one name would have rows of one name, and a store would take the
one for a newer form of the other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

__all__ = ["OURS", "line_name"]

OURS = "npolicing_"
"""How the columns begin that a file of refused rows has beside those of the export."""


def line_name(header: Sequence[str], cells: Sequence[str], file: str, line: int) -> str:
    """The name of a row; one that was refused and mended is that of the file that it came from.

    >>> line_name(["Month", "Crime type"], ["2018-06", "Burglary"], "2018-06-street", 7)
    '2018-06-street:7:e8b9f637'
    """
    named = dict(zip(header, cells, strict=False))
    file = Path(named.get(f"{OURS}file", file)).stem
    place = named.get(f"{OURS}line", str(line))
    own = [cell for name, cell in zip(header, cells, strict=False) if not name.startswith(OURS)]
    while own and not own[-1]:  # a row may end before the header does
        own.pop()
    digest = hashlib.blake2b("\x1f".join(own).encode(), digest_size=4).hexdigest()
    stem = re.sub("[^A-Za-z0-9._-]+", "-", file)[-40:].lstrip("._-")
    return f"{stem}:{place}:{digest}"
