"""Made-up logs and real ones are never in one Delta table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from delta_tables import kept, marked, said
from deltalake import DeltaTable
from logged import NEW, OLD, log

from npolicing.delta_table import _committing, write_delta
from npolicing.errors import StoreError
from npolicing.frames import to_arrow
from npolicing.synthetic import logs

if TYPE_CHECKING:
    import pyarrow as pa

MADE_UP = marked(OLD, None, synthetic=True)
REFUSED = "has made-up logs, and these are real: write them to a table of their own, or replace"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Made-up logs of July and August."""
    path = tmp_path / "table"
    write_delta(MADE_UP, path, how="replace")
    return path


def states(table: Path) -> list[tuple[object, int]]:
    """Of each version, whether it says that it is made up, and how many logs it has."""
    found: list[tuple[object, int]] = []
    for version in range(DeltaTable(table).version() + 1):
        native = DeltaTable(table, version=version)
        made_up = '"synthetic": true' in native.metadata().configuration["npolicing"]
        found.append((made_up, native.to_pyarrow_dataset().count_rows()))
    return found


def test_made_up_logs_do_not_go_among_real_ones(tmp_path: Path) -> None:
    write_delta(OLD, tmp_path, how="replace")
    with pytest.raises(StoreError, match=r"has real logs, and these are made up: write them to a"):
        write_delta(MADE_UP, tmp_path, how="replace")
    assert DeltaTable(tmp_path).version() == 1


@pytest.mark.parametrize("how", ["replace", "merge"])
def test_real_logs_do_not_go_among_made_up_ones(table: Path, how: Any) -> None:  # noqa: ANN401 # one of two texts
    with pytest.raises(StoreError, match=REFUSED):
        write_delta(NEW, table, how=how)
    with pytest.raises(StoreError, match=REFUSED):
        write_delta([log("9", "2019-01-01")], table, how=how)
    assert (DeltaTable(table).version(), said(table)["synthetic"]) == (1, True)


def test_real_logs_take_the_place_of_all_made_up_ones_and_are_real(table: Path) -> None:
    real = [*NEW, log("7", "2018-08-02")]
    write_delta(real, table, how="replace")

    assert said(table)["synthetic"] is False
    assert len(kept(table)) == 4
    # Nothing made up is ever called real.
    assert states(table) == [(True, 0), (True, 4), (True, 4), (False, 4)]
    with pytest.raises(StoreError, match="has real logs, and these are made up"):
        write_delta(MADE_UP, table, how="replace")


def test_the_same_rows_that_are_real_after_all_are_called_so(table: Path) -> None:
    load = write_delta(OLD, table, how="merge")

    assert [each.unchanged for each in load.months] == [3, 1]
    assert (load.version, said(table)["synthetic"]) == (2, False)


def test_no_rows_change_nothing(table: Path) -> None:
    assert write_delta([], table, how="merge").version == 1
    assert said(table)["synthetic"] is True


def test_of_an_empty_table_a_load_says_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_delta([], tmp_path, how="merge")

    def none(*_: object) -> Iterator[pa.RecordBatch]:
        yield from ()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(_committing, "_batches", none)
        with pytest.raises(
            StoreError,
            match="No space left on device; free some space.*it is made up, are set already",
        ):
            write_delta(logs(rows=9), tmp_path, how="merge")
    assert said(tmp_path)["synthetic"] is True

    write_delta(OLD, tmp_path, how="merge")
    assert said(tmp_path)["synthetic"] is False


def test_a_load_of_both_is_refused(tmp_path: Path) -> None:
    both = iter([to_arrow(NEW), marked([log("1", "2019-01-01")], None, synthetic=True)])
    with pytest.raises(StoreError, match="the load has real logs and made-up ones"):
        write_delta(both, tmp_path / "t", how="merge")
    assert not (tmp_path / "t").exists()
