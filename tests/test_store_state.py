"""A frame that says what store it reads is refused once that store was written."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import attrs
import pytest

from npolicing.errors import StoreError
from npolicing.store import _layout, _lock, open_store, state_of, still_as_read, write_store
from npolicing.synthetic import logs


@attrs.frozen
class Column:
    metadata: dict[str, str]


@attrs.frozen
class Frame:
    """What is asked of a frame of Spark."""

    schema: list[Column]
    files: list[str]

    def inputFiles(self) -> list[str]:  # noqa: N802 # as Spark has it
        return self.files


def frame_of(store: Path) -> Frame:
    columns = [Column({}), Column(state_of(store))]
    return Frame(columns, [each.path.as_uri() for each in open_store(store).files])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "a store, 100 %"
    write_store(logs(rows=60, last="2018-03"), path, how="replace")
    return path


def test_a_store_that_is_as_it_was_is_read(store: Path) -> None:
    frame = frame_of(store)
    write_store([], store, how="merge")

    still_as_read(frame)
    still_as_read(Frame([Column({})], frame.files))


@pytest.mark.parametrize("change", ["longer", "added", "gone", "later"])
def test_a_store_that_was_written_since_is_not(store: Path, change: str) -> None:
    frame = frame_of(store)
    last = open_store(store).files[-1].path
    if change == "longer":
        last.write_bytes(last.read_bytes() + b"0")
    elif change == "added":
        shutil.copy(last, last.with_stem("2018-04"))
    elif change == "gone":
        last.unlink()
    else:
        now = last.stat().st_mtime_ns
        os.utime(last, ns=(now, now + 1_000_000))

    with pytest.raises(StoreError) as caught:
        still_as_read(frame)

    assert caught.value.path == str(store)
    assert caught.value.reason == "has been written since this frame was read; read_store again"


def test_a_frame_that_reads_other_files_and_a_folder_out_of_sight_are_not_asked(
    store: Path,
) -> None:
    frame = frame_of(store)
    write_store(logs(rows=9, last="2018-01"), store, how="merge")

    still_as_read(attrs.evolve(frame, files=["s3://lake/logs/1.parquet", "file:///elsewhere/1"]))
    shutil.rmtree(store)
    still_as_read(frame)


def test_a_file_system_without_locks_is_told_in_words(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(_lock, "_take", without)

    with pytest.raises(StoreError, match="its file system has no locks, so that two loads could"):
        write_store([], store, how="merge")


def test_what_a_late_task_still_writes_to_does_not_stop_the_next_load(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = store / ".staging-0" / "task"
    left.mkdir(parents=True)
    rmdir = os.rmdir

    def busy(path: str, **places: int) -> None:
        if Path(path).name == "task":
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), path)
        rmdir(path, **places)

    with monkeypatch.context() as writing:
        writing.setattr(_layout.shutil.os, "rmdir", busy)  # type: ignore[attr-defined] # which shutil calls
        write_store(logs(rows=9, last="2018-01"), store, how="merge")
    assert left.exists()

    write_store([], store, how="merge")
    assert not left.exists()
