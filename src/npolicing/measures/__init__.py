"""Figures out of rows: each with its numerator, its denominator and its undefined cases.

A measure on logs or crimes takes them wherever they lie, or counts of them; any other takes
records or a frame. Each gives a plain pandas frame: the columns of `by`, then those that its class
in `RESULTS` declares, `is_total` last; a row a group, sorted by `by` with null last, unless the
measure has another order, and then the total. Columns and types are the same whatever the rows
are, and without any. A group's ratio is the ratio of its sums; what is undefined is null, never
zero; a sum is null where a part of it is unknown. A figure that chance moves has its interval
beside it, in `low` and `high`.
"""

from __future__ import annotations

from npolicing._records import Record
from npolicing.measures.anticipating import AnticipatedDemand, anticipated_demand
from npolicing.measures.attending import (
    AttendanceRatio,
    AttendanceShare,
    attendance_ratio,
    attendance_share,
)
from npolicing.measures.backlogs import Backlog, backlog
from npolicing.measures.charts import ControlPoint, control_chart
from npolicing.measures.concentrations import PlaceConcentration, place_concentration
from npolicing.measures.demanding import Demand, demand
from npolicing.measures.disproportions import Disproportion, disproportion
from npolicing.measures.fund_evaluations import FundEvaluation, fund_evaluation
from npolicing.measures.harms import Harm, harm
from npolicing.measures.planning import NeededTier, needed_tier
from npolicing.measures.problems import ProblemProgress, problem_progress
from npolicing.measures.proposing import ProposedPlace, propose_impact_areas
from npolicing.measures.resolving import (
    ResolutionWithoutDeployment,
    resolution_without_deployment,
)
from npolicing.measures.responding import ResponseTime, response_time
from npolicing.measures.roles import Accountability, accountability
from npolicing.measures.seasons import SeasonalDelta, seasonal_delta
from npolicing.measures.spending import SpendRate, spend_rate
from npolicing.measures.statuses import Status, status
from npolicing.measures.stocks import Growth, growth
from npolicing.measures.targets import TargetGap, target_gap
from npolicing.measures.trajectories import Trajectory, trajectory
from npolicing.measures.trending import EmergingTrend, emerging_trends
from npolicing.measures.wards import Coverage, coverage
from npolicing.measures.weekly import HourlyDemand, hourly_demand
from npolicing.measures.yearly import SeasonalProfile, seasonal_profile
from npolicing.measures.years import YearOnYear, year_on_year

__all__ = [
    "RESULTS",
    "Accountability",
    "AnticipatedDemand",
    "AttendanceRatio",
    "AttendanceShare",
    "Backlog",
    "ControlPoint",
    "Coverage",
    "Demand",
    "Disproportion",
    "EmergingTrend",
    "FundEvaluation",
    "Growth",
    "Harm",
    "HourlyDemand",
    "NeededTier",
    "PlaceConcentration",
    "ProblemProgress",
    "ProposedPlace",
    "ResolutionWithoutDeployment",
    "ResponseTime",
    "SeasonalDelta",
    "SeasonalProfile",
    "SpendRate",
    "Status",
    "TargetGap",
    "Trajectory",
    "YearOnYear",
    "accountability",
    "anticipated_demand",
    "attendance_ratio",
    "attendance_share",
    "backlog",
    "control_chart",
    "coverage",
    "demand",
    "disproportion",
    "emerging_trends",
    "fund_evaluation",
    "growth",
    "harm",
    "hourly_demand",
    "needed_tier",
    "place_concentration",
    "problem_progress",
    "propose_impact_areas",
    "resolution_without_deployment",
    "response_time",
    "seasonal_delta",
    "seasonal_profile",
    "spend_rate",
    "status",
    "target_gap",
    "trajectory",
    "year_on_year",
]

RESULTS: dict[str, type[Record]] = {
    "target_gap": TargetGap,
    "spend_rate": SpendRate,
    "growth": Growth,
    "coverage": Coverage,
    "attendance_ratio": AttendanceRatio,
    "attendance_share": AttendanceShare,
    "seasonal_delta": SeasonalDelta,
    "response_time": ResponseTime,
    "demand": Demand,
    "year_on_year": YearOnYear,
    "resolution_without_deployment": ResolutionWithoutDeployment,
    "control_chart": ControlPoint,
    "backlog": Backlog,
    "trajectory": Trajectory,
    "status": Status,
    "emerging_trends": EmergingTrend,
    "seasonal_profile": SeasonalProfile,
    "hourly_demand": HourlyDemand,
    "anticipated_demand": AnticipatedDemand,
    "needed_tier": NeededTier,
    "disproportion": Disproportion,
    "place_concentration": PlaceConcentration,
    "harm": Harm,
    "problem_progress": ProblemProgress,
    "accountability": Accountability,
    "fund_evaluation": FundEvaluation,
    "propose_impact_areas": ProposedPlace,
}
"""What each measure's result has: the columns beside those of `by`, declared as an entity's are."""
