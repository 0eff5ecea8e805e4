"""What workers of Spark hand over is read back as it was, and nothing else is."""

from __future__ import annotations

import os
import pickle
import sys
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from npolicing._failures import Failure, Failures
from npolicing.errors import StoreError, ValidationError, WorkerError
from npolicing.spark import _handing
from npolicing.spark._gathering import _fewer, merged, packed
from npolicing.spark._handing import handed, to_hand
from npolicing.spark.stores import _address
from npolicing.store import MonthLoad
from npolicing.store._settling import Settled

CELLS = st.one_of(
    st.none(),
    st.text(),
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.decimals(allow_nan=False),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Europe/London"), UTC])),
)


@given(st.lists(st.one_of(CELLS, st.tuples(CELLS, CELLS)), max_size=4))
def test_failures_of_any_cells_come_back_as_they_were(values: list[object]) -> None:
    found = Failures(
        [Failure(code="NULL", rule="r", column="c", value=each) for each in values],
        {("NULL", "c", "r"): 7},
    )

    again = handed(to_hand(found))

    assert isinstance(again, Failures)
    assert again == found
    assert again.counts == found.counts


def test_months_and_errors_come_back_as_they_were() -> None:
    load = MonthLoad(
        force="WMP",
        month="2018-07",
        before=1,
        added=2,
        replaced=0,
        unchanged=0,
        dropped=0,
        now=3,
    )
    settled = Settled(load=load, file=Path("a", "1.part"), failures=Failures())
    assert handed(to_hand(settled)) == settled
    failures = Failures([Failure(code="NULL", rule="r", value=(Decimal(1), date(2018, 7, 1)))])
    for error in (StoreError("a", "b"), ValidationError("Log", failures), ValueError("c")):
        again = handed(pa.py_buffer(to_hand(error)))
        assert (type(again), str(again)) == (type(error), str(error))


class Bad:
    """A pickle of it calls something when it is read."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(Path("bad").absolute()),)


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_pickle_that_calls_something_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: int
) -> None:
    monkeypatch.chdir(tmp_path)
    bad = pickle.dumps(Failures([Failure(code="NULL", rule="r", value=Bad())]), protocol)
    head = to_hand(None).split(b"\n")[0] + b"\n"

    with pytest.raises(
        WorkerError, match=r"handed over \w+\.mkdir, which npolicing never does; ask"
    ):
        handed(head + bad)

    assert not Path("bad").exists()


@pytest.mark.parametrize("name", ["eval", "getattr", "__import__"])
def test_no_function_of_python_itself_is_found(name: str) -> None:
    head = to_hand(None).split(b"\n")[0] + b"\n"

    with pytest.raises(WorkerError, match=f"builtins.{name}"):
        handed(head + b"cbuiltins\n" + name.encode() + b"\n.")


def test_another_version_is_refused_before_anything_is_read() -> None:
    with pytest.raises(WorkerError) as caught:
        handed(b"0.0.1\nno pickle at all")

    ours = _handing._version()  # noqa: SLF001 # the same
    assert str(caught.value) == (
        f"npolicing is {ours} here, and '0.0.1' on a worker of Spark: install the same on all, and "
        "ask again"
    )


def many(code: str, number: int) -> Failures:
    return Failures([Failure(code=code, rule="r", row=row) for row in range(number)])


def test_a_task_hands_on_a_thousand_and_one_last_task_as_many_as_are_kept() -> None:
    tasks = [list(packed([many(code, 700), many(code, 700)])) for code in ("A", "B", "C")]
    assert [len(each) for each in tasks] == [1, 1, 1]
    assert list(packed([Failures()])) == []

    last = list(_fewer(1_500, [each for task in tasks for each in task]))

    found = [handed(each.column(0)[0].as_buffer()) for each in last]
    whole = merged([each for each in found if isinstance(each, Failures)], 1_500)
    assert len(whole) == 1_500
    assert whole.counts == {(code, None, "r"): 1_400 for code in ("A", "B", "C")}
    assert {each.row for each in whole} == {None}
    assert max(sys.getsizeof(each.column(0)[0].as_py()) for each in last) < 100_000


def test_characters_of_patterns_are_told_to_spark_wherever_a_file_is() -> None:
    assert _address(Path("/Volumes/a[1]/b*.parquet")) == r"/Volumes/a\[1\]/b\*.parquet"
    assert _address(Path("/data/a{1}/b?.parquet")) == r"file:///data/a\{1\}/b\?.parquet"
