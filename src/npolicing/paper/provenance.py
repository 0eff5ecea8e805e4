"""Where a paper's figures come from: inputs, versions, time, what was asked for and checked."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

from npolicing._wording import joined
from npolicing.paper.figures import log_files

if TYPE_CHECKING:
    from datetime import datetime

    from npolicing.paper.reporting import Report
    from npolicing.paper.tables import InputFile

__all__ = ["asked_for", "checked", "inputs", "labelled", "versions"]

_DRAWN_WITH = ("matplotlib", "afcharts")


def versions(*, charts: bool) -> dict[str, str]:
    """What it was made with."""
    names = ["attrs", "narwhals", "pandas", "pyarrow", *(_DRAWN_WITH if charts else ())]
    made_by = {"npolicing": version("npolicing"), "python": platform.python_version()}
    return made_by | {name: version(name) for name in names}


def asked_for(report: Report) -> dict[str, str | list[str] | None]:
    """What whoever made it asked for; null and empty where nothing was said."""
    return {
        "unit": report.paper.unit,
        "due": [day.isoformat() for day in report.due],
        "until": None if report.until is None else report.until.isoformat(),
        "logs": None if report.logs is None else str(report.logs),
    }


def inputs(report: Report) -> list[InputFile]:
    """Every file that it was made from: those of the paper, then those of the logs."""
    logs = [] if report.logs is None else log_files(report.paper, report.logs)
    return [*report.paper.files, *logs]


def checked(report: Report) -> dict[str, int]:
    """What was checked, in numbers."""
    found = report.reconciliation
    return {
        "rows": sum(each.rows for each in report.paper.files),
        "printed_figures": len(found.comparisons),
        "held_against_rows": found.held,
        "agree": found.agree,
        "findings": len(found.findings),
    }


def labelled(
    report: Report, *, at: datetime, charts: bool, command: str | None
) -> Iterator[tuple[str, str]]:
    """The same in words, label and value, with what it cannot tell."""
    made_by = versions(charts=charts)
    yield "Made with", ", ".join(f"{name} {number}" for name, number in made_by.items())
    yield "Made at", f"{at:%Y-%m-%d %H:%M:%S} UTC"
    if command is not None:
        yield "Command", command
    if report.marking is not None:
        yield "Marking", report.marking
    yield from _asked(asked_for(report))
    for file in report.paper.files:
        yield f"Input {file.name}", f"{file.rows:,} rows, SHA-256 {file.sha256}"
    if report.logs is not None:
        yield "Input logs", _all_of(log_files(report.paper, report.logs))
    numbers = checked(report)
    yield "Rows checked", f"{numbers['rows']:,}, each against the declaration of its columns"
    if numbers["printed_figures"]:
        yield "Figures checked", _held(numbers)
    for number, words in enumerate(_limitations(report), start=1):
        yield f"Limitation {number}", words


def _asked(asked: Mapping[str, str | list[str] | None]) -> Iterator[tuple[str, str]]:
    labels = {"unit": "Unit", "due": "Due by", "until": "Projected to", "logs": "Logs"}
    for name, label in labels.items():
        value = asked[name]
        if value:
            yield label, value if isinstance(value, str) else joined(value)


def _all_of(files: Sequence[InputFile]) -> str:
    """Many files in a line; `sha256sum` of their own, a line each, gives theirs together."""
    rows = sum(each.rows for each in files)
    if len(files) == 1:
        return f"{rows:,} rows, SHA-256 {files[0].sha256}"
    lines = "".join(f"{each.sha256}\n" for each in files)
    together = hashlib.sha256(lines.encode()).hexdigest()
    return f"{rows:,} rows in {len(files)} files, SHA-256 of their SHA-256 {together}"


def _held(numbers: Mapping[str, int]) -> str:
    return (
        f"{numbers['printed_figures']} printed figures and claims, "
        f"{numbers['held_against_rows']} held against the rows, {numbers['agree']} agree; "
        f"{numbers['findings']} findings"
    )


def _limitations(report: Report) -> Iterator[str]:
    """What the figures cannot tell, each where it holds of this paper."""
    paper, numbers = report.paper, checked(report)
    if paper.files:
        yield "The rows are what was reported. They are not counted anew from any force's systems."
    if any(row.as_of_basis == "report_date" for row in paper.observations):
        yield "Counts for which no day was printed stand at the day of the paper, and say so."
    open_ = numbers["printed_figures"] - numbers["held_against_rows"]
    if open_:
        yield f"{open_} printed figures and claims have no row to be held against."
    if any(target.due is None for target in paper.targets):
        yield "Targets without a day are paced by each day that their words allow."
    if report.logs is not None and report.logs.synthetic:
        yield "Figures 1 and 2 are of logs that are made up, and show nothing of any force."
