"""Small exports and the profiles that read them, for the tests of bad input."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

import attrs
import pytest

from npolicing._records import Record
from npolicing.entities import ACFBid, BudgetPosition, Log, Observation, Scheme
from npolicing.errors import CODES, Failure, InputFileError
from npolicing.intake import Intake, Noted, OnError, Refused, read

R = TypeVar("R", bound=Record)
NOW = datetime(2025, 1, 1, tzinfo=UTC)
"""When the exports are said to have been made."""

LOGS = """
[profile]
name = "logs"
entity = "Log"
force = "WMP"
{head}
[columns]
log_id.header = "Log No"
npu.header = "NPU"
priority.header = "Grade"
received_at.header = "Received"
first_arrived_at.header = "Arrived"
closed_at.header = "Closed"
{columns}
"""
POSITIONS = """
[profile]
name = "positions"
entity = "BudgetPosition"
force = "WMP"
{head}
[columns]
npu.header = "NPU"
budget.header = "Budget"
spent.header = "Spent"
allocated.header = "Promised"
financial_year.value = "2019/20"
as_of.value = "2019-10-15"
{columns}
"""
COUNTS = """
[profile]
name = "counts"
entity = "Observation"
force = "WMP"
{head}
[columns]
npu.header = "NPU"
value.header = "Schemes"
kind.value = "street_watch"
as_of.value = "2019-10-15"
{columns}
"""
SCHEMES = """
[profile]
name = "schemes"
entity = "Scheme"
force = "WMP"
{head}
[columns]
scheme_id.header = "Scheme"
kind.header = "Kind"
npu.header = "NPU"
status.header = "Status"
name.header = "Name"
members.header = "Members"
started_on.header = "Started"
{columns}
"""
BIDS = """
[profile]
name = "bids"
entity = "ACFBid"
force = "WMP"
{head}
[columns]
bid_id.header = "Bid"
npu.header = "NPU"
applicant_kind.value = "school"
financial_year.value = "2019/20"
status.header = "Status"
requested.header = "Asked"
awarded.header = "Awarded"
paid.header = "Paid"
submitted_on.header = "Submitted"
decided_on.header = "Decided"
aligned_staff.header = "Aligned"
{columns}
"""


@attrs.frozen
class Export(Generic[R]):
    """An export and the profile that reads it."""

    path: Path
    entity: type[R]
    profile: Path
    force: Path | None = None

    def read(self, on_error: OnError) -> Intake[R]:
        """What comes of it; every line is accounted for."""
        found = read(
            self.path,
            self.entity,
            profile=self.profile,
            force=self.force,
            on_error=on_error,
            as_of=NOW,
        )
        assert found.account.balanced
        assert {each.code for each in found.noted} <= CODES.keys()
        return found

    def accepted(self) -> Intake[R]:
        """What comes of it on the strictest path, which refuses nothing of it."""
        found = self.read("raise")
        assert found.refused == ()
        assert self.read("collect").table == found.table
        return found

    def refuses(self, line: int, column: str, code: str, value: str) -> Failure:
        """Strictly, one row is refused, with the same words in the error and among the refused."""
        collected = self.read("collect")
        with pytest.raises(InputFileError) as caught:
            self.read("raise")
        failure = only(collected, line, code)
        assert (failure.column, failure.value) == (column, value)
        assert f"line {line}, {failure}" in str(caught.value)
        assert str(self.path) in str(caught.value)
        return failure

    def keeps(self, line: int, code: str, text: str, made: str) -> Intake[R]:
        """Leniently, the row is kept, and a warning says what was there and what was made of it."""
        found = self.read("coerce")
        assert found.refused == ()
        assert (line, text, made) in [
            (each.line, each.text, each.made) for each in noted(found, code)
        ]
        return found


def only(found: Intake[R], line: int, code: str) -> Failure:
    """The failure of the only row that was refused."""
    (row,) = found.refused
    assert row.line == line
    (failure,) = [each for each in row.failures if each.code == code]
    assert code in CODES
    return failure


def refused(found: Intake[R]) -> dict[int, list[str]]:
    """The codes of each line that was refused."""
    return {each.line: codes(each) for each in found.refused}


def codes(row: Refused) -> list[str]:
    return [each.code for each in row.failures]


def noted(found: Intake[R], code: str) -> list[Noted]:
    return [each for each in found.noted if each.code == code]


@attrs.frozen
class Folder:
    """Where the files of a test are."""

    path: Path

    def written(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.path / name
        path.write_bytes(text.encode(encoding))
        return path

    def export(
        self,
        entity: type[R],
        profile: str,
        lines: Sequence[str],
        *,
        head: str = "",
        columns: str = "",
        encoding: str = "utf-8",
        force: str | None = None,
    ) -> Export[R]:
        text = profile.format(head=head, columns=columns)
        return Export(
            self.written("export.csv", "\n".join(lines) + "\n", encoding),
            entity,
            self.written("profile.toml", text),
            None if force is None else self.written("force.toml", force),
        )

    def logs(
        self,
        *rows: str,
        head: str = "",
        columns: str = "",
        force: str | None = None,
        more: str = "",
    ) -> Export[Log]:
        """Logs: number, unit, grade, received, arrived, closed, and what the test adds."""
        header = "Log No,NPU,Grade,Received,Arrived,Closed" + more
        return self.export(Log, LOGS, [header, *rows], head=head, columns=columns, force=force)

    def positions(self, *rows: str, head: str = "", columns: str = "") -> Export[BudgetPosition]:
        """Budget positions: unit; budget; spent; promised, with semicolons, as money has commas."""
        lines = ["NPU;Budget;Spent;Promised", *rows]
        head += '\n[file]\ndelimiter = "semicolon"\n'
        return self.export(BudgetPosition, POSITIONS, lines, head=head, columns=columns)

    def counts(self, *rows: str, head: str = "", columns: str = "") -> Export[Observation]:
        """Street Watch schemes: unit, schemes."""
        lines = ["NPU,Schemes", *rows]
        return self.export(Observation, COUNTS, lines, head=head, columns=columns)

    def schemes(self, *rows: str, columns: str = "", force: str | None = None) -> Export[Scheme]:
        """Schemes: identifier, kind, unit, status, name, members, first day."""
        lines = ["Scheme,Kind,NPU,Status,Name,Members,Started", *rows]
        return self.export(Scheme, SCHEMES, lines, columns=columns, force=force)

    def bids(self, *rows: str) -> Export[ACFBid]:
        """Bids: identifier, unit, status, asked, awarded, paid, submitted, decided, aligned."""
        lines = ["Bid,NPU,Status,Asked,Awarded,Paid,Submitted,Decided,Aligned", *rows]
        return self.export(ACFBid, BIDS, lines)


UNITS = """
# A hypothetical force: its unit N1 was split into N2 and N3 on 1 April 2018, and "North" has meant
# one and then the other. Its grades were relabelled on the same day.
[force]
force = "XX"
name = "Hypothetical Police"

[[npus]]
code = "N1"
name = "Old Town"
aliases = ["North"]
valid_to = 2018-03-31
successors = ["N2", "N3"]

[[npus]]
code = "N2"
name = "New Town"
aliases = ["North"]
valid_from = 2018-04-01

[[npus]]
code = "N3"
name = "Harbour"
valid_from = 2018-04-01

[[grading_schemes]]
scheme = "old"
name = "Immediate to Scheduled"
valid_to = 2018-03-31

[[grading_schemes]]
scheme = "new"
name = "P1 to P3"
valid_from = 2018-04-01

[[grades]]
scheme = "old"
grade = "Immediate"
rank = 1
aliases = ["I"]

[[grades]]
scheme = "old"
grade = "P3"
rank = 2
aliases = ["Scheduled", "9"]

[[grades]]
scheme = "new"
grade = "P1"
rank = 1
aliases = ["9"]

[[grades]]
scheme = "new"
grade = "P3"
rank = 3
"""
