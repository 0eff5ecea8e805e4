"""The measures of a pack at a glance: each with its target, its past, and what a chart says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from npolicing._wording import UNKNOWN, day_words, figure
from npolicing.exhibits import Section
from npolicing.packs.asking import Finding, Order, Part
from npolicing.packs.judging import worded
from npolicing.packs.layout import change_words, number_words, pack_table, span_words, text, value
from npolicing.packs.series import spoken
from npolicing.stats.chance import expected_signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from npolicing.packs.asking import Ask
    from npolicing.packs.log_lines import LogFacts
    from npolicing.packs.quantities import Line, Quantity

__all__ = ["at_a_glance", "figure_words", "judgement"]

_LIGHTS = {
    "green": "Green",
    "amber": "Amber",
    "red": "Red",
    "no_target": "No target",
    "no_data": "No figure",
}


def at_a_glance(ask: Ask) -> Part | None:
    """The measures on logs; null without logs."""
    if ask.logs is None:
        return None
    lines = ask.of_whom(ask.logs.lines)
    table = pack_table(
        ask,
        "glance",
        f"{ask.whom}: measures of {ask.period.label}",
        [
            text("measure", "Measure"),
            value("now", "Figure", ""),
            text("judgement", "Status"),
            value("target", "Target", ""),
            value("span", "95 % interval", ""),
            value("before", "Year before", ""),
            text("change", "Change on the year before"),
            value("to_date", "Financial year so far", ""),
            text("to_date_change", "Change, year so far"),
        ],
        [_row(ask, line) for line in lines],
        notes=_notes(ask.logs, lines),
        source=ask.source("thresholds", logs=True),
        synthetic=ask.inputs.synthetic_logs,
    )
    return Part(
        section=Section(heading="Measures at a glance", exhibits=(table,)),
        findings=[*_incomplete(ask), *(f for line in lines for f in _findings(ask, line))],
    )


def _row(ask: Ask, line: Line) -> dict[str, object]:
    def shown(quantity: Quantity | None) -> str:
        if quantity is None:
            return UNKNOWN
        hidden = ask.hiding.symbol(quantity.hidden)
        if quantity.figure is None and hidden is not None:
            return hidden
        return number_words(_float(quantity.figure), line.unit)

    now = line.now
    aim = None if line.status is None else line.status.target
    return {
        "measure": line.label,
        "now": shown(now),
        "span": span_words(_float(now.low), _float(now.high), line.unit),
        "before": shown(line.times.get("year_before")),
        "change": change_words(line.changes.get("period")),
        "to_date": shown(line.times.get("year_to_date")),
        "to_date_change": change_words(line.changes.get("year_to_date")),
        "target": UNKNOWN if aim is None else number_words(aim, line.unit),
        "judgement": judgement(line),
    }


def _float(number: object) -> float | None:
    return None if number is None else float(str(number))


def judgement(line: Line) -> str:
    """The status of a figure in words: its colour where one was stated, and what its chart says."""
    said = [] if line.status is None else [_LIGHTS[line.status.status]]
    said += [] if line.point is None else line.point.words
    if not said:
        return "no chart: fewer than 12 whole months in a row"
    return "; ".join(said).capitalize() if line.status is None else "; ".join(said)


def figure_words(line: Line) -> str:
    """A figure with its parts."""
    now = line.now
    told = number_words(_float(now.figure), line.unit)
    if now.numerator is None or now.denominator is None:
        return told
    parts = f"{figure(now.numerator, 'count')} of {figure(now.denominator, 'count')}"
    if line.unit != "ratio":
        parts = f"{figure(now.numerator, 'count')} in {figure(now.denominator, 'count')} days"
    return f"{told} ({parts})"


def _findings(ask: Ask, line: Line) -> Iterator[Finding]:
    place = f"{line.label}: {figure_words(line)} in {ask.period.label}"
    if line.status is not None and line.status.status in ("red", "amber"):
        order = Order.RED if line.status.status == "red" else Order.OFF_PACE
        aim = number_words(line.status.target, line.unit)
        words = f"{place}, target {aim}: {_LIGHTS[line.status.status].lower()}."
        yield Finding(order=order, words=words, weight=abs(line.status.gap or 0.0))
    if line.point is not None and spoken(line.point.reading) and _is_news(line):
        order = {"concern": Order.CONCERN, "improvement": Order.BETTER}.get(
            str(line.point.reading), Order.NEUTRAL
        )
        change = line.changes.get("period")
        against = change_words(change)
        than = "" if against == UNKNOWN else f"; against the year before {against}"
        yield Finding(order=order, words=f"{place}: {line.point.words[0]}{than}.")


def _is_news(line: Line) -> bool:
    """Whether a signal is more than a season: of calls, where the year before was different."""
    if line.measure != "logs_per_day":
        return True
    change = line.changes.get("period")
    if change is None or change.low is None or change.high is None:
        return True
    return not change.low <= 1 <= change.high


def _incomplete(ask: Ask) -> Iterator[Finding]:
    """What of the period the logs do not cover."""
    if ask.logs is None:
        return
    counts, period = ask.logs.counts, ask.period
    gone = [month for month in period.months if month not in counts.months]
    if gone:
        has = f"from {counts.months[0]} to {counts.months[-1]}" if counts.months else "of no month"
        yield Finding(
            order=Order.INCOMPLETE,
            words=f"The store has no logs of {', '.join(gone)}; it has some {has}. Figures on logs "
            "of that time are not known, and none of them is 0.",
        )
    elif counts.until is not None and counts.until < period.until:
        days = (period.until - counts.until).days
        word = "day" if days == 1 else "days"
        yield Finding(
            order=Order.INCOMPLETE,
            words=f"The logs end on {day_words(counts.until)}, {days} {word} before "
            f"the end of {period.label}. Logs a day are of the days up to then, held against the "
            "same days of the year before; shares are of the logs that are there.",
        )
    if ask.npu is not None and ask.npu not in counts.units:
        yield Finding(
            order=Order.INCOMPLETE,
            words=f"No log of the history is of {ask.whom}, though the force has logs.",
        )


def _notes(logs: LogFacts, lines: Sequence[Line]) -> list[str]:
    notes = [
        "Change: rates by day over the year before, or percentage points; with 95 % intervals.",
        (
            "Status: a colour only by thresholds that were stated; else what the control chart of "
            "the last 36 months says. Common cause: it moves as it has done."
        ),
        (
            "Calls follow the seasons, and a chart takes none out: a signal of calls is a finding "
            "only where they differ from the year before by more than chance."
        ),
    ]
    for line in lines:
        threshold = logs.threshold(line.measure, line.npu, line.item)
        if threshold is not None:
            source = f" ({threshold.source})" if threshold.source else ""
            notes.append(f"{line.label}: {worded(threshold)}{source}.")
    charted = [line for line in lines if line.point is not None]
    if charted:
        expected = sum(_by_chance(logs, line) for line in charted)
        signals = sum(spoken(line.point.reading) for line in charted if line.point)
        notes.append(
            f"Charts with a signal in the period: {signals} of {len(charted)}; where nothing "
            f"changes, chance alone gives {expected:.1f} on average."
        )
    return notes


def _by_chance(logs: LogFacts, line: Line) -> float:
    """How often a chart such as a line's has a signal in the period by chance alone."""
    item = line.item
    chart = logs.charts[line.measure, item][line.npu, line.is_total]
    by_chance = expected_signals(len(chart))
    months = len(logs.period.months)
    # Of several months, as many times the mean of all points: neighbours share their signals.
    return by_chance.last_point if months == 1 else months * by_chance.flagged / len(chart)
