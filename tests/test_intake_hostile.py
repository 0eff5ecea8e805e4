"""Files that are broken, huge, hostile or pulled away: a clear error or a refused row, no loss."""

from __future__ import annotations

import codecs
import csv
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import npolicing as npol
from npolicing.errors import InputFileError, NpolicingError
from npolicing.intake import (
    csv_files,
    csv_scanning,
    loading_logs,
    loading_tables,
    read_profile,
    reading,
)
from npolicing.intake.outcome import added_up
from npolicing.intake.reading import reader_of

HEADER = "Log No,NPU,Grade,Received"
GOOD = "1,COV,P3,31/07/2018 23:30"
AS_OF = datetime(2020, 1, 1, tzinfo=UTC)
PROFILE = """
[profile]
name = "any"
entity = "Log"
force = "WMP"
others = "ignore"
[file]
format = "FORMAT"
encoding = "ENCODING"
[columns]
log_id.header = "Log No"
npu.header = "NPU"
priority.header = "Grade"
received_at.header = "Received"
attended.header = "Attended"
crimes.header = "Crimes"
closed_at.header = "Closed"
"""


def profile(folder: Path, kind: str = "csv", encoding: str = "utf-8") -> Path:
    path = folder / "any.toml"
    path.write_text(PROFILE.replace("FORMAT", kind).replace("ENCODING", encoding), encoding="utf-8")
    return path


def read(
    path: Path, kind: str = "csv", encoding: str = "utf-8", **more: str
) -> npol.Intake[npol.Log]:
    made = profile(path.parent, kind, encoding)
    return npol.read(path, npol.Log, profile=made, as_of=AS_OF, **more)  # type: ignore[arg-type] # as passed


