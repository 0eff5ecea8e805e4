"""What came of reading files: good rows, warnings, refused rows, and an account that adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from npolicing._filling import filled
from npolicing._markup import plain_grid
from npolicing._pandas import pandas_frame
from npolicing._records import Record, Records
from npolicing.errors import TooManyRejectsError
from npolicing.intake.raw import Refused

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "FileAccount",
    "Intake",
    "Noted",
    "added_up",
    "check_share",
    "codes_of",
    "corrected",
    "rejects_frame",
    "warnings_frame",
]

R = TypeVar("R", bound=Record)


@attrs.frozen(kw_only=True)
class Noted:
    """A warning: what was taken, though something about it is odd, and what was made of it.

    Attributes:
        line: The line on which the row begins; the first of a file is 1.
        column: The header, or the field.
        code: One of `errors.CODES`.
        text: It as it stands in the file; withheld where it may point at a person.
        made: What was made of it, in words or as a value.
    """

    line: int
    column: str
    code: str
    text: str = attrs.field(repr=False)
    made: str


@attrs.frozen(kw_only=True)
class FileAccount:
    """What became of each line of a file. The lines of a workbook or of Parquet are its rows.

    Attributes:
        file: The file.
        lines: How many lines it has.
        header: Those before the first row.
        good: Rows that were taken.
        rejected: Rows, and lines that are none, that were refused.
        set_aside: Lines that are no data, by the reason.
        continued: Lines that go on with a row.
        records: Records that the good rows gave.
        warnings: How many warnings, by their code.
        codes: How many of the rejected have a failure of a code.
        absent: Fields that the file has no column of.
        unchecked: Fields whose codes are as they stand, as there are no data on the force.
    """

    file: str
    lines: int = 0
    header: int = 0
    good: int = 0
    rejected: int = 0
    set_aside: Mapping[str, int] = attrs.field(factory=dict)
    continued: int = 0
    records: int = 0
    warnings: Mapping[str, int] = attrs.field(factory=dict)
    codes: Mapping[str, int] = attrs.field(factory=dict)
    absent: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def balanced(self) -> bool:
        """Whether every line is accounted for: that is so, or it is a fault of npolicing."""
        aside = sum(self.set_aside.values())
        return self.lines == self.header + self.good + self.rejected + aside + self.continued

    def __str__(self) -> str:
        aside = sum(self.set_aside.values())
        lines = [
            f"{self.file}: {self.lines:,} lines",
            f"  {self.good:>12,} good, {self.records:,} records",
            f"  {self.rejected:>12,} rejected",
            *(f"  {'':>12}   {n:,} x {code}" for code, n in _most(self.codes)),
            f"  {aside:>12,} set aside",
            *(f"  {'':>12}   {n:,} x {why}" for why, n in _most(self.set_aside)),
            f"  {self.continued:>12,} that go on with the row above",
            f"  {self.header:>12,} of the header",
        ]
        if self.warnings:
            lines.append(f"  {sum(self.warnings.values()):>12,} warnings")
            lines += [f"  {'':>12}   {n:,} x {code}" for code, n in _most(self.warnings)]
        if self.absent:
            lines.append(f"  no column for {', '.join(self.absent)}")
        if self.unchecked:
            lines.append(f"  no data on the force: {', '.join(self.unchecked)} as they stand")
        return "\n".join(lines)

    def html(self, caption: str) -> str:
        """The account as a table, for a notebook; no cell of the file is in it."""
        rows = [
            ("good", self.good),
            ("rejected", self.rejected),
            *((f"rejected: {code}", number) for code, number in _most(self.codes)),
            ("set aside", sum(self.set_aside.values())),
            ("continued", self.continued),
            ("header", self.header),
            ("all lines", self.lines),
            ("warnings", sum(self.warnings.values())),
        ]
        cells = ((name, f"{number:,}") for name, number in rows)
        return plain_grid(caption, ("lines", "number"), cells, named=True, numbers=["number"])


def _most(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return Counter(counts).most_common()


@attrs.frozen(kw_only=True, repr=False)
class Intake(Generic[R]):
    """What came of one file; `read` gives it.

    Attributes:
        entity: What a row became.
        table: The good rows as an Arrow table, in the order of the file.
        lines: For each of them the line on which its row begins.
        refused: The rows that were refused.
        noted: The warnings.
        account: What became of each line.
        header: The headers of the file.
    """

    entity: type[R]
    table: pa.Table
    lines: NDArray[np.int64]
    refused: tuple[Refused, ...]
    noted: tuple[Noted, ...]
    account: FileAccount
    header: tuple[str, ...]

    @property
    def records(self) -> Records[R]:
        """The good rows as records."""
        return filled(self.table, self.entity)

    def to_pandas(self) -> pd.DataFrame:
        """The good rows as a pandas frame."""
        return pandas_frame(self.table)

    @property
    def rejects(self) -> pd.DataFrame:
        """The refused rows as a pandas frame: a row a failure; see `rejects_frame`."""
        return rejects_frame(self.account.file, self.refused)

    @property
    def warnings(self) -> pd.DataFrame:
        """The warnings as a pandas frame: a row each; see `warnings_frame`."""
        return warnings_frame(self.account.file, self.noted)

    def __repr__(self) -> str:
        return f"Intake of {self.entity.__name__}\n{self.account}"

    def _repr_html_(self) -> str:
        return self.account.html(f"{self.account.file} as {self.entity.__name__}")


def added_up(accounts: list[FileAccount]) -> FileAccount:
    """The accounts of the parts of a file as one."""
    counts: dict[str, Counter[str]] = {n: Counter() for n in ("set_aside", "warnings", "codes")}
    for each in accounts:
        for name, found in counts.items():
            found.update(getattr(each, name))
    numbers = ("lines", "header", "good", "rejected", "continued", "records")
    sums = {name: sum(getattr(each, name) for each in accounts) for name in numbers}
    return FileAccount(
        file=accounts[0].file,
        absent=accounts[0].absent,
        unchecked=accounts[0].unchecked,
        **sums,
        **{name: dict(each) for name, each in counts.items()},  # type: ignore[arg-type] # they are counts
    )


def corrected(account: FileAccount, more: list[Refused], again: int, records: int) -> FileAccount:
    """An account after rows that have one key were told apart, and so many records are left."""
    aside = Counter(account.set_aside) + Counter({"the same row again": again} if again else {})
    return attrs.evolve(
        account,
        good=account.good - len(more) - again,
        records=records,
        rejected=account.rejected + len(more),
        set_aside=dict(aside),
        codes=dict(Counter(account.codes) + codes_of(more)),
    )


def check_share(accounts: Collection[FileAccount], allowed: float | None, path: Path) -> None:
    """Hold the share of refused rows against what is allowed; they are in the file of that path.

    Raises:
        TooManyRejectsError: If it is more.
    """
    refused = sum(each.rejected for each in accounts)
    rows = refused + sum(each.good for each in accounts)
    if allowed is not None and refused > allowed * rows:
        codes = sum((Counter(each.codes) for each in accounts), Counter[str]())
        raise TooManyRejectsError(refused, rows, allowed, str(path), dict(_most(codes)))


def codes_of(refused: Iterable[Refused]) -> Counter[str]:
    """How many rows have a failure of each code."""
    # Each once, in their order: that of a set changes from run to run.
    codes = (dict.fromkeys(failure.code for failure in each.failures) for each in refused)
    return Counter(code for each in codes for code in each)


def rejects_frame(file: str, refused: Iterable[Refused]) -> pd.DataFrame:
    """Refused rows as a pandas frame, to sort and count.

    Returns:
        A row a failure: `file`, `line`, `column` (null for the whole line), `code`, `rule` (what
        the cell should be, and what would mend it), `value` (the cell) and `text` (the row).
    """
    rows = [
        (
            file,
            each.line,
            failure.column,
            failure.code,
            failure.rule,
            _text(failure.value),
            each.text,
        )
        for each in refused
        for failure in each.failures
    ]
    names = ("file", "line", "column", "code", "rule", "value", "text")
    return _frame(names, rows)


def warnings_frame(file: str, noted: Iterable[Noted]) -> pd.DataFrame:
    """Warnings as a pandas frame.

    Returns:
        A row a warning: `file`, `line`, `column`, `code`, `text` and `made`.
    """
    rows = [(file, each.line, each.column, each.code, each.text, each.made) for each in noted]
    return _frame(("file", "line", "column", "code", "text", "made"), rows)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _frame(names: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    kinds = {"line": pa.int64()}
    arrays = [
        pa.array(each, kinds.get(n, pa.string())) for n, each in zip(names, columns, strict=True)
    ]
    return pandas_frame(pa.table(arrays, names=list(names)))
