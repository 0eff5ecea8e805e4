"""Sheets of an `.xlsb`, by their records: a kind, a length, and that many bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zipfile import ZipFile

from npolicing.intake.sheets._elements import relations, small
from npolicing.intake.sheets._seen import ERRORS, Seen

__all__ = ["xlsb_sheet"]

_ROW, _BLANK, _ERROR, _FAILED = 0, 1, 3, 11
_SHEET, _END = 0x9C, 0x92
_LAST_ROW = 2**20


def xlsb_sheet(archive: ZipFile, parts: Mapping[str, str], number: int) -> Seen:
    """What a sheet has."""
    seen, row = Seen(), 0
    content = archive.read(parts[_part(archive, parts, number).lower()])
    for kind, body in _records(content):
        if kind == _END or (kind == _ROW and _u32(body) > _LAST_ROW):
            break
        if kind == _ROW:
            row = _u32(body)
        elif kind in (_ERROR, _FAILED):
            seen.note(row, _u32(body), ERRORS.get(body[8], "#VALUE!"))
        elif _BLANK < kind < _FAILED:
            seen.reach(row, _u32(body))
    return seen


def _part(archive: ZipFile, parts: Mapping[str, str], number: int) -> str:
    found = relations(archive, parts, "xl/_rels/workbook.bin.rels")
    sheets = []
    for kind, body in _records(small(archive, parts["xl/workbook.bin"])):
        if kind == _SHEET and (length := _u32(body[8:])) != 2**32 - 1:
            sheets.append(body[12 : 12 + 2 * length].decode("utf-16-le"))
    return f"xl/{found[sheets[number]].target}"


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        kind, at = content[at], at + 1
        if kind >= 0x80:
            kind, at = kind & 0x7F | (content[at] & 0x7F) << 7, at + 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte, at = content[at], at + 1
            size |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        yield kind, content[at : at + size]
        at += size


def _u32(body: bytes) -> int:
    if len(body) < 4:
        raise ValueError("a record of it is too short")
    return int.from_bytes(body[:4], "little")
