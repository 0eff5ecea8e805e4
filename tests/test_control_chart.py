from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import refused, rows

from npolicing.errors import (
    ColumnTypeError,
    MissingColumnsError,
    NpolicingWarning,
    ValidationError,
)
from npolicing.measures import control_chart, demand
from npolicing.stats.control import NSW, xmr

# The example of the NHSRplotthedots vignette: UPL 4.60 and LPL -0.72, unscreened 6.95 and -3.06.
VIGNETTE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


def months(number: int, first: str = "2018-01") -> list[str]:
    begin = int(first[:4]) * 12 + int(first[5:]) - 1
    return [f"{at // 12}-{at % 12 + 1:02}" for at in range(begin, begin + number)]


def monthly(
    values: Sequence[float | None], first: str = "2018-01", **columns: object
) -> pd.DataFrame:
    return pd.DataFrame({"month": months(len(values), first), "logs": values, **columns})


def test_the_published_example_comes_out_a_row_a_point() -> None:
    chart = control_chart(monthly(VIGNETTE), value="logs", direction="decrease", target=5)
    unscreened = control_chart(monthly(VIGNETTE), value="logs", screen_outliers=False)

    assert chart["month"].to_list() == months(18)
    assert chart["value"].to_list() == VIGNETTE
    for name, limit in [("mean", 1.94), ("upper", 4.60), ("lower", -0.72)]:
        assert set(chart[name].round(2)) == {limit}
    assert set(unscreened["upper"].round(2)) == {6.95}
    assert set(unscreened["lower"].round(2)) == {-3.06}
    assert rows(chart)[4] == {
        "month": "2018-05",
        "value": 10.0,
        "moving_range": 8.0,
        "screened": True,
        "mean": pytest.approx(35 / 18),
        "lower": pytest.approx(35 / 18 - 2.66),
        "upper": pytest.approx(35 / 18 + 2.66),
        "near_lower": pytest.approx(35 / 18 - 2.66 * 2 / 3),
        "near_upper": pytest.approx(35 / 18 + 2.66 * 2 / 3),
        "range_limit": pytest.approx(3.267),
        "part": 0,
        "trial": False,
        "rule": "outside_limits",
        "sign": 1,
        "reading": "concern",
        "target": 5.0,
        "assurance": "meets",
        "is_total": False,
    }
    assert rows(chart)[0]["moving_range"] is None


def test_no_direction_is_good_unless_it_is_said() -> None:
    readings = {
        direction: control_chart(monthly(VIGNETTE), value="logs", direction=direction)["reading"][4]
        for direction in ("increase", "decrease", "neutral")
    }

    assert readings == {
        "increase": "improvement",
        "decrease": "concern",
        "neutral": "neutral_high",
    }
    assert control_chart(monthly(VIGNETTE), value="logs")["reading"][4] == "neutral_high"


def test_each_group_has_a_chart_of_its_own_sorted_and_totals_last() -> None:
    frame = pd.concat(
        [
            monthly([3.0, 4.0], npu="CV", is_total=False),
            monthly([8.0, 9.0, 7.0], npu=None, is_total=False),
            monthly([1.0, 2.0, 3.0], npu="BE", is_total=False),
            monthly([12.0, 15.0, 10.0], npu=None, is_total=True),
        ]
    ).sample(frac=1, random_state=1)

    chart = control_chart(frame, value="logs", by="npu")

    assert [(row["npu"], row["month"], row["value"], row["is_total"]) for row in rows(chart)] == [
        ("BE", "2018-01", 1.0, False),
        ("BE", "2018-02", 2.0, False),
        ("BE", "2018-03", 3.0, False),
        ("CV", "2018-01", 3.0, False),
        ("CV", "2018-02", 4.0, False),
        (None, "2018-01", 8.0, False),
        (None, "2018-02", 9.0, False),
        (None, "2018-03", 7.0, False),
        (None, "2018-01", 12.0, True),
        (None, "2018-02", 15.0, True),
        (None, "2018-03", 10.0, True),
    ]
    assert chart["mean"].to_list() == [2.0] * 3 + [3.5] * 2 + [8.0] * 3 + [37 / 3] * 3
    assert chart["trial"].all()


def test_the_series_of_demand_goes_in_as_it_is() -> None:
    logs = pd.DataFrame({"force": "WMP", "month": months(14), "npu": "CV", "logs": 310})

    chart = control_chart(demand(logs, by="npu", total=True), by=["npu", "month"])

    assert chart["npu"].to_list()[:14] == ["CV"] * 14
    assert chart["is_total"].to_list() == [False] * 14 + [True] * 14
    # February is high by day, where as many logs came in fewer days.
    assert chart["value"].to_list()[1] == pytest.approx(310 / 28)


