"""Charts and words of places: titles, marks and sentences, counted by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
from drawn_charts import gallery

import npolicing as npol
from npolicing import Place
from npolicing.exhibits import (
    Cells,
    Chart,
    Guide,
    Label,
    Line,
    Points,
    Section,
    Spans,
    disproportion_chart,
    lorenz_chart,
    proposal_chart,
    proposal_section,
)

if TYPE_CHECKING:
    import pandas as pd

    from npolicing.exhibits.marks import Positions

COUNTS = {"A": (50, 400), "B": (40, 300), "C": (30, 200), "D": (20, 0), "E": (60, 100)}
FIVE = [
    Place(
        force="WMP",
        kind="ward24",
        place=code,
        name=f"Ward {code}",
        population=1000,
        crimes=crimes,
        deprived=deprived,
    )
    for code, (crimes, deprived) in COUNTS.items()
]


def scanned(places: list[Place] = FIVE, **asked: object) -> pd.DataFrame:
    return npol.disproportion(places, **asked)  # type: ignore[arg-type] # as it takes them


def proposed(places: list[Place] = FIVE, **asked: object) -> pd.DataFrame:
    given = {"areas": 2, "at_least": 1, "resamples": 400, "weightings": 400, **asked}
    return npol.propose_impact_areas(places, **given)  # type: ignore[arg-type] # as it takes them


def near(values: Positions) -> list[float | None]:
    """Positions without their last digits."""
    return [None if each is None else round(each, 6) for each in values]


def ticks(chart: Chart) -> list[str]:
    return [words for _, words in chart.y.ticks]


def in_words(**asked: object) -> Section:
    return proposal_section(proposed(**asked), name="proposal")  # type: ignore[arg-type] # as it takes them


class TestLorenz:
    def test_half_of_the_crime_of_five_wards(self) -> None:
        """60 and 50 of 200 are 55 %: two wards have half. Of 1,000 deprived A and B have 700."""
        chart = lorenz_chart(scanned(), name="curve")

        assert chart.title == "Half of all crime is in 2 of 5 places, of deprivation in 2"
        assert [panel.title for panel in chart.panels] == ["Crime", "Deprivation"]
        even, curve, half = chart.panels[0].marks[:3]
        assert isinstance(curve, Line)
        assert curve.x == pytest.approx((0, 0.2, 0.4, 0.6, 0.8, 1))
        assert curve.y == pytest.approx((0, 0.3, 0.55, 0.75, 0.9, 1))
        assert isinstance(even, Line)
        assert even.dashed
        assert even.y == pytest.approx((0, 0.2, 0.4, 0.6, 0.8, 1))
        assert isinstance(half, Points)
        assert (near(half.x), near(half.y)) == ([0.4], [0.55])
        assert "Demand: no place has a count of it." in chart.notes
        assert chart.table.cells[0] == ["crime", "5", "200", "2", "40.0 %", "60.0 %", "0.20"]

    def test_what_stands_for_a_criterion_is_said(self) -> None:
        chart = lorenz_chart(scanned(measured_by={"crime": "burglary"}), name="curve")

        assert "Crime: burglary." in chart.notes
        assert "Deprivation: residents of small areas that count as deprived." in chart.notes
        assert not any(note.startswith("Harm: None") for note in chart.notes)

    def test_places_without_a_count_are_told(self) -> None:
        more = [*FIVE, Place(force="WMP", kind="ward24", place="F", population=9, deprived=0)]
        chart = lorenz_chart(scanned(more), name="curve")

        assert "Crime: 1 place has no count, and no part in it." in chart.notes
        assert chart.table.cells[0][1] == "5"

    def test_nothing_is_counted(self) -> None:
        places = [Place(force="WMP", kind="ward24", place="A", population=9, crimes=0)]
        chart = lorenz_chart(scanned(places), name="curve")

        assert chart.title == "Nothing is counted in any place"
        assert chart.notes[0] == "Crime: nothing is counted."

    def test_many_places_have_no_more_points_than_one_sees(self) -> None:
        places = [
            Place(force="WMP", kind="lsoa11", place=f"L{at}", population=9, crimes=at % 7)
            for at in range(1500)
        ]
        curve = lorenz_chart(scanned(places), name="curve").panels[0].marks[1]

        assert isinstance(curve, Line)
        assert len(curve.x) == 201
        assert (curve.x[0], curve.x[-1], curve.y[-1]) == (0, 1, 1)


class TestDisproportion:
    def test_a_dot_is_above_1_beyond_chance_and_a_ring_is_not(self) -> None:
        """E has 1.5 times its share beyond chance; A 1.25 times, which chance may make."""
        chart = disproportion_chart(scanned(), name="scan", most=3)

        assert chart.title == (
            "Crime: Ward E is highest of 5 places, 1.50 times its share of residents"
        )
        assert ticks(chart) == ["Ward E", "Ward A", "Ward B"]
        assert [panel.title for panel in chart.panels] == [
            *("Crime", "Demand", "Deprivation", "Harm")
        ]
        line, spans, dots, rings = chart.panels[0].marks
        assert isinstance(line, Guide)
        assert (line.at, line.upright) == (1, True)
        assert isinstance(spans, Spans)
        assert spans.low[0] == pytest.approx(0.2407 / 0.2, abs=0.001)
        assert isinstance(dots, Points)
        assert isinstance(rings, Points)
        assert (dots.shape, near(dots.x)) == ("dot", [1.5, None, None])
        assert (rings.shape, near(rings.x)) == ("ring", [None, 1.25, 1])
        assert chart.notes[0] == "The 3 of 5 places that are highest on crime."

    def test_the_key_says_that_a_dot_may_hide_its_bar(self) -> None:
        """Of some 100,000 crimes an interval is a hundredth wide, and a dot is wider."""
        places = [
            Place(force="WMP", kind="ward24", place=code, population=9, crimes=crimes)
            for code, crimes in (("A", 150_000), ("B", 100_000))
        ]
        chart = disproportion_chart(scanned(places), name="scan")

        spans = chart.panels[0].marks[1]
        assert isinstance(spans, Spans)
        assert (spans.high[0] or 0) - (spans.low[0] or 0) < 0.01
        assert chart.key == (
            "Bar: interval, where it is wider than its dot or ring. Dot: above 1 beyond chance. "
            "Ring: not."
        )

    def test_what_chance_does_not_move_has_no_bar(self) -> None:
        _, spans, dots, rings = disproportion_chart(scanned(), name="scan").panels[2].marks

        assert isinstance(spans, Spans)
        assert set(spans.low) == {None}
        assert isinstance(dots, Points)
        assert isinstance(rings, Points)
        assert near(dots.x) == [None, 2, 1.5, None, None]
        # C is in proportion to the last digit.
        assert near(rings.x) == [0.5, None, None, 1, 0]

    def test_a_criterion_without_data_is_an_empty_panel_that_says_so(self) -> None:
        chart = disproportion_chart(scanned(), name="scan")

        assert [mark.text for mark in chart.panels[3].marks if isinstance(mark, Label)] == [
            "no data"
        ]
        assert not [mark for mark in chart.panels[3].marks if isinstance(mark, Points)]
        assert "Harm: no place has a figure." in chart.notes

    def test_another_criterion_another_order(self) -> None:
        chart = disproportion_chart(scanned(), name="scan", order="deprivation")

        assert ticks(chart)[0] == "Ward A"
        assert chart.title.startswith("Deprivation: Ward A is highest of 5 places, 2.00 times")

    def test_what_stands_for_a_criterion_is_said(self) -> None:
        chart = disproportion_chart(scanned(measured_by={"crime": "burglary"}), name="scan")

        assert "Crime: burglary." in chart.notes

    def test_the_base_is_said(self) -> None:
        places = [
            Place(force="WMP", kind="ward24", place=code, households=5, crimes=k)
            for code, (k, _) in COUNTS.items()
        ]
        chart = disproportion_chart(scanned(places, base="households"), name="scan")

        assert chart.title.endswith("E is highest of 5 places, 1.50 times its share of households")

    def test_two_wards_of_one_name_have_their_codes(self) -> None:
        places = [
            Place(force="WMP", kind="ward24", place=code, name="St Peter's", population=9, crimes=k)
            for code, k in (("W1", 9), ("W2", 4))
        ]

        assert ticks(disproportion_chart(scanned(places), name="scan")) == [
            *("St Peter's (W1)", "St Peter's (W2)")
        ]

    def test_places_of_two_forces_have_their_force(self) -> None:
        """Each code is there in both; each force is held against itself."""
        places = [
            Place(force=force, kind="ward24", place=code, population=9, crimes=k)
            for force, counts in (("GMP", (9, 4)), ("WMP", (8, 1)))
            for code, k in zip(("W1", "W2"), counts, strict=True)
        ]
        chart = disproportion_chart(scanned(places, within="force"), name="scan")

        assert ticks(chart) == ["WMP W1", "GMP W1", "GMP W2", "WMP W2"]
        assert chart.title == (
            "Crime: WMP W1 is highest of 4 places of 2 forces, each held against its own, 1.78 "
            "times its share of residents"
        )
        assert chart.table.cells[0][0] == "WMP W1"
        assert "WMP W1 crime 1.78" in chart.alt

    def test_two_wards_of_one_name_in_a_force_have_their_codes(self) -> None:
        places = [
            Place(force=force, kind="ward24", place=code, name="Castle", population=9, crimes=k)
            for force, code, k in (("GMP", "W1", 9), ("GMP", "W2", 4), ("WMP", "W1", 1))
        ]
        chart = disproportion_chart(scanned(places, within="force"), name="scan")

        assert {*ticks(chart)} == {"GMP Castle (W1)", "GMP Castle (W2)", "WMP Castle"}

    def test_names_that_are_given_stand_in_place_of_others(self) -> None:
        assert ticks(disproportion_chart(scanned(), name="scan", names={"E": "Elm"}))[0] == "Elm"

    def test_nothing_has_a_figure(self) -> None:
        places = [Place(force="WMP", kind="ward24", place="A", population=9)]
        chart = disproportion_chart(scanned(places), name="scan")

        assert chart.title == "Crime: no place has a figure"
        assert chart.panels == ()

    @pytest.mark.parametrize(
        ("asked", "error"),
        [({"most": 0}, ValueError), ({"order": "crimes"}, npol.UnknownCodeError)],
    )
    def test_what_cannot_be_drawn(self, asked: dict[str, object], error: type[Exception]) -> None:
        with pytest.raises(error):
            disproportion_chart(scanned(), name="scan", **asked)  # type: ignore[arg-type] # the slip


class TestProposal:
    def test_the_proposed_stand_above_the_next(self) -> None:
        chart = proposal_chart(proposed(), name="proposal", following=2)

        assert chart.title.startswith("Ward A and Ward B proposed, 2 of 5 places, of which")
        assert chart.y.ticks == (
            (0.0, "Ward A"),
            (1.0, "Ward B"),
            (2.6, "Ward E"),
            (3.6, "Ward C"),
        )
        cells = chart.panels[0].marks[0]
        assert isinstance(cells, Cells)
        of_a = list(zip(cells.words, cells.steps, strict=True))[:4]
        # 1.25 rounds half up, and is in brackets, for chance may make it.
        assert of_a == [("(1.3)", 1), ("\N{EN DASH}", None), ("2.0", 3), ("\N{EN DASH}", None)]
        margin = [mark.text for mark in chart.panels[0].marks if isinstance(mark, Label)]
        assert margin == ["1 of 2", "1 of 2", "1 of 2", "0 of 2"]
        assert "Demand and harm: no data, and no part in this." in chart.notes
        assert "Drawn: 4 of 5 places." in chart.notes
        assert [row[:2] for row in chart.table.cells] == [
            ["Ward A", "proposed"],
            ["Ward B", "proposed"],
            ["Ward E", "level at the cut"],
            ["Ward C", "not disproportionate"],
        ]

    def test_the_key_says_what_is_drawn(self) -> None:
        """C and D do not qualify: neither is next to be taken."""
        chart = proposal_chart(proposed(), name="proposal")

        assert chart.key.startswith(
            "Above the gap: proposed. Below: not proposed, in the order of the combined rank. "
        )
        assert chart.key.endswith("At the right: on how many criteria it is above 1 beyond chance.")
        assert "Not proposed, in the order of the combined rank: Ward E crime 1.50" in chart.alt
        assert chart.table.title == "The places proposed, and the first of the others"

    def test_brackets_are_not_known_to_be_where_nobody_knows(self) -> None:
        """Harm without a variance has no interval."""
        places = [attrs.evolve(each, harm=float(each.crimes or 0)) for each in FIVE]
        chart = proposal_chart(proposed(places), name="proposal")

        cells = chart.panels[0].marks[0]
        assert isinstance(cells, Cells)
        assert "(1.3)" in cells.words[3::4]
        assert "in brackets: not above 1 beyond chance, or not known to be. " in chart.key

    def test_without_draws_there_are_dashes(self) -> None:
        chart = proposal_chart(proposed(resamples=0, weightings=0), name="proposal")

        cells = chart.panels[0].marks[0]
        assert isinstance(cells, Cells)
        assert set(cells.words[20:]) == {"\N{EN DASH}"}
        assert chart.title == "Ward A and Ward B proposed, 2 of 5 places"

    def test_none_is_proposed(self) -> None:
        chart = proposal_chart(proposed(at_least=2), name="proposal")

        # E is out of proportion beyond chance: on one of the two.
        assert chart.title == (
            "No place of 5 is proposed: none qualifies on each of crime and deprivation"
        )
        assert [at for at, _ in chart.y.ticks] == [0, 1, 2, 3, 4]

    def test_what_stands_for_a_criterion_is_said(self) -> None:
        words = {"crime": "burglary", "harm": "nobody's yet"}
        chart = proposal_chart(proposed(measured_by=words), name="proposal")

        assert "Crime: burglary." in chart.notes
        assert "Deprivation: residents of small areas that count as deprived." in chart.notes
        assert not any(note.startswith("Harm: ") for note in chart.notes)
        assert "Demand and harm: no data, and no part in this." in chart.notes

    def test_none_is_proposed_as_nobody_knows(self) -> None:
        unknown = proposed(at_least=2)
        unknown.loc[unknown["place"] == "E", "why_not"] = "unknown"
        one, words = proposal_chart(unknown, name="p"), proposal_section(unknown, name="p").words
        unknown["why_not"] = "unknown"
        each = proposal_chart(unknown, name="p")

        assert one.title == (
            "No place of 5 is proposed: 1 is not judged, as a figure is unknown, and none of the "
            "others qualifies"
        )
        assert each.title == "No place of 5 is proposed: none is judged, as figures are unknown"
        assert words[2] == f"{one.title}."
        assert proposal_section(unknown, name="p").words[2] == f"{each.title}."

    def test_fewer_than_asked_as_nobody_knows(self) -> None:
        unknown = proposed(areas=5)
        unknown.loc[unknown["place"] == "C", "why_not"] = "unknown"

        assert (
            proposal_section(unknown, name="p")
            .words[2]
            .startswith(
                "Fewer are known to qualify than were asked for, and all of them are proposed. "
            )
        )

    def test_how_many_follow_is_0_or_more(self) -> None:
        assert len(proposal_chart(proposed(), name="p", following=0).y.ticks) == 2
        with pytest.raises(ValueError, match="following is 0 or more, not -1"):
            proposal_chart(proposed(), name="p", following=-1)

    def test_the_shares_drawn_are_those_of_the_result(self) -> None:
        chart = gallery()["proposal"]

        assert chart.synthetic
        assert chart.table.data["chosen_resampled"].between(0, 1).all()
        assert chart.title.startswith("3 places of 22 proposed, of which ")


class TestWords:
    def test_the_rule_the_places_and_what_they_lack(self) -> None:
        section = in_words()

        assert section.words[0].startswith(
            "A place qualifies where it is out of proportion on at least 1 of crime and "
            "deprivation: on crime where its share of what is counted is above its share of "
            "residents, beyond chance; on deprivation, which chance does not move, where its share "
            "is above that of residents. Those that qualify are taken from the top, by the mean of "
            "their ranks (weights: crime 50.0 % and deprivation 50.0 %)."
        )
        assert section.words[1] == (
            "Crime is measured by recorded crimes. Deprivation is measured by residents of small "
            "areas that count as deprived. Demand and harm have no data and no part in this. With "
            "them the choice might be another."
        )
        assert section.words[2] == (
            "Proposed: Ward A (crime 1.25, deprivation 2.00); Ward B (crime 1.00, deprivation "
            "1.50)."
        )
        assert section.missing == (
            "Demand: no place has a count of it, and it takes no part.",
            "Harm: no place has a count of it, and it takes no part.",
        )
        assert [each.name for each in section.exhibits] == ["proposal"]

    @pytest.mark.parametrize(
        ("base", "above", "limits"),
        [
            (
                "population",
                "its share of residents",
                "A place is held against its residents. Where",
            ),
            (
                "workday_population",
                "its share of people there on a working day",
                "A place is held against the people who are there on a working day. Where many",
            ),
            ("households", "its share of households", "A place is held against its households. W"),
            ("hectares", "its share of land", "A place is held against its land. Where many live"),
        ],
    )
    def test_the_base_is_said(self, base: str, above: str, limits: str) -> None:
        places = [
            attrs.evolve(each, demand=5, workday_population=70, households=5, hectares=2.5)
            for each in FIVE
        ]
        words = in_words(places=places, base=base).words

        assert (
            f"on crime and demand where its share of what is counted is above {above}, b"
            in (words[0])
        )
        assert (
            "on deprivation, which chance does not move, where its share is above that of re"
            in (words[0])
        )
        assert words[-1].startswith(limits)
        assert ("on deprivation, against its residents" in words[-1]) == (base != "population")

    def test_without_deprivation_nothing_is_said_of_it(self) -> None:
        places = [attrs.evolve(each, demand=5, deprived=None) for each in FIVE]
        words = in_words(places=places).words

        assert words[0].startswith(
            "A place qualifies where its share of what is counted is above its share of residents, "
            "beyond chance, on at least 1 of crime and demand. Those"
        )
        assert not any("eprivation is measured by an index" in each for each in words)

    def test_deprivation_alone_is_not_moved_by_chance(self) -> None:
        places = [attrs.evolve(each, crimes=None, households=5) for each in FIVE]
        words = in_words(places=places, base="households").words

        assert words[0].startswith(
            "A place qualifies where its share of deprived residents is above its share of "
            "residents; chance does not move it. Those that qualify are taken from the top, by "
        )
        assert words[-1].startswith("The proposal is of places.")

    def test_how_far_it_stands(self) -> None:
        found = proposed()
        share = {
            row["place"]: (row["chosen_resampled"], row["chosen_reweighted"])
            for row in found.to_dict("records")
        }
        words = proposal_section(found, name="proposal").words

        assert words[3].startswith("Had chance dealt the counts anew, the rule would have taken ")
        assert f"Ward B in {share['B'][0] * 100:.0f} %" in words[3]
        assert (
            f"Of the others, it would have taken Ward E in {share['E'][0] * 100:.0f} %" in words[3]
        )
        assert words[4].startswith(
            "Under weights drawn from all that there are, the same rule takes Ward A each time; "
            f"Ward B in {share['B'][1] * 100:.0f} % of them. Of the others, it takes Ward E in "
        )

    def test_who_is_dominated_and_who_is_level_is_said(self) -> None:
        words = in_words().words

        assert words[5].endswith("as high on every criterion and higher on one: Ward B (1).")
        assert words[6].startswith(
            "Level in the combined rank with the last that is taken: Ward E."
        )

    def test_what_is_short_is_said(self) -> None:
        assert (
            in_words(areas=5)
            .words[2]
            .startswith(
                "Fewer qualify than were asked for, and all of them are proposed. Proposed: Ward A"
            )
        )
        none = in_words(at_least=2).words
        assert none[2] == (
            "No place of 5 is proposed: none qualifies on each of crime and deprivation."
        )
        assert none[0].count("on each of crime and deprivation") == 1

    def test_what_is_unknown_is_said(self) -> None:
        more = [*FIVE, Place(force="WMP", kind="ward24", place="F", population=9, deprived=9)]
        section = proposal_section(proposed(more, empty_count="leave_out"), name="proposal")

        assert "Not judged, as a figure is unknown: F." in section.words

    def test_one_criterion_has_no_weights(self) -> None:
        places = [
            Place(force="WMP", kind="ward24", place=code, population=9, crimes=k, demand=0)
            for code, (k, _) in COUNTS.items()
        ]
        section = proposal_section(proposed(places, areas=1), name="proposal")

        assert (
            "beyond chance, on crime. Those that qualify are taken from the top, by their rank."
            in (section.words[0])
        )
        assert not any(each.startswith("Under weights") for each in section.words)
        assert section.missing[0] == (
            "Demand: nothing is counted in any place, and it takes no part."
        )

    def test_without_places(self) -> None:
        section = proposal_section(proposed([]), name="proposal")

        assert section.words == ("There are no places.",)
        assert section.missing == ()


def many(share: float = 1.0, areas: int = 16, of: int = 30) -> pd.DataFrame:
    """A proposal of places W0 on, of which all that are taken are so in a share of the draws."""
    places = [
        Place(
            force="WMP",
            kind="ward24",
            place=f"W{at:02}",
            population=1000,
            crimes=900 if at < areas else 100,
            demand=90 if at < areas else 10,
        )
        for at in range(of)
    ]
    found = proposed(places, areas=areas, resamples=9, weightings=9)
    for column in ("chosen_resampled", "chosen_reweighted"):
        found[column] = found["chosen"].map({True: share, False: 0.0})
    return found


class TestLongLists:
    def test_those_that_a_sentence_does_not_name_are_told_of(self) -> None:
        words = proposal_section(many(), name="p").words

        assert "W10, W11, and 4 more, in the table, each time." in words[3]
        assert "W10, W11, and 4 more, in the table, each time." in words[4]

    def test_so_are_those_with_a_share(self) -> None:
        words = proposal_section(many(0.9), name="p").words

        assert "W10 in 90 %, W11 in 90 % of the draws, and 4 more, in the table." in words[3]
        assert "W11 in 90 % of them, and 4 more, in the table." in words[4]

    def test_so_are_those_that_are_not_in_the_table(self) -> None:
        """Of 14 level with the last, of 14 that are near and of 14 unknown, 12 have names."""
        found = many()
        others = ~found["chosen"]
        found.loc[others, ["chosen_resampled", "chosen_reweighted"]] = 0.5
        for why, said in (("level_at_the_cut", "is taken: W16"), ("unknown", "is unknown: W16")):
            found.loc[others, "why_not"] = why
            told = [each for each in proposal_section(found, name="p").words if said in each]
            assert len(told) == 1
            assert "W26, W27, and 2 more." in told[0]
        words = proposal_section(found, name="p").words
        assert "W26 in 50 %, W27 in 50 %, and 2 more. This" in words[3]
        assert words[4].endswith("W26 in 50 %, W27 in 50 %, and 2 more.")

    def test_so_are_those_that_are_dominated(self) -> None:
        found = many()
        found.loc[found["chosen"], "dominated_by"] = 1

        words = proposal_section(found, name="p").words[5]
        assert words.endswith("W10 (1), W11 (1), and 4 more, in the table.")

    @pytest.mark.parametrize(
        ("share", "words", "cell"),
        [
            (0.9995, "over 99 %", ">99 %"),
            (0.995, "over 99 %", ">99 %"),
            (0.99, "99 %", "99 %"),
            (0.0005, "under 1 %", "<1 %"),
            (0.0, "0 %", "0 %"),
        ],
    )
    def test_a_share_below_1_is_not_rounded_to_all_nor_one_above_0_to_none(
        self, share: float, words: str, cell: str
    ) -> None:
        section = proposal_section(many(share, areas=2), name="p")

        chart = section.exhibits[0]
        assert isinstance(chart, Chart)
        assert f"W00 in {words} and W01 in {words} of the draws" in section.words[3]
        assert f"redrawn {words}, other weights {words}" in chart.alt
        cells = chart.panels[0].marks[0]
        assert isinstance(cells, Cells)
        assert cells.words[4 * len(chart.y.ticks)] == cell
