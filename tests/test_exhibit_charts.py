"""Charts of the measures: titles, words and marks, counted by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TypeVar

import pandas as pd
import pytest
from drawn_charts import NAMES, PAPER, authorities, gallery, months

import npolicing as npol
from npolicing import BudgetPosition, Observation, Target
from npolicing.exhibits import (
    Axis,
    Band,
    Bars,
    Cells,
    Chart,
    Label,
    Line,
    Mark,
    Points,
    Rule,
    Spans,
    attendance_chart,
    control_figure,
    demand_chart,
    forecast_chart,
    funnel_chart,
    growth_chart,
    hour_chart,
    seasonal_chart,
    spend_chart,
    target_chart,
    trajectory_chart,
    trend_chart,
)
from npolicing.exhibits._months import day_axis, month_axis
from npolicing.stats.funnel import funnel

M = TypeVar("M", bound=Mark)
DAY = date(2019, 10, 15)


def marks(chart: Chart, kind: type[M], panel: int = 0) -> list[M]:
    return [mark for mark in chart.panels[panel].marks if isinstance(mark, kind)]


def words(chart: Chart, panel: int = 0) -> list[str]:
    return [mark.text for mark in marks(chart, Label, panel)]


def names(chart: Chart) -> list[str]:
    return [word for _, word in chart.y.ticks]


def count(npu: str | None, value: int, day: date = DAY, kind: str = "cadets") -> Observation:
    return Observation(force="WMP", kind=kind, npu=npu, value=value, as_of=day)  # type: ignore[arg-type] # as it is declared


def aim(npu: str | None, value: int, **more: object) -> Target:
    return Target(force="WMP", kind="cadets", npu=npu, value=value, **more)  # type: ignore[arg-type] # as it is declared


def gaps(counts: list[Observation], aims: list[Target], *, total: bool = False) -> Chart:
    result = npol.target_gap(counts, aims, by="npu", total=total)
    return target_chart(result, name="gaps", kind="cadets")


class TestTargets:
    def test_the_paper_s_appendix_1(self) -> None:
        chart = gallery()["street_watch"]

        assert chart.title == (
            "Street Watch schemes: 84 short of 210, Dudley furthest from its target"
        )
        assert names(chart) == [
            *("Dudley", "Wolverhampton", "Sandwell", "Walsall"),
            *("Birmingham East", "Coventry", "Solihull", "Birmingham West"),
        ]
        assert marks(chart, Bars)[0].to == (4, 5, 8, 8, 22, 12, 22, 45)
        assert marks(chart, Points)[0].x == (20, 20, 20, 20, 30, 20, 30, 50)
        assert words(chart)[0] == "4 of 20"
        assert chart.alt.startswith("Bar chart of Street Watch schemes against targets")
        assert "Dudley 4 of 20; Wolverhampton 5 of 20" in chart.alt
        assert chart.alt.endswith("Together current 126 and target 210.")
        assert chart.table.cells[0] == ["BE", "Birmingham East", "22", "30", "8", "73.3 %"]
        assert chart.table.cells[-1] == ["Total", "", "126", "210", "84", "60.0 %"]
        assert [heading.label for heading in chart.table.headings][:2] == ["NPU", "Name"]

    def test_targets_that_are_met(self) -> None:
        chart = gaps([count("CV", 20), count("DY", 25)], [aim("CV", 20), aim("DY", 20)])

        assert chart.title == "Police cadets: every target is met"

    def test_a_surplus_fills_no_gap(self) -> None:
        chart = gaps([count("CV", 10), count("DY", 30)], [aim("CV", 20), aim("DY", 20)])

        assert chart.title == (
            "Police cadets: units are 10 off their targets in all, CV furthest from its target"
        )

    def test_what_is_to_be_kept_at_most(self) -> None:
        chart = gaps([count("CV", 25)], [aim("CV", 20, direction="at_most")])

        assert chart.title == "Police cadets: 5 above 20"

    def test_equals_are_named_together(self) -> None:
        chart = gaps([count("CV", 10), count("DY", 10)], [aim("CV", 20), aim("DY", 20)])

        assert chart.title.endswith("20 short of 40, CV and DY furthest from their targets")

    def test_what_is_unknown_is_said_and_is_no_bar(self) -> None:
        chart = gaps([count("CV", 10), count("DY", 3)], [aim("CV", 20), aim("SH", 5)], total=True)

        assert chart.title == (
            "Police cadets: 2 of 3 lack a count or a target; of the rest CV furthest from its "
            "target"
        )
        assert names(chart) == ["CV", "DY", "SH"]
        assert marks(chart, Bars)[0].to == (10, 3, None)
        assert marks(chart, Points)[0].x == (20, None, 5)
        assert words(chart) == ["10 of 20", "3, no target", "no count of 5"]
        assert "no current for all" in chart.alt

    def test_a_sum_with_an_unknown_part_is_unknown(self) -> None:
        chart = gaps([count("CV", 10), count("DY", 3)], [aim("CV", 20), aim("SH", 5)])

        assert chart.alt.endswith("Together no current for all and no target for all.")

    def test_nothing_is_known(self) -> None:
        chart = gaps([count("CV", 10)], [])

        assert chart.title == "Police cadets: no group has both a count and a target"

    def test_the_force_as_a_whole_has_its_name(self) -> None:
        chart = gaps([count(None, 10)], [aim(None, 20)])

        assert names(chart) == ["Whole force"]
        assert chart.title == "Police cadets: 10 short of 20"


def test_the_title_and_notes_that_are_given_stay() -> None:
    result = npol.target_gap([count("CV", 1)], [aim("CV", 2)], by="npu")
    chart = target_chart(
        result,
        name="gaps",
        title="Mine",
        notes=["A note."],
        source="a list",
        marking="OFFICIAL",
        synthetic=True,
    )

    assert (chart.title, chart.notes, chart.source, chart.marking) == (
        "Mine",
        ("A note.",),
        "a list",
        "OFFICIAL",
    )
    table = chart.table
    assert (table.notes, table.source, table.marking, table.synthetic) == (
        ("A note.",),
        "a list",
        "OFFICIAL",
        True,
    )
    assert chart.alt.endswith("The figures are synthetic: made up, and of no real place.")


def test_young_people_of_appendix_2() -> None:
    chart = gallery()["young_people"]

    assert chart.title == (
        "799 young people engaged: 593 Junior PCSOs and 206 cadets; Sandwell has most"
    )
    assert [panel.title for panel in chart.panels] == ["Junior PCSOs", "Cadets"]
    assert names(chart)[:2] == ["Sandwell", "Birmingham East"]
    assert marks(chart, Bars)[0].to[:2] == (176, 78)
    assert marks(chart, Bars, 1)[0].to[:2] == (36, 45)
    assert "Sandwell 176 and 36" in chart.alt


def budget(npu: str, spent: int, whole: int = 100) -> BudgetPosition:
    return BudgetPosition(
        force="WMP",
        financial_year="2019/20",
        npu=npu,
        as_of=DAY,
        budget=Decimal(whole),
        spent=Decimal(spent),
    )


class TestSpending:
    def test_the_paper_s_appendix_3(self) -> None:
        chart = gallery()["fund"]

        assert chart.title == (
            "Active Citizens Fund: 52.2 % spent, from 34.3 % (Dudley) to 84.6 % (Solihull)"
        )
        assert names(chart)[0] == "Solihull"
        assert names(chart)[-1] == "All"
        parts, total = marks(chart, Bars)
        assert parts.to[-1] is None
        assert total.to[:-1] == (None,) * 8
        assert total.to[-1] == pytest.approx(327956 / 627804)
        # 198 of 366 days, the fifteenth of October among them.
        assert marks(chart, Rule)[0].at == pytest.approx(198 / 366)
        assert chart.key == "Dashed line: 54.1 % of the year is gone."
        assert "Solihull 84.6 % (£35,637 of £42,137)" in chart.alt

    def test_without_a_total_the_whole_is_the_ratio_of_the_sums(self) -> None:
        rates = npol.spend_rate([budget("CV", 10), budget("DY", 150, 300)], by="npu")

        assert spend_chart(rates, name="b").title == (
            "Budget: 40.0 % spent, from 10.0 % (CV) to 50.0 % (DY)"
        )

    def test_what_is_unknown(self) -> None:
        rates = npol.spend_rate([budget("CV", 10), budget("DY", 20)], by="npu", total=True)
        rates.loc[[1, 2], ["spent", "spend_rate"]] = None
        chart = spend_chart(rates, name="b")

        assert chart.title == "Budget: not known of every unit which share is spent; of CV 10.0 %"
        assert words(chart) == ["10.0 %", "not known", "not known"]

    def test_a_budget_of_0_has_no_share(self) -> None:
        rates = npol.spend_rate([budget("CV", 10), budget("DY", 0, 0)], by="npu")
        chart = spend_chart(rates, name="b")

        assert chart.title == "Budget: 10.0 % spent"
        assert words(chart) == ["10.0 %", "not known"]


class TestDemand:
    def test_a_gap_is_a_gap_and_is_named(self) -> None:
        chart = gallery()["figure_1"]
        line = marks(chart, Line)[0]

        assert len(chart.panels) == 8
        assert chart.columns == 2
        # January 2018 is month 24216 of our era; March 2019 is the fifteenth.
        assert line.x[0] == 24216
        assert len(line.x) == 24
        assert [at for at, value in enumerate(line.y) if value is None] == [14]
        assert marks(chart, Band)[0].low[14] is None
        assert chart.notes[0] == (
            "No figure for March 2019: it is not known, and is a gap in the line, not 0."
        )

    def test_the_message_is_of_all_together(self) -> None:
        tally = pd.DataFrame(
            {
                "force": "WMP",
                "npu": ["CV", "DY", "CV", "DY"],
                "month": ["2019-01", "2019-01", "2019-02", "2019-02"],
                "logs": [31, 62, 56, 56],
            }
        )
        alone = demand_chart(npol.demand(tally, by="npu", dispersion=1), name="d")
        total = demand_chart(npol.demand(tally, by="npu", dispersion=1, total=True), name="d")

        # 1 and 2 a day, then 2 and 2.
        assert (
            alone.title
            == "Logs a day: highest in February 2019 (4.0), lowest in January 2019 (3.0)"
        )
        assert total.title == alone.title
        assert words(alone) == ["2.0"]
        assert alone.alt == (
            "2 line charts on shared axes of Logs a day by month, January 2019 to February 2019. "
            "All together 3.0 (January 2019) to 4.0 (February 2019). By group, from the lowest to "
            "the highest month: CV 1.0 (January 2019) to 2.0 (February 2019); DY 2.0 (January "
            "2019)."
        )

    def test_logs_of_no_known_unit_are_in_the_table_alone(self) -> None:
        tally = pd.DataFrame(
            {"force": "WMP", "npu": ["CV", None], "month": "2019-01", "logs": [31, 2]}
        )
        chart = demand_chart(npol.demand(tally, by="npu", dispersion=1), name="d")

        assert [panel.title for panel in chart.panels] == ["CV"]
        assert chart.notes == ("Not drawn: what is of no known group. It is in the table.",)
        assert [row[0] for row in chart.table.cells] == ["CV", "–"]


class TestAttendance:
    @staticmethod
    def chart(*attended: int, of: int = 1000) -> Chart:
        rows = [
            {"force": "WMP", "month": month, "priority": "P1", "attended": True, "logs": logs}
            | flag
            for month, yes in zip(months(2018, 2019), attended, strict=False)
            for logs, flag in (
                (yes, {"attended_by_neighbourhood": True}),
                (of - yes, {"attended_by_neighbourhood": False}),
            )
        ]
        shares = npol.attendance_share(pd.DataFrame(rows), by="month")
        return attendance_chart(shares, name="a", label="Attendance")

    def test_a_rise_by_more_than_chance(self) -> None:
        chart = self.chart(*[100] * 12, 200)

        assert chart.title == "Attendance: 20.0 % in January 2019, up from 10.0 % in January 2018"
        assert chart.notes[0].startswith("Whether a rise is good depends")

    def test_a_fall_by_more_than_chance(self) -> None:
        assert self.chart(200, 100).title == (
            "Attendance: 10.0 % in February 2018, down from 20.0 % in January 2018"
        )

    def test_what_chance_may_make_is_said_to_be_that(self) -> None:
        assert self.chart(100, 101).title == (
            "Attendance: 10.1 % in February 2018 and 10.0 % in January 2018, no more apart than "
            "chance may put them"
        )

    def test_figure_2_has_a_panel_a_unit(self) -> None:
        chart = gallery()["figure_2"]

        assert [panel.title for panel in chart.panels] == [NAMES[code] for code in PAPER.npus]
        assert chart.y.unit == "ratio"


class TestGrowth:
    def test_figure_3_has_the_point_and_the_projection_that_the_paper_prints(self) -> None:
        chart = gallery()["wmnow"]

        assert chart.title == (
            "WMNow sign-ups: 87,511 on 1 September 2019; 108,511 by 1 April 2020 if 3,000 net a "
            "month go on"
        )
        counted, projected = marks(chart, Points)
        assert (counted.y, counted.shape) == ((87511,), "dot")
        assert (projected.y, projected.shape) == ((108511,), "ring")
        assert [line.dashed for line in marks(chart, Line)] == [False, True]
        assert words(chart) == ["87,511", "108,511 projected"]
        assert "over time. One reading, 87,511 on 1 September 2019, a dashed" in chart.alt
        assert "at the rate that was stated of 3,000 net a month" in chart.alt
        assert chart.notes == (
            "A projection of one rate a month is no forecast: it has no interval.",
        )

    def test_without_a_rate_there_is_no_projection(self) -> None:
        chart = growth_chart(npol.growth([count("CV", 12)], until=date(2020, 4, 1)), name="g")

        assert chart.title == "Count: 12 on 15 October 2019"
        assert len(marks(chart, Points)) == 1
        assert (chart.key, chart.notes) == ("", ())

    def test_two_readings_have_a_line(self) -> None:
        grown = npol.growth([count("CV", 10, date(2019, 8, 15)), count("CV", 12)])

        assert marks(growth_chart(grown, name="g"), Line)[0].y == (10, 12)


def charted(values: list[float], direction: str = "decrease") -> Chart:
    series = pd.DataFrame({"month": months(2017, 2019)[: len(values)], "value": values})
    points = npol.control_chart(series, value="value", direction=direction)  # type: ignore[arg-type] # one of them
    return control_figure(points, name="c")


class TestControl:
    VALUES = (5.0, 6.0) * 6

    def test_a_signal_has_a_shape_and_a_word(self) -> None:
        values = [*self.VALUES]
        values[6] = 12.0
        chart = charted(values)

        assert chart.title == (
            "Logs a day: 1 of 12 months is a signal, the last in July 2017 (concern)"
        )
        usual, signal = marks(chart, Points)
        assert (usual.shape, usual.y[6]) == ("dot", None)
        assert (signal.shape, signal.role, signal.y[6]) == ("triangle", "concern", 12.0)
        assert words(chart) == ["concern", "upper limit", "mean", "lower limit"]
        assert chart.key == "Dot: usual variation; triangle: concern."
        assert "July 2017 concern" in chart.alt

    @pytest.mark.parametrize(
        ("direction", "word", "shape"),
        [("increase", "improvement", "square"), ("neutral", "high", "diamond")],
    )
    def test_what_is_good_says_what_a_signal_is(
        self, direction: str, word: str, shape: str
    ) -> None:
        values = [*self.VALUES]
        values[6] = 12.0
        chart = charted(values, direction)

        assert marks(chart, Points)[1].shape == shape
        assert words(chart)[0] == word

    def test_without_a_signal_it_says_so(self) -> None:
        chart = charted([*self.VALUES])

        assert chart.title == "Logs a day: no signal in 12 months, only usual variation"
        assert len(marks(chart, Points)) == 1

    def test_one_point_has_no_limits(self) -> None:
        chart = charted([5.0])

        assert chart.title == "Logs a day: 1 month, too few for limits"
        assert words(chart) == ["mean"]

    def test_few_points_are_a_trial(self) -> None:
        assert charted([*self.VALUES][:8]).notes == (
            "Limits that rest on few points move with each new one; take them as a trial.",
        )

    def test_limits_are_lines_with_names(self) -> None:
        chart = charted([*self.VALUES])
        _, upper, mean, lower = marks(chart, Line)

        # Ranges of 1, so that the limits are 2.66 from the mean.
        assert mean.y == (5.5, 5.5)
        assert upper.y == pytest.approx((8.16, 8.16))
        assert lower.y == pytest.approx((2.84, 2.84))
        assert [line.dashed for line in (upper, mean, lower)] == [True, False, True]

    def test_a_new_part_has_lines_of_its_own(self) -> None:
        series = pd.DataFrame(
            {"month": months(2017, 2018), "value": [5.0, 6.0] * 6 + [9.0, 8.0] * 6}
        )
        points = npol.control_chart(series, value="value", rebase=["2018-01"])
        means = [
            line.y[0]
            for line in marks(control_figure(points, name="c"), Line)[1:]
            if not line.dashed
        ]

        assert means == [5.5, 8.5]

    def test_many_series_have_scales_of_their_own(self) -> None:
        chart = gallery()["control_of_six"]

        assert chart.own_y
        assert len(chart.panels) == 6
        assert "Each panel has its own scale." in chart.key
        assert chart.alt.startswith("6 control charts, each on its own scale, of Records a day by")
        assert chart.title == "Records a day: no signal in December 2019 in any of 6 groups"


def test_the_season_of_coventry() -> None:
    chart = gallery()["season"]

    assert (
        chart.title
        == "Records: highest in July (106.4 % of the trend), lowest in December (90.3 %)"
    )
    assert marks(chart, Rule)[0].at == 1
    assert words(chart) == ["Jul 106.4 %", "Dec 90.3 %"]
    (stems,) = marks(chart, Spans)
    assert stems.low[6] == 1
    assert stems.high[11] == 1


def test_an_additive_season_is_from_0() -> None:
    rows = authorities()[authorities()["npu"] == "CV"]
    chart = seasonal_chart(
        npol.seasonal_profile(rows, model="additive"), name="s", model="additive"
    )

    assert marks(chart, Rule)[0].at == 0
    assert "%" not in chart.title


class TestForecast:
    def test_the_history_ends_where_the_forecast_begins(self) -> None:
        chart = gallery()["anticipated"]
        history, forecast = marks(chart, Line)[:2]

        assert (history.x[-1] or 0) + 1 == forecast.x[0]
        assert forecast.dashed
        assert marks(chart, Rule)[0].at == (forecast.x[0] or 0) - 0.5
        (band,) = marks(chart, Band)
        assert all(
            (low or 0) <= (mean or 0) <= (high or 0)
            for low, mean, high in zip(band.low, forecast.y, band.high, strict=True)
        )

    def test_a_month_is_said_with_its_interval_a_day(self) -> None:
        known = pd.DataFrame({"force": "WMP", "month": months(2014, 2018), "logs": 310})
        history = npol.demand(known, dispersion=1)
        coming = npol.anticipated_demand(history, months=["2019-01"], method="seasonal_naive")
        chart = forecast_chart(coming, history, name="f")

        # The lengths of Februaries make a spread of their own.
        low, high = (coming[each].item() / 31 for each in ("low", "high"))
        told = f"January 2019, 10.0 a day, 95 % interval {low:.1f} to {high:.1f}"
        assert low < 10 < high
        assert chart.title == f"Logs anticipated: in {told}"
        assert chart.alt.endswith(f"History to December 2018; anticipated most in {told}.")


class TestFunnel:
    def test_units_outside_alone_have_names(self) -> None:
        chart = gallery()["funnel"]

        assert chart.title == (
            "Attended by neighbourhood teams: Coventry and Wolverhampton beyond the alarm limits "
            "round 14.9 %"
        )
        named = [each.text for each in marks(chart, Label) if each.place != "margin"]
        assert named == ["Coventry", "Wolverhampton", "Sandwell"]
        assert [(each.shape, len(each.x)) for each in marks(chart, Points)] == [
            ("dot", 5),
            ("diamond", 1),
            ("triangle", 2),
        ]
        assert [each.text for each in marks(chart, Label) if each.place == "margin"] == [
            *("alert 95 %", "alarm 99.8 %", "all together")
        ]

    def test_within_the_limits_there_is_no_rank(self) -> None:
        found = funnel([10, 11], [100, 100], of="proportion", limits="normal")
        chart = funnel_chart(found, units=["A", "B"], denominators=[100, 100], name="f")

        assert (
            chart.title == "Share: all units within the limits round 10.5 %, so no rank among them"
        )
        assert chart.alt.endswith("all together 10.5 %: none outside the limits.")

    def test_the_limits_drawn_are_those_of_the_funnel(self) -> None:
        found = funnel([10, 40], [100, 400], of="proportion", limits="normal", dispersion=2)
        chart = funnel_chart(found, units=["A", "B"], denominators=[100, 400], name="f")
        line = marks(chart, Line)[0]

        assert dict(zip(line.x, line.y, strict=True))[420] == pytest.approx(
            0.1 - 1.959964 * (2 * 0.1 * 0.9 / 420) ** 0.5
        )

    def test_units_and_denominators_are_as_many(self) -> None:
        found = funnel([10, 11], [100, 100], of="proportion", limits="normal")
        with pytest.raises(ValueError, match="of 2 units; there are 1 names and 2 denominators"):
            funnel_chart(found, units=["A"], denominators=[100, 100], name="f")


class TestTrajectory:
    COUNTS = (count("CV", 8, date(2019, 7, 1)), count("CV", 12), count("DY", 3, date(2019, 7, 1)))

    def chart(self, *aims: Target, counts: tuple[Observation, ...] = COUNTS) -> Chart:
        result = npol.trajectory(counts, aims, by="npu")
        return trajectory_chart(result, name="t", kind="cadets")

    def test_a_way_has_its_plan_its_count_and_its_pace(self) -> None:
        chart = self.chart(aim("CV", 20, due=date(2020, 4, 1)), counts=self.COUNTS[:2])

        # 4 in 106 days; 169 days are left.
        ring = 12 + 4 / 106 * 169
        assert chart.title == "Police cadets: 18 by 1 April 2020 at the pace so far, target 20"
        plan, way, pace = [list(line.y) for line in marks(chart, Line)]
        assert plan == pytest.approx([8, 8 + 12 * 106 / 275, 20])
        assert way == [8, 12]
        assert pace == pytest.approx([12, ring])
        assert [each.shape for each in marks(chart, Points)] == ["dot", "ring", "diamond"]

    def test_who_would_miss_it_is_named(self) -> None:
        counts = (*self.COUNTS, count("DY", 20))
        due = {"due": date(2020, 4, 1)}
        chart = self.chart(aim("CV", 20, **due), aim("DY", 20, **due), counts=counts)

        assert chart.title == (
            "Police cadets: at the pace so far 1 of 2 arrive in time, and CV would not"
        )

    def test_without_a_day_there_is_no_way(self) -> None:
        chart = self.chart(aim("CV", 20), counts=self.COUNTS[:2])

        assert [each.shape for each in marks(chart, Points)] == ["dot"]
        assert chart.notes == ("No day is known by which the target is due: CV.",)

    def test_the_paper_s_one_count_has_no_pace(self) -> None:
        chart = gallery()["ways"]

        assert chart.title.endswith("so no pace is known; 84 to gain by 1 April 2020")
        assert chart.notes == ()


class TestHours:
    def test_cells_have_steps_and_figures(self) -> None:
        chart = gallery()["week"]
        (cells,) = marks(chart, Cells)

        assert chart.title == "Logs: most on Friday 23:00 to 23:59, 43.0 an hour"
        # Monday 05:00 has 5 of at most 43; Friday 23:00 has all of them.
        assert (cells.words[5], cells.steps[5]) == ("5.0", 0)
        assert (cells.words[4 * 24 + 23], cells.steps[4 * 24 + 23]) == ("43.0", 4)
        assert (cells.x[4 * 24 + 23], cells.y[4 * 24 + 23]) == (4, 23)
        assert cells.scale == ("0.0–8.6", "8.6–17.2", "17.2–25.8", "25.8–34.4", "34.4–43.0")

    def test_an_hour_that_never_came_is_white(self) -> None:
        week = npol.hourly_demand(
            pd.DataFrame({"force": "WMP", "month": "2019-02", "hour_of_week": [5], "logs": [8]}),
            dispersion=1,
        )
        week.loc[0, "logs_per_hour"] = None
        (cells,) = marks(hour_chart(week, name="h"), Cells)

        assert (cells.steps[0], cells.words[0]) == (None, "–")


class TestTrends:
    def test_what_is_notable_is_named_and_has_a_shape(self) -> None:
        chart = gallery()["trends"]

        assert chart.title == (
            "Recorded crime in December 2019 against December 2018: of 16 series Dudley burglary "
            "and Coventry burglary changed by more than chance"
        )
        assert names(chart)[:2] == ["Dudley burglary", "Coventry burglary"]
        assert [each.shape for each in marks(chart, Points)] == ["triangle", "square", "dot"]
        assert words(chart)[:2] == ["150 from 61", "20 from 69"]
        assert chart.notes == ("The first 12 of 16 series; the rest are in the table.",)
        assert chart.x.log

    @staticmethod
    def trends(last: int, before: int = 52) -> Chart:
        values = [50, 44, 52, 49, 51, 47, 50, 46, 53, 48, 50, before]
        counts = pd.DataFrame(
            {"month": months(2017, 2019), "crimes": [*values, *values, *values[:-1], last]}
        )
        return trend_chart(npol.emerging_trends(counts, month="2019-12", by=None), name="t")

    def test_what_chance_may_make_is_said_to_be_that(self) -> None:
        assert self.trends(53).title == (
            "Recorded crime in December 2019 against December 2018: 53 from 52, no more than "
            "chance may make"
        )

    def test_without_a_base_there_is_no_ratio(self) -> None:
        chart = self.trends(5, before=0)

        assert chart.panels == ()
        assert chart.title.endswith("not judged")
        assert chart.notes == ("Without a ratio, and not drawn: 1; the table says why.",)

    def test_none_at_all_is_drawn_at_the_end_of_the_axis(self) -> None:
        (points,) = marks(self.trends(0), Points)

        assert points.x[0] == pytest.approx(0.5 / 1.5)

    def test_how_many_is_at_least_one(self) -> None:
        with pytest.raises(ValueError, match="most is 1 or more, not 0"):
            trend_chart(pd.DataFrame(), name="t", most=0)


def test_months_along_an_axis_are_round_ones() -> None:
    assert month_axis(months(2018, 2019)).ticks == (
        (24216.0, "Jan\n2018"),
        (24222.0, "Jul\n2018"),
        (24228.0, "Jan\n2019"),
        (24234.0, "Jul\n2019"),
    )
    assert [word for _, word in month_axis(months(2011, 2019)).ticks] == [
        *("2012", "2014", "2016", "2018")
    ]
    assert [word for _, word in month_axis(["2019-11"]).ticks] == ["Nov\n2019"]
    assert month_axis([]) == Axis()


def test_days_along_an_axis_begin_months() -> None:
    ticks = day_axis([date(2019, 9, 1), date(2020, 4, 1)]).ticks

    assert [word for _, word in ticks] == ["Oct\n2019", "Jan\n2020", "Apr\n2020"]
    assert ticks[0][0] == date(2019, 10, 1).toordinal()
    assert [word for _, word in day_axis([date(2019, 9, 15)]).ticks] == ["15 September 2019"]
