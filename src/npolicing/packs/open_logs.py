"""The backlog in a pack: logs that were open when its period ended, by grade and age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import pandas as pd

from npolicing._wording import day_words
from npolicing.disclosure import Links
from npolicing.exhibits import Table
from npolicing.packs.hiding import why_hidden
from npolicing.packs.layout import pack_table, text, value
from npolicing.packs.long_form import PackFigure
from npolicing.packs.quantities import Line, Quantity

if TYPE_CHECKING:
    from npolicing.packs.asking import Ask
    from npolicing.packs.log_lines import LogFacts

__all__ = ["OpenLogs", "open_logs"]

_BANDS = {
    "hours_0_to_24": "Under a day",
    "hours_24_to_72": "1 to 3 days",
    "hours_72_to_168": "3 to 7 days",
    "hours_168_to_672": "7 to 28 days",
    "hours_672_or_more": "28 days or more",
}
_COUNTS = ("open", "unknown", *_BANDS)
_LINKS = Links(counts=_COUNTS, parts={"open": tuple(_BANDS)})


@attrs.frozen(kw_only=True)
class OpenLogs:
    """The table of the backlog, and its figures."""

    table: Table
    figures: Sequence[PackFigure]


def open_logs(ask: Ask, logs: LogFacts) -> tuple[OpenLogs | None, tuple[str, ...]]:
    """The backlog of whom a pack is about, or why there is none."""
    found = logs.counts.open_logs
    if found is None:
        why = logs.counts.no_backlog
        return None, (f"The backlog is not known: {why}.",)
    frame = _summed(found)
    shown = ask.hiding.of_counts(frame, "The backlog", _LINKS, ["npu", "priority"])
    of_all = shown["is_total"] & shown["npu"].isna()
    own = shown[of_all] if ask.npu is None else shown[shown["npu"] == ask.npu]
    rows = [{str(name): each for name, each in row.items()} for row in own.to_dict("records")]
    day = ask.period.until
    table = pack_table(
        ask,
        "backlog",
        f"{ask.whom}: logs open at the end of {day_words(day)}, by grade and age",
        [
            text("priority", "Grade"),
            value("open", "Open", "logs"),
            *(value(name, label, "logs") for name, label in _BANDS.items()),
            value("unknown", "Not known", "logs"),
        ],
        [
            {
                "priority": "All grades" if pd.isna(row["priority"]) else row["priority"],
                **{name: _cell(ask, row, name) for name in _COUNTS},
            }
            for row in rows
        ],
        notes=[
            (
                "A log is open if it was received by then and not closed by then. Not known: its "
                "status says that it is over, and nothing when."
            ),
            (
                "It knows only the logs of the store: what was open from before its first month is "
                "not among them."
            ),
        ],
        source=ask.source(logs=True),
        synthetic=ask.inputs.synthetic_logs,
    )
    lines = (_line(ask, row) for row in rows)
    figures = [f for line in lines for f in line.figures(ask.name, ask.inputs.force, {})]
    return OpenLogs(table=table, figures=figures), ()


def _cell(ask: Ask, row: Mapping[str, object], name: str) -> object:
    found = _number(row[name])
    return ask.hiding.symbol(why_hidden(row, (name,))) if found is None else found


def _number(value: object) -> int | None:
    return None if str(value) in ("<NA>", "nan", "None") else int(str(value))


def _line(ask: Ask, row: Mapping[str, object]) -> Line:
    """One grade's open logs, as a count that stood when the period ended."""
    grade = None if pd.isna(row["priority"]) else str(row["priority"])  # type: ignore[call-overload] # text
    return Line(
        section="calls",
        measure="open_logs",
        label="Open logs",
        unit="logs",
        npu=ask.npu,
        item=grade,
        is_total=ask.npu is None,
        times={
            "as_of": Quantity(
                numerator=_number(row["open"]),
                unknown=_number(row["unknown"]),
                figure=_number(row["open"]),
                hidden=why_hidden(row, ("open",)),
            )
        },
        day=ask.period.until,
        synthetic=ask.inputs.synthetic_logs,
    )


def _summed(found: pd.DataFrame) -> pd.DataFrame:
    """The backlog by unit and grade with its sums: by unit, by grade, and of all."""
    plain = found[["npu", "priority", *_COUNTS]]
    by_grade = plain.groupby("priority")[[*_COUNTS]].sum().reset_index()
    # A sum over the logs of no unit would look like that of all.
    by_unit = plain.groupby("npu")[[*_COUNTS]].sum().reset_index()
    whole = plain[[*_COUNTS]].sum().to_frame().T
    sums = pd.concat(
        [each.reindex(columns=plain.columns) for each in (by_grade, by_unit, whole)],
        ignore_index=True,
    ).astype(plain.dtypes.to_dict())
    both = [plain.assign(is_total=False), sums.assign(is_total=True)]
    return pd.concat(both, ignore_index=True)
