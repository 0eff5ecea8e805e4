"""A paper with everything that is made of it: tables and findings, as text, Markdown or JSON."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs
import pandas as pd

from npolicing._metadata import checked_marking, one_marking
from npolicing.exhibits import Table, markdown, text
from npolicing.paper.board import Paper
from npolicing.paper.figures import LogSource, demand_by_unit, figures
from npolicing.paper.sections import sections
from npolicing.reconciling import Reconciliation, reconcile

if TYPE_CHECKING:
    from npolicing.entities import Finding

__all__ = ["Report", "force_name", "held", "marked", "report"]

_WIDTH = 88


@attrs.frozen(kw_only=True)
class Report:
    """A paper's tables, and what was found when the printed figures were held against its rows.

    Attributes:
        paper: The paper.
        tables: What was made of it.
        reconciliation: What was found.
        due: Days by which targets are due, where they were asked for.
        until: Day to which sign-ups are projected, where it was asked for.
        logs: What Figures 1 and 2 are made of, where they are.
        marking: The protective marking, such as OFFICIAL-SENSITIVE; null without one.
        series: What Figure 1 shows, as `demand` gives it, where there are logs.
    """

    paper: Paper
    tables: tuple[Table, ...]
    reconciliation: Reconciliation
    due: tuple[date, ...] = ()
    until: date | None = None
    logs: LogSource | None = None
    marking: str | None = attrs.field(default=None, converter=checked_marking)
    series: pd.DataFrame | None = attrs.field(default=None, eq=False, repr=False)

    def text(self) -> str:
        """The report for a terminal, marked at its head and at its foot."""
        marking = [] if self.marking is None else [self.marking]
        parts = [_title(self.paper), *map(text, self.tables), _findings_text(self.reconciliation)]
        return "\n\n\n".join([*marking, *parts, *marking])

    def markdown(self) -> str:
        """The report as Markdown, marked at its head and at its foot."""
        findings = [f"{f.number}. **{f.place}.** {f.words}" for f in self.reconciliation.findings]
        parts = [f"# {_title(self.paper)}", *map(markdown, self.tables), "## Findings"]
        parts += [held(self.reconciliation), "\n".join(findings)]
        return marked("\n\n".join(parts) + "\n", self.marking)

    def json(self) -> str:
        """The report for a program: tables as lists of rows, findings as objects."""
        tables = {table.name: _plain(table) for table in self.tables}
        return json.dumps(
            {
                "marking": self.marking,
                "force": self.paper.force,
                "report_date": self.paper.report_date.isoformat(),
                "tables": tables,
                "synthetic": [table.name for table in self.tables if table.synthetic],
                "findings": [finding.to_dict() for finding in self.reconciliation.findings],
            },
            indent=2,
            ensure_ascii=False,
        )


def report(
    paper: Paper,
    *,
    due: Sequence[date] = (),
    until: date | None = None,
    logs: LogSource | None = None,
    marking: str | None = None,
) -> Report:
    """Everything that is made of a paper.

    Args:
        paper: The paper.
        due: Days by which targets are due; without one, every day that the paper's words allow.
        until: Day to which sign-ups are projected; the day after the financial year without one.
        logs: Logs to make Figures 1 and 2 of, which the paper prints as pictures; see `log_source`.
        marking: The protective marking, such as OFFICIAL-SENSITIVE, for everything that is made;
            without one that of the files that the rows and the logs came from.

    Raises:
        ValueError: If the marking is not one line of 1 to 100 printable characters, or those files
            are marked in different ways.

    >>> from npolicing import paper
    >>> made = report(paper.wmp_2019())
    >>> [table.name for table in made.tables][:3]
    ['street_watch', 'street_watch_pace', 'watch_schemes']
    """
    found = [*(each.marking for each in paper.files), *(logs.markings if logs else ())]
    series = None if logs is None else demand_by_unit(paper, logs)
    more = [] if logs is None else figures(paper, logs, series)
    return Report(
        paper=paper,
        tables=(*sections(paper, due=due, until=until), *more),
        reconciliation=reconcile(paper.published, paper.computed),
        due=tuple(due),
        until=until,
        logs=logs,
        marking=one_marking("files of the paper", marking, found),
        series=series,
    )


def marked(words: str, marking: str | None) -> str:
    """A text in Markdown with its marking at its head and at its foot."""
    if marking is None:
        return words
    # What Markdown would take for its own.
    plain = re.sub(r"([\\`*_{}\[\]<>#|~&])", r"\\\1", marking)
    return f"**{plain}**\n\n{words}\n**{plain}**\n"


def force_name(paper: Paper) -> str:
    """What its force is called; the code, where no reference is at hand."""
    return paper.force if paper.reference is None else paper.reference.force.name


def _title(paper: Paper) -> str:
    return f"{force_name(paper)}: neighbourhood policing, board paper of {paper.report_date}"


def held(reconciliation: Reconciliation) -> str:
    """What was held against the rows, in a sentence."""
    held, agree = reconciliation.held, reconciliation.agree
    return (
        f"{len(reconciliation.comparisons)} printed figures and claims, {held} held against the "
        f"rows: {agree} agree, {held - agree} not."
    )


def _findings_text(reconciliation: Reconciliation) -> str:
    lines = ["Findings", "", held(reconciliation)]
    for finding in reconciliation.findings:
        lines += ["", *_wrapped(finding)]
    return "\n".join(lines)


def _wrapped(finding: Finding) -> list[str]:
    head = f"{finding.number:>2}. "
    return textwrap.wrap(
        f"{finding.place}. {finding.words}",
        width=_WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
    )


def _plain(table: Table) -> list[dict[str, object]]:
    """A table's figures as JSON has them; money is text, as it is in every record."""
    rows = table.data.astype(object).where(table.data.notna(), None).to_dict("records")
    return [{str(name): _json_value(value) for name, value in row.items()} for row in rows]


def _json_value(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
