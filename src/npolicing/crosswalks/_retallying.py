"""Counts by area, brought to the areas of a day or of another kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Generic, Literal

import attrs
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as pat
from narwhals.stable.v2.typing import IntoDataFrameT
from numpy.typing import NDArray

from npolicing._checks import mask
from npolicing._markup import element
from npolicing.arrow import Array
from npolicing.crosswalks._crosswalk import Crosswalk
from npolicing.crosswalks._following import Ends, follow
from npolicing.crosswalks._roles import IS_ESTIMATE, Names, Roles, roles_of
from npolicing.crosswalks._tables import Coded, coded, eager, plain_table, same_kind
from npolicing.errors import ColumnTypeError, Failure, MissingTargetError

__all__ = ["Retally", "retally"]


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Retally(Generic[IntoDataFrameT]):
    """Counts in other areas than they came in.

    Attributes:
        frame: The counts by new area, a row a group.
        counted: The columns that were added up.
        as_of: The day whose areas they are; null after a lookup.
        parted: How many rows each old area had whose counts went to several new ones by weight.
        unknown: How many rows each area had that the crosswalk does not have; they are kept.
        null_rows: How many rows had no area; they are kept.
    """

    frame: IntoDataFrameT
    counted: tuple[str, ...]
    as_of: date | None
    parted: Mapping[str, int]
    unknown: Mapping[str, int]
    null_rows: int

    def _lines(self) -> list[str]:
        when = "" if self.as_of is None else f"areas of {self.as_of}, "
        lines = [f"Retally({when}counted: {', '.join(self.counted)})"]
        for words, rows in (
            ("parted by weight, so that counts are estimates", self.parted),
            ("not in the crosswalk, and kept as they are", self.unknown),
        ):
            if rows:
                lines.append(f"  {words}: {_listed(rows)}")
        if self.null_rows:
            lines.append(f"  rows without an area, and kept: {self.null_rows:,}")
        return lines

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        """What was done, for a notebook."""
        head, *lines = self._lines()
        items = [element("li", line.strip()) for line in lines]
        return element("p", head) + (element("ul", *items) if items else "")


_SHOWN = 10


def _listed(rows: Mapping[str, int]) -> str:
    codes = list(rows)
    more = f" and {len(codes) - _SHOWN:,} more" if len(codes) > _SHOWN else ""
    number = sum(rows.values())
    return f"{', '.join(codes[:_SHOWN])}{more} ({number:,} {'row' if number == 1 else 'rows'})"


def retally(
    counts: IntoDataFrameT,
    crosswalk: Crosswalk,
    *,
    on: str,
    as_of: date | None = None,
    by: Names = None,
    counted: Names = None,
) -> Retally[IntoDataFrameT]:
    """Counts by area brought to the areas of a day, or along a lookup to another kind of area.

    ``count(new) = sum over old of count(old) * weight(old, new)``, where the weights of an old area
    add up to 1, so that totals are kept. Changes are followed one after the other up to the day.
    Areas that were renamed or merged go whole, and their counts stay whole numbers. What an area is
    split by are its weights; without them the split is refused. Ratios and rates do not add up, and
    are not taken along: bring their parts, and divide afterwards.

    Args:
        counts: A row each of some counts that add up, such as a `tally`: a pandas, polars or
            pyarrow frame. The codes are those that the crosswalk begins with; a code of an area
            that is replaced stands for it whatever day the counts are of.
        crosswalk: Changes of one kind of area, or a lookup.
        on: Column of the areas' codes.
        as_of: The day whose areas are asked for; of changes it must be given, and of a lookup not.
        by: Other columns to part the counts by; all without it that are no counts.
        counted: Columns to add up; without it all of whole numbers that are not in `by`. A year
            or an hour is one, too: name it in `by`.

    Returns:
        `frame`, of the kind of `counts`: a row for each new area and value of `by`, sorted, null
        last. The columns of `on` and `by`; the counts, as int64, but as float64 where the
        crosswalk splits any area by weights, and where they came as float64; and `is_estimate`,
        whether a weight was in them, now or before. A count is null where a part of it is unknown.
        Areas that the crosswalk does not have are kept as they are and named in `unknown`; so are
        rows without an area, which `null_rows` counts.

    Raises:
        MissingTargetError: If areas of the rows are split and a weight is not known, or are
            replaced on a day that no source gives; names every one.
        MixedRowsError: If a column that is not named may be a ratio, or if there is no count.
        MissingColumnsError: If a column is not there; names each.
        ColumnTypeError: If areas are no text, or counts no numbers, or so large that their sum
            would not be one; if a column to group by holds lists; if `is_estimate` is no flag, or
            is named as a column to group by or to count.
        TypeError: If `as_of` is wanting, too much or no day, or `counts` is no such frame.

    Source:
        Office for National Statistics, *An overview of best-fitting* (2012), for lookups. R.
        Flowerdew and M. Green, *Areal interpolation and types of data*, in *Spatial Analysis and
        GIS* (1994), for weights of counts.

    >>> from datetime import date
    >>> import pandas as pd
    >>> from npolicing.entities import AreaLink
    >>> day = date(2020, 4, 1)
    >>> merged = [
    ...     AreaLink(force="AVS", kind="npu", from_area=unit, to_area="E", valid_from=day)
    ...     for unit in ("NE", "SE")
    ... ]
    >>> logs = pd.DataFrame({"npu": ["NE", "SE", "W"], "logs": [3, 4, 5]})
    >>> brought = retally(logs, Crosswalk.from_rows(merged), on="npu", as_of=date(2021, 1, 1))
    >>> print(brought.frame)
      npu  logs  is_estimate
    0   E     7        False
    1   W     5        False
    >>> brought
    Retally(areas of 2021-01-01, counted: logs)
      not in the crosswalk, and kept as they are: W (1 row)
    """
    _check_day(crosswalk, as_of)
    frame, table = eager(counts), plain_table(counts)
    roles = roles_of(table.schema, on, by, counted)
    codes = coded("retally", on, table[on])
    found = follow(crosswalk.links, as_of)
    ends = [found.get(code, Ends({code: 1.0})) for code in codes.values]
    _refuse_unknown(codes, ends)
    # By the crosswalk and not by the rows, so that every month's table has one schema.
    weighted = any(each.parted and each.known for each in found.values())
    added = _added(_spread(table, roles, _parts(codes, ends), weighted=weighted), roles)
    areas = {*found, *(link.to_area for link in crosswalk.links)}
    rows = codes.counts(np.ones(len(codes.rows), dtype=np.bool_))
    parted = {code for code, each in zip(codes.values, ends, strict=True) if each.parted}
    return Retally(
        frame=same_kind(added, frame),
        counted=roles.counted,
        as_of=as_of,
        parted={code: n for code, n in rows.items() if code in parted and code is not None},
        unknown={code: n for code, n in rows.items() if code is not None and code not in areas},
        null_rows=rows.get(None, 0),
    )


def _check_day(crosswalk: Crosswalk, as_of: date | None) -> None:
    if crosswalk.is_lookup and as_of is not None:
        raise TypeError("a lookup leads to one set of areas, whatever the day; leave as_of= out")
    if not crosswalk.is_lookup and type(as_of) is not date:
        raise TypeError(
            f"as_of= is the day whose areas are asked for, such as date(2020, 3, 31), not {as_of!r}"
        )


def _refuse_unknown(codes: Coded, ends: Sequence[Ends]) -> None:
    """Refuse areas of the rows whose days or weights no source gives; all are named."""
    undated = sorted(frozenset().union(*(each.undated for each in ends)))
    split = sorted(
        f"{code} ({', '.join(each.shares)})"
        for code, each in zip(codes.values, ends, strict=True)
        if not each.known
    )
    words = []
    if undated:
        words.append(
            "No source gives the day on which these areas are replaced: "
            f"{', '.join(undated)}. If you have one, give their links a valid_from."
        )
    if split:
        words.append(
            "No source gives the weights by which these areas are split: "
            f"{'; '.join(split)}. If you have them, such as residents of each part, give their "
            "links a weight; or leave those rows out, and say so."
        )
    if words:
        raise MissingTargetError("\n".join(words))


@attrs.frozen(eq=False)
class _Parts:
    """What rows are parted into.

    Attributes:
        row: The row that each part is of.
        area: The area that it goes to.
        share: Which share of the row it is.
        several: Whether it is one of several.
    """

    row: NDArray[np.intp]
    area: Array
    share: NDArray[np.float64]
    several: NDArray[np.bool_]


def _parts(codes: Coded, ends: Sequence[Ends]) -> _Parts:
    # The last end is that of null, whose code is -1.
    areas = pa.array([area for each in ends for area in each.shares] + [None], pa.string())
    shares = np.array([s for each in ends for s in each.shares.values()] + [1.0], dtype=np.float64)
    sizes = np.array([*(len(each.shares) for each in ends), 1], dtype=np.intp)
    starts = np.cumsum(sizes) - sizes
    number = sizes[codes.rows]
    row = np.repeat(np.arange(len(number)), number)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    at = starts[codes.rows][row] + nth
    return _Parts(row=row, area=areas.take(at), share=shares[at], several=number[row] > 1)


def _spread(table: pa.Table, roles: Roles, parts: _Parts, *, weighted: bool) -> pa.Table:
    """The parts of the rows, each with its area and its share of the counts."""
    taken = table.take(parts.row)
    columns = {roles.on: parts.area, **{name: _plain(taken, name) for name in roles.by}}
    for name in roles.counted:
        whole = pat.is_integer(table.schema.field(name).type) and not weighted
        _refuse_size(table, name, weighted=weighted)
        column = _plain(taken, name).cast(pa.int64() if whole else pa.float64())
        columns[name] = column if whole else pc.multiply(column, pa.array(parts.share))
    estimate = parts.several
    if IS_ESTIMATE in table.column_names:
        estimate = estimate | mask(_plain(taken, IS_ESTIMATE).cast(pa.bool_()))
    columns[IS_ESTIMATE] = pa.array(estimate)
    return pa.table(columns)


_MOST = 2**62
_MOST_WEIGHTED = 2**53
"""Beyond it not every whole number is a float."""


def _refuse_size(table: pa.Table, name: str, *, weighted: bool) -> None:
    """Refuse whole numbers whose sum has no place: it would wrap, or lose digits, unannounced."""
    if not pat.is_integer(table.schema.field(name).type):
        return
    most = _MOST_WEIGHTED if weighted else _MOST
    sizes = pc.abs(table[name].cast(pa.float64(), safe=False))
    if (pc.sum(sizes).as_py() or 0) < most:
        return
    rule = f"counts that add up to less than 2**{most.bit_length() - 1}; bring them as float64"
    failure = Failure(code="OUT_OF_RANGE", rule=rule, column=name, value="larger")
    raise ColumnTypeError("retally", [failure])


def _plain(table: pa.Table, name: str) -> Array:
    """A column in one piece, without a dictionary or a type that knows only null."""
    column = table[name]
    if isinstance(column.type, pa.DictionaryType):
        column = column.cast(column.type.value_type)
    array: Array = column.combine_chunks()
    return array.cast(pa.string()) if pat.is_null(array.type) else array


def _added(spread: pa.Table, roles: Roles) -> pa.Table:
    """A row a group, sorted; a sum with an unknown part is null."""
    # By every column, so that not even the last digit of a sum hangs on the order of rows.
    in_order = _sorted(spread, spread.column_names)
    known = pc.ScalarAggregateOptions(skip_nulls=False, min_count=0)
    groups = in_order.group_by(roles.keys, use_threads=False).aggregate(
        [*((name, "sum", known) for name in roles.counted), (IS_ESTIMATE, "any")]
    )
    # Again: groups need not come in the order of their first rows.
    summed = _sorted(groups, roles.keys)
    fields, arrays = [], []
    for name in roles.keys:
        fields.append(pa.field(name, summed[name].type))
        arrays.append(summed[name])
    for name in roles.counted:
        may_lack = spread[name].null_count > 0
        column = summed[f"{name}_sum"]
        fields.append(pa.field(name, column.type, nullable=may_lack))
        arrays.append(column)
    fields.append(pa.field(IS_ESTIMATE, pa.bool_(), nullable=False))
    arrays.append(summed[f"{IS_ESTIMATE}_any"])
    return pa.table(arrays, schema=pa.schema(fields))


def _sorted(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """Rows by some columns, null last."""
    keys: list[tuple[str, Literal["ascending"]]] = [(name, "ascending") for name in names]
    return table.take(pc.sort_indices(table, keys))
