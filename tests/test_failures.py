"""Very many failures: the first are kept, all are counted, and every bad row is parted."""

from __future__ import annotations

import pickle

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Build
from npolicing.entities import Team
from npolicing.errors import Failure, Failures, ValidationError
from npolicing.frames import check, split, to_arrow

ROWS = 250


def many(kind: type) -> object:
    """Rows of which every second has a wrong unit, and every fifth a key that another has."""
    numbers = range(ROWS)
    columns = {
        "force": ["WMP"] * ROWS,
        "team_id": [f"T{0 if number % 5 == 0 else number}" for number in numbers],
        "npu": ["cv" if number % 2 else "CV" for number in numbers],
        "kind": ["hub"] * ROWS,
    }
    return kind(columns)


UNIT = ("PATTERN", "npu", "matches [A-Z0-9][A-Z0-9&._-]{0,23}")
KEY = ("DUPLICATE_KEY", "force, team_id, valid_from", "unique")


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, pa.table])
def test_the_first_are_kept_and_all_are_counted(kind: type) -> None:
    whole, few = check(many(kind), Team), check(many(kind), Team, keep=7)  # type: ignore[arg-type] # frames

    assert few.counts == whole.counts == {UNIT: 125, KEY: 50}
    assert few.total == whole.total == len(whole) == 175
    assert list(few) == list(whole)[:7]
    assert [failure.row for failure in few] == [0, 1, 3, 5, 5, 7, 9]


def test_every_bad_row_is_parted_however_few_failures_are_kept(
    frame: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = many(frame)  # type: ignore[arg-type] # it makes frames
    expected = split(rows, Team)  # type: ignore[arg-type] # frames
    monkeypatch.setitem(
        __import__("npolicing.frames", fromlist=["examine"]).examine.__kwdefaults__, "keep", 1
    )

    parted = split(rows, Team)  # type: ignore[arg-type] # frames

    assert len(parted.failures) == 1
    assert len(parted.bad) == len(expected.bad) == 150  # type: ignore[arg-type] # frames
    assert len(parted.good) == ROWS - 150  # type: ignore[arg-type] # frames


def test_a_message_tells_how_many_there_are_and_how_many_are_kept() -> None:
    failures = check(many(pa.table), Team, keep=30)  # type: ignore[arg-type] # frames

    words = str(ValidationError("Team", failures))

    assert words.startswith("175 failures for Team:\n  125 x npu: matches")
    assert words.endswith("\n  - and 155 more, the first 30 in .failures")
    with pytest.raises(ValidationError, match="and 155 more, all in .failures"):
        to_arrow(many(pa.table), Team)  # type: ignore[arg-type] # frames


def test_failures_are_a_tuple_and_come_through_pickle_with_their_counts() -> None:
    few = check(many(pa.table), Team, keep=2)  # type: ignore[arg-type] # frames

    again = pickle.loads(pickle.dumps(few))  # noqa: S301 # our own

    assert again == few == tuple(few)
    assert (again.counts, again.total) == (few.counts, 175)
    assert repr(few).startswith("Failures(175, of which the first 2):\n  row 0, force, team_id")
    assert "<caption>175 failures</caption>" in few._repr_html_()
    assert repr(Failures()) == "()"


@given(st.lists(st.integers(0, 3), max_size=20))
def test_what_is_kept_whole_counts_itself(numbers: list[int]) -> None:
    failures = Failures(Failure(code="NULL", rule="not null", row=number) for number in numbers)

    assert failures.total == len(failures) == len(numbers)


def test_at_least_one_failure_is_kept() -> None:
    with pytest.raises(ValueError, match="^keep is at least 1 failure, not 0$"):
        check([], Team, keep=0)