def test_trial_limits_are_told() -> None:
    few, enough = (control_chart(monthly(VIGNETTE[:n]), value="logs") for n in (12, 13))

    assert few["trial"].all()
    assert not enough["trial"].any()


def test_a_rebase_begins_a_part_in_each_series_that_has_the_month() -> None:
    long, late = monthly([1, 2, 1, 9, 8, 9], npu="CV"), monthly([5, 6], "2018-05", npu="BE")
    frame = pd.concat([long, late])

    chart = control_chart(frame, value="logs", by="npu", rebase=["2018-04"])

    cv = chart[chart["npu"] == "CV"]
    assert cv["part"].to_list() == [0, 0, 0, 1, 1, 1]
    assert cv["moving_range"].isna().to_list() == [True, False, False, True, False, False]
    assert set(chart.loc[chart["npu"] == "BE", "part"]) == {0}
    alone = control_chart(frame, value="logs", by="npu", rebase="2018-04")
    pd.testing.assert_frame_equal(alone, chart)
    words = "rebase at '2017-04': no series has that month; they have 2018-01 to 2018-06"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        control_chart(frame, value="logs", by="npu", rebase=["2018-04", "2017-04"])


def test_rules_and_fixed_limits_are_those_that_are_asked_for() -> None:
    rising = [5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5.1, 5.2, 5.3, 5.4, 5.5]

    chart = control_chart(monthly(rising), value="logs", rules=NSW, fix_after=12)

    assert chart["rule"].to_list()[-5:] == ["trend"] * 5
    assert set(chart["mean"]) == {5.5}
    with pytest.raises(ValueError, match="fix_after is 3"):
        control_chart(monthly(rising), value="logs", fix_after=3)


def test_a_gap_is_refused_by_its_group_and_month() -> None:
    null = monthly([1, None, 3], npu="CV")
    missing = monthly([1, 2, 3, 4], npu="BE").drop(index=[1, 2])

    with pytest.raises(ValidationError) as raised:
        control_chart(pd.concat([null, missing]), value="logs", by="npu")

    assert [(each.column, each.code) for each in raised.value.failures] == [
        ("logs of npu BE in 2018-02", "NULL"),
        ("logs of npu BE in 2018-03", "NULL"),
        ("logs of npu CV in 2018-02", "NULL"),
    ]
    words = (
        "logs of npu BE in 2018-02: None breaks a figure in each month, for a gap is not 0: give "
        "it, or pass what comes after [NULL]"
    )
    assert words in str(raised.value)


def test_a_gap_of_demand_is_refused_and_not_taken_for_0() -> None:
    logs = pd.DataFrame({"month": ["2018-01", "2018-03"], "logs": [31, 31]})

    with pytest.raises(ValidationError, match=r"logs_per_day in 2018-02: None breaks"):
        control_chart(demand(logs))


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"logs of no npu in 2018-02: inf breaks finite"):
        control_chart(monthly([1, np.inf], npu=None), value="logs", by="npu")
    with pytest.raises(ColumnTypeError, match="logs"):
        control_chart(monthly(["1", "2"]), value="logs")  # type: ignore[list-item] # the slip
    with pytest.raises(ColumnTypeError, match="logs"):
        control_chart(monthly([True, False]), value="logs")


def test_a_month_that_is_there_twice_is_refused() -> None:
    twice = pd.concat([monthly([1, 2], npu="CV"), monthly([1, 2], npu="BE")])

    with refused(
        "control_chart has one row a group and month, and there are several in 2018-01. Put what "
        "tells them apart in by, or pass the rows of one."
    ):
        control_chart(twice, value="logs")
    forces = pd.concat([monthly([1, 2], force="WMP"), monthly([3], "2018-03", force="GMP")])
    with refused(
        "control_chart is of series of one force, and these are of 2: GMP, WMP. Put 'force' in by, "
        "or pass the rows of one."
    ):
        control_chart(forces, value="logs")
    assert len(control_chart(forces, value="logs", by="force")) == 3


def test_months_are_written_as_such_and_none_is_null() -> None:
    with pytest.raises(ValueError, match="'May' is no month; write 2018-07"):
        control_chart(pd.DataFrame({"month": ["May"], "logs": [1]}), value="logs")
    frame = pd.DataFrame({"when": ["2018-01", None], "logs": [1, 2]})
    with pytest.raises(ValidationError, match="when: None breaks not null"):
        control_chart(frame, value="logs", period="when")
    with pytest.raises(MissingColumnsError) as raised:
        control_chart(pd.DataFrame({"month": ["2018-01"]}), by="npu")
    assert raised.value.missing == ("npu", "logs_per_day")


