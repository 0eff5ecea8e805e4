from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import Build, one, refused, rows

from npolicing.errors import ColumnTypeError, MissingColumnsError, MixedRowsError, ValidationError
from npolicing.measures import status
from npolicing.measures.statuses import Status
from npolicing.stats.control import xmr

UNITS = pd.DataFrame(
    {
        "npu": ["BE", "BW", "CV", "DY", "SH"],
        "share": [0.9, 0.85, 0.84, 0.79, None],
        "aim": [0.85, 0.85, 0.9, 0.9, 0.85],
    }
)
ASKED: dict[str, Any] = {"value": "share", "thresholds": (0, 0.05), "by": "npu"}


def test_five_units_are_judged_by_hand() -> None:
    found = rows(status(UNITS, target=0.85, direction="at_least", **ASKED))

    assert [(row["npu"], row["status"]) for row in found] == [
        ("BE", "green"),
        ("BW", "green"),
        ("CV", "amber"),
        ("DY", "red"),
        ("SH", "no_data"),
    ]
    assert [row["words"] for row in found] == [
        "meets its target",
        "meets its target",
        "misses its target by 0.01: amber up to 0.05",
        "misses its target by 0.06: red beyond 0.05",
        "no figure",
    ]
    assert found[3] == {
        "npu": "DY",
        "value": 0.79,
        "target": 0.85,
        "gap": pytest.approx(0.06),
        "status": "red",
        **dict.fromkeys(("reading", "rule", "assurance", "trial")),
        "words": "misses its target by 0.06: red beyond 0.05",
        "is_total": False,
    }
    assert (found[4]["target"], found[4]["gap"]) == (0.85, None)


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        ("at_least", 120, "green"),
        ("at_least", 100, "green"),
        ("at_least", 95, "green"),
        ("at_least", 94, "amber"),
        ("at_least", 90, "amber"),
        ("at_least", 89, "red"),
        ("at_most", 80, "green"),
        ("at_most", 105, "green"),
        ("at_most", 106, "amber"),
        ("at_most", 110, "amber"),
        ("at_most", 111, "red"),
        ("within", 95, "green"),
        ("within", 105, "green"),
        ("within", 94, "amber"),
        ("within", 110, "amber"),
        ("within", 89, "red"),
        ("within", 120, "red"),
    ],
)
def test_the_direction_of_good_is_for_the_asker_to_say(
    direction: Any,  # noqa: ANN401 # one of three
    value: int,
    expected: str,
) -> None:
    figures = pd.DataFrame({"n": [value]})

    found = one(status(figures, value="n", target=100, thresholds=(5, 10), direction=direction))
    share = one(
        status(
            figures,
            value="n",
            target=100,
            thresholds=(0.05, 0.1),
            direction=direction,
            relative=True,
        )
    )

    assert found["status"] == share["status"] == expected
    assert found["gap"] == 100 - value


def test_a_threshold_is_taken_as_it_is_written() -> None:
    # In floats 0.9 - 0.85 is 0.05000000000000004.
    figures = pd.DataFrame({"share": [0.85]})

    found = one(
        status(figures, value="share", target=0.9, thresholds=(0, 0.05), direction="at_least")
    )

    assert found["status"] == "amber"
    assert found["gap"] == 0.05


def test_the_target_may_be_a_column_and_may_be_none() -> None:
    found = status(
        UNITS.assign(aim=[0.85, float("nan"), 0.9, 0.9, float("nan")]),
        target="aim",
        direction="at_least",
        **ASKED,
    )

    assert found["status"].to_list() == ["green", "no_target", "red", "red", "no_data"]
    none = status(UNITS, target=None, direction="at_least", **ASKED)
    assert none["status"].to_list() == ["no_target"] * 4 + ["no_data"]
    assert none["words"].to_list() == ["no target"] * 4 + ["no figure"]


def test_a_target_of_nought_has_no_share_of_it_to_miss_by() -> None:
    asked: dict[str, Any] = {"value": "n", "target": 0, "thresholds": (0, 0.5), "relative": True}
    figures = pd.DataFrame({"n": [0, 1], "npu": ["BE", "CV"]})

    assert status(figures, direction="at_most", by="npu", **asked)["status"].to_list() == [
        "green",
        "red",
    ]


@pytest.mark.parametrize(
    "thresholds", [(), (1,), (0, 1, 2), (2, 1), (-1, 1), (0, float("inf")), (float("nan"), 1)]
)
def test_thresholds_are_two_and_ascend(thresholds: Any) -> None:  # noqa: ANN401 # what they are not
    with pytest.raises(ValueError, match="two numbers from 0 up, the second not below the first"):
        status(UNITS, **ASKED | {"thresholds": thresholds}, target=1, direction="at_least")


