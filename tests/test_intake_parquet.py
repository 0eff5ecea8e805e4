"""Parquet that others wrote: each type a right cell, a refused row, or a clear error."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

import npolicing as npol
from npolicing.errors import InputFileError
from npolicing.intake import draft_profile, parquet_files
from npolicing.intake.parquet_cells import decoded
from npolicing.intake.reject_files import is_of_rejects

AS_OF = datetime(2020, 1, 1, tzinfo=UTC)
PROFILE = """
[profile]
name = "any"
entity = "Log"
force = "WMP"
others = "ignore"
[file]
format = "parquet"
MORE
[columns]
log_id.header = "Log No"
npu.header = "NPU"
priority.header = "Grade"
received_at.header = "Received"
closed_at.header = "Closed"
crimes.header = "Crimes"
"""
NAIVE = pa.array([datetime(2018, 7, 31, 23, 30)], pa.timestamp("us"))  # noqa: DTZ001 # a local clock


def table(**columns: Any) -> pa.Table:  # noqa: ANN401 # whatever Arrow makes a column of
    rows = len(next(iter(columns.values())))
    plain = {"Log No": [str(at) for at in range(rows)], "NPU": ["COV"] * rows}
    return pa.table({**plain, "Grade": ["P3"] * rows, "Received": _repeated(rows), **columns})


def _repeated(rows: int) -> pa.Array[Any]:
    return NAIVE.take(np.zeros(rows, np.intp))


def put(folder: Path, rows: pa.Table, **how: object) -> Path:
    path = folder / "logs.parquet"
    pq.write_table(rows, path, **how)  # type: ignore[arg-type] # as passed
    return path


def profile(folder: Path, more: str = "", columns: str = "") -> Path:
    path = folder / "any.toml"
    path.write_text(PROFILE.replace("MORE", more) + columns, encoding="utf-8")
    return path


def read(path: Path, more: str = "", columns: str = "", **how: str) -> npol.Intake[npol.Log]:
    made = profile(path.parent, more, columns)
    return npol.read(path, npol.Log, profile=made, as_of=AS_OF, **how)  # type: ignore[arg-type] # as passed


def texts(column: pa.Array[Any]) -> list[object]:
    return decoded(column).texts.to_pylist()


def received(found: npol.Intake[npol.Log]) -> list[str]:
    return [str(each.received_at) for each in found.records]


def of_bytes(*cells: bytes, kind: pa.DataType | None = None) -> pa.Array[Any]:
    """Text as careless software writes it."""
    raw = pa.array(list(cells), pa.binary())
    return raw.view(pa.string()) if kind is None else raw.view(pa.string()).cast(kind)


# -- text


@pytest.mark.parametrize("how", ["text", "large text", "dictionary", "bytes"])
def test_text_that_is_no_utf_8_costs_its_own_row(tmp_path: Path, how: str) -> None:
    cells = of_bytes(b"1", b"caf\xe9", b"3")
    kinds = {
        "text": cells,
        "large text": cells.cast(pa.large_string()),
        "dictionary": cells.dictionary_encode(),
        "bytes": cells.cast(pa.binary()),
    }
    path = put(tmp_path, table(Crimes=[1, 2, 3]).set_column(0, "Log No", kinds[how]))
    found = read(path)

    assert [(each.log_id, each.crimes) for each in found.records] == [("1", 1), ("3", 3)]
    (row,) = found.refused
    (failure,) = row.failures
    assert (row.line, row.cells[0], row.cells[1]) == (2, "caf\\xe9", "COV")
    assert (failure.code, failure.column, failure.value) == ("ENCODING", "Log No", "byte 0xe9")
    assert found.account.balanced
    assert found.lines.tolist() == [1, 3]


def test_leniently_such_text_is_read_as_windows_1252(tmp_path: Path) -> None:
    rows = table(Crimes=[1, 2]).set_column(1, "NPU", of_bytes(b"COV\xa0", b"COV"))
    found = read(put(tmp_path, rows), on_error="coerce")

    assert [each.npu for each in found.records] == ["CV", "CV"]
    assert [(each.line, each.code, each.text) for each in found.noted] == [
        (1, "ENCODING", "byte 0xa0")
    ]


def test_such_text_in_a_column_that_nobody_asked_for_is_no_matter(tmp_path: Path) -> None:
    found = read(put(tmp_path, table(Notes=of_bytes(b"\xff", b"x"), NPU=["COV", "Nowhere"])))

    assert found.account.good == 1
    assert [(each.line, each.failures[0].code) for each in found.refused] == [(2, "UNKNOWN_NPU")]


# -- numbers


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()], ids=str)
def test_a_float_is_the_shortest_text_in_its_own_precision(kind: pa.DataType) -> None:
    column = pa.array(np.array([0.1, 2, -0.0, np.nan, np.inf, 0.00001], kind.to_pandas_dtype()))
    tiny = "0.00001"

    assert texts(column) == ["0.1", "2", "0", "", "inf", tiny]


def test_a_whole_float_that_may_be_another_number_is_not_passed_off_as_one(tmp_path: Path) -> None:
    assert texts(pa.array([2.0**53 - 1, 2.0**53])) == ["9007199254740991", "9.007199254740992e+15"]
    rows = table(Crimes=[1, 1])
    # As a float32 has them, the first is 16777217 as well.
    ids = pa.array([16_777_216.0, 16_777_215.0], pa.float32())
    found = read(put(tmp_path, rows.set_column(0, "Log No", ids)))

    assert [each.log_id for each in found.records] == ["16777215"]
    assert [each.failures[0].code for each in found.refused] == ["ID_MANGLED"]


@pytest.mark.parametrize(
    ("cells", "kind", "expected"),
    [
        (["0", "2", "-0.50"], pa.decimal128(38, 18), ["0", "2", "-0.5"]),
        (["1E-18", None], pa.decimal128(38, 18), ["0.000000000000000001", ""]),
        (["100"], pa.decimal128(5, 0), ["100"]),
        (["12300"], pa.decimal128(5, -2), ["12300"]),
        (["100.50", "100"], pa.decimal256(50, 2), ["100.5", "100"]),
    ],
)
def test_a_decimal_has_neither_exponent_nor_the_zeros_of_its_type(
    cells: list[str | None], kind: pa.DataType, expected: list[str]
) -> None:
    column = pa.array([None if each is None else Decimal(each) for each in cells], kind)

    assert texts(column) == expected


def test_a_count_in_the_decimals_of_spark_is_read(tmp_path: Path) -> None:
    crimes = pa.array([Decimal(0), Decimal(2)], pa.decimal128(38, 18))

    assert [each.crimes for each in read(put(tmp_path, table(Crimes=crimes))).records] == [0, 2]


def test_a_number_beyond_those_that_are_kept_is_refused(tmp_path: Path) -> None:
    found = read(put(tmp_path, table(Crimes=pa.array([2**64 - 1, 1], pa.uint64()))))

    assert [each.failures[0].value for each in found.refused] == ["18446744073709551615"]
    assert found.account.good == 1


# -- days and times


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/London"])
def test_fractions_are_kept_to_the_microsecond_also_before_1970(
    unit: str, zone: str | None
) -> None:
    second = {"ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    cells = [-second // 2, 0, second + second // 2]
    ends = "" if zone is None else "+00:00"
    found = texts(pa.array(cells, pa.timestamp(unit, tz=zone)))  # type: ignore[call-overload] # as passed
    zeros = "" if unit == "ms" else "000"

    assert found == [
        f"1969-12-31 23:59:59.500{zeros}{ends}",
        f"1970-01-01 00:00:00{ends}",
        f"1970-01-01 00:00:01.500{zeros}{ends}",
    ]


def test_what_is_below_a_microsecond_is_rounded_down(tmp_path: Path) -> None:
    at = pa.array([-1, 999, 1_532_000_000_000_000_999], pa.timestamp("ns"))
    assert texts(at)[:2] == ["1969-12-31 23:59:59.999999", "1970-01-01 00:00:00"]
    found = read(put(tmp_path, table(Received=at.slice(2))), 'int96_times = "local"')

    assert received(found) == ["2018-07-19 10:33:20+00:00"]


def test_a_fraction_of_a_second_is_kept(tmp_path: Path) -> None:
    at = NAIVE.cast(pa.int64()).to_numpy() + 250_000
    found = read(put(tmp_path, table(Received=pa.array(at).cast(pa.timestamp("us")))))

    assert received(found) == ["2018-07-31 22:30:00.250000+00:00"]


@pytest.mark.parametrize("number", [2**62, -(2**62), 253_402_300_800, -62_135_596_801])
def test_a_time_that_no_clock_has_costs_its_own_row(tmp_path: Path, number: int) -> None:
    at = pa.array([number, 0], pa.timestamp("ms"))
    found = read(put(tmp_path, table(Received=at)))

    assert [each.line for each in found.refused if each.line == 2] == []
    assert received(found)[-1] == "1969-12-31 23:00:00+00:00"
    if number in (2**62, -(2**62)):
        assert [each.failures[0].code for each in found.refused] == ["TIME_FORMAT"]


def test_a_day_is_no_time_unless_the_profile_says_so(tmp_path: Path) -> None:
    path = put(tmp_path, table(Received=pa.array([date(2018, 7, 31)])))
    found = read(path)

    assert [each.failures[0].code for each in found.refused] == ["TIME_FORMAT"]
    assert found.refused[0].failures[0].value == "2018-07-31"
    said = read(path, columns='received_at.formats = ["%Y-%m-%d"]\n')
    assert received(said) == ["2018-07-30 23:00:00+00:00"]


def test_a_day_and_a_time_of_day_are_joined(tmp_path: Path) -> None:
    day, clock = pa.array([date(2018, 7, 31)]), pa.array([time(23, 30)])
    text = profile(tmp_path).read_text(encoding="utf-8")
    text = text.replace('received_at.header = "Received"', 'received_at.join = ["Date", "Time"]')
    text += 'received_at.formats = ["%Y-%m-%d %H:%M:%S"]\n'
    made = tmp_path / "joined.toml"
    made.write_text(text, encoding="utf-8")
    path = put(tmp_path, table(Date=day, Time=clock))

    assert received(npol.read(path, npol.Log, profile=made)) == ["2018-07-31 22:30:00+00:00"]


@pytest.mark.parametrize(
    "kind", [pa.time32("s"), pa.time32("ms"), pa.time64("us"), pa.time64("ns")], ids=str
)
def test_a_time_of_day_has_no_zeros_behind_it(kind: pa.DataType) -> None:
    assert texts(pa.array([time(23, 30)], kind)) == ["23:30:00"]


def test_a_profile_whose_times_have_zones_takes_none_without(tmp_path: Path) -> None:
    # They would be taken for UTC.
    found = read(
        put(tmp_path, table(Received=NAIVE)),
        columns='received_at.formats = ["%Y-%m-%dT%H:%M:%S%z"]\n',
    )

    assert [each.failures[0].code for each in found.refused] == ["TIME_FORMAT"]


# -- INT96


OLD = {"use_deprecated_int96_timestamps": True, "store_schema": False}


def test_a_time_of_the_type_int96_does_not_say_what_it_is(tmp_path: Path) -> None:
    path = put(tmp_path, table(Received=NAIVE), **OLD)
    with pytest.raises(InputFileError) as caught:
        read(path)

    assert 'say int96_times = "utc"' in str(caught.value.failures)
    assert received(read(path, 'int96_times = "local"')) == ["2018-07-31 22:30:00+00:00"]
    assert received(read(path, 'int96_times = "utc"')) == ["2018-07-31 23:30:00+00:00"]
    assert "DOUBT: its type is INT96; it is one that says" in draft_profile(path, npol.Log)


def test_such_a_time_of_spark_is_an_instant_and_one_of_pandas_local(tmp_path: Path) -> None:
    rows = table(Received=NAIVE)
    spark = tmp_path / "spark.parquet"
    with pq.ParquetWriter(spark, rows.schema, **OLD) as writer:  # type: ignore[arg-type] # as passed
        writer.write_table(rows)
        writer.add_key_value_metadata({"org.apache.spark.version": "3.5.1"})
    assert received(read(spark)) == ["2018-07-31 23:30:00+00:00"]
    assert received(read(spark, 'int96_times = "local"')) == ["2018-07-31 22:30:00+00:00"]
    pandas = put(tmp_path, rows, use_deprecated_int96_timestamps=True)

    assert received(read(pandas)) == ["2018-07-31 22:30:00+00:00"]


def test_such_times_that_nobody_asked_for_are_no_matter(tmp_path: Path) -> None:
    rows = table(Received=["31/07/2018 23:30"], Seen=NAIVE)

    assert read(put(tmp_path, rows, **OLD)).account.good == 1


# -- types that have no cells, and headers


@pytest.mark.parametrize(
    "crimes",
    [
        [[1]],
        [{"a": 1}],
        pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        pa.array([timedelta(hours=1)]),
    ],
    ids=["list", "structure", "map", "duration"],
)
def test_a_column_of_no_single_values_is_a_clear_error(tmp_path: Path, crimes: object) -> None:
    path = put(tmp_path, table(Crimes=crimes))
    with pytest.raises(InputFileError) as caught:
        read(path)

    (failure,) = caught.value.failures
    assert (failure.column, failure.code) == ("Crimes", "WRONG_TYPE")
    assert "DOUBT: its type is" in draft_profile(path, npol.Log)


@pytest.mark.parametrize(
    "other",
    [[[1]], [{"a": {"b": 1}}], pa.nulls(1), pa.array([timedelta(1)]), of_bytes(b"\xff")],
    ids=["list", "structure", "null", "duration", "bytes"],
)
def test_such_a_column_that_nobody_asked_for_is_no_matter(tmp_path: Path, other: object) -> None:
    assert read(put(tmp_path, table(Other=other))).account.good == 1


def test_columns_are_told_by_place_whatever_their_names(tmp_path: Path) -> None:
    # In Parquet, the path of a nested column is the name of one with a point in it.
    rows = table(Closed=pa.nulls(1), **{"a.b": ["x"], "a": [{"b": "y"}], "Log  \n No ": ["z"]})
    names = [name if name != "Log No" else "Log.No" for name in rows.column_names]
    found = read(put(tmp_path, rows.rename_columns(names)))

    assert found.records[0].log_id == "z"
    assert found.header[-1] == "Log No"
    assert found.records[0].closed_at is None


def test_a_name_that_two_columns_have_is_refused(tmp_path: Path) -> None:
    rows = table(Crimes=[1]).append_column("NPU", pa.array(["CV"]))
    with pytest.raises(InputFileError) as caught:
        read(put(tmp_path, rows))

    assert [(each.code, each.column) for each in caught.value.failures] == [("HEADER", "NPU")]


def test_a_file_without_columns_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputFileError) as caught:
        read(put(tmp_path, pa.table({})))

    assert {each.code for each in caught.value.failures} == {"MISSING"}
    assert "DOUBT" in draft_profile(tmp_path / "logs.parquet", npol.Log)


def test_an_identifier_of_sixteen_bytes_is_that_of_its_type() -> None:
    ids = pa.array([b"0123456789abcdef"], pa.uuid())

    assert texts(ids) == ["30313233-3435-3637-3839-616263646566"]


class _Keys(pe.KmsClient):
    """Keys that anybody may see."""

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:  # type: ignore[override] # the stubs have text, it is bytes
        return master_key_identifier.encode() + key_bytes.hex().encode()

    def unwrap_key(self, wrapped_key: bytes, master_key_identifier: str) -> bytes:  # type: ignore[override] # the same
        return bytes.fromhex(wrapped_key.decode().removeprefix(master_key_identifier))


@pytest.mark.parametrize("footer", ["plain", "encrypted"])
def test_an_encrypted_file_is_called_so(tmp_path: Path, footer: str) -> None:
    factory = pe.CryptoFactory(lambda _: _Keys())
    config = pe.EncryptionConfiguration(
        footer_key="key", column_keys={"key": ["NPU"]}, plaintext_footer=footer == "plain"
    )
    properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), config)
    path = put(tmp_path, table(Crimes=[1]), encryption_properties=properties)

    with pytest.raises(InputFileError, match="is encrypted; decrypt it first"):
        read(path)


# -- parts, and refused rows


def test_parts_are_smaller_where_rows_are_wide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, table(Crimes=[1] * 100, Notes=["x" * 1_000 + str(n) for n in range(100)]))
    whole = read(path)
    sizes: list[int] = []
    monkeypatch.setattr(parquet_files, "_PART", 10_000)
    made = profile(tmp_path)
    parts = npol.read(path, npol.Log, profile=made, as_of=AS_OF, progress=sizes.append)

    assert parts.table.equals(whole.table)
    assert max(sizes) < 100
    assert sum(sizes) == 100


def test_every_refused_row_has_its_own_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_files, "_BLOCK", 3)
    names = ["Nowhere" if at % 2 else "COV" for at in range(20)]
    ids = of_bytes(b"0", b"\xff", *(b"%d" % at for at in range(2, 20)))
    rows = table(NPU=names, Number=list(range(20))).set_column(0, "Log No", ids)
    found = read(put(tmp_path, rows))

    assert [(each.line, each.cells[-1]) for each in found.refused] == [
        (at + 1, str(at)) for at in range(1, 20, 2)
    ]


INSTANTS = pa.array(
    [datetime(2018, 7, 31, 22, 30, 0, 5000, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC")
)
CLOCK = pa.array([datetime(2018, 7, 31, 23, 30, 0, 5000)] * 2, pa.timestamp("us"))  # noqa: DTZ001 # a local clock


@pytest.mark.parametrize("more", ["", 'int96_times = "utc"\n', 'int96_times = "local"\n'])
@pytest.mark.parametrize("times", [INSTANTS, CLOCK], ids=["with a zone", "without"])
def test_refused_rows_are_mended_and_read_by_the_same_profile(
    tmp_path: Path, times: pa.Array[Any], more: str
) -> None:
    rows = table(Received=times, Crimes=pa.array([0.5, 2.0], pa.float32()), NPU=["COV", "Nowhere"])
    rows = rows.append_column("Closed", pa.array([None, None], times.type))
    how = OLD if more else {}
    path, made, store = put(tmp_path, rows, **how), profile(tmp_path, more), tmp_path / "store"
    done = npol.load(path, npol.Log, store, profile=made)
    assert (done.rows, done.rejected, done.rejects) == (0, 2, tmp_path / "store-rejects.csv")
    assert done.rejects is not None
    text = done.rejects.read_text(encoding="utf-8-sig")
    mended = tmp_path / "mended.csv"
    mended.write_text(text.replace("Nowhere", "COV").replace(",0.5,", ",1,"), encoding="utf-8")
    again = npol.load(mended, npol.Log, store, profile=made)

    assert (again.rows, again.rejected) == (2, 0)
    assert npol.open_store(store).rows == 2
    good = table(Received=times, Crimes=[1, 2])
    assert received(npol.read(mended, npol.Log, profile=made)) == received(
        npol.read(put(tmp_path, good, **how), npol.Log, profile=made)
    )


def test_a_mended_time_may_have_been_written_anew(tmp_path: Path) -> None:
    rows = table(Received=INSTANTS, NPU=["Nowhere", "Elsewhere"])
    made = profile(tmp_path)
    done = npol.load(put(tmp_path, rows), npol.Log, tmp_path / "store", profile=made)
    assert done.rejects is not None
    text = done.rejects.read_text(encoding="utf-8-sig")
    text = text.replace("Nowhere", "COV").replace("Elsewhere", "COV")
    # A time in the form of the country is of its clock, one with a zone an instant.
    text = text.replace("2018-07-31 22:30:00.005000+00:00", "31/07/2018 23:30", 1)
    mended = tmp_path / "mended.csv"
    mended.write_text(text, encoding="utf-8")

    assert received(npol.read(mended, npol.Log, profile=made)) == [
        "2018-07-31 22:30:00+00:00",
        "2018-07-31 22:30:00.005000+00:00",
    ]


def test_refused_rows_of_a_wide_file_are_known_as_such(tmp_path: Path) -> None:
    wide = {f"{'column ' * 20}{at}": ["x"] for at in range(1_000)}
    made = profile(tmp_path)
    done = npol.load(
        put(tmp_path, table(NPU=["Nowhere"], **wide)), npol.Log, tmp_path / "store", profile=made
    )
    assert done.rejects is not None
    text = done.rejects.read_text(encoding="utf-8-sig")
    mended = tmp_path / "mended.csv"
    mended.write_text(text.replace("Nowhere", "COV"), encoding="utf-8")

    assert len(text.partition("\n")[0]) > 2**16
    assert npol.read(mended, npol.Log, profile=made).account.good == 1


def test_a_parquet_file_with_the_names_of_refused_rows_is_still_one(tmp_path: Path) -> None:
    names = ("file", "line", "columns", "codes", "mend", "text")
    rows = table(Crimes=[1], **{f"npolicing_{name}": [name] for name in names})
    content = io.BytesIO()
    pq.write_table(rows, content)

    assert read(put(tmp_path, rows)).account.good == 1
    # Where no byte of it is a line feed, it is all one line.
    assert b"npolicing_mend" in content.getvalue()
    assert not is_of_rejects(content.getvalue())
