"""Emerging trends in a pack: burglary, robbery and vehicle crime, by more than chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from npolicing.disclosure import Links
from npolicing.entities import Crime, CrimeCount
from npolicing.exhibits import Section
from npolicing.frames import to_arrow
from npolicing.measures import emerging_trends
from npolicing.packs.asking import Finding, Order, Part
from npolicing.packs.charting import trending
from npolicing.packs.hiding import Hiding, why_hidden
from npolicing.packs.layout import TIMES, pack_table, text, value
from npolicing.packs.periods import Period
from npolicing.packs.quantities import Change, Line, Quantity, Times

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from npolicing.packs.asking import Ask
    from npolicing.packs.inputs import PackInputs

__all__ = ["WATCHED", "Trends", "trends"]

WATCHED = ("burglary", "robbery", "vehicle crime")
"""The kinds of crime whose emerging trends the board paper names (paragraphs 29 and 30)."""
_LINKS = Links(
    counts=("crimes", "base"),
    free=("month", "base_month", "days", "base_days", "points", "trial", "signals_by_chance",
          "not_judged"),
)  # fmt: skip
_SIGNALS = {
    "outside_limits": "outside the limits",
    "trend": "a trend",
    "near_limit": "near a limit",
    "run": "a run",
}
Row = Mapping[str, object]


class Trends:
    """The table of emerging trends of all units at once, or why there is none."""

    def __init__(self, inputs: PackInputs, period: Period, hiding: Hiding) -> None:
        self.frame, self.missing = _trends(inputs, period)
        if self.frame is not None:
            self.frame = hiding.of_counts(
                self.frame, "Emerging trends", _LINKS, ["npu", "category"]
            )


def _trends(inputs: PackInputs, period: Period) -> tuple[pd.DataFrame | None, str | None]:
    crimes = _crimes(inputs)
    if crimes is None:
        return None, (
            "The tables crimes and crime_counts are missing. Either would have shown whether "
            "burglary, robbery or vehicle crime rise by more than chance."
        )
    known = {str(each) for each in crimes["category"].unique().to_pylist()}
    kept = sorted(each for each in known if _plain(each) in WATCHED)
    if not kept:
        return None, (
            f"The crimes have no category {', '.join(WATCHED)}; they have "
            f"{', '.join(sorted(known)) or 'no rows'}."
        )
    months = {str(each) for each in crimes["month"].unique().to_pylist()}
    if period.last not in months:
        return None, f"The crimes have none of {period.last}: no trend can be told of it."
    by = ("npu", "category")
    return emerging_trends(crimes, month=period.last, by=by, categories=kept), None


def _plain(category: str) -> str:
    return " ".join(category.casefold().replace("_", " ").replace("-", " ").split())


def _crimes(inputs: PackInputs) -> pa.Table | None:
    tables = inputs.tables
    if tables.has("crimes"):
        return to_arrow(tables.of_entity("crimes", Crime), Crime)
    if tables.has("crime_counts"):
        return to_arrow(tables.of_entity("crime_counts", CrimeCount), CrimeCount)
    return None


def trends(ask: Ask, found: Trends) -> Part:
    """The section on emerging trends."""
    heading = "Emerging trends: burglary, robbery, vehicle crime"
    if found.frame is None:
        return Part(section=Section(heading=heading, missing=(str(found.missing),)))
    every = [{str(k): v for k, v in row.items()} for row in found.frame.to_dict("records")]
    rows = [row for row in every if _text(row["npu"]) in ask.units]
    if not rows:
        words = f"No crime of these kinds is of {ask.whom} in the history."
        return Part(section=Section(heading=heading, missing=(words,)))
    made_up = ask.inputs.synthetic("crimes", "crime_counts")
    table = pack_table(
        ask,
        "trends",
        f"{ask.whom}: crimes of {_text(rows[0]['month'])} against the year before",
        [
            *([] if ask.npu else [text("npu", "NPU")]),
            text("category", "Category"),
            value("crimes", "Crimes", "crimes"),
            value("base", "Year before", "crimes"),
            value("rate_ratio", "Ratio a day", "", 2),
            value("low", "From", "", 2),
            value("high", "To", "", 2),
            value("p_adjusted", "p, adjusted", "probability", 3),
            text("change", "Change"),
            text("signal", "Control chart"),
        ],
        [_cells(ask, row) for row in rows],
        notes=_notes(every, rows),
        source=ask.source("crimes", "crime_counts"),
        synthetic=made_up,
    )
    times = {**Times.around(Period.month(str(rows[0]["month"]))).of}
    figures = [
        one
        for row in rows
        for one in _line(row, made_up=made_up).figures(ask.name, ask.inputs.force, times)
    ]
    flagged = [finding for row in rows for finding in _findings(ask, row)]
    if flagged:
        flagged.append(Finding(order=Order.TREND, words=_expected(rows), weight=-1.0))
    return Part(
        section=Section(
            heading=heading,
            words=(_expected(rows),),
            exhibits=(*trending(ask, _kept(ask, found.frame)), table),
        ),
        figures=figures,
        findings=flagged,
    )


def _kept(ask: Ask, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of a pack's units; of one unit without its column."""
    own = frame[frame["npu"].isin(ask.units)].reset_index(drop=True)
    return own if ask.npu is None else own.drop(columns="npu")


