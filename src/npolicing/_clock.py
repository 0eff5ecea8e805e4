"""The time at which something is made."""

from __future__ import annotations

import os
from datetime import UTC, datetime

__all__ = ["now"]


def now() -> datetime:
    """Now, or the time that a reproducible build asks for."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.now(UTC) if epoch is None else datetime.fromtimestamp(int(epoch), UTC)
