"""What was printed, held against what the rows give."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import attrs
import pytest

from npolicing._records import Records
from npolicing.entities import ComputedFigure, Finding, PublishedFigure
from npolicing.errors import ValidationError
from npolicing.frames import to_arrow, to_pandas
from npolicing.reconciling import reconcile

DAY = date(2020, 1, 31)
PRINTED = PublishedFigure(
    document="paper",
    figure_id="1",
    place="Table 1",
    force="WMP",
    topic="watch",
    measure="current",
    unit="schemes",
    relation="exactly",
    text="12",
    report_date=DAY,
    value=Decimal(12),
    step=Decimal(1),
    level="npu",
    label="CV",
    npu="CV",
)
GIVEN = ComputedFigure(
    force="WMP",
    topic="watch",
    measure="current",
    unit="schemes",
    level="npu",
    npu="CV",
    value=Decimal(12),
)
RATE = attrs.evolve(
    PRINTED,
    measure="spend_rate",
    unit="ratio",
    step=Decimal("0.01"),
    denominator="budget",
)


def printed(**changes: object) -> PublishedFigure:
    return attrs.evolve(PRINTED, **changes)  # type: ignore[arg-type] # a test's own changes


def given(**changes: object) -> ComputedFigure:
    return attrs.evolve(GIVEN, **changes)  # type: ignore[arg-type] # a test's own changes


def rate(figure_id: str, npu: str, text: str, value: str) -> PublishedFigure:
    return attrs.evolve(
        RATE, figure_id=figure_id, npu=npu, label=npu, text=text, value=Decimal(value)
    )


def share(npu: str | None, part: int, whole: int, measure: str = "spend_rate") -> ComputedFigure:
    return given(
        measure=measure,
        unit="ratio",
        npu=npu,
        level="force" if npu is None else "npu",
        value=round(Decimal(part) / Decimal(whole), 6),
        numerator=Decimal(part),
        denominator="budget",
        denominator_value=Decimal(whole),
    )


def found(
    published: Sequence[PublishedFigure], computed: Sequence[ComputedFigure] = ()
) -> list[Finding]:
    return list(reconcile(published, computed).findings)


def codes(findings: Sequence[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def test_a_figure_that_agrees_is_no_finding() -> None:
    result = reconcile([printed()], [given()])
    assert not result.findings
    comparison = result.comparisons[0]
    assert comparison.agrees is True
    assert comparison.difference == 0
    assert comparison.explained_by == (
        "half_up",
        "half_even",
        "half_down",
        "floor",
        "ceiling",
        "truncate",
    )


def test_a_figure_that_differs_says_by_how_much() -> None:
    finding = found([printed()], [given(value=Decimal(15))])[0]
    assert finding.code == "DIFFERS"
    assert finding.words == (
        "CV, watch, current: printed 12, the figures give 15. No rounding gives what is printed."
    )
    assert (finding.printed, finding.given, finding.difference) == ("12", "15", Decimal(-3))
    assert (finding.number, finding.place, finding.npu, finding.unit) == (
        1,
        "Table 1",
        "CV",
        "schemes",
    )


@pytest.mark.parametrize(
    "other",
    [
        {"force": "GMP"},
        {"topic": "other"},
        {"measure": "target"},
        {"npu": "DY"},
        {"npu": None, "level": "force"},
    ],
)
def test_a_figure_is_held_against_its_own_force_topic_measure_and_unit(
    other: dict[str, object],
) -> None:
    result = reconcile([printed()], [given(**other, value=Decimal(15))])
    assert result.comparisons[0].agrees is None
    assert result.comparisons[0].computed is None
    assert result.comparisons[0].difference is None


@pytest.mark.parametrize(
    "other",
    [
        {"unit": "members"},
        {"level": "ward"},
        {"as_of": date(2020, 2, 1)},
    ],
)
def test_a_figure_of_another_unit_level_or_later_day_is_not_held_against(
    other: dict[str, object],
) -> None:
    result = reconcile([printed()], [given(**other, value=Decimal(15))])
    assert result.comparisons[0].agrees is None


def test_a_figure_that_prints_its_day_is_held_against_that_day_alone() -> None:
    for day, agrees in ((date(2020, 1, 30), True), (date(2020, 1, 29), None), (None, True)):
        result = reconcile([printed(as_of=date(2020, 1, 30))], [given(as_of=day)])
        assert result.comparisons[0].agrees is agrees
    assert reconcile([printed()], [given(as_of=DAY)]).comparisons[0].agrees is True


@pytest.mark.parametrize(
    ("relation", "value", "agrees"),
    [
        ("more_than", 11, False),
        ("more_than", 12, False),
        ("more_than", 13, True),
        ("less_than", 13, False),
        ("less_than", 12, False),
        ("less_than", 11, True),
        ("about", 11, True),
        ("about", 10, False),
        ("about", 13, True),
        ("about", 14, False),
    ],
)
def test_bounds_are_held_as_bounds(relation: str, value: int, *, agrees: bool) -> None:
    figure = printed(relation=relation, step=None)
    assert reconcile([figure], [given(value=Decimal(value))]).comparisons[0].agrees is agrees


def test_about_is_within_a_tenth() -> None:
    figure = printed(relation="about", value=Decimal(100), step=None)
    for value, agrees in ((90, True), (89, False), (110, True), (111, False)):
        result = reconcile([figure], [given(value=Decimal(value))])
        assert result.comparisons[0].agrees is agrees


def test_without_a_step_the_figure_is_exact() -> None:
    figure = printed(step=None)
    assert codes(found([figure], [given(value=Decimal("12.4"))])) == ["DIFFERS"]
    assert not found([figure], [given()])


def test_a_bound_without_rows_is_kept() -> None:
    figure = printed(
        relation="more_than", label=None, npu=None, level="force", text="over 12", step=None
    )
    finding = found([figure])[0]
    assert (finding.code, finding.given) == ("BOUND", "more than 12 schemes")
    assert finding.words == (
        "WMP, watch, current: more than 12 schemes. Kept as that; the document has nothing to "
        "hold it against."
    )
    assert found([printed(relation="less_than")])[0].given == "less than 12 schemes"
    assert found([printed(relation="about")])[0].given == "about 12 schemes"


def test_a_ratio_is_divided_out_and_not_rounded_twice() -> None:
    """0.4949999 is 49 %; rounded to six places first it would be 49.5 % and so 50 %."""
    figure = rate("1", "CV", "49%", "0.49")
    computed = share("CV", 4949999, 10000000)
    assert computed.value == Decimal("0.495000")
    assert reconcile([figure], [computed]).comparisons[0].agrees is True


def test_no_one_rounding_rule_gives_a_column() -> None:
    """The paper's column in small: the larger share is printed as the smaller."""
    column = [rate("1", "CV", "41%", "0.41"), rate("2", "WV", "40%", "0.40")]
    computed = [share("CV", 408919, 1000000), share("WV", 408952, 1000000)]
    findings = found(column, computed)
    assert codes(findings) == ["DIFFERS", "NO_ROUNDING_RULE"]
    assert findings[0].words.endswith("Rounding by floor and truncate gives what is printed.")
    assert findings[1].words == (
        "No one rounding rule gives the column spend rate: half up 1 of 2, half even 1 of 2, "
        "half down 1 of 2, floor 1 of 2, ceiling 1 of 2 and truncate 1 of 2. CV is 40.892 % and "
        "printed 41%, and WV is 40.895 % and printed 40%, though it is the larger."
    )
    assert findings[1].printed == "41% 40%"
    assert findings[1].npu is None


