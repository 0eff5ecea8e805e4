"""A paper as a document: findings first, then its appendices and figures, then where it is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

import attrs

from npolicing._clock import now
from npolicing._wording import day_words
from npolicing.exhibits import (
    Chart,
    Document,
    Exhibit,
    Section,
    Table,
    attendance_chart,
    demand_chart,
    growth_chart,
    spend_chart,
    target_chart,
    young_people_chart,
)
from npolicing.measures import AttendanceRatio, Growth, SpendRate, TargetGap
from npolicing.paper.figures import MARK, WARNING
from npolicing.paper.provenance import labelled
from npolicing.paper.reporting import force_name, held
from npolicing.paper.results import YoungPeople
from npolicing.paper.terms import definitions
from npolicing.vocabulary import OBSERVATION_KINDS

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.entities import PublishedFigure
    from npolicing.paper.reporting import Report

__all__ = ["document"]

_FIGURES = ("Figure 1", "Figure 2")
"""What a paper prints as pictures, and logs give."""
_FIGURE_OF = {"figure_1": "Figure 1", "figure_2": "Figure 2"}
_BY_UNIT = " by unit"
_NO_DATA = (
    "The paper prints {place} as a picture, without its data. With logs of your own, "
    "npolicing paper --logs makes it."
)


def document(
    report: Report,
    *,
    charts: bool = True,
    command: str | None = None,
    at: datetime | None = None,
) -> Document:
    """A report as a document, to be written as a page or a workbook.

    Its findings are those of the reconciliation, in its order. Its sections are the tables of the
    report, each with its chart. Figures that the paper prints as pictures are named as missing,
    unless there are logs to make them of.

    Args:
        report: What was made of a paper.
        charts: Whether it has charts; else it has their tables alone.
        command: The command that it was made by, to be told.
        at: When it was made; without it now, or what `SOURCE_DATE_EPOCH` says.

    >>> from npolicing import paper
    >>> made = document(paper.report(paper.wmp_2019()))
    >>> made.sections[0].heading
    'Appendix 1: Street Watch schemes'
    >>> made.sections[0].exhibits[0].title
    'Street Watch schemes: 84 short of 210, Dudley furthest from its target'
    """
    paper, findings = report.paper, report.reconciliation.findings
    tables = [_prepared(report, table) for table in report.tables]
    compared = bool(report.reconciliation.comparisons)
    sections = tuple(_sections(report, tables, charts=charts))
    return Document(
        name="paper",
        title=f"{force_name(paper)}: neighbourhood policing",
        subtitle=_subtitle(report),
        summary=" ".join(_summary(report, sections, compared=compared)),
        findings=tuple(f"{each.place}. {each.words}" for each in findings),
        sections=(*sections, *_without_data(report)),
        definitions=definitions(tables, compared=compared),
        provenance=tuple(labelled(report, at=at or now(), charts=charts, command=command)),
        marking=report.marking,
        synthetic=any(table.synthetic for table in tables),
    )


def _summary(report: Report, sections: Sequence[Section], *, compared: bool) -> Iterator[str]:
    """What the charts of real rows say, and how the printed figures stand."""
    for section in sections:
        for each in section.exhibits:
            if isinstance(each, Chart) and not each.synthetic:
                yield f"{each.title}."
    if compared:
        yield held(report.reconciliation)


def _prepared(report: Report, table: Table) -> Table:
    """A table that is marked. That it is made up each exhibit says by itself."""
    notes = tuple(note for note in table.notes if note != WARNING)
    return attrs.evolve(table, marking=report.marking, notes=notes)


def _subtitle(report: Report) -> str:
    paper = report.paper
    unit = "" if paper.unit is None else f"{paper.name_of(paper.unit)}. "
    return (
        f"{unit}Board paper of {day_words(paper.report_date)}, rebuilt from its rows and held "
        "against what it printed"
    )


def _sections(report: Report, tables: list[Table], *, charts: bool) -> Iterator[Section]:
    for group in _grouped(tables):
        exhibits = tuple(_shown(report, table) if charts else table for table in group)
        words = tuple(_words(report, group[0]))
        yield Section(heading=_heading(report, group[0]), words=words, exhibits=exhibits)


def _grouped(tables: list[Table]) -> list[list[Table]]:
    """A table that tells more of the one before it is in its section."""
    groups: list[list[Table]] = []
    for table in tables:
        if groups and table.name == f"{groups[-1][0].name}_pace":
            groups[-1].append(table)
        else:
            groups.append([table])
    return groups


def _heading(report: Report, table: Table) -> str:
    """Where it stands in the paper, and the topic with which its title begins."""
    places = {row.place for row in report.paper.published} | set(_FIGURES)
    place = _FIGURE_OF.get(table.name, table.source)
    topic = _topic(table)
    return f"{place}: {topic}" if place in places else topic


def _topic(table: Table) -> str:
    """What the title begins with."""
    return table.title.partition(":")[0].removesuffix(MARK)


def _words(report: Report, table: Table) -> Iterator[str]:
    """What the paper shows of it in a picture that has no data."""
    for row in _pictures(report):
        if table.result is Growth and row.topic == "messaging_sign_ups":
            yield (
                f'{row.place} of the paper, "{row.text}", is a picture without its data. Here are '
                "the count and the rate that the paper prints, and where they lead."
            )


def _pictures(report: Report) -> list[PublishedFigure]:
    claims = report.paper.published.where(relation="claim")
    return [row for row in claims if row.place.startswith("Figure")]


def _without_data(report: Report) -> Iterator[Section]:
    """The pictures that logs would give, where there are no logs."""
    if report.logs is not None:
        return
    for row in _pictures(report):
        if row.place in _FIGURES:
            yield Section(
                heading=f"{row.place}: {row.text}",
                missing=(_NO_DATA.format(place=row.place),),
            )


def _shown(report: Report, table: Table) -> Exhibit:
    """A table with its chart above it, where there is one of such a table."""
    said = _Said(
        name=table.name,
        notes=table.notes,
        source=table.source,
        synthetic=table.synthetic,
        marking=table.marking,
    )
    chart = _chart(report, table, said)
    # Beneath it are the columns of the paper, and not all of the measure's.
    return table if chart is None else attrs.evolve(chart, table=table)


class _Said(TypedDict):
    """What each builder of a chart is told of the table that it is of."""

    name: str
    notes: tuple[str, ...]
    source: str
    synthetic: bool
    marking: str | None


def _chart(report: Report, table: Table, said: _Said) -> Chart | None:
    data, topic = table.data, _topic(table)
    if table.name == "figure_1" and report.series is not None:
        label, units = topic.removesuffix(_BY_UNIT), _of_units(report.series)
        return demand_chart(units, label=label, names=_names(report), **said)
    if table.result is TargetGap and table.name in OBSERVATION_KINDS:
        return target_chart(data, kind=table.name, **said)
    if table.result is YoungPeople:
        return young_people_chart(data, **said)
    if table.result is SpendRate:
        return spend_chart(data, label=topic, **said)
    if table.result is Growth:
        return growth_chart(data, label="Messaging sign-ups", **said)
    if table.result is AttendanceRatio:
        return attendance_chart(data, label=topic, **said)
    # What is needed by each of some days is a list, and no picture.
    return None


def _of_units(series: pd.DataFrame) -> pd.DataFrame:
    """The logs of units and of all together; those of no unit are in these alone."""
    return series[series["npu"].notna() | series["is_total"]]


def _names(report: Report) -> dict[str, str]:
    return {npu: report.paper.name_of(npu) for npu in report.paper.npus}
