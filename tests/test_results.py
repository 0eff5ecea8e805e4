from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.types as pat
import pytest

from npolicing import measures
from npolicing._records import Records
from npolicing._tally import By
from npolicing.arrow import arrow_schema
from npolicing.entities import (
    ACFBid,
    BudgetPosition,
    Crime,
    DemandTier,
    HarmWeight,
    Log,
    MeasureRole,
    Observation,
    Place,
    Problem,
    Scheme,
    Target,
    Ward,
)
from npolicing.measures import (
    RESULTS,
    accountability,
    anticipated_demand,
    attendance_ratio,
    attendance_share,
    backlog,
    control_chart,
    coverage,
    demand,
    disproportion,
    emerging_trends,
    fund_evaluation,
    growth,
    harm,
    hourly_demand,
    needed_tier,
    place_concentration,
    problem_progress,
    propose_impact_areas,
    resolution_without_deployment,
    response_time,
    seasonal_delta,
    seasonal_profile,
    spend_rate,
    status,
    target_gap,
    trajectory,
    year_on_year,
)

DAY = date(2019, 10, 15)

# What a result has is part of the interface: a change here is a change for its users.
COLUMNS = {
    "target_gap": [
        ("areas", "int64"),
        ("areas_incomplete", "int64"),
        ("current", "Int64"),
        ("target", "Int64"),
        ("gap", "Int64"),
        ("shortfall", "Int64"),
        ("attainment", "float64"),
        ("as_of", "date32[day][pyarrow]"),
        ("due", "date32[day][pyarrow]"),
        ("months_left", "float64"),
        ("pace_needed", "float64"),
        ("is_total", "bool"),
    ],
    "spend_rate": [
        ("budget", "decimal128(18, 2)[pyarrow]"),
        ("spent", "decimal128(18, 2)[pyarrow]"),
        ("unspent", "decimal128(18, 2)[pyarrow]"),
        ("spend_rate", "float64"),
        ("allocated", "decimal128(18, 2)[pyarrow]"),
        ("submitted", "decimal128(18, 2)[pyarrow]"),
        ("allocation_rate", "float64"),
        ("pipeline_rate", "float64"),
        ("as_of", "date32[day][pyarrow]"),
        ("elapsed_share", "float64"),
        ("pace_index", "float64"),
        ("is_total", "bool"),
    ],
    "growth": [
        ("areas", "int64"),
        ("base_as_of", "date32[day][pyarrow]"),
        ("base", "Int64"),
        ("as_of", "date32[day][pyarrow]"),
        ("current", "int64"),
        ("months", "Int64"),
        ("net", "Int64"),
        ("net_per_month", "float64"),
        ("rate_basis", "text"),
        ("until", "date32[day][pyarrow]"),
        ("months_ahead", "Int64"),
        ("projected", "float64"),
        ("reach", "Int64"),
        ("months_to_reach", "float64"),
        ("is_total", "bool"),
    ],
    "coverage": [
        ("wards", "int64"),
        ("covered", "int64"),
        ("uncovered", "int64"),
        ("coverage", "float64"),
        ("unplaced", "int64"),
        ("is_total", "bool"),
    ],
    "attendance_ratio": [
        ("attended", "int64"),
        ("logs", "int64"),
        ("unknown", "int64"),
        ("attendance_ratio", "float64"),
        ("low", "float64"),
        ("high", "float64"),
        ("is_total", "bool"),
    ],
    "attendance_share": [
        ("attended", "int64"),
        ("attended_by_anyone", "int64"),
        ("logs", "int64"),
        ("unknown", "int64"),
        ("attendance_share", "float64"),
        ("low", "float64"),
        ("high", "float64"),
        ("is_total", "bool"),
    ],
    "seasonal_delta": [
        ("base", "Int64"),
        ("peak", "Int64"),
        ("delta", "Int64"),
        ("relative_delta", "float64"),
        ("base_days", "int64"),
        ("peak_days", "int64"),
        ("delta_per_day", "float64"),
        ("calendar_share", "float64"),
        ("rate_ratio", "float64"),
        ("low", "float64"),
        ("high", "float64"),
        ("dispersion", "float64"),
        ("is_total", "bool"),
    ],
    "response_time": [
        ("logs", "int64"),
        ("arrived", "int64"),
        ("no_arrival", "int64"),
        ("median_seconds", "float64"),
        ("median_low", "float64"),
        ("median_high", "float64"),
        ("p90_seconds", "float64"),
        ("p90_low", "float64"),
        ("p90_high", "float64"),
        ("target_seconds", "float64"),
        ("within_target", "Int64"),
        ("share_within_target", "float64"),
        ("share_low", "float64"),
        ("share_high", "float64"),
        ("is_total", "bool"),
    ],
    "emerging_trends": [
        ("month", "text"),
        ("crimes", "Int64"),
        ("base_month", "text"),
        ("base", "Int64"),
        ("days", "int64"),
        ("base_days", "int64"),
        ("rate_ratio", "float64"),
        ("low", "float64"),
        ("high", "float64"),
        ("dispersion", "float64"),
        ("p_value", "float64"),
        ("p_adjusted", "float64"),
        ("notable", "boolean"),
        ("change", "text"),
        ("signal", "text"),
        ("reading", "text"),
        ("since", "text"),
        ("points", "int64"),
        ("trial", "boolean"),
        ("signals_by_chance", "float64"),
        ("not_judged", "text"),
        ("is_total", "bool"),
    ],
    "demand": [
        ("month", "text"),
        ("days", "int64"),
        ("logs", "Int64"),
        ("logs_per_day", "float64"),
        ("low", "float64"),
        ("high", "float64"),
        ("dispersion", "float64"),
        ("crimes", "Int64"),
        ("is_total", "bool"),
    ],
    "year_on_year": [
        ("since", "date32[day][pyarrow]"),
        ("until", "date32[day][pyarrow]"),
        ("days", "int64"),
        ("current", "Int64"),
        ("before_days", "int64"),
        ("before", "Int64"),
        ("delta_per_day", "float64"),
        ("rate_ratio", "float64"),
        ("low", "float64"),
        ("high", "float64"),
        ("p_value", "float64"),
        ("dispersion", "float64"),
        ("is_total", "bool"),
    ],
    "resolution_without_deployment": [
        ("without_deployment", "int64"),
        ("resolved", "int64"),
        ("unknown", "int64"),
        ("logs", "int64"),
        ("share_without_deployment", "float64"),
        ("low", "float64"),
        ("high", "float64"),
        ("is_total", "bool"),
    ],
    "control_chart": [
        ("month", "text"),
        ("value", "float64"),
        ("moving_range", "float64"),
        ("screened", "bool"),
        ("mean", "float64"),
        ("lower", "float64"),
        ("upper", "float64"),
        ("near_lower", "float64"),
        ("near_upper", "float64"),
        ("range_limit", "float64"),
        ("part", "int64"),
        ("trial", "bool"),
        ("rule", "text"),
        ("sign", "int64"),
        ("reading", "text"),
        ("target", "float64"),
        ("assurance", "text"),
        ("is_total", "bool"),
    ],
    "backlog": [
        ("at", "datetime64[us, UTC]"),
        ("open", "int64"),
        ("unknown", "int64"),
        ("median_hours", "float64"),
        ("median_low", "float64"),
        ("median_high", "float64"),
        ("p90_hours", "float64"),
        ("p90_low", "float64"),
        ("p90_high", "float64"),
        ("oldest_hours", "float64"),
        ("is_total", "bool"),
    ],
    "trajectory": [
        ("areas", "int64"),
        ("areas_incomplete", "int64"),
        ("direction", "text"),
        ("base_as_of", "date32[day][pyarrow]"),
        ("base", "Int64"),
        ("as_of", "date32[day][pyarrow]"),
        ("current", "Int64"),
        ("target", "Int64"),
        ("due", "date32[day][pyarrow]"),
        ("months_left", "float64"),
        ("planned", "float64"),
        ("ahead", "float64"),
        ("shortfall", "Int64"),
        ("required_per_month", "float64"),
        ("observed_per_month", "float64"),
        ("pace_ratio", "float64"),
        ("projected", "float64"),
        ("eta", "date32[day][pyarrow]"),
        ("is_total", "bool"),
    ],
    "status": [
        ("value", "float64"),
        ("target", "float64"),
        ("gap", "float64"),
        ("status", "text"),
        ("reading", "text"),
        ("rule", "text"),
        ("assurance", "text"),
        ("trial", "boolean"),
        ("words", "text"),
        ("is_total", "bool"),
    ],
    "seasonal_profile": [
        ("month_of_year", "int64"),
        ("index", "float64"),
        ("years", "int64"),
        ("rank", "int64"),
        ("peak_years", "int64"),
        ("whole_years", "int64"),
        ("is_total", "bool"),
    ],
    "hourly_demand": [
        ("hour_of_week", "int64"),
        ("weekday", "text"),
        ("hour", "int64"),
        ("logs", "int64"),
        ("hours", "float64"),
        ("logs_per_hour", "float64"),
        ("low", "float64"),
        ("high", "float64"),
        ("dispersion", "float64"),
        ("rank", "Int64"),
        ("is_total", "bool"),
    ],
    "anticipated_demand": [
        ("month", "text"),
        ("days", "int64"),
        ("anticipated", "float64"),
        ("low", "float64"),
        ("high", "float64"),
        ("sd", "float64"),
        ("logs_per_day", "float64"),
        ("method", "text"),
        ("mase", "float64"),
        ("naive_mase", "float64"),
        ("coverage", "float64"),
        ("origins", "int64"),
        ("months_known", "int64"),
        ("is_total", "bool"),
    ],
    "needed_tier": [
        ("month", "text"),
        ("anticipated_per_day", "float64"),
        ("level", "Int64"),
        ("tier", "text"),
        ("threshold", "float64"),
        ("likelihood", "float64"),
        ("likelihood_or_higher", "float64"),
        ("called_for", "bool"),
        ("is_total", "bool"),
    ],
    "disproportion": [
        ("force", "text"),
        ("npu", "text"),
        ("kind", "text"),
        ("place", "text"),
        ("name", "text"),
        ("criterion", "text"),
        ("measured_by", "text"),
        ("count", "float64"),
        ("base_measure", "text"),
        ("base", "float64"),
        ("count_share", "float64"),
        ("base_share", "float64"),
        ("location_quotient", "float64"),
        ("location_quotient_low", "float64"),
        ("location_quotient_high", "float64"),
        ("rate", "float64"),
        ("rate_elsewhere", "float64"),
        ("rate_ratio", "float64"),
        ("rate_ratio_low", "float64"),
        ("rate_ratio_high", "float64"),
        ("unplaced", "float64"),
        ("caveat", "text"),
        ("is_total", "bool"),
    ],
    "place_concentration": [
        ("criterion", "text"),
        ("measured_by", "text"),
        ("places", "int64"),
        ("unknown", "int64"),
        ("count", "float64"),
        ("gini", "float64"),
        ("generalised_gini", "float64"),
        ("places_25", "Int64"),
        ("share_25", "float64"),
        ("even_25", "float64"),
        ("places_50", "Int64"),
        ("share_50", "float64"),
        ("even_50", "float64"),
        ("caveat", "text"),
        ("is_total", "bool"),
    ],
    "harm": [
        ("crimes", "int64"),
        ("weighed", "int64"),
        ("unweighed", "int64"),
        ("harm", "float64"),
        ("harm_variance", "float64"),
        ("unit", "text"),
        ("scheme", "text"),
        ("weights_as_of", "date32[day][pyarrow]"),
        ("unweighed_categories", "text"),
        ("is_total", "bool"),
    ],
    "problem_progress": [
        ("problems", "int64"),
        ("open", "int64"),
        ("closed", "int64"),
        ("resolved", "int64"),
        ("stage_known", "int64"),
        ("stage_unknown", "int64"),
        ("median_days", "float64"),
        ("longest_days", "Int64"),
        ("oldest_since", "date32[day][pyarrow]"),
        ("reviews_overdue", "int64"),
        ("overdue_since", "date32[day][pyarrow]"),
        ("no_review", "int64"),
        ("no_measure", "int64"),
        ("no_owner", "int64"),
        ("evaluations_not_due", "int64"),
        ("evaluations_due", "int64"),
        ("evaluations_late", "int64"),
        ("late_since", "date32[day][pyarrow]"),
        ("evaluations_done", "int64"),
        ("evaluations_undated", "int64"),
        ("is_total", "bool"),
    ],
    "accountability": [
        ("measures", "int64"),
        ("accountable", "int64"),
        ("responsible", "int64"),
        ("both", "int64"),
        ("accountable_parties", "text"),
        ("responsible_parties", "text"),
        ("finding", "text"),
        ("nobody_accountable", "int64"),
        ("nobody_responsible", "int64"),
        ("several_accountable", "int64"),
        ("both_roles", "int64"),
        ("is_total", "bool"),
    ],
    "fund_evaluation": [
        ("projects", "int64"),
        ("project_unknown", "int64"),
        ("not_asked", "int64"),
        ("not_due", "int64"),
        ("due", "int64"),
        ("late", "int64"),
        ("late_since", "date32[day][pyarrow]"),
        ("done", "int64"),
        ("undated", "int64"),
        ("paid_unknown", "int64"),
        ("paid", "decimal128(18, 2)[pyarrow]"),
        ("pounds_per_project", "decimal128(18, 2)[pyarrow]"),
        ("paid_evaluated", "decimal128(18, 2)[pyarrow]"),
        ("evaluated_share", "float64"),
        ("is_total", "bool"),
    ],
    "propose_impact_areas": [
        ("force", "text"),
        ("kind", "text"),
        ("place", "text"),
        ("name", "text"),
        ("npu", "text"),
        ("population", "Int64"),
        ("base_measure", "text"),
        *(
            (f"{criterion}_{column}", kind)
            for criterion in ("crime", "demand", "deprivation", "harm")
            for column, kind in (
                ("measured_by", "text"),
                ("weight", "float64"),
                ("count", "float64"),
                ("location_quotient", "float64"),
                ("low", "float64"),
                ("high", "float64"),
                ("rank", "float64"),
                ("met", "boolean"),
                ("caveat", "text"),
            )
        ),
        ("criteria", "int64"),
        ("criteria_needed", "int64"),
        ("criteria_met", "int64"),
        ("combined_rank", "float64"),
        ("rank", "Int64"),
        ("dominated_by", "Int64"),
        ("on_front", "boolean"),
        ("chosen", "bool"),
        ("why_not", "text"),
        ("chosen_resampled", "float64"),
        ("rank_low", "Int64"),
        ("rank_high", "Int64"),
        ("chosen_reweighted", "float64"),
        ("caveat", "text"),
    ],
}
BY = {
    "target_gap": ("force", "kind", "npu", "ward"),
    "spend_rate": ("force", "npu", "fund", "financial_year"),
    "growth": ("force", "kind", "npu", "ward"),
    "coverage": ("force", "npu", "ward", "kind"),
    "attendance_ratio": ("force", "npu", "month"),
    "attendance_share": ("force", "npu", "month"),
    "seasonal_delta": ("force", "npu", "priority"),
    "response_time": ("force", "npu", "priority"),
    "demand": ("force", "npu", "priority"),
    "year_on_year": ("force", "npu", "priority"),
    "resolution_without_deployment": ("force", "npu", "month"),
    "control_chart": ("force", "npu", "priority"),
    "backlog": ("force", "npu", "priority"),
    "trajectory": ("force", "kind", "npu", "ward"),
    "status": ("force", "kind", "npu", "ward"),
    "emerging_trends": ("force", "npu", "category", "ward"),
    "seasonal_profile": ("force", "npu", "priority"),
    "hourly_demand": ("force", "npu", "priority"),
    "anticipated_demand": ("force", "npu", "priority"),
    "needed_tier": ("force", "npu"),
    # Their own columns tell their places apart.
    "disproportion": (),
    "place_concentration": ("force", "npu"),
    "harm": ("force", "npu", "month", "ward"),
    "problem_progress": ("force", "npu", "area_id", "stage", "kind"),
    "accountability": ("force", "measure"),
    "fund_evaluation": ("force", "npu", "fund", "financial_year", "theme"),
    "propose_impact_areas": (),
}
# pandas 3 has a type for text; before it, text is an object.
TEXT = str(pd.Series(["text"]).dtype)