def put(folder: Path, content: bytes, name: str = "logs.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# -- bytes


@pytest.mark.parametrize(
    "mark", [codecs.BOM_UTF8, b""], ids=["with a byte-order mark", "without one"]
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
def test_lines_end_as_any_system_ends_them(tmp_path: Path, mark: bytes, end: bytes) -> None:
    rows = [HEADER.encode(), GOOD.encode(), GOOD.replace("1,", "2,", 1).encode()]
    with_end = read(put(tmp_path, mark + end.join(rows) + end))
    without = read(put(tmp_path, mark + end.join(rows)))

    assert with_end.account.good == without.account.good == 2
    assert with_end.account.lines == without.account.lines == 3


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["CRLF", "CR", "LF"])
@pytest.mark.parametrize("more", range(-2, 3))
def test_lines_end_as_they_do_where_the_first_bytes_that_are_read_end_between(
    tmp_path: Path, end: str, more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_files, "_HEAD", len(HEADER) + more)
    found = read(put(tmp_path, f"{HEADER}{end}{GOOD}{end}".encode()))

    assert (found.account.good, found.account.lines) == (1, 2)


def test_a_header_without_end_is_refused_at_the_longest_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_files, "_HEAD", 100)
    made = profile(tmp_path)
    made.write_text(
        made.read_text("utf-8").replace("[file]", "[file]\nlongest_line = 1000"), "utf-8"
    )
    header = f"{HEADER},{'x' * (999 - len(HEADER))}"
    fits = put(tmp_path, f"{header}\r\n{GOOD},\r\n".encode())
    assert npol.read(fits, npol.Log, profile=made, as_of=AS_OF).account.good == 1

    for content in (f"{header}x\n{GOOD},\n", header * 9, f'{HEADER}\n"{"x" * 2000}'):
        path = put(tmp_path, content.encode())
        two = made.read_text("utf-8").replace("[file]", "[file]\nheader_rows = 2")
        one = not content.startswith(f"{HEADER}\n")
        path.with_name("two.toml").write_text(made.read_text("utf-8") if one else two, "utf-8")
        words = (
            f"line {1 if one else 2}, of the header, has more than 1,000 bytes; say longest_line"
        )
        with pytest.raises(InputFileError, match=words):
            npol.read(path, npol.Log, profile=path.with_name("two.toml"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_tells_utf_16(tmp_path: Path, encoding: str) -> None:
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    path = put(tmp_path, mark + f"{HEADER}\n{GOOD}\n".encode(encoding))

    assert read(path).account.good == 1


def test_another_encoding_is_read_where_it_is_said_and_refused_line_by_line_else(
    tmp_path: Path,
) -> None:
    content = f"{HEADER},Note\n{GOOD},£5\n2,COV,P3,31/07/2018 23:31,none\n".encode("cp1252")
    found = read(put(tmp_path, content))

    assert [(each.line, each.failures[0].code) for each in found.refused] == [(2, "ENCODING")]
    assert "\\xa35" in found.refused[0].text
    assert read(put(tmp_path, content), encoding="cp1252").account.good == 2
    # Leniently, the one line is read as Windows-1252.
    assert read(put(tmp_path, content), on_error="coerce").account.good == 2


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("units", [[0xD800], [0xD880], [0xDC80], [0xDFFF], [0xD8C3, 0xD8A9]])
@pytest.mark.parametrize("on_error", ["collect", "coerce"])
def test_half_a_pair_of_utf_16_costs_its_own_line_and_changes_nothing_beside_it(
    tmp_path: Path, encoding: str, units: list[int], on_error: str
) -> None:
    half = "".join(map(chr, units))
    rows = [
        f"{HEADER},Note",
        f"{GOOD},£5",
        f"2{half}9,COV,P3,31/07/2018 23:31,n",
        f"{GOOD[1:]},\u0600",
    ]
    rows[3] = f"3{rows[3]}"
    text = "\ufeff" + "\r\n".join([*rows, ""])
    path = put(tmp_path, text.encode(encoding, errors="surrogatepass"))
    found = read(path, encoding="utf-16", on_error=on_error)

    assert [each.log_id for each in found.records] == ["1", "3"]
    assert [(each.line, each.failures[0].code) for each in found.refused] == [(3, "ENCODING")]
    assert found.refused[0].failures[0].value == "half a pair"
    assert found.refused[0].failures[0].rule.startswith("is UTF-16; ")


def test_utf_16_that_lacks_a_byte_is_refused_whole(tmp_path: Path) -> None:
    # Where it is missing nobody knows: what follows would be other letters.
    content = f"\ufeff{HEADER}\n{GOOD}\n".encode("utf-16-le")
    with pytest.raises(InputFileError, match="is not UTF-16: .*; say another encoding"):
        read(put(tmp_path, content[:-1]))


def test_a_byte_that_a_declared_encoding_lacks_costs_its_own_line(tmp_path: Path) -> None:
    rows = [f"{HEADER},Note", f"{GOOD},£5 \x81", f"{GOOD.replace('1,', '2,', 1)},£5"]
    content = "\n".join(rows).encode("latin-1")
    # Leniently, too: as UTF-8 by now, its line would be read as other letters.
    for on_error in ("collect", "coerce"):
        found = read(put(tmp_path, content), encoding="cp1252", on_error=on_error)
        assert [each.log_id for each in found.records] == ["2"]
        words = "is cp1252; say another encoding in the profile, or mend the line"
        assert [(each.line, each.failures[0].rule) for each in found.refused] == [(2, words)]
        assert found.refused[0].failures[0].value == "byte 0x81"


def test_a_nul_byte_costs_its_own_line(tmp_path: Path) -> None:
    found = read(put(tmp_path, f"{HEADER}\n2,C\0V,P3,31/07/2018 23:31\n{GOOD}\n".encode()))

    assert [each.line for each in found.refused] == [2]
    assert found.account.good == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty; it needs a header at least"),
        (codecs.BOM_UTF8, "is empty; it needs a header at least"),
        (b"\xff\xff\xff\n", "line 1 is not UTF-8"),
        (b'"Log No,NPU\n', "line 1: the header has a closing quote"),
        (b"\0\0\0\n", "is a column of the file"),
        (b"a,b\n1,2\n", "is a column of the file"),
    ],
)
def test_a_file_without_a_header_is_refused_in_one_line(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(InputFileError) as caught:
        read(put(tmp_path, content))

    assert words in str(caught.value) or words in str(caught.value.failures)
    assert "\n" not in str(caught.value)


def test_a_header_alone_is_no_rows(tmp_path: Path) -> None:
    found = read(put(tmp_path, f"{HEADER}\n".encode()))

    assert (found.account.lines, found.account.good, found.table.num_rows) == (1, 0, 0)


def test_a_hundred_thousand_columns_are_read(tmp_path: Path) -> None:
    more = ",".join(f"c{number}" for number in range(100_000))
    content = f"{HEADER},{more}\n{GOOD}{',x' * 100_000}\n{GOOD}\n"
    found = read(put(tmp_path, content.encode()))

    assert found.account.good == 1
    assert found.refused[0].failures[0].value == "4 cells"


def test_of_very_many_lines_some_are_told_at_a_time_and_all_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["x", GOOD + ",", f'2{GOOD[1:]},"a\nb"', '3,"', "", f'4{GOOD[1:]},"c\n']
    path = put(tmp_path, "\n".join([f"{HEADER},Note", *rows * 60, ""]).encode())
    reader = reader_of(profile(tmp_path), npol.Log, force=None, on_error="collect", as_of=AS_OF)
    whole = list(reader.pieces(path))
    monkeypatch.setattr(csv_scanning, "_AT_ONCE", 101)
    pieces = list(reader.pieces(path))

    assert len(whole) == 2 < len(pieces)
    assert max(piece.account.lines for piece in pieces) <= 101
    assert [each for piece in pieces for each in piece.refused] == whole[1].refused
    assert added_up([each.account for each in pieces]) == added_up([each.account for each in whole])


def test_short_rows_are_not_filled_up_under_a_wide_header(tmp_path: Path) -> None:
    wide = "\t".join([*HEADER.split(","), *(f"c{number}" for number in range(5_000))])
    lines = [wide, *["x"] * 500, GOOD.replace(",", "\t"), ""]
    found = read(put(tmp_path, "\n".join(lines).encode(), "logs.txt"), "pasted")

    assert (found.account.good, len(found.refused)) == (1, 500)
    assert {each.cells for each in found.refused} == {("x",)}
    assert found.refused[0].text == "x"


def test_a_long_row_is_written_once_where_it_is_refused_and_can_be_mended(tmp_path: Path) -> None:
    note = '"' + "y" * (2**20 - 60) + '"'
    rows = [f"{HEADER},Note", f"1,Nowhere,P3,31/07/2018 23:30,{note}", f"2,{note}"]
    made = profile(tmp_path)
    path = put(tmp_path, "\n".join(rows).encode())
    done = npol.load(path, npol.Log, tmp_path / "store", profile=made)
    assert done.rejects is not None
    told = pd.read_csv(done.rejects, dtype=str, keep_default_na=False)

    assert (done.rows, told["npolicing_line"].tolist()) == (0, ["2", "3"])
    assert told["npolicing_text"].tolist() == ["", ""]
    assert done.rejects.stat().st_size < 2.1 * len(note)
    mended = done.rejects.read_text(encoding="utf-8-sig").replace("Nowhere", "COV")
    again = npol.load(
        put(tmp_path, mended.encode(), "mended.csv"), npol.Log, tmp_path / "store", profile=made
    )
    assert (again.rows, again.rejected) == (1, 1)


def test_a_row_that_its_cells_do_not_tell_whole_has_its_text(tmp_path: Path) -> None:
    long = f"1,COV,P3,31/07/2018 23:30,{'z' * 2000}"
    done = npol.load(
        put(tmp_path, f"{HEADER}\n{long}\n".encode()),
        npol.Log,
        tmp_path / "store",
        profile=profile(tmp_path),
    )
    assert done.rejects is not None
    assert done.rejects.read_text(encoding="utf-8-sig").count("z" * 2000) == 1


CELL = """
import resource, sys
import npolicing as npol
found = npol.read(sys.argv[1], npol.Log, profile=sys.argv[2])
status = open("/proc/self/status").read()
peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
told = [(each.line, len(each.text), each.failures[0].value) for each in found.refused]
print(peak, found.account.good, told)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="there is no /proc")
def test_a_cell_of_a_hundred_megabytes_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "logs.csv"
    with path.open("wb") as file:
        file.write(f"{HEADER}\n{GOOD}\n2,COV,P3,".encode())
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(f"\n{GOOD.replace('1,', '3,', 1)}\n".encode())
    command = [sys.executable, "-c", CELL, str(path), str(profile(tmp_path))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 # our own words
    peak, rest = done.stdout.split(" ", 1)

    assert rest == "2 [(3, 1000, '100,000,009 bytes')]\n"
    assert int(peak) < 330


# -- any bytes, whatever the parts they are read in


TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from('",\n =1'), st.characters(exclude_categories=["C"])),
    max_size=6,
)


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=10),
    part=st.integers(1, 40),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_rows_are_the_same_whatever_the_parts(
    rows: list[tuple[str, str]], part: int, quoting: int
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=quoting)  # type: ignore[arg-type] # one of csv's
    writer.writerow([*HEADER.split(","), "Note", "More"])
    for number, cells in enumerate(rows):
        writer.writerow([f"L{number}", "COV", "P3", "31/07/2018 23:30", *cells])
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = put(Path(folder), text.getvalue().encode())
        whole = read(path)
        patch.setattr(csv_files, "_PART", part)
        parts = read(path)

    assert parts.account == whole.account
    assert parts.table.equals(whole.table)
    assert parts.refused == whole.refused
    assert whole.account.balanced


@settings(deadline=None)
@given(st.binary(max_size=120), st.sampled_from(["utf-8", "cp1252", "utf-16", "latin-1"]))
def test_any_bytes_balance_or_are_refused(content: bytes, encoding: str) -> None:
    with TemporaryDirectory() as folder:
        path = put(Path(folder), f"{HEADER}\n".encode() + content)
        try:
            found = read(path, encoding=encoding)
        except NpolicingError as error:
            assert "\n" not in str(error)  # noqa: PT017 # what is raised is one line
        else:
            assert found.account.balanced


# -- files that change, and loads that are cut off


@pytest.mark.parametrize("how", ["appended", "replaced"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, how: str) -> None:
    path = put(tmp_path, f"{HEADER}\n{GOOD}\n".encode())
    reader = reader_of(profile(tmp_path), npol.Log, force=None, on_error="collect", as_of=AS_OF)
    pieces = reader.pieces(path)
    next(pieces)
    if how == "appended":
        with path.open("ab") as file:
            file.write(GOOD.encode())
    else:
        put(tmp_path, f"{HEADER}\n{GOOD}\n".encode(), "new.csv").replace(path)

    with pytest.raises(InputFileError, match="changed while it was read; read it again"):
        list(pieces)


AGAIN = GOOD.replace("COV", "WOV")


@pytest.mark.parametrize("how", ["read", "load", "load a table"])
def test_a_file_that_is_replaced_before_it_is_read_again_is_refused(
    tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two rows with one key that differ: their texts are looked for in the file.
    rows = [HEADER, GOOD, AGAIN]
    if how == "load a table":
        rows = ["1. NPU\tBudget\tSpent\tOutstanding\t% spent"]
        rows += ["COV\t£100\t£10\t£90\t10%", "COV\t£100\t£20\t£80\t20%"]
    path = put(tmp_path, "\n".join(rows).encode())
    other = put(tmp_path, "\n".join([rows[0], *reversed(rows[1:])]).encode(), "other.csv")
    made, out = profile(tmp_path), tmp_path / "out.parquet"
    # What is called when the file was read once, and then what asks for it.
    calls: dict[str, tuple[tuple[object, str], Callable[[], object]]] = {
        "read": ((reading, "without_repeats"), lambda: read(path)),
        "load": (
            (loading_logs.LogLoading, "repeated"),
            lambda: npol.load(path, npol.Log, out, profile=made),
        ),
        "load a table": (
            (loading_tables, "without_repeats"),
            lambda: npol.load(path, npol.BudgetPosition, out, profile="spcb-2019-acf"),
        ),
    }
    once, ask = calls[how]
    whole = getattr(*once)

    def replace(*given: object) -> object:
        other.replace(path)
        return whole(*given)

    monkeypatch.setattr(*once, replace)
    with pytest.raises(InputFileError, match="changed while it was read; read it again"):
        ask()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["any.toml", "logs.csv"]


def test_rows_with_one_key_are_told_whatever_their_encoding(tmp_path: Path) -> None:
    content = f"{HEADER},Note\n{GOOD},£5\n{AGAIN},£6\n".encode("cp1252")
    found = read(put(tmp_path, content), on_error="coerce")

    assert [(each.line, each.cells[-1]) for each in found.refused] == [(2, "£5"), (3, "£6")]
    assert found.account.balanced


def test_a_file_that_changes_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, f"{HEADER}\n{GOOD}\n".encode())

    def change(_: int) -> None:
        path.write_bytes(f"{HEADER}\n".encode())

    monkeypatch.setattr(csv_files, "_PART", 20)
    with pytest.raises(InputFileError, match="changed"):
        npol.load(path, npol.Log, tmp_path / "store", profile=profile(tmp_path), progress=change)

    assert not (tmp_path / "store").exists()
    assert not (tmp_path / "store-rejects.csv").exists()


FULL = """
import resource, signal, sys
import npolicing as npol
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
try:
    npol.load(sys.argv[1], npol.Log, sys.argv[3], profile=sys.argv[2])
except (npol.NpolicingError, OSError) as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit to set")
@pytest.mark.parametrize(("good", "bad"), [(20_000, 0), (1, 3_000)], ids=["store", "rejects"])
def test_a_full_disk_is_one_error_and_nothing_is_half_written(
    tmp_path: Path, good: int, bad: int
) -> None:
    lines = [f"{n},COV,P3,31/07/2018 {n % 24:02}:{n % 60:02}" for n in range(good)]
    lines += [f"x{n},Nowhere,P3,31/07/2018 23:30" for n in range(bad)]
    path = put(tmp_path, "\n".join([HEADER, *lines, ""]).encode())
    command = [sys.executable, "-c", FULL, str(path), str(profile(tmp_path))]
    command += [str(tmp_path / "store"), "20000"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 # our own words

    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith(("StoreError", "OSError"))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["any.toml", "logs.csv"]
    # With room again, the same load does it.
    again = npol.load(path, npol.Log, tmp_path / "store", profile=profile(tmp_path))
    assert (again.rows, again.rejected) == (good, bad)


KILLED = """
import sys
import npolicing as npol
told = lambda _: print("part", flush=True)
npol.load(sys.argv[1], npol.Log, sys.argv[3], profile=sys.argv[2], progress=told)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_load_leaves_the_store_and_the_next_one_does_it_all(tmp_path: Path) -> None:
    lines = [f"{n},COV,P3,{1 + n % 28:02}/07/2018 10:{n % 60:02}" for n in range(400_000)]
    path = put(tmp_path, "\n".join([HEADER, *lines, "x"]).encode())
    command = [sys.executable, "-c", KILLED, str(path), str(profile(tmp_path))]
    with subprocess.Popen([*command, str(tmp_path / "store")], stdout=subprocess.PIPE) as child:  # noqa: S603 # our own words
        assert child.stdout is not None
        child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    time.sleep(0.1)
    again = npol.load(path, npol.Log, tmp_path / "store", profile=profile(tmp_path))

    assert (again.rows, again.rejected) == (400_000, 1)
    assert npol.open_store(tmp_path / "store").rows == 400_000
    left = [each.name for each in tmp_path.rglob("*") if each.name.startswith(".staging")]
    assert left == []


# -- Parquet that others wrote


def table(**columns: Any) -> pa.Table:  # noqa: ANN401 # whatever Arrow makes a column of
    plain = {"Log No": ["1"], "NPU": ["COV"], "Grade": ["P3"]}
    return pa.table({**plain, **{name.replace("_", " "): each for name, each in columns.items()}})


def parquet(folder: Path, rows: pa.Table, **how: object) -> Path:
    path = folder / "logs.parquet"
    pq.write_table(rows, path, **how)  # type: ignore[arg-type] # as passed
    return path


NAIVE = pa.array([datetime(2018, 7, 31, 23, 30)], pa.timestamp("ns"))  # noqa: DTZ001 # a local clock


@pytest.mark.parametrize("how", [{"use_deprecated_int96_timestamps": True}, {"version": "1.0"}, {}])
def test_times_without_a_zone_are_of_the_local_clock(
    tmp_path: Path, how: dict[str, object]
) -> None:
    found = read(parquet(tmp_path, table(Received=NAIVE), **how), "parquet")

    assert str(found.records[0].received_at) == "2018-07-31 22:30:00+00:00"


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "America/New_York"])
def test_times_with_a_zone_are_instants(tmp_path: Path, zone: str) -> None:
    at = pa.array([datetime(2018, 7, 31, 22, 30, tzinfo=UTC)], pa.timestamp("us", tz=zone))
    found = read(parquet(tmp_path, table(Received=at)), "parquet")

    assert str(found.records[0].received_at) == "2018-07-31 22:30:00+00:00"
    assert found.records[0].month == "2018-07"


@pytest.mark.parametrize(
    "crimes",
    [
        pa.array([2.0]),
        pa.array([Decimal("2.00")], pa.decimal128(9, 2)),
        pa.array([2], pa.uint8()),
        pa.array(["2"], pa.large_string()),
        pa.array(["2"]).dictionary_encode(),
    ],
    ids=lambda each: str(each.type),
)
def test_a_count_is_read_from_any_type_that_holds_it(tmp_path: Path, crimes: object) -> None:
    rows = table(Received=NAIVE, Crimes=crimes, Attended=pa.array([True]), Nested=[[1, 2]])
    log = read(parquet(tmp_path, rows), "parquet").records[0]

    assert (log.crimes, log.attended) == (2, True)


def test_nulls_and_what_is_no_count_are_told_apart(tmp_path: Path) -> None:
    rows = pa.concat_tables(
        [table(Received=NAIVE, Crimes=pa.array([each], pa.float64())) for each in (None, 2.5)]
    ).set_column(0, "Log No", pa.array(["1", "2"]))
    found = read(parquet(tmp_path, rows), "parquet")

    assert found.records[0].crimes is None
    assert [(each.line, each.failures[0].code) for each in found.refused] == [(2, "NUMBER_FORMAT")]
    assert found.account.balanced


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"PAR1",
        lambda content: content[:-20],
        lambda content: content[: len(content) // 2],
        lambda content: b"PAR1" + b"\xff" * len(content) + b"PAR1",
        lambda content: content[:4] + b"\xff" * 40 + content[44:],
    ],
    ids=["empty", "four bytes", "truncated", "half", "noise", "a page of noise"],
)
def test_parquet_that_cannot_be_read_is_one_line(tmp_path: Path, spoil: object) -> None:
    path = parquet(tmp_path, table(Received=NAIVE))
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator] # each is a function
    with pytest.raises(InputFileError, match="cannot be read as Parquet") as caught:
        read(path, "parquet")

    assert "\n" not in str(caught.value)


# -- workbooks


def workbook(
    folder: Path, *rows: Sequence[object], sheets: int = 1, form: str = "dd/mm/yyyy hh:mm"
) -> Path:
    path = folder / "logs.xlsx"
    with xlsxwriter.Workbook(path) as book:
        date_form = book.add_format({"num_format": form})
        for number in range(sheets):
            sheet = book.add_worksheet(f"Logs {number}")
            head: Sequence[object] = [*HEADER.split(","), "Crimes"]
            for at, row in enumerate([head, *rows]):
                for place, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(at, place, cell, date_form)
                    else:
                        sheet.write(at, place, cell)
    return path


AT = datetime(2018, 7, 31, 23, 30)  # noqa: DTZ001 # a local clock


def test_a_workbook_is_read_with_its_own_times_and_numbers(tmp_path: Path) -> None:
    rows = [[1, "COV", "P3", AT, 2.0], ["2", " sandwell", 6, "31/07/2018 23:31", None]]
    found = read(workbook(tmp_path, *rows), "excel")
    one, two = found.records

    assert (one.log_id, str(one.received_at), one.crimes) == ("1", "2018-07-31 22:30:00+00:00", 2)
    assert (two.npu, two.priority, two.crimes) == ("SW", "P6", None)


def test_rows_of_a_workbook_have_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    found = read(
        workbook(
            tmp_path, [1, "COV", "P3", AT], [], [3, "Nowhere", "P3", AT], [4, "CV", "P3", AT, 1, 9]
        ),
        "excel",
    )

    assert [(each.line, each.failures[0].code) for each in found.refused] == [
        (4, "UNKNOWN_NPU"),
        (5, "CSV_FORMAT"),
    ]
    assert found.account.set_aside == {"a blank line": 1}
    assert found.account.balanced


def test_refused_rows_of_a_workbook_can_be_mended_and_read_again(tmp_path: Path) -> None:
    path = workbook(tmp_path, [1, "Nowhere", "P3", AT])
    made = profile(tmp_path, "excel")
    done = npol.load(path, npol.Log, tmp_path / "store", profile=made)
    assert done.rejects is not None
    text = done.rejects.read_text(encoding="utf-8-sig")
    mended = put(tmp_path, text.replace("Nowhere", "COV").encode(), "mended.csv")
    again = npol.load(mended, npol.Log, tmp_path / "store", profile=made)

    assert (done.rows, again.rows, again.rejected) == (0, 1, 0)


def test_one_cell_of_bytes_changes_no_other(tmp_path: Path) -> None:
    rows = pa.concat_tables([table(Received=NAIVE)] * 2)
    rows = rows.set_column(0, "Log No", pa.array([b"1", b"\xff"], pa.binary()))
    found = read(parquet(tmp_path, rows), "parquet")

    assert [each.log_id for each in found.records] == ["1"]
    assert [each.line for each in found.refused] == [2]


def test_several_sheets_need_a_name(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="has 2 sheets: 'Logs 0', 'Logs 1'; say sheet"):
        read(workbook(tmp_path, [1, "COV", "P3", AT], sheets=2), "excel")


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, [1, "COV", "P3", AT])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet9.xml", "w", force_zip64=True) as file,
    ):
        for _ in range(1_100):
            file.write(b" " * 2**20)

    assert path.stat().st_size < 2_000_000
    with pytest.raises(InputFileError, match=r"unpacks to 1\.1 GB, more than 1 GB; save the sheet"):
        read(path, "excel")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda _: b"Log No,NPU\n",
        lambda content: content[:-30],
        lambda content: content[:100] + b"\xff" * (len(content) - 200) + content[-100:],
        lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000,
    ],
    ids=["empty", "text", "truncated", "noise", "an old workbook's head"],
)
def test_what_is_no_workbook_is_one_line(tmp_path: Path, spoil: object) -> None:
    path = workbook(tmp_path, [1, "COV", "P3", AT])
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator] # each is a function
    with pytest.raises(InputFileError, match="workbook that can be read") as caught:
        read(path, "excel")

    assert "\n" not in str(caught.value)


def test_a_pasted_text_without_end_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, b"a\tb\n" * (2**22 + 1), "table.txt")
    with pytest.raises(InputFileError, match="is longer than 16,777,216 bytes; read it as CSV"):
        npol.read(path, npol.BudgetPosition, profile=read_profile("spcb-2019-acf"))
