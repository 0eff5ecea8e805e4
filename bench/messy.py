"""A messy export of made-up logs as CSV, and the lines of it that are planted to be refused."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import npolicing as npol

HEADER = (
    "Log Number,NPU,Priority,Date/Time Received,Date/Time Arrived,Date/Time Closed,"
    "Attended,NHT Attended,First Attended By,Crimes,Remarks\n"
)
ALIASES = {
    "BE": ("BE", "Birmingham East", "be"),
    "BW": ("BW", "Birmingham West", "Birmingham W"),
    "CV": ("CV", "COV", "Coventry"),
    "DY": ("DY", "DUD", "dudley "),
    "SH": ("SH", "SOL", "Solihull"),
    "SW": ("SW", "SANDWELL", "Sandwell"),
    "WS": ("WS", "WALSALL", " Walsall"),
    "WV": ("WV", "WOV", "Wolverhampton"),
}
LAYOUTS = ("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d-%b-%Y %H:%M:%S")
PROFILE = """
[profile]
name = "messy"
entity = "Log"
force = "WMP"
ambiguous = "earliest"
nonexistent = "shift_forward"
ignore = ["Remarks"]
[columns]
log_id.header = "Log Number"
npu.header = "NPU"
priority.header = "Priority"
received_at = { header = "Date/Time Received", formats = FORMS }
first_arrived_at = { header = "Date/Time Arrived", formats = FORMS }
closed_at = { header = "Date/Time Closed", formats = FORMS }
attended.header = "Attended"
attended_by_neighbourhood.header = "NHT Attended"
first_attended_by.header = "First Attended By"
crimes.header = "Crimes"
""".replace("FORMS", str(list(LAYOUTS)))
BAD = ("short", "long", "bad UTF-8", "open quote", "bad date", "unknown unit")
LONDON = ZoneInfo("Europe/London")


def write_messy(folder: Path, rows: int) -> tuple[Path, list[int]]:
    """Write `messy-ROWS.csv` and its profile; returns the lines of the planted rows."""
    path, planted = folder / f"messy-{rows}.csv", folder / f"messy-{rows}.lines"
    if path.exists() and planted.exists():
        return path, [int(line) for line in planted.read_text().split()]
    (folder / "messy.toml").write_text(PROFILE, encoding="utf-8")
    lines: list[int] = []
    number, good = 2, 0
    with path.open("wb") as file:
        file.write(HEADER.encode())
        for text, bad in _rows(rows):
            good += not bad
            if bad:
                lines.append(number)
            file.write(text)
            number += text.count(b"\n")
    planted.write_text("\n".join(map(str, lines)))
    (folder / f"messy-{rows}.good").write_text(str(good))
    return path, lines


def _rows(rows: int) -> Iterator[tuple[bytes, str]]:
    draw = random.Random(rows)  # noqa: S311 # made-up rows
    names = ["log_id", "npu", "priority", "received_at", "first_arrived_at", "closed_at"]
    names += ["attended", "attended_by_neighbourhood", "first_attended_by", "crimes"]
    batches = npol.synthetic.log_batches(rows=rows, seed=7, first="2015-01", last="2019-12")
    for batch in batches:
        columns = [batch.column(name).to_pylist() for name in names]
        for row in zip(*columns, strict=True):
            # An hour that came twice cannot be told from text: no row is of it.
            if not any(isinstance(each, datetime) and _local(each).fold for each in row):
                yield _row(row, draw)


def _row(row: tuple[object, ...], draw: random.Random) -> tuple[bytes, str]:
    log_id, npu, priority, received, arrived, closed, attended, nht, first, crimes = row
    chance = draw.random()
    layout = LAYOUTS[0] if chance < 0.70 else LAYOUTS[1] if chance < 0.99 else LAYOUTS[2]
    times = [_clock(each, layout) for each in (received, arrived, closed)]
    unit = ALIASES[npu][draw.randrange(3)] if npu else ""  # type: ignore[index] # a code
    flags = ["" if each is None else "Yes" if each else "No" for each in (attended, nht)]
    remark, kind = "", draw.random()
    if kind < 0.02:
        remark = '"seen, and noted ""twice"""'
    elif kind < 0.02014:
        remark = '"seen\nand noted"'
    cells = [str(log_id), unit, str(priority), *times, *flags, str(first or ""), "", remark]
    cells[9] = "" if crimes is None else str(crimes)
    bad = ""
    if draw.random() < 0.00086:
        bad = BAD[draw.randrange(len(BAD))]
        remark = cells[10] = ""
        _spoil(cells, bad)
    text = ",".join(cells).encode() + b"\n"
    return (text.replace(b"REMARK", b"\xff\xfe") if bad == "bad UTF-8" else text), bad


def _spoil(cells: list[str], bad: str) -> None:
    match bad:
        case "short":
            del cells[7:]
        case "long":
            cells += ["more", "still more"]
        case "bad UTF-8":
            cells[10] = "REMARK"
        case "open quote":
            cells[10] = '"left open'
        case "bad date":
            cells[3] = "31/02/2018 10:00:00"
        case _:
            cells[1] = "Nowhere"


def _clock(instant: object, layout: str) -> str:
    if not isinstance(instant, datetime):
        return ""
    return _local(instant).strftime(layout)


def _local(instant: datetime) -> datetime:
    return instant.astimezone(LONDON)


if __name__ == "__main__":
    write_messy(Path(sys.argv[1]), int(sys.argv[2]))
