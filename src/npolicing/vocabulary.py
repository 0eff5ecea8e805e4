"""Closed vocabularies: the words that a column may hold, as types that mypy knows.

What differs from force to force (units, grades, their targets) is data, in `forces`; what is here
is the same for all.
"""

from __future__ import annotations

from typing import Literal, get_args

import attrs

__all__ = [
    "CRITERIA",
    "FLOWS",
    "OBSERVATION_KINDS",
    "AccountabilityFinding",
    "AccountabilityRole",
    "ApplicantKind",
    "Arm",
    "AsOfBasis",
    "BidStatus",
    "ClockStart",
    "Criterion",
    "Direction",
    "EvaluationCaveat",
    "EvaluationMethod",
    "EvaluationStatus",
    "EvaluationVerdict",
    "Forum",
    "Good",
    "Level",
    "LogStatus",
    "MembersAre",
    "Nature",
    "NotChosen",
    "ObservationKind",
    "ObservationMeaning",
    "Phase",
    "PlaceBase",
    "PlaceCaveat",
    "ProblemKind",
    "ProblemOutcome",
    "ProposalCaveat",
    "Relation",
    "ResolvedBy",
    "SARAStage",
    "SchemeKind",
    "SchemeStatus",
    "TeamKind",
    "UnitKind",
]

Level = Literal["force", "npu", "team", "ward"]
UnitKind = Literal["npu", "lpu", "lpa", "bcu", "division", "district"]
TeamKind = Literal[
    "neighbourhood",
    "response",
    "investigation",
    "public_protection",
    "contact",
    "hub",
    "citizens",
    "other",
]
LogStatus = Literal["open", "closed", "cancelled", "transferred"]
ResolvedBy = Literal["attendance", "hub", "contact", "partner", "other"]
ClockStart = Literal["call", "received", "graded", "dispatched"]
SARAStage = Literal["scan", "analyse", "respond", "assess"]
ProblemKind = Literal["problem", "pilot"]
ProblemOutcome = Literal["resolved", "not_resolved", "handed_over", "no_further_action"]
AccountabilityFinding = Literal[
    "ok", "nobody_accountable", "nobody_responsible", "several_accountable", "both_roles"
]
AccountabilityRole = Literal["accountable", "responsible"]
Criterion = Literal["crime", "demand", "deprivation", "harm"]
PlaceBase = Literal["population", "workday_population", "households", "hectares"]
PlaceCaveat = Literal[
    "no_data",
    "no_base",
    "count_incomplete",
    "base_incomplete",
    "none_counted",
    "no_elsewhere",
    "none_elsewhere",
    "fixed_count",
    "no_variance",
    "not_events",
]
NotChosen = Literal["unknown", "not_disproportionate", "level_at_the_cut", "beyond_the_cut"]
ProposalCaveat = Literal["none_qualify", "fewer_than_asked"]
SchemeKind = Literal["street_watch", "neighbourhood_watch", "cadets", "junior_pcsos", "other"]
SchemeStatus = Literal["forming", "active", "dormant", "closed"]
MembersAre = Literal["volunteers", "contacts", "participants"]
ApplicantKind = Literal["community_group", "individual", "school", "charity", "other"]
BidStatus = Literal[
    "enquiry",
    "draft",
    "submitted",
    "withdrawn",
    "rejected",
    "recommended",
    "approved",
    "allocated",
    "paid",
    "evaluated",
    "closed",
    "clawed_back",
]
EvaluationStatus = Literal["not_due", "due", "done"]
Arm = Literal["treated", "comparison", "displacement", "displacement_comparison"]
Phase = Literal["before", "after"]
EvaluationMethod = Literal[
    "wdd", "wdd_treated", "wdd_displacement", "rirr", "wdq", "total_net_effect"
]
EvaluationVerdict = Literal["fewer", "more", "no_change_shown", "cannot_say"]
EvaluationCaveat = Literal[
    "no_comparison",
    "unknown_count",
    "zero_count",
    "nothing_counted",
    "unequal_periods",
    "unequal_areas",
    "unknown_exposure",
    "expected_below_zero",
    "too_few_events",
    "picked_on_before",
    "picking_not_said",
    "unknown_periods",
    "unknown_areas",
    "unplaced_events",
    "no_displacement",
    "displacement_not_compared",
    "displacement_left_out",
    "zero_in_difference",
    "no_success",
    "not_by_likelihood",
    "methods_disagree",
]
Nature = Literal["stock", "flow"]
Direction = Literal["at_least", "at_most"]
Good = Literal["at_least", "at_most", "within"]
Forum = Literal["sim", "qpr"]
AsOfBasis = Literal["stated", "report_date"]
Relation = Literal["exactly", "about", "more_than", "less_than", "claim"]
ObservationKind = Literal[
    "street_watch",
    "street_watch_members",
    "neighbourhood_watch",
    "neighbourhood_watch_members",
    "cadets",
    "junior_pcsos",
    "messaging_sign_ups",
    "messaging_net_sign_ups",
    "messages_sent",
    "messages_meeting_standard",
    "ward_meetings_held",
    "advisory_groups",
    "key_individual_networks",
    "fund_projects",
]


@attrs.frozen
class ObservationMeaning:
    """What a kind of observation counts, in which unit, and whether it is a stock or a flow."""

    label: str
    unit: str
    nature: Nature


CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
"""The four criteria of an Impact Area, in the order of the paper."""

OBSERVATION_KINDS: dict[ObservationKind, ObservationMeaning] = {
    "street_watch": ObservationMeaning("Street Watch schemes", "schemes", "stock"),
    "street_watch_members": ObservationMeaning("Street Watch members", "members", "stock"),
    "neighbourhood_watch": ObservationMeaning("Neighbourhood Watch schemes", "schemes", "stock"),
    "neighbourhood_watch_members": ObservationMeaning(
        "Neighbourhood Watch members", "members", "stock"
    ),
    "cadets": ObservationMeaning("Police cadets", "young people", "stock"),
    "junior_pcsos": ObservationMeaning("Junior PCSOs", "young people", "stock"),
    "messaging_sign_ups": ObservationMeaning(
        "Sign-ups to community messaging (in the West Midlands, WMNow)", "sign-ups", "stock"
    ),
    "messaging_net_sign_ups": ObservationMeaning(
        "Sign-ups to community messaging less those who left", "sign-ups", "flow"
    ),
    "messages_sent": ObservationMeaning("Community messages sent", "messages", "flow"),
    "messages_meeting_standard": ObservationMeaning(
        "Community messages that met the force's standard of quality", "messages", "flow"
    ),
    "ward_meetings_held": ObservationMeaning("Ward meetings held", "meetings", "flow"),
    "advisory_groups": ObservationMeaning(
        "Units and departments with an Independent Advisory Group", "units", "stock"
    ),
    "key_individual_networks": ObservationMeaning(
        "Units and departments with a Key Individual Network", "units", "stock"
    ),
    "fund_projects": ObservationMeaning("Projects selected for the fund", "projects", "stock"),
}

FLOWS: tuple[ObservationKind, ...] = tuple(
    kind for kind, meaning in OBSERVATION_KINDS.items() if meaning.nature == "flow"
)
"""Kinds that are counted over a period, and stand at no day."""
