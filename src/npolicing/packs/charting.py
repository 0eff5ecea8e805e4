"""Charts of a pack, built by `npolicing.exhibits` out of the results that its tables show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from npolicing.exhibits import (
    Chart,
    attendance_chart,
    control_figure,
    demand_chart,
    spend_chart,
    trajectory_chart,
    trend_chart,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypedDict

    import pandas as pd

    from npolicing.packs.asking import Ask, Part
    from npolicing.packs.log_lines import LogFacts
    from npolicing.vocabulary import ObservationKind

    class Shared(TypedDict):
        """What every builder takes."""

        name: str
        source: str
        synthetic: bool
        marking: str | None
        names: Mapping[str, str]


__all__ = ["spending", "trending", "ways", "with_charts"]

_MONTHS = 24
"""Months that charts by unit show: two of each season."""


_SEASONS = "Seasons are not taken out: a signal each summer is one. Read the change on the year."


def with_charts(ask: Ask, part: Part) -> Part:
    """The section on calls with its charts before its tables."""
    if not ask.charts or ask.hiding.asked or ask.logs is None or not part.section.exhibits:
        return part
    charts = [*_by_unit(ask, ask.logs), *_controlled(ask, ask.logs)]
    section = attrs.evolve(part.section, exhibits=(*charts, *part.section.exhibits))
    return attrs.evolve(part, section=section)


def _shared(ask: Ask, name: str, *tables: str, logs: bool = False) -> Shared:
    made_up = ask.inputs.synthetic_logs if logs else ask.inputs.synthetic(*tables)
    return {
        "name": f"{ask.name}-{name}".replace("-", "_").lower(),
        "source": ask.source(*tables, logs=logs),
        "synthetic": made_up,
        "marking": ask.marking,
        "names": {unit: ask.inputs.name_of(unit) for unit in ask.units},
    }


def _controlled(ask: Ask, logs: LogFacts) -> Iterator[Chart]:
    """The control charts of whom the pack is about: of the unit, or of the force."""
    unit = (ask.npu, ask.npu is None)
    labels = {(share.name, share.item): share.label for share in logs.shares}
    for (measure, item), charts in logs.charts.items():
        if measure == "attendance_share" or unit not in charts:
            continue
        shares = measure != "logs_per_day"
        label = labels.get((measure, item), "Logs a day")
        name = f"chart_{measure}{'' if item is None else f'_{item}'}"
        frame = charts[unit]
        yield control_figure(
            frame if ask.npu is not None else frame.drop(columns="npu"),
            label=label,
            unit="ratio" if shares else None,
            notes=() if shares else (_SEASONS,),
            **_shared(ask, name, logs=True),
        )


def _by_unit(ask: Ask, logs: LogFacts) -> Iterator[Chart]:
    """Demand and attendance of each unit beside one another."""
    if ask.npu is not None:
        return
    months = ask.period.history(_MONTHS)
    demand = logs.series.get(("logs_per_day", None))
    if demand is not None:
        frame = demand.frame[demand.frame["month"].isin(months) & ~demand.frame["is_total"]]
        kept = frame[frame["npu"].isin(ask.units)]
        if len(kept):
            yield demand_chart(kept, **_shared(ask, "chart_demand", logs=True))
    share = next(each for each in logs.shares if each.name == "attendance_ratio")
    series = logs.series.get((share.name, share.item))
    if series is not None:
        frame = series.frame[series.frame["month"].isin(months) & ~series.frame["is_total"]]
        kept = frame[frame["npu"].isin(ask.units)].drop(columns="whole")
        if len(kept):
            shared = _shared(ask, "chart_attendance", logs=True)
            yield attendance_chart(kept, label=share.label, **shared)


def trending(ask: Ask, frame: pd.DataFrame) -> list[Chart]:
    """The chart of emerging trends."""
    if not ask.charts or ask.hiding.asked:
        return []
    shared = _shared(ask, "chart_trends", "crimes", "crime_counts")
    return [trend_chart(frame, **shared)]


def ways(ask: Ask, kind: ObservationKind, frame: pd.DataFrame) -> list[Chart]:
    """The chart of counts on their way to their targets."""
    if not ask.charts or frame["base"].isna().all():
        return []
    shared = _shared(ask, f"chart_{kind}", "observations", "targets", "milestones")
    return [trajectory_chart(frame, kind=kind, **shared)]


def spending(ask: Ask, fund: str, label: str, frame: pd.DataFrame) -> list[Chart]:
    """The chart of budgets and what is spent of them, of several units."""
    if not ask.charts or len(frame) < 2:
        return []
    shared = _shared(ask, f"chart_spend_{fund}", "budget_positions")
    return [spend_chart(frame, label=label, **shared)]