def test_a_column_that_one_rule_gives_is_no_finding() -> None:
    column = [rate("1", "CV", "40%", "0.40"), rate("2", "WV", "40%", "0.40")]
    computed = [share("CV", 408919, 1000000), share("WV", 408952, 1000000)]
    assert codes(found(column, computed)) == ["DIFFERS", "DIFFERS"]


def test_a_wrong_digit_is_not_called_a_rounding() -> None:
    column = [rate("1", "CV", "41%", "0.41"), rate("2", "WV", "90%", "0.90")]
    computed = [share("CV", 408919, 1000000), share("WV", 408952, 1000000)]
    assert codes(found(column, computed)) == ["DIFFERS"]


def test_a_total_that_is_not_the_sum_of_its_parts() -> None:
    table = [
        printed(),
        printed(figure_id="2", npu="DY", label="DY", value=Decimal(3), text="3"),
        printed(
            figure_id="3", npu=None, label="Total", level="force", value=Decimal(16), text="16"
        ),
    ]
    finding = found(table)[0]
    assert (finding.code, finding.given, finding.difference) == ("SUM_DIFFERS", "15", Decimal(1))
    assert finding.words == "Total, watch, current: printed 16, the printed parts add up to 15."
    right = [*table[:2], attrs.evolve(table[2], value=Decimal(15), text="15")]
    assert not found(right)


