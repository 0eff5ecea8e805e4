"""The picture of an evaluation and its section: titles, words and marks, counted by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeVar, get_args
from xml.etree import ElementTree as ET

import pytest
from drawn_charts import gallery
from hypothesis import given, settings
from hypothesis import strategies as st
from test_evaluate import PAPER, YEARS, rows

import npolicing as npol
from npolicing.charts import draw
from npolicing.exhibits import Chart, Guide, Mark, Points, Spans, evaluation_chart
from npolicing.exhibits import evaluation_section as section
from npolicing.pages import html
from npolicing.vocabulary import Arm

M = TypeVar("M", bound=Mark)
TWO = {"treated": (50, 30), "comparison": (60, 55)}


def chart(counts: Mapping[str, Sequence[int | None]], **more: Any) -> Chart:  # noqa: ANN401 # arguments of evaluate
    asked: dict[str, Any] = {"claim": "wdd", "picked_on_before": False, **more}
    return evaluation_chart(npol.evaluate(rows(counts), **asked), name="e", label="Crimes")


def marks(drawn: Chart, kind: type[M]) -> list[M]:
    return [mark for mark in drawn.panels[0].marks if isinstance(mark, kind)]


def test_the_published_counts_are_drawn_as_differences() -> None:
    drawn = gallery()["evaluation"]

    assert (
        drawn.title
        == "Crimes: 118 fewer than the comparison leads one to expect, by more than chance"
    )
    assert [word for _, word in drawn.y.ticks] == [
        "Treated: 207→110",
        "Comparison: 308→318",
        "Displacement: 178→157",
        "Displacement comparison: 150→140",
        "WDD: 118 fewer",
    ]
    arms, claim = marks(drawn, Points)
    assert [*arms.x] == [-97, 10, -21, -10, None]
    assert [*claim.x] == [None, None, None, None, -118]
    assert (arms.shape, claim.shape) == ("dot", "diamond")
    (spans,) = marks(drawn, Spans)
    assert spans.low[0] == pytest.approx(-97 - 1.959964 * math.sqrt(317))
    assert spans.high[4] == pytest.approx(-118 + 1.959964 * math.sqrt(1568))
    assert [each.at for each in marks(drawn, Guide)] == [0]
    assert drawn.alt == (
        "Chart of Crimes before and after by arm, as changes in events. Treated: 207 to 110; "
        "comparison: 308 to 318; displacement: 178 to 157; displacement comparison: 150 to 140; "
        "Weighted displacement difference: 118 fewer than to be expected (95 % interval: 196 fewer "
        "to 40 fewer)."
    )


def test_a_claim_by_ratio_is_drawn_on_an_axis_of_ratios() -> None:
    drawn = gallery()["evaluation_of_ratios"]

    assert drawn.x.log
    assert drawn.y.ticks[-1][1] == "RIRR: 33.1 % fewer"
    arms, claim = marks(drawn, Points)
    assert arms.x[:2] == pytest.approx((150 / 240, 215 / 230))
    assert claim.x[2] == pytest.approx(150 / 240 / (215 / 230))
    assert [each.at for each in marks(drawn, Guide)] == [1]


def test_days_are_in_the_factor_of_an_arm_and_weights_in_its_difference() -> None:
    days = {"before": (YEARS["before"][0], YEARS["before"][0].replace(month=6, day=30))}
    counts = rows({"treated": (100, 100), "comparison": (100, 150)}, days={**YEARS, **days})
    by_ratio = npol.evaluate(counts, claim="rirr")
    by_difference = npol.evaluate(counts, claim="wdd", weights=["days"])

    ratio = evaluation_chart(by_ratio, name="e")
    assert marks(ratio, Points)[0].x[0] == pytest.approx(181 / 365)
    assert marks(ratio, Points)[1].x[2] == pytest.approx(100 / 150)
    difference = evaluation_chart(by_difference, name="e")
    assert marks(difference, Points)[0].x[0] == pytest.approx(100 - 100 * 365 / 181)


def test_weighted_changes_say_that_they_are_not_those_of_the_counts() -> None:
    """480 in two years and 150 in one are 90 fewer a year, and not 330."""
    days = {**YEARS, "before": (YEARS["before"][0].replace(year=2017), YEARS["before"][1])}
    counts = rows({"treated": (480, 150), "comparison": (460, 225)}, days=days)
    drawn = evaluation_chart(npol.evaluate(counts, claim="wdd", weights=["days"]), name="e")

    assert marks(drawn, Points)[0].x[0] == -90
    assert drawn.x.label == "Events after, less before, each over its weight"
    assert drawn.notes[0] == (
        "Beside the arms stand the counts as they are. The changes are of counts over their "
        "weights: in events of the treated areas, in a time like that after."
    )
    assert "as changes in events, each count over its weight. Treated: 480 to 150" in drawn.alt
    plain = chart(TWO)
    assert plain.x.label == "Events after, less before"
    assert not any("weights" in each for each in plain.notes[:1] if "suppose" not in each)
    # A factor has no weights.
    ratio = evaluation_chart(npol.evaluate(counts, claim="rirr", weights=["days"]), name="e")
    assert "as factors of change. " in ratio.alt
    assert "Beside the arms" not in " ".join(ratio.notes)


def test_the_axis_of_ratios_goes_as_far_as_the_figures() -> None:
    drawn = chart({"treated": (200, 10), "comparison": (3, 200)}, claim="rirr")
    arms, claim = marks(drawn, Points)
    (spans,) = marks(drawn, Spans)

    assert arms.x[:2] == pytest.approx((0.05, 200 / 3))
    assert claim.x[2] == pytest.approx(0.00075)
    ends = [each for each in (*spans.low, *spans.high) if each is not None]
    low, high = drawn.x.low or 0, drawn.x.high or 0
    # With room for a diamond at either end.
    assert low < min(ends) * 0.8
    assert high > max(ends) * 1.25
    assert [word for _, word in drawn.x.ticks] == ["0.0001", "0.01", "1", "100"]
    words = (
        "Ratio of rate ratios: 0.00075, 99.9 % fewer than to be expected (95 % interval: 0.00020"
    )
    assert words in drawn.alt
    assert any(words in cells[-1] for cells in drawn.table.cells)
    assert drawn.y.ticks[-1][1] == "RIRR: 99.9 % fewer"


@pytest.mark.parametrize(
    ("treated", "words"),
    [
        ((90_000, 80_000), ["0.8", "1", "1.25"]),
        ((100, 30), ["0.2", "0.5", "1"]),
        ((30, 300), ["1", "2", "5", "10"]),
        ((1000, 20), ["0.01", "0.1", "1"]),
        ((5, 20_000), ["1", "10", "100", "1,000", "10,000"]),
    ],
)
def test_ticks_of_ratios_leave_room_for_their_words(
    treated: tuple[int, int], words: list[str]
) -> None:
    drawn = chart({"treated": treated, "comparison": (90_000, 90_000)}, claim="rirr")

    assert [word for _, word in drawn.x.ticks] == words
    assert [f"{at:,g}" for at, _ in drawn.x.ticks] == words
    wide = math.log((drawn.x.high or 0) / (drawn.x.low or 1))
    at = [math.log(each) for each, _ in drawn.x.ticks]
    assert min(later - each for each, later in pairwise(at)) > wide / 9


def test_what_has_no_place_among_ratios_is_not_drawn_and_is_said() -> None:
    counts = {"treated": (240, 150), "comparison": (230, 215), "displacement": (40, 0)}
    drawn = chart(counts, claim="rirr")

    words = "Without a mark, for an axis of ratios has no place for it: Displacement: 40 to 0."
    assert words in drawn.notes
    assert drawn.alt.endswith(words)
    assert [word for _, word in drawn.y.ticks][2] == "Displacement: 40→0"
    assert [points.x[2] for points in marks(drawn, Points)] == [None, None]
    (spans,) = marks(drawn, Spans)
    assert (spans.low[2], spans.high[2]) == (None, None)
    assert "Without a mark" not in chart(TWO, claim="rirr").alt
    assert "Without a mark" not in chart({"treated": (50, 0), "comparison": (60, 55)}).alt
    # Of an interval that goes on and on neither end is drawn elsewhere than it is.
    spread = chart(TWO, claim="rirr", dispersion=1e4)
    assert "RIRR" in " ".join(spread.notes)
    assert [points.x[2] for points in marks(spread, Points)] == [None, None]
    assert "Diamond" not in spread.key


@pytest.mark.parametrize(
    ("counts", "more", "title"),
    [
        (TWO, {}, "Crimes: no difference from the comparison is shown"),
        ({"treated": (50, 30)}, {}, "Crimes: nothing can be claimed (no comparison)"),
        (
            {"treated": (9, 3), "comparison": (6, 5)},
            {"picked_on_before": True},
            "Crimes: nothing can be claimed (picked on before, too few events)",
        ),
        (
            {**PAPER, "treated": (110, 300)},
            {"claim": "rirr"},
            "Crimes: 164.2 % more than the comparison leads one to expect, by more than chance",
        ),
    ],
)
def test_the_title_says_what_may_be_claimed(
    counts: Mapping[str, Sequence[int]], more: Mapping[str, Any], title: str
) -> None:
    assert chart(counts, **more).title == title


def test_dispersion_and_confidence_are_those_of_the_evaluation() -> None:
    wide = chart(TWO, dispersion=4.0, confidence=0.9)

    (spans,) = marks(wide, Spans)
    assert spans.low[0] == pytest.approx(-20 - 1.644854 * 2 * math.sqrt(80))
    assert "Bar: 90 % interval." in wide.key
    ratios = [
        marks(chart(TWO, claim="rirr", dispersion=each), Spans)[0].high[0] for each in (1.0, 4.0)
    ]
    assert (ratios[0] or 0) < (ratios[1] or 0)


def test_an_arm_that_nobody_counted_is_not_drawn_and_nothing_is_nothing() -> None:
    drawn = chart({"treated": (50, None), "comparison": (60, 55)})
    assert [word for _, word in drawn.y.ticks] == ["Comparison: 60→55"]
    assert "Diamond" not in drawn.key

    nothing = chart({})
    assert nothing.panels == ()
    assert nothing.alt == "Chart of Crimes before and after, without any figure."
    unknown = npol.evaluate(rows(TWO, days=None), claim="wdd", weights=["days"])
    assert evaluation_chart(unknown, name="e").panels == ()


def test_the_notes_and_the_table_say_what_must_be_said() -> None:
    found = npol.evaluate(rows(PAPER, counted="Robberies"), claim="wdd")
    drawn = evaluation_chart(found, name="e", notes=["Asked by the SIM."])

    assert drawn.title.startswith("Robberies: ")
    assert drawn.notes == ("Asked by the SIM.", *found.words[1:])
    assert [cells[0] for cells in drawn.table.cells][:2] == ["wdd", "wdd treated"]
    assert drawn.table.cells[0][5] == "fewer"


def test_a_section_has_words_counts_and_a_picture() -> None:
    found = npol.evaluate(rows(PAPER, counted="Crimes"), claim="wdd")
    part = section(found, name="e", source="W", marking="OFFICIAL", synthetic=True)

    assert part.heading == "Did the response help?"
    assert part.words == found.words
    counts, drawn = part.exhibits
    assert (counts.name, counts.source, counts.marking) == ("e_counts", "W", "OFFICIAL")
    assert counts.synthetic
    assert drawn.synthetic
    assert isinstance(drawn, Chart)
    assert drawn.notes == drawn.table.notes == ()
    page = html(npol.exhibits.Document(name="d", title="D", sections=(part,), synthetic=True))
    assert "What else differed between the areas" in page
    assert page.count("What else differed between the areas") == 1
    # What is of the picture alone stays under it.
    stopped = {"treated": (240, 150), "comparison": (230, 215), "displacement": (40, 0)}
    ratios = section(npol.evaluate(rows(stopped), claim="rirr"), name="e")
    assert isinstance(ratios.exhibits[1], Chart)
    (note,) = ratios.exhibits[1].notes
    assert note.startswith("Without a mark")


PAIRS = st.tuples(*[st.one_of(st.none(), st.integers(0, 10_000))] * 2)


@settings(max_examples=25)
@given(
    st.dictionaries(st.sampled_from(get_args(Arm)), PAIRS),
    st.sampled_from(["wdd", "rirr"]),
    st.sampled_from([None, [], ["days"], ["days", "hectares"]]),
)
def test_any_evaluation_is_drawn(
    counts: Mapping[str, Sequence[int | None]], claim: str, weights: list[str] | None
) -> None:
    drawn = chart(counts, claim=claim, weights=weights)
    svg = draw(drawn).svg

    assert ET.fromstring(svg).attrib["role"] == "img"  # noqa: S314 # it is our own
    said = f"{drawn.title} {drawn.alt} {' '.join(drawn.notes)}"
    assert "None" not in said
    assert "nan" not in said.lower().split()
    assert not {"nan", "inf", "-inf"} & set(svg.replace('"', " ").split())
