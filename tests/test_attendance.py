from __future__ import annotations

import re

import pandas as pd
import pyarrow as pa
import pytest
from counted import IN_MEMORY, LOGS, empty, logs_frame, table_of
from hypothesis import given, settings
from measured import rows
from statsmodels.stats.proportion import proportion_confint

from npolicing._records import Records
from npolicing._tally import tally
from npolicing.entities import Log
from npolicing.errors import MissingColumnsError, MixedRowsError, NpolicingWarning
from npolicing.measures import attendance_ratio, attendance_share

SEVEN = logs_frame(
    {
        "npu": ["CV", "CV", "CV", "CV", "BE", "BE", "BE"],
        "priority": ["P1", "P2", "P3", "P6", "P1", "P1", "P9"],
        "attended": [True, True, False, True, None, True, True],
        "attended_by_neighbourhood": [True, False, False, True, None, None, True],
    }
)
quiet = pytest.mark.filterwarnings("ignore:attendance_.*no log is of:npolicing.NpolicingWarning")


def test_seven_logs_are_counted_by_hand() -> None:
    # Wilson's limits of 1 of 3: (1 + z²/2 ∓ z √(2/3 + z²/4)) / (3 + z²), with z = 1.96.
    assert rows(attendance_ratio(SEVEN, by="npu", total=True)) == [
        {
            "npu": "BE",
            "attended": 0,
            "logs": 2,
            "unknown": 2,
            "attendance_ratio": None,
            "low": None,
            "high": None,
            "is_total": False,
        },
        {
            "npu": "CV",
            "attended": 1,
            "logs": 3,
            "unknown": 0,
            "attendance_ratio": 1 / 3,
            "low": pytest.approx(0.0615, abs=5e-5),
            "high": pytest.approx(0.7923, abs=5e-5),
            "is_total": False,
        },
        {
            "npu": None,
            "attended": 1,
            "logs": 5,
            "unknown": 2,
            "attendance_ratio": 1 / 3,
            "low": pytest.approx(0.0615, abs=5e-5),
            "high": pytest.approx(0.7923, abs=5e-5),
            "is_total": True,
        },
    ]


def test_of_what_anyone_attended_the_neighbourhood_attended_half() -> None:
    assert rows(attendance_share(SEVEN, by="npu")) == [
        {
            "npu": "BE",
            "attended": 0,
            "attended_by_anyone": 0,
            "logs": 2,
            "unknown": 2,
            "attendance_share": None,
            "low": None,
            "high": None,
            "is_total": False,
        },
        {
            "npu": "CV",
            "attended": 1,
            "attended_by_anyone": 2,
            "logs": 3,
            "unknown": 0,
            "attendance_share": 0.5,
            "low": pytest.approx(0.0945, abs=5e-5),
            "high": pytest.approx(0.9055, abs=5e-5),
            "is_total": False,
        },
    ]


# West Midlands Police, freedom of information request 1222A/22: incidents, and attended ones.
@pytest.mark.parametrize(
    ("year", "attended", "logs", "ratio"),
    [
        (2019, 345_658, 850_599, 0.406370),
        (2020, 324_969, 660_841, 0.491751),
        (2021, 316_771, 630_672, 0.502275),
    ],
)
def test_the_published_ratios_come_out_of_the_published_counts(
    year: int, attended: int, logs: int, ratio: float
) -> None:
    published = pd.DataFrame(
        {"year": year, "attended": [True, False], "logs": [attended, logs - attended]}
    )

    found = attendance_ratio(published, by="year", priorities=None, attended_by="anyone")

    low, high = proportion_confint(attended, logs, method="wilson")
    assert rows(found.round(6)) == [
        {
            "year": year,
            "attended": attended,
            "logs": logs,
            "unknown": 0,
            "attendance_ratio": ratio,
            "low": round(low, 6),
            "high": round(high, 6),
            "is_total": False,
        }
    ]


def test_the_rise_from_2019_to_2020_is_beyond_chance_and_says_nothing_of_its_cause() -> None:
    # The same publication. The first lockdown and a new system (3 March 2020) lie in between.
    published = pd.DataFrame(
        {
            "year": [2019, 2019, 2020, 2020],
            "attended": [True, False, True, False],
            "logs": [345_658, 850_599 - 345_658, 324_969, 660_841 - 324_969],
        }
    )

    before, after = rows(
        attendance_ratio(
            published, by="year", priorities=None, attended_by="anyone", confidence=0.999
        )
    )

    assert before["high"] < after["low"]
    assert (round(before["low"], 4), round(before["high"], 4)) == (0.4046, 0.4081)


def test_few_logs_leave_a_wide_interval_and_more_confidence_a_wider_one() -> None:
    # Newcombe (1998), table I: 81 of 263 and 0 of 20.
    counts = pd.DataFrame(
        {
            "npu": ["CV", "CV", "SH"],
            "attended_by_neighbourhood": [True, False, False],
            "logs": [81, 182, 20],
        }
    )

    found = attendance_ratio(counts, by="npu", priorities=None)
    wider = attendance_ratio(counts, by="npu", priorities=None, confidence=0.99)

    limits = found[["low", "high"]].round(4).to_numpy().tolist()
    assert limits == [[0.2553, 0.3662], [0.0, 0.1611]]
    assert (wider["high"] > found["high"]).all()
    with pytest.raises(ValueError, match="confidence is between 0 and 1"):
        attendance_ratio(counts, priorities=None, confidence=95)


