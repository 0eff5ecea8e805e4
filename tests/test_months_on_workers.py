"""What workers of Spark do with a month, without Spark: the store is as a plain load leaves it."""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import attrs
import logged
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logged import NEW, log

from npolicing._failures import Failure, Failures
from npolicing.entities import Log
from npolicing.errors import StoreError, ValidationError
from npolicing.frames import to_arrow
from npolicing.spark import _pieces
from npolicing.spark._finishing import Task, agreed, finish, outcome
from npolicing.spark._gathering import EXAMPLES, merged
from npolicing.spark._pieces import pack
from npolicing.store import How, StoreLoad, open_store, write_store
from npolicing.store._placing import Taken, place, taken
from npolicing.store._settling import Settled
from npolicing.testing import tables

OLD = [*logged.OLD, log("1", force="WMX")]


def whole(store: Path) -> dict[str, bytes]:
    """Every file of a store, but for its lock."""
    paths = (path for path in store.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(store)): path.read_bytes() for path in paths}


class Said(TypedDict, total=False):
    marking: str
    carried: str
    synthetic: bool


def task_of(load: Taken, how: How, **said: Unpack[Said]) -> Task:
    return Task(store=load.store, folder=load.folder, how=how, **said)


def packed(tasks: Sequence[pa.Table]) -> pa.Table:
    """The pieces of all tasks, each of which has its rows in batches of three."""
    found = [each for table in tasks for each in pack(table.to_batches(max_chunksize=3))]
    return pa.Table.from_batches(found, _pieces._SCHEMA)  # noqa: SLF001 # of no pieces, too


def grouped(pieces: pa.Table) -> list[pa.Table]:
    """The pieces of each month; what is wrong with rows is of none."""
    rows = pieces.to_pylist()
    named = [(str(each["force"]), str(each["month"])) for each in rows]
    return [
        pieces.take([row for row in range(len(rows)) if named[row] == name])
        for name in sorted(set(named))
    ]


def finished(pieces: pa.Table, task: Task) -> Settled | Exception:
    """What a worker makes of a month, as the driver has it."""
    rows = finish(pieces, task).to_pylist()
    assert len(rows) == 1
    return outcome(rows[0]["outcome"])


def stored(tasks: Sequence[pa.Table], path: Path, how: How, **said: Unpack[Said]) -> StoreLoad:
    """A load as Spark runs it."""
    with taken(path) as load:
        task = task_of(load, how, **said)
        found = [finished(each, task) for each in grouped(packed(tasks))]
        return place(load, agreed(found, load.there), how)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "logs"
    write_store(OLD, path, how="replace")
    return path


def test_a_month_is_counted_and_the_others_are_not_touched(store: Path) -> None:
    before = whole(store)

    load = stored([to_arrow(NEW[:1]), to_arrow(NEW[1:])], store, "replace")

    # force, month, before, added, replaced, unchanged, dropped, now
    assert [attrs.astuple(each) for each in load.months] == [("WMP", "2018-07", 3, 1, 1, 1, 1, 3)]
    after = whole(store)
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"_manifest.json"} == {str(Path("WMP", "2018-07.parquet"))}
    assert before.keys() == after.keys()


HOWS: list[How] = ["replace", "merge"]


@settings(max_examples=15)  # each writes eight times, and has it on the disk
@given(
    old=tables(Log, max_size=5),
    new=tables(Log, max_size=5),
    tasks=st.lists(st.integers(0, 2), min_size=10, max_size=10),
    how=st.sampled_from(HOWS),
)
def test_any_rows_in_any_tasks_leave_the_store_as_the_plain_load_does(
    tmp_path_factory: pytest.TempPathFactory,
    old: list[Log],
    new: list[Log],
    tasks: list[int],
    how: How,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    # Some of the old rows again, as they are and with another grade.
    keys = {(each.force, each.received_on, each.log_id) for each in old[:3]}
    others = [each for each in new if (each.force, each.received_on, each.log_id) not in keys]
    again = [old[0], *(attrs.evolve(each, priority="P8") for each in old[1:3])] if old else []
    rows = to_arrow([*others, *again], Log)
    parts = [
        rows.filter(pa.array([tasks[row] == task for row in range(rows.num_rows)], pa.bool_()))
        for task in range(3)
    ]
    for path in ("plain", "spark"):
        write_store(old, folder / path, how="replace")

    for _ in range(2):
        plain = write_store(rows, folder / "plain", how=how)
        spark = stored(parts, folder / "spark", how)

        assert spark.months == plain.months
        assert whole(folder / "spark") == whole(folder / "plain")


@pytest.mark.parametrize(
    ("bound", "rows"),
    [*(("_SHORT", each) for each in (0, 2, 384)), *(("_HELD", each) for each in (1, 2, 100))],
)
def test_rows_are_the_same_however_short_pieces_are_and_however_many_are_packed_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, rows: int
) -> None:
    monkeypatch.setattr(_pieces, bound, rows)

    stored([to_arrow(OLD)], tmp_path / "spark", "replace")

    write_store(OLD, tmp_path / "plain", how="replace")
    assert whole(tmp_path / "spark") == whole(tmp_path / "plain")