def _text(cell: object) -> str | None:
    return None if cell is None or str(cell) in ("nan", "<NA>", "None") else str(cell)


def _number(cell: object) -> float | None:
    found = _text(cell)
    return None if found is None else float(found)


def _cells(ask: Ask, row: Row) -> dict[str, object]:
    change = _text(row.get("change"))
    signal = _text(row.get("signal"))
    since = _text(row.get("since"))
    shown: dict[str, object] = {}
    for name in ("crimes", "base"):
        number = _number(row[name])
        shown[name] = ask.hiding.symbol(why_hidden(row, (name,))) if number is None else number
    return {
        "category": row["category"],
        "npu": row["npu"],
        **shown,
        **{n: _number(row.get(n)) for n in ("rate_ratio", "low", "high", "p_adjusted")},
        "change": _WORDS.get(str(change), _text(row.get("not_judged"))),
        "signal": None
        if signal is None
        else "none"
        if signal == "none"
        else f"{_SIGNALS[signal]}, since {since}",
    }


_WORDS = {
    "not_notable": "not notable",
    "concern": "notably more",
    "improvement": "notably fewer",
    "neutral_high": "notably more",
    "neutral_low": "notably fewer",
}


def _line(row: Row, *, made_up: bool) -> Line:
    count, base = _number(row["crimes"]), _number(row["base"])
    days, base_days = _number(row["days"]), _number(row["base_days"])

    def quantity(number: float | None, length: float | None, name: str) -> Quantity:
        rate = None if number is None or not length else number / length
        return Quantity(
            numerator=number, denominator=length, figure=rate, hidden=why_hidden(row, (name,))
        )

    return Line(
        section="trends",
        measure="crimes_per_day",
        label=str(row["category"]),
        unit="crimes a day",
        npu=_text(row["npu"]),
        item=str(row["category"]),
        times={
            "period": quantity(count, days, "crimes"),
            "year_before": quantity(base, base_days, "base"),
        },
        changes={
            "period": Change(
                change=_number(row.get("rate_ratio")),
                low=_number(row.get("low")),
                high=_number(row.get("high")),
                is_ratio=True,
            )
        },
        synthetic=made_up,
    )


def _expected(rows: Sequence[Row]) -> str:
    """How many of the series are flagged, and how many would be by chance."""
    notable = sum(_text(row.get("notable")) == "True" for row in rows)
    signals = sum(_text(row.get("signal")) not in (None, "none") for row in rows)
    chance = sum(_number(row.get("signals_by_chance")) or 0.0 for row in rows)
    return (
        f"Of {len(rows)} series {notable} changed notably and {signals} have a signal on their "
        f"chart; where nothing changes, chance alone gives {chance:.1f} signals, and of what is "
        "notable one in twenty on average."
    )


def _notes(every: Sequence[Row], rows: Sequence[Row]) -> list[str]:
    notes = [
        (
            f"p, adjusted: for the {len(every)} series that are looked at in the force. Notable: "
            "below 5 %. A rise may be one of recording or reporting."
        ),
    ]
    if any(_text(row.get("not_judged")) for row in rows):
        notes.append("What is not judged says why; it is not without change.")
    return notes


def _findings(ask: Ask, row: Row) -> Iterator[Finding]:
    change, signal = _text(row.get("change")), _text(row.get("signal"))
    notable = change not in (None, "not_notable")
    if not notable and signal in (None, "none"):
        return
    count, base, ratio = (_number(row.get(name)) for name in ("crimes", "base", "rate_ratio"))
    where = "" if ask.npu else f" in {ask.unit_name(_text(row['npu']))}"
    said = f"{row['category']}{where}"
    if count is not None:
        said += f": {count:,.0f} in {row['month']}"
    if base is not None:
        said += f", {base:,.0f} the year before"
    if ratio is not None:
        said += f" (a day {TIMES} {ratio:.2f})"
    parts = [str(_WORDS[str(change)])] if notable else []
    if signal not in (None, "none"):
        parts.append(f"chart: {_SIGNALS[str(signal)]}, since {row['since']}")
    better = change == "improvement" or (not notable and _text(row["reading"]) == "improvement")
    order = Order.BETTER if better else Order.TREND
    yield Finding(order=order, words=f"{said}: {'; '.join(parts)}.", weight=ratio or 0.0)
