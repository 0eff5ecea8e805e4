"""Records in bulk: built out of checked columns, the same as those that constructors build."""

from __future__ import annotations

import gc

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npolicing import _filling
from npolicing._records import Record, Records
from npolicing.arrow import arrow_schema
from npolicing.entities import ENTITIES, Log, Team
from npolicing.errors import ValidationError
from npolicing.frames import stream_records, to_arrow, to_records
from npolicing.synthetic import logs
from npolicing.testing import tables


def kinds(row: Record) -> list[type]:
    return [type(getattr(row, field.name)) for field in row.columns()]


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
@settings(max_examples=10)
@given(data=st.data())
def test_records_go_through_a_table_and_come_back_equal(
    entity: type[Record], data: st.DataObject
) -> None:
    rows = data.draw(tables(entity, max_size=5))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_filling, "_BLOCK", 2)
        back = to_records(to_arrow(rows), entity)

    assert back == rows
    assert [kinds(row) for row in back] == [kinds(row) for row in rows]


@given(tables(Log, max_size=7), st.integers(1, 9))
def test_a_stream_has_the_records_in_order_and_no_batch_beyond_its_size(
    rows: Records[Log], size: int
) -> None:
    batches = list(stream_records(to_arrow(rows), Log, size=size))

    assert [row for batch in batches for row in batch] == list(rows)
    assert all(0 < len(batch) <= size for batch in batches)


def test_nothing_comes_of_rows_of_which_the_last_is_wrong() -> None:
    table = logs(rows=100, last="2018-01")
    twice = pa.concat_tables([table, table.slice(0, 1)])

    with pytest.raises(ValidationError, match="DUPLICATE_KEY"):
        stream_records(twice, Log, size=10)


def test_a_size_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="^size is at least 1 record, not 0$"):
        stream_records([], Team, size=0)


@pytest.mark.parametrize("at_work", [True, False])
def test_the_collector_is_left_as_it_was_whatever_happens(at_work: bool) -> None:  # noqa: FBT001 # of the parameters
    was = gc.isenabled()
    try:
        (gc.enable if at_work else gc.disable)()
        _filling.filled(arrow_schema(Team).empty_table(), Team)
        assert gc.isenabled() == at_work
        with pytest.raises(KeyError):
            _filling.filled(pa.table({"team_id": ["T1"]}), Team)
        assert gc.isenabled() == at_work
    finally:
        (gc.enable if was else gc.disable)()