def test_a_task_that_ran_twice_counts_once(store: Path, tmp_path: Path) -> None:
    with taken(store) as load:
        pieces, task = packed([to_arrow(NEW)]), task_of(load, "merge")
        first, second = finished(pieces, task), finished(pieces, task)

        assert isinstance(first, Settled)
        assert isinstance(second, Settled)
        assert first.load == second.load
        assert first.file != second.file
        # Each is below a name of its own, and both are there: of a merge there are two files.
        assert {each.parent for each in load.folder.rglob("*.part")} == {
            Path(str(each.file)).parent for each in (first, second)
        }
        done = place(load, agreed([second], load.there), "merge")

    write_store(OLD, tmp_path / "plain", how="replace")
    assert done.months == write_store(NEW, tmp_path / "plain", how="merge").months
    assert whole(store) == whole(tmp_path / "plain")


def test_an_attempt_that_is_late_writes_nowhere(store: Path) -> None:
    with taken(store) as load:
        pieces, task = packed([to_arrow(NEW)]), task_of(load, "merge")
        place(load, agreed([finished(pieces, task)], load.there), "merge")
    before = whole(store)

    late = finished(pieces, task)

    assert isinstance(late, StoreError)
    assert whole(store) == before


def test_a_worker_that_does_not_see_the_folder_says_so_and_the_way_out(store: Path) -> None:
    with taken(store) as load:
        elsewhere = attrs.evolve(task_of(load, "merge"), folder=load.folder / "elsewhere")
        found = finished(packed([to_arrow(NEW)]), elsewhere)

    assert isinstance(found, StoreError)
    assert found.path == str(store)
    assert "a worker of Spark does not see the folder; name one that the driver and" in str(found)


def test_a_worker_that_sees_an_older_folder_than_the_driver_loses_no_month(store: Path) -> None:
    before = whole(store)

    with taken(store) as load:
        stale = attrs.evolve(task_of(load, "merge"), store=store / "stale")
        found = [finished(each, stale) for each in grouped(packed([to_arrow(NEW)]))]
        with pytest.raises(StoreError) as caught:
            agreed(found, load.there)

    assert str(caught.value) == (
        "WMP/2018-07.parquet: a worker of Spark saw 0 rows there, and the driver sees 3: the "
        "folder is not seen alike by all. Nothing was moved; load again"
    )
    assert whole(store) == before


def test_a_month_that_only_a_worker_sees_is_refused_too(store: Path) -> None:
    with taken(store) as load:
        found = [
            finished(each, task_of(load, "merge")) for each in grouped(packed([to_arrow(NEW)]))
        ]

        with pytest.raises(StoreError, match="saw 3 rows there, and the driver sees 0"):
            agreed(found, {})


