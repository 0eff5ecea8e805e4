"""How one system's export becomes one entity: what a profile says, and nothing of the reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing.entities._forms import CODE, IDENTIFIER

__all__ = [
    "Agreement",
    "CellKind",
    "ColumnSource",
    "FileForm",
    "Profile",
    "ProfileHead",
    "Series",
    "SetAside",
]

CellKind = Literal[
    "text", "identifier", "count", "figure", "money", "percentage", "yes_no", "day", "serial_day",
    "time", "serial_time", "npu", "grade",
]  # fmt: skip


@attrs.frozen(kw_only=True)
class ProfileHead(Record):
    """Which entity a profile makes, and what holds for all of its columns: `[profile]`."""

    name: Annotated[str, Column("Name of the profile, such as log-export.", pattern=IDENTIFIER)]
    entity: Annotated[str, Column("What a row becomes, such as Log.")]
    title: Annotated[str | None, Column("What it reads, in a line.")] = None
    source: Annotated[str | None, Column("Where the form of the export is known from.")] = None
    force: Annotated[
        str | None, Column("Code of the force; null: it is said when a file is read.", pattern=CODE)
    ] = None
    time_zone: Annotated[str, Column("IANA zone of local times.")] = "Europe/London"
    ambiguous: Annotated[
        Literal["raise", "earliest", "latest"],
        Column("What a local time is that came twice, when clocks went back."),
    ] = "raise"
    nonexistent: Annotated[
        Literal["raise", "shift_forward"],
        Column("What a local time is that never was, when clocks went forward."),
    ] = "raise"
    ignore: Annotated[tuple[str, ...], Column("Headers of columns that are not wanted.")] = ()
    others: Annotated[
        Literal["refuse", "ignore"],
        Column("What becomes of a column that the profile does not name."),
    ] = "refuse"


@attrs.frozen(kw_only=True)
class FileForm(Record):
    """How the file is laid out: the table `[file]`."""

    format: Annotated[
        Literal["csv", "excel", "parquet", "pasted"],
        Column("What kind of file: pasted is a table out of a document, with tabs."),
    ] = "csv"
    encoding: Annotated[
        Literal["utf-8", "cp1252", "latin-1", "utf-16"],
        Column("Encoding of its text; a byte-order mark is found by itself."),
    ] = "utf-8"
    delimiter: Annotated[
        Literal["comma", "semicolon", "tab", "pipe"], Column("What is between two cells.")
    ] = "comma"
    skip_rows: Annotated[int, Column("Lines before the header.", ge=0, le=1000)] = 0
    header_rows: Annotated[
        int, Column("Lines of the header; their words are joined from above.", ge=1, le=10)
    ] = 1
    sheet: Annotated[str | None, Column("Sheet of a workbook; null where it has one.")] = None
    int96_times: Annotated[
        Literal["utc", "local"] | None,
        Column(
            "What the times of a Parquet file are that are INT96, which does not say it: instants "
            "in UTC, or of the local clock; null: as whoever wrote the file is known to, or else "
            "such a column is refused."
        ),
    ] = None
    wrapped: Annotated[
        bool, Column("Whether a line with nothing in its first cell goes on with the row above.")
    ] = False
    longest_line: Annotated[
        int, Column("Bytes of a line beyond which it is refused.", ge=1000, le=2**28)
    ] = 2**20


@attrs.frozen(kw_only=True)
class ColumnSource(Record):
    """Where the cells of one field come from, and how they are read: `[columns.FIELD]`."""

    header: Annotated[
        tuple[str, ...], Column("Header of its column; of several, the one that the file has.")
    ] = ()
    join: Annotated[
        tuple[str, ...], Column("Headers of columns whose cells are joined with a blank.")
    ] = ()
    value: Annotated[str | None, Column("One value for all rows, in canonical form.")] = None
    otherwise: Annotated[
        Literal["line", "force"] | None,
        Column(
            "What an empty cell becomes: the name of the file and the line, or of a unit the force "
            "as a whole."
        ),
    ] = None
    cells: Annotated[CellKind | None, Column("What its cells are; null: by the field.")] = None
    formats: Annotated[
        tuple[str, ...], Column("Forms of a day or time, such as %d/%m/%Y %H:%M.")
    ] = ()
    time_zone: Annotated[str | None, Column("IANA zone; null: that of the profile.")] = None
    null: Annotated[tuple[str, ...], Column("What is written where nothing is known.")] = (
        "n/a",
        "na",
        "null",
        "none",
        "[x]",
        "..",
    )
    yes: Annotated[tuple[str, ...], Column("What means yes.")] = ()
    no: Annotated[tuple[str, ...], Column("What means no.")] = ()
    scale: Annotated[
        Literal["percent", "ratio"] | None, Column("What a percentage without a sign is.")
    ] = None
    epoch: Annotated[
        int, Column("1900, or 1904: how a workbook counts days.", ge=1900, le=1904)
    ] = 1900
    prose: Annotated[bool, Column("Whether a count may stand among words.")] = False
    suffixes: Annotated[bool, Column("Whether k and m may follow an amount.")] = False
    pence: Annotated[bool, Column("Whether a p for pence may follow an amount.")] = False


@attrs.frozen(kw_only=True)
class SetAside(Record):
    """Rows that are no data, such as totals: `[[set_aside]]`."""

    header: Annotated[str, Column("Header of the column that tells them.")]
    labels: Annotated[tuple[str, ...], Column("What it has there, case and blanks folded.", ge=1)]
    why: Annotated[str, Column("Why they are no data.")] = "a total"
    adds_up: Annotated[
        tuple[str, ...], Column("Fields whose values in the rows above must add up to its own.")
    ] = ()
    since: Annotated[
        Literal["start", "last"],
        Column("Which rows: all from the start, or those since the last such row."),
    ] = "start"


@attrs.frozen(kw_only=True)
class Agreement(Record):
    """Columns of a row that must agree, such as budget less spent: `[[agree]]`."""

    header: Annotated[str, Column("Header of the column that follows from others.")]
    cells: Annotated[
        Literal["count", "money", "percentage"], Column("What the cells of all of them are.")
    ]
    scale: Annotated[
        Literal["percent", "ratio"] | None, Column("What a percentage without a sign is.")
    ] = None
    sum: Annotated[tuple[str, ...], Column("Headers that add up to it.")] = ()
    minus: Annotated[tuple[str, ...], Column("Two headers: it is the first less the second.")] = ()
    ratio: Annotated[tuple[str, ...], Column("Two headers: it is the first over the second.")] = ()
    within: Annotated[
        float,
        Column(
            "How far off it may be, for rounding: in pounds or counts, and of a percentage as a "
            "ratio (0.005 is half a point).",
            ge=0,
        ),
    ] = 0.0


@attrs.frozen(kw_only=True)
class Series:
    """One of several records that a row holds, as a table with a column for each kind has."""

    columns: Mapping[str, ColumnSource]


@attrs.frozen(kw_only=True, repr=False)
class Profile:
    """How one system's export becomes one entity; `read_profile` makes one of a file.

    Attributes:
        head: What holds for all of it.
        file: How the file is laid out.
        columns: For each field of the entity, where its cells come from.
        aliases: For a field, what other spellings stand for.
        set_aside: Rows that are no data.
        agree: Columns of a row that must agree.
        series: Where a row holds several records: what each of them has of its own.
    """

    head: ProfileHead
    file: FileForm
    columns: Mapping[str, ColumnSource]
    aliases: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)
    set_aside: tuple[SetAside, ...] = ()
    agree: tuple[Agreement, ...] = ()
    series: tuple[Series, ...] = ()

    def __repr__(self) -> str:
        fields = ", ".join(self.columns)
        return f"Profile({self.head.name!r}: {self.file.format} to {self.head.entity}, {fields})"

    @property
    def all_columns(self) -> tuple[Mapping[str, ColumnSource], ...]:
        """Where the fields of each record of a row come from."""
        if not self.series:
            return (self.columns,)
        return tuple({**self.columns, **each.columns} for each in self.series)
