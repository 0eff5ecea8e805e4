"""Small tables as one workbook for Excel, in which no text is a formula and no number is text.

Each table has a sheet of its own, under one header row that stays in sight, as an Excel table; a
cover says what they are. A text is a string cell, never a formula and never a link, so it needs no
apostrophe. Amounts are numbers in their declared places, days are days, flags are flags, null is an
empty cell. Times are text in UTC.

The same tables give the same bytes: the file does not say when it was made.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from npolicing._examining import Rows, any_table, entity_of
from npolicing._files import FilePath, replacing
from npolicing._metadata import carried, one_marking
from npolicing._records import Record
from npolicing._sheets import COVER, Sheet, checked_name, sheet_columns, words_fault
from npolicing._wording import listed
from npolicing._xlsx import xlsx_bytes
from npolicing.errors import WorkbookError
from npolicing.frames import to_arrow

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["write_workbook"]

_EMPTY = "An empty cell is null: not known, or not defined. It is neither 0 nor infinity."


def write_workbook(
    tables: Mapping[str, Rows | pa.Table | pd.DataFrame],
    path: FilePath,
    *,
    title: str = "Tables",
    about: Mapping[str, str] | None = None,
    source: str | None = None,
    notes: str | Sequence[str] = (),
    marking: str | None = None,
) -> None:
    """Write small tables to one workbook (XLSX), whole or not at all.

    A column that would not be shown as it is becomes text: whole numbers of more than 15 digits,
    days before March 1900, times (ISO 8601 in UTC, since Excel's have no zone). The cover says so.

    Args:
        tables: For each name of a sheet its rows: records, which are checked, or any table, such as
            a measure's result. Null, and an empty text, are empty cells; a pandas index is left
            out.
        path: The file; one that is there is replaced.
        title: What stands at the head of the cover.
        about: For each name of a sheet what a row of it is; without it what the entity says.
        source: Where the figures come from, for the cover.
        notes: Sentences for the cover.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for the cover, the head and the
            foot of each printed page, and the properties of the file; without one that of the
            tables' schemas.

    Raises:
        WorkbookError: If something does not fit: the name of a sheet or column, too many rows or
            columns, a text above 32,767 characters, an amount of more than 15 digits, an infinite
            figure. It names the place and the way out.
        ValidationError: If anything is wrong with records.
        ColumnTypeError: If a column of a frame holds values of several types.
        TypeError: If `tables` is no mapping of sheets, or a name or the marking is no text.
        ValueError: If there is no table; if the marking is not one line of 1 to 100 printable
            characters, or tables are marked in different ways; if `about` names no sheet.
        ModuleNotFoundError: If XlsxWriter is not there: `pip install "npolicing[xlsx]"`.
        OSError: If the file cannot be written; then one that was there is as it was.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from npolicing import paper, spend_rate
    >>> budgets = paper.wmp_2019().budgets
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "fund.xlsx")
    ...     write_workbook(
    ...         {"Budgets": budgets, "Spend rate": spend_rate(budgets, by="npu")},
    ...         path,
    ...         title="Active Citizens Fund",
    ...         marking="OFFICIAL",
    ...     )
    ...     path.stat().st_size > 0
    True
    """
    sheets = _planned(tables, about or {})
    marking = one_marking("tables", marking, (each.marking for each in sheets))
    words = [*listed(notes), *([f"Source: {source}"] if source else [])]
    cover = _cover(sheets, title, marking, words)
    content = xlsx_bytes(cover, sheets, marking)
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _planned(
    tables: Mapping[str, Rows | pa.Table | pd.DataFrame], about: Mapping[str, str]
) -> list[Sheet]:
    """What each sheet has; whatever does not fit is refused before anything is written."""
    if not isinstance(tables, Mapping):
        kind = type(tables).__name__  # type: ignore[unreachable] # callers need not be typed
        raise TypeError(f'tables is of sheets by name, such as {{"Logs": rows}}; this is a {kind}')
    if not tables:
        raise ValueError("a workbook has one table at least")
    unknown = [name for name in about if name not in tables]
    if unknown:
        raise ValueError(f"about names sheets that are not there: {', '.join(map(repr, unknown))}")
    sheets: list[Sheet] = []
    for name, rows in tables.items():
        checked_name(name, [COVER, *(each.name for each in sheets)])
        sheets.append(_sheet(name, rows, about.get(name)))
    return sheets


def _sheet(name: str, rows: Rows | pa.Table | pd.DataFrame, about: str | None) -> Sheet:
    # A sequence is of records; anything else is a table as it stands.
    entity = entity_of(rows) if isinstance(rows, Sequence) else None
    table = to_arrow(rows, entity) if isinstance(rows, Sequence) else any_table(rows)
    said = carried(rows)
    return Sheet(
        name=name,
        about=about or _summary(entity),
        columns=sheet_columns(name, table),
        rows=table.num_rows,
        marking=None if said is None else said.marking,
        synthetic=said is not None and said.synthetic,
    )


def _summary(entity: type[Record] | None) -> str:
    """What a row is, by the first sentence of its class."""
    first = (inspect.getdoc(entity) or "").partition("\n\n")[0] if entity else ""
    return " ".join(first.split())


def _cover(
    sheets: Sequence[Sheet], title: str, marking: str | None, notes: Sequence[str]
) -> list[tuple[str | int, ...]]:
    """The cover by rows: what all of it is, what each sheet is, and what a reader must know."""
    made_up = [each.name for each in sheets if each.synthetic]
    remarks = dict.fromkeys(c.remark for each in sheets for c in each.columns if c.remark)
    rows: list[tuple[str | int, ...]] = [
        (title,),
        *([(marking,)] if marking else []),
        *([(f"Synthetic: the rows of {', '.join(made_up)} are made up.",)] if made_up else []),
        ("Sheet", "What a row is", "Rows"),
        *((each.name, each.about, each.rows) for each in sheets),
        *((words,) for words in (_EMPTY, *remarks, *notes)),
        (f"Made with npolicing {version('npolicing')}.",),
    ]
    for row, cells in enumerate(rows):
        for cell in cells:
            fault = words_fault(cell) if isinstance(cell, str) else ""
            if fault:
                raise WorkbookError(COVER, fault, row=row)
    return rows
