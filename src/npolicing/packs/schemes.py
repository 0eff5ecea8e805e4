"""Active citizens in a pack: schemes against their targets, their pace, and their wards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from npolicing._records import Records
from npolicing._wording import day_words, joined
from npolicing.entities import Milestone, Observation, Target, Threshold
from npolicing.exhibits import Exhibit, Section, Table
from npolicing.measures import trajectory
from npolicing.packs.asking import Finding, Order, Part
from npolicing.packs.charting import ways
from npolicing.packs.judging import judged, stated, worded
from npolicing.packs.layout import pack_table, text, value
from npolicing.packs.quantities import Line, Quantity
from npolicing.packs.ward_coverage import (
    bare_wards,
    coverage_line,
    coverage_table,
    covered,
    records,
)
from npolicing.vocabulary import FLOWS, OBSERVATION_KINDS, ObservationKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from npolicing.packs.asking import Ask

__all__ = ["schemes"]

_LIGHTS = {"green": "Green", "amber": "Amber", "red": "Red", "no_target": "No target"}
Row = dict[str, object]


def schemes(ask: Ask) -> Part:
    """The section on schemes, targets and wards."""
    tables = ask.inputs.tables
    missing: list[str] = []
    exhibits: list[Exhibit] = []
    lines: list[Line] = []
    findings: list[Finding] = []
    if tables.has("targets") and tables.has("observations"):
        frames = {kind: _way(ask, kind) for kind in _kinds(ask)}
        rows = [row for kind, frame in frames.items() for row in _rows(kind, frame)]
        lines += [line for row in rows if (line := _line(ask, row)) is not None]
        exhibits += [chart for kind, frame in frames.items() for chart in ways(ask, kind, frame)]
        exhibits += _way_tables(ask, rows)
        findings += [finding for row in rows for finding in _way_findings(ask, row)]
        if not rows:
            missing.append(f"No target is of {ask.whom}: there is nothing to hold a count against.")
    else:
        gone = joined([name for name in ("observations", "targets") if not tables.has(name)])
        missing.append(
            f"Missing: {gone}. With both, schemes and members would stand against their targets, "
            "with their pace and the day on which they get there."
        )
    found = covered(ask) if tables.has("schemes") and tables.has("wards") else None
    if found is None:
        gone = joined([name for name in ("schemes", "wards") if not tables.has(name)])
        missing.append(
            f"Missing: {gone}. With both, it would say how many wards have an active scheme, and "
            "which have none."
        )
    elif found.empty:
        missing.append(f"No ward is of {ask.whom}.")
    else:
        exhibits.append(coverage_table(ask, found))
        lines += [coverage_line(ask, row) for row in records(found)]
    figures = [one for line in lines for one in line.figures(ask.name, ask.inputs.force, {})]
    return Part(
        section=Section(
            heading="Active citizens: schemes and wards",
            words=tuple(bare_wards(ask)) if found is not None and not found.empty else (),
            exhibits=tuple(exhibits),
            missing=tuple(missing),
        ),
        figures=figures,
        findings=findings,
    )


def _plain(cell: object) -> object:
    return None if str(cell) in ("nan", "NaT", "<NA>", "None") else cell


def _number(cell: object) -> float | None:
    return None if _plain(cell) is None else float(str(cell))


def _kinds(ask: Ask) -> list[ObservationKind]:
    """The kinds that have a target, in the order of the vocabulary; flows stand at no day."""
    aimed = {row.kind for row in ask.own(ask.inputs.tables.of_entity("targets", Target))}
    return [kind for kind in OBSERVATION_KINDS if kind in aimed and kind not in FLOWS]


def _way(ask: Ask, kind: ObservationKind) -> pd.DataFrame:
    """The trajectory of a kind: of each unit, and of the force where there are several."""
    tables = ask.inputs.tables

    def of_kind(name: str, entity: type[Observation | Target | Milestone]) -> list[object]:
        found = ask.own(tables.of_entity(name, entity))
        own = [row for row in found if row.kind == kind and row.ward is None]
        units = [row for row in own if row.npu is not None]
        # The force's own count and those of its units lie within one another.
        return [*(units or own)]

    counts = list(of_kind("observations", Observation))
    targets = of_kind("targets", Target)
    steps = of_kind("milestones", Milestone)
    return trajectory(
        Records(Observation, counts),  # type: ignore[arg-type] # of that entity
        Records(Target, targets),  # type: ignore[arg-type] # of that entity
        milestones=Records(Milestone, steps),  # type: ignore[arg-type] # of that entity
        by="npu",
        total=ask.npu is None,
        as_of=ask.as_of,
    )


def _rows(kind: ObservationKind, frame: pd.DataFrame) -> Iterator[Row]:
    """The rows of a trajectory; a total without a target says nothing."""
    for row in records(frame):
        if _plain(row["target"]) is not None or row["is_total"] is not True:
            yield {"kind": kind, **{name: _plain(each) for name, each in row.items()}}


def _threshold(ask: Ask, row: Row) -> Threshold | None:
    rows = ask.inputs.tables.of_entity("thresholds", Threshold)
    npu = None if row["npu"] is None else str(row["npu"])
    return stated(rows, str(row["kind"]), npu, None, ask.as_of)


def _status(ask: Ask, row: Row) -> str:
    """The colour of a count by stated thresholds; else whether it is where it is to be by now."""
    found = judged(_threshold(ask, row), _number(row["current"]), _number(row["target"]))
    if found is not None:
        return _LIGHTS.get(found.status, "No count")
    ahead = _number(row["ahead"])
    if ahead is None:
        return "no plan to hold it to"
    return "on its way" if ahead >= 0 else f"{-ahead:.1f} behind a straight way"


def _way_tables(ask: Ask, rows: Sequence[Row]) -> Iterator[Table]:
    if not rows:
        return
    thresholds = [(row, _threshold(ask, row)) for row in rows]
    stated_words = dict.fromkeys(
        f"{_label(row)}: {worded(each)}." for row, each in thresholds if each is not None
    )
    yield pack_table(
        ask,
        "targets",
        f"{ask.whom}: counts against their targets, {day_words(ask.as_of)}",
        [
            *([] if ask.npu else [text("unit", "NPU")]),
            text("label", "What is counted"),
            text("as_of", "As of"),
            value("current", "Count", ""),
            value("target", "Target", ""),
            text("due", "Due"),
            value("shortfall", "Lacking", ""),
            value("planned", "Planned by now", "", 1),
            value("required_per_month", "Needed a month", "", 2),
            value("observed_per_month", "Gained a month", "", 2),
            text("eta", "There on"),
            text("status", "Status"),
        ],
        [
            {
                **row,
                "label": _label(row),
                "unit": "Force" if row["is_total"] is True else row["npu"],
                "is_total": False,
                "status": _status(ask, row),
            }
            for row in rows
        ],
        notes=[
            (
                "Planned: through the milestones that were stated, else straight from the first "
                "count to the target. There on: at the pace so far; no forecast, and without an "
                "interval."
            ),
            *stated_words,
        ],
        source=ask.source("observations", "targets", "milestones", "thresholds"),
        synthetic=ask.inputs.synthetic("observations", "targets"),
    )


def _label(row: Row) -> str:
    return OBSERVATION_KINDS[row["kind"]].label  # type: ignore[index] # a kind


def _line(ask: Ask, row: Row) -> Line | None:
    kind = str(row["kind"])
    if row["as_of"] is None:
        return None
    current, target = _number(row["current"]), _number(row["target"])
    return Line(
        section="schemes",
        measure="count",
        label=_label(row),
        unit=OBSERVATION_KINDS[kind].unit,  # type: ignore[index] # a kind
        npu=None if row["npu"] is None else str(row["npu"]),
        item=kind,
        is_total=row["is_total"] is True,
        times={"as_of": Quantity(numerator=current, denominator=target, figure=current)},
        status=judged(_threshold(ask, row), current, target),
        day=row["as_of"],  # type: ignore[arg-type] # a day
        synthetic=ask.inputs.synthetic("observations", "targets"),
    )


def _way_findings(ask: Ask, row: Row) -> Iterator[Finding]:
    if ask.npu is None and row["is_total"] is not True and len(ask.units) > 1:
        return
    found = judged(_threshold(ask, row), _number(row["current"]), _number(row["target"]))
    light = None if found is None else found.status
    lacking, ahead = _number(row["shortfall"]), _number(row["ahead"])
    if not lacking:
        return
    current, target = _number(row["current"]) or 0.0, _number(row["target"]) or 0.0
    due = "" if row["due"] is None else f" by {row['due']}"
    words = f"{_label(row)}: {current:,.0f} of {target:,.0f}{due}"
    past = row["due"] is not None and ask.as_of > row["due"]  # type: ignore[operator] # a day
    if light == "red" or past:
        why = "red" if light == "red" else "the target is past its day"
        yield Finding(order=Order.RED, words=f"{words}: {why}.", weight=lacking)
    elif light == "amber" or (ahead is not None and ahead < 0):
        behind = "" if ahead is None or ahead >= 0 else f", {-ahead:.1f} behind its way"
        pace = _pace(row)
        yield Finding(order=Order.OFF_PACE, words=f"{words}{behind}{pace}.", weight=lacking)


def _pace(row: Row) -> str:
    needed, gained = (_number(row[name]) for name in ("required_per_month", "observed_per_month"))
    if needed is None or gained is None:
        return ""
    there = "" if row["eta"] is None else f", there on {row['eta']}"
    return f"; it gains {gained:.2f} a month and needs {needed:.2f}{there}"
