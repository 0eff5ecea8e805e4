"""The checks of whole columns say what asking row by row says, whatever way they take."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar

import attrs
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing import _checks, _relating
from npolicing._columns import Column
from npolicing._records import Record
from npolicing._rules import FlagWhere, Rule, SecondsBetween, WithinADay
from npolicing.arrow import arrow_schema
from npolicing.entities import Log
from npolicing.frames import check
from npolicing.testing import hostile_cells

NEW_YEAR = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Timed(Record):
    """One thing that began, and perhaps ended."""

    number: Annotated[int, Column("Number.", key=True)]
    began_at: Annotated[datetime | None, Column("When it began.")] = None
    began_on: Annotated[date | None, Column("Day on which it began.")] = None
    ended_at: Annotated[datetime | None, Column("When it ended.")] = None
    seconds: Annotated[int | None, Column("How long it took.")] = None
    ended: Annotated[bool | None, Column("Whether it ended.")] = None
    half: Annotated[int | None, Column("A half.")] = None
    whole: Annotated[int | None, Column("A whole.")] = None

    rules: ClassVar[tuple[Rule, ...]] = (
        WithinADay(code="INCONSISTENT", columns=("began_at", "began_on")),
        SecondsBetween(code="INCONSISTENT", columns=("began_at", "ended_at", "seconds")),
        FlagWhere(code="INCONSISTENT", name="ended where it did", columns=("ended_at", "ended")),
        Rule(
            code="INCONSISTENT",
            name="a half is at most the whole",
            columns=("half", "whole"),
            holds=lambda half, whole: half <= whole,
        ),
    )


# Around midnight, the turn of a year and the first instant that computers count from.
INSTANTS = st.builds(
    lambda days, micros: NEW_YEAR + timedelta(days=days, microseconds=micros),
    st.sampled_from([-1, 0, 1, 17_897]),
    st.sampled_from([-1_000_001, -1_000_000, -1, 0, 1, 999_999, 1_000_000, 43_200_000_000]),
)
DAYS = INSTANTS.map(lambda at: at.date() + timedelta(days=1)) | INSTANTS.map(datetime.date)
SMALL = st.integers(-3, 3)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "began_at": INSTANTS | st.none(),
            "began_on": DAYS | st.none(),
            "ended_at": INSTANTS | st.none(),
            "seconds": SMALL | st.none(),
            "ended": st.booleans() | st.none(),
            "half": SMALL | st.none(),
            "whole": SMALL | st.none(),
        }
    ),
    max_size=8,
)


def one_by_one(rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [
        (number, rule.name)
        for number, row in enumerate(rows)
        for rule in Timed.rules
        if rule.broken(row)
    ]


@pytest.mark.parametrize("few", [0, 1000])
@given(ROWS)
def test_a_rule_finds_in_columns_what_it_finds_in_rows(
    few: int, rows: list[dict[str, Any]]
) -> None:
    numbered = [{"number": number, **row} for number, row in enumerate(rows)]
    table = pa.Table.from_pylist(numbered, schema=arrow_schema(Timed))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_relating, "FEW", few)
        found = [(failure.row, failure.rule) for failure in check(table, Timed)]

    assert sorted(found) == sorted(one_by_one(rows))


@given(ROWS)
def test_a_product_that_is_too_large_is_numbered_anew(rows: list[dict[str, Any]]) -> None:
    table = pa.Table.from_pylist([{"number": 1, **row} for row in rows], schema=arrow_schema(Timed))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_relating, "_LARGEST", 2)
        found = check(table, Timed)

    assert found == check(table, Timed)


TEXTS = [field for field in Log.columns() if field.kind == "text"]


@pytest.mark.parametrize("field", TEXTS, ids=lambda field: field.name)
def test_texts_that_arrow_finds_good_python_finds_good(field: Any) -> None:  # noqa: ANN401 # a field
    cells = [cell for cell in hostile_cells(field) if isinstance(cell, str)]
    cells += ["CV", "P1", "2018-07", "A-1:b/c", "Ä", "a b", " a", "a ", "a\x7f", "~", "2018-07\n"]
    storable = [cell for cell in cells if cell.isascii() or "\ud800" not in cell]
    array = pa.array(storable, pa.string())

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_checks, "FEW", 0)
        found = _checks.check_cells(field, array, np.zeros(len(array), dtype=np.bool_), 99).failures
        good = _checks._plainly_good(field, array.unique())  # noqa: SLF001 # it is what is tested

    assert {each.row for each in found} == {
        row for row, cell in enumerate(storable) if field.faults(cell)
    }
    assert good.any() or field.choices


def test_a_pattern_that_only_python_knows_is_left_to_python() -> None:
    @attrs.frozen(kw_only=True)
    class Ahead(Record):
        """One row."""

        word: Annotated[str, Column("A word.", pattern="(?=a)[a-z]+")]

    (field,) = Ahead.columns()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_checks, "FEW", 0)
        found = _checks.check_cells(field, pa.array(["ab", "ba"]), np.zeros(2, dtype=np.bool_), 9)

    assert [each.row for each in found.failures] == [1]
