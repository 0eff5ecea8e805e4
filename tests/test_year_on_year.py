from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import pytest
from counted import IN_MEMORY, LOGS, empty, logs_frame, table_of
from hypothesis import given, settings
from measured import one, rows

from npolicing._records import Records
from npolicing._tally import tally
from npolicing.entities import Log
from npolicing.errors import MissingColumnsError, ValidationError
from npolicing.measures import year_on_year
from npolicing.stats.rate_ratios import rate_ratio


def monthly(counts: dict[str, int], **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"month": list(counts), "logs": list(counts.values()), **columns})


def daily(first: date, counts: Sequence[int], **columns: object) -> pd.DataFrame:
    days = [first + timedelta(days=at) for at in range(len(counts))]
    months = [day.isoformat()[:7] for day in days]
    return pd.DataFrame({"month": months, "received_on": days, "logs": counts, **columns})


def test_july_is_held_against_the_july_before() -> None:
    july = monthly({"2018-07": 310, "2019-07": 341, "2019-06": 1})

    found = one(year_on_year(july, month="2019-07", dispersion=2))

    stated = rate_ratio(341, 31, 310, 31, method="score", dispersion=2)
    assert found == {
        "since": date(2019, 7, 1),
        "until": date(2019, 7, 31),
        "days": 31,
        "current": 341,
        "before_days": 31,
        "before": 310,
        "delta_per_day": pytest.approx(1.0),
        "rate_ratio": pytest.approx(1.1),
        "low": pytest.approx(stated.low),
        "high": pytest.approx(stated.high),
        # (341 - 310) / √(2 · 651) is 0.859 standard deviations: 39 % are as far out.
        "p_value": pytest.approx(math.erfc(31 / math.sqrt(2 * 651) / math.sqrt(2))),
        "dispersion": 2.0,
        "is_total": False,
    }
    assert round(found["p_value"], 2) == 0.39


def test_the_29th_of_february_is_no_rise() -> None:
    # 280 in 28 days and 290 in 29 are ten a day.
    february = monthly({"2019-02": 280, "2020-02": 290, "2021-02": 280})

    for month, days in [("2020-02", (29, 28)), ("2021-02", (28, 29))]:
        found = one(year_on_year(february, month=month, dispersion=1))
        assert (found["days"], found["before_days"]) == days
        assert found["rate_ratio"] == pytest.approx(1.0)
        assert found["delta_per_day"] == pytest.approx(0.0)
        assert found["p_value"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("until", "days", "counts"),
    [
        (date(2020, 2, 10), (10, 10), (10, 20)),
        (date(2020, 2, 28), (28, 28), (28, 56)),
        (date(2020, 2, 29), (29, 28), (29, 56)),
    ],
)
def test_a_part_of_a_month_is_held_against_the_same_days(
    until: date, days: tuple[int, int], counts: tuple[int, int]
) -> None:
    logs = pd.concat([daily(date(2019, 2, 1), [2] * 28), daily(date(2020, 2, 1), [1] * 29)])

    found = one(year_on_year(logs, month="2020-02", until=until))

    assert (found["until"], found["days"], found["before_days"]) == (until, *days)
    assert (found["current"], found["before"]) == counts
    assert found["rate_ratio"] == pytest.approx(counts[0] / days[0] / 2)


def test_in_a_common_year_the_last_of_february_stands_for_the_whole_month() -> None:
    logs = pd.concat([daily(date(2020, 2, 1), [2] * 29), daily(date(2021, 2, 1), [1] * 28)])

    found = one(year_on_year(logs, month="2021-02", until=date(2021, 2, 28)))

    assert (found["days"], found["before_days"]) == (28, 29)
    assert (found["current"], found["before"]) == (28, 58)