def test_other_grades_and_other_kinds_of_team_are_asked_for_by_name() -> None:
    frame = logs_frame({"priority": ["C", "1"], "attended_by_hub": [True, False]})

    found = attendance_ratio(frame, priorities=["C"], attended_by="hub")

    assert found[["attended", "logs"]].to_dict("records") == [{"attended": 1, "logs": 1}]


def test_a_force_with_other_grades_is_told_so() -> None:
    frame = logs_frame({"priority": ["C", "1"], "attended_by_neighbourhood": [True, False]})
    words = (
        "attendance_ratio: no log is of P1, P2, P3; they are of 1, C. "
        "Pass priorities=, in the force's own scheme."
    )

    with pytest.warns(NpolicingWarning, match=f"^{re.escape(words)}$"):
        found = attendance_ratio(frame)

    assert rows(found)[0]["attendance_ratio"] is None


def test_one_grade_may_stand_alone() -> None:
    alone, listed = (attendance_ratio(SEVEN, priorities=grades) for grades in ("P1", ["P1"]))

    pd.testing.assert_frame_equal(alone, listed)
    assert alone["logs"].item() == 3


def test_logs_without_any_grade_are_said_to_have_none() -> None:
    frame = logs_frame({"priority": [None, None], "attended_by_neighbourhood": [True, False]})

    with pytest.warns(NpolicingWarning, match="no log is of P1, P2, P3; they have no grade"):
        attendance_ratio(frame)


def test_no_logs_give_no_rows_and_the_same_columns() -> None:
    none, some = attendance_ratio(empty(), by="npu", total=True), attendance_ratio(SEVEN, by="npu")

    assert len(none) == 0
    assert none.dtypes.to_dict() == some.dtypes.to_dict()


@quiet
@settings(max_examples=20)
@given(LOGS)
def test_every_place_and_a_tally_give_the_same_figures(logs: Records[Log]) -> None:
    table = table_of(logs)
    fine = ["month", "npu", "priority", "attended", "attended_by_neighbourhood"]
    kept = tally(table, by=fine)
    for measure in (attendance_ratio, attendance_share):
        expected = measure(logs, by=["npu", "month"], total=True)
        pd.testing.assert_frame_equal(measure(kept, by=["npu", "month"], total=True), expected)
        for make in IN_MEMORY.values():
            found = measure(make(table), by=["npu", "month"], total=True)
            pd.testing.assert_frame_equal(found, expected)


@quiet
@given(LOGS)
def test_groups_part_the_logs_and_no_ratio_is_beyond_0_and_1(logs: Records[Log]) -> None:
    for measure in (attendance_ratio, attendance_share):
        found = measure(logs, by=["npu"], total=True)
        parts, whole = found[~found["is_total"]], found[found["is_total"]]
        for name in ("attended", "logs", "unknown"):
            assert parts[name].sum() == whole[name].sum()
        known = found.dropna(subset=measure.__name__)
        assert known[measure.__name__].between(known["low"], known["high"]).all()
        assert known["low"].ge(0).all()
        assert known["high"].le(1).all()
        assert found.loc[found[measure.__name__].isna(), ["low", "high"]].isna().all(axis=None)
        assert (found["attended"] + found["unknown"] <= found["logs"]).all()


@quiet
@given(LOGS)
def test_a_log_more_that_was_attended_never_lowers_the_ratio(logs: Records[Log]) -> None:
    """Nor does it lower the share, or any limit of either."""
    before = table_of(logs)
    more = pa.concat_tables([before, SEVEN.slice(0, 1)], promote_options="default")
    for measure in (attendance_ratio, attendance_share):
        first, second = (measure(each, by=None) for each in (before, more))
        for name in (measure.__name__, "low", "high"):
            was = first[name].fillna(0).to_list() or [0.0]
            assert second[name].item() >= was[0] - 1e-12


@quiet
@given(LOGS)
def test_the_share_is_never_below_the_ratio_where_all_is_known(logs: Records[Log]) -> None:
    known = Records(
        Log,
        (log for log in logs if None not in (log.attended, log.attended_by_neighbourhood)),
    )

    ratio, share = (
        measure(known, priorities=None)[measure.__name__].to_list()
        for measure in (attendance_ratio, attendance_share)
    )

    assert all(pd.isna(s) or s >= r for r, s in zip(ratio, share, strict=True))


def test_attendances_are_no_logs_and_what_is_missing_is_named() -> None:
    units = logs_frame({"unit_ref": ["A"], "priority": ["P1"], "attended_by_neighbourhood": [True]})

    with pytest.raises(MixedRowsError, match="^attendance_ratio is of logs, and these are attend"):
        attendance_ratio(units)
    with pytest.raises(MissingColumnsError) as raised:
        attendance_share(pd.DataFrame({"npu": ["CV"]}))
    assert raised.value.missing == (
        "priority",
        "attended_by_neighbourhood",
        "attended",
        "force",
    )


def test_of_all_grades_a_single_log_counts_too() -> None:
    lone = logs_frame({"priority": ["P1", "P6"], "attended_by_neighbourhood": [True, False]})

    (found,) = attendance_ratio(lone, priorities=None).to_dict("records")

    assert (found["attended"], found["logs"]) == (1, 2)
