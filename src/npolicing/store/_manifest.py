"""The list of a store's files, for people and for other tools.

It is derived: npolicing itself reads the footers of the files, and never the manifest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from npolicing.entities.log import Log
from npolicing.store._layout import StoreFile, sync

__all__ = ["write_manifest"]


def write_manifest(files: Iterable[StoreFile], path: Path) -> None:
    """Write the list of files, and have it on the disk."""
    said = {
        "entity": Log.__name__,
        "schema_version": Log.schema_version,
        "library": version("npolicing"),
        "files": [
            {
                "force": each.force,
                "month": each.month,
                "rows": each.rows,
                "bytes": each.size,
                "synthetic": each.synthetic,
                "marking": each.marking,
            }
            for each in files
        ],
    }
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    sync(path)