def test_the_financial_year_to_date_begins_in_april_and_crosses_new_year() -> None:
    months = {f"{year}-{month:02}": 30 for year in (2018, 2019, 2020) for month in range(1, 13)}
    logs = monthly(months)

    july = one(year_on_year(logs, month="2019-07", to_date=True, dispersion=1))
    march = one(year_on_year(logs, month="2020-03", to_date=True, dispersion=1))
    april = one(year_on_year(logs, month="2020-04", to_date=True, dispersion=1))

    assert (july["since"], july["until"]) == (date(2019, 4, 1), date(2019, 7, 31))
    assert (july["days"], july["before_days"]) == (122, 122)
    assert (july["current"], july["before"]) == (120, 120)
    assert (march["since"], march["days"], march["before_days"]) == (date(2019, 4, 1), 366, 365)
    assert (march["current"], march["before"]) == (360, 360)
    assert (april["since"], april["days"], april["current"]) == (date(2020, 4, 1), 30, 30)


def test_the_year_to_date_is_cut_at_its_last_day() -> None:
    logs = pd.concat([daily(date(2018, 4, 1), [2] * 100), daily(date(2019, 4, 1), [3] * 100)])

    found = one(year_on_year(logs, month="2019-06", to_date=True, until=date(2019, 6, 10)))

    assert (found["days"], found["current"], found["before"]) == (71, 213, 142)
    assert found["rate_ratio"] == pytest.approx(1.5)
    # Days that are all alike vary less than Poisson numbers, and count as those.
    assert found["dispersion"] == 1.0


def test_a_missing_month_is_a_gap_and_no_0() -> None:
    logs = monthly({"2018-04": 30, "2018-06": 30, "2019-04": 30, "2019-05": 31, "2019-06": 30})

    to_date = one(year_on_year(logs, month="2019-06", to_date=True, dispersion=1))
    june = one(year_on_year(logs, month="2019-06", dispersion=1))
    nowhere = one(year_on_year(logs, month="2018-06", dispersion=1))

    assert (to_date["current"], to_date["before"]) == (91, None)
    names = ("delta_per_day", "rate_ratio", "low", "high", "p_value")
    assert [to_date[name] for name in names] == [None] * 5
    assert june["rate_ratio"] == 1.0
    assert (nowhere["current"], nowhere["before"], nowhere["p_value"]) == (30, None, None)


def test_a_unit_without_logs_before_has_no_ratio_and_still_a_p_value() -> None:
    logs = monthly({"2018-07": 40, "2019-07": 50}, npu=["BE", "CV"])

    found = rows(year_on_year(logs, month="2019-07", by="npu", dispersion=1, total=True))

    assert [(row["npu"], row["before"], row["current"]) for row in found] == [
        ("BE", 40, 0),
        ("CV", 0, 50),
        (None, 40, 50),
    ]
    assert [row["rate_ratio"] for row in found] == [0.0, None, 1.25]
    assert [found[1][name] for name in ("low", "high")] == [None, None]
    assert found[1]["p_value"] == pytest.approx(math.erfc(math.sqrt(50) / math.sqrt(2)))


def test_the_unrest_is_that_of_the_days_that_are_compared() -> None:
    # Up to the 28th each weekday has 4, 16, 4, 16: 100.8 over 21 each year. After that, a riot.
    uneven = [*[4] * 7, *[16] * 7] * 2
    logs = pd.concat(
        [daily(date(2018, 7, 1), [*uneven, 900]), daily(date(2019, 7, 1), [*uneven, 900])]
    )

    cut = one(year_on_year(logs, month="2019-07", until=date(2019, 7, 28)))
    whole = one(year_on_year(logs, month="2019-07"))

    assert cut["dispersion"] == pytest.approx(4.8)
    assert whole["dispersion"] > 100
    assert cut["low"] < 1 < cut["high"]


def test_crimes_are_compared_where_they_are_known() -> None:
    months = ["2018-07", "2019-07", "2019-07"]
    known, unknown = (
        year_on_year(
            logs_frame({"month": months, "crimes": crimes}),
            month="2019-07",
            count="crimes",
            dispersion=1,
        )
        for crimes in ([2, 3, 1], [2, 3, None])
    )

    assert [(row["current"], row["before"]) for row in rows(known)] == [(4, 2)]
    assert [(row["current"], row["before"]) for row in rows(unknown)] == [(None, 2)]


