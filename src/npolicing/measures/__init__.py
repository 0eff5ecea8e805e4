"""Figures out of rows: each with its numerator, its denominator and its undefined cases.

A measure on logs or crimes takes them wherever they lie, or counts of them; any other takes
records or a frame. Each gives a plain pandas frame: the columns of `by`, then those that its class
in `RESULTS` declares, `is_total` last; a row a group, sorted by `by` with null last, unless the
measure has another order, and then the total. Columns and types are the same whatever the rows are,
and without any. A group's ratio is the ratio of its sums; what is undefined is null, never zero; a
sum is null where a part of it is unknown.
"""

from __future__ import annotations

from npolicing._records import Record
from npolicing.measures.attending import (
    AttendanceRatio,
    AttendanceShare,
    attendance_ratio,
    attendance_share,
)
from npolicing.measures.demanding import Demand, demand
from npolicing.measures.responding import ResponseTime, response_time
from npolicing.measures.seasons import SeasonalDelta, seasonal_delta
from npolicing.measures.spending import SpendRate, spend_rate
from npolicing.measures.stocks import Growth, growth
from npolicing.measures.targets import TargetGap, target_gap
from npolicing.measures.trending import EmergingTrend, emerging_trends
from npolicing.measures.wards import Coverage, coverage

__all__ = [
    "RESULTS",
    "AttendanceRatio",
    "AttendanceShare",
    "Coverage",
    "Demand",
    "EmergingTrend",
    "Growth",
    "ResponseTime",
    "SeasonalDelta",
    "SpendRate",
    "TargetGap",
    "attendance_ratio",
    "attendance_share",
    "coverage",
    "demand",
    "emerging_trends",
    "growth",
    "response_time",
    "seasonal_delta",
    "spend_rate",
    "target_gap",
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
    "emerging_trends": EmergingTrend,
}
"""What each measure's result has: the columns beside those of `by`, declared as an entity's are."""
