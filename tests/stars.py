"""Stars for tests: made of stores, read back, and counted the slow way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from npolicing.entities import Log
from npolicing.forces import ForceReference, west_midlands
from npolicing.star_schema import STAR, StarRefresh
from npolicing.store import write_store
from npolicing.synthetic import logs

Counts = dict[tuple[str, str | None, str], Counter[str]]


def store_of(path: Path, *, rows: int = 300, last: str = "2018-03", seed: int = 0) -> Path:
    """A store of made-up logs from January 2018."""
    write_store(logs(rows=rows, last=last, seed=seed), path, how="replace")
    return path


def table_of(made: StarRefresh, name: str) -> pa.Table:
    """A table of a star, whatever number of files it has."""
    single = made.path / f"{name}.parquet"
    paths = [single] if single.exists() else sorted((made.path / name).glob("*.parquet"))
    return pa.concat_tables([pq.read_table(path) for path in paths])


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a star but its lock, by its place."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def dangling(made: StarRefresh) -> list[tuple[str, str, object]]:
    """The keys of a star that point nowhere."""
    tables = {name: table_of(made, name) for name in made.rows}
    by_class = {STAR[name].__name__: table for name, table in tables.items()}
    found: list[tuple[str, str, object]] = []
    for name, table in tables.items():
        for field in STAR[name].columns():
            entity, _, column = (field.column.refers or "").partition(".")
            if entity:
                known = set(by_class[entity][column].to_pylist())
                keys = set(table[field.name].to_pylist()) - {None}
                found += [(name, field.name, key) for key in sorted(keys - known, key=str)]
    return found


def counted(rows: Iterable[Log], reference: ForceReference | None = None) -> Counts:
    """What a star has of logs, by month, unit and grade: one log after the other."""
    book = west_midlands() if reference is None else reference
    targets = {each.grade: each.target_seconds for each in book.grades}
    found: Counts = {}
    for log in rows:
        group = found.setdefault((log.month, log.npu, log.priority), Counter())
        group.update(_of(log, targets.get(log.priority)))
    return found


def _of(log: Log, target: int | None) -> dict[str, int]:
    team, anyone, seconds = log.attended_by_neighbourhood, log.attended, log.response_seconds
    unresolved = log.resolved_by is None and log.status in ("open", "cancelled", "transferred")
    did_not_deploy = log.resolved_by not in (None, "attendance") and anyone is False
    deployed = anyone is True or log.resolved_by == "attendance"
    share_known = team is True or (anyone is True and team is False)
    return {
        "logs": 1,
        "attended": anyone is True,
        "attended_unknown": anyone is None,
        "attended_by_neighbourhood": team is True,
        "attended_by_neighbourhood_unknown": team is None,
        "attended_kind_known": share_known,
        "arrived": seconds is not None,
        "response_seconds": seconds or 0,
        "arrived_of_target": seconds is not None and target is not None,
        "within_target": seconds is not None and target is not None and seconds <= target,
        "without_deployment": did_not_deploy,
        "resolved": did_not_deploy or (deployed and not unresolved),
        "resolved_unknown": not (did_not_deploy or deployed or unresolved),
        "crimes": log.crimes or 0,
        "crimes_unknown": log.crimes is None,
    }
