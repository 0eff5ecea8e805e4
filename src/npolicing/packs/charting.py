"""Charts of a pack, built by `npolicing.exhibits` out of the results that its tables show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from npolicing.packs.asking import Ask, Part

__all__ = ["with_charts"]


def with_charts(ask: Ask, part: Part) -> Part:
    """A section with its charts before its tables."""
    return part