def test_no_policy_is_there_by_default() -> None:
    with pytest.raises(TypeError, match=r"'direction'"):
        status(UNITS, target=1, **ASKED)  # the slip
    with pytest.raises(TypeError, match=r"'thresholds'"):
        status(UNITS, value="share", target=1, direction="at_least")  # type: ignore[call-arg] # the slip
    with pytest.raises(ValueError, match="direction is one of at_least, at_most, within, not 'up'"):
        status(UNITS, target=1, direction="up", **ASKED)  # type: ignore[arg-type] # the slip


def test_what_is_no_number_is_not_judged() -> None:
    money = pa.table({"spent": pa.array([Decimal("5.00")], pa.decimal128(18, 2))})
    asked: dict[str, Any] = {"target": 4, "thresholds": (0, 1), "direction": "at_most"}

    with pytest.raises(ColumnTypeError, match="of an amount of money make a rate"):
        status(money, value="spent", **asked)
    with pytest.raises(ColumnTypeError, match="npu: is"):
        status(UNITS, value="npu", by="npu", **asked)
    with pytest.raises(ValidationError, match="finite"):
        status(pl.DataFrame({"n": [float("nan")]}), value="n", **asked)
    with pytest.raises(TypeError, match="target= is a number, or the name of a column, not True"):
        status(UNITS, value="share", by="npu", **asked | {"target": True})
    with pytest.raises(ValueError, match="target= is a finite number"):
        status(UNITS, value="share", by="npu", **asked | {"target": float("nan")})


def test_columns_that_are_needed_are_named_together() -> None:
    with pytest.raises(MissingColumnsError) as caught:
        status(
            UNITS, value="ratio", target="goal", thresholds=(0, 1), direction="within", by="ward"
        )
    assert caught.value.missing == ("ward", "ratio", "goal")


def test_rows_that_nothing_tells_apart_are_refused() -> None:
    asked: dict[str, Any] = {"target": 1, "direction": "at_least", **ASKED}
    with refused(
        "status judges each figure by itself, and there are 2 rows of CV. Put what tells them "
        "apart in by."
    ):
        status(pd.concat([UNITS, UNITS[2:3]]), **asked)
    with refused(
        "status judges each figure by itself, and there are 5 rows of the only group. Put what "
        "tells them apart in by."
    ):
        status(UNITS, **asked | {"by": None})


def test_a_total_stays_one() -> None:
    figures = pd.concat([UNITS.assign(is_total=False), UNITS[:1].assign(npu=None, is_total=True)])
    found = rows(status(figures, target=0.85, direction="at_least", **ASKED))

    assert [row["is_total"] for row in found] == [False] * 5 + [True]
    assert found[-1]["npu"] is None


# -- beside a control chart

SERIES = {
    "BE": [0.80, 0.83, 0.79, 0.84, 0.81, 0.82, 0.80, 0.83, 0.79, 0.82, 0.81, 0.83, 0.99],
    "DY": [0.80, 0.83, 0.79, 0.84, 0.81, 0.82, 0.80, 0.83, 0.79, 0.82, 0.81, 0.83, 0.79],
}


def points(npu: str, target: float = 0.85) -> pd.DataFrame:
    chart = xmr(SERIES[npu], direction="increase", target=target)
    return pd.DataFrame(chart.columns()).assign(npu=npu, assurance=chart.assurance)


def test_what_the_chart_says_of_its_last_point_stands_beside() -> None:
    signal = pd.concat([points("BE"), points("DY")])
    found = {
        row["npu"]: row
        for row in rows(status(UNITS, target=0.85, direction="at_least", signal=signal, **ASKED))
    }

    assert (found["BE"]["reading"], found["BE"]["rule"]) == ("improvement", "outside_limits")
    assert found["BE"]["words"] == (
        "meets its target; special cause for the better (outside the limits); hit and miss"
    )
    assert (found["DY"]["reading"], found["DY"]["rule"]) == ("common_cause", "none")
    # Red, and nothing has happened: it will be met now and then, by chance alone.
    assert found["DY"]["words"] == (
        "misses its target by 0.06: red beyond 0.05; common cause; hit and miss"
    )
    assert [found[npu]["reading"] for npu in ("BW", "CV", "SH")] == [None] * 3
    assert found["BW"]["words"] == "meets its target"


