"""Crimes by harm: by hand, wherever they lie, by property, and what has no weight."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from counted import IN_MEMORY
from hypothesis import given
from hypothesis import strategies as st
from measured import one, refused, rows

from npolicing import (
    Crime,
    CrimeCount,
    HarmWeight,
    MissingTargetError,
    Place,
    UnknownCodeError,
    ValidationError,
    disproportion,
    harm,
    tally,
)
from npolicing._records import Records
from npolicing._tally import LogRows
from npolicing.errors import MissingColumnsError, MixedRowsError
from npolicing.frames import to_arrow

if TYPE_CHECKING:
    import pyarrow as pa

DAY = date(2019, 10, 15)
POINTS = {"burglary": 19.0, "robbery": 365.0, "shoplifting": 2.5}


def weight(category: str, value: float, **given: Any) -> HarmWeight:  # noqa: ANN401 # fields
    """A weight that is made up."""
    fields = {"force": "WMP", "scheme": "MADE-UP", "unit": "points", "source": "made up", **given}
    return HarmWeight(category=category, weight=value, **fields)


WEIGHTS = [weight(category, value) for category, value in POINTS.items()]


def weighed(crimes: LogRows, weights: list[HarmWeight] | None = None, **asked: Any) -> pd.DataFrame:  # noqa: ANN401 # options
    given = {"scheme": "MADE-UP", "on": DAY, **asked}
    return harm(crimes, WEIGHTS if weights is None else weights, **given)


def crime(number: int, category: str, ward: str | None = "W1", **given: Any) -> Crime:  # noqa: ANN401 # fields
    fields = {"force": "WMP", "month": "2018-06", "ward": ward, **given}
    return Crime(crime_id=str(number), category=category, **fields)


CRIMES = Records(
    Crime,
    [
        crime(1, "burglary"),
        crime(2, "burglary"),
        crime(3, "robbery"),
        crime(4, "shoplifting", "W2"),
        crime(5, "drugs", "W2"),
        crime(6, "arson", "W2"),
        crime(7, "drugs", "W2"),
        crime(8, "shoplifting", None),
    ],
)


def test_two_burglaries_and_a_robbery() -> None:
    first, second, nowhere, total = rows(weighed(CRIMES, by="ward", total=True))
    assert first == {
        "ward": "W1",
        "crimes": 3,
        "weighed": 3,
        "unweighed": 0,
        "harm": 2 * 19 + 365,
        "harm_variance": 2 * 19**2 + 365**2,
        "unit": "points",
        "scheme": "MADE-UP",
        "weights_as_of": DAY,
        "unweighed_categories": None,
        "is_total": False,
    }
    # A part of it is unknown, and so is the whole.
    assert [second[name] for name in ("crimes", "weighed", "unweighed")] == [4, 1, 3]
    assert [second[name] for name in ("harm", "harm_variance")] == [None, None]
    assert second["unweighed_categories"] == "arson, drugs"
    assert (nowhere["ward"], nowhere["harm"]) == (None, 2.5)
    assert (total["crimes"], total["harm"], total["is_total"]) == (8, None, True)


def test_the_categories_that_are_to_count_are_asked_for() -> None:
    row = one(weighed(CRIMES, where={"category": list(POINTS)}))
    assert (row["crimes"], row["harm"]) == (5, 2 * 19 + 365 + 5)
    assert row["unweighed_categories"] is None


@pytest.mark.parametrize("where", IN_MEMORY)
def test_every_place_gives_the_same(where: str) -> None:
    make: Callable[[pa.Table], LogRows] = IN_MEMORY[where]
    found = weighed(make(to_arrow(CRIMES, Crime)), by=["ward", "month"], total=True)
    pd.testing.assert_frame_equal(found, weighed(CRIMES, by=["ward", "month"], total=True))


def test_counts_do_as_well_as_crimes() -> None:
    frame = pd.DataFrame({"ward": ["W1", "W1", "W2"], "crimes": [2, 1, 0]})
    frame["category"] = ["burglary", "robbery", "drugs"]
    first, second = rows(weighed(frame, by="ward"))
    assert (first["crimes"], first["harm"]) == (3, 403)
    # None counted is no gap: there is nothing to weigh.
    assert (second["crimes"], second["harm"], second["unweighed_categories"]) == (0, 0, None)
    counts = [
        CrimeCount(force="WMP", month="2018-06", category="burglary", npu="CV", crimes=2),
        CrimeCount(force="WMP", month="2018-07", category="robbery", npu="CV", crimes=1),
    ]
    assert weighed(counts, by="npu")["harm"].to_list() == [403]
    assert weighed(counts, by="month")["harm"].to_list() == [38, 365]


def test_a_weight_counts_from_its_first_day_to_its_last() -> None:
    revised = date(2023, 5, 1)
    weights = [
        weight("burglary", 19, valid_to=date(2023, 4, 30)),
        weight("burglary", 20, valid_from=revised),
    ]
    burglary = CRIMES[:1]
    for day, value in ((date(2023, 4, 30), 19), (revised, 20)):
        row = one(weighed(burglary, weights, on=day))
        assert (row["harm"], row["weights_as_of"]) == (value, day)
    gone = [weight("burglary", 19, valid_to=date(2018, 1, 1)), weight("robbery", 365)]
    assert one(weighed(burglary, gone))["unweighed_categories"] == "burglary"


def test_weights_are_those_of_the_scheme_and_of_the_force() -> None:
    weights = [
        *WEIGHTS,
        weight("burglary", 7, scheme="OTHER"),
        weight("burglary", 9, force="GMP"),
    ]
    crimes = Records(Crime, [crime(1, "burglary"), crime(1, "burglary", force="GMP")])
    assert weighed(crimes, weights, by="force")["harm"].to_list() == [9, 19]
    assert weighed(crimes[:1], weights, scheme="OTHER")["harm"].to_list() == [7]
    with pytest.raises(MixedRowsError, match="GMP, WMP"):
        weighed(crimes, weights)
    counts = pd.DataFrame({"category": ["burglary"], "crimes": [1]})
    with refused(
        "The crimes do not say of which force they are, and the weights are of 2: GMP, WMP. Pass "
        "those of one."
    ):
        weighed(counts, weights)
    assert weighed(counts, weights[:4])["harm"].to_list() == [19]


def test_units_are_not_added_up() -> None:
    weights = [*WEIGHTS[:1], weight("robbery", 365, unit="days")]
    words = (
        "harm would add up weights of 2 units: days, points. Keep the categories of one with "
        "where=, or put 'category' in by and leave total out."
    )
    with refused(words):
        weighed(CRIMES, weights, by="ward")
    apart = weighed(CRIMES, weights, by="category")
    assert dict(zip(apart["category"], rows(apart[["unit"]]), strict=True))["robbery"] == {
        "unit": "days"
    }
    with refused(words):
        weighed(CRIMES, weights, by="category", total=True)
    assert one(weighed(CRIMES, weights, where={"category": "robbery"}))["unit"] == "days"


def test_a_category_has_one_weight_on_a_day() -> None:
    weights = [
        weight("burglary", 19),
        weight("burglary", 20, valid_from=date(2019, 1, 1)),
        weight("robbery", 1),
        weight("robbery", 2, valid_from=date(2019, 1, 1)),
    ]
    words = (
        "harm takes one weight of each category, and on 2019-10-15 these have several: burglary "
        "(WMP), robbery (WMP). Say with valid_from and valid_to which is in force."
    )
    with refused(words):
        weighed(CRIMES, weights)


def test_what_is_lacking_is_named() -> None:
    with pytest.raises(UnknownCodeError, match="MADE-UP"):
        weighed(CRIMES, scheme="CCHI")
    words = (
        "No weight of MADE-UP is in force on 2019-10-15. Pass those of that day, or another on=."
    )
    with pytest.raises(MissingTargetError, match=f"^{re.escape(words)}$"):
        weighed(CRIMES, [weight("burglary", 1, valid_from=date(2020, 1, 1))])
    with pytest.raises(MissingColumnsError, match="category"):
        weighed(pd.DataFrame({"crimes": [1]}))
    with pytest.raises(MixedRowsError, match="rows of logs"):
        weighed(pd.DataFrame({"logs": [1], "crimes": [1], "category": ["burglary"]}))
    for day in (None, "2019-10-15"):
        with pytest.raises(TypeError, match="on= is a day"):
            weighed(CRIMES, on=day)
    with pytest.raises(ValidationError, match="weight"):
        harm(
            CRIMES,
            pd.DataFrame(
                {
                    "force": ["WMP"],
                    "scheme": "MADE-UP",
                    "category": "burglary",
                    "weight": -1.0,
                    "unit": "points",
                    "source": "made up",
                }
            ),
            scheme="MADE-UP",
            on=DAY,
        )


def test_a_crime_without_a_category_is_told() -> None:
    frame = pd.DataFrame({"category": ["burglary", None], "crimes": [1, 2]})
    row = one(weighed(frame))
    assert (row["unweighed"], row["unweighed_categories"]) == (2, "(no category)")


@given(
    st.lists(
        st.tuples(st.sampled_from([*POINTS]), st.sampled_from(["W1", "W2", None])), max_size=12
    )
)
def test_harm_adds_up_and_a_tally_gives_the_same(drawn: list[tuple[str, str | None]]) -> None:
    crimes = Records(Crime, [crime(at, *each) for at, each in enumerate(drawn)])
    found = weighed(crimes, by="ward")
    assert found["harm"].sum() == pytest.approx(sum(POINTS[name] for name, _ in drawn))
    assert found["harm_variance"].sum() == pytest.approx(
        sum(POINTS[name] ** 2 for name, _ in drawn)
    )
    counts = to_arrow(crimes, Crime).group_by(["ward", "category"]).aggregate([([], "count_all")])
    counts = counts.rename_columns(["ward", "category", "crimes"])
    pd.testing.assert_frame_equal(weighed(counts, by="ward"), found)


def test_the_variance_is_that_of_drawn_crimes() -> None:
    """Seeded: Poisson numbers of each category, weighed, vary as `harm_variance` expects."""
    expected = {"burglary": 40.0, "robbery": 5.0, "shoplifting": 90.0}
    rng = np.random.default_rng(7)
    drawn = rng.poisson(list(expected.values()), (4000, 3)).astype(float) @ list(POINTS.values())
    counts = pd.DataFrame({"category": list(expected), "crimes": [40, 5, 90]})
    row = one(weighed(counts))
    assert row["harm"] == pytest.approx(drawn.mean(), rel=0.03)
    assert row["harm_variance"] == pytest.approx(drawn.var(), rel=0.1)


def test_a_places_harm_is_what_it_gives() -> None:
    found = weighed(CRIMES, by="ward", where={"category": list(POINTS), "ward": ["W1", "W2"]})
    places = [
        Place(
            force="WMP",
            kind="ward24",
            place=row["ward"],
            population=100,
            harm=row["harm"],
            harm_variance=row["harm_variance"],
        )
        for row in rows(found)
    ]
    row = one(disproportion(places).query("criterion == 'harm' and place == 'W1'"))
    assert row["count_share"] == pytest.approx(403 / 405.5)
    # 403 points against 2.5, and one robbery that carries nearly all of them.
    assert row["rate_ratio_low"] < 1 < row["rate_ratio"]


def test_a_tally_is_of_logs_and_no_crimes() -> None:
    logs = pd.DataFrame({"force": "WMP", "npu": ["CV"], "crimes": [1], "category": "burglary"})
    with pytest.raises(MixedRowsError, match="Pass Crime rows"):
        weighed(tally(logs, by=["npu", "category"], crimes=True), by="npu")
