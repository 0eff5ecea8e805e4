"""Logs and Delta tables of them, for the tests of such tables: no tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from deltalake import DeltaTable

from npolicing._metadata import stamp
from npolicing.arrow import arrow_schema
from npolicing.entities import Log
from npolicing.frames import to_arrow

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = arrow_schema(Log)


def marked(rows: list[Log], marking: str | None, *, synthetic: bool = False) -> pa.Table:
    """Rows that say how they are marked, and whether they are made up."""
    said = stamp(Log, marking=marking, synthetic=synthetic)
    return to_arrow(rows).replace_schema_metadata(said)


def kept(table: Path) -> dict[tuple[str, str, str], str]:
    """Grade by force, day and number; no log is there twice."""
    rows = DeltaTable(table).to_pyarrow_dataset().to_table().to_pylist()
    found = {(r["force"], str(r["received_on"]), r["log_id"]): r["priority"] for r in rows}
    assert len(found) == len(rows)
    return found


def content(rows: pa.Table) -> list[dict[str, object]]:
    """Every cell of logs, in their order."""
    found = rows.cast(SCHEMA).to_pylist()
    return sorted(found, key=lambda row: (row["force"], row["received_on"], row["log_id"]))


def said(table: Path) -> dict[str, object]:
    """What a table says of itself."""
    found: dict[str, object] = json.loads(DeltaTable(table).metadata().configuration["npolicing"])
    return found