OBSERVATIONS = Records(
    Observation, [Observation(force="WMP", kind="cadets", npu="CV", value=22, as_of=DAY)]
)
TARGETS = Records(Target, [Target(force="WMP", kind="cadets", npu="CV", value=30)])
BUDGETS = Records(
    BudgetPosition,
    [
        BudgetPosition(
            force="WMP",
            financial_year="2019/20",
            npu="CV",
            as_of=DAY,
            budget=Decimal("80324.00"),
            spent=Decimal("32846.50"),
        )
    ],
)
SCHEMES = Records(
    Scheme,
    [
        Scheme(
            force="WMP",
            kind="cadets",
            scheme_id="S1",
            npu="CV",
            status="active",
            wards=("W1",),
        )
    ],
)
WARDS = Records(Ward, [Ward(force="WMP", ward="W1", name="One", npu="CV")])
LOGS = Records(
    Log,
    [
        Log(
            force="WMP",
            log_id="000001",
            npu="CV",
            priority="P1",
            received_at=datetime(2018, 7, 2, 12, tzinfo=UTC),
            received_on=date(2018, 7, 2),
            month="2018-07",
            hour_of_week=13,
        )
    ],
)


def charted(logs: Records[Log], by: By = None, *, total: bool = False) -> pd.DataFrame:
    return control_chart(demand(logs, by=by, total=total), by=by)