@pytest.mark.parametrize(("target", "words"), [(0.5, "will meet"), (0.99, "will miss")])
def test_assurance_is_told(target: float, words: str) -> None:
    found = status(
        UNITS[3:4], target=target, direction="at_least", signal=points("DY", target), **ASKED
    )
    assert f"common cause; {words} its target as it stands" in found["words"].item()


def test_a_short_chart_says_that_its_limits_are_trial_limits() -> None:
    short = pd.DataFrame(xmr([1, 2, 3]).columns())
    figures = pd.DataFrame({"n": [3]})
    found = one(
        status(figures, value="n", target=1, thresholds=(0, 0), direction="within", signal=short)
    )

    assert (found["trial"], found["assurance"]) == (True, None)
    assert found["words"] == "misses its target by 2: red beyond 0; common cause; trial limits"


def test_series_that_nothing_tells_apart_are_refused() -> None:
    chart = xmr([[1, 2, 3], [3, 2, 1]])
    signal = pd.DataFrame(chart.columns())
    asked: dict[str, Any] = {"value": "n", "target": 1, "thresholds": (0, 0), "direction": "within"}
    figures = pd.DataFrame({"n": [3, 1], "series": [0, 1]})

    with pytest.raises(MixedRowsError, match="several series that by does not tell apart"):
        status(figures[:1], signal=signal, **asked)
    found = status(figures, signal=signal, by="series", **asked)
    assert found["reading"].to_list() == ["common_cause"] * 2


def test_a_chart_has_its_own_words() -> None:
    asked: dict[str, Any] = {"target": 1, "direction": "at_least", **ASKED}
    with pytest.raises(ValidationError, match="reading: 'red' breaks one of common_cause"):
        status(UNITS, signal=points("BE").assign(reading="red"), **asked)
    with pytest.raises(MissingColumnsError, match="'reading', 'rule'"):
        status(UNITS, signal=pd.DataFrame({"npu": ["BE"]}), **asked)


def test_every_word_that_a_chart_has_is_known() -> None:
    chart = xmr([[1.0], [2.0]])
    choices = {field.name: field.choices for field in Status.columns()}
    assert set(chart.reading.ravel()) <= set(choices["reading"])
    from npolicing.stats import _runs, control  # noqa: PLC0415 # what the words are held against

    assert set(control._READINGS) == set(choices["reading"])  # noqa: SLF001 # the same
    assert set(control._ASSURANCES) == set(choices["assurance"])  # noqa: SLF001 # the same
    assert set(_runs.RULES) == set(choices["rule"])


# -- properties

_NUMBERS = st.one_of(st.none(), st.integers(-100, 100).map(lambda tenth: tenth / 10))


@given(
    st.lists(st.tuples(_NUMBERS, _NUMBERS), max_size=8),
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda two: tuple(sorted(two))),
)
def test_a_figure_is_judged_by_how_far_it_is_in_tenths(
    pairs: list[tuple[float | None, float | None]], tenths: tuple[int, int]
) -> None:
    frame = pd.DataFrame(
        {
            "at": range(len(pairs)),
            "n": pd.array([a for a, _ in pairs], "Float64"),
            "aim": pd.array([b for _, b in pairs], "Float64"),
        }
    )
    asked: dict[str, Any] = {"value": "n", "target": "aim", "by": "at"}
    asked["thresholds"] = [each / 10 for each in tenths]

    least, most, within = (
        status(frame, direction=each, **asked)["status"].to_list()
        for each in ("at_least", "at_most", "within")
    )

    worst = {"green": 0, "amber": 1, "red": 2}
    for at, (value, target) in enumerate(pairs):
        if value is None or target is None:
            expected = "no_data" if value is None else "no_target"
            assert {least[at], most[at], within[at]} == {expected}
            continue
        missed = round(target * 10) - round(value * 10)
        expected = "green" if missed <= tenths[0] else "amber" if missed <= tenths[1] else "red"
        assert least[at] == expected
        assert within[at] == max(least[at], most[at], key=lambda each: worst[each])


def test_frames_of_any_library_give_what_pandas_gives(frame: Build) -> None:
    plain = UNITS.astype(object).where(UNITS.notna(), None)
    columns = {str(name): plain[name].to_list() for name in plain}
    asked: dict[str, Any] = {"target": "aim", "direction": "at_least", **ASKED}

    pd.testing.assert_frame_equal(status(frame(columns), **asked), status(UNITS, **asked))


def test_no_figures_give_no_rows_and_the_same_columns() -> None:
    asked: dict[str, Any] = {"target": 1, "direction": "at_least", **ASKED}
    none, some = status(UNITS[:0], **asked), status(UNITS, **asked)

    assert len(none) == 0
    assert none.dtypes.to_dict() == some.dtypes.to_dict()
