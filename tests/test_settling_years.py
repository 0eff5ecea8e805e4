"""Times that no calendar of Python's has, and times finer than a microsecond."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest

from npolicing.errors import ValidationError
from npolicing.settling import settle, settle_arrow


def refused(settled: Callable[[], object]) -> list[tuple[int | None, str | None]]:
    """Row and column of each failure, all of which are out of range."""
    with pytest.raises(ValidationError) as raised:
        settled()
    assert {failure.code for failure in raised.value.failures} == {"OUT_OF_RANGE"}
    return [(failure.row, failure.column) for failure in raised.value.failures]


def test_a_pandas_time_among_objects_does_not_lose_its_nanoseconds() -> None:
    times = pd.Series([pd.Timestamp("2018-01-01T00:00:00.000000001Z")], dtype=object)

    assert refused(lambda: settle(pd.DataFrame({"received_at": times}))) == [(0, "received_at")]


@pytest.mark.parametrize("tz", ["UTC", None])
def test_years_that_python_does_not_have_are_failures(tz: str | None) -> None:
    seconds = [-62_135_596_800, -62_135_596_801, 253_402_300_799, 253_402_300_800, 2**62]
    times = pa.array(seconds, pa.int64()).cast(pa.timestamp("s", tz=tz))
    table = pa.table({"received_at": times})

    found = refused(lambda: settle_arrow(table, tz="UTC", ambiguous="raise"))

    assert [row for row, _ in found] == [1, 3, 4]


@pytest.mark.parametrize(
    ("zone", "seconds"),
    [("America/New_York", -62_135_596_800), ("Asia/Tokyo", 253_402_297_200)],
)
def test_a_local_day_that_has_no_year_is_a_failure(zone: str, seconds: int) -> None:
    times = pa.array([seconds, 0], pa.int64()).cast(pa.timestamp("s", tz="UTC"))
    table = pa.table({"received_at": times})

    assert refused(lambda: settle_arrow(table, tz=zone)) == [(0, "received_at")]
