"""Rows joined to areas, with an account of those that found none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Generic

import attrs
import numpy as np
from narwhals.stable.v2.typing import IntoDataFrameT

from npolicing._examining import Rows
from npolicing._markup import plain_grid
from npolicing._wording import listed, percent
from npolicing.crosswalks._tables import (
    Coded,
    beside,
    coded,
    codes_of,
    eager,
    filtered,
    plain_table,
    require,
)
from npolicing.errors import ColumnTypeError, Failure, MixedRowsError

__all__ = ["AreaJoin", "join_areas"]

_SHOWN = 5
_SHOWN_HTML = 20


@attrs.frozen(kw_only=True, eq=False, repr=False)
class AreaJoin(Generic[IntoDataFrameT]):
    """Rows parted by whether their area was found; each frame has the old order.

    Attributes:
        on: The column of the areas' codes.
        matched: The rows whose area was found, with the columns of the area.
        unmatched: The rows whose area was not found, as they were.
        unmatched_codes: How many rows each code has that was not found, most first; those without
            a code under `None`.
        rows: How many rows there are.
    """

    on: str
    matched: IntoDataFrameT
    unmatched: IntoDataFrameT
    unmatched_codes: Mapping[str | None, int]
    rows: int

    @property
    def unmatched_rows(self) -> int:
        """How many rows found no area; those without a code are among them."""
        return sum(self.unmatched_codes.values())

    @property
    def matched_rows(self) -> int:
        """How many rows found their area."""
        return self.rows - self.unmatched_rows

    @property
    def null_rows(self) -> int:
        """How many rows have no code."""
        return self.unmatched_codes.get(None, 0)

    @property
    def unmatched_ratio(self) -> float | None:
        """Share of the rows that found no area, 0 to 1; null without rows."""
        return self.unmatched_rows / self.rows if self.rows else None

    def _title(self) -> str:
        ratio = self.unmatched_ratio
        share = "" if ratio is None else f" ({percent(ratio)})"
        return (
            f"AreaJoin(on {self.on!r}: {self.rows:,} rows, {self.matched_rows:,} matched, "
            f"{self.unmatched_rows:,} unmatched{share})"
        )

    def __repr__(self) -> str:
        codes = list(self.unmatched_codes.items())
        lines = [f"  {_said(code)}: {number:,}" for code, number in codes[:_SHOWN]]
        rest = len(codes) - _SHOWN
        more = [f"  ... and {rest:,} codes more, all in .unmatched_codes"] if rest > 0 else []
        return "\n".join([self._title(), *lines, *more])

    def _repr_html_(self) -> str:
        """What was not found, most first, for a notebook."""
        codes = list(self.unmatched_codes.items())
        shown = f", the first {_SHOWN_HTML} of {len(codes):,}" if len(codes) > _SHOWN_HTML else ""
        rows = ((_said(code), f"{number:,}") for code, number in codes[:_SHOWN_HTML])
        heads = (f"{self.on} not found{shown}", "rows")
        return plain_grid(self._title(), heads, rows, named=True, numbers=["rows"])


def _said(code: str | None) -> str:
    return "no code" if code is None else code


def join_areas(
    rows: IntoDataFrameT,
    areas: Rows,
    *,
    on: str,
    key: str | None = None,
    columns: str | Sequence[str] | None = None,
) -> AreaJoin[IntoDataFrameT]:
    """Rows joined to their areas by code, with an account of those that found none.

    A plain join loses them without a word, and doubles rows where a code is in the areas twice.
    Here every row comes out once: matched, or not. Codes are compared as they are written.

    ``unmatched_ratio = unmatched_rows / rows``

    Args:
        rows: A row each of what is counted: a pandas, polars or pyarrow frame.
        areas: Records such as `Ward`, or a frame, with a row for each area.
        on: Column of the codes in `rows`. A row without a code is unmatched, and counted as such.
        key: Column of the codes in `areas`; that of `on` without it. Its nulls are found by none.
        columns: Columns of `areas` to add to the rows that match; all but the key without it.

    Returns:
        `matched` and `unmatched`, of the kind of `rows` and in their order; `rows`,
        `matched_rows`, `unmatched_rows`, `null_rows`, `unmatched_ratio`, and `unmatched_codes`
        with the number of rows of each.

    Raises:
        MixedRowsError: If a key is in `areas` several times; names every such key.
        MissingColumnsError: If either side lacks columns that are asked for; names each.
        ColumnTypeError: If codes are no text, or if both sides have a column of one name.
        TypeError: If `rows` is no such frame.

    >>> import pandas as pd
    >>> crimes = pd.DataFrame({"crime": [1, 2, 3, 4], "ward": ["W1", "W9", None, "W9"]})
    >>> wards = pd.DataFrame({"code": ["W1", "W2"], "npu": ["CV", "CV"]})
    >>> joined = join_areas(crimes, wards, on="ward", key="code")
    >>> joined
    AreaJoin(on 'ward': 4 rows, 1 matched, 3 unmatched (75.0 %))
      W9: 2
      no code: 1
    >>> joined.matched.to_dict("records")
    [{'crime': 1, 'ward': 'W1', 'npu': 'CV'}]
    """
    frame, table = eager(rows), plain_table(areas)
    key = on if key is None else key
    others = [name for name in table.column_names if name != key]
    wanted = others if columns is None else listed(columns)
    require([on], frame.columns)
    require([key, *wanted], table.column_names)
    _refuse_clashes(wanted, frame.columns)
    codes = codes_of("join_areas", frame, on)
    at = _places(codes, coded("join_areas", key, table[key]), key)
    found = at >= 0
    added = table.select(wanted).take(at[found])
    return AreaJoin(
        on=on,
        matched=beside(filtered(frame, found), added),
        unmatched=filtered(frame, ~found).to_native(),
        unmatched_codes=codes.counts(~found),
        rows=len(codes.rows),
    )


def _refuse_clashes(wanted: Sequence[str], present: Sequence[str]) -> None:
    rule = "one column; choose others with columns=, or rename it"
    clashes = [
        Failure(code="WRONG_TYPE", rule=rule, column=name, value="two columns")
        for name in wanted
        if name in present
    ]
    if clashes:
        raise ColumnTypeError("join_areas", clashes)


def _places(codes: Coded, keys: Coded, key: str) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """For each row the place of its area; -1 where there is none."""
    number = Counter(keys.rows[keys.rows >= 0].tolist())
    twice = sorted(f"{keys.values[code]} ({n} rows)" for code, n in number.items() if n > 1)
    if twice:
        raise MixedRowsError(
            f"join_areas takes an area once, or its rows would double, and {len(twice)} keys come "
            f"several times in {key!r}: {', '.join(twice)}. Keep one row of each."
        )
    areas = dict(zip(keys.rows.tolist(), range(len(keys.rows)), strict=True))
    place = {keys.values[code]: row for code, row in areas.items() if code >= 0}
    # The last is that of null, whose code is -1.
    places = np.array([*(place.get(code, -1) for code in codes.values), -1], dtype=np.intp)
    return places[codes.rows]
