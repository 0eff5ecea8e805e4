"""Wards in a pack: which of them have an active scheme of each kind, and which have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from npolicing._records import Records
from npolicing._wording import day_words, joined
from npolicing.entities import Scheme, Ward
from npolicing.measures import coverage
from npolicing.packs.layout import pack_table, text, value
from npolicing.packs.log_measures import number_of
from npolicing.packs.quantities import Line, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from npolicing.exhibits import Table
    from npolicing.packs.asking import Ask

__all__ = ["bare_wards", "coverage_line", "coverage_table", "covered", "records"]

_SHOWN = 20
Row = dict[str, object]


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a result."""
    return [{str(name): each for name, each in row.items()} for row in frame.to_dict("records")]


def covered(ask: Ask) -> pd.DataFrame:
    """Ward coverage by kind of scheme: of the unit, or of each unit and the force."""
    wards, own = _wards(ask), _own_schemes(ask)
    if not wards:
        return pd.DataFrame()
    parts = []
    for kind in sorted({row.kind for row in own}) or ["street_watch"]:
        kept = Records(Scheme, [row for row in own if row.kind == kind])
        frame = coverage(
            kept, Records(Ward, wards), by="npu", as_of=ask.as_of, total=ask.npu is None
        )
        parts.append(frame.assign(kind=kind))
    return pd.concat(parts, ignore_index=True)


def _wards(ask: Ask) -> list[Ward]:
    return ask.own(ask.inputs.tables.of_entity("wards", Ward))


def _own_schemes(ask: Ask) -> list[Scheme]:
    """The schemes of its units; a ward of another unit is left to that unit."""
    return ask.own(ask.inputs.tables.of_entity("schemes", Scheme))


def _kind_label(kind: object) -> str:
    return str(kind).replace("_", " ").title().replace("Pcsos", "PCSOs")


def coverage_table(ask: Ask, covered: pd.DataFrame) -> Table:
    """The table of ward coverage."""
    return pack_table(
        ask,
        "wards",
        f"{ask.whom}: wards with an active scheme, {day_words(ask.as_of)}",
        [
            *([] if ask.npu else [text("unit", "NPU")]),
            text("label", "Scheme"),
            value("wards", "Wards", "wards"),
            value("covered", "With one", "wards"),
            value("uncovered", "Without", "wards"),
            value("coverage", "Share", "ratio"),
            value("unplaced", "Schemes without a ward", "schemes"),
        ],
        [
            {
                **row,
                "label": _kind_label(row["kind"]),
                "unit": "Force" if row["is_total"] else row["npu"],
                "is_total": False,
            }
            for row in records(covered)
        ],
        notes=["A scheme may work in several wards, and a ward have several schemes."],
        source=ask.source("schemes", "wards"),
        synthetic=ask.inputs.synthetic("schemes", "wards"),
    )


def coverage_line(ask: Ask, row: Mapping[str, object]) -> Line:
    """The coverage of a unit, or of the force, as it stood on the day."""
    return Line(
        section="schemes",
        measure="ward_coverage",
        label="Wards with an active scheme",
        unit="ratio",
        npu=None if row["is_total"] else str(row["npu"]),
        item=str(row["kind"]),
        is_total=bool(row["is_total"]),
        times={
            "as_of": Quantity(
                numerator=number_of(row["covered"]),
                denominator=number_of(row["wards"]),
                figure=number_of(row["coverage"]),
            )
        },
        day=ask.as_of,
        synthetic=ask.inputs.synthetic("schemes", "wards"),
    )


def bare_wards(ask: Ask) -> Iterator[str]:
    """Which wards have no active Street Watch scheme: the ambition is every ward."""
    own = [row for row in _own_schemes(ask) if row.kind == "street_watch"]
    wards = Records(Ward, _wards(ask))
    if not own:
        return
    frame = coverage(Records(Scheme, own), wards, by=["npu", "ward"], as_of=ask.as_of)
    names = {row.ward: row.name for row in wards}
    bare = [names[str(row["ward"])] for row in records(frame) if row["uncovered"]]
    if not bare:
        yield "Every ward has an active Street Watch scheme."
        return
    shown = joined(sorted(bare)[:_SHOWN])
    rest = len(bare) - _SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    yield f"Wards without an active Street Watch scheme: {shown}{more}."
