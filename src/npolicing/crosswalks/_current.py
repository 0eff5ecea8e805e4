"""Rows whose area was none on their day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from npolicing._checks import gathered
from npolicing._columns import Column, Field
from npolicing._examining import Rows
from npolicing._failures import KEPT, Failure, Failures, Fault
from npolicing._storage import stored, stored_pandas
from npolicing.crosswalks._crosswalk import Crosswalk
from npolicing.crosswalks._links import lives, stays
from npolicing.crosswalks._tables import Coded, as_frame, codes_of, require
from npolicing.errors import ColumnTypeError, MixedRowsError, ValidationError

if TYPE_CHECKING:
    from typing import Any

    import narwhals.stable.v2 as nw
    from numpy.typing import NDArray

__all__ = ["check_areas"]

_CODE = "AREA_NOT_CURRENT"
_ENDS = np.iinfo(np.int64)
_EPOCH = date(1970, 1, 1)


def check_areas(
    rows: Rows, crosswalk: Crosswalk, *, on: str, day: str, keep: int = KEPT
) -> Failures:
    """Rows whose area was not current on their day: not yet, or no more.

    An area begins with the first change that leads to it, unless a link says that it stays on that
    day, and ends where it is replaced. A change without a day bounds nothing, nor is there anything
    to say of a row without a code or a day, or whose code the crosswalk does not have.

    Args:
        rows: Records, or a frame, with a row for each thing that is counted.
        crosswalk: Changes of the kind of area that `on` has the codes of.
        on: Column of the areas' codes.
        day: Column of the days, such as `received_on`.
        keep: How many failures to keep; all are counted.

    Returns:
        A failure with the code AREA_NOT_CURRENT for each such row, which counts from 0; its rule
        says from when and until when the area is one, and by which it is replaced. Empty where all
        is well.

    Raises:
        ValueError: If `keep` is not positive.
        MixedRowsError: If the crosswalk is a lookup, which has no days.
        MissingColumnsError: If a column is not there; names each.
        ColumnTypeError: If codes are no text, or days no days.
        ValidationError: If a day cannot be kept as one.

    Source: a unit's code counts within its dates, as in `NPU.valid_from` and `NPU.valid_to`.

    >>> from datetime import date
    >>> import pandas as pd
    >>> from npolicing.entities import AreaLink
    >>> day = date(2020, 4, 1)
    >>> merged = [
    ...     AreaLink(force="AVS", kind="npu", from_area=unit, to_area="E", valid_from=day)
    ...     for unit in ("NE", "SE")
    ... ]
    >>> logs = pd.DataFrame({"npu": ["NE", "E", "NE"]})
    >>> logs["received_on"] = [date(2020, 3, 31), date(2020, 3, 31), date(2020, 4, 1)]
    >>> for each in check_areas(logs, Crosswalk.from_rows(merged), on="npu", day="received_on"):
    ...     print(each)
    row 1, npu, received_on: ('E', datetime.date(2020, 3, 31)) breaks is an area from 2020-04-01 \
[AREA_NOT_CURRENT]
    row 2, npu, received_on: ('NE', datetime.date(2020, 4, 1)) breaks is an area until it is \
replaced on 2020-04-01 by E [AREA_NOT_CURRENT]
    """
    if keep < 1:
        raise ValueError(f"keep is at least 1 failure, not {keep}")
    if crosswalk.is_lookup:
        raise MixedRowsError(
            "check_areas takes changes of one kind of area, and this crosswalk is a lookup from "
            "one kind to another, which has no days."
        )
    frame = as_frame(rows)
    require([on, day], frame.columns)
    codes, days = codes_of("check_areas", frame, on), _days(frame, day)
    known = lives(crosswalk.links)
    bounds = [_bounds(known.get(code, (None, None))) for code in codes.values]
    # The last is that of null, whose code is -1.
    first, last = np.array([*bounds, _bounds((None, None))], dtype=np.int64)[codes.rows].T
    outside = (days < first) | (days >= last)
    wrong = np.flatnonzero(outside & (days != _ENDS.min))
    return _told(wrong, codes, days, _rules(codes, crosswalk), column=f"{on}, {day}", keep=keep)


def _told(
    wrong: NDArray[np.intp],
    codes: Coded,
    days: NDArray[np.int64],
    rules: Sequence[str],
    *,
    column: str,
    keep: int,
) -> Failures:
    """The first failures of some rows, and the number of all."""

    def describe(row: int) -> list[Failure]:
        code = int(codes.rows[row])
        value = (codes.values[code], date.fromordinal(_EPOCH.toordinal() + int(days[row])))
        return [Failure(code=_CODE, rule=rules[code], column=column, row=row, value=value)]

    counts: Counter[Fault] = Counter()
    for code, number in Counter(codes.rows[wrong].tolist()).items():
        counts[_CODE, column, rules[code]] += number
    return Failures(gathered(wrong, keep, describe, counts).failures, counts)


def _bounds(life: tuple[date | None, date | None]) -> tuple[int, int]:
    first, last = life
    return (
        _ENDS.min if first is None else (first - _EPOCH).days,
        _ENDS.max if last is None else (last - _EPOCH).days,
    )


def _days(frame: nw.DataFrame[Any], name: str) -> NDArray[np.int64]:
    """Days since 1970; the smallest number where there is none."""
    field = Field(
        name=name,
        kind="date",
        nullable=True,
        choices=(),
        required=True,
        default=None,
        column=Column("A day."),
    )
    native = frame.to_native()
    pandas = frame.implementation.is_pandas()
    cells = stored_pandas(field, native[name]) if pandas else stored(field, frame[name].to_arrow())
    if cells.refused is not None:
        raise ColumnTypeError("check_areas", [cells.refused])
    if cells.failures:
        raise ValidationError("check_areas", cells.failures)
    numbers = cells.array.cast(pa.int32()).cast(pa.int64()).fill_null(_ENDS.min)
    return np.asarray(numbers.to_numpy(), dtype=np.int64)


def _rules(codes: Coded, crosswalk: Crosswalk) -> list[str]:
    """For each code in what period it is an area's."""
    known = lives(crosswalk.links)
    by: dict[str, list[str]] = {}
    for link in crosswalk.links:
        if not stays(link):
            by.setdefault(link.from_area, []).append(link.to_area)
    rules = []
    for code in codes.values:
        first, last = known.get(code, (None, None))
        words = [] if first is None else [f"from {first}"]
        if last is not None:
            words.append(f"until it is replaced on {last} by {', '.join(by[code])}")
        rules.append(f"is an area {' '.join(words)}")
    return rules