def test_what_is_asked_is_a_month_and_a_day_of_it() -> None:
    with pytest.raises(ValueError, match="'July' is no month; write 2018-07"):
        year_on_year(empty(), month="July")
    words = re.escape("until= is a day of 2019-07, not 2019-08-01")
    with pytest.raises(ValueError, match=f"^{words}$"):
        year_on_year(empty(), month="2019-07", until=date(2019, 8, 1))
    with pytest.raises(ValueError, match="^count is one of logs, crimes, not 'calls'$"):
        year_on_year(empty(), month="2019-07", count="calls")  # type: ignore[arg-type] # the slip


def test_a_last_day_needs_the_days_of_the_logs() -> None:
    counts = monthly({"2018-07": 310, "2019-07": 341}, received_on=None)

    with pytest.raises(MissingColumnsError, match="received_on"):
        year_on_year(counts.drop(columns="received_on"), month="2019-07", until=date(2019, 7, 10))
    with pytest.raises(ValidationError, match="received_on: None breaks not null"):
        year_on_year(counts, month="2019-07", until=date(2019, 7, 10))


def test_without_logs_there_are_no_rows_and_the_same_columns() -> None:
    none = year_on_year(empty(), month="2019-07", by="npu", total=True)
    some = year_on_year(monthly({"2019-07": 1}, npu=["CV"]), month="2019-07", by="npu")

    assert len(none) == 0
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


@settings(max_examples=20)
@given(LOGS)
def test_every_place_and_a_tally_give_the_same_figures(logs: Records[Log]) -> None:
    table, asked = table_of(logs), {"by": "npu", "total": True, "month": "2018-07"}
    kept = tally(table, by=["month", "npu", "received_on"])
    for more in ({}, {"to_date": True}, {"until": date(2018, 7, 20)}):
        expected = year_on_year(logs, **asked, **more)  # type: ignore[arg-type] # by name
        for make in (lambda _: kept, *IN_MEMORY.values()):
            found = year_on_year(make(table), **asked, **more)  # type: ignore[arg-type] # by name
            pd.testing.assert_frame_equal(found, expected)


@given(LOGS)
def test_no_figure_is_beyond_its_limits(logs: Records[Log]) -> None:
    # As if the logs of February had come a year later.
    table = table_of(logs).to_pandas()
    table["month"] = table["month"].replace({"2018-02": "2019-07"})

    found = year_on_year(tally(table, by=["month", "npu"]), month="2019-07", by="npu", dispersion=2)

    known = found.dropna(subset="rate_ratio")
    assert known["rate_ratio"].between(known["low"], known["high"]).all()
    assert found["p_value"].dropna().between(0, 1).all()
    # Above 5 %, the interval holds 1; below, it does not.
    holds = known["low"].le(1) & known["high"].ge(1)
    assert (holds == (known["p_value"] >= 0.05)).all()


def test_logs_of_no_month_are_not_passed_over() -> None:
    logs = monthly({"2018-07": 310, "2019-07": 341})
    logs.loc[2] = [None, 1]

    with pytest.raises(ValidationError, match="month: None breaks not null"):
        year_on_year(logs, month="2019-07", dispersion=1)


def test_a_quarter_is_held_against_the_same_months() -> None:
    # 31 + 31 + 30 days of each year, at ten and at eleven logs a day; June is no part of it.
    months = {"2018-07": 310, "2018-08": 310, "2018-09": 300, "2018-06": 9}
    quarter = monthly(months | {"2019-07": 341, "2019-08": 341, "2019-09": 330, "2019-06": 9})

    found = one(year_on_year(quarter, month="2019-09", months=3, dispersion=1))

    assert (found["since"], found["until"]) == (date(2019, 7, 1), date(2019, 9, 30))
    assert (found["current"], found["before"]) == (1012, 920)
    assert (found["days"], found["before_days"]) == (92, 92)
    assert found["rate_ratio"] == pytest.approx(1.1)


@pytest.mark.parametrize(("months", "to_date"), [(0, False), (-1, False), (3, True)])
def test_a_period_of_no_month_or_of_two_kinds_is_refused(
    months: int,
    to_date: bool,  # noqa: FBT001 # a parameter of the test
) -> None:
    july = monthly({"2018-07": 310, "2019-07": 341})

    with pytest.raises(ValueError, match=f"months={months} is 1 or more, and 1 beside to_date"):
        year_on_year(july, month="2019-07", months=months, to_date=to_date)
