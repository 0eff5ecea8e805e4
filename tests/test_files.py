"""Files that are replaced whole: what killed writers leave, and what several writers do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import npolicing as npol
from npolicing._files import replacing

WRITER = """
import sys
from npolicing._files import replacing
with replacing(sys.argv[1]) as temporary:
    temporary.write_text("half", encoding="utf-8")
    print("written", flush=True)
    sys.stdin.read()
"""
LOADER = """
import sys
import npolicing as npol
told = lambda _: (print("part", flush=True), sys.stdin.read())
npol.load(sys.argv[1], npol.Log, sys.argv[2], profile="log-export", force="WMP", progress=told)
"""
ROWS = ["Log No,NPU,Grade,Received", "1,COV,P3,31/07/2018 23:30"]


def killed(code: str, *words: Path) -> None:
    """Run a program until it says something, and kill it."""
    command = [sys.executable, "-c", code, *map(str, words)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as child:  # noqa: S603 # our own words
        assert child.stdout is not None
        assert child.stdout.readline()
        os.kill(child.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        child.wait()


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_what_killed_writers_left_is_removed_by_the_next(tmp_path: Path) -> None:
    target = tmp_path / "a[1].csv"
    for _ in range(2):
        killed(WRITER, target)
        assert len(names(tmp_path)) == 1
        assert not target.exists()
    with replacing(target) as temporary:
        temporary.write_text("whole", encoding="utf-8")

    assert names(tmp_path) == ["a[1].csv"]
    assert target.read_text(encoding="utf-8") == "whole"


def test_what_is_being_written_and_what_is_of_another_file_stays(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    others = [
        ".b.csv.0123abcd.part",
        ".a.csv.part",
        ".a.csv.0123abcd.part.csv",
        "a.csv.0123abcd.part",
    ]
    for name in others:
        (tmp_path / name).touch()
    with replacing(target) as one:
        one.write_text("one", encoding="utf-8")
        with replacing(target) as two:
            two.write_text("two", encoding="utf-8")
        assert target.read_text(encoding="utf-8") == "two"

    assert target.read_text(encoding="utf-8") == "one"
    assert names(tmp_path) == sorted([*others, "a.csv"])


@pytest.mark.skipif(sys.platform == "win32", reason="there a file that is open stays anyway")
def test_what_cannot_be_told_to_be_nobodys_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / ".a.csv.0123abcd.part"
    left.touch()

    def refuse(*_: int) -> None:
        raise OSError

    monkeypatch.setattr("fcntl.flock", refuse)
    with replacing(tmp_path / "a.csv") as temporary:
        temporary.touch()
    assert names(tmp_path) == [left.name, "a.csv"]


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("before", encoding="utf-8")

    def fail() -> None:
        with replacing(target) as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise ValueError

    with pytest.raises(ValueError, match="^$"):
        fail()
    assert (names(tmp_path), target.read_text(encoding="utf-8")) == (["a.csv"], "before")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("bad", [[], ["x,COV,P3,never"]], ids=["none is refused", "one is refused"])
def test_a_killed_load_leaves_no_rejects_that_look_whole_and_the_next_clears_them(
    tmp_path: Path, bad: list[str]
) -> None:
    export = tmp_path / "export" / "logs.csv"
    export.parent.mkdir()
    store = tmp_path / "store"
    for _ in range(2):
        export.write_text("\n".join([*ROWS, "2,Nowhere,P3,31/07/2018 23:31"]), encoding="utf-8")
        killed(LOADER, export, store)
        assert not (tmp_path / "store-rejects.csv").exists()
        assert len([name for name in names(tmp_path) if name.endswith(".part")]) == 1
    export.write_text("\n".join([*ROWS, *bad]), encoding="utf-8")
    done = npol.load(export, npol.Log, store, profile="log-export", force="WMP")

    assert (done.rows, done.rejected) == (1, len(bad))
    assert names(tmp_path) == ["export", "store", *(["store-rejects.csv"] if bad else [])]
    assert [each.name for each in store.rglob("*.part")] == []