def test_shares_and_bounds_are_not_added_up() -> None:
    total = attrs.evolve(
        rate("3", "CV", "50%", "0.5"), npu=None, label="Total", level="force", measure="spend_rate"
    )
    assert not found([rate("1", "CV", "40%", "0.4"), rate("2", "DY", "60%", "0.6"), total])
    bound = printed(figure_id="2", relation="more_than", text="over 12", step=None)
    whole = printed(figure_id="3", npu=None, label="Total", level="force", value=Decimal(16))
    assert codes(found([printed(), bound, whole])) == ["BOUND"]
    assert codes(found([printed(), whole])) == ["SUM_DIFFERS"]


def test_a_stray_cell_is_no_data() -> None:
    table = [
        printed(),
        printed(figure_id="2", npu=None, label=None, level=None),
        printed(figure_id="3", npu=None, label="Total", level="force"),
    ]
    finding = found(table)[0]
    assert finding.code == "STRAY_CELL"
    assert finding.given == "12 without it, 24 with it"
    assert finding.words == (
        "A cell '12' stands in the column watch and belongs to no unit. Read as data it would "
        "make 24 of 12. The printed total is 12."
    )
    assert found(table[:2])[0].words.endswith("make 24 of 12.")


def test_a_stray_cell_is_held_against_no_row() -> None:
    stray = printed(npu=None, label=None, level=None)
    force = given(npu=None, level="force", value=Decimal(99))
    assert reconcile([stray], [force]).comparisons[0].computed is None


def test_two_ratios_of_one_denominator_are_two_measures() -> None:
    allocated = printed(
        measure="allocation_rate",
        unit="ratio",
        value=Decimal("0.64"),
        step=Decimal("0.01"),
        level="force",
        npu=None,
        label=None,
        denominator="budget",
        text="64% allocated",
        cites="Table 2",
    )
    shown = attrs.evolve(rate("2", "CV", "50%", "0.5"), place="Table 2")
    findings = found([allocated, shown], [share(None, 500, 1000)])
    finding = findings[0]
    assert finding.code == "TWO_MEASURES"
    assert (finding.low, finding.high) == (Decimal(135), Decimal(145))
    assert finding.difference == Decimal("0.14")
    assert finding.words == (
        "64 % is one measure (allocation rate), 50.0 % (spend rate) another. Table 2, to which it "
        "refers, has spend rate alone. If both are shares of one budget, £1,000, about £135 to "
        "£145 lies between them, since the printed share is rounded; £140 if it were exact."
    )


@pytest.mark.parametrize(
    "other", [{"denominator": "grant"}, {"topic": "other"}, {"force": "GMP"}, {"numerator": None}]
)
def test_ratios_of_other_denominators_are_not_set_side_by_side(other: dict[str, object]) -> None:
    allocated = attrs.evolve(
        RATE, measure="allocation_rate", level="force", npu=None, label=None, value=Decimal("0.6")
    )
    computed = attrs.evolve(share(None, 500, 1000), **other)  # type: ignore[arg-type] # a test's own
    assert "TWO_MEASURES" not in codes(found([allocated], [computed]))


def test_a_table_without_a_total_row_is_told_what_it_would_say() -> None:
    table = [printed(), printed(figure_id="2", npu="DY", label="DY")]
    whole = given(npu=None, level="force", value=Decimal(24))
    finding = found(table, [whole])[0]
    assert finding.code == "NO_TOTAL"
    assert finding.words == "There is no total row. It would say: current 24."
    total = printed(
        figure_id="3", npu=None, label="Total", level="force", value=Decimal(24), text="24"
    )
    assert "NO_TOTAL" not in codes(found([*table, total], [whole]))
    assert "NO_TOTAL" not in codes(found(table[:1], [whole]))


