"""Rows that are no data: blank ones, the header again, and totals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from npolicing._checks import mask
from npolicing.arrow import Array
from npolicing.intake.cells import Fault, Suppressed, Value, fold
from npolicing.intake.line_names import OURS
from npolicing.intake.plan import FieldPlan, Plan
from npolicing.intake.profile import SetAside
from npolicing.intake.raw import RawRows

__all__ = ["Aside", "Total", "aside"]


@attrs.frozen(kw_only=True, eq=False)
class Total:
    """A row that sums up others.

    Attributes:
        line: Its line.
        aside: What the profile says of such rows.
        label: What it is called.
        printed: What it says, by the number of the record in a row and the field; null where the
            cell is empty, a fault where it cannot be read.
        cells: Its cells.
        text: It as it stands in the file.
    """

    line: int
    aside: SetAside
    label: str
    printed: dict[tuple[int, str], Value | Fault | None]
    cells: tuple[str, ...]
    text: str


@attrs.frozen(kw_only=True, eq=False)
class Aside:
    """Rows that were set aside.

    Attributes:
        kept: Whether each row is data.
        counts: How many were set aside, by the reason.
        totals: Those that others must add up to.
    """

    kept: NDArray[np.bool_]
    counts: Counter[str]
    totals: list[Total]


def aside(rows: RawRows, plan: Plan) -> Aside:
    """Tell rows that are no data from those that are."""
    kept = np.ones(len(rows), np.bool_)
    counts: Counter[str] = Counter()
    totals: list[Total] = []
    first = next((place for place in rows.columns if place not in plan.unnamed), None)
    if first is not None:
        for row in np.flatnonzero(_suspect(rows.columns[first], plan.header[first])).tolist():
            if why := _blank_or_header(rows, row, plan):
                kept[row] = False
                counts[why] += 1
    # Among refused rows that were mended, a total has few of those that it sums up.
    mended = any(name.startswith(OURS) for name in plan.header)
    for each in plan.profile.set_aside:
        for row, label in _labelled(rows, each, plan):
            if kept[row]:
                kept[row] = False
                if each.adds_up and not mended:
                    totals.append(_total(rows, row, label, each, plan))
                else:
                    counts[each.why] += 1
    return Aside(kept=kept, counts=counts, totals=totals)


def _suspect(column: Array, header: str) -> NDArray[np.bool_]:
    """Rows that may be blank, or the header again, by one cell of them."""
    if pa.types.is_string(column.type):
        return mask(pc.match_substring_regex(column, _blank_or(header)))
    texts, codes = _coded(column)
    flags = np.array([text.strip() == "" or fold(text) == fold(header) for text in texts], np.bool_)
    found: NDArray[np.bool_] = flags[codes]
    return found


def _blank_or(header: str) -> str:
    """A pattern of texts that are blank or a header, or may be so by what nobody sees of them."""
    words = r"[\s]+".join(map(re.escape, fold(header).split()))
    return rf"(?i)^[\s\x00-\x1f]*({words})?[\s\x00-\x1f]*$|[^\x00-\x7f]"


def _coded(column: Array) -> tuple[list[str], NDArray[np.integer]]:
    """The different texts of a column, and which of them each row has."""
    whole = column if isinstance(column, pa.DictionaryArray) else column.dictionary_encode()
    return list(map(str, whole.dictionary.to_pylist())), whole.indices.to_numpy()


def _blank_or_header(rows: RawRows, row: int, plan: Plan) -> str:
    cells = rows.source.cells(row)
    if not any(map(str.strip, cells)):
        return "a blank line"
    if tuple(map(fold, cells)) == tuple(map(fold, plan.header)):
        return "the header again"
    return ""


def _labelled(rows: RawRows, each: SetAside, plan: Plan) -> Iterator[tuple[int, str]]:
    labels = set(map(fold, each.labels))
    texts, codes = _coded(rows.columns[plan.place(each.header)])
    wanted = [code for code, text in enumerate(texts) if fold(text) in labels]
    if wanted:
        for row in np.flatnonzero(np.isin(codes, wanted)).tolist():
            yield row, texts[codes[row]]


def _total(rows: RawRows, row: int, label: str, each: SetAside, plan: Plan) -> Total:
    printed = {
        (number, planned.field.name): _printed(rows, row, planned)
        for number, fields in enumerate(plan.records)
        for planned in fields
        if planned.field.name in each.adds_up and planned.places
    }
    return Total(
        line=int(rows.lines[row]),
        aside=each,
        label=label,
        printed=printed,
        cells=tuple(rows.source.cells(row)),
        text=rows.source.text(row),
    )


def _printed(rows: RawRows, row: int, planned: FieldPlan) -> Value | Fault | None:
    text = rows.cell(row, planned.places[0])
    if not text or fold(text) in planned.nulls | {""}:
        return None
    value = planned.parser.parse(text)
    return None if isinstance(value, Suppressed) else value
