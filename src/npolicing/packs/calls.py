"""Calls for service in a pack: how many, who attended, how soon, and what was left open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from npolicing.exhibits import Section, Table
from npolicing.packs.asking import Part
from npolicing.packs.layout import cell, pack_table, text, value
from npolicing.packs.open_logs import open_logs
from npolicing.packs.quantities import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from npolicing.exhibits import Heading
    from npolicing.packs.asking import Ask
    from npolicing.packs.log_lines import LogFacts
    from npolicing.packs.long_form import PackFigure
    from npolicing.packs.quantities import Line

__all__ = ["calls"]

_NONE = Quantity(hidden="unknown")


def calls(ask: Ask) -> Part:
    """The section on calls for service; without logs it says what it would have shown."""
    heading = "Calls for service"
    if ask.logs is None:
        return Part(section=Section(heading=heading, missing=(_MISSING,)))
    logs = ask.logs
    if not set(ask.period.months) & set(logs.counts.months):
        words = f"The store has no logs of {ask.period.label}: no figure on calls can be made."
        return Part(section=Section(heading=heading, missing=(words,)))
    tables = [*_tables(ask, logs)]
    backlog, gone = open_logs(ask, logs)
    figures = [
        one
        for line in (
            *ask.within(logs.lines),
            *ask.of_whom(logs.by_grade),
            *ask.within(logs.response_times),
        )
        for one in line.figures(ask.name, ask.inputs.force, logs.times.of)
    ]
    return Part(
        section=Section(
            heading=heading,
            words=_words(logs),
            exhibits=(*tables, *([] if backlog is None else [backlog.table])),
            missing=gone,
        ),
        figures=[*figures, *_monthly(ask, logs), *([] if backlog is None else backlog.figures)],
    )


_MISSING = (
    "Logs are missing (--store). They would have shown demand by grade, attendance by "
    "neighbourhood teams, response times against their targets, resolution without "
    "deployment, and the backlog."
)


def _words(logs: LogFacts) -> tuple[str, ...]:
    grades = [each.grade for each in logs.inputs.reference.grades] if logs.inputs.reference else []
    timed = logs.inputs.targets_of_grades()
    untimed = [grade for grade in grades if grade not in timed]
    if not timed:
        return ("No source gives a target for a grade: no response time is judged.",)
    return (
        (
            (
                f"A target for the response is known of {', '.join(timed)} alone; none is guessed "
                f"for {', '.join(untimed)}."
            ),
        )
        if untimed
        else ()
    )


def _tables(ask: Ask, logs: LogFacts) -> Iterator[Table]:
    by_grade = ask.of_whom(logs.by_grade)
    demand = [line for line in by_grade if line.measure == "logs_per_day"]
    yield _demand(ask, demand, "grade", "Grade", "by grade")
    if ask.npu is None:
        lines = [line for line in ask.within(logs.lines) if line.measure == "logs_per_day"]
        yield _demand(ask, lines, "npu", "NPU", "by unit")
    for share in logs.shares:
        own = [
            line
            for line in ask.within(logs.lines)
            if (line.measure, line.item) == (share.name, share.item)
        ]
        grades = [line for line in by_grade if line.measure == share.name and share.item is None]
        name = share.name if share.item is None else f"{share.name}_{share.item}"
        if ask.npu is None:
            yield _shares(ask, own, f"{name}_by_unit", share.label, share.means)
        elif share.item is None and grades:
            yield _shares(ask, [*grades, *own], f"{name}_by_grade", share.label, share.means)
    if ask.npu is not None:
        timed = [line for line in ask.of_whom(logs.lines) if line.measure == "share_within_target"]
        if timed:
            yield _shares(
                ask,
                timed,
                "response",
                "Response times within their target",
                "Of the logs with a recorded arrival; more arrivals are missing where it was late.",
            )


def _first(line: Line, column: str) -> str | None:
    """What a row is called: its grade, or its unit."""
    if column == "grade":
        return line.item or "All of these"
    return "Force" if line.is_total else line.npu


def _demand(ask: Ask, lines: Sequence[Line], column: str, label: str, how: str) -> Table:
    headings: list[Heading] = [
        text(column, label),
        value("logs", "Logs", "logs"),
        value("a_day", "A day", "logs a day", 1),
        value("low", "From", "logs a day", 1),
        value("high", "To", "logs a day", 1),
        value("before", "Year before", "logs"),
        value("change", "Ratio a day", "", 2),
        value("change_low", "From", "", 2),
        value("change_high", "To", "", 2),
        value("to_date", "Year so far", "logs"),
        value("to_date_change", "Ratio a day, so far", "", 2),
    ]
    return pack_table(
        ask,
        f"calls_{column}",
        f"{ask.whom}: calls for service {how}, {ask.period.label}",
        headings,
        [{column: _first(line, column), **_demand_cells(ask, line)} for line in lines],
        notes=[
            (
                "From, to: 95 % intervals, as wide as days like these vary. Ratio: a day, "
                "over a day of the year before."
            ),
            *(["Force: with logs of no unit."] if column == "npu" else []),
        ],
        source=ask.source(logs=True),
        synthetic=ask.inputs.synthetic_logs,
    )


def _demand_cells(ask: Ask, line: Line) -> Mapping[str, object]:
    now, hiding = line.now, ask.hiding
    change, so_far = (line.changes.get(each) for each in ("period", "year_to_date"))
    return {
        "logs": cell(hiding, now, "numerator"),
        "a_day": cell(hiding, now, "figure"),
        "low": now.low,
        "high": now.high,
        "before": cell(hiding, line.times.get("year_before", _NONE), "numerator"),
        "change": None if change is None else change.change,
        "change_low": None if change is None else change.low,
        "change_high": None if change is None else change.high,
        "to_date": cell(hiding, line.times.get("year_to_date", _NONE), "numerator"),
        "to_date_change": None if so_far is None else so_far.change,
    }


def _shares(ask: Ask, lines: Sequence[Line], name: str, title: str, means: str) -> Table:
    column = "npu" if ask.npu is None else "grade"
    hiding = ask.hiding
    times = _minutes(ask) if any(line.measure == "share_within_target" for line in lines) else {}
    rows = []
    for line in lines:
        now, before = line.now, line.times.get("year_before", _NONE)
        change = line.changes.get("period")
        took = times.get((line.npu, line.item), {})
        rows.append(
            {
                column: _first(line, column),
                "part": cell(hiding, now, "numerator"),
                "whole": cell(hiding, now, "denominator"),
                "unknown": cell(hiding, now, "unknown"),
                "share": cell(hiding, now, "figure"),
                "low": now.low,
                "high": now.high,
                "before": cell(hiding, before, "figure"),
                **took,
                "change": None if change is None or change.change is None else change.change * 100,
            }
        )
    return pack_table(
        ask,
        name,
        f"{ask.whom}: {title[:1].lower() if title[1:2].islower() else title[:1]}{title[1:]}, "
        f"{ask.period.label}",
        [
            text(column, "NPU" if ask.npu is None else "Grade"),
            value("part", "Of them", "logs"),
            value("whole", "Logs", "logs"),
            value("unknown", "Not known", "logs"),
            value("share", "Share", "ratio"),
            value("low", "From", "ratio"),
            value("high", "To", "ratio"),
            value("before", "Year before", "ratio"),
            value("change", "Points more", "", 1),
            *(
                [
                    value("median", "Median", "minutes", 1),
                    value("p90", "90th percentile", "minutes", 1),
                ]
                if times
                else []
            ),
        ],
        rows,
        notes=[means, "From, to: 95 % intervals (Wilson). Not known: in neither part."],
        source=ask.source(logs=True),
        synthetic=ask.inputs.synthetic_logs,
    )


def _minutes(ask: Ask) -> dict[tuple[str | None, str | None], dict[str, object]]:
    """Median and 90th percentile of the response of each unit and grade, in minutes."""
    found: dict[tuple[str | None, str | None], dict[str, object]] = {}
    for line in () if ask.logs is None else ask.within(ask.logs.response_times):
        now = line.now
        shown = None if now.figure is None else float(now.figure) / 60
        name = line.measure.removesuffix("_seconds")
        symbol = ask.hiding.symbol(now.hidden)
        found.setdefault((line.npu, line.item), {})[name] = symbol if shown is None else shown
    return found


def _monthly(ask: Ask, logs: LogFacts) -> Iterator[PackFigure]:
    """The months of each measure in long form; not where small numbers are hidden."""
    if ask.hiding.leave_out("Months of the history, and charts of them", _NO_LINKS):
        return
    for line in ask.within(logs.lines):
        series = logs.series.get((line.measure, line.item))
        if series is not None:
            yield from series.figures(ask.name, ask.inputs.force, line)


_NO_LINKS = "for nobody has declared what their figures have to do with other counts"