def test_a_part_month_at_an_end_is_left_out_and_named() -> None:
    # "To 27/09/2022": the last month has 27 of its days.
    counts = pd.DataFrame({"month": months(14, "2021-08"), "logs": 30, "npu": "CV"})
    series = demand(
        pd.concat([counts, counts.assign(npu="BE")]),
        by="npu",
        since=date(2021, 8, 11),
        until=date(2022, 9, 27),
    )
    words = re.escape(
        "control_chart left out months of which a part is there: 2021-08 (21 of 31 days) of npu "
        "BE, of npu CV; 2022-09 (27 of 30 days) of npu BE, of npu CV. part_months='keep' takes "
        "them as they are."
    )

    with pytest.warns(NpolicingWarning, match=f"^{words}$") as caught:
        chart = control_chart(series, by="npu")
    kept = control_chart(series, by="npu", part_months="keep")

    assert caught[0].filename == __file__
    assert chart["month"].to_list() == months(12, "2021-09") * 2
    assert kept["month"].to_list() == months(14, "2021-08") * 2


def test_a_part_month_between_whole_ones_cannot_be_left_out() -> None:
    frame = monthly([1, 2, 3], days=[31, 10, 31])

    with pytest.raises(ValidationError, match=r"in 2018-02: '10 of 28 days' breaks a whole month"):
        control_chart(frame, value="logs")
    assert len(control_chart(frame, value="logs", part_months="keep")) == 3
    with pytest.raises(ValueError, match="part_months is 'leave_out' or 'keep', not True"):
        control_chart(frame, value="logs", part_months=True)  # type: ignore[arg-type] # the slip


def test_a_series_of_part_months_alone_has_no_point() -> None:
    frame = pd.concat([monthly([1], days=[10], npu="BE"), monthly([2], days=[31], npu="CV")])

    with pytest.warns(NpolicingWarning, match="2018-01 \\(10 of 31 days\\) of npu BE"):
        chart = control_chart(frame, value="logs", by="npu")

    assert chart["npu"].to_list() == ["CV"]


def test_one_point_has_no_limits_and_a_constant_series_has_its_mean() -> None:
    (point,) = rows(control_chart(monthly([7]), value="logs", direction="increase", target=3))
    constant = control_chart(monthly([7] * 20), value="logs", direction="increase", target=3)

    assert (point["value"], point["mean"], point["reading"]) == (7.0, 7.0, "not_known")
    names = ("moving_range", "lower", "upper", "near_lower", "near_upper", "range_limit")
    assert [point[name] for name in names] == [None] * 6
    assert point["assurance"] == "not_known"
    assert set(constant["reading"]) == {"common_cause"}
    assert set(constant["upper"]) == set(constant["lower"]) == {7.0}
    assert set(constant["assurance"]) == {"meets"}


def test_no_rows_give_none_and_the_same_columns() -> None:
    none = control_chart(monthly([], npu=[]).astype({"npu": "str"}), value="logs", by="npu")
    some = control_chart(monthly([1], npu="CV"), value="logs", by="npu")

    assert len(none) == 0
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


FRAMES: dict[str, Callable[[pd.DataFrame], object]] = {
    "categories": lambda frame: frame.astype({"npu": "category", "month": "category"}),
    "pandas with Arrow types": lambda frame: frame.convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.from_pandas,
    "polars with categories": lambda frame: pl.from_pandas(frame).cast(
        {"npu": pl.Categorical, "month": pl.Categorical}
    ),
    "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
}


@pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)
def test_every_frame_gives_the_same_chart(make: Callable[[pd.DataFrame], object]) -> None:
    frame = pd.concat(
        [monthly(VIGNETTE, npu="CV", days=28), monthly(VIGNETTE[:9], npu=None, days=31)],
        ignore_index=True,
    )
    asked = {"value": "logs", "by": "npu", "part_months": "keep", "direction": "decrease"}

    found = control_chart(make(frame), **asked)  # type: ignore[arg-type] # by name

    pd.testing.assert_frame_equal(found, control_chart(frame, **asked))  # type: ignore[arg-type] # by name


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=15), min_size=1, max_size=5))
def test_each_chart_is_that_of_its_series_alone(series: list[list[int]]) -> None:
    frame = pd.concat(
        [monthly(values, npu=f"N{at}") for at, values in enumerate(series)], ignore_index=True
    ).sample(frac=1, random_state=3)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = control_chart(frame, value="logs", by="npu", direction="increase", target=4)

    for at, values in enumerate(series):
        own = found[found["npu"] == f"N{at}"].reset_index(drop=True)
        chart = xmr(values, direction="increase", target=4)
        for name, column in chart.columns().items():
            np.testing.assert_array_equal(own[name].to_numpy(), np.asarray(column), name)
        assert set(own["assurance"]) == {chart.assurance}
    assert len(found) == sum(map(len, series))