def judged(counts: Records[Any], *, by: By = None, total: bool = False) -> pd.DataFrame:
    """The status of another measure's figures."""
    figures = growth(counts, by=by, total=total)
    return status(
        figures, value="current", target=30, thresholds=(0, 5), direction="at_least", by=by
    )


CRIMES = Records(
    Crime, [Crime(force="WMP", crime_id="1", month="2018-07", category="burglary", npu="CV")]
)
# What needs years has a log in each month of four.
YEARS = Records(
    Log,
    [
        Log(
            force="WMP",
            log_id=f"{month:06}",
            npu="CV",
            priority="P1",
            received_at=datetime(2015 + month // 12, month % 12 + 1, 1, 12, tzinfo=UTC),
            received_on=(day := date(2015 + month // 12, month % 12 + 1, 1)),
            month=f"{day:%Y-%m}",
            hour_of_week=24 * day.weekday() + 12,
        )
        for month in range(48)
    ],
)
TIERS = Records(
    DemandTier,
    [
        DemandTier(force="WMP", plan="summer", level=1, name="Amber", logs_per_day=0, npu=npu)
        for npu in ("CV", None)
    ],
)

PROBLEMS = Records(
    Problem,
    [
        Problem(
            force="WMP",
            problem_id="P1",
            title="Bikes",
            stage="scan",
            stage_since=DAY,
            opened_on=DAY,
            npu="CV",
        )
    ],
)
ROLES = Records(
    MeasureRole, [MeasureRole(force="WMP", measure="Schemes", party="CV", role="accountable")]
)
BIDS = Records(
    ACFBid,
    [
        ACFBid(
            force="WMP",
            financial_year="2019/20",
            bid_id="B1",
            npu="CV",
            applicant_kind="school",
            status="draft",
            requested=Decimal("500.00"),
            project=True,
        )
    ],
)


def tier_of_logs(
    logs: Records[Log],
    tiers: Records[DemandTier],
    *,
    total: bool,
    by: Any = None,  # noqa: ANN401 # as a measure has it
) -> pd.DataFrame:
    """The tier of demand that is anticipated: `needed_tier` takes the groups of its rows."""
    coming = anticipated_demand(logs, by=by, total=total, horizon=1, method="seasonal_naive")
    return needed_tier(coming, tiers)


PLACES = Records(Place, [Place(force="WMP", kind="ward24", place="W1", population=9, crimes=4)])

WEIGHTS = [
    HarmWeight(
        force="WMP", scheme="TEST", category="burglary", weight=2.5, unit="points", source="made up"
    )
]


def of_places(places: Records[Place], *, by: object, total: bool) -> pd.DataFrame:
    """Places held against one another; `by` is nothing, for the result has their columns."""
    assert not by
    return disproportion(places, total=total)


def proposed(places: Records[Place], *, by: object, total: bool) -> pd.DataFrame:  # noqa: ARG001 # as the others are asked
    """A proposal, which has no groups and no total: a place is chosen or not."""
    assert not by
    return propose_impact_areas(places, areas=1, resamples=9, weightings=9)


MEASURES: dict[str, Callable[..., pd.DataFrame]] = {
    "target_gap": target_gap,
    "spend_rate": spend_rate,
    "growth": growth,
    "coverage": coverage,
    "attendance_ratio": attendance_ratio,
    "attendance_share": attendance_share,
    "seasonal_delta": partial(seasonal_delta, base="2018-02", peak="2018-07"),
    "response_time": response_time,
    "demand": demand,
    "year_on_year": partial(year_on_year, month="2018-07"),
    "resolution_without_deployment": resolution_without_deployment,
    "control_chart": charted,
    # Its bands of age are asked for, as further percentiles are.
    "backlog": partial(backlog, at=datetime(2018, 7, 3, tzinfo=UTC), by=None, ages=()),
    "trajectory": trajectory,
    "status": judged,
    "emerging_trends": partial(emerging_trends, month="2018-07"),
    "seasonal_profile": seasonal_profile,
    "hourly_demand": hourly_demand,
    "anticipated_demand": partial(anticipated_demand, horizon=1, method="seasonal_naive"),
    "needed_tier": tier_of_logs,
    "disproportion": of_places,
    "place_concentration": place_concentration,
    "harm": partial(harm, weights=WEIGHTS, scheme="TEST", on=DAY),
    "problem_progress": partial(problem_progress, as_of=DAY),
    "accountability": accountability,
    "fund_evaluation": partial(fund_evaluation, as_of=DAY),
    "propose_impact_areas": proposed,
}
ROWS: dict[str, tuple[Records[Any], ...]] = {
    "target_gap": (OBSERVATIONS, TARGETS),
    "spend_rate": (BUDGETS,),
    "growth": (OBSERVATIONS,),
    "coverage": (SCHEMES, WARDS),
    "trajectory": (OBSERVATIONS, TARGETS),
    "status": (OBSERVATIONS,),
    **dict.fromkeys(
        [
            "attendance_ratio",
            "attendance_share",
            "seasonal_delta",
            "response_time",
            "demand",
            "year_on_year",
            "resolution_without_deployment",
            "control_chart",
            "backlog",
        ],
        (LOGS,),
    ),
    "emerging_trends": (CRIMES,),
    "seasonal_profile": (YEARS,),
    "hourly_demand": (LOGS,),
    "anticipated_demand": (YEARS,),
    "needed_tier": (YEARS, TIERS),
    "disproportion": (PLACES,),
    "place_concentration": (PLACES,),
    "harm": (CRIMES,),
    "problem_progress": (PROBLEMS,),
    "accountability": (ROLES,),
    "fund_evaluation": (BIDS,),
    "propose_impact_areas": (PLACES,),
}
# The rows of a group, where it has several.
ROWS_EACH = {
    "seasonal_profile": 12,
    "hourly_demand": 168,
    "disproportion": 4,
    "place_concentration": 4,
}
WITHOUT_TOTAL = {"propose_impact_areas"}
CASES = [
    (name, by) for name, names in BY.items() for by in [None, *names, names, list(reversed(names))]
]


def types(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return [(str(name), str(kind)) for name, kind in frame.dtypes.items()]


@pytest.mark.parametrize("total", [False, True])
@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize(("name", "by"), CASES)
def test_a_result_has_its_columns_and_types_whatever_its_rows_are(
    name: str, by: str | list[str] | None, *, empty: bool, total: bool
) -> None:
    rows = [table[:0] if empty else table for table in ROWS[name]]
    found = MEASURES[name](*rows, by=by, total=total)
    keys = [by] if isinstance(by, str) else list(by or ())
    declared = [(column, TEXT if kind == "text" else kind) for column, kind in COLUMNS[name]]
    assert types(found) == [*((key, TEXT) for key in keys), *declared]
    times = 1 + (total and name not in WITHOUT_TOTAL)
    assert len(found) == (0 if empty else times * ROWS_EACH.get(name, 1))


def test_every_measure_has_its_result_declared() -> None:
    assert [result.__name__ for result in RESULTS.values()] == [
        "TargetGap",
        "SpendRate",
        "Growth",
        "Coverage",
        "AttendanceRatio",
        "AttendanceShare",
        "SeasonalDelta",
        "ResponseTime",
        "Demand",
        "YearOnYear",
        "ResolutionWithoutDeployment",
        "ControlPoint",
        "Backlog",
        "Trajectory",
        "Status",
        "EmergingTrend",
        "SeasonalProfile",
        "HourlyDemand",
        "AnticipatedDemand",
        "NeededTier",
        "Disproportion",
        "PlaceConcentration",
        "Harm",
        "ProblemProgress",
        "Accountability",
        "FundEvaluation",
        "ProposedPlace",
    ]
    assert {name for name in measures.__all__ if name.islower()} == set(RESULTS) == set(MEASURES)


def pandas_type(field: pa.Field[Any]) -> str:
    if pat.is_string(field.type):
        return "text"
    if pat.is_int64(field.type):
        return "Int64" if field.nullable else "int64"
    if pat.is_timestamp(field.type):
        return "datetime64[us, UTC]"
    if pat.is_boolean(field.type):
        return "boolean" if field.nullable else "bool"
    if pat.is_floating(field.type):
        return "float64"
    return str(pd.ArrowDtype(field.type))


@pytest.mark.parametrize("name", COLUMNS)
def test_the_columns_of_a_result_are_those_declared(name: str) -> None:
    declared = [(field.name, pandas_type(field)) for field in arrow_schema(RESULTS[name])]
    assert declared == COLUMNS[name]


@pytest.mark.parametrize("name", COLUMNS)
def test_money_is_in_pounds_and_shares_are_ratios(name: str) -> None:
    for field in RESULTS[name].columns():
        if field.kind == "decimal":
            assert field.column.unit == "GBP"
        if field.name.endswith(("_rate", "attainment", "share", "coverage")):
            assert field.column.unit == "ratio"


@pytest.mark.parametrize("name", COLUMNS)
def test_a_result_reads_back_as_the_records_that_it_declares(name: str) -> None:
    found = MEASURES[name](*ROWS[name], by=None, total=True)
    table = pa.Table.from_pandas(found, preserve_index=False)
    for row in table.to_pylist():
        record = RESULTS[name](**row)
        assert {field.name: getattr(record, field.name) for field in record.columns()} == row


def test_groups_are_sorted_with_null_last_and_the_total_after_them() -> None:
    names = ["WV", None, "BE", "CV"]
    rows = [
        Observation(force=force, kind="cadets", npu=npu, value=1, as_of=DAY)
        for force, npu in zip(["A", "B", "A", "A"], names, strict=True)
    ]
    found = growth(rows, by=["npu", "force"], total=True)
    plain = found.astype(object).where(found.notna(), None)
    assert list(zip(plain["npu"], plain["force"], found["is_total"], strict=True)) == [
        ("BE", "A", False),
        ("CV", "A", False),
        ("WV", "A", False),
        (None, "B", False),
        (None, None, True),
    ]


@pytest.mark.parametrize("day", ["2020-03-31", datetime(2020, 3, 31), pd.Timestamp("2020-03-31")])  # noqa: DTZ001 # the slip
def test_a_day_is_neither_text_nor_a_time(day: object) -> None:
    asked: list[tuple[str, Callable[..., pd.DataFrame]]] = [
        ("due", partial(target_gap, [], [])),
        ("as_of", partial(target_gap, [], [])),
        ("as_of", partial(spend_rate, [])),
        ("until", partial(growth, [])),
        ("until", partial(year_on_year, [], month="2020-03")),
        ("as_of", partial(coverage, [], [])),
        ("as_of", partial(problem_progress, [])),
        ("as_of", partial(accountability, [])),
        ("as_of", partial(fund_evaluation, [])),
    ]
    for name, measure in asked:
        with pytest.raises(TypeError) as caught:
            measure(**{name: day})
        assert str(caught.value) == f"{name}= is a day, such as date(2020, 3, 31), not {day!r}"
