"""An entity as it is named in the shell."""

from __future__ import annotations

import argparse

from npolicing._records import Record
from npolicing.entities import ENTITIES
from npolicing.intake import entity_named

__all__ = ["entity"]


def entity(text: str) -> type[Record]:
    try:
        return entity_named(text)
    except LookupError:
        names = ", ".join(each.__name__ for each in ENTITIES)
        raise argparse.ArgumentTypeError(f"{text!r} is none of {names}") from None
