from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counted import IN_MEMORY, LOGS, empty, logs_frame, table_of
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import one, rows

from npolicing._records import Records
from npolicing._tally import tally
from npolicing.entities import Log
from npolicing.measures import response_time
from npolicing.stats.percentiles import percentile_of_counts

FIVE = logs_frame({"response_seconds": [60, 120, 600, 1200, None]})


def test_five_logs_are_counted_by_hand() -> None:
    assert one(response_time(FIVE, target=timedelta(minutes=10), percentiles=[25, 90])) == {
        "logs": 5,
        "arrived": 4,
        "no_arrival": 1,
        "median_seconds": 360.0,
        # Of four times not even the lowest is sure to be below the median.
        "median_low": None,
        "median_high": None,
        "p90_seconds": pytest.approx(1020.0),
        # But for 0.4 % the second of four is below the 90th percentile.
        "p90_low": 120.0,
        "p90_high": None,
        "target_seconds": 600.0,
        "within_target": 3,
        "share_within_target": 0.75,
        "share_low": pytest.approx(0.3006, abs=5e-5),
        "share_high": pytest.approx(0.9544, abs=5e-5),
        "p25_seconds": 105.0,
        "is_total": False,
    }


def test_the_median_of_ten_is_between_the_second_and_the_ninth() -> None:
    # The published rule: of ten values, ranks 2 and 9; they hold it in 97.85 % of cases.
    frame = logs_frame({"response_seconds": [90, 10, 20, 30, 40, 50, 60, 70, 80, 100]})

    found = one(response_time(frame))

    assert (found["median_low"], found["median_seconds"], found["median_high"]) == (20, 55, 90)
    assert found["p90_high"] is None


def test_the_90th_percentile_needs_36_times_for_an_upper_limit() -> None:
    # Of n, the highest is above it but for 0.9 to the n-th: below 2.5 % from 36 on.
    few, enough = (
        one(response_time(logs_frame({"response_seconds": list(range(number))})))
        for number in (35, 36)
    )

    assert few["p90_high"] is None
    assert enough["p90_high"] == 35


def test_out_of_all_logs_one_without_an_arrival_is_missed() -> None:
    found = one(response_time(FIVE, target=timedelta(minutes=10), out_of="logs"))

    assert found["share_within_target"] == 0.6
    assert found["share_low"] < 0.6 < found["share_high"]


def test_without_a_target_none_is_guessed_and_without_arrivals_nothing_is_known() -> None:
    found = one(response_time(logs_frame({"response_seconds": [None, None]})))

    assert (found["logs"], found["arrived"], found["no_arrival"]) == (2, 0, 2)
    assert {found[name] for name in ("median_seconds", "p90_seconds", "target_seconds")} == {None}
    assert {found[name] for name in ("within_target", "median_low", "p90_high", "share_low")} == {
        None
    }


def test_groups_and_the_whole_have_percentiles_of_their_own() -> None:
    frame = logs_frame({"npu": ["CV", "BE", "CV"], "response_seconds": [10, 100, 30]})

    found = response_time(frame, by="npu", total=True)

    assert [(row["npu"], row["median_seconds"]) for row in rows(found)] == [
        ("BE", 100.0),
        ("CV", 20.0),
        (None, 30.0),
    ]


def test_no_logs_give_no_rows_and_the_same_columns() -> None:
    none, some = response_time(empty()), response_time(FIVE)

    assert len(none) == 0
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


@pytest.mark.parametrize("percent", [-1, 100.5])
def test_a_percentile_is_from_0_to_100(percent: float) -> None:
    with pytest.raises(ValueError, match="a percentile is from 0 to 100, not"):
        response_time(FIVE, percentiles=[percent])


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"target": 15}, TypeError, "target= is a time, such as timedelta(minutes=15), not 15"),
        ({"target": timedelta(-1)}, ValueError, "target= is 0 or more, not datetime.timedelta("),
        ({"out_of": "all"}, ValueError, "out_of is one of arrived, logs, not 'all'"),
    ],
)
def test_a_target_is_a_time_and_its_share_of_what_there_is(
    asked: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(words)}"):
        response_time(FIVE, **asked)


@settings(max_examples=20)
@given(LOGS)
def test_every_place_and_a_tally_give_the_same_figures(logs: Records[Log]) -> None:
    table = table_of(logs)
    asked = {"by": "npu", "target": timedelta(minutes=15), "total": True}
    expected = response_time(logs, **asked)  # type: ignore[arg-type] # by name
    kept = tally(table, by=["npu", "priority", "response_seconds"])

    pd.testing.assert_frame_equal(response_time(kept, **asked), expected)  # type: ignore[arg-type] # by name
    for make in IN_MEMORY.values():
        pd.testing.assert_frame_equal(response_time(make(table), **asked), expected)  # type: ignore[arg-type] # by name


SECONDS = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@given(SECONDS, st.integers(0, 1000).map(lambda tenth: tenth / 10))
def test_a_percentile_of_counts_is_numpys_of_the_numbers(
    numbers: list[int], percent: float
) -> None:
    values, counts = np.unique(np.array(numbers), return_counts=True)

    got = percentile_of_counts(values, counts, percent)

    assert got == pytest.approx(np.percentile(numbers, percent, method="linear"))


@given(SECONDS)
def test_a_group_is_the_sum_of_its_parts_whatever_the_files(numbers: list[int]) -> None:
    parts = [logs_frame({"response_seconds": numbers[at::2]}) for at in (0, 1)]
    tallies = pd.concat([tally(part, by="response_seconds") for part in parts])

    assert one(response_time(tallies))["median_seconds"] == np.median(numbers)


@given(SECONDS, st.integers(0, 10**6))
def test_no_figure_is_beyond_its_limits(numbers: list[int], target: int) -> None:
    frame = logs_frame({"response_seconds": numbers})

    found = one(response_time(frame, target=timedelta(seconds=target)))

    for name, figure in [
        ("median", "median_seconds"),
        ("p90", "p90_seconds"),
        ("share", "share_within_target"),
    ]:
        low, high = found[f"{name}_low"], found[f"{name}_high"]
        assert low is None or low <= found[figure]
        assert high is None or found[figure] <= high
