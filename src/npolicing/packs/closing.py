"""What stands at the end of a pack: the meanings of its words, and what it was made from."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from npolicing._clock import now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from npolicing.packs.asking import Ask

__all__ = ["definitions", "provenance"]

_DEFINITIONS = (
    (
        "Order of the findings",
        (
            "What the inputs lack; what is red, or past its day; what is overdue; what is off its "
            "pace, or amber; signals for the worse; emerging trends; signals of which nobody said "
            "which way is good; what is better. Within each, the largest first."
        ),
    ),
    (
        "Calls for service",
        "Logs as the control room holds them. A log is no crime and no call.",
    ),
    (
        "95 % interval",
        "How far chance alone would carry the figure, had the same days been lived again.",
    ),
    (
        "Control chart",
        (
            "Mean and limits of the last 36 months at most (XmR, by the rules of NHS England's "
            "Making Data Count). A point outside the limits, a run of seven on one side of the "
            "mean, a trend of seven, or two of three near a limit is a special cause; all else is "
            "common cause."
        ),
    ),
    (
        "Year before",
        (
            "The same months of the year before. Counts are compared by day; of a period that is "
            "not over, with the same days."
        ),
    ),
    ("Financial year so far", "From 1 April to the end of the period, as a ratio of sums."),
    (
        "Status",
        (
            "Green, amber or red by thresholds that the table thresholds states; none is there by "
            "default, for a threshold is policy."
        ),
    ),
    (
        "Attendance by neighbourhood teams",
        (
            "First or later. More of it at the urgent grades may be help in a surge, or officers "
            "taken from their neighbourhoods: so no way is good unless a threshold says so."
        ),
    ),
    ("–", "Not known, or not defined. It is never 0."),  # noqa: RUF001 # the dash of the tables
)


def definitions(ask: Ask) -> tuple[tuple[str, str], ...]:
    """The terms that a pack uses."""
    return (*_DEFINITIONS, *_hidden(ask))


def _hidden(ask: Ask) -> Iterator[tuple[str, str]]:
    rule = ask.hiding.rule
    if rule is None:
        return
    base = "" if rule.base is None else f"; all others are rounded to the nearest {rule.base}"
    yield (
        f"{rule.symbol} and *",
        (
            f"Small numbers are hidden by the rule {rule.name}: {rule.symbol} for 1 to "
            f"{rule.threshold - 1}, * for what would tell them{base}. Each table is looked at by "
            "itself: whoever publishes several tables, or packs of several months, holds them "
            "against one another first. Schemes, wards, money, problems and actions are no "
            "people, and are shown."
        ),
    )
    for words in dict.fromkeys(ask.hiding.told):
        yield "Left out, or hidden whole", words


def provenance(ask: Ask) -> tuple[tuple[str, str], ...]:
    """What a pack was made from, with what, and what was asked for."""
    inputs = ask.inputs
    told = [
        (
            "Made by",
            (
                f"npolicing {version('npolicing')}, pandas {version('pandas')}, "
                f"pyarrow {version('pyarrow')}"
            ),
        ),
        ("Made at", now().isoformat(timespec="seconds")),
        ("Asked for", _asked(ask)),
    ]
    if inputs.store is not None:
        own = [each for each in inputs.store.files if each.force == inputs.force]
        rows = sum(each.rows for each in own)
        span = f"{own[0].month} to {own[-1].month}" if own else "no month"
        made_up = ", synthetic" if inputs.synthetic_logs else ""
        told.append(
            (
                "Log store",
                (
                    f"{inputs.store.path.name}: {rows:,} logs of {inputs.force}, {span}, "
                    f"{len(own)} files, {sum(each.size for each in own):,} bytes{made_up}"
                ),
            )
        )
    if ask.logs is not None:
        counts = ask.logs.counts
        told.append(("Logs counted", f"{counts.logs:,} of {len(counts.months)} months"))
    for name, file in inputs.tables.files.items():
        words = f"{file.rows:,} rows, SHA-256 {file.sha256}"
        told.append((f"Table {name}", f"{file.name}: {words}"))
    if inputs.reference is not None:
        told.append(("Force data", f"{inputs.force}, {len(inputs.reference.npus)} units"))
    return tuple(told)


def _asked(ask: Ask) -> str:
    parts = [f"{ask.forum} pack", f"of {ask.npu or ask.inputs.force}", f"for {ask.period.name}",
             f"as of {ask.as_of}"]  # fmt: skip
    if ask.hiding.rule is not None:
        parts.append(f"small numbers hidden by {ask.hiding.rule.name}")
    return ", ".join(parts)
