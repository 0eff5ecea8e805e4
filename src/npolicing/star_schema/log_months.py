"""The logs of one month of a force as facts: counted where they lie, by area and grade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
import pyarrow as pa

from npolicing._tally import counts
from npolicing._tally.cells import zeroed
from npolicing._tally.kernel import add_up
from npolicing.arrow import Array, arrow_schema
from npolicing.calendar import add_months
from npolicing.measures import (
    attendance_ratio,
    attendance_share,
    resolution_without_deployment,
)
from npolicing.star_schema.area_keys import AreaBook
from npolicing.star_schema.facts import FactLogMonth
from npolicing.star_schema.grade_keys import GradeBook

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Books", "month_facts"]

_GROUPS = ("npu", "priority", "grading_scheme")
_TOLD = ("attended", "attended_by_neighbourhood", "resolved_by", "status")
_KEYS = ["area_key", "grade_key"]
_NO_TARGET = -1
"""No time is as short as that."""


@attrs.frozen
class Books:
    """What is known of areas and of grades."""

    areas: AreaBook
    grades: GradeBook

    def turns_within(self, force: str, month: date) -> bool:
        """Whether a unit or a scheme of a force changes in the midst of a month."""
        turns = (*self.areas.turns(force), *self.grades.turns(force))
        return any(month < day < add_months(month, 1) for day in turns)


def month_facts(path: Path, force: str, month: date, books: Books) -> pa.Table:
    """The facts of one file of a store, by area and grade.

    What a file's rows are counted by does not grow with their number, so neither does memory. A
    ratio's parts are those of the measure that gives the ratio.

    Args:
        path: The file.
        force: The force that its rows are of.
        month: The first day of the month that they are of.
        books: What is known of areas and of grades.

    Raises:
        InputFileError: If the file cannot be read.
    """
    # By day only where it matters: a month has thirty times as many groups then.
    days = ("received_on",) if books.turns_within(force, month) else ()
    told, _ = counts(path, by=(*_GROUPS, *days, *_TOLD), crimes=True)
    times, _ = counts(path, by=(*_GROUPS, *days, "response_seconds"))
    keyed = [_keyed(table, force, month, books) for table in (told, times)]
    columns = {**_of_measures(keyed[0]), **_of_times(keyed[1], books.grades.targets())}
    rows = len(columns["area_key"])
    columns["month_start"] = pa.array([month] * rows, pa.date32())
    schema = arrow_schema(FactLogMonth)
    return pa.table([columns[name] for name in schema.names], schema=schema)


def _keyed(table: pa.Table, force: str, month: date, books: Books) -> pa.Table:
    """A tally with the keys of its rows."""

    def area(npu: str | None, received_on: date = month) -> str:
        return books.areas.unit_key(force, npu, received_on)

    def grade(priority: str, grading_scheme: str | None, received_on: date = month) -> str:
        return books.grades.grade_key(force, grading_scheme, priority, received_on)

    days = [name for name in ("received_on",) if name in table.column_names]
    return table.append_column("area_key", _made(table, ["npu", *days], area)).append_column(
        "grade_key", _made(table, ["priority", "grading_scheme", *days], grade)
    )


def _made(table: pa.Table, names: list[str], make: Callable[..., str]) -> Array:
    """A text of some columns, made once for each combination of their values."""
    codes = np.zeros(table.num_rows, dtype=np.int64)
    for name in names:
        column = table[name].combine_chunks().dictionary_encode("encode")
        codes = codes * len(column.dictionary) + column.indices.to_numpy()
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    rows = table.select(names).take(first.astype(np.int64)).to_pylist()
    texts = np.array([make(**row) for row in rows], dtype=object)
    return pa.array(texts[inverse], pa.string())


def _of_measures(table: pa.Table) -> dict[str, Array]:
    """The parts of ratios, as the measures have them; sorted by key."""
    anyone = attendance_ratio(table, by=_KEYS, priorities=None, attended_by="anyone")
    team = attendance_ratio(table, by=_KEYS, priorities=None)
    share = attendance_share(table, by=_KEYS, priorities=None)
    without = resolution_without_deployment(table, by=_KEYS)
    crimes = _added(table.select([*_KEYS, "crimes", "crimes_unknown"]))
    return {
        **{name: pa.array(anyone[name], pa.string()) for name in _KEYS},
        "logs": _whole(anyone["logs"]),
        "attended": _whole(anyone["attended"]),
        "attended_unknown": _whole(anyone["unknown"]),
        "attended_by_neighbourhood": _whole(team["attended"]),
        "attended_by_neighbourhood_unknown": _whole(team["unknown"]),
        "attended_kind_known": _whole(share["attended_by_anyone"]),
        "resolved": _whole(without["resolved"]),
        "without_deployment": _whole(without["without_deployment"]),
        "resolved_unknown": _whole(without["unknown"]),
        "crimes": crimes["crimes"].combine_chunks(),
        "crimes_unknown": crimes["crimes_unknown"].combine_chunks(),
    }


def _whole(column: pd.Series[int]) -> Array:
    found: Array = pa.array(column.to_numpy(), pa.int64())
    return found


def _of_times(table: pa.Table, targets: Mapping[str, int]) -> dict[str, Array]:
    """Response times added up, and held against their grades' targets; sorted by key."""
    logs = table["logs"].to_numpy()
    known = table["response_seconds"].is_valid().to_numpy()
    seconds = zeroed(table["response_seconds"]).to_numpy()
    grades = table["grade_key"].to_pylist()
    target = np.array([targets.get(str(key), _NO_TARGET) for key in grades], dtype=np.int64)
    sums = {
        "arrived": logs * known,
        "response_seconds": logs * seconds,
        "within_target": logs * (known & (seconds <= target)),
    }
    keyed = table.select(_KEYS)
    for name, each in sums.items():
        keyed = keyed.append_column(name, pa.array(each, pa.int64()))
    added = _added(keyed)
    without = np.array([key not in targets for key in added["grade_key"].to_pylist()], np.bool_)
    within, arrived = (added[name].to_numpy() for name in ("within_target", "arrived"))
    return {
        "arrived": added["arrived"].combine_chunks(),
        "response_seconds": added["response_seconds"].combine_chunks(),
        "arrived_of_target": pa.array(arrived, mask=without),
        "within_target": pa.array(within, mask=without),
    }


def _added(table: pa.Table) -> pa.Table:
    """Numbers added up by key, sorted by it."""
    names = [name for name in table.column_names if name not in _KEYS]
    return add_up([table], _KEYS, names).sort_by([(name, "ascending") for name in _KEYS])