def test_dialects_of_codes() -> None:
    table = [
        printed(),
        printed(figure_id="2", place="Table 2", label="COV"),
        printed(figure_id="3", place="Table 2", label="SANDWELL", npu="SW"),
    ]
    finding = found(table)[0]
    assert finding.code == "DIALECTS"
    assert finding.place == "Table 1 and Table 2"
    assert finding.words == (
        "3 dialects of codes for 2 units: codes CV (Table 1); short forms COV (Table 2); names "
        "SANDWELL (Table 2). More than one for CV."
    )
    assert not found(table[:1])


def test_a_target_a_unit_is_no_ambition_a_ward() -> None:
    ambition = printed(
        figure_id="2",
        place="Paragraph 1",
        relation="claim",
        level="ward",
        npu=None,
        label=None,
        value=None,
        text="every ward",
    )
    findings = found([printed(), ambition])
    assert codes(findings) == ["LEVELS"]
    assert findings[0].place == "Paragraph 1"
    assert findings[0].given == "Table 1: a current for each of 1 units"
    assert not found([ambition])


def test_a_stale_figure() -> None:
    old = printed(as_of=date(2019, 12, 31))
    assert not found([old])
    findings = reconcile([old], [], stale_after_days=30).findings
    assert codes(findings) == ["STALE"]
    assert findings[0].words == (
        "CV, watch, current: the figure is of 2019-12-31, 31 days before the document of "
        "2020-01-31."
    )
    assert codes(found([printed(as_of=date(2019, 12, 30))])) == ["STALE"]


def test_unequal_months() -> None:
    change = printed(measure="delta", base_month="2018-02", month="2018-07")
    finding = found([change])[0]
    assert (finding.code, finding.given) == ("UNEQUAL_PERIODS", "28 days against 31")
    assert finding.words == (
        "From 2018-02 to 2018-07 is from 28 days to 31: at one rate a day, that alone is 10.7 % "
        "more of everything."
    )
    assert not found([printed(measure="delta", base_month="2018-05", month="2018-07")])
    assert len(found([change, attrs.evolve(change, figure_id="2", topic="crimes")])) == 1


def test_claims_without_a_number_are_told_by_place() -> None:
    claim = printed(relation="claim", value=None, level="force", npu=None, label=None, text="less")
    other = attrs.evolve(claim, figure_id="2", text="more")
    findings = found([claim, other])
    assert codes(findings) == ["NO_NUMBER"]
    assert findings[0].words == 'It says "less" and "more", and gives no number.'


def test_findings_are_numbered_and_the_gravest_come_first() -> None:
    claim = printed(
        figure_id="0", relation="claim", value=None, text="less", npu=None, level="force"
    )
    findings = found([claim, printed()], [given(value=Decimal(1))])
    assert [(finding.number, finding.code) for finding in findings] == [
        (1, "DIFFERS"),
        (2, "NO_NUMBER"),
    ]


def test_frames_do_as_well_as_records() -> None:
    records = reconcile([printed()], [given(value=Decimal(15))])
    frames = reconcile(to_pandas([printed()]), to_arrow([given(value=Decimal(15))]))
    assert frames == records


def test_wrong_rows_are_refused() -> None:
    twice = to_pandas([printed(), printed(figure_id="2")]).assign(figure_id="1")
    with pytest.raises(ValidationError, match="DUPLICATE_KEY"):
        reconcile(twice, [given()])


def test_no_rows_no_findings() -> None:
    result = reconcile(Records(PublishedFigure), Records(ComputedFigure))
    assert (len(result.comparisons), len(result.findings)) == (0, 0)
    assert (
        repr(result)
        == "Reconciliation: 0 printed figures, 0 held against rows, 0 agree; 0 findings"
    )


def test_it_shows_itself() -> None:
    result = reconcile([printed()], [given(value=Decimal(15))])
    assert repr(result).splitlines() == [
        "Reconciliation: 1 printed figures, 1 held against rows, 0 agree; 1 findings",
        "  1. Table 1: " + result.findings[0].words,
    ]
    assert f">{result.findings[0].words}</td>" in result._repr_html_()
    assert list(result.figures["computed"]) == [Decimal(15)]
