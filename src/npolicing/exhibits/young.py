"""Children and young people engaged, by unit: two panels of bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import attrs

from npolicing._columns import Column
from npolicing._records import Record
from npolicing._wording import UNKNOWN, figure
from npolicing.exhibits._building import Caption, listing
from npolicing.exhibits._reading import FORCE, Result, Row, together, worded
from npolicing.exhibits.marks import Axis, Bars, Label, Panel
from npolicing.exhibits.table import Heading

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.chart import Chart

__all__ = ["young_people_chart"]

_KINDS = {"junior_pcsos": "Junior PCSOs", "cadets": "Cadets"}


@attrs.frozen(kw_only=True)
class _YoungPeople(Record):
    """What such a table has beside its units."""

    junior_pcsos: Annotated[int | None, Column("Junior PCSOs.", unit="young people", ge=0)] = None
    cadets: Annotated[int | None, Column("Cadets.", unit="young people", ge=0)] = None
    young_people: Annotated[int | None, Column("Both.", unit="young people", ge=0)] = None
    is_total: Annotated[bool, Column("Whether the row is the total of the others.")] = False


def young_people_chart(
    result: pd.DataFrame,
    *,
    name: str,
    title: str | None = None,
    notes: Sequence[str] = (),
    source: str = "",
    synthetic: bool = False,
    marking: str | None = None,
    names: Mapping[str, str] | None = None,
) -> Chart:
    """Bars of Junior PCSOs and of cadets by unit, the unit with most of both first.

    Args:
        result: A row a unit: `npu`, `junior_pcsos`, `cadets`, `young_people` and `is_total`, as the
            table `young_people` of a paper has them.
        name: Short name of the chart.
        title: Its message; worked out from the figures without.
        notes: Sentences under it.
        source: Where the figures come from.
        synthetic: Whether they are of rows that are made up.
        marking: The protective marking.
        names: What units are called, by their codes; else as the table has it.

    Returns:
        A chart with a panel each of Junior PCSOs and of cadets. What is null has no bar.

    Raises:
        MissingColumnsError: If the frame lacks a column.

    Source:
        West Midlands Police, Neighbourhood Policing, board paper of 15 October 2019, Appendix 2.

    >>> import npolicing as npol
    >>> from npolicing.paper.sections import sections
    >>> tables = sections(npol.paper.wmp_2019())
    >>> table = next(table for table in tables if table.name == "young_people")
    >>> young_people_chart(table.data, name="young_people").title
    '799 young people engaged: 593 Junior PCSOs and 206 cadets; Sandwell has most'
    """
    said = Caption(
        name=name, title=title, notes=notes, source=source, synthetic=synthetic, marking=marking
    )
    found = Result.of(result, _YoungPeople, names or {}, null=FORCE)
    rows = sorted(found.drawn, key=_both, reverse=True)
    ticks = tuple((float(at), row.label) for at, row in enumerate(rows))
    both = Heading(column="young_people", label="Together", unit="young people")
    return said.chart(
        attrs.evolve(found, declared=None),
        says=_says(found, rows),
        alt=_alt(found, rows),
        caption="Junior PCSOs and cadets by unit",
        headings=[
            *(Heading(column=kind, label=word, unit="people") for kind, word in _KINDS.items()),
            both,
        ],
        panels=[_panel(rows, kind) for kind in _KINDS] if rows else [],
        x=Axis(label="Young people", low=0.0),
        y=Axis(ticks=ticks, named=True, reverse=True),
        columns=2,
    )


def _both(row: Row) -> float:
    found = row.number("young_people")
    return -1.0 if found is None else found


def _panel(rows: Sequence[Row], kind: str) -> Panel:
    at = tuple(float(each) for each in range(len(rows)))
    values = tuple(row.number(kind) for row in rows)
    labels = (
        Label(x=value or 0.0, y=place, text=_reads(value))
        for value, place in zip(values, at, strict=True)
    )
    return Panel(title=_KINDS[kind], marks=(Bars(at=at, to=values), *labels))


def _reads(value: float | None) -> str:
    return "not known" if value is None else figure(value, "people")


def _says(found: Result, rows: Sequence[Row]) -> str:
    if not rows:
        return "Junior PCSOs and cadets: no counts"
    whole, juniors, cadets = (together(found, kind) for kind in ("young_people", *_KINDS))
    best = [row.label for row in rows if _both(row) == _both(rows[0])]
    has = "has" if len(best) == 1 else "have"
    most = f"; {worded(best)} {has} most" if len(rows) > 1 and _both(rows[0]) > 0 else ""
    if whole is None or juniors is None or cadets is None:
        return f"Young people engaged: not known of every unit{most}"
    return (
        f"{figure(whole, 'people')} young people engaged: {figure(juniors, 'people')} Junior PCSOs "
        f"and {figure(cadets, 'people')} cadets{most}"
    )


def _alt(found: Result, rows: Sequence[Row]) -> str:
    each = listing(
        [f"{row.label} {_cell(row, 'junior_pcsos')} and {_cell(row, 'cadets')}" for row in rows]
    )
    if not rows:
        return "Bar charts of Junior PCSOs and cadets, without any figure."
    return (
        f"Two bar charts of young people by unit, Junior PCSOs and cadets, most first: {each}. "
        f"Together {_whole(found, 'junior_pcsos')} Junior PCSOs and {_whole(found, 'cadets')} "
        "cadets."
    )


def _cell(row: Row, kind: str) -> str:
    value = row.number(kind)
    return "an unknown number" if value is None else figure(value, "people")


def _whole(found: Result, kind: str) -> str:
    value = together(found, kind)
    return UNKNOWN if value is None else figure(value, "people")