def test_a_driver_that_dies_between_moves_is_set_right_by_the_same_load(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = to_arrow([*NEW, log("7", "2018-08-01")])
    moved: list[object] = []

    def once(source: Path, target: Path) -> None:
        if moved:
            raise KeyboardInterrupt
        moved.append(target)
        Path(source).rename(target)

    with monkeypatch.context() as dying:
        dying.setattr(os, "replace", once)
        with pytest.raises(KeyboardInterrupt):
            stored([rows], store, "merge")
    assert moved == [store / "WMP" / "2018-07.parquet"]
    assert [each.rows for each in open_store(store).files] == [4, 1, 1]

    stored([rows], store, "merge")

    write_store(OLD, tmp_path / "plain", how="replace")
    write_store(rows, tmp_path / "plain", how="merge")
    assert whole(store) == whole(tmp_path / "plain")


def test_what_arrow_says_of_bytes_that_are_no_rows_comes_back_as_a_plain_error(store: Path) -> None:
    pieces = packed([to_arrow(NEW)])
    spoilt = pieces.set_column(2, "rows", pa.array([b"PAR1, and no more"], pa.binary()))

    with taken(store) as load:
        found = finished(spoilt, task_of(load, "merge"))

    assert type(found) is ValueError
    assert "Parquet" in str(found)


def test_rows_of_months_and_forces_in_any_order_are_parted(tmp_path: Path) -> None:
    mixed = [OLD[3], OLD[0], OLD[4], OLD[2], OLD[1]]

    stored([to_arrow(mixed)], tmp_path / "spark", "replace")

    held = {(each.force, each.month): each.rows for each in open_store(tmp_path / "spark").files}
    assert held == {("WMP", "2018-07"): 3, ("WMP", "2018-08"): 1, ("WMX", "2018-07"): 1}


def broken(rows: list[Log]) -> pa.Table:
    table = to_arrow(rows)
    at = table.column_names.index("npu")
    return table.set_column(at, "npu", pa.array(["cv"] * table.num_rows))


def test_what_is_wrong_in_any_task_is_named_and_the_store_is_as_it_was(store: Path) -> None:
    before = whole(store)

    with pytest.raises(ValidationError) as caught:
        stored([broken(NEW[:1]), to_arrow([log("8")]), broken(NEW[1:])], store, "replace")

    assert [(each.code, each.column, each.row) for each in caught.value.failures] == [
        ("PATTERN", "npu", None)
    ] * 3
    assert whole(store) == before


def test_a_key_that_two_tasks_have_is_refused(store: Path) -> None:
    before = whole(store)
    twice = [to_arrow(NEW), to_arrow([log("3", priority="P4"), log("9", "2018-09-01")])]

    with pytest.raises(ValidationError) as caught:
        stored(twice, store, "merge")

    assert [(each.code, each.value, each.row) for each in caught.value.failures] == [
        ("DUPLICATE_KEY", ("WMP", "2018-07-02", "3"), None)
    ]
    assert whole(store) == before


def test_few_of_very_many_failures_are_handed_on_and_all_are_counted() -> None:
    table = pa.concat_tables([broken(NEW)] * EXAMPLES)

    (piece,) = pack(table.to_batches())

    (found,) = _pieces.failures_of(pa.Table.from_batches([piece]))
    assert len(found) == EXAMPLES
    # Each row has a unit that is none, and a key that others have.
    assert found.total == 2 * table.num_rows


def test_failures_of_several_are_so_many_and_counted_whole() -> None:
    one, other = (_failures(code) for code in ("NULL", "EMPTY"))

    found = merged([Failures(one), Failures(other[:1], {("EMPTY", "npu", "r"): 70})], 4)

    assert [each.code for each in found] == ["EMPTY", "NULL", "NULL", "NULL"]
    assert found.total == 73
    assert {each.row for each in found} == {None}
    assert len(merged([one, other], 4)) == 4


def _failures(code: str) -> list[Failure]:
    return [Failure(code=code, rule="r", column="npu", row=row) for row in range(3)]


def test_rows_are_made_up_and_marked_as_they_are_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "store"

    stored([to_arrow(OLD)], path, "replace", synthetic=True, carried="OFFICIAL")
    stored([to_arrow(NEW)], path, "merge")
    stored([to_arrow([log("7", "2018-08-01")])], path, "merge", marking="SECRET")

    found = {(each.force, each.month): each for each in open_store(path).files}
    assert {named: (each.synthetic, each.marking) for named, each in found.items()} == {
        ("WMP", "2018-07"): (True, "OFFICIAL"),
        ("WMP", "2018-08"): (True, "SECRET"),
        ("WMX", "2018-07"): (True, "OFFICIAL"),
    }
    before = whole(path)
    with pytest.raises(ValueError, match="marked OFFICIAL and SECRET: say which it is"):
        stored([to_arrow(NEW)], path, "merge", carried="SECRET")
    assert whole(path) == before


def test_what_a_worker_is_told_travels() -> None:
    task = Task(store=Path("a"), folder=Path("b"), how="merge", synthetic=True)

    assert pickle.loads(pickle.dumps(task)) == task  # noqa: S301 # our own bytes
