"""Sheets of an old `.xls`, by their records: a kind, a length, and that many bytes."""

from __future__ import annotations

from collections.abc import Iterator

from npolicing.intake.sheets._seen import ERRORS, PasswordError, Seen
from npolicing.intake.sheets._streams import stream_of

__all__ = ["xls_sheets"]

_PASSWORD, _SHEET, _EXTENT, _END = 0x2F, 0x85, 0x200, 0x0A
_BEGIN = {0x0009, 0x0209, 0x0409, 0x0809}
_FORMULA, _BOOLEAN, _SEVERAL = 0x06, 0x205, 0xBD
_CELLS = {_FORMULA, _BOOLEAN, _SEVERAL, 0x203, 0x204, 0xD6, 0x27E, 0xFD}
_ROOM = 2**25


def xls_sheets(content: bytes) -> Iterator[Seen]:
    """What each sheet has; none where the file holds no workbook."""
    stream = stream_of(content, ("Workbook", "Book", "WORKBOOK", "BOOK"))
    starts = []
    for kind, body in _records(stream, 0):
        if kind == _PASSWORD:
            raise PasswordError
        if kind == _SHEET:
            starts.append(_u32(body))
        if kind == _END:
            break
    for start in starts:
        yield _sheet(stream, start)


def _sheet(stream: bytes, start: int) -> Seen:
    seen, depth = Seen(), 0
    for kind, body in _records(stream, start):
        if kind in _BEGIN:
            depth += 1
        elif kind == _END:
            # A chart in a sheet begins and ends within it.
            depth -= 1
            if depth <= 0:
                break
        elif kind == _EXTENT and _room(body) > _ROOM:
            raise ValueError("it says that a sheet has more cells than one can have")
        elif kind in _CELLS:
            row, column = _u16(body), _u16(body[2:])
            seen.reach(row, _u16(body[-2:]) if kind == _SEVERAL else column)
            error = _error(kind, body)
            if error is not None and depth == 1:
                seen.note(row, column, ERRORS.get(error, "#VALUE!"))
    return seen


def _room(body: bytes) -> int:
    """How many cells a sheet says that it has; the library makes room for them."""
    width = 4 if len(body) == 14 else 2
    rows = int.from_bytes(body[width : 2 * width], "little")
    return rows * _u16(body[2 * width + 2 :])


def _error(kind: int, body: bytes) -> int | None:
    """The error that a cell is, by its number."""
    if kind == _BOOLEAN and body[7] == 1:
        return body[6]
    if kind == _FORMULA and body[6] == 2 and body[12:14] == b"\xff\xff":
        return body[8]
    return None


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        size = _u16(stream[at + 2 : at + 4])
        yield _u16(stream[at : at + 2]), stream[at + 4 : at + 4 + size]
        at += 4 + size


def _u16(body: bytes) -> int:
    return int.from_bytes(body[:2], "little")


def _u32(body: bytes) -> int:
    return int.from_bytes(body[:4], "little")
