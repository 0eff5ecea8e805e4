"""Workbooks of each kind, told by their first bytes and their parts as the library tells them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import BinaryIO

import attrs

from npolicing.intake.sheets._ods import ods_sheets
from npolicing.intake.sheets._seen import Seen
from npolicing.intake.sheets._streams import SIGNATURE
from npolicing.intake.sheets._xls import xls_sheets
from npolicing.intake.sheets._xlsb import xlsb_sheet
from npolicing.intake.sheets._xlsx import xlsx_sheet

__all__ = ["Look", "looked"]


@attrs.frozen(kw_only=True, eq=False)
class Look:
    """A workbook before it is read.

    Attributes:
        at_once: All of its sheets, where the library reads them as soon as it opens the file.
        later: Else what a sheet has, by its number.
    """

    at_once: tuple[Seen, ...] = ()
    later: Callable[[int], Seen] | None = None

    def sheet(self, number: int) -> Seen:
        """What a sheet has; the first has number 0."""
        return self.at_once[number] if self.later is None else self.later(number)


def looked(file: BinaryIO) -> Look:
    """A workbook as its file has it; of what is none, nothing is known."""
    start = file.read(len(SIGNATURE))
    file.seek(0)
    if start == SIGNATURE:
        return Look(at_once=tuple(xls_sheets(file.read())))
    if not zipfile.is_zipfile(file):
        return Look()
    # Not closed: it reads from a file that is another's.
    archive = zipfile.ZipFile(file)
    parts = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    kinds = [name for name in ("_rels/.rels", "content.xml") if name in parts]
    if len(kinds) > 1 or len(parts) < len(archive.namelist()):
        raise ValueError("its parts are of two kinds of workbook, or there twice")
    if "content.xml" in parts:
        return Look(at_once=tuple(ods_sheets(archive, parts)))
    if "xl/workbook.bin" in parts:
        return Look(later=lambda number: xlsb_sheet(archive, parts, number))
    return Look(later=lambda number: xlsx_sheet(archive, parts, number))
